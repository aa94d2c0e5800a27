/**
 * The segment table of a space under `segments`: 256 descriptors in a frame of RAM, and nowhere else. What a segment has is read
 * from there each time.
 *
 *   grows up     offset 0 [ frames index .. index + pages - 1 ] limit
 *   grows down                              limit [ frames index .. ] 2^30        (the descriptor's base lies below them)
 *
 * (1) A valid descriptor names a run of frames (vm/runs.ts), each of which counts a reference for it; or the kernel's own
 *     frame, the trampoline: `special`.
 * (2) Whoever changes a descriptor says so: s.unsettled.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import {
  DESCRIPTOR,
  decodeDescriptor,
  encodeDescriptor,
  SEGMENT_SIZE,
  SEGMENTS,
  segmentFrame,
} from "../../cpu/segments.ts";
import { emit } from "../events.ts";
import { OWNER } from "../vm/frames.ts";
import type { AddressSpace, Run } from "../vm/types.ts";
import type { VmKernel } from "../vm/vm-kernel.ts";

/** Words of a descriptor, and of the table's frame. */
const WORDS = 4;
const WORDS_PER_FRAME = PAGE_SIZE / 4;

export interface Segment extends Run {
  /** Bits of DESCRIPTOR, V among them. */
  readonly flags: number;
  readonly growsDown: boolean;
  /** Its frame is the kernel's. */
  readonly special: boolean;
}

/** Index in ram.u32 of descriptor `n`'s first word. */
export function descriptorAt(k: VmKernel, s: AddressSpace, n: number): number {
  return (s.root - k.vm.frames.first) * WORDS_PER_FRAME + WORDS * n;
}

/** Offset in its segment of the first byte of one that grows down and has `pages`. */
const lowestOffset = (pages: number) => SEGMENT_SIZE - pages * PAGE_SIZE;

/** Segment `n`; null: not valid. */
export function segmentAt(k: VmKernel, s: AddressSpace, n: number): Segment | null {
  const { u32 } = k.machine.ram;
  const at = descriptorAt(k, s, n);
  if (!(u32[at] & DESCRIPTOR.V)) return null;
  const { flags, base, limit } = decodeDescriptor(u32, at);
  const growsDown = (flags & DESCRIPTOR.D) !== 0;
  const pages = (growsDown ? SEGMENT_SIZE - limit : limit) / PAGE_SIZE;
  const index = segmentFrame(base, growsDown ? limit : 0) - k.vm.frames.first;
  return { index, pages, flags, growsDown, special: k.vm.frames.owner[index] === OWNER.kernel };
}

/** Makes segment `n` that run, with these rights (R, W, X of DESCRIPTOR). */
export function setSegment(
  k: VmKernel,
  s: AddressSpace,
  n: number,
  { index, pages }: Run,
  { rights, growsDown }: { rights: number; growsDown: boolean },
): void {
  const frame = index + k.vm.frames.first;
  const limit = growsDown ? lowestOffset(pages) : pages * PAGE_SIZE;
  const base = growsDown ? frame - limit / PAGE_SIZE : frame;
  const flags = DESCRIPTOR.V | DESCRIPTOR.U | rights | (growsDown ? DESCRIPTOR.D : 0);
  k.machine.ram.u32.set(encodeDescriptor({ flags, base, limit }), descriptorAt(k, s, n));
  s.unsettled = true;
}

/** The same segment elsewhere. */
export function moveSegment(k: VmKernel, s: AddressSpace, n: number, index: number): void {
  const { pages, flags, growsDown } = segmentAt(k, s, n)!;
  const rights = flags & (DESCRIPTOR.R | DESCRIPTOR.W | DESCRIPTOR.X);
  setSegment(k, s, n, { index, pages }, { rights, growsDown });
  tellSegment(k, s, n, "moved", { index, pages });
}

/** Segment `n` is no more. */
export function clearSegment(k: VmKernel, s: AddressSpace, n: number): void {
  const at = descriptorAt(k, s, n);
  k.machine.ram.u32.fill(0, at, at + WORDS);
  s.unsettled = true;
}

/** Calls `visit` with every valid segment, upwards. */
export function forEachSegment(k: VmKernel, s: AddressSpace, visit: (n: number, segment: Segment) => void): void {
  for (let n = 0; n < SEGMENTS; n++) {
    const segment = segmentAt(k, s, n);
    if (segment !== null) visit(n, segment);
  }
}

export function tellSegment(
  k: VmKernel,
  s: AddressSpace,
  n: number,
  what: "made" | "grown" | "shrunk" | "moved" | "freed",
  { index, pages }: Run,
): void {
  if (k.listeners.length === 0) return;
  const frame = index + k.vm.frames.first;
  emit(k, { type: "segment", what, pid: k.current?.pid ?? 0, space: s.id, segment: n, frame, pages });
}
