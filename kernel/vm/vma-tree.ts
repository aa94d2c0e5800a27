/**
 * The tree of a space's vmas: an AVL tree by address, plain objects. Owns left, right, height, low, high and gap of
 * every vma. Also answers "where is the highest hole of n bytes" in logarithmic time, by the widest hole of each subtree.
 *
 *              [ 40-50 ]  low 10, high 90, gap 20       gap: widest hole between vmas of the subtree
 *             /         \
 *       [ 10-20 ]     [ 60-70 ]                          holes: 20-40, 50-60, 70-80
 *                           \
 *                         [ 80-90 ]
 *
 * (1) Vmas do not overlap; left.end <= start, end <= right.start.
 * (2) The heights of a node's two subtrees differ by at most one.
 * (3) low, high and gap are what the subtree's vmas say. A mapping that grows down counts from STACK_GUARD below it.
 */
import type { VirtualAddress } from "../../cpu/paging.ts";
import type { Vma } from "./types.ts";
import { occupiedFrom } from "./vma.ts";

type Tree = Vma | null;

const heightOf = (n: Tree) => (n === null ? 0 : n.height);

/** Works height, low, high and gap of `n` out of its children: invariant (3). */
function pull(n: Vma): Vma {
  const { left, right } = n;
  const from = occupiedFrom(n);
  n.height = 1 + Math.max(heightOf(left), heightOf(right));
  n.low = left === null ? from : left.low;
  n.high = right === null ? n.end : right.high;
  const below = left === null ? 0 : Math.max(left.gap, from - left.high);
  const above = right === null ? 0 : Math.max(right.gap, right.low - n.end);
  n.gap = Math.max(below, above, 0);
  return n;
}

function rotateRight(n: Vma): Vma {
  const top = n.left!;
  n.left = top.right;
  top.right = pull(n);
  return pull(top);
}

function rotateLeft(n: Vma): Vma {
  const top = n.right!;
  n.right = top.left;
  top.left = pull(n);
  return pull(top);
}

/** Restores (2) and (3) at `n`, whose children hold them. */
function balance(n: Vma): Vma {
  const lean = heightOf(n.left) - heightOf(n.right);
  if (lean > 1) {
    if (heightOf(n.left!.left) < heightOf(n.left!.right)) n.left = rotateLeft(n.left!);
    return rotateRight(n);
  }
  if (lean < -1) {
    if (heightOf(n.right!.right) < heightOf(n.right!.left)) n.right = rotateRight(n.right!);
    return rotateLeft(n);
  }
  return pull(n);
}

/** The tree with `vma` in it, which overlaps none. */
export function insertNode(tree: Tree, vma: Vma): Vma {
  if (tree === null) {
    vma.left = null;
    vma.right = null;
    return pull(vma);
  }
  if (vma.start < tree.start) tree.left = insertNode(tree.left, vma);
  else tree.right = insertNode(tree.right, vma);
  return balance(tree);
}

/** The tree without the vma that begins at `start`. */
export function removeNode(tree: Tree, start: VirtualAddress): Tree {
  if (tree === null) return null;
  if (start < tree.start) tree.left = removeNode(tree.left, start);
  else if (start > tree.start) tree.right = removeNode(tree.right, start);
  else return unite(tree.left, tree.right);
  return balance(tree);
}

/** Two subtrees of about one height, all of `left` below all of `right`. */
function unite(left: Tree, right: Tree): Tree {
  if (left === null) return right;
  if (right === null) return left;
  const top = lowest(right);
  const rest = removeLowest(right);
  top.left = left;
  top.right = rest;
  return balance(top);
}

function lowest(n: Vma): Vma {
  let node = n;
  while (node.left !== null) node = node.left;
  return node;
}

function removeLowest(n: Vma): Tree {
  if (n.left === null) return n.right;
  n.left = removeLowest(n.left);
  return balance(n);
}

/** Restores (3) after start, end or flags of the vma that begins at `start` have changed. */
export function refresh(tree: Tree, start: VirtualAddress): void {
  if (tree === null) return;
  if (start < tree.start) refresh(tree.left, start);
  else if (start > tree.start) refresh(tree.right, start);
  pull(tree);
}

/** The first vma that ends above `va`: the one that holds it, or the next one. */
export function firstEndingAbove(tree: Tree, va: VirtualAddress): Tree {
  let node = tree;
  let best: Tree = null;
  while (node !== null) {
    if (node.end > va) {
      best = node;
      node = node.left;
    } else node = node.right;
  }
  return best;
}

/** The last vma that begins below `va`. */
export function lastStartingBelow(tree: Tree, va: VirtualAddress): Tree {
  let node = tree;
  let best: Tree = null;
  while (node !== null) {
    if (node.start < va) {
      best = node;
      node = node.right;
    } else node = node.left;
  }
  return best;
}

/** No hole is wide enough. */
export const NO_HOLE = -1;

/** The widest hole inside from..to, given that only the subtree's vmas lie there: an upper bound when it is clipped. */
function widest(n: Vma, from: number, to: number): number {
  return Math.max(n.gap, n.low - from, to - n.high);
}

/** The highest start of `length` free bytes within from..to; NO_HOLE if there is none. */
export function highestHole(tree: Tree, from: VirtualAddress, to: VirtualAddress, length: number): number {
  if (to - from < length) return NO_HOLE;
  if (tree === null) return to - length;
  if (widest(tree, from, to) < length) return NO_HOLE;
  const above = highestHole(tree.right, Math.max(from, tree.end), to, length);
  if (above !== NO_HOLE) return above;
  return highestHole(tree.left, from, Math.min(to, occupiedFrom(tree)), length);
}

/** The lowest start of `length` free bytes within from..to; NO_HOLE if there is none. */
export function lowestHole(tree: Tree, from: VirtualAddress, to: VirtualAddress, length: number): number {
  if (to - from < length) return NO_HOLE;
  if (tree === null) return from;
  if (widest(tree, from, to) < length) return NO_HOLE;
  const below = lowestHole(tree.left, from, Math.min(to, occupiedFrom(tree)), length);
  if (below !== NO_HOLE) return below;
  return lowestHole(tree.right, Math.max(from, tree.end), to, length);
}
