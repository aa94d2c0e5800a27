/**
 * The invariants of mounted ext2 file systems, asserted by number: after every step in tests, never in a run.
 *
 * (1) Nodes and inodes in memory are the same, each in its place; those that could not be written are among them.
 * (2) A page with a dirty or failed block is dirty or under way; blocks under way are in pages under way.
 * (3) Dirty blocks are in the order in which they became dirty.
 * (4) Wanted blocks are dirty and not under way, and so is what must be written before them, or it is under way or failed.
 * (5) Orders are the same from both ends, and of blocks that are dirty or failed.
 * (6) Tasks and the blocks that they wait for agree.
 * (7) Where pages of contents are kept is what the file's trees say.
 * (8) A complete index of names has the names that are in the directory's blocks.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { Errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { panic } from "../../panic.ts";
import { FRAME } from "../../vm/frames.ts";
import { namesIn } from "../ext2/directory.ts";
import { isRegular } from "../inode.ts";
import type { Inode } from "../types.ts";
import { blockPages, NOT_HERE } from "./buffers.ts";
import { viewFor } from "./change.ts";
import { ext2Pages } from "./contents.ts";
import type { Volume } from "./types.ts";

/** Panics with the number of the invariant that does not hold. */
export function checkVolumes(k: Kernel): void {
  for (const v of k.fs.volumes.values()) {
    checkNodes(k, v);
    checkBlocks(k, v);
    checkOrder(v);
    checkTasks(v);
    checkIndexes(k, v);
    for (const { inode } of v.nodes.values()) checkPlaces(k, v, k.fs.inodes.get(inode)!);
  }
}

function checkNodes(k: Kernel, v: Volume): void {
  for (const [ino, node] of v.nodes) {
    const inode = k.fs.inodes.get(node.inode);
    const isRight = inode?.ino === ino && node.ino === ino && inode.device === v.device;
    if (!isRight) panic("volume (1)", { ino, inode: node.inode });
    if (inode.place !== null && !k.fs.inodes.has(inode.place.directory))
      panic("volume (1)", { ino, place: inode.place });
  }
  for (const ino of v.unwritten) if (!v.nodes.has(ino)) panic("volume (1)", { unwritten: ino });
  for (const { device, ino, fs } of k.fs.inodes.values())
    if (fs === "ext2" && device === v.device && !v.nodes.has(ino)) panic("volume (1)", { ino, device });
}

function checkBlocks(k: Kernel, v: Volume): void {
  const { pages } = blockPages(k, v);
  const { flags, first } = k.vm.frames;
  const flagsOf = (block: number) => {
    const frame = pages.get(Math.floor((block * v.ext2.blockSize) / PAGE_SIZE));
    return frame === undefined ? 0 : flags[frame - first];
  };
  let since = 0;
  for (const [block, entry] of v.dirty) {
    if (entry.since < since) panic("volume (3)", { block, since: entry.since, before: since });
    since = entry.since;
    const wanted = entry.writing ? FRAME.writing : FRAME.dirty | FRAME.writing;
    if (!(flagsOf(block) & wanted)) panic("volume (2)", { block, writing: entry.writing, flags: flagsOf(block) });
  }
  for (const block of v.failed.keys()) if (!(flagsOf(block) & FRAME.dirty)) panic("volume (2)", { failed: block });
  for (const block of v.wanted) {
    if (v.dirty.get(block)?.writing !== false) panic("volume (4)", { block });
    for (const first of v.order.before.get(block) ?? [])
      if (!v.wanted.has(first) && !v.failed.has(first) && v.dirty.get(first)?.writing !== true)
        panic("volume (4)", { block, first });
  }
}

function checkOrder({ order, dirty, failed }: Volume): void {
  const pairs = (map: Map<number, Set<number>>, reverse: boolean) =>
    [...map].flatMap(([key, values]) => [...values].map((value) => (reverse ? `${value} ${key}` : `${key} ${value}`)));
  const before = pairs(order.before, false).sort();
  const after = pairs(order.after, true).sort();
  if (before.join() !== after.join()) panic("volume (5)", { before: before.length, after: after.length });
  for (const block of [...order.before.keys(), ...order.after.keys()])
    if (!dirty.has(block) && !failed.has(block)) panic("volume (5)", { block });
}

function checkTasks({ tasks, waiting, ready, dirty, failed }: Volume): void {
  for (const [number, { blocks }] of tasks) {
    if ((blocks.size === 0) !== ready.includes(number)) panic("volume (6)", { number, blocks: blocks.size });
    for (const block of blocks)
      if (waiting.get(block)?.has(number) !== true || !(dirty.has(block) || failed.has(block)))
        panic("volume (6)", { number, block });
  }
  for (const [block, numbers] of waiting)
    for (const number of numbers)
      if (tasks.get(number)?.blocks.has(block) !== true) panic("volume (6)", { number, block });
}

function checkIndexes(k: Kernel, v: Volume): void {
  for (const [ino, { state, names }] of v.indexes) {
    if (!v.nodes.has(ino)) panic("volume (8)", { ino });
    if (state !== "complete") continue;
    const right = namesOrNull(k, v, ino);
    if (right === null) continue;
    for (const [name, block] of right) if (names.get(name) !== block) panic("volume (8)", { ino, name, block });
    if (names.size !== right.size) panic("volume (8)", { ino, names: names.size, right: right.size });
  }
}

/** Null: some of the directory is not in memory. */
function namesOrNull(k: Kernel, v: Volume, ino: number): Map<string, number> | null {
  const found = new Map<string, number>();
  try {
    for (let n = 0; ; n++) {
      const block = namesIn(viewFor(k, null, v), ino, n);
      if (block === null) return found;
      for (const name of block.names) if (!found.has(name)) found.set(name, block.block);
    }
  } catch (thrown) {
    if (thrown === NOT_HERE || thrown instanceof Errno) return null;
    throw thrown;
  }
}

function checkPlaces(k: Kernel, v: Volume, inode: Inode): void {
  const object = k.vm.cache.files.get(inode.id);
  const node = v.nodes.get(inode.ino)!;
  if (object === undefined || !isRegular(inode) || node.name === "freeing") return;
  for (const [index, place] of object.places) {
    if (!object.pages.has(index)) panic("volume (7)", { ino: inode.ino, index });
    const right = placeOrNull(k, inode, index);
    if (right !== null && JSON.stringify(right) !== JSON.stringify(place))
      panic("volume (7)", { ino: inode.ino, index, place: JSON.stringify(place), right: JSON.stringify(right) });
  }
}

/** Null: what says so is not in memory. */
function placeOrNull(k: Kernel, inode: Inode, index: number) {
  try {
    return ext2Pages.locate(k, null, inode, index);
  } catch (thrown) {
    if (thrown === NOT_HERE || thrown instanceof Errno) return null;
    throw thrown;
  }
}
