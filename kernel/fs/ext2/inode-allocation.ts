/**
 * Taking inode numbers: a file's in its directory's group, a directory's where there is room for what will come in it,
 * those in the root spread over all groups.
 *
 * Source: the ideas of Orlov's allocator, as Linux's ext2 describes it.
 */
import { errno } from "../../errno.ts";
import { firstFree, isTaken, release, take } from "./bitmap.ts";
import { count, counter, total } from "./counters.ts";
import { changeInode } from "./inode.ts";
import { get, INODE, ROOT_INODE, set } from "./layout.ts";
import type { Transaction } from "./transaction.ts";

/**
 * Takes an inode number; its bytes in the table become zeroes, but for a new generation.
 * @throws Errno ENOSPC; EUCLEAN when the bitmap gives an inode that is in use
 */
export function takeInode(t: Transaction, parent: number, directory: boolean): number {
  const { fs } = t;
  for (const group of candidates(t, parent, directory)) {
    if (counter(t, group, "freeInodes") === 0) continue;
    const reserved = Math.max(0, Math.min(fs.inodesPerGroup, fs.firstInode - 1 - group * fs.inodesPerGroup));
    const bit = firstFree(t.read(fs.groups[group].inodeBitmap), reserved, fs.inodesPerGroup);
    if (bit < 0) continue;
    take(t.change(fs.groups[group].inodeBitmap, "bitmap"), bit);
    count(t, group, "freeInodes", -1);
    if (directory) count(t, group, "directories", 1);
    return clear(t, group * fs.inodesPerGroup + bit + 1);
  }
  throw errno("ENOSPC");
}

function clear(t: Transaction, ino: number): number {
  const raw = changeInode(t, ino);
  if (get(raw, INODE.nlink) !== 0 && get(raw, INODE.mode) !== 0 && get(raw, INODE.dtime) === 0) throw errno("EUCLEAN");
  const generation = get(raw, INODE.generation);
  raw.fill(0);
  set(raw, INODE.generation, generation + 1);
  return ino;
}

/** Groups in the order in which to try them. */
function candidates(t: Transaction, parent: number, directory: boolean): number[] {
  const home = Math.floor((parent - 1) / t.fs.inodesPerGroup);
  if (!directory && counter(t, home, "freeInodes") > 0 && empty(t, home) === 0) return [home];
  if (!directory) return [...probes(home, t.fs.groups.length)].sort((a, b) => empty(t, a) - empty(t, b));
  return parent === ROOT_INODE ? spread(t) : close(t, home);
}

/** Home first, then ever further away, as hash tables do; at the end every group once. */
function probes(home: number, groups: number): Set<number> {
  const found = new Set([home]);
  for (let step = 1, at = home + 1; step < groups; step *= 2, at += step) found.add(at % groups);
  for (let i = 0; i < groups; i++) found.add((home + i) % groups);
  return found;
}

/** 1 when the group has no block for a file's contents: sorted to the end. */
function empty(t: Transaction, group: number): number {
  return counter(t, group, "freeBlocks") === 0 ? 1 : 0;
}

/** The group with the fewest directories of those with more room than others. */
function spread(t: Transaction): number[] {
  const groups = t.fs.groups.map((_, group) => group);
  const [inodes, blocks] = averages(t);
  const key = (group: number) => {
    const roomy = counter(t, group, "freeInodes") >= inodes && counter(t, group, "freeBlocks") >= blocks;
    return (roomy ? 0 : t.fs.inodesPerGroup + 1) + counter(t, group, "directories");
  };
  return groups.sort((a, b) => key(a) - key(b));
}

/** The parent's group and those behind it, but those that are much fuller than others last. */
function close(t: Transaction, home: number): number[] {
  const { length } = t.fs.groups;
  const groups = t.fs.groups.map((_, i) => (home + i) % length);
  const [inodes, blocks] = averages(t);
  const [leastInodes, leastBlocks] = [inodes - t.fs.inodesPerGroup / 4, blocks - t.fs.blocksPerGroup / 4];
  const full = (group: number) =>
    counter(t, group, "freeInodes") < leastInodes || counter(t, group, "freeBlocks") < leastBlocks ? 1 : 0;
  return groups.sort((a, b) => full(a) - full(b));
}

function averages(t: Transaction): [inodes: number, blocks: number] {
  const groups = t.fs.groups.length;
  return [Math.floor(total(t, "freeInodes") / groups), Math.floor(total(t, "freeBlocks") / groups)];
}

/** Gives an inode's number back. @throws Errno EUCLEAN when it is not taken */
export function releaseInode(t: Transaction, ino: number, directory: boolean): void {
  const { fs } = t;
  const group = Math.floor((ino - 1) / fs.inodesPerGroup);
  const bit = (ino - 1) % fs.inodesPerGroup;
  const bitmap = t.change(fs.groups[group].inodeBitmap, "bitmap");
  if (!isTaken(bitmap, bit)) throw errno("EUCLEAN");
  release(bitmap, bit);
  count(t, group, "freeInodes", 1);
  if (directory) count(t, group, "directories", -1);
}
