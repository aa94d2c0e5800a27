/**
 * What can be done with an open file: one table from its kind to its operations, and what all kinds have in common:
 * reading and writing at a position, closing. A new kind of file is its operations, a row here and its name in FileKind.
 */
import { CONSTANTS, FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { UNFINISHED, type Unfinished } from "../sleep.ts";
import { readContent, writeContent } from "./content.ts";
import type { FileOperations, Readiness } from "./file-kind.ts";
import { isRegular, release } from "./inode.ts";
import { fullOperations, nullOperations, randomOperations, zeroOperations } from "./memory-devices.ts";
import { pipeOperations } from "./pipe.ts";
import { procOperations } from "./procfs/operations.ts";
import { hostErrorOperations, hostInputOperations, hostOutputOperations } from "./stream.ts";
import { synchronizeWrite, writesThrough } from "./synchronize.ts";
import { sysOperations } from "./sysfs/operations.ts";
import { ttyOperations } from "./tty.ts";
import type { FileKind, OpenFile } from "./types.ts";
import type { UserBuffer } from "./user-buffer.ts";
import { FILE_SYSTEMS } from "./vfs.ts";

const { O_APPEND, O_RDONLY } = FLAGS.open;
const { O_ACCMODE } = CONSTANTS.fd;
const { POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } = FLAGS.poll;

const contentOperations: FileOperations = {
  read: (k, p, file, buffer, position) => readContent(k, p, file, buffer, position),
  write: (k, p, file, buffer, position) => writeContent(k, p, file.inode, buffer, position),
  seek: "position",
};

const directoryOperations: FileOperations = {
  read() {
    throw errno("EISDIR");
  },
  seek: "position",
};

// biome-ignore format: a table is read in columns
export const FILE_OPERATIONS: Readonly<Record<FileKind, FileOperations>> = {
  regular:       contentOperations,
  disk:          contentOperations,
  directory:     directoryOperations,
  path:          { seek: "none" },
  pipe:          pipeOperations,
  tty:           ttyOperations,
  null:          nullOperations,
  zero:          zeroOperations,
  full:          fullOperations,
  random:        randomOperations,
  "host-input":  hostInputOperations,
  "host-output": hostOutputOperations,
  "host-error":  hostErrorOperations,
  proc:          procOperations,
  sysfs:         sysOperations,
};

/** Does the file have a position? */
function hasPosition(file: OpenFile): boolean {
  return FILE_OPERATIONS[file.kind].seek === "position";
}

/** read(2) at the file's own position, which moves. @throws Errno */
export function readFile(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer): number | Unfinished {
  const count = readAt(k, p, file, buffer, file.offset);
  if (count !== UNFINISHED && hasPosition(file)) file.offset += count;
  return count;
}

/** pread64(2): the position stays. */
export function readAt(
  k: Kernel,
  p: Process,
  file: OpenFile,
  buffer: UserBuffer,
  position: number,
): number | Unfinished {
  const { read } = FILE_OPERATIONS[file.kind];
  if (read === undefined) throw errno("EINVAL");
  return read(k, p, file, buffer, position);
}

/** write(2) at the file's own position, or at its end with O_APPEND. @throws Errno */
export function writeFile(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer): number {
  const at = writePosition(p, file, file.offset);
  const count = writeAt(k, p, file, buffer, file.offset);
  // Unless another call moved the end meanwhile, this is where the last byte went.
  if (count > 0 && hasPosition(file)) file.offset = at + count;
  return count;
}

/** pwrite64(2). With O_APPEND it appends all the same, as Linux does. */
export function writeAt(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer, position: number): number {
  const { write } = FILE_OPERATIONS[file.kind];
  if (write === undefined) throw errno("EINVAL");
  const at = writePosition(p, file, position);
  // What was written is on its way home already.
  const count = p.call.home === null ? write(k, p, file, buffer, at) : p.call.progress;
  if (count > 0 && write === contentOperations.write && writesThrough(k, file)) synchronizeWrite(k, p, file, at, count);
  return count;
}

/** Where a write begins. One that appends and has slept goes on behind what it has written already. */
function writePosition(p: Process, file: OpenFile, position: number): number {
  const appends = (file.flags & O_APPEND) !== 0 && isRegular(file.inode);
  return appends ? file.inode.size - p.call.progress : position;
}

const ALWAYS_READY: Readiness = { events: POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM, channels: [] };

/** What poll(2) may say of the file now. */
export function readiness(k: Kernel, p: Process, file: OpenFile): Readiness {
  return FILE_OPERATIONS[file.kind].poll?.(k, p, file) ?? ALWAYS_READY;
}

/** The last reference of a description is gone. */
export function closeFile(k: Kernel, file: OpenFile): void {
  FILE_OPERATIONS[file.kind].closed?.(k, file);
  const counts = file.kind === "regular" || file.kind === "disk";
  if (counts && (file.flags & O_ACCMODE) !== O_RDONLY) {
    file.inode.writers--;
    FILE_SYSTEMS[file.inode.fs].closed?.(k, file.inode);
  }
  release(k, file.inode);
}
