/**
 * pipefs: where the inodes of pipe(2) live. It has no directory and is mounted nowhere; stat and /proc/PID/fd show it.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { panic } from "../panic.ts";
import type { FileSystem } from "./file-system.ts";

/** Number (st_dev) that the inodes of pipes carry. */
export const PIPEFS_DEVICE = 0xd;

const nowhere = (): never => panic("pipefs has no directory", {});

export const pipefs: FileSystem = {
  magic: 0x50495045,
  lookup: nowhere,
  parent: nowhere,
  list: nowhere,
  readlink: nowhere,
  capacity: () => ({ blockSize: PAGE_SIZE, blocks: 0, free: 0, available: 0, files: 0, freeFiles: 0 }),
};
