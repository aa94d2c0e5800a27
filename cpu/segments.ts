/**
 * Segments: the shape of segmented addresses and of segment descriptors, for the MMU, the kernel and the tools.
 * Owns no state. satp.MODE has two values for custom use (Volume II, 4.1.11): 14 is `segments`, 15 `segmented-paging`.
 *
 *     address         63      38 37        30 29                                     0
 *                    |  zeros   |  segment   |                 offset                 |
 *
 *     descriptor      63      54 53                            10 9    6 5 4 3 2 1 0
 *       word 0       |  zeros   |             PPN               | zeros |D|U|X|W|R|V|
 *       word 1       |                     limit in bytes, 0 to 2^30                  |
 *
 * satp.PPN names the frame of the segment table: 256 descriptors of 16 bytes.
 *
 * (1) Valid offsets are 0 to limit-1; of a segment that grows down (D) limit to 2^30-1. The PPN is in both cases the
 *     frame of offset 0, modulo 2^44: that of a segment that grows down may lie below its memory and below zero.
 * (2) In `segmented-paging` the PPN names a page table of level 1 instead, and the limit is a multiple of 4096.
 * (3) A descriptor is malformed when a bit that must be zero is set, when W is set without R, or when the limit is none:
 *     every access through it is a page fault.
 * (4) A page that a limit cuts is translated byte by byte: exact, but slow for code. Limits at page boundaries are fast.
 */

import type { FrameNumber, VirtualAddress } from "./paging.ts";
import { PAGE_SIZE, PTE } from "./paging.ts";

export type SegmentMode = "segments" | "segmented-paging";

/** satp.MODE of each. */
export const SEGMENT_MODES: Readonly<Record<SegmentMode, number>> = { segments: 14, "segmented-paging": 15 };

/** Descriptors of a table. */
export const SEGMENTS = 256;
/** Bytes of one descriptor: the table is one frame. */
export const DESCRIPTOR_SIZE = 16;
/** Bit position of the segment number in an address. */
export const SEGMENT_SHIFT = 30;
/** Bytes of the largest segment; a segment's addresses are this far from the next one's. */
export const SEGMENT_SIZE = 2 ** SEGMENT_SHIFT;
/** The first address after the last segment: bits 38 and up are zero. */
export const SEGMENTS_LIMIT: VirtualAddress = SEGMENTS * SEGMENT_SIZE;

/** Bits of word 0; V to U are those of a PTE. */
export const DESCRIPTOR = { V: PTE.V, R: PTE.R, W: PTE.W, X: PTE.X, U: PTE.U, D: 1 << 5 } as const;

/** The rights among them. */
export const SEGMENT_RIGHTS = DESCRIPTOR.R | DESCRIPTOR.W | DESCRIPTOR.X | DESCRIPTOR.U;

/** Bit position of the ppn in word 0. */
const PPN_SHIFT = 10;
/** Bits of word 0's low and high halves that must be zero. */
const RESERVED_LOW = 0x3c0;
const RESERVED_HIGH = 0xffc0_0000 | 0;
/** Frame numbers are modulo this. */
export const FRAME_NUMBERS = 2 ** 44;

/** A descriptor in parts. */
export interface Descriptor {
  /** Bits of DESCRIPTOR. */
  readonly flags: number;
  /** The frame of offset 0, or of the page table: 0 to 2^44 - 1. */
  readonly base: FrameNumber;
  /** Bytes: 0 to SEGMENT_SIZE. */
  readonly limit: number;
}

/** The four 32-bit words of a descriptor, as they lie in RAM. `base` may be negative: it is taken modulo 2^44. */
export function encodeDescriptor({ flags, base, limit }: Descriptor): readonly [number, number, number, number] {
  const frame = modulo(base);
  const low = ((frame << PPN_SHIFT) | flags) >>> 0;
  return [low, Math.floor(frame / 2 ** (32 - PPN_SHIFT)), limit >>> 0, 0];
}

/** The descriptor whose first word is `words[at]`, without regard to whether it is one: isWellFormed says that. */
export function decodeDescriptor(words: ArrayLike<number>, at: number): Descriptor {
  return {
    flags: words[at] & ((1 << PPN_SHIFT) - 1),
    base: descriptorBase(words[at], words[at + 1]),
    limit: (words[at + 2] >>> 0) + (words[at + 3] >>> 0) * 2 ** 32,
  };
}

/** The ppn of word 0, given as halves. */
export function descriptorBase(low: number, high: number): FrameNumber {
  return (low >>> PPN_SHIFT) + (high & ~RESERVED_HIGH) * 2 ** (32 - PPN_SHIFT);
}

/** Whether (3) finds nothing wrong with the descriptor whose first word is `words[at]`. */
export function isWellFormed(mode: SegmentMode, words: ArrayLike<number>, at: number): boolean {
  const low = words[at];
  if ((low & RESERVED_LOW) !== 0 || (words[at + 1] & RESERVED_HIGH) !== 0) return false;
  if ((low & (DESCRIPTOR.R | DESCRIPTOR.W)) === DESCRIPTOR.W) return false;
  const limit = words[at + 2] >>> 0;
  return words[at + 3] === 0 && limit <= SEGMENT_SIZE && (mode === "segments" || limit % PAGE_SIZE === 0);
}

/** A segment's valid offsets: from `from` on, up to but without `to`. See (1). */
export function offsetsOf(flags: number, limit: number): { readonly from: number; readonly to: number } {
  return (flags & DESCRIPTOR.D) === 0 ? { from: 0, to: limit } : { from: limit, to: SEGMENT_SIZE };
}

/** The frame that offset `offset` lies in, of a segment of mode `segments` with that base. */
export function segmentFrame(base: FrameNumber, offset: number): FrameNumber {
  return modulo(base + Math.floor(offset / PAGE_SIZE));
}

/** The segment's number. @param va an address below SEGMENTS_LIMIT */
export function segmentOf(va: VirtualAddress): number {
  return Math.floor(va / SEGMENT_SIZE);
}

/** The offset within its segment. */
export function segmentOffset(va: VirtualAddress): number {
  return va & (SEGMENT_SIZE - 1);
}

function modulo(frame: number): FrameNumber {
  return ((frame % FRAME_NUMBERS) + FRAME_NUMBERS) % FRAME_NUMBERS;
}
