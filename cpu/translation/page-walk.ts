/**
 * Page walk: from a page table down to a leaf. Reads PTEs in RAM, sets A and D there, and charges what it does.
 * Source: Volume II (privileged) 20211203, section 4.3.2; its steps are marked.
 */

import type { Access } from "../access.ts";
import { COSTS } from "../costs.ts";
import type { FrameNumber, PhysicalAddress, VirtualAddress } from "../paging.ts";
import { isLeaf, PTE, PTE_RESERVED_HIGH, PTES_PER_TABLE, pteAddress, pteFrame } from "../paging.ts";
import type { Ram } from "../ram.ts";
import type { RunTime } from "../run-time.ts";
import { COUNT_SLOT } from "../state.ts";
import { Found, raise } from "./scheme.ts";

/** Non-leaf PTEs must have these clear (section 4.3.1). */
const NOT_IN_POINTERS = PTE.U | PTE.A | PTE.D;

export class PageWalk {
  private readonly found = new Found();

  constructor(
    private readonly ram: Ram,
    private readonly counts: Float64Array,
    private readonly time: RunTime,
  ) {}

  /** A walk begins. */
  count(): void {
    this.counts[COUNT_SLOT.tlbWalks]++;
  }

  /**
   * Steps 2 to 8 from the table in frame `table` of level `level`.
   * @throws Trap page fault, or access fault where a table does not lie in RAM
   */
  from(table: FrameNumber, level: number, va: VirtualAddress, access: Access): Found {
    for (; ; level--) {
      // Step 2.
      const at = this.pteOffset(pteAddress(table, va, level), va, access);
      const low = this.ram.i32[at >> 2];
      const high = this.ram.i32[(at >> 2) + 1];
      // Step 3.
      const reserved = (high & PTE_RESERVED_HIGH) !== 0 || (low & (PTE.R | PTE.W)) === PTE.W;
      if ((low & PTE.V) === 0 || reserved) raise(access.pageFault, va);
      // Step 4.
      if (isLeaf(low)) return this.leaf(va, access, level, at);
      if ((low & NOT_IN_POINTERS) !== 0 || level === 0) raise(access.pageFault, va);
      table = pteFrame(low, high);
    }
  }

  /** Steps 5 to 8: the leaf PTE at offset `at` of RAM. */
  private leaf(va: VirtualAddress, access: Access, level: number, at: number): Found {
    let low = this.ram.i32[at >> 2];
    const frame = pteFrame(low, this.ram.i32[(at >> 2) + 1]);
    // Step 5.
    if ((low & access.permission) !== access.permission) raise(access.pageFault, va);
    // Step 6: a superpage begins at a multiple of its size.
    if (frame % PTES_PER_TABLE ** level !== 0) raise(access.pageFault, va);
    // Step 7.
    if ((low & access.sets) !== access.sets) {
      low |= access.sets;
      this.ram.i32[at >> 2] = low;
      this.ram.wrote(at, 4);
      this.time.charge(COSTS.walkUpdate);
    }
    // Step 8 is tlb.frameFor.
    const { found } = this;
    found.level = level;
    found.frame = frame;
    found.flags = low & 0xff;
    return found;
  }

  /** A PTE's place in RAM. A table outside RAM is an access fault of the original access (step 2). */
  private pteOffset(pa: PhysicalAddress, va: VirtualAddress, access: Access): number {
    this.time.charge(COSTS.walkLevel);
    const at = pa - this.ram.base;
    if (!(at >= 0 && at < this.ram.size)) raise(access.accessFault, va);
    return at;
  }
}
