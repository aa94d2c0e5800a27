/**
 * Files without a name that live in memory: what memfd_create(2) makes and what System V shared memory consists of.
 * They belong to a tmpfs that is mounted nowhere (Linux's shm_mnt, device 0:1), so their pages are tmpfs's: cached, swapped,
 * mapped and written like any other. Also the seals of files: fcntl(2), "File Sealing".
 *
 * (1) Such an inode is in no directory and not in FsState.inodes: open files, a segment or mappings keep it.
 * (2) Once F_SEAL_WRITE is there, no mapping through which the file could be written exists or can be made.
 */
import { CONSTANTS, FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { makeInode } from "./inode.ts";
import type { ByteString, Inode, InodeData, OpenFile } from "./types.ts";

const { S_IFREG } = CONSTANTS.fileType;
const { F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE, F_SEAL_FUTURE_WRITE } = CONSTANTS.seals;
const ALL_SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE;
const { O_ACCMODE } = CONSTANTS.fd;
const { O_RDONLY } = FLAGS.open;

/** Number (st_dev) of the mount that is nowhere. */
export const SHMEM_DEVICE = 1;

/**
 * A file of `size` bytes, all of them zero, owned by `p`. The caller gives it a reference.
 * @param name as /proc shows it: "memfd:NAME", "SYSV00000000"
 * @param seals that it begins with @param ino 0: a number of its own
 * @param order of its pages, if they are huge ones of the pool; else 0
 */
export function newMemoryFile(
  k: Kernel,
  p: Process,
  name: ByteString,
  mode: number,
  size: number,
  seals: number,
  ino = 0,
  order = 0,
): Inode {
  const fs = order === 0 ? ("tmpfs" as const) : ("hugetlbfs" as const);
  const numbers = { fs, device: SHMEM_DEVICE, nextIno: k.fs.nextInode };
  const { euid, egid } = p.credentials;
  const data: InodeData = order === 0 ? { kind: "file", backing: null, seals } : { kind: "huge", order, seals };
  const from = { mode: S_IFREG | mode, uid: euid, gid: egid, size, data };
  const inode = makeInode(k, numbers, ino === 0 ? from : { ...from, ino });
  inode.place = { directory: 0, name };
  return inode;
}

/** The path that /proc shows for it; null: the inode is no such file. */
export function memoryFilePath(inode: Inode): ByteString | null {
  return inode.device === SHMEM_DEVICE && inode.place !== null ? `/${inode.place.name} (deleted)` : null;
}

/** What can be sealed: a file of tmpfs or hugetlbfs; null: the file is of another kind. */
function sealable({ fs, data }: Inode): Extract<InodeData, { seals?: number }> | null {
  if (data.kind === "huge") return data;
  return fs === "tmpfs" && data.kind === "file" ? data : null;
}

/** The seals of a file; null: it cannot have any. */
function sealsOf(inode: Inode): number | null {
  const data = sealable(inode);
  return data === null ? null : (data.seals ?? F_SEAL_SEAL);
}

/** F_GET_SEALS. @throws Errno EINVAL the file cannot have seals */
export function getSeals(file: OpenFile): number {
  return sealsOf(file.inode) ?? fail();
}

function fail(): never {
  throw errno("EINVAL");
}

/**
 * F_ADD_SEALS, in Linux's order.
 * @param hasWritableMapping whether some process maps the file shared and could write
 * @throws Errno EPERM not open for writing, or sealed against sealing; EINVAL unknown seals, no such file; EBUSY
 */
export function addSeals(file: OpenFile, seals: number, hasWritableMapping: (inode: Inode) => boolean): number {
  if ((file.flags & O_ACCMODE) === O_RDONLY) throw errno("EPERM");
  if (seals & ~ALL_SEALS) throw errno("EINVAL");
  const before = getSeals(file);
  if (before & F_SEAL_SEAL) throw errno("EPERM");
  if (seals & F_SEAL_WRITE && !(before & F_SEAL_WRITE) && hasWritableMapping(file.inode)) throw errno("EBUSY");
  const data = sealable(file.inode);
  if (data !== null) data.seals = before | seals;
  return 0;
}

const sealed = (inode: Inode, seals: number) => ((sealable(inode)?.seals ?? 0) & seals) !== 0;

/** May bytes be written up to `end`? @throws Errno EPERM */
export function checkSealsOfWrite(inode: Inode, end: number): void {
  if (sealed(inode, F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) throw errno("EPERM");
  if (end > inode.size && sealed(inode, F_SEAL_GROW)) throw errno("EPERM");
}

/** May the size become `size`? @throws Errno EPERM */
export function checkSealsOfSize(inode: Inode, size: number): void {
  if (size < inode.size && sealed(inode, F_SEAL_SHRINK)) throw errno("EPERM");
  if (size > inode.size && sealed(inode, F_SEAL_GROW)) throw errno("EPERM");
}

/** Can the file only be read through new shared mappings, now and after any mprotect? */
export function isSealedAgainstMapping(inode: Inode): boolean {
  return sealed(inode, F_SEAL_WRITE | F_SEAL_FUTURE_WRITE);
}
