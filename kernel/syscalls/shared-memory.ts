/** System calls about shared memory: System V segments (shmget, shmat, shmdt, shmctl) and memfd_create. */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { CONSTANTS, FLAGS } from "../abi.ts";
import { isPrivileged, UNCHANGED } from "../credentials.ts";
import { errno } from "../errno.ts";
import { freeDescriptor, install } from "../fs/descriptors.ts";
import { currentTime } from "../fs/inode.ts";
import { makeFile } from "../fs/open.ts";
import { newMemoryFile } from "../fs/shmem.ts";
import type { Kernel } from "../kernel.ts";
import { LOG_LEVEL, log } from "../log.ts";
import type { Process } from "../process.ts";
import {
  attachments,
  controls,
  highestIndex,
  lockSegment,
  mayUse,
  modeOf,
  newSegment,
  noteAttached,
  removeSegment,
  residency,
  segmentAt,
  segmentById,
  segmentByKey,
  tellLimit,
} from "../shm.ts";
import type { SharedSegment } from "../shm-state.ts";
import type { Handlers } from "../syscall-table.ts";
import { copyInString, loadStructure, storeStructure } from "../usercopy.ts";
import { findVma, nextVma } from "../vm/address-space.ts";
import { honoursNoReserve } from "../vm/commit.ts";
import { hugeAlign, mappableSize } from "../vm/hugetlb/sizes.ts";
import { checkNewLocks, withinLockLimit } from "../vm/lock-limit.ts";
import { changeThenPopulate, populate } from "../vm/populate.ts";
import { impliedProt, MAP_FIXED, MAP_SHARED, PROT_EXEC, PROT_READ, PROT_WRITE } from "../vm/prot.ts";
import type { AddressSpace, PageObject, Vma } from "../vm/types.ts";
import { objectIndex, pageAlign } from "../vm/vma.ts";

const C = CONSTANTS.ipc;
const { IPC_CREAT, IPC_EXCL, SHM_HUGETLB, SHM_NORESERVE } = FLAGS.shmget;
const { SHM_RDONLY, SHM_RND, SHM_REMAP, SHM_EXEC } = FLAGS.shmat;
const { MFD_CLOEXEC, MFD_ALLOW_SEALING, MFD_HUGETLB } = FLAGS.memfd;
const { RLIMIT_MEMLOCK } = CONSTANTS.rlimit;
const PERMISSIONS = 0o777;
const READ = 0o444;
const WRITE = 0o222;
const EXECUTE = 0o111;

/** shmget(2). @throws Errno ENOENT, EEXIST, EINVAL, EACCES, ENOSPC, ENOMEM */
function getSegment(k: Kernel, p: Process, key: number, bytes: number, flags: number): number {
  const known = key === C.IPC_PRIVATE ? null : segmentByKey(k, key);
  if (known === null) {
    if (key !== C.IPC_PRIVATE && !(flags & IPC_CREAT)) throw errno("ENOENT");
    return createSegment(k, p, key, bytes, flags);
  }
  if (flags & IPC_CREAT && flags & IPC_EXCL) throw errno("EEXIST");
  if (known.bytes < bytes) throw errno("EINVAL");
  if (!mayUse(p.credentials, known, flags & PERMISSIONS)) throw errno("EACCES");
  return known.id;
}

/** Where flags say a size of huge pages: six bits. */
const HUGE_SHIFT = 26;
const HUGE_SIZES = 0x3f << HUGE_SHIFT;

/**
 * SHM_HUGETLB: the order of the segment's pages. It is for the superuser and for members of vm.hugetlb_shm_group, and for who may
 * lock as much.
 * @throws Errno EINVAL there are none such; EPERM
 */
function hugeOrder(k: Kernel, p: Process, bytes: number, flags: number): number {
  const size = mappableSize(k, (flags >>> HUGE_SHIFT) & 0x3f);
  if (size === null || bytes < 1) throw errno("EINVAL");
  const { egid, groups } = p.credentials;
  const group = k.vm.hugetlb.shmGroup;
  const isMember = egid === group || groups.includes(group);
  if (isPrivileged(p) || isMember) return size.order;
  if (!withinLockLimit(p, hugeAlign(bytes, size.order) / PAGE_SIZE)) throw errno("EPERM");
  log(k, LOG_LEVEL.warning, `${p.name} (${p.pid}): Using mlock ulimits for SHM_HUGETLB is obsolete`);
  return size.order;
}

function createSegment(k: Kernel, p: Process, key: number, bytes: number, flags: number): number {
  const order = flags & SHM_HUGETLB ? hugeOrder(k, p, bytes, flags) : 0;
  const byPage = (flags & SHM_NORESERVE) !== 0 && (order > 0 || honoursNoReserve(k));
  return newSegment(k, p, key, bytes, flags & PERMISSIONS, byPage ? "by page" : "whole", order).id;
}

/** Where shmat(2) is told to attach; 0: anywhere. @throws Errno EINVAL */
function attachAddress(address: number, flags: number): number {
  if (address === 0 && flags & SHM_REMAP) throw errno("EINVAL");
  const beyond = address % C.SHMLBA;
  if (beyond === 0) return address;
  if (!(flags & SHM_RND) || (address === beyond && flags & SHM_REMAP)) throw errno("EINVAL");
  return address - beyond;
}

/** What an attachment may do, as PROT bits and as permission bits. */
function attachRights(flags: number): { prot: number; wanted: number } {
  const writes = !(flags & SHM_RDONLY);
  const runs = (flags & SHM_EXEC) !== 0;
  return {
    prot: PROT_READ | (writes ? PROT_WRITE : 0) | (runs ? PROT_EXEC : 0),
    wanted: READ | (writes ? WRITE : 0) | (runs ? EXECUTE : 0),
  };
}

/** shmat(2). @throws Errno EINVAL, EACCES, ENOMEM, EPERM, EAGAIN (mlockall(MCL_FUTURE), beyond RLIMIT_MEMLOCK) */
function attach(k: Kernel, p: Process, id: number, given: number, flags: number): number {
  if (id < 0) throw errno("EINVAL");
  const address = attachAddress(given, flags);
  const { prot: asked, wanted } = attachRights(flags);
  const segment = segmentById(k, id);
  if (!mayUse(p.credentials, segment, wanted)) throw errno("EACCES");
  const length = pageAlign(segment.object.bytes);
  const huge = segment.object.huge?.order ?? 0;
  if (given !== 0 && !(flags & SHM_REMAP) && !isFree(p.space!, address, length)) throw errno("EINVAL");
  const prot = impliedProt(p.personality, asked);
  const request = { address, length, prot, flags: MAP_SHARED | (given === 0 ? 0 : MAP_FIXED), limits: p.limits, huge };
  k.scheme.checkPlace(k, p.space!, request);
  checkNewLocks(p, p.space!, request.flags, length / PAGE_SIZE);
  const at = k.scheme.mapShared(k, p.space!, request, segment.object, !(flags & SHM_RDONLY));
  noteAttached(k, segment);
  return at;
}

/** The same where mlockall(MCL_FUTURE) wants the pages at once. May sleep. */
function attachLocked(k: Kernel, p: Process, id: number, given: number, flags: number): number {
  const s = p.space!;
  return changeThenPopulate(
    p,
    () => attach(k, p, id, given, flags),
    (start) => {
      populate(k, p, s, start, findVma(s, start)!.end, { until: "end", resume: true });
    },
  );
}

function isFree(s: AddressSpace, address: number, length: number): boolean {
  if (address + length >= 2 ** 64) return false;
  const next = nextVma(s, address);
  return next === null || next.start >= address + length;
}

/** Whether the vma shows its segment as an attachment at `address` does. */
function liesAsAttachedAt(v: Vma, address: number): boolean {
  return v.object !== null && v.object.segment !== null && v.start - objectIndex(v, v.start) * PAGE_SIZE === address;
}

/**
 * shmdt(2), as Linux finds what to unmap: the first part of an attachment that began at the address, then all other
 * parts of it within the segment's size.
 * @throws Errno EINVAL
 */
function detach(k: Kernel, p: Process, address: number): number {
  if (address % PAGE_SIZE !== 0) throw errno("EINVAL");
  const s = p.space!;
  let v = nextVma(s, address);
  while (v !== null && !liesAsAttachedAt(v, address)) v = nextVma(s, v.end);
  if (v === null) throw errno("EINVAL");
  const object: PageObject = v.object!;
  const size = pageAlign(object.bytes);
  // The first part is unmapped wherever it lies; its object may be gone with it.
  for (let first = true; v !== null && (first || v.end - address <= size); first = false) {
    const { start, end } = v;
    if (v.object === object && liesAsAttachedAt(v, address)) k.scheme.unmap(k, s, start, end - start);
    v = nextVma(s, end);
  }
  return 0;
}

/** IPC_STAT, SHM_STAT, SHM_STAT_ANY. */
function tellSegment(k: Kernel, p: Process, segment: SharedSegment, address: number): void {
  storeStructure(k, p, address, "shmid_ds", {
    perm_key: segment.key,
    perm_uid: segment.uid,
    perm_gid: segment.gid,
    perm_cuid: segment.creatorUid,
    perm_cgid: segment.creatorGid,
    perm_mode: modeOf(segment),
    perm_seq: segment.sequence,
    shm_segsz: segment.bytes,
    shm_atime: segment.attachTime,
    shm_dtime: segment.detachTime,
    shm_ctime: segment.changeTime,
    shm_cpid: segment.creatorPid,
    shm_lpid: segment.lastPid,
    shm_nattch: attachments(segment),
  });
}

function checkControl(p: Process, segment: SharedSegment): SharedSegment {
  if (!controls(p.credentials, segment)) throw errno("EPERM");
  return segment;
}

/** IPC_SET: owner, group and permissions. */
function setSegment(k: Kernel, p: Process, id: number, address: number): number {
  const { perm_uid, perm_gid, perm_mode } = loadStructure(k, p, address, "shmid_ds");
  const segment = checkControl(p, segmentById(k, id));
  if (perm_uid === UNCHANGED || perm_gid === UNCHANGED) throw errno("EINVAL");
  segment.uid = perm_uid;
  segment.gid = perm_gid;
  segment.mode = perm_mode & PERMISSIONS;
  segment.changeTime = currentTime(k).seconds;
  return 0;
}

/** SHM_LOCK, SHM_UNLOCK: of one's own segment, within RLIMIT_MEMLOCK. */
function setLocked(k: Kernel, p: Process, id: number, locked: boolean): number {
  const segment = segmentById(k, id);
  const { soft } = p.limits[RLIMIT_MEMLOCK];
  checkControl(p, segment);
  if (p.credentials.euid !== 0 && locked) {
    if (soft === 0) throw errno("EPERM");
    const bytes = lockedBytes(k, p.credentials.uid) + pageAlign(segment.bytes);
    if (segment.lockedBy === null && bytes > soft) throw errno("ENOMEM");
  }
  lockSegment(k, segment, locked ? p.credentials.uid : null);
  return 0;
}

/** Bytes of the segments that a user has locked, whoever made them. */
function lockedBytes(k: Kernel, uid: number): number {
  let bytes = 0;
  for (const segment of k.shm.segments.values()) if (segment.lockedBy === uid) bytes += pageAlign(segment.bytes);
  return bytes;
}

type Control = (k: Kernel, p: Process, id: number, address: number) => number;

function statAt(k: Kernel, p: Process, index: number, address: number, anyone: boolean): number {
  const segment = segmentAt(k, index);
  if (!anyone && !mayUse(p.credentials, segment, READ)) throw errno("EACCES");
  tellSegment(k, p, segment, address);
  return segment.id;
}

// biome-ignore format: a table is read in columns
const CONTROLS: ReadonlyMap<number, Control> = new Map<number, Control>([
  [C.IPC_STAT,     (k, p, id, address) => {
    const segment = segmentById(k, id);
    if (!mayUse(p.credentials, segment, READ)) throw errno("EACCES");
    tellSegment(k, p, segment, address);
    return 0;
  }],
  [C.SHM_STAT,     (k, p, index, address) => statAt(k, p, index, address, false)],
  [C.SHM_STAT_ANY, (k, p, index, address) => statAt(k, p, index, address, true)],
  [C.IPC_SET,      setSegment],
  [C.IPC_RMID,     (k, p, id) => {
    removeSegment(k, checkControl(p, segmentById(k, id)));
    return 0;
  }],
  [C.SHM_LOCK,     (k, p, id) => setLocked(k, p, id, true)],
  [C.SHM_UNLOCK,   (k, p, id) => setLocked(k, p, id, false)],
  [C.IPC_INFO,     (k, p, _id, address) => {
    const { shmmni } = k.shm.limits;
    const [shmmax, shmall] = [tellLimit(k.shm.limits.shmmax), tellLimit(k.shm.limits.shmall)];
    storeStructure(k, p, address, "shminfo", { shmmax, shmmin: 1, shmmni, shmseg: shmmni, shmall });
    return highestIndex(k);
  }],
  [C.SHM_INFO,     (k, p, _id, address) => {
    const { resident, swapped } = residency(k.shm.segments.values());
    const used_ids = k.shm.segments.size;
    storeStructure(k, p, address, "shm_info", { used_ids, shm_tot: k.shm.pages, shm_rss: resident, shm_swp: swapped });
    return highestIndex(k);
  }],
]);

/** NAME_MAX less "memfd:": what a name may have. */
const LONGEST_NAME = CONSTANTS.limits.NAME_MAX - "memfd:".length;

/** memfd_create(2). @throws Errno EINVAL flags, a long name; EFAULT; EMFILE; ENODEV no huge pages of that size */
function createMemoryFile(k: Kernel, p: Process, address: number, flags: number): number {
  const known = MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB;
  const sizes = flags & MFD_HUGETLB ? HUGE_SIZES : 0;
  if ((flags & ~(known | sizes)) !== 0) throw errno("EINVAL");
  const name = copyInString(k, p, address, LONGEST_NAME + 1, "EINVAL");
  freeDescriptor(p);
  const order = flags & MFD_HUGETLB ? memoryOrder(k, flags) : 0;
  const seals = flags & MFD_ALLOW_SEALING ? 0 : CONSTANTS.seals.F_SEAL_SEAL;
  const inode = newMemoryFile(k, p, `memfd:${String.fromCharCode(...name)}`, 0o777, 0, seals, 0, order);
  inode.writers++;
  const file = makeFile(inode, "regular", FLAGS.open.O_RDWR | FLAGS.open.O_LARGEFILE);
  return install(k, p, file, (flags & MFD_CLOEXEC) !== 0);
}

/** MFD_HUGETLB: the order of the file's pages. @throws Errno ENODEV */
function memoryOrder(k: Kernel, flags: number): number {
  const size = mappableSize(k, (flags >>> HUGE_SHIFT) & 0x3f);
  if (size === null) throw errno("ENODEV");
  return size.order;
}

export const sharedMemoryCalls = {
  shmget: getSegment,
  shmat: (k, p, id, address, flags) => (p.space!.lockFuture === 0 ? attach : attachLocked)(k, p, id, address, flags),
  shmdt: detach,

  shmctl(k, p, id, command, address) {
    if (command < 0 || id < 0) throw errno("EINVAL");
    const control = CONTROLS.get(command);
    if (control === undefined) throw errno("EINVAL");
    return control(k, p, id, address);
  },

  memfd_create: createMemoryFile,
} satisfies Handlers;
