/**
 * Requests in a sorted array: binary search, and one move of the elements behind. Few thousand elements are moved in less
 * time than a tree of objects is walked, and an array is plain data that copies fast.
 */
import type { DiskRequest } from "./types.ts";

/** Negative: `a` comes first. Never 0 for two requests of one disk. */
export type Order = (a: DiskRequest, b: DiskRequest) => number;

/** Upwards on the disk. */
export const byPosition: Order = (a, b) => a.position - b.position || a.id - b.id;
/** The oldest first. */
export const byAge: Order = (a, b) => a.id - b.id;

/** The index of the first element for which `follows` holds, given that it holds for all behind it. */
function firstWhere(list: readonly DiskRequest[], follows: (one: DiskRequest) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (follows(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The index of the first request that begins at `position` or behind it, in a list by position. */
export function firstFrom(list: readonly DiskRequest[], position: number): number {
  return firstWhere(list, (one) => one.position >= position);
}

/** Where `request` stands, or would stand. */
export function indexOf(list: readonly DiskRequest[], request: DiskRequest, order: Order): number {
  return firstWhere(list, (one) => order(one, request) >= 0);
}

/** Puts a request in its place. */
export function insert(list: DiskRequest[], request: DiskRequest, order: Order): void {
  list.splice(indexOf(list, request, order), 0, request);
}

/** Takes a request out, which is in the list. */
export function remove(list: DiskRequest[], request: DiskRequest, order: Order): void {
  list.splice(indexOf(list, request, order), 1);
}
