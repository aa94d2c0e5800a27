/**
 * Which free frame is given out: the policies, a row each of FRAME_ALLOCATORS, chosen by name.
 * Owns the lists of free blocks in the frame table.
 *
 *   buddy: blocks of 2^order frames, aligned to their size, in one list an order. Taking splits a larger block,
 *   giving back joins a block with its buddy (index XOR size) as long as that one is free and whole:
 *
 *     order 2  [ 0  1  2  3 ]                 take ->  order 1 [ 2 3 ], order 0 [ 1 ], and 0 is in use
 *     order 2  [ 0  1  2  3 ]      <- give 0 back: 0+1, then 01+23
 *
 * (1) A free block's first frame has its order in `order`; every other free frame has NO_ORDER there.
 * (2) Every free frame lies in exactly one block, and no free block's buddy is a free block of the same order.
 *
 * Cost: buddy O(log frames); first-fit, the naive one, O(frames).
 */
import type { FrameTable, VmPolicies } from "./types.ts";

/** `order` of a frame that does not begin a free block. */
export const NO_ORDER = 255;
/** The largest block: 2^MAX_ORDER frames (4 MiB). */
export const MAX_ORDER = 10;

export interface FrameAllocator {
  /** Index of the first of 2^order free frames in a row, aligned; -1: there are none. */
  take(f: FrameTable, order: number): number;
  /** Gives back what `take` gave out. The frames are marked free by the caller before. */
  give(f: FrameTable, index: number, order: number): void;
  /** Gives all frames of a new table, the highest first. */
  giveAll(f: FrameTable): void;
}

function push(f: FrameTable, index: number, order: number): void {
  const head = f.freeLists[order];
  f.order[index] = order;
  f.next[index] = head;
  f.previous[index] = 0;
  if (head !== 0) f.previous[head - 1] = index + 1;
  f.freeLists[order] = index + 1;
}

function unlink(f: FrameTable, index: number, order: number): void {
  const next = f.next[index];
  const previous = f.previous[index];
  if (previous === 0) f.freeLists[order] = next;
  else f.next[previous - 1] = next;
  if (next !== 0) f.previous[next - 1] = previous;
  f.order[index] = NO_ORDER;
}

function takeBuddy(f: FrameTable, order: number): number {
  if (order > MAX_ORDER) return takeGigantic(f, order);
  let found = order;
  while (found <= MAX_ORDER && f.freeLists[found] === 0) found++;
  if (found > MAX_ORDER) return -1;
  const index = f.freeLists[found] - 1;
  unlink(f, index, found);
  while (found > order) {
    found--;
    push(f, index + 2 ** found, found);
  }
  return index;
}

/**
 * A block that is larger than those in the lists: an aligned stretch of RAM that happens to be free, whose blocks are taken out of
 * their lists. No block lies across its border. The highest one is taken: that is where least is in use.
 */
function takeGigantic(f: FrameTable, order: number): number {
  const size = 2 ** order;
  const index = highestFree(f, size);
  if (index < 0) return -1;
  for (let block = index; block < index + size; ) {
    const own = f.order[block];
    unlink(f, block, own);
    block += 2 ** own;
  }
  return index;
}

function highestFree(f: FrameTable, size: number): number {
  for (let index = Math.floor(f.count / size) * size - size; index >= 0; index -= size) {
    let used = index + size - 1;
    while (used >= index && f.owner[used] === 0) used--;
    if (used < index) return index;
  }
  return -1;
}

function giveBuddy(f: FrameTable, index: number, order: number): void {
  if (order > MAX_ORDER) {
    for (let block = index; block < index + 2 ** order; block += 2 ** MAX_ORDER) giveBuddy(f, block, MAX_ORDER);
    return;
  }
  let first = index;
  let size = order;
  while (size < MAX_ORDER) {
    const buddy = first ^ (1 << size);
    if (buddy + 2 ** size > f.count || f.owner[buddy] !== 0 || f.order[buddy] !== size) break;
    unlink(f, buddy, size);
    first = Math.min(first, buddy);
    size++;
  }
  push(f, first, size);
}

/** What giving them back one by one comes to: the largest blocks, and smaller ones for the rest at the end. */
function giveAllToBuddies(f: FrameTable): void {
  let end = f.count;
  for (let order = 0; end > 0; ) {
    const size = 2 ** order;
    if (order === MAX_ORDER || end % (2 * size) !== 0) {
      end -= size;
      push(f, end, order);
    } else order++;
  }
}

function takeFirst(f: FrameTable, order: number): number {
  const size = 2 ** order;
  for (let index = 0; index + size <= f.count; index += size) {
    let free = 0;
    while (free < size && f.owner[index + free] === 0) free++;
    if (free === size) return index;
  }
  return -1;
}

/** The highest free frame: what is in use lies together at the top, and below it is room for runs (runs.ts). */
function takeHighest(f: FrameTable, order: number): number {
  if (order === 0) return f.owner.lastIndexOf(0);
  const size = 2 ** order;
  for (let index = f.count - (f.count % size) - size; index >= 0; index -= size)
    if (f.owner.subarray(index, index + size).every((owner) => owner === 0)) return index;
  return -1;
}

export const FRAME_ALLOCATORS: Readonly<Record<VmPolicies["frames"], FrameAllocator>> = {
  buddy: { take: takeBuddy, give: giveBuddy, giveAll: giveAllToBuddies },
  "highest-first": { take: takeHighest, give: () => {}, giveAll: () => {} },
  "first-fit": { take: takeFirst, give: () => {}, giveAll: () => {} },
};
