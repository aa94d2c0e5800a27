/** System calls about descriptors themselves: dup, dup3, fcntl, ioctl. */
import { CONSTANTS, FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import {
  anyFileOf,
  closeDescriptor,
  descriptorOf,
  fileOf,
  install,
  retainFile,
  setDescriptor,
} from "../fs/descriptors.ts";
import { FILE_OPERATIONS } from "../fs/file-operations.ts";
import { isOwner } from "../fs/permissions.ts";
import { pipeOf, setPipeCapacity } from "../fs/pipe.ts";
import { lockRequest } from "../fs/record-locks.ts";
import { addSeals, getSeals } from "../fs/shmem.ts";
import type { OpenFile } from "../fs/types.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import type { Handlers } from "../syscall-table.ts";
import { readField, writeField } from "../usercopy.ts";
import { isMappedWritable } from "../vm/writable-mappings.ts";

const F = CONSTANTS.fcntl;
const I = CONSTANTS.ioctl;
const S = CONSTANTS.seals;
const O = FLAGS.open;
const { RLIMIT_NOFILE } = CONSTANTS.rlimit;
/** F_SETFL changes these and ignores all others. */
const SETTABLE = O.O_APPEND | O.O_NONBLOCK | O.O_ASYNC | O.O_DIRECT | O.O_NOATIME;

type Control = (k: Kernel, p: Process, fd: number, argument: number) => number;

function duplicate(k: Kernel, p: Process, fd: number, closeOnExec: boolean, least: number): number {
  const file = anyFileOf(p, fd);
  if (least < 0 || least >= p.limits[RLIMIT_NOFILE].soft) throw errno("EINVAL");
  return install(k, p, retainFile(file), closeOnExec, least);
}

function setStatusFlags(_k: Kernel, p: Process, fd: number, flags: number): number {
  const file = fileOf(p, fd);
  if (flags & O.O_NOATIME && !(file.flags & O.O_NOATIME) && !isOwner(p.credentials, file.inode)) throw errno("EPERM");
  file.flags = (file.flags & ~SETTABLE) | (flags & SETTABLE);
  return 0;
}

function pipeFile(p: Process, fd: number): OpenFile {
  const file = fileOf(p, fd);
  if (file.kind !== "pipe") throw errno("EBADF");
  return file;
}

/** Commands that a descriptor opened with O_PATH knows too are those that ask for anyFileOf or descriptorOf. */
const CONTROLS: ReadonlyMap<number, Control> = new Map<number, Control>([
  [F.F_DUPFD, (k, p, fd, least) => duplicate(k, p, fd, false, least)],
  [F.F_DUPFD_CLOEXEC, (k, p, fd, least) => duplicate(k, p, fd, true, least)],
  [F.F_GETFD, (_k, p, fd) => (descriptorOf(p, fd).closeOnExec ? F.FD_CLOEXEC : 0)],
  [
    F.F_SETFD,
    (_k, p, fd, flags) => {
      descriptorOf(p, fd).closeOnExec = (flags & F.FD_CLOEXEC) !== 0;
      return 0;
    },
  ],
  [F.F_GETFL, (_k, p, fd) => anyFileOf(p, fd).flags],
  [F.F_SETFL, setStatusFlags],
  [F.F_GETPIPE_SZ, (_k, p, fd) => pipeOf(pipeFile(p, fd).inode).capacity],
  [F.F_SETPIPE_SZ, (k, p, fd, size) => setPipeCapacity(k, p, pipeOf(pipeFile(p, fd).inode), size)],
  [S.F_GET_SEALS, (_k, p, fd) => getSeals(fileOf(p, fd))],
  [
    S.F_ADD_SEALS,
    (k, p, fd, seals) => {
      const file = fileOf(p, fd);
      if (seals < 0 || seals > 0xffff_ffff) throw errno("EINVAL");
      return addSeals(file, seals >>> 0, (inode) => isMappedWritable(k, inode));
    },
  ],
  [F.F_GETLK, (k, p, fd, address) => lockRequest(k, p, fileOf(p, fd), address, "get")],
  [F.F_SETLK, (k, p, fd, address) => lockRequest(k, p, fileOf(p, fd), address, "try")],
  [F.F_SETLKW, (k, p, fd, address) => lockRequest(k, p, fileOf(p, fd), address, "wait")],
]);

/** Requests that every kind of file knows. Null: not one of them. */
function commonRequest(k: Kernel, p: Process, fd: number, request: number, address: number): number | null {
  const file = fileOf(p, fd);
  switch (request) {
    case I.FIOCLEX:
    case I.FIONCLEX:
      descriptorOf(p, fd).closeOnExec = request === I.FIOCLEX;
      return 0;
    case I.FIONBIO: {
      const on = readField(k, p, address, "s32") !== 0;
      file.flags = on ? file.flags | O.O_NONBLOCK : file.flags & ~O.O_NONBLOCK;
      return 0;
    }
    case I.FIONREAD:
      if (file.kind !== "regular") return null;
      writeField(k, p, address, "s32", file.inode.size - file.offset);
      return 0;
    default:
      return null;
  }
}

export const descriptorCalls = {
  dup: (k, p, fd) => install(k, p, retainFile(anyFileOf(p, fd)), false),

  dup3(k, p, from, to, flags) {
    if ((flags & ~O.O_CLOEXEC) !== 0 || from === to) throw errno("EINVAL");
    if (to < 0 || to >= p.limits[RLIMIT_NOFILE].soft) throw errno("EBADF");
    const file = retainFile(anyFileOf(p, from));
    if (p.files!.slots[to]) closeDescriptor(k, p, to);
    setDescriptor(p, to, { file, closeOnExec: (flags & O.O_CLOEXEC) !== 0 });
    return to;
  },

  fcntl(k, p, fd, command, argument) {
    descriptorOf(p, fd);
    const control = CONTROLS.get(command);
    if (control === undefined) throw errno("EINVAL");
    return control(k, p, fd, argument);
  },

  ioctl(k, p, fd, request, address) {
    const common = commonRequest(k, p, fd, request, address);
    if (common !== null) return common;
    const file = fileOf(p, fd);
    const { ioctl } = FILE_OPERATIONS[file.kind];
    if (ioctl === undefined) throw errno("ENOTTY");
    return ioctl(k, p, file, request, address);
  },
} satisfies Handlers;
