/**
 * Budget: which blocks of a region look whether there are cycles enough, and for how many. One look serves for all blocks that control comes to
 * from there, as far as the next that look: so most blocks count without a branch.
 *
 * (1) Blocks that look: where the region is entered, also from behind a call or by a jump through a register; where control goes back to, or
 *     over to another page; and behind a loop that is unrolled (around.ts), which looks for its rounds alone.
 * (2) They ask for the longest way to the next ones that look. On it nothing but instructions takes cycles: where accesses walk, in patient
 *     regions, each block looks for itself.
 * (3) The arrays are kept from region to region and only grow.
 */

import type { Around } from "./around.ts";
import type { Effects } from "./effects.ts";
import { NONE } from "./flow.ts";
import type { Region } from "./region.ts";

/** Cycles of a way at most, behind the block that asks for it. Where fewer are left than are asked for, all is left to tier 0. */
const LONGEST_WAY = 128;

const PAGE_SHIFT = 12;

export class Budget {
  /** By block: the cycles that it asks for. 0: it does not look. */
  asked = new Int32Array(0);
  /** By block: cycles of the longest way from its beginning on. */
  private way = new Int32Array(0);

  analyse(region: Region, effects: Effects, loops: ReadonlyMap<number, Around>, walks: boolean): void {
    const { length } = region.blocks;
    if (this.asked.length < length) {
      this.asked = new Int32Array(Math.max(256, 2 * length));
      this.way = new Int32Array(this.asked.length);
    }
    if (walks) {
      for (let i = 0; i < length; i++) this.asked[i] = effects.cycles[i]!;
      return;
    }
    this.asked.fill(0, 0, length);
    this.findLooks(region, effects);
    for (const { chain } of loops.values()) this.lookBehind(chain, effects);
    this.measure(length, effects);
  }

  /** (1), but for unrolled loops: marks blocks that look with 1. */
  private findLooks({ blocks, landings }: Region, { successors }: Effects): void {
    const { asked } = this;
    asked[0] = 1;
    for (let i = 0; i < landings.length; i++) asked[landings[i]!] = 1;
    for (let i = 0; i < blocks.length; i++) {
      const { at, end } = blocks[i]!;
      const isCall = end.kind === "call" || end.kind === "callRegister";
      for (let edge = 2 * i; edge < 2 * i + 2; edge++) {
        const to = successors[edge]!;
        if (to !== NONE && (to <= i || isCall || blocks[to]!.at >> PAGE_SHIFT !== at >> PAGE_SHIFT)) asked[to] = 1;
      }
    }
  }

  private lookBehind(chain: readonly number[], { successors }: Effects): void {
    for (const block of chain)
      for (let edge = 2 * block; edge < 2 * block + 2; edge++) {
        const to = successors[edge]!;
        if (to !== NONE && !chain.includes(to)) this.asked[to] = 1;
      }
  }

  /** Makes of the marks what is asked for. Ways to blocks that do not look go forward: so one pass from the last on knows them. */
  private measure(blocks: number, { successors, cycles }: Effects): void {
    const { asked, way } = this;
    for (let i = blocks - 1; i >= 0; i--) {
      let longest = 0;
      for (let edge = 2 * i; edge < 2 * i + 2; edge++) {
        const to = successors[edge]!;
        if (to === NONE || asked[to] !== 0) continue;
        if (way[to]! > LONGEST_WAY) asked[to] = way[to]!;
        else if (way[to]! > longest) longest = way[to]!;
      }
      way[i] = cycles[i]! + longest;
      if (asked[i] !== 0) asked[i] = way[i]!;
    }
  }
}
