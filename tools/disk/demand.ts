/** How much room a tree needs in an image: for messages about images that are full, and for how many inodes to make. */
import { lengthFor } from "../../kernel/fs/ext2/entries.ts";
import { DIRECT, FAST_LINK, TYPE, TYPE_MASK } from "../../kernel/fs/ext2/layout.ts";
import { type Extent, everyNode, type HostNode } from "./host-tree.ts";

export interface Demand {
  readonly blocks: number;
  readonly inodes: number;
}

/** Blocks of the image and inodes that trees take which nothing is there of yet. */
export function demandOf(trees: readonly HostNode[], blockSize: number): Demand {
  const seen = new Set<string>();
  let [blocks, inodes] = [0, 0];
  for (const tree of trees) {
    for (const node of everyNode(tree)) {
      if (node.identity !== null && seen.has(node.identity)) continue;
      if (node.identity !== null) seen.add(node.identity);
      inodes++;
      blocks += blocksOf(node, blockSize);
    }
  }
  return { blocks, inodes };
}

function blocksOf(node: HostNode, blockSize: number): number {
  const type = node.mode & TYPE_MASK;
  if (type === TYPE.directory) return directoryBlocks(node.children, blockSize);
  if (type === TYPE.symlink) return node.target.length < FAST_LINK ? 0 : 1;
  const contents = node.extents.reduce((sum, { count }) => sum + count, 0);
  return contents + indirectBlocks(node.extents, blockSize / 4);
}

/** Names in order, each behind the one before it; none goes over the end of a block. */
function directoryBlocks(children: readonly HostNode[], blockSize: number): number {
  let blocks = 1;
  let used = 2 * lengthFor(2);
  for (const { name } of children) {
    const length = lengthFor(name.length);
    if (used + length > blockSize) {
      blocks++;
      used = 0;
    }
    used += length;
  }
  return blocks;
}

/** Indirect blocks on the ways to the blocks of a file. @param per pointers in one */
function indirectBlocks(extents: readonly Extent[], per: number): number {
  let count = 0;
  let start = DIRECT;
  for (let level = 1; level <= 3; level++) {
    const end = start + per ** level;
    for (let height = 1; height <= level; height++) count += touched(extents, start, end, per ** height);
    start = end;
  }
  return count;
}

/** How many pieces of `span` blocks between `start` and `end` have a block in them. */
function touched(extents: readonly Extent[], start: number, end: number, span: number): number {
  let count = 0;
  let last = -1;
  for (const extent of extents) {
    const from = Math.max(extent.first, start);
    const to = Math.min(extent.first + extent.count, end) - 1;
    if (to < from) continue;
    const piece = Math.max(last + 1, Math.floor((from - start) / span));
    const end_ = Math.floor((to - start) / span);
    count += Math.max(0, end_ - piece + 1);
    last = Math.max(last, end_);
  }
  return count;
}
