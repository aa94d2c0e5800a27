/**
 * Opening: from an inode to an open file description, by its type. open(2).
 *
 * (1) openInode changes nothing when it fails or sleeps.
 */
import { CONSTANTS, FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import type { Process } from "../process.ts";
import { newReadAhead } from "../vm/page-cache.ts";
import { deviceRow } from "./devices.ts";
import { inodeById, isDevice, isDirectory, isFifo, isRegular, isSymlink, retain, startWriting } from "./inode.ts";
import { acquireTerminal } from "./job-control.ts";
import { checkWritableMount, checkWritableSuper, forbidsDevices } from "./mount-flags.ts";
import { checkAccess, isOwner, R_OK, W_OK } from "./permissions.ts";
import { pipeOf, pipeOpened, waitForOtherEnd } from "./pipe.ts";
import { viewOf } from "./procfs/procfs.ts";
import type { FileKind, Inode, OpenFile } from "./types.ts";
import { FILE_SYSTEMS } from "./vfs.ts";

const O = FLAGS.open;
const { O_ACCMODE } = CONSTANTS.fd;
/** Flags that end with open(2) itself; the rest stays with the description: fcntl(2), F_GETFL. */
const CREATION_FLAGS = O.O_CREAT | O.O_EXCL | O.O_NOCTTY | O.O_TRUNC | O.O_CLOEXEC;
const NO_TERMINAL = -1;

/** A description with no descriptor yet. */
export function makeFile(inode: Inode, kind: FileKind, flags: number, terminal = NO_TERMINAL): OpenFile {
  return {
    inode: retain(inode),
    kind,
    flags,
    offset: 0,
    references: 1,
    ahead: newReadAhead(),
    content: null,
    terminal,
  };
}

/** What the access mode asks of the permission bits; 3 (Linux's own) asks for both and gives neither. */
function wantedAccess(flags: number): number {
  const mode = flags & O_ACCMODE;
  if (mode === O.O_RDONLY) return R_OK;
  return mode === O.O_WRONLY ? W_OK : R_OK | W_OK;
}

/**
 * Opens an inode that path resolution found.
 * @param fresh it was created by this call: its permission bits do not count
 * @param system the kernel opens it for itself: a disk may be in use, and is not counted as open for writing
 * @throws Errno EACCES, EISDIR, ELOOP, ENXIO, ETXTBSY, EPERM, ENOTDIR, EBUSY, EROFS
 */
export function openInode(
  k: Kernel,
  p: Process,
  inode: Inode,
  flags: number,
  fresh: boolean,
  system = false,
): OpenFile {
  const kept = (flags & ~CREATION_FLAGS) | O.O_LARGEFILE;
  if (flags & O.O_DIRECTORY && !isDirectory(inode)) throw errno("ENOTDIR");
  if (flags & O.O_PATH) return makeFile(inode, "path", flags & (O.O_PATH | O.O_DIRECTORY | O.O_NOFOLLOW));
  if (isSymlink(inode)) throw errno("ELOOP");
  const wanted = wantedAccess(flags) | (flags & O.O_TRUNC ? W_OK : 0);
  if (isDirectory(inode) && (wanted & W_OK || flags & O.O_CREAT)) throw errno("EISDIR");
  if (isDevice(inode) && forbidsDevices(k, inode)) throw errno("EACCES");
  if (isRegular(inode) && flags & O.O_TRUNC && !fresh) checkWritableMount(k, inode);
  if (wanted & W_OK) checkWritableSuper(k, inode);
  if (!fresh) checkAccess(p.credentials, inode, wanted);
  if (flags & O.O_NOATIME && !isOwner(p.credentials, inode)) throw errno("EPERM");
  if (!fresh) FILE_SYSTEMS[inode.fs].open?.(k, p, inode, flags);
  if (isDirectory(inode)) return makeFile(inode, "directory", kept);
  if (isFifo(inode)) return openFifo(k, p, inode, kept);
  if (isDevice(inode)) return openDevice(k, p, inode, flags, kept, system);
  if (inode.data.kind === "proc") {
    if ((kept & O_ACCMODE) !== O.O_RDONLY) checkWritableMount(k, inode);
    return { ...makeFile(inode, "proc", kept), view: viewOf(k, p, inode, wanted) };
  }
  if (inode.data.kind === "sys") {
    if ((kept & O_ACCMODE) !== O.O_RDONLY) checkWritableMount(k, inode);
    return makeFile(inode, "sysfs", kept);
  }
  if (!isRegular(inode)) throw errno("ENXIO");
  if ((kept & O_ACCMODE) !== O.O_RDONLY) {
    if (inode.executions > 0) throw errno("ETXTBSY");
    checkWritableMount(k, inode);
    startWriting(inode);
  }
  return makeFile(inode, "regular", kept);
}

function openFifo(k: Kernel, p: Process, inode: Inode, flags: number): OpenFile {
  waitForOtherEnd(k, p, pipeOf(inode), flags);
  const file = makeFile(inode, "pipe", flags);
  pipeOpened(k, file);
  return file;
}

function openDevice(k: Kernel, p: Process, inode: Inode, flags: number, kept: number, system: boolean): OpenFile {
  const row = deviceRow(inode.mode, inode.rdev);
  if (row === null) throw errno("ENXIO");
  if (row.disk !== undefined) {
    const node = diskNode(k, row.disk);
    return system ? makeFile(node, "disk", kept & ~O_ACCMODE) : openDisk(k, node, flags, kept);
  }
  if (row.kind !== "tty") return makeFile(inode, row.kind, kept);
  const number = row.terminal === -1 ? p.terminal : (row.terminal ?? null);
  if (number === null) throw errno("ENXIO");
  const tty = k.fs.ttys[number] ?? panic("a terminal's row names a terminal", { number });
  const leads = p.pid === p.sid && p.terminal === null && tty.session === 0;
  if (leads && row.terminal !== -1 && !row.neverControlling && !(flags & O.O_NOCTTY)) acquireTerminal(p, tty);
  return makeFile(inode, "tty", kept, number);
}

/** What the system itself uses cannot be written past it; O_EXCL asks for more, without O_CREAT as well: open(2). */
function openDisk(k: Kernel, node: Inode, flags: number, kept: number): OpenFile {
  const writes = (flags & O_ACCMODE) !== O.O_RDONLY;
  if ((writes || flags & O.O_EXCL) && isInUse(k, node)) throw errno("EBUSY");
  if (writes) node.writers++;
  return makeFile(node, "disk", kept);
}

/** Whether the system uses the disk itself: it is mounted, or swapped to. */
export function isInUse(k: Kernel, node: Inode): boolean {
  const isMounted = [...k.fs.mounts.values()].some((mount) => mount.node === node.id);
  return isMounted || k.vm.swap.areas.some((area) => area?.inode.id === node.id);
}

/** The inode that caches a disk, whichever node was opened. @throws Errno ENXIO */
export function diskNode(k: Kernel, number: number): Inode {
  const disk = k.fs.disks.find((one) => one.number === number);
  if (disk === undefined) throw errno("ENXIO");
  return inodeById(k, disk.node);
}
