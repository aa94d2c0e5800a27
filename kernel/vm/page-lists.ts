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
import type { ListKeeper } from "./replacement-memory.ts";
import type { VmPolicies } from "./types.ts";

/** Generations that may exist at once: Linux's MAX_NR_GENS. */
export const GENERATIONS = 4;

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
  /** The first of 2 * GENERATIONS lists: generationList. */
  generations: 8,
  /** Under a limit (resident-limit.ts): frames that no process maps, which the limit is not about. */
  outside: 16,
  /** Under a limit: chosen to go before user mode runs again. */
  condemned: 17,
} as const;

/** How many there are, the one of no frame included. */
export const LISTS = 18;

/** The list of a generation, by its sequence number. */
export function generationList(isFile: boolean, sequence: number): number {
  return LIST.generations + (isFile ? GENERATIONS : 0) + (sequence % GENERATIONS);
}

/** Is it a list of generations of files? */
export function isFileGeneration(list: number): boolean {
  return list >= LIST.generations + GENERATIONS && list < LIST.generations + 2 * GENERATIONS;
}

interface Entry {
  readonly anonymous: number;
  readonly file: number;
  readonly age: number;
}

const QUEUE: Entry = { anonymous: LIST.queue, file: LIST.queue, age: 0 };

/** By policy: where a frame goes when it gets its user, by whether it is a file's; its age then. */
const ENTRY: Readonly<Record<Exclude<VmPolicies["replacement"], "generations">, Entry>> = {
  fifo: QUEUE,
  random: QUEUE,
  // As if it had been used in the last interval: it is about to be.
  ageing: { ...QUEUE, age: 0x80 },
  clock: QUEUE,
  wsclock: QUEUE,
  "two-lists": { anonymous: LIST.inactiveAnonymous, file: LIST.inactiveFile, age: 0 },
};

/** Frames that a member of a list stands for: all of a huge page (huge-page.ts, 3). */
function weightOf(k: ListKeeper, index: number): number {
  return 1 << k.vm.frames.block[index];
}

/** Where a new frame goes; `last`: where those go that nobody wants. */
function entryList(k: ListKeeper, isFile: boolean, last: boolean): number {
  const { replacement } = k.vm.policies;
  if (replacement !== "generations") return ENTRY[replacement][isFile ? "file" : "anonymous"];
  const { max, min } = k.vm.reclaim.generations;
  return generationList(isFile, last ? min[isFile ? 1 : 0] : max);
}

/** The frame of index `index` has become a user's. @param isFile not anonymous or shared memory */
export function frameEnters(k: ListKeeper, index: number, isFile: boolean): void {
  const { replacement } = k.vm.policies;
  k.vm.frames.age[index] = replacement === "generations" ? 0 : ENTRY[replacement].age;
  addToHead(k, entryList(k, isFile, false), index);
  if (replacement === "wsclock") noteWhen(k, index);
}

/** Whose page it is, and when it came by that process's clock: replacement-wsclock.ts. */
function noteWhen({ vm: { reclaim } }: ListKeeper, index: number): void {
  reclaim.usedBy[index] = reclaim.running;
  reclaim.usedAt[index] = reclaim.virtual.get(reclaim.running) ?? 0;
}

/** The frame has become a user's, but is in no process yet: LIST.outside. */
export function frameStaysOutside(k: ListKeeper, index: number): void {
  addToHead(k, LIST.outside, index);
}

/** The frame is free again. */
export function frameLeaves(k: ListKeeper, index: number): void {
  if (k.vm.frames.list[index] !== LIST.none) remove(k, index);
}

function addToHead(k: ListKeeper, list: number, index: number): void {
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

function addToTail(k: ListKeeper, list: number, index: number): void {
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

function remove(k: ListKeeper, index: number): void {
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
export function scatter(k: ListKeeper, head: number, size: number): void {
  const { frames, reclaim } = k.vm;
  const list = frames.list[head];
  const before = frames.listPrevious[head];
  for (let index = head + 1; index < head + size; index++) {
    frames.list[index] = list;
    frames.age[index] = frames.age[head];
    reclaim.usedBy[index] = reclaim.usedBy[head];
    reclaim.usedAt[index] = reclaim.usedAt[head];
    frames.listNext[index] = index;
    frames.listPrevious[index - 1] = index + 1;
  }
  const last = head + size - 1;
  frames.listPrevious[last] = before;
  if (before === 0) reclaim.heads[list] = last + 1;
  else frames.listNext[before - 1] = last + 1;
}

/** Moves a frame from wherever it is to the head of `list`: last to be taken. */
export function moveToHead(k: ListKeeper, list: number, index: number): void {
  remove(k, index);
  addToHead(k, list, index);
}

/** Moves a frame that nobody has asked for to where its policy takes frames from: first to be taken. */
export function moveToTail(k: ListKeeper, index: number, isFile: boolean): void {
  moveToListTail(k, entryList(k, isFile, true), index);
  k.vm.frames.age[index] = 0;
}

/** Moves a frame to the end of a list at which the policy takes them. */
export function moveToListTail(k: ListKeeper, list: number, index: number): void {
  remove(k, index);
  addToTail(k, list, index);
}

function isGeneration(list: number): boolean {
  return list >= LIST.generations && list < LIST.generations + 2 * GENERATIONS;
}

/** The frame has not been used lately, whatever its list and age say: MADV_COLD. */
export function deactivate(k: ListKeeper, index: number): void {
  const { list, age } = k.vm.frames;
  if (list[index] === LIST.activeAnonymous) moveToHead(k, LIST.inactiveAnonymous, index);
  if (list[index] === LIST.activeFile) moveToHead(k, LIST.inactiveFile, index);
  if (isGeneration(list[index])) moveToHead(k, entryList(k, isFileGeneration(list[index]), true), index);
  age[index] = 0;
}

/** MADV_FREE: the frame can go without swap, as an unused page of a file can, and keeps company with those. */
export function treatAsDisposable(k: ListKeeper, index: number): void {
  const { list, age } = k.vm.frames;
  if (list[index] === LIST.inactiveAnonymous || list[index] === LIST.activeAnonymous)
    moveToHead(k, LIST.inactiveFile, index);
  if (isGeneration(list[index])) moveToHead(k, entryList(k, true, true), index);
  age[index] = 0;
}

/** It was written to after all: an ordinary page, in use. */
export function treatAsAnonymous(k: ListKeeper, index: number): void {
  const { list } = k.vm.frames;
  if (list[index] === LIST.inactiveFile || list[index] === LIST.activeFile) moveToHead(k, LIST.activeAnonymous, index);
  if (isFileGeneration(list[index])) moveToHead(k, entryList(k, false, false), index);
}

/** The frame of the list that entered first, or was passed over longest ago; -1: the list is empty. */
export function tailOf(k: ListKeeper, list: number): number {
  return k.vm.reclaim.tails[list] - 1;
}

/** The frames of a list, tail first. A copy: the list may change meanwhile. */
export function framesOf(k: ListKeeper, list: number): number[] {
  const found: number[] = [];
  for (let link = k.vm.reclaim.tails[list]; link !== 0; link = k.vm.frames.listPrevious[link - 1]) found.push(link - 1);
  return found;
}

/** Is it a list from which a policy chooses? */
export function isPolicys(list: number): boolean {
  return list !== LIST.unevictable && list !== LIST.transfer && list !== LIST.outside && list !== LIST.condemned;
}

/** Frames in lists that reclaim may choose from. */
export function evictableFrames(k: ListKeeper): number {
  const { lengths } = k.vm.reclaim;
  let sum = 0;
  for (let list = 1; list < LISTS; list++) if (isPolicys(list)) sum += lengths[list];
  return sum;
}
