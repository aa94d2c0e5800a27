/** System calls that open and close: openat, close, close_range, pipe2. */
import { CONSTANTS, FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import { pathFromUser, startOf } from "../fs/at.ts";
import { truncateContent } from "../fs/content.ts";
import { createFile } from "../fs/create.ts";
import { closeDescriptor, freeDescriptor, install, releaseFile, setDescriptor } from "../fs/descriptors.ts";
import { isDirectory, isRegular } from "../fs/inode.ts";
import { makeFile, openInode } from "../fs/open.ts";
import { type Walked, walk } from "../fs/path.ts";
import { newPipeInode, pipeOpened } from "../fs/pipe.ts";
import type { Inode, OpenFile } from "../fs/types.ts";
import type { Kernel } from "../kernel.ts";
import { requireUser } from "../prepared.ts";
import type { Process } from "../process.ts";
import type { Handlers } from "../syscall-table.ts";
import { copyOut } from "../usercopy.ts";

const O = FLAGS.open;
const { S_IFREG } = CONSTANTS.fileType;
const { CLOSE_RANGE_CLOEXEC, CLOSE_RANGE_UNSHARE } = CONSTANTS.fcntl;
/** Bit of O_TMPFILE beside O_DIRECTORY. */
const TMPFILE_BIT = O.O_TMPFILE & ~O.O_DIRECTORY;
/** What open(2) knows; other bits are ignored. O_PATH leaves only these. */
const PATH_FLAGS = O.O_PATH | O.O_DIRECTORY | O.O_NOFOLLOW | O.O_CLOEXEC;
const FD_BYTES = 4;

/** The flags as they count. @throws Errno EINVAL, EOPNOTSUPP */
function checkOpenFlags(flags: number): number {
  if (flags & O.O_PATH) return flags & PATH_FLAGS;
  if (flags & TMPFILE_BIT) throw errno("ENOTSUP");
  // Linux since 6.4: the two together have no meaning.
  if (flags & O.O_CREAT && flags & O.O_DIRECTORY) throw errno("EINVAL");
  return flags;
}

/** What the walk found, or a new file in its place. */
function findOrCreate(k: Kernel, p: Process, walked: Walked, flags: number, mode: number): [Inode, fresh: boolean] {
  const { inode, slash } = walked;
  if (inode !== null) {
    if (flags & O.O_CREAT && flags & O.O_EXCL) throw errno("EEXIST");
    if (slash && !isDirectory(inode)) throw errno("ENOTDIR");
    return [inode, false];
  }
  if (!(flags & O.O_CREAT)) throw errno("ENOENT");
  return [createFile(k, p, walked, S_IFREG | (mode & 0o7777), { kind: "file", backing: null }), true];
}

function openAt(k: Kernel, p: Process, dirfd: number, address: number, given: number, mode: number): number {
  const flags = checkOpenFlags(given);
  const path = pathFromUser(k, p, address);
  freeDescriptor(p);
  const creates = (flags & O.O_CREAT) !== 0;
  // A name that is to be created, and only that, is not looked behind.
  const nameOnly = creates && (flags & O.O_EXCL) !== 0;
  const follow = (flags & O.O_NOFOLLOW) === 0 && !nameOnly;
  const walked = walk(k, p, startOf(p, dirfd, path), path, { follow, nameOnly, creates });
  const [inode, fresh] = findOrCreate(k, p, walked, flags, mode);
  const file = openInode(k, p, inode, flags, fresh);
  truncateOpened(k, p, file, flags, fresh);
  return install(k, p, file, (flags & O.O_CLOEXEC) !== 0);
}

function truncateOpened(k: Kernel, p: Process, file: OpenFile, flags: number, fresh: boolean): void {
  if (!(flags & O.O_TRUNC) || fresh || file.kind !== "regular" || !isRegular(file.inode)) return;
  try {
    truncateContent(k, p, file.inode, 0);
  } catch (failure) {
    releaseFile(k, file);
    throw failure;
  }
}

/** pipe2(2). @throws Errno EINVAL, EMFILE, EFAULT */
function makePipe(k: Kernel, p: Process, address: number, flags: number): number {
  if ((flags & ~(O.O_CLOEXEC | O.O_NONBLOCK | O.O_DIRECT)) !== 0) throw errno("EINVAL");
  // Packet mode is not built: O_DIRECT would change what reads return.
  if (flags & O.O_DIRECT) throw errno("EINVAL");
  requireUser(k, p, address, 2 * FD_BYTES);
  const first = freeDescriptor(p);
  const second = freeDescriptor(p, first + 1);
  const inode = newPipeInode(k, p);
  const status = flags & O.O_NONBLOCK;
  const closeOnExec = (flags & O.O_CLOEXEC) !== 0;
  for (const [fd, access] of [
    [first, O.O_RDONLY],
    [second, O.O_WRONLY],
  ] as const) {
    const file = makeFile(inode, "pipe", access | status);
    pipeOpened(k, file);
    setDescriptor(p, fd, { file, closeOnExec });
  }
  copyOut(k, p, address, new Uint8Array(new Int32Array([first, second]).buffer));
  return 0;
}

/** close_range(2): closes, or marks, all that are open from `first` to `last`. */
function closeRange(k: Kernel, p: Process, first: number, last: number, flags: number): number {
  if ((flags & ~(CLOSE_RANGE_CLOEXEC | CLOSE_RANGE_UNSHARE)) !== 0 || first > last) throw errno("EINVAL");
  const { slots } = p.files!;
  for (let fd = Math.min(last, slots.length - 1); fd >= first; fd--) {
    const slot = slots[fd];
    if (!slot) continue;
    if (flags & CLOSE_RANGE_CLOEXEC) slot.closeOnExec = true;
    else closeDescriptor(k, p, fd);
  }
  return 0;
}

export const openCalls = {
  openat: openAt,
  close(k, p, fd) {
    closeDescriptor(k, p, fd);
    return 0;
  },
  close_range: closeRange,
  pipe2: makePipe,
} satisfies Handlers;
