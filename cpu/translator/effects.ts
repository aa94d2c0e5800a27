/**
 * Effects: what the blocks of a region do to registers and counts, found in one pass over its instructions; and which of its
 * registers are dirty, so that nobody else need be stored before another region is called.
 *
 * (1) Sets of registers are bits: bit n stands for x[n]; x0 is in none.
 * (2) A register is dirty where its local may differ from the hart's block. Behind a call nothing is.
 * (3) The arrays are kept from region to region and only grow.
 */

import { NONE, putSuccessors } from "./flow.ts";
import { MEANINGS, type Meaning } from "./meaning.ts";
import type { Block, Region } from "./region.ts";

/** Whether it asks the TLB. */
export function isAccess({ kind }: Meaning): boolean {
  return (
    kind === "load" || kind === "store" || kind === "amo" || kind === "loadReserved" || kind === "storeConditional"
  );
}

export class Effects {
  /** What the region reads and writes. */
  read = 0;
  written = 0;
  /** By block: how many of its instructions are counted, the last one included, and how many ask the TLB. */
  cycles = new Int32Array(0);
  lookups = new Int32Array(0);
  /** By block: what is dirty at its end; of calls, before them, the link included. */
  dirty = new Int32Array(0);
  /** By block: the two that control goes to behind it, calls included (flow.ts). */
  successors = new Int32Array(0);
  private writtenBy = new Int32Array(0);
  private dirtyAtBegin = new Int32Array(0);
  private ways = new Int32Array(0);

  analyse({ blocks, landings }: Region): void {
    this.grow(blocks.length);
    this.read = 0;
    this.written = 0;
    for (let i = 0; i < blocks.length; i++) this.collect(i, blocks[i]!);
    this.read &= ~1;
    this.written &= ~1;
    while (!this.propagate(blocks, landings));
  }

  /** Whether the block is a loop by itself. */
  isLoop(block: number): boolean {
    return this.successors[2 * block] === block || this.successors[2 * block + 1] === block;
  }

  /**
   * By block of the region that was analysed: how many ways lead to it: one from each block whose end leads there, whether by one way of a
   * branch or by both; one from each landing; and one to the first block. Valid until the next one is counted.
   */
  countWays({ blocks, landings }: Region): Int32Array {
    const { successors, ways } = this;
    ways.fill(0, 0, blocks.length);
    ways[0] = 1;
    for (const landing of landings) ways[landing]!++;
    for (let edge = 0; edge < 2 * blocks.length; edge++) if (successors[edge] !== NONE) ways[successors[edge]!]!++;
    return ways;
  }

  private grow(blocks: number): void {
    if (this.dirty.length < blocks) {
      const capacity = Math.max(256, 2 * blocks);
      this.cycles = new Int32Array(capacity);
      this.lookups = new Int32Array(capacity);
      this.dirty = new Int32Array(capacity);
      this.writtenBy = new Int32Array(capacity);
      this.dirtyAtBegin = new Int32Array(capacity);
      this.successors = new Int32Array(2 * capacity);
      this.ways = new Int32Array(capacity);
    }
    this.dirtyAtBegin.fill(0, 0, blocks);
  }

  private collect(index: number, { insns, end }: Block): void {
    let read = 0;
    let written = 0;
    let lookups = 0;
    for (let i = 0; i < insns.length; i++) {
      const { mnemonic, rd, rs1, rs2 } = insns[i]!;
      read |= (1 << rs1) | (1 << rs2);
      written |= 1 << rd;
      if (isAccess(MEANINGS[mnemonic])) lookups++;
    }
    let cycles = insns.length;
    if ("insn" in end) {
      read |= (1 << end.insn.rs1) | (1 << end.insn.rs2);
      written |= 1 << end.insn.rd;
      cycles++;
    } else if (end.kind === "goto" && end.jump) cycles++;
    this.read |= read;
    this.written |= written;
    this.cycles[index] = cycles;
    this.lookups[index] = lookups;
    this.writtenBy[index] = written & ~1;
    putSuccessors(end, index, this.successors);
  }

  /** Dirt goes where control goes, once through all blocks. @returns whether none came to a block that had been passed */
  private propagate(blocks: readonly Block[], landings: readonly number[]): boolean {
    const { dirty, dirtyAtBegin, writtenBy, successors } = this;
    let isDone = true;
    for (let i = 0; i < blocks.length; i++) {
      const bits = dirtyAtBegin[i]! | writtenBy[i]!;
      dirty[i] = bits;
      const { kind } = blocks[i]!.end;
      if (kind === "call" || kind === "callRegister") continue;
      if (kind === "jumpRegister") {
        for (const landing of landings) if (this.reach(landing, bits) && landing <= i) isDone = false;
        continue;
      }
      for (let edge = 2 * i; edge < 2 * i + 2; edge++) {
        const to = successors[edge]!;
        if (to !== NONE && this.reach(to, bits) && to <= i) isDone = false;
      }
    }
    return isDone;
  }

  /** @returns whether that is news to the block */
  private reach(block: number, bits: number): boolean {
    const before = this.dirtyAtBegin[block]!;
    this.dirtyAtBegin[block] = before | bits;
    return (before | bits) !== before;
  }
}
