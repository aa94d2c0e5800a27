/**
 * Items: what the scanner remembers of each page that it looks at, and where in the two trees that page is.
 *
 * (1) The items of a space are in a list by page number; each page has one at most.
 * (2) An item is in the unstable tree exactly when it says so and the present full scan put it there: that tree begins
 *     empty with every full scan.
 */
import { takeItem } from "./merge-nodes.ts";
import type { MergeItem, MergeSpace, MergeState } from "./merge-types.ts";
import { insertNode, noLinks, removeNode, type Side } from "./red-black.ts";
import type { VmKernel } from "./vm-kernel.ts";

function newItem(space: number, page: number, next: number): MergeItem {
  return {
    ...noLinks(),
    space,
    page,
    next,
    checksum: 0,
    where: "nowhere",
    scan: 0,
    node: 0,
    after: 0,
    before: 0,
  };
}

/** The nobody of number 0. */
export const NO_ITEM: Readonly<MergeItem> = newItem(0, 0, 0);

/** The item behind `last` (0: the first one). */
function behind(m: MergeState, space: MergeSpace, last: number): number {
  return last === 0 ? space.first : m.unstable.nodes[last].next;
}

function setBehind(m: MergeState, space: MergeSpace, last: number, item: number): void {
  if (last === 0) space.first = item;
  else m.unstable.nodes[last].next = item;
}

/** The item of `page`, made if it is new. Items behind `last` of pages below go: nothing is to be looked at there any more. */
export function itemOfPage(k: VmKernel, space: MergeSpace, last: number, page: number): number {
  const m = k.vm.merge;
  const items = m.unstable.nodes;
  for (let at = behind(m, space, last); at !== 0 && items[at].page <= page; at = behind(m, space, last)) {
    if (items[at].page === page) return at;
    dropItemBehind(k, space, last);
  }
  const item = m.freeItems.pop() ?? items.length;
  items[item] = newItem(space.space, page, behind(m, space, last));
  setBehind(m, space, last, item);
  m.counts.items++;
  space.items++;
  return item;
}

function dropItemBehind(k: VmKernel, space: MergeSpace, last: number): void {
  const m = k.vm.merge;
  const item = behind(m, space, last);
  takeFromTrees(k, item);
  setBehind(m, space, last, m.unstable.nodes[item].next);
  m.unstable.nodes[item] = newItem(0, 0, 0);
  m.freeItems.push(item);
  m.counts.items--;
  space.items--;
  m.changed = true;
}

/** Forgets all items of the space behind `last`. */
export function dropItemsBehind(k: VmKernel, space: MergeSpace, last: number): void {
  while (behind(k.vm.merge, space, last) !== 0) dropItemBehind(k, space, last);
}

/** Enters an item in the unstable tree, where a search has ended. */
export function enterUnstable(m: MergeState, item: number, parent: number, side: Side): void {
  insertNode(m.unstable, item, parent, side);
  Object.assign(m.unstable.nodes[item], { where: "unstable", scan: m.fullScans });
  m.counts.unshared++;
}

/** The item is in no tree any more. */
export function takeFromTrees(k: VmKernel, item: number): void {
  const m = k.vm.merge;
  const { where, scan } = m.unstable.nodes[item];
  if (where === "stable") takeItem(k, item);
  if (where !== "unstable") return;
  if (scan === m.fullScans) removeNode(m.unstable, item);
  m.counts.unshared--;
  Object.assign(m.unstable.nodes[item], { where: "nowhere", ...noLinks() });
}
