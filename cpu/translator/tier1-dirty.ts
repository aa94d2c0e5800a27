/**
 * Dirty registers: which of a region's locals may differ from the registers in the hart's block. Nobody else need be
 * stored before another region is called.
 *
 * (1) Sets of registers are bits: bit n stands for x[n].
 * (2) Behind a call nothing is dirty.
 */

import type { Block, BlockEnd, Region } from "./region.ts";

/** What the block's own instructions write, the last one included. */
function writtenBy({ insns, end }: Block): number {
  let written = "insn" in end ? 1 << end.insn.rd : 0;
  for (const { rd } of insns) written |= 1 << rd;
  return written & ~1;
}

function isCall({ kind }: BlockEnd): boolean {
  return kind === "call" || kind === "callRegister";
}

/** By block: what is dirty at its end; of calls, before them, the link included. */
export function dirtyAtEnd({ blocks, landings }: Region): Int32Array {
  const written = blocks.map(writtenBy);
  const atBegin = new Int32Array(blocks.length);
  const atEnd = new Int32Array(blocks.length);
  let changed = true;
  const into = (to: number, dirty: number) => {
    if ((atBegin[to]! | dirty) === atBegin[to]) return;
    atBegin[to]! |= dirty;
    changed = true;
  };
  while (changed) {
    changed = false;
    for (const [index, { end }] of blocks.entries()) {
      const dirty = atBegin[index]! | written[index]!;
      atEnd[index] = dirty;
      if (isCall(end)) continue;
      if (end.kind === "jumpRegister") for (const landing of landings) into(landing, dirty);
      else if (end.kind === "goto") follow(end.to, dirty, into);
      else if (end.kind === "callWithin" || end.kind === "returnWithin") into(end.to, dirty);
      else if (end.kind === "branch") {
        follow(end.taken, dirty, into);
        follow(end.next, dirty, into);
      }
    }
  }
  return atEnd;
}

function follow(
  target: { block: number } | { away: number },
  dirty: number,
  into: (to: number, dirty: number) => void,
) {
  if ("block" in target) into(target.block, dirty);
}
