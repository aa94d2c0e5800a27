/**
 * System V shared memory: the table of segments and their lives. The calls are in syscalls/shared-memory.ts, the memory
 * itself is a page object like that of MAP_SHARED|MAP_ANONYMOUS.
 *
 *   shmget ─► segment ─► page object ◄─ a vma for each attachment (shmat; fork copies them)
 *                │ IPC_RMID: out of the table at once, or, while it is attached, with its last vma
 *
 * (1) A segment is in `segments` under the low 15 bits of its id, from shmget to its destruction; its object's `segment`
 *     is its id as long.
 * (2) Attachments are the vmas that show the object. Vmas of segments are never joined, so each counts, as on Linux.
 * (3) A segment that was removed has the private key and at least one attachment.
 * (4) `pages` is the sum over the segments.
 *
 * Source: shmget(2), shmctl(2), svipc(7); Linux's ipc/shm.c and ipc/util.c.
 */
import { PAGE_SIZE } from "../cpu/paging.ts";
import { CONSTANTS } from "./abi.ts";
import { errno } from "./errno.ts";
import { currentTime } from "./fs/inode.ts";
import type { Kernel } from "./kernel.ts";
import { panic } from "./panic.ts";
import type { Credentials, Process } from "./process.ts";
import type { SharedSegment, ShmState } from "./shm-state.ts";
import { hugeBytes } from "./vm/hugetlb/object.ts";
import { reserveShared } from "./vm/hugetlb/reserve.ts";
import { bytesOfOrder, hugeAlign } from "./vm/hugetlb/sizes.ts";
import { forgetObject, newHugeObject, newSharedObject } from "./vm/page-cache.ts";
import type { PageObject } from "./vm/types.ts";

const { IPC_PRIVATE, SHM_DEST, SHM_LOCKED } = CONSTANTS.ipc;

/** Bits of an id that are the index: Linux's IPCMNI_SHIFT. */
const INDEX_BITS = 15;
const INDICES = 2 ** INDEX_BITS;
const SEQUENCES = 2 ** 16 - 1;
/** The search for a free index starts again at 0 at the latest after this many, while there are few segments. */
const LEAST_CYCLE = 64;
/** As good as no limit; as Linux tells it. */
const UNLIMITED = Number.POSITIVE_INFINITY;
const TOLD_AS_UNLIMITED = 2n ** 64n - 1n - 2n ** 24n;
/** No file is larger, nor is a segment. */
const MAX_FILE = 2 ** 63;
const PERMISSIONS = 0o777;

/** No segments; Linux's limits. */
export function createShm(): ShmState {
  return {
    segments: new Map(),
    byKey: new Map(),
    lastIndex: -1,
    sequence: 0,
    pages: 0,
    limits: { shmmax: UNLIMITED, shmall: UNLIMITED, shmmni: 4096 },
  };
}

/** A limit as the number that programs see. */
export function tellLimit(limit: number): bigint {
  return limit === UNLIMITED ? TOLD_AS_UNLIMITED : BigInt(limit);
}

const pagesOf = (bytes: number) => Math.ceil(bytes / PAGE_SIZE);
const seconds = (k: Kernel) => currentTime(k).seconds;

/** The segment with this id. @throws Errno EINVAL */
export function segmentById(k: Kernel, id: number): SharedSegment {
  const segment = k.shm.segments.get(id % INDICES);
  if (segment === undefined || segment.id !== id) throw errno("EINVAL");
  return segment;
}

/** The segment at an index, whatever its sequence number: SHM_STAT. @throws Errno EINVAL */
export function segmentAt(k: Kernel, index: number): SharedSegment {
  const segment = k.shm.segments.get(index % INDICES);
  if (segment === undefined) throw errno("EINVAL");
  return segment;
}

/** The segment with this key, which is not IPC_PRIVATE; null: none. */
export function segmentByKey(k: Kernel, key: number): SharedSegment | null {
  const index = k.shm.byKey.get(key);
  return index === undefined ? null : segmentAt(k, index);
}

/** The largest index in use; 0 when there is none. */
export function highestIndex(k: Kernel): number {
  return Math.max(0, ...k.shm.segments.keys());
}

/**
 * Makes a segment: all checks in Linux's order.
 * @param order of its pages, if they are huge ones; else 0
 * @throws Errno EINVAL the size; ENOSPC too much or too many; ENOMEM it cannot be promised
 */
export function newSegment(
  k: Kernel,
  p: Process,
  key: number,
  bytes: number,
  mode: number,
  promise: "whole" | "by page",
  order = 0,
): SharedSegment {
  const { shm } = k;
  const { shmmax, shmall, shmmni } = shm.limits;
  if (bytes < 1 || bytes > shmmax) throw errno("EINVAL");
  if (shm.pages + pagesOf(bytes) > shmall) throw errno("ENOSPC");
  if (bytes >= MAX_FILE) throw errno("EINVAL");
  const object = order === 0 ? newSharedObject(k, bytes, promise) : newHugeSegment(k, bytes, promise, order);
  if (shm.segments.size >= Math.min(shmmni, INDICES)) {
    forgetObject(k, object);
    throw errno("ENOSPC");
  }
  const segment = describe(k, p, key, bytes, mode, object);
  object.segment = segment.id;
  const index = segment.id % INDICES;
  shm.segments.set(index, segment);
  if (key !== IPC_PRIVATE) shm.byKey.set(key, index);
  shm.pages += pagesOf(bytes);
  return segment;
}

/** Whole huge pages, reserved unless they are to be found one by one. @throws Errno ENOMEM too few */
function newHugeSegment(k: Kernel, bytes: number, promise: "whole" | "by page", order: number): PageObject {
  const object = newHugeObject(k, hugeAlign(bytes, order), order);
  if (promise === "by page" || reserveShared(k, object, 0, object.bytes / bytesOfOrder(order))) return object;
  forgetObject(k, object);
  throw errno("ENOMEM");
}

function describe(k: Kernel, p: Process, key: number, bytes: number, mode: number, object: PageObject): SharedSegment {
  const index = freeIndex(k.shm);
  const { sequence } = k.shm;
  const { euid, egid } = p.credentials;
  return {
    id: sequence * INDICES + index,
    sequence,
    key,
    name: `/SYSV${(key >>> 0).toString(16).padStart(8, "0")} (deleted)`,
    bytes,
    object,
    uid: euid,
    gid: egid,
    creatorUid: euid,
    creatorGid: egid,
    mode: mode & PERMISSIONS,
    removed: false,
    lockedBy: null,
    attachTime: 0,
    detachTime: 0,
    changeTime: seconds(k),
    creatorPid: p.pid,
    lastPid: 0,
  };
}

/** The first free index behind the last one given, round about; Linux's ipc_idr_alloc. Moves `lastIndex` and `sequence`. */
function freeIndex(shm: ShmState): number {
  const cycle = Math.min(Math.max(Math.floor((shm.segments.size * 3) / 2), LEAST_CYCLE), INDICES);
  let index = shm.lastIndex + 1 < cycle ? shm.lastIndex + 1 : 0;
  while (shm.segments.has(index)) index = (index + 1) % cycle;
  if (index <= shm.lastIndex) shm.sequence = (shm.sequence + 1) % SEQUENCES;
  shm.lastIndex = index;
  return index;
}

/**
 * May who has the credentials do what `wanted` says?
 * @param wanted permission bits for any of owner, group and others: 0o444 is "read". Linux's ipcperms
 */
export function mayUse(c: Credentials, segment: SharedSegment, wanted: number): boolean {
  if (c.euid === 0) return true;
  const asked = ((wanted >> 6) | (wanted >> 3) | wanted) & 7;
  const inGroup = (gid: number) => c.egid === gid || c.groups.includes(gid);
  let granted = segment.mode;
  if (c.euid === segment.creatorUid || c.euid === segment.uid) granted >>= 6;
  else if (inGroup(segment.creatorGid) || inGroup(segment.gid)) granted >>= 3;
  return (asked & ~granted) === 0;
}

/** Owner or creator of the segment, or the superuser. */
export function controls(c: Credentials, segment: SharedSegment): boolean {
  return c.euid === 0 || c.euid === segment.uid || c.euid === segment.creatorUid;
}

/** shm_nattch: invariant (2). */
export function attachments(segment: SharedSegment): number {
  let count = 0;
  for (const vmas of segment.object.mappers.values()) count += vmas;
  return count;
}

/** shm_perm.mode: permissions and what else is so. */
export function modeOf(segment: SharedSegment): number {
  return segment.mode | (segment.removed ? SHM_DEST : 0) | (segment.lockedBy === null ? 0 : SHM_LOCKED);
}

/** The segment whose memory the object is. */
export function segmentOf(k: Kernel, object: PageObject): SharedSegment {
  const found = k.shm.segments.get((object.segment ?? 0) % INDICES);
  return found ?? panic("shm (1): the object of a segment names one that is there", { segment: object.segment });
}

/** An attachment was made for the running process: shmat, fork. */
export function noteAttached(k: Kernel, segment: SharedSegment): void {
  segment.attachTime = seconds(k);
  segment.lastPid = k.current?.pid ?? 0;
}

/** A vma of the object, which is a segment's, has gone. */
export function noteDetached(k: Kernel, object: PageObject): void {
  const segment = segmentOf(k, object);
  segment.detachTime = seconds(k);
  segment.lastPid = k.current?.pid ?? 0;
  if (segment.removed && attachments(segment) === 0) destroySegment(k, segment);
}

/** IPC_RMID: gone from the table of keys at once, and for good when nobody has it attached. */
export function removeSegment(k: Kernel, segment: SharedSegment): void {
  if (segment.key !== IPC_PRIVATE) k.shm.byKey.delete(segment.key);
  segment.key = IPC_PRIVATE;
  segment.removed = true;
  if (attachments(segment) === 0) destroySegment(k, segment);
}

function destroySegment(k: Kernel, segment: SharedSegment): void {
  k.shm.segments.delete(segment.id % INDICES);
  k.shm.pages -= pagesOf(segment.bytes);
  segment.object.segment = null;
  forgetObject(k, segment.object);
}

/** SHM_LOCK by a real user, or with null SHM_UNLOCK: whether reclaim leaves the pages alone. Who locked first counts. */
export function lockSegment(k: Kernel, segment: SharedSegment, uid: number | null): void {
  segment.lockedBy = uid === null ? null : (segment.lockedBy ?? uid);
  segment.object.locked = uid !== null;
  if (uid === null) k.vm.reclaim.unlocked = true;
}

/** Sums over the segments, in pages: resident, in swap. SHM_INFO, /proc/sysvipc/shm. */
export function residency(segments: Iterable<SharedSegment>): { resident: number; swapped: number } {
  let [resident, swapped] = [0, 0];
  for (const { object } of segments) {
    resident += object.pages.size + (object.huge === null ? 0 : hugeBytes(object) / PAGE_SIZE);
    swapped += object.swapped.size;
  }
  return { resident, swapped };
}

const HEADER =
  "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime" +
  "                   rss                  swap\n";

/** The text of /proc/sysvipc/shm, in the order of indices. */
export function describeSegments(k: Kernel): string {
  const columns = (value: number, width: number) => String(value).padStart(width);
  const rows = [...k.shm.segments]
    .sort(([a], [b]) => a - b)
    .map(([, s]) => {
      const { resident, swapped } = residency([s]);
      const owners = [s.uid, s.gid, s.creatorUid, s.creatorGid].map((id) => columns(id, 5)).join(" ");
      const times = [s.attachTime, s.detachTime, s.changeTime].map((time) => columns(time, 10)).join(" ");
      return (
        `${columns(s.key, 10)} ${columns(s.id, 10)}  ${modeOf(s).toString(8).padStart(4)} ${columns(s.bytes, 21)} ` +
        `${columns(s.creatorPid, 5)} ${columns(s.lastPid, 5)}  ${columns(attachments(s), 5)} ${owners} ${times} ` +
        `${columns(resident * PAGE_SIZE, 21)} ${columns(swapped * PAGE_SIZE, 21)}\n`
      );
    });
  return HEADER + rows.join("");
}
