/** System calls that move a file's bytes: reading, writing, seeking, truncating, bringing them home. */
import { CONSTANTS } from "../abi.ts";
import { Errno, errno } from "../errno.ts";
import { resolveAt } from "../fs/at.ts";
import { seekContent, truncateContent } from "../fs/content.ts";
import { fileOf, isWritable, readableFileOf, writableFileOf } from "../fs/descriptors.ts";
import { FILE_OPERATIONS, readAt, readFile, writeAt, writeFile } from "../fs/file-operations.ts";
import { isDirectory, isRegular, MAX_FILE_BYTES } from "../fs/inode.ts";
import { checkWritableMount } from "../fs/mount-flags.ts";
import { checkAccess, W_OK } from "../fs/permissions.ts";
import { sendFile } from "../fs/sendfile.ts";
import type { Inode, OpenFile } from "../fs/types.ts";
import { gatherBuffer, userBuffer } from "../fs/user-buffer.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import type { Handlers } from "../syscall-table.ts";

const { SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE } = CONSTANTS.seek;
const { AT_FDCWD } = CONSTANTS.fd;
/** The last of POSIX_FADV_NORMAL to POSIX_FADV_NOREUSE. */
const LAST_ADVICE = 5;

/** pread64 and pwrite64: the file has positions, and the given one is one. */
function checkPosition(file: OpenFile, position: number): void {
  if (FILE_OPERATIONS[file.kind].seek === "none") throw errno("ESPIPE");
  if (position < 0) throw errno("EINVAL");
}

/** lseek(2). @throws Errno ESPIPE, EINVAL, ENXIO */
function seek(k: Kernel, p: Process, fd: number, offset: number, whence: number): number {
  const file = fileOf(p, fd);
  if (whence < SEEK_SET || whence > SEEK_HOLE) throw errno("EINVAL");
  const { seek: how } = FILE_OPERATIONS[file.kind];
  if (how === "none") throw errno("ESPIPE");
  if (how === "always-zero") return 0;
  const target = seekTarget(k, file, offset, whence);
  if (target < 0 || target > MAX_FILE_BYTES) throw errno("EINVAL");
  file.offset = target;
  return target;
}

function seekTarget(k: Kernel, file: OpenFile, offset: number, whence: number): number {
  if (whence === SEEK_SET) return offset;
  if (whence === SEEK_CUR) return file.offset + offset;
  if (whence === SEEK_END && file.kind !== "directory" && file.kind !== "proc") return file.inode.size + offset;
  if (file.kind !== "regular" && file.kind !== "disk") throw errno("EINVAL");
  return seekContent(k, file.inode, offset, whence === SEEK_DATA ? "data" : "hole");
}

/** truncate(2) and ftruncate(2), once the file is known. */
function truncate(k: Kernel, p: Process, inode: Inode, length: number): number {
  // Linux lets /proc be "truncated", to no effect.
  if (inode.data.kind === "file") truncateContent(k, p, inode, length);
  return 0;
}

/** fsync(2) and fdatasync(2). @throws Errno EINVAL a file that has no home, EIO */
function synchronize(k: Kernel, p: Process, fd: number): number {
  const file = fileOf(p, fd);
  if (file.kind !== "regular" && file.kind !== "disk" && file.kind !== "directory") throw errno("EINVAL");
  writeBack(k, p, [wholeFile(file.inode)]);
  return 0;
}

/** sync(2): nobody is told of an error. */
function synchronizeAll(k: Kernel, p: Process): number {
  const everything = k.fs.disks.map(({ node }) => wholeFile(k.fs.inodes.get(node)!));
  try {
    writeBack(k, p, everything);
  } catch (failure) {
    if (!(failure instanceof Errno)) throw failure;
  }
  return 0;
}

export const fileCalls = {
  read: (k, p, fd, address, count) => readFile(k, p, readableFileOf(p, fd), userBuffer(k, address, count)),
  write: (k, p, fd, address, count) => writeFile(k, p, writableFileOf(p, fd), userBuffer(k, address, count)),
  readv: (k, p, fd, iov, count) => readFile(k, p, readableFileOf(p, fd), gatherBuffer(k, p, iov, count)),
  writev: (k, p, fd, iov, count) => writeFile(k, p, writableFileOf(p, fd), gatherBuffer(k, p, iov, count)),

  pread64(k, p, fd, address, count, position) {
    if (position < 0) throw errno("EINVAL");
    const file = readableFileOf(p, fd);
    checkPosition(file, position);
    return readAt(k, p, file, userBuffer(k, address, count), position);
  },
  pwrite64(k, p, fd, address, count, position) {
    if (position < 0) throw errno("EINVAL");
    const file = writableFileOf(p, fd);
    checkPosition(file, position);
    return writeAt(k, p, file, userBuffer(k, address, count), position);
  },
  preadv(k, p, fd, iov, count, position) {
    const file = readableFileOf(p, fd);
    checkPosition(file, position);
    return readAt(k, p, file, gatherBuffer(k, p, iov, count), position);
  },
  pwritev(k, p, fd, iov, count, position) {
    const file = writableFileOf(p, fd);
    checkPosition(file, position);
    return writeAt(k, p, file, gatherBuffer(k, p, iov, count), position);
  },

  lseek: seek,
  sendfile: sendFile,

  truncate(k, p, address, length) {
    const inode = resolveAt(k, p, AT_FDCWD, address, 0, { follow: true });
    if (length < 0) throw errno("EINVAL");
    if (isDirectory(inode)) throw errno("EISDIR");
    checkWritableMount(k, inode);
    if (!isRegular(inode)) throw errno("EINVAL");
    checkAccess(p.credentials, inode, W_OK);
    if (inode.executions > 0) throw errno("ETXTBSY");
    return truncate(k, p, inode, length);
  },
  ftruncate(k, p, fd, length) {
    if (length < 0) throw errno("EINVAL");
    const file = fileOf(p, fd);
    if (!isWritable(file) || file.kind !== "regular") throw errno("EINVAL");
    return truncate(k, p, file.inode, length);
  },

  fsync: synchronize,
  fdatasync: synchronize,
  sync: synchronizeAll,

  fadvise64(_k, p, fd, _offset, length, advice) {
    const file = fileOf(p, fd);
    if (file.kind === "pipe") throw errno("ESPIPE");
    if (length < 0 || advice < 0 || advice > LAST_ADVICE) throw errno("EINVAL");
    return 0;
  },
} satisfies Handlers;
