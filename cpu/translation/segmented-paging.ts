/**
 * Segmented paging: segments whose memory is paged. The descriptor has the place of a root entry: its limit and rights hold
 * for all of the segment, and its PPN names the segment's page table of level 1, which is as in Sv39.
 *
 *     37      30 29      21 20      12 11        0
 *    | segment  |  vpn[1]  |  vpn[0]  |  offset  |
 *         |          |          |
 *    descriptor --> PTE -----> PTE --> frame + offset
 *
 * (1) What the TLB gets has the rights that descriptor and PTE both give.
 * (2) An entry of the TLB lies within the limit as a whole: of a superpage that the limit cuts, one page is entered. Those
 *     pages are entries of their own: SFENCE.VMA with an address forgets the one that holds it, not the others.
 */

import type { Access } from "../access.ts";
import { COSTS } from "../costs.ts";
import { PAGE_SIZE, PTES_PER_TABLE, pageSizeAt, type VirtualAddress } from "../paging.ts";
import type { RunTime } from "../run-time.ts";
import {
  DESCRIPTOR,
  descriptorBase,
  isWellFormed,
  offsetsOf,
  SEGMENT_RIGHTS,
  SEGMENTS_LIMIT,
  segmentOf,
  segmentOffset,
} from "../segments.ts";
import type { Leaf } from "../tlb.ts";
import type { Descriptors } from "./descriptors.ts";
import type { PageWalk } from "./page-walk.ts";
import { type Found, raise, type Scheme } from "./scheme.ts";

export class SegmentedPaging implements Scheme {
  readonly usesTlb = true;

  constructor(
    private readonly descriptors: Descriptors,
    private readonly walk: PageWalk,
    private readonly time: RunTime,
  ) {}

  translate(va: VirtualAddress, access: Access): Leaf {
    if (!(va >= 0 && va < SEGMENTS_LIMIT)) raise(access.pageFault, va);
    this.walk.count();
    this.time.charge(COSTS.walkLevel);
    const { words } = this.descriptors;
    const at = 4 * segmentOf(va);
    const flags = words[at];
    const needed = DESCRIPTOR.V | access.permission;
    if ((flags & needed) !== needed || !isWellFormed("segmented-paging", words, at)) raise(access.pageFault, va);
    const { from, to } = offsetsOf(flags, words[at + 2]);
    const offset = segmentOffset(va);
    if (offset < from || offset >= to) raise(access.pageFault, va);
    const leaf = this.walk.from(descriptorBase(flags, words[at + 1]), 1, va, access);
    leaf.flags &= ~SEGMENT_RIGHTS | flags;
    if (leaf.level === 1) cut(leaf, offset, from, to);
    return leaf;
  }
}

/** (2). */
function cut(leaf: Found, offset: number, from: number, to: number): void {
  const size = pageSizeAt(1);
  const first = offset - (offset % size);
  if (first >= from && first + size <= to) return;
  leaf.level = 0;
  leaf.frame += Math.floor(offset / PAGE_SIZE) % PTES_PER_TABLE;
}
