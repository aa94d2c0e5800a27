/**
 * The lists of user frames from which replacement policies choose: doubly linked through the frame table, by number.
 * Owns `list`, `listNext`, `listPrevious` of the frame table, and `heads`, `tails`, `lengths` of the reclaim state.
 *
 *   enter ─► head ─► ... ─► tail ─► taken
 *
 * (1) A frame of a user (anonymous, file, shared) is in exactly one list from its allocation until it is free; of a
 *     transparent huge page the first frame stands for all. Lengths count frames.
 * (2) Which policy uses which lists: ENTRY. Two are everybody's: `unevictable`, pages that mlock keeps; `transfer`,
 *     pages that reclaim has given to a disk. What is there is not looked at until rescue functions find it free to go.
 *
 * Links are frame indices plus one; 0 is the end. A leaf: frames.ts calls it at every allocation.
 */
import type { VmPolicies } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** Numbers of the lists. */
export const LIST = {
  none: 0,
  inactiveAnonymous: 1,
  activeAnonymous: 2,
  inactiveFile: 3,
  activeFile: 4,
  unevictable: 5,
  /** The one list of the policies that need one. */
  queue: 6,
  transfer: 7,
} as const;

/** How many there are, the one of no frame included. */
export const LISTS = 8;

/** By policy: where a frame goes when it gets its user, by whether it is a file's; its age then. */
const ENTRY: Readonly<Record<VmPolicies["replacement"], { anonymous: number; file: number; age: number }>> = {
  fifo: { anonymous: LIST.queue, file: LIST.queue, age: 0 },
  random: { anonymous: LIST.queue, file: LIST.queue, age: 0 },
  // As if it had been used in the last interval: it is about to be.
  lru: { anonymous: LIST.queue, file: LIST.queue, age: 0x80 },
  clock: { anonymous: LIST.queue, file: LIST.queue, age: 0 },
  "two-lists": { anonymous: LIST.inactiveAnonymous, file: LIST.inactiveFile, age: 0 },
};

/** Frames that a member of a list stands for: all of a huge page (huge-page.ts, 3). */
function weightOf(k: VmKernel, index: number): number {
  return 1 << k.vm.frames.block[index];
}

/** The frame of index `index` has become a user's. @param isFile not anonymous or shared memory */
export function frameEnters(k: VmKernel, index: number, isFile: boolean): void {
  const { anonymous, file, age } = ENTRY[k.vm.policies.replacement];
  k.vm.frames.age[index] = age;
  addToHead(k, isFile ? file : anonymous, index);
}

/** The frame is free again. */
export function frameLeaves(k: VmKernel, index: number): void {
  if (k.vm.frames.list[index] !== LIST.none) remove(k, index);
}

function addToHead(k: VmKernel, list: number, index: number): void {
  const { frames, reclaim } = k.vm;
  const head = reclaim.heads[list];
  frames.list[index] = list;
  frames.listNext[index] = head;
  frames.listPrevious[index] = 0;
  if (head === 0) reclaim.tails[list] = index + 1;
  else frames.listPrevious[head - 1] = index + 1;
  reclaim.heads[list] = index + 1;
  reclaim.lengths[list] += weightOf(k, index);
}

function addToTail(k: VmKernel, list: number, index: number): void {
  const { frames, reclaim } = k.vm;
  const tail = reclaim.tails[list];
  frames.list[index] = list;
  frames.listNext[index] = 0;
  frames.listPrevious[index] = tail;
  if (tail === 0) reclaim.heads[list] = index + 1;
  else frames.listNext[tail - 1] = index + 1;
  reclaim.tails[list] = index + 1;
  reclaim.lengths[list] += weightOf(k, index);
}

function remove(k: VmKernel, index: number): void {
  const { frames, reclaim } = k.vm;
  const list = frames.list[index];
  const next = frames.listNext[index];
  const previous = frames.listPrevious[index];
  if (previous === 0) reclaim.heads[list] = next;
  else frames.listNext[previous - 1] = next;
  if (next === 0) reclaim.tails[list] = previous;
  else frames.listPrevious[next - 1] = previous;
  frames.list[index] = LIST.none;
  frames.listNext[index] = 0;
  frames.listPrevious[index] = 0;
  reclaim.lengths[list] -= weightOf(k, index);
}

/** The huge page whose first frame is a member is dissolved: all its frames are, and are taken one after the other. */
export function scatter(k: VmKernel, head: number, size: number): void {
  const { frames, reclaim } = k.vm;
  const list = frames.list[head];
  const before = frames.listPrevious[head];
  for (let index = head + 1; index < head + size; index++) {
    frames.list[index] = list;
    frames.age[index] = frames.age[head];
    frames.listNext[index] = index;
    frames.listPrevious[index - 1] = index + 1;
  }
  const last = head + size - 1;
  frames.listPrevious[last] = before;
  if (before === 0) reclaim.heads[list] = last + 1;
  else frames.listNext[before - 1] = last + 1;
}

/** Moves a frame from wherever it is to the head of `list`: last to be taken. */
export function moveToHead(k: VmKernel, list: number, index: number): void {
  remove(k, index);
  addToHead(k, list, index);
}

/** Moves a frame that nobody has asked for to where its policy takes frames from: first to be taken. */
export function moveToTail(k: VmKernel, index: number, isFile: boolean): void {
  const { anonymous, file } = ENTRY[k.vm.policies.replacement];
  remove(k, index);
  k.vm.frames.age[index] = 0;
  addToTail(k, isFile ? file : anonymous, index);
}

/** The frame has not been used lately, whatever its list and age say: MADV_COLD. */
export function deactivate(k: VmKernel, index: number): void {
  const { list, age } = k.vm.frames;
  if (list[index] === LIST.activeAnonymous) moveToHead(k, LIST.inactiveAnonymous, index);
  if (list[index] === LIST.activeFile) moveToHead(k, LIST.inactiveFile, index);
  age[index] = 0;
}

/** MADV_FREE: the frame can go without swap, as an unused page of a file can, and keeps company with those. */
export function treatAsDisposable(k: VmKernel, index: number): void {
  const { list, age } = k.vm.frames;
  if (list[index] === LIST.inactiveAnonymous || list[index] === LIST.activeAnonymous)
    moveToHead(k, LIST.inactiveFile, index);
  age[index] = 0;
}

/** It was written to after all: an ordinary page, in use. */
export function treatAsAnonymous(k: VmKernel, index: number): void {
  const { list } = k.vm.frames;
  if (list[index] === LIST.inactiveFile || list[index] === LIST.activeFile) moveToHead(k, LIST.activeAnonymous, index);
}

/** The frame of the list that entered first, or was passed over longest ago; -1: the list is empty. */
export function tailOf(k: VmKernel, list: number): number {
  return k.vm.reclaim.tails[list] - 1;
}

/** The frames of a list, tail first. A copy: the list may change meanwhile. */
export function framesOf(k: VmKernel, list: number): number[] {
  const found: number[] = [];
  for (let link = k.vm.reclaim.tails[list]; link !== 0; link = k.vm.frames.listPrevious[link - 1]) found.push(link - 1);
  return found;
}

/** Is it a list from which a policy chooses? */
export function isPolicys(list: number): boolean {
  return list !== LIST.unevictable && list !== LIST.transfer;
}

/** Frames in lists that reclaim may choose from. */
export function evictableFrames(k: VmKernel): number {
  const { lengths } = k.vm.reclaim;
  let sum = 0;
  for (let list = 1; list < LISTS; list++) if (isPolicys(list)) sum += lengths[list];
  return sum;
}
