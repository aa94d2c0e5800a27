/**
 * Frames: every page of RAM, who has it and how many names it has.
 * Owns the frame table but for its reverse map and its lists of free blocks.
 *
 *   free ──allocate (zeroed or copied over)──► owner: kernel, table, anonymous, file, shared, huge ──last reference──► free
 *
 * (1) A frame is free exactly when its references are 0; `free` counts those.
 * (2) A frame is given out zeroed, or overwritten whole at once; never with what its last owner left.
 * (3) Frames from `touched` on are as they were at power-on, zero: nobody writes RAM that was not given out here. (Programs without
 *     translation may; but there the highest frame is the first to be given out, so none is from `touched` on.)
 * (4) A pinned frame (a transfer under way) keeps one reference for each pin, so it cannot be freed.
 *
 * checkVm() asserts (1), (2) and (4) (check.ts, 1 to 4); while vm.checking, (3) is asserted with (2) of each frame that is zeroed.
 */
import { COSTS } from "../../cpu/costs.ts";
import { type FrameNumber, PAGE_SIZE } from "../../cpu/paging.ts";
import type { Ram } from "../../cpu/ram.ts";
import { panic } from "../panic.ts";
import { FRAME_ALLOCATORS, MAX_ORDER, NO_ORDER } from "./frame-allocators.ts";
import { frameEnters, frameLeaves, frameStaysOutside } from "./page-lists.ts";
import type { FrameTable, VmPolicies } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { mayTake } from "./watermarks.ts";

/** Who has a frame. */
export const OWNER = {
  free: 0,
  /** The zero frame, the trampoline: neither counted nor in the reverse map. */
  kernel: 1,
  /** A page table. */
  table: 2,
  /** Private memory: anonymous, or a private copy of a file's page. */
  anonymous: 3,
  /** A page in the page cache of a file that lies on a disk. */
  file: 4,
  /** A page of shared memory, in the page cache too: without a name, or of a file that is in memory only (tmpfs). */
  shared: 5,
  /** Part of a page of the pool of huge pages: in no list of reclaim, never in swap. */
  huge: 6,
  /** Part of memory in one piece, of a scheme without pages: runs.ts. In no list of reclaim, never in swap. */
  segment: 7,
} as const;

/** Bits of FrameTable.flags. */
export const FRAME = {
  /** Cached page that differs from what its file system keeps. */
  dirty: 1,
  /** Being filled; nobody may look at it yet. */
  reading: 2,
  /** Its reading failed. */
  failed: 4,
  /** On its way to its file system, or to swap. */
  writing: 8,
  /** A call has used it since the policy last looked; what programs do is in the A bits of their entries. */
  referenced: 16,
  /** MADV_FREE: may be thrown away while no entry says that it is dirty. */
  lazyFree: 32,
  /** To be freed when its transfer ends, unless somebody wants it before: counted in reclaim.leaving. */
  leaving: 64,
  /** Read from swap because a neighbour was wanted; nobody has asked for it yet. */
  ahead: 128,
} as const;

/** "No frame": frame 0 is never RAM. */
export const NO_FRAME: FrameNumber = 0;

/** What freed frames are filled with while vm.checking. */
const SPOILT = 0xa5;

/** A table in which all of RAM is free. */
export function createFrames(ram: Ram, policy: VmPolicies["frames"]): FrameTable {
  const count = ram.size / PAGE_SIZE;
  const f: FrameTable = {
    first: ram.base / PAGE_SIZE,
    count,
    owner: new Uint8Array(count),
    flags: new Uint8Array(count),
    references: new Int32Array(count),
    pins: new Uint8Array(count),
    slot: new Uint32Array(count),
    list: new Uint8Array(count),
    listNext: new Int32Array(count),
    listPrevious: new Int32Array(count),
    age: new Uint8Array(count),
    merged: new Int32Array(count),
    mappings: new Int32Array(count),
    holder: new Int32Array(count),
    position: new Float64Array(count),
    order: new Uint8Array(count).fill(NO_ORDER),
    entries: new Uint16Array(count),
    block: new Uint8Array(count),
    chunk: new Int32Array(count),
    next: new Int32Array(count),
    previous: new Int32Array(count),
    freeLists: new Int32Array(MAX_ORDER + 1),
    free: count,
    touched: 0,
    failCountdown: 0,
  };
  FRAME_ALLOCATORS[policy].giveAll(f);
  return f;
}

/** Whether frames of this owner are in a list of the replacement policy. */
export function isListed(owner: number): boolean {
  return owner >= OWNER.anonymous && owner <= OWNER.shared;
}

/** The table's index of a frame. */
function frameIndex(k: VmKernel, frame: FrameNumber): number {
  return frame - k.vm.frames.first;
}

function take(k: VmKernel, owner: number): FrameNumber {
  const { frames, policies, statistics } = k.vm;
  if (frames.failCountdown > 0 && --frames.failCountdown === 0) return NO_FRAME;
  if (!mayTake(k)) {
    k.vm.reclaim.shortage++;
    return NO_FRAME;
  }
  const index = FRAME_ALLOCATORS[policies.frames].take(frames, 0);
  if (index < 0) return NO_FRAME;
  if (frames.references[index] !== 0)
    panic("frames (1): a free frame has no references", { index, references: frames.references[index] });
  frames.owner[index] = owner;
  frames.flags[index] = 0;
  frames.references[index] = 1;
  frames.free--;
  if (index >= frames.touched) frames.touched = index + 1;
  statistics.framesAllocated++;
  k.machine.ram.wrote(index * PAGE_SIZE, PAGE_SIZE);
  if (isListed(owner)) enter(k, index, owner);
  return index + frames.first;
}

/** A user's frame comes into a list: under a limit it is in no process before it is mapped (residents.ts). */
function enter(k: VmKernel, index: number, owner: number): void {
  const { resident, tokens } = k.vm.reclaim;
  if (resident === 0) {
    frameEnters(k, index, owner === OWNER.file);
    return;
  }
  frameStaysOutside(k, index);
  tokens[index] = 0;
}

/** A zeroed frame with one reference, the caller's; NO_FRAME when none is free. @param owner a value of OWNER */
export function allocateFrame(k: VmKernel, owner: number): FrameNumber {
  const { touched, first } = k.vm.frames;
  const frame = take(k, owner);
  if (frame === NO_FRAME) return NO_FRAME;
  const index = frame - first;
  // By (3) the others are zeroes already, and of what is only read the host need not have a page.
  if (index < touched) k.machine.ram.u8.fill(0, index * PAGE_SIZE, (index + 1) * PAGE_SIZE);
  k.machine.clock.charge(COSTS.pageZero);
  k.vm.statistics.pagesZeroed++;
  if (k.vm.checking) checkZeroed(k, frame);
  return frame;
}

/** A frame with the content of `from` and one reference; NO_FRAME when none is free. */
export function allocateCopy(k: VmKernel, owner: number, from: FrameNumber): FrameNumber {
  const frame = take(k, owner);
  if (frame === NO_FRAME) return NO_FRAME;
  const { first } = k.vm.frames;
  const source = (from - first) * PAGE_SIZE;
  k.machine.ram.u8.copyWithin((frame - first) * PAGE_SIZE, source, source + PAGE_SIZE);
  k.machine.clock.charge(COSTS.pageCopy);
  k.vm.statistics.pagesCopied++;
  return frame;
}

/** Panics unless every byte of the frame is 0: invariant (2). */
export function checkZeroed(k: VmKernel, frame: FrameNumber): void {
  const words = k.machine.ram.u32;
  const at = frameIndex(k, frame) * (PAGE_SIZE / 4);
  for (let i = 0; i < PAGE_SIZE / 4; i++)
    if (words[at + i] !== 0) panic("frames (2): a frame is given out zeroed", { frame, offset: 4 * i });
}

/** One more name for a frame in use. */
export function addReference(k: VmKernel, frame: FrameNumber): void {
  const { frames } = k.vm;
  const index = frame - frames.first;
  if (frames.references[index] === 0) panic("frames (1): only a frame in use gets references", { frame });
  frames.references[index]++;
}

/** One name less; the last one frees the frame. */
export function dropReference(k: VmKernel, frame: FrameNumber): void {
  const { frames } = k.vm;
  const index = frame - frames.first;
  const left = --frames.references[index];
  if (left > 0) return;
  if (left < 0) panic("frames (1): references are never negative", { frame, left });
  free(k, index);
}

function free(k: VmKernel, index: number): void {
  const { frames, policies, statistics } = k.vm;
  if (frames.mappings[index] !== 0 || frames.block[index] !== 0)
    panic("frames (1): a freed frame has no mappings, and is of no huge page", { index, block: frames.block[index] });
  frameLeaves(k, index);
  frames.owner[index] = OWNER.free;
  frames.flags[index] = 0;
  frames.merged[index] = 0;
  frames.holder[index] = 0;
  frames.position[index] = 0;
  frames.order[index] = NO_ORDER;
  frames.free++;
  statistics.framesFreed++;
  if (k.vm.checking) spoil(k, index);
  FRAME_ALLOCATORS[policies.frames].give(frames, index, 0);
}

/** What nobody may rely on any more. */
export function spoil(k: VmKernel, index: number): void {
  k.machine.ram.u8.fill(SPOILT, index * PAGE_SIZE, (index + 1) * PAGE_SIZE);
  k.machine.ram.wrote(index * PAGE_SIZE, PAGE_SIZE);
}

/** Keeps a frame where it is while a transfer runs. */
export function pinFrame(k: VmKernel, frame: FrameNumber): void {
  addReference(k, frame);
  k.vm.frames.pins[frameIndex(k, frame)]++;
}

/** Ends what pinFrame began. */
export function unpinFrame(k: VmKernel, frame: FrameNumber): void {
  const index = frameIndex(k, frame);
  if (k.vm.frames.pins[index] === 0) panic("frames (4): only a pinned frame is unpinned", { frame });
  k.vm.frames.pins[index]--;
  dropReference(k, frame);
}
