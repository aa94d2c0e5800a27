/** What an inode of each type has beside the common part, as it is when the inode comes into memory. */
import { CONSTANTS } from "../abi.ts";
import type { Kernel } from "../kernel.ts";
import { newPipe } from "./pipe.ts";
import type { InodeData } from "./types.ts";

const { S_IFMT, S_IFREG, S_IFIFO, S_IFCHR, S_IFBLK, S_IFSOCK } = CONSTANTS.fileType;

/** @param mode its type counts @returns null: a directory, a symbolic link, or no type: its file system knows */
export function nodeData(k: Kernel, mode: number): InodeData | null {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return { kind: "file", backing: null };
    case S_IFIFO:
      return { kind: "fifo", pipe: newPipe(k) };
    case S_IFSOCK:
      return { kind: "socket" };
    case S_IFCHR:
    case S_IFBLK:
      return { kind: "device", backing: null };
    default:
      return null;
  }
}
