/**
 * Promises of memory: who may have how much, and Committed_AS, the sum of what was promised.
 *
 *   private, writable, not MAP_NORESERVE ─► the vma's pages, from mmap, mprotect, brk, fork, growth     VMA.accounted
 *   shared anonymous memory, System V    ─► the object's size, from its making to its end               "whole"
 *   the same with NORESERVE, tmpfs files ─► a page when it first gets content, until it is dropped       "by page"
 *   everything else (files, PROT_READ)   ─► nothing: it can be read again, or is never written          "none"
 *
 *   mode 0  refuses what could never be: more at once than RAM and swap together
 *   mode 1  refuses nothing
 *   mode 2  refuses what would exceed CommitLimit, less the reserves; MAP_NORESERVE is ignored
 *
 * (1) k.vm.commit.committed = pages of all accounted vmas + pages promised to all objects; check-vmas.ts asserts it.
 * (2) Making a mapping unwritable gives nothing back: VMA.accounted stays with it until it is unmapped.
 * (3) A promise is made before anything changes, and taken back when what follows fails.
 *
 * Source: proc(5), overcommit_memory; Linux's __vm_enough_memory and accountable_mapping.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { isPrivileged } from "../credentials.ts";
import { errno } from "../errno.ts";
import { backedBytes } from "../fs/backing.ts";
import { countPage, hasPageRoom } from "../fs/capacity.ts";
import type { FsName } from "../fs/types.ts";
import type { Process } from "../process.ts";
import { hugetlbFrames } from "./hugetlb/pool.ts";
import { PROT_WRITE } from "./prot.ts";
import { swapTotals } from "./swap-area.ts";
import type { Access, AddressSpace, PageObject } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { VMA } from "./vma.ts";

/** Values of settings.overcommitMemory: vm.overcommit_memory. */
export const OVERCOMMIT = { guess: 0, always: 1, never: 2 } as const;

const PAGE_KBYTES = PAGE_SIZE / 1024;

/** A part of a process's memory that mode 2 keeps free for others: a 32nd, as Linux. */
const USER_SHARE = 32;

/** Pages of RAM, as MemTotal counts them. */
function ramPages(k: VmKernel): number {
  return k.vm.frames.count;
}

/** CommitLimit, in pages: what mode 2 promises at most. */
export function commitLimit(k: VmKernel): number {
  const { overcommitKbytes, overcommitRatio } = k.vm.settings;
  const ofRam =
    overcommitKbytes > 0 ? overcommitKbytes / PAGE_KBYTES : ((ramPages(k) - hugetlbFrames(k)) * overcommitRatio) / 100;
  return Math.floor(ofRam) + swapTotals(k).total;
}

/** What mode 2 lets `p` bring Committed_AS to, not quite. */
function allowedTo(k: VmKernel, p: Process | null, s: AddressSpace | null): number {
  const { adminReserveKbytes, userReserveKbytes } = k.vm.settings;
  const forAdministrator = p === null || isPrivileged(p) ? 0 : Math.floor(adminReserveKbytes / PAGE_KBYTES);
  const userReserve = Math.floor(userReserveKbytes / PAGE_KBYTES);
  const forOthers = s === null ? 0 : Math.min(Math.floor(s.counts.mapped / USER_SHARE), userReserve);
  return commitLimit(k) - forAdministrator - forOthers;
}

/** Whether `pages` more may be promised. */
function mayPromise(k: VmKernel, p: Process | null, s: AddressSpace | null, pages: number): boolean {
  const mode = k.vm.settings.overcommitMemory;
  if (mode === OVERCOMMIT.always) return true;
  if (mode === OVERCOMMIT.guess) return pages <= ramPages(k) + swapTotals(k).total;
  return k.vm.commit.committed + pages < allowedTo(k, p, s);
}

/**
 * Promises `pages`, if the mode allows it.
 * @param p who asks: privilege lifts the administrator's reserve; null: the kernel
 * @param s whose size counts for the user's reserve; null: nobody's
 * @returns whether it was promised; nothing has changed otherwise
 */
export function tryCommit(k: VmKernel, p: Process | null, s: AddressSpace | null, pages: number): boolean {
  if (!mayPromise(k, p, s, pages)) return false;
  k.vm.commit.committed += pages;
  return true;
}

/** The same. @throws Errno ENOMEM */
export function chargeCommit(k: VmKernel, p: Process | null, s: AddressSpace | null, pages: number): void {
  if (!tryCommit(k, p, s, pages)) throw errno("ENOMEM");
}

/** Gives `pages` back. */
export function unchargeCommit(k: VmKernel, pages: number): void {
  k.vm.commit.committed -= pages;
}

/** A promise of `pages` goes over to another mapping; the old one's end gives back what is counted here. */
export function renewPromise(k: VmKernel, pages: number): void {
  k.vm.commit.committed += pages;
}

/** Whether a new mapping with these properties is a promise: Linux's accountable_mapping. */
export function isAccountable(prot: number, flags: number): boolean {
  return (prot & PROT_WRITE) !== 0 && (flags & (VMA.shared | VMA.noReserve | VMA.hugetlb)) === 0;
}

/** Whether MAP_NORESERVE and SHM_NORESERVE mean anything now. */
export function honoursNoReserve(k: VmKernel): boolean {
  return k.vm.settings.overcommitMemory !== OVERCOMMIT.never;
}

/** How files of each file system are promised: those whose only home is memory, page by page. */
export const FILE_PROMISES: Readonly<Record<FsName, PageObject["promise"]>> = {
  tmpfs: "by page",
  devfs: "none",
  procfs: "none",
  sysfs: "none",
  // The pool has its own accounting.
  hugetlbfs: "none",
  pipefs: "none",
  ext2: "none",
  hostfs: "none",
};

/**
 * Page `index` of an object is about to get content of its own. Costs nothing where that was promised already.
 * @returns false: its file system is full, or mode 2 refuses it (ENOSPC for a call, SIGBUS for a fault)
 */
export function promisePage(k: VmKernel, p: Process | null, object: PageObject, index: number): boolean {
  if (object.promise !== "by page" || object.promised.has(index)) return true;
  if (!hasPageRoom(object.mount) || !tryCommit(k, p, p?.space ?? null, 1)) return false;
  countPage(object.mount, 1);
  object.promised.add(index);
  return true;
}

/**
 * Runs `fetch`, which is to give page `index`, promised just now, its content. Where it fails or sleeps, a promise that was
 * not there before is taken back.
 */
export function keepingPromise<T>(
  k: VmKernel,
  object: PageObject,
  index: number,
  wasPromised: boolean,
  fetch: () => T,
): T {
  try {
    return fetch();
  } catch (thrown) {
    if (!wasPromised) forgetPromise(k, object, index);
    throw thrown;
  }
}

/** promisePage for page `index` that a fault shows: a hole gets its page now, one on disk when it is written. */
export function promiseShown(
  k: VmKernel,
  p: Process,
  object: PageObject,
  index: number,
  access: Access,
  shared: boolean,
): boolean {
  const { inode } = object;
  if (object.promise !== "by page") return true;
  if (inode !== null && backedBytes(inode, index) > 0 && !(shared && access === "write")) return true;
  return promisePage(k, p, object, index);
}

/** Pages from index `from` on are dropped for good (truncation, the object's end). */
export function forgetPromises(k: VmKernel, object: PageObject, from: number): void {
  for (const index of object.promised) if (index >= from) forgetPromise(k, object, index);
}

/** One page is dropped for good. */
export function forgetPromise(k: VmKernel, object: PageObject, index: number): void {
  if (!object.promised.delete(index)) return;
  unchargeCommit(k, 1);
  countPage(object.mount, -1);
}

/** Pages that the object stands for now. */
export function promisedPages(object: PageObject): number {
  return object.promise === "whole" ? Math.ceil(object.bytes / PAGE_SIZE) : object.promised.size;
}
