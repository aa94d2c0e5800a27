/** What is free, and the superblock's marks of being mounted. */
import { changeSuperblock, readSuperblock, total } from "./counters.ts";
import { descriptorBlocks, hasSuperblock, tableBlocks } from "./geometry.ts";
import { get, STATE, SUPERBLOCK, SUPERBLOCK_TEXTS, set, toBytes } from "./layout.ts";
import type { Transaction } from "./transaction.ts";
import type { Ext2, Usage, View } from "./types.ts";

/**
 * statfs(2): blocks without those that the file system itself needs, as Linux counts them.
 * @param leaving what will be free and counts as free already
 */
export function statfs(v: View, leaving = { blocks: 0, inodes: 0 }): Usage {
  const bytes = readSuperblock(v);
  const free = total(v, "freeBlocks") + leaving.blocks;
  return {
    blockSize: v.fs.blockSize,
    blocks: v.fs.blocks - overhead(v.fs),
    free,
    available: Math.max(0, free - get(bytes, SUPERBLOCK.reservedBlocks)),
    inodes: v.fs.inodes,
    freeInodes: total(v, "freeInodes") + leaving.inodes,
  };
}

function overhead(fs: Ext2): number {
  const copies = fs.groups.filter((_, group) => hasSuperblock(group, fs.sparseSuper)).length;
  return fs.firstBlock + copies * (1 + descriptorBlocks(fs)) + fs.groups.length * (2 + tableBlocks(fs));
}

/** Marks the file system as in use: after a crash it is known to need a check. @param time seconds @param place where it is mounted */
export function markMounted(t: Transaction, time: number, place: string): void {
  const bytes = changeSuperblock(t);
  set(bytes, SUPERBLOCK.state, get(bytes, SUPERBLOCK.state) & ~STATE.clean);
  set(bytes, SUPERBLOCK.mountCount, get(bytes, SUPERBLOCK.mountCount) + 1);
  set(bytes, SUPERBLOCK.mountTime, time);
  set(bytes, SUPERBLOCK.freeBlocks, total(t, "freeBlocks"));
  set(bytes, SUPERBLOCK.freeInodes, total(t, "freeInodes"));
  const [at, length] = SUPERBLOCK_TEXTS.lastMounted;
  bytes.fill(0, at, at + length);
  bytes.set(toBytes(place).subarray(0, length - 1), at);
  set(bytes, SUPERBLOCK.writeTime, time);
}

/** Takes back what markUnmounted said: it is in use all the same. */
export function markInUse(t: Transaction): void {
  const bytes = changeSuperblock(t);
  set(bytes, SUPERBLOCK.state, get(bytes, SUPERBLOCK.state) & ~STATE.clean);
}

/** Marks it as unmounted, clean if it was clean when it was mounted. */
export function markUnmounted(t: Transaction, time: number): void {
  const bytes = changeSuperblock(t);
  if (t.fs.clean) set(bytes, SUPERBLOCK.state, get(bytes, SUPERBLOCK.state) | STATE.clean);
  set(bytes, SUPERBLOCK.writeTime, time);
}
