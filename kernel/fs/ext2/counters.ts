/**
 * The counts of what is free, in the group descriptors and in the superblock.
 *
 * (1) The descriptors' counts decide; the superblock's follow them and are made anew when the file system is mounted.
 * (2) A count that would leave its range is damage: EUCLEAN. The superblock's is cut to its range instead.
 */
import { errno } from "../../errno.ts";
import { descriptorPlace, groupSize, superblockPlace } from "./geometry.ts";
import { DESCRIPTOR, get, SUPERBLOCK, SUPERBLOCK_SIZE, set } from "./layout.ts";
import type { Transaction } from "./transaction.ts";
import type { Ext2, View } from "./types.ts";

/** The 1024 bytes of the superblock, to be read. */
export function readSuperblock(v: View): Uint8Array {
  const { block, at } = superblockPlace(v.fs);
  return v.read(block).subarray(at, at + SUPERBLOCK_SIZE);
}

/** The same, to be changed. */
export function changeSuperblock(t: Transaction): Uint8Array {
  const { block, at } = superblockPlace(t.fs);
  return t.change(block, "superblock").subarray(at, at + SUPERBLOCK_SIZE);
}

export type Counter = "freeBlocks" | "freeInodes" | "directories";

/** A group's count. */
export function counter(v: View, group: number, which: Counter): number {
  const { block, at } = descriptorPlace(v.fs, group);
  return get(v.read(block), DESCRIPTOR[which], at);
}

/** Changes a group's count and the superblock's. @throws Errno EUCLEAN when it was wrong */
export function count(t: Transaction, group: number, which: Counter, by: number): void {
  const { block, at } = descriptorPlace(t.fs, group);
  const value = counter(t, group, which) + by;
  if (value < 0 || value > most(t.fs, group, which)) throw errno("EUCLEAN");
  set(t.change(block, "descriptors"), DESCRIPTOR[which], value, at);
  if (which === "directories") return;
  const bytes = changeSuperblock(t);
  const whole = get(bytes, SUPERBLOCK[which]) + by;
  const limit = which === "freeBlocks" ? t.fs.blocks : t.fs.inodes;
  set(bytes, SUPERBLOCK[which], Math.max(0, Math.min(limit, whole)));
}

function most(fs: Ext2, group: number, which: Counter): number {
  return which === "freeBlocks" ? groupSize(fs, group) : fs.inodesPerGroup;
}

/** The sum over all groups. */
export function total(v: View, which: Counter): number {
  let sum = 0;
  for (let group = 0; group < v.fs.groups.length; group++) sum += counter(v, group, which);
  return sum;
}
