/**
 * Huge pages: 2^order frames of RAM that begin at a multiple of their number and are one page to those who map them.
 * Owns `block` of the frame table, and the number of transparent ones (k.vm.huge.pages).
 *
 *   transparent (OWNER.anonymous)   order 9, 2 MiB: exists as long as some huge leaf names it (pte-large.ts); then its frames
 *                                   are ordinary ones, which is called dissolving it. Nothing is copied.
 *   of the pool (OWNER.huge)        order 9 or 18; the pool says when it goes. Never dissolved.
 *
 * (1) `block` is the order in all frames of a huge page, and 0 in all others.
 * (2) Each frame has its own references: one for each entry that shows it, whether a huge leaf or one of level 0. So what a
 *     frame's references say needs no exception.
 * (3) In the lists of reclaim the first frame stands for all, and counts as many; pages of the pool are in none.
 * (4) No frame of a huge page is in the swap cache or in transfer: it is dissolved first.
 */
import { COSTS } from "../../cpu/costs.ts";
import { type FrameNumber, PAGE_SIZE } from "../../cpu/paging.ts";
import { panic } from "../panic.ts";
import { FRAME_ALLOCATORS } from "./frame-allocators.ts";
import { checkZeroed, dropReference, isListed, NO_FRAME, OWNER, spoil } from "./frames.ts";
import { frameEnters, frameLeaves, scatter } from "./page-lists.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** Of a huge page of 2 MiB: what a leaf of level 1 maps. */
export const HUGE_ORDER = 9;
/** Frames of one, and its bytes. */
export const HUGE_PAGES = 2 ** HUGE_ORDER;
export const HUGE_BYTES = HUGE_PAGES * PAGE_SIZE;

/** Is the frame part of a huge page? @param index of the frame */
export function isHuge(k: VmKernel, index: number): boolean {
  return k.vm.frames.block[index] !== 0;
}

/** Index of the first frame of the huge page that a frame is part of; of an ordinary one its own. */
export function headOf(k: VmKernel, index: number): number {
  return index & -(1 << k.vm.frames.block[index]);
}

/** Does the frame show nothing but zeroes, to everybody: the zero frame, or part of the huge page of zeroes? */
export function isZeroFrame(k: VmKernel, frame: FrameNumber): boolean {
  const { zeroFrame, huge } = k.vm;
  if (frame === zeroFrame) return true;
  return huge.zeroFrame !== NO_FRAME && frame >= huge.zeroFrame && frame < huge.zeroFrame + HUGE_PAGES;
}

/**
 * A huge page with whatever is in it, with one reference of each frame, which are the caller's; NO_FRAME when no block is free,
 * or too little would be left. Costs nobody a wait.
 * @param owner OWNER.anonymous, OWNER.huge; or OWNER.kernel, whose frames are ordinary ones
 */
export function takeHugePage(k: VmKernel, owner: number, order: number): FrameNumber {
  const { frames, policies, statistics, reclaim } = k.vm;
  const size = 2 ** order;
  if (frames.failCountdown > 0 && --frames.failCountdown === 0) return NO_FRAME;
  if (frames.free - size <= reclaim.watermarks.low) return NO_FRAME;
  const index = FRAME_ALLOCATORS[policies.frames].take(frames, order);
  if (index < 0) return NO_FRAME;
  const end = index + size;
  frames.owner.fill(owner, index, end);
  frames.flags.fill(0, index, end);
  frames.references.fill(1, index, end);
  frames.block.fill(owner === OWNER.kernel ? 0 : order, index, end);
  frames.free -= size;
  statistics.framesAllocated += size;
  return index + frames.first;
}

/** Fills a huge page with zeroes. */
export function zeroHugePage(k: VmKernel, head: FrameNumber, order: number): void {
  const size = 2 ** order;
  const { touched, first } = k.vm.frames;
  startWriting(k, head, size);
  // frames.ts (3): those behind are zeroes already.
  const used = Math.min(head - first + size, touched);
  if (head - first < used) k.machine.ram.u8.fill(0, (head - first) * PAGE_SIZE, used * PAGE_SIZE);
  k.machine.clock.charge(COSTS.pageZero * size);
  k.vm.statistics.pagesZeroed += size;
  if (k.vm.checking) for (let frame = head; frame < head + size; frame++) checkZeroed(k, frame);
}

/** Makes a huge page have what another one has. */
export function copyHugePage(k: VmKernel, head: FrameNumber, from: FrameNumber, order: number): void {
  const size = 2 ** order;
  const at = startWriting(k, head, size);
  const source = (from - k.vm.frames.first) * PAGE_SIZE;
  k.machine.ram.u8.copyWithin(at, source, source + size * PAGE_SIZE);
  k.machine.clock.charge(COSTS.pageCopy * size);
  k.vm.statistics.pagesCopied += size;
}

/** All of the huge page is about to be written. @returns its first byte in RAM */
function startWriting(k: VmKernel, head: FrameNumber, size: number): number {
  const { frames } = k.vm;
  const index = head - frames.first;
  if (index + size > frames.touched) frames.touched = index + size;
  k.machine.ram.wrote(index * PAGE_SIZE, size * PAGE_SIZE);
  return index * PAGE_SIZE;
}

/**
 * A zeroed huge page, with one reference of each frame, which are the caller's; NO_FRAME when no block is free, or too little
 * would be left. Costs nobody a wait: who cannot have one takes ordinary frames.
 * @param owner OWNER.anonymous, OWNER.huge; or OWNER.kernel, whose frames are ordinary ones
 */
export function allocateHugePage(k: VmKernel, owner: number, order: number = HUGE_ORDER): FrameNumber {
  const head = takeHugePage(k, owner, order);
  if (head === NO_FRAME) return NO_FRAME;
  zeroHugePage(k, head, order);
  if (isListed(owner)) {
    frameEnters(k, head - k.vm.frames.first, false);
    k.vm.huge.pages++;
  }
  return head;
}

/** The frames of a transparent huge page are ordinary ones from now on, beside each other in their list. No huge leaf names it. */
export function dissolve(k: VmKernel, head: number): void {
  const { frames } = k.vm;
  const size = 1 << frames.block[head];
  if (frames.owner[head] !== OWNER.anonymous || headOf(k, head) !== head || size === 1)
    panic("huge page: what is dissolved is a transparent one", { head, owner: frames.owner[head], size });
  scatter(k, head, size);
  frames.block.fill(0, head, head + size);
  k.vm.huge.pages--;
}

/** Takes one reference of each frame of a transparent huge page that no huge leaf names any more; whoever has none left is free. */
export function releaseHugePage(k: VmKernel, head: number): void {
  const { frames } = k.vm;
  const size = 1 << frames.block[head];
  if (isOnesOwn(k, head, size)) {
    freeHugePage(k, head);
    return;
  }
  dissolve(k, head);
  dropReferences(k, head, size);
}

/** One more name for each frame of a huge page in use. */
export function addReferences(k: VmKernel, head: number, size: number): void {
  const { references } = k.vm.frames;
  if (references[head] === 0) panic("frames (1): only a frame in use gets references", { head });
  for (let index = head; index < head + size; index++) references[index]++;
}

/** One name less for each; who has none left is free. */
export function dropReferences(k: VmKernel, head: number, size: number): void {
  const { references, first } = k.vm.frames;
  for (let index = head; index < head + size; index++)
    if (references[index] > 1) references[index]--;
    else dropReference(k, index + first);
}

/** Has each frame one reference only? */
export function isOnesOwn(k: VmKernel, head: number, size: number): boolean {
  const { references } = k.vm.frames;
  for (let index = head; index < head + size; index++) if (references[index] !== 1) return false;
  return true;
}

/** Gives a huge page back whole. Its frames have one reference each, and no entry. */
export function freeHugePage(k: VmKernel, head: number): void {
  const { frames, statistics } = k.vm;
  const order = frames.block[head];
  const end = head + 2 ** order;
  if (frames.mappings[head] !== 0) panic("frames (1): a freed frame has no mappings", { index: head });
  if (isListed(frames.owner[head])) {
    frameLeaves(k, head);
    k.vm.huge.pages--;
  }
  giveBlock(k, head, order);
  statistics.framesFreed += end - head;
}

/** Frames head to head + 2^order - 1 are free: rows of the table, and the allocator. */
export function giveBlock(k: VmKernel, head: number, order: number): void {
  const { frames, policies } = k.vm;
  const end = head + 2 ** order;
  frames.owner.fill(OWNER.free, head, end);
  frames.flags.fill(0, head, end);
  frames.references.fill(0, head, end);
  frames.block.fill(0, head, end);
  frames.free += end - head;
  // What nobody has written is as it was at power-on: frames.ts, (3).
  if (k.vm.checking) for (let index = head; index < Math.min(end, frames.touched); index++) spoil(k, index);
  FRAME_ALLOCATORS[policies.frames].give(frames, head, order);
}
