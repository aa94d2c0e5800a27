/**
 * Descriptor tables: from a small number to an open file description. Owns FileTable and the reference counts of OpenFile.
 *
 * (1) A new descriptor is the lowest free number: open(2).
 * (2) No number reaches RLIMIT_NOFILE as it was when the number was given: EMFILE.
 */
import { CONSTANTS, FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { closeFile } from "./file-operations.ts";
import { dropLocks } from "./record-locks.ts";
import type { Descriptor, FileTable, OpenFile } from "./types.ts";

const { RLIMIT_NOFILE } = CONSTANTS.rlimit;
const { O_PATH, O_RDONLY, O_WRONLY, O_RDWR } = FLAGS.open;
const { O_ACCMODE } = CONSTANTS.fd;

export function newFileTable(): FileTable {
  return { slots: [] };
}

/** The table of a forked child: the same descriptions. */
export function copyFileTable(table: FileTable): FileTable {
  return { slots: table.slots.map((slot) => slot && { ...slot, file: retainFile(slot.file) }) };
}

/** One more descriptor (or call) that uses the description; returns it. */
export function retainFile(file: OpenFile): OpenFile {
  file.references++;
  return file;
}

/** One fewer; the last one closes it. */
export function releaseFile(k: Kernel, file: OpenFile): void {
  if (--file.references === 0) closeFile(k, file);
}

/** The descriptor, or EBADF. */
export function descriptorOf(p: Process, fd: number): Descriptor {
  const slot = fd >= 0 ? p.files?.slots[fd] : undefined;
  if (!slot) throw errno("EBADF");
  return slot;
}

/** The description, one opened with O_PATH too. */
export function anyFileOf(p: Process, fd: number): OpenFile {
  return descriptorOf(p, fd).file;
}

/** The description; EBADF when it was opened with O_PATH. */
export function fileOf(p: Process, fd: number): OpenFile {
  const { file } = descriptorOf(p, fd);
  if (file.flags & O_PATH) throw errno("EBADF");
  return file;
}

/** Access mode 3 is Linux's own: neither, good for ioctl(2) only. */
const mode = (file: OpenFile) => file.flags & O_ACCMODE;
export const isReadable = (file: OpenFile) => mode(file) === O_RDONLY || mode(file) === O_RDWR;
export const isWritable = (file: OpenFile) => mode(file) === O_WRONLY || mode(file) === O_RDWR;

/** The description, open for reading. */
export function readableFileOf(p: Process, fd: number): OpenFile {
  const file = fileOf(p, fd);
  if (!isReadable(file)) throw errno("EBADF");
  return file;
}

/** The description, open for writing. */
export function writableFileOf(p: Process, fd: number): OpenFile {
  const file = fileOf(p, fd);
  if (!isWritable(file)) throw errno("EBADF");
  return file;
}

/** The lowest free number from `least` on. @throws Errno EMFILE */
export function freeDescriptor(p: Process, least = 0): number {
  const slots = p.files!.slots;
  let fd = least;
  while (slots[fd]) fd++;
  if (fd >= p.limits[RLIMIT_NOFILE].soft) throw errno("EMFILE");
  return fd;
}

/** Puts a description that the caller made or retained under a free number. @throws Errno EMFILE, the file released */
export function install(k: Kernel, p: Process, file: OpenFile, closeOnExec: boolean, least = 0): number {
  try {
    const fd = freeDescriptor(p, least);
    setDescriptor(p, fd, { file, closeOnExec });
    return fd;
  } catch (failure) {
    releaseFile(k, file);
    throw failure;
  }
}

/** Puts a descriptor under a number that is free. */
export function setDescriptor(p: Process, fd: number, descriptor: Descriptor): void {
  const { slots } = p.files!;
  while (slots.length < fd) slots.push(null);
  slots[fd] = descriptor;
}

/** close(2). @throws Errno EBADF */
export function closeDescriptor(k: Kernel, p: Process, fd: number): void {
  const { file } = descriptorOf(p, fd);
  const { slots } = p.files!;
  slots[fd] = null;
  while (slots.length > 0 && slots[slots.length - 1] === null) slots.pop();
  dropLocks(k, p.pid, file.inode.id);
  releaseFile(k, file);
}
