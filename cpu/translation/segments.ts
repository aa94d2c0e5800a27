/**
 * Segments: base and limit. An address names one of 256 segments and an offset in it; the descriptor says from which
 * frame on the segment lies, how long it is, and what a program may do in it. segments.ts of the parent folder has the
 * picture.
 *
 *     offset within the limit?    physical address = base * 4096 + offset
 *
 * (1) Exact to the byte: an access must lie within the limit as a whole.
 * (2) Nothing is kept of an access: no TLB, no A and D bits, no cycles beside the instruction's own.
 */

import type { Access } from "../access.ts";
import type { VirtualAddress } from "../paging.ts";
import {
  DESCRIPTOR,
  descriptorBase,
  isWellFormed,
  offsetsOf,
  SEGMENTS_LIMIT,
  segmentFrame,
  segmentOf,
  segmentOffset,
} from "../segments.ts";
import type { Leaf } from "../tlb.ts";
import type { Descriptors } from "./descriptors.ts";
import { Found, raise, type Scheme } from "./scheme.ts";

export class Segments implements Scheme {
  readonly usesTlb = false;
  private readonly found = new Found();

  constructor(private readonly descriptors: Descriptors) {}

  translate(va: VirtualAddress, access: Access, width: number): Leaf {
    if (!(va >= 0 && va < SEGMENTS_LIMIT)) raise(access.pageFault, va);
    const { words } = this.descriptors;
    const at = 4 * segmentOf(va);
    const flags = words[at];
    const needed = DESCRIPTOR.V | access.permission;
    if ((flags & needed) !== needed || !isWellFormed("segments", words, at)) raise(access.pageFault, va);
    const offset = segmentOffset(va);
    const { from, to } = offsetsOf(flags, words[at + 2]);
    if (offset < from || offset >= to) raise(access.pageFault, va);
    if (offset + width > to) raise(access.pageFault, va - offset + to);
    this.found.frame = segmentFrame(descriptorBase(flags, words[at + 1]), offset);
    return this.found;
  }
}
