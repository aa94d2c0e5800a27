/**
 * A folder of the host, and ways to what is in it that never lead out of it.
 *
 * (1) A path goes down from the folder one directory at a time, and no symbolic link is followed on the way: each directory
 *     is opened with O_NOFOLLOW below the one that is open already, as openat(2) does it. Whoever renames directories or puts
 *     links in their place meanwhile changes which directory it is, not that it is one below the folder. (A directory that
 *     somebody on the host moves out of the folder, while it is open here, stays usable for that one operation.)
 * (2) What is reached is named as `/proc/self/fd/N/name`, where N is the open directory: the calls of node:fs take paths only.
 *     Where there is no such /proc (macOS), each directory is looked at with lstat(2) on the way, and the whole path used:
 *     who changes the tree between the look and the use could mislead it.
 */
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  realpathSync,
  statSync,
} from "node:fs";
import type { ErrnoName } from "../../kernel/abi.ts";

/** Refused here, not by the host. */
export class ShareError extends Error {
  constructor(readonly code: ErrnoName) {
    super(code);
  }
}

/** open(2), Linux: a descriptor that only names the file. Node has no name for it. */
const O_PATH = 0o10000000;
const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
const DESCRIPTORS = "/proc/self/fd";

/** Bytes of a name or path, one character a byte. */
type ByteString = string;

const hostPath = (path: ByteString) => Buffer.from(path, "latin1");

/** A directory inside the folder, usable while the call that it was handed to lasts. */
export interface Reached {
  /** The path of a name in it, for calls that do not follow links in last place; ".": its own. */
  path(name: ByteString): Buffer;
}

export class Folder {
  /** The open folder: it stays this one, whatever becomes of its name. -1: there is no /proc. */
  private readonly root: number;
  private readonly path: ByteString;

  /** @throws the host's error when it is no directory that can be opened */
  constructor(path: string) {
    const real = realpathSync(path);
    if (!statSync(real).isDirectory()) throw new ShareError("ENOTDIR");
    this.path = Buffer.from(real).toString("latin1");
    this.root = existsSync(DESCRIPTORS) ? openSync(real, O_RDONLY | O_DIRECTORY) : -1;
  }

  close(): void {
    if (this.root >= 0) closeSync(this.root);
  }

  /** Goes down to a directory and calls `use` with it. @throws ShareError ENOTDIR a component is a link or no directory */
  within<T>(names: readonly ByteString[], use: (directory: Reached) => T): T {
    return this.root >= 0 ? this.withinOpen(names, use) : this.withinPath(names, use);
  }

  private withinOpen<T>(names: readonly ByteString[], use: (directory: Reached) => T): T {
    let fd = this.root;
    try {
      for (const name of names) {
        const next = openSync(below(fd, name), O_PATH | O_DIRECTORY | O_NOFOLLOW);
        if (fd !== this.root) closeSync(fd);
        fd = next;
      }
      return use({ path: (name) => below(fd, name) });
    } finally {
      if (fd !== this.root) closeSync(fd);
    }
  }

  private withinPath<T>(names: readonly ByteString[], use: (directory: Reached) => T): T {
    let path = this.path;
    for (const name of names) {
      path += `/${name}`;
      if (!lstatSync(hostPath(path)).isDirectory()) throw new ShareError("ENOTDIR");
    }
    return use({ path: (name) => hostPath(`${path}/${name}`) });
  }
}

const below = (fd: number, name: ByteString) => hostPath(`${DESCRIPTORS}/${fd}/${name}`);

/** The path of an open file itself. */
export function pathOfOpen(fd: number): Buffer | null {
  return existsSync(DESCRIPTORS) ? hostPath(`${DESCRIPTORS}/${fd}`) : null;
}

/** chmod(2) of what a path names, never of what a link leads to. @throws ShareError ENOTSUP it is a symbolic link */
export function changeMode(path: Buffer, mode: number): void {
  const naming = existsSync(DESCRIPTORS) ? O_PATH : O_RDONLY;
  if (lstatSync(path).isSymbolicLink()) throw new ShareError("ENOTSUP");
  const fd = openSync(path, naming | O_NOFOLLOW);
  try {
    if (fstatSync(fd).isSymbolicLink()) throw new ShareError("ENOTSUP");
    // A descriptor that only names a file refuses fchmod(2).
    const open = naming === O_PATH ? pathOfOpen(fd) : null;
    if (open === null) fchmodSync(fd, mode);
    else chmodSync(open, mode);
  } finally {
    closeSync(fd);
  }
}
