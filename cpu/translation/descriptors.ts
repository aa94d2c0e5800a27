/**
 * Descriptors: the hart's own copy of the segment table that satp names, as processors keep it in hidden registers.
 * Owns the fields `segments` and `segmentsOf` of a hart's block (state.ts).
 *
 * (1) The copy is made when satp is written, at each SFENCE.VMA, and where a run finds another satp than that of the copy.
 *     A descriptor that changes in RAM is not seen before.
 * (2) In a mode without segments nothing is copied, and nobody reads the copy.
 * (3) A table that does not lie in RAM is one of descriptors that are all zero.
 */

import { frameOf, PAGE_SIZE } from "../paging.ts";
import type { Ram } from "../ram.ts";
import { SEGMENT_MODES } from "../segments.ts";
import { CSR_SLOT, type HartViews } from "../state.ts";

/** The least satp.MODE that has segments; there are none without above. */
const FIRST_MODE = Math.min(...Object.values(SEGMENT_MODES));

/** Index of satp's low half in csr32. */
const LOW = 2 * CSR_SLOT.satp;

export class Descriptors {
  /** Four words a descriptor (segments.ts). */
  readonly words: Int32Array;

  constructor(
    private readonly ram: Ram,
    private readonly views: HartViews,
  ) {
    this.words = views.segments;
  }

  /** Copies the table of the present satp. */
  load(): void {
    const { csr32, segmentsOf } = this.views;
    const low = csr32[LOW];
    const high = csr32[LOW + 1];
    segmentsOf[0] = low;
    segmentsOf[1] = high;
    if (high >>> 28 < FIRST_MODE) return;
    const frame = (high & 0xfff) * 2 ** 32 + low - frameOf(this.ram.base);
    const at = (frame * PAGE_SIZE) / 4;
    if (frame >= 0 && frame < this.ram.size / PAGE_SIZE) this.words.set(this.ram.i32.subarray(at, at + PAGE_SIZE / 4));
    else this.words.fill(0);
  }

  /** The same, unless the copy is of that satp already. */
  loadIfOther(): void {
    const { csr32, segmentsOf } = this.views;
    if (segmentsOf[0] !== csr32[LOW] || segmentsOf[1] !== csr32[LOW + 1]) this.load();
  }
}
