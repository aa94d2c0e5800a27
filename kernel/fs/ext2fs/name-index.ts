/**
 * Names of large directories, remembered while their inode is in memory: ext2 looks for a name from the start of a directory,
 * which takes long when there are thousands, and for a new name longest. On the disk nothing is different.
 *
 * (1) An index that is complete has every name of its directory, with its block: each commit that changes names says so.
 * (2) It grows block by block, as blocks are in memory, so that little memory slows it down and does not stop it.
 */
import { Errno } from "../../errno.ts";
import { namesIn } from "../ext2/directory.ts";
import type { NameIndex, View } from "../ext2/types.ts";
import type { Inode } from "../types.ts";
import type { DirectoryIndex, Volume } from "./types.ts";

/** Smaller directories are searched. */
const LEAST_BLOCKS = 2;

/** What is remembered, as ../ext2/ asks for it. */
export function nameIndex({ indexes }: Volume): NameIndex {
  return {
    find(directory, name) {
      const index = indexes.get(directory);
      return index?.state === "complete" ? (index.names.get(name) ?? null) : undefined;
    },
    room: (directory) => indexes.get(directory)?.room ?? 0,
  };
}

/** A name came into the `n`th block of its directory, or went. */
export function noteName(
  v: Volume,
  directory: number,
  name: string,
  at: { readonly block: number; readonly n: number } | null,
): void {
  const index = v.indexes.get(directory);
  if (index === undefined || index.state === "damaged") return;
  if (at === null) {
    index.names.delete(name);
    index.room = 0;
  } else {
    index.names.set(name, at.block);
    index.room = at.n;
  }
}

/** Reads what the index of a large directory lacks. May sleep, and goes on from there. @throws what reading a block throws */
export function growIndex(v: Volume, directory: Inode, view: View): void {
  if (directory.size < LEAST_BLOCKS * v.ext2.blockSize) return;
  const index = v.indexes.get(directory.ino) ?? newIndex(v, directory.ino);
  try {
    while (index.state === "growing") readBlock(index, view, directory.ino);
  } catch (thrown) {
    if (!(thrown instanceof Errno) || thrown.name !== "EUCLEAN") throw thrown;
    // What is damaged is searched: names before the damage are found.
    index.state = "damaged";
    index.names.clear();
  }
}

function newIndex(v: Volume, directory: number): DirectoryIndex {
  const index: DirectoryIndex = { names: new Map(), blocks: 0, state: "growing", room: 0 };
  v.indexes.set(directory, index);
  return index;
}

function readBlock(index: DirectoryIndex, view: View, directory: number): void {
  const found = namesIn(view, directory, index.blocks);
  if (found === null) {
    index.state = "complete";
    return;
  }
  // Of a name that is there twice, which is damage, the first is found.
  for (const name of found.names) if (!index.names.has(name)) index.names.set(name, found.block);
  index.blocks++;
}
