/**
 * Looking at a mounted ext2 file system from outside, without a process and without changing anything: what is in pages comes
 * from there, all else from the disk as it is. So it also works when the machine is off.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { NO_FRAME } from "../../vm/frames.ts";
import { findCachedPage, findPage } from "../../vm/page-cache.ts";
import { getattr } from "../ext2/attributes.ts";
import { mapBlocks } from "../ext2/block-map.ts";
import { lookup } from "../ext2/directory.ts";
import { ROOT_INODE, TYPE, TYPE_MASK } from "../ext2/layout.ts";
import { readlink } from "../ext2/operations.ts";
import { view } from "../ext2/transaction.ts";
import type { View } from "../ext2/types.ts";
import { inodeById } from "../inode.ts";
import { blockPages } from "./buffers.ts";
import type { Volume } from "./types.ts";

/** As Linux: MAXSYMLINKS. */
const MOST_LINKS = 40;

function peekView(k: Kernel, v: Volume): View {
  const { blockSize, blocks } = v.ext2;
  const read = (block: number): Uint8Array => {
    const position = block * blockSize;
    const frame = findPage(k, blockPages(k, v), Math.floor(position / PAGE_SIZE));
    if (frame === NO_FRAME) return k.machine.disks[v.disk].bytes(position, blockSize);
    return k.machine.ram.frame(frame).subarray(position % PAGE_SIZE, (position % PAGE_SIZE) + blockSize);
  };
  return view(v.ext2, { blockSize, blocks, read });
}

/**
 * The regular file that a path leads to, without leaving the file system: its inode number.
 * @param path as bytes, from the file system's root. @throws Errno ENOENT, ENOTDIR, ELOOP, EISDIR, EUCLEAN
 */
export function peekPath(k: Kernel, v: Volume, path: string): number {
  const seen = peekView(k, v);
  const steps = path.split("/").filter((name) => name !== "" && name !== ".");
  const above = [ROOT_INODE];
  let links = 0;
  for (let name = steps.shift(); name !== undefined; name = steps.shift()) {
    if (name === "..") {
      if (above.length > 1) above.pop();
      continue;
    }
    const entry = lookup(seen, above[above.length - 1], name);
    if (entry === null) throw errno("ENOENT");
    if ((getattr(seen, entry.ino).mode & TYPE_MASK) !== TYPE.symlink) {
      above.push(entry.ino);
      continue;
    }
    if (++links > MOST_LINKS) throw errno("ELOOP");
    const target = readlink(seen, entry.ino);
    if (target.startsWith("/")) above.length = 1;
    steps.unshift(...target.split("/").filter((part) => part !== "" && part !== "."));
  }
  const ino = above[above.length - 1];
  if ((getattr(seen, ino).mode & TYPE_MASK) !== TYPE.regular) throw errno("EISDIR");
  return ino;
}

/** A regular file's bytes. @throws Errno EUCLEAN */
export function peekContents(k: Kernel, v: Volume, ino: number): Uint8Array {
  const seen = peekView(k, v);
  const node = v.nodes.get(ino);
  const inode = node === undefined ? null : inodeById(k, node.inode);
  const { blockSize } = v.ext2;
  const bytes = new Uint8Array(inode?.size ?? getattr(seen, ino).size);
  const disk = k.machine.disks[v.disk];
  for (const { first, count, block } of mapBlocks(seen, ino, 0, Math.ceil(bytes.length / blockSize)))
    for (let i = 0; i < count && block !== 0; i++) {
      const at = (first + i) * blockSize;
      bytes.set(disk.bytes((block + i) * blockSize, blockSize).subarray(0, bytes.length - at), at);
    }
  for (let at = 0; inode !== null && at < bytes.length; at += PAGE_SIZE) {
    const frame = findCachedPage(k, inode, at / PAGE_SIZE);
    if (frame !== NO_FRAME) bytes.set(k.machine.ram.frame(frame).subarray(0, bytes.length - at), at);
  }
  return bytes;
}
