/** System calls that move a file's bytes: reading, writing, seeking, truncating, bringing them home. */
import { CONSTANTS, FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import { resolveAt } from "../fs/at.ts";
import { seekContent, truncateContent } from "../fs/content.ts";
import { fileOf, isWritable, readableFileOf, writableFileOf } from "../fs/descriptors.ts";
import { adviseFile, willNeed } from "../fs/fadvise.ts";
import { FILE_OPERATIONS, readAt, readFile, writeAt, writeFile } from "../fs/file-operations.ts";
import { isDirectory, isRegular, MAX_FILE_BYTES } from "../fs/inode.ts";
import { checkWritableMount } from "../fs/mount-flags.ts";
import { checkAccess, W_OK } from "../fs/permissions.ts";
import { sendFile } from "../fs/sendfile.ts";
import { synchronizeAll, synchronizeFile, synchronizeMount, synchronizeRange } from "../fs/synchronize.ts";
import type { Inode, OpenFile } from "../fs/types.ts";
import { gatherBuffer, userBuffer } from "../fs/user-buffer.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import type { Handlers } from "../syscall-table.ts";

const { SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE } = CONSTANTS.seek;
const { AT_FDCWD } = CONSTANTS.fd;
const ANY_OF_RANGE = Object.values(FLAGS.syncFileRange).reduce((all, bit) => all | bit, 0);

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
  if (inode.data.kind === "file" || inode.data.kind === "huge") truncateContent(k, p, inode, length);
  return 0;
}

/** fsync(2) and fdatasync(2). @throws Errno EINVAL a file that has no home, EIO */
function synchronize(k: Kernel, p: Process, fd: number, dataOnly: boolean): number {
  const file = fileOf(p, fd);
  if (file.kind !== "regular" && file.kind !== "disk" && file.kind !== "directory") throw errno("EINVAL");
  synchronizeFile(k, p, file.inode, dataOnly);
  return 0;
}

/** sync_file_range(2). @throws Errno EBADF, EINVAL, ESPIPE neither file nor disk nor directory, EIO */
function synchronizePart(k: Kernel, p: Process, fd: number, offset: number, length: number, flags: number): number {
  const file = fileOf(p, fd);
  if (flags & ~ANY_OF_RANGE || offset < 0 || length < 0 || offset + length >= 2 ** 63) throw errno("EINVAL");
  if (file.kind !== "regular" && file.kind !== "disk" && file.kind !== "directory") throw errno("ESPIPE");
  synchronizeRange(k, p, file.inode, offset, length === 0 ? Number.POSITIVE_INFINITY : offset + length, flags);
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
    if (!isRegular(inode)) throw errno("EINVAL");
    checkWritableMount(k, inode);
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

  fsync: (k, p, fd) => synchronize(k, p, fd, false),
  fdatasync: (k, p, fd) => synchronize(k, p, fd, true),
  sync(k, p) {
    synchronizeAll(k, p);
    return 0;
  },
  syncfs(k, p, fd) {
    synchronizeMount(k, p, fileOf(p, fd).inode);
    return 0;
  },
  sync_file_range: synchronizePart,

  fadvise64(k, p, fd, offset, length, advice) {
    adviseFile(k, fileOf(p, fd), offset, length, advice);
    return 0;
  },
  readahead(k, p, fd, offset, count) {
    const file = readableFileOf(p, fd);
    if (file.kind !== "regular" && file.kind !== "disk") throw errno("EINVAL");
    if (offset >= 0 && count > 0) willNeed(k, file, offset, offset + count);
    return 0;
  },
} satisfies Handlers;
