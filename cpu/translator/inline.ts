/**
 * Inline: calls of small functions nearby. The caller's region gets a copy of the callee's blocks, whose returns lead to what follows
 * the call; so registers stay where they are, and nobody is asked where the callee is.
 *
 * (1) Caller, callee and the place to come back to lie in one page, so control enters no page on the way.
 * (2) A copy's return goes on in the region only when the register says that it is the place behind the call; else it is a return as any.
 * (3) A copy has no landings: it is entered by its call alone. Calls within a copy are calls.
 */

import { type Code, discover } from "./discover.ts";
import { INSTRUCTION_SHIFT } from "./layout.ts";
import type { Block, BlockEnd, Region, RegionPage, Target } from "./region.ts";

/** Instructions of a callee at most: where a call costs no more than what it calls, the host's compiler has better to do. */
const SMALL = 24;
/** Instructions of all copies of a region at most, and blocks of a region with them. */
const MOST_COPIED = 128;
const MOST_BLOCKS = 96;

const PAGE = 4096;

type Call = Extract<BlockEnd, { kind: "call" }>;

/** The region with copies of what it calls; itself where there is nothing to copy. Not reentrant */
export function inlineCalls(region: Region, code: Code): Region {
  const blocks: Block[] = [...region.blocks];
  const callees = new Map<number, Region | null>();
  let room = MOST_COPIED;
  for (const [index, block] of region.blocks.entries()) {
    const { end } = block;
    if (end.kind !== "call" || !isNear(block, end)) continue;
    if (!callees.has(end.callee)) callees.set(end.callee, smallAt(region.pages[0], end.callee, code));
    const callee = callees.get(end.callee) ?? null;
    if (callee === null || sizeOf(callee) > room || blocks.length + callee.blocks.length > MOST_BLOCKS) continue;
    room -= sizeOf(callee);
    const back = { block: (end.back as { block: number }).block, at: block.at + 4 * block.insns.length + 4 };
    blocks[index] = { ...block, end: { kind: "callWithin", insn: end.insn, to: blocks.length } };
    const first = blocks.length;
    for (const each of callee.blocks) blocks.push({ ...each, end: copied(each.end, first, back) });
  }
  return blocks.length === region.blocks.length ? region : { ...region, blocks };
}

const inFirstPage = (at: number) => at >= 0 && at < PAGE;

/** (1) */
function isNear({ at, insns }: Block, { callee, back }: Call): boolean {
  return inFirstPage(at) && inFirstPage(callee) && "block" in back && inFirstPage(at + 4 * insns.length + 4);
}

/** The function there when it is small, has been called, and comes back; else null. */
function smallAt(page: RegionPage, offset: number, code: Code): Region | null {
  if (offset % (1 << INSTRUCTION_SHIFT) !== 0 || !code.isLanding(page, offset)) return null;
  const callee = discover(code, offset, SMALL + 1);
  if (sizeOf(callee) > SMALL || callee.landings.length > 0) return null;
  const ends = callee.blocks.map(({ end }) => end);
  if (!callee.blocks.every(({ at }) => inFirstPage(at))) return null;
  return ends.some((end) => end.kind === "jumpRegister" && end.isReturn) ? callee : null;
}

function sizeOf({ blocks }: Region): number {
  return blocks.reduce((size, { insns }) => size + insns.length + 1, 0);
}

/** The end of a copy's block. @param first the copy's first block */
function copied(end: BlockEnd, first: number, back: { block: number; at: number }): BlockEnd {
  const shifted = (to: Target): Target => ("block" in to ? { block: first + to.block } : to);
  switch (end.kind) {
    case "goto":
      return { ...end, to: shifted(end.to) };
    case "branch":
      return { ...end, taken: shifted(end.taken), next: shifted(end.next) };
    case "call":
    case "callRegister":
      return { ...end, back: shifted(end.back) };
    case "jumpRegister":
      return end.isReturn ? { kind: "returnWithin", insn: end.insn, to: back.block, back: back.at } : end;
    default:
      return end;
  }
}
