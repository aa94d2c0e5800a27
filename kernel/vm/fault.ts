/**
 * The page fault: the one decision about an access that the tables do not let through. From user code (trap.ts) and
 * from the kernel on a process's behalf (usercopy.ts) alike.
 *
 *   access ─► TLB hit with the right? ── yes ─► done                                    (the processor: cpu/mmu.ts)
 *      └► walk: entry valid with the right? ── yes ─► TLB filled, A and D set ─► done
 *            └► trap ─► handleFault:
 *
 *   address in user space? ── no ─► outside-user-space                                  SIGSEGV SEGV_MAPERR
 *   a vma there? ── no ─► does the one above grow down, and may it? ── no ─► no-mapping, stack-limit, stack-guard   "
 *        │                      └ yes: it grows; go on (stack-growth)
 *   its protection allows the access? ── no ─► no-access, not-readable, not-writable, not-executable   SEGV_ACCERR
 *   entry empty?
 *    ├ yes: private anonymous ─► nothing yet in 2 MiB that may be huge? ─► huge-zero-page, huge-page (huge-fault.ts)
 *    │                        ─► read: zero-page; write: anonymous-page
 *    │      an object ─► beyond its end? ─► beyond-end                                   SIGBUS BUS_ADRERR
 *    │             in the page cache? ── no ─► read it: sleep, and all of this again (then ...-from-disk, major)
 *    │             └► file-page, shared-page, private-file-copy
 *    ├ a swap entry ─► in the swap cache? swap-cache: else read it, sleep, and all of this again (then swap-in, major)
 *    └ no:  a write without W ─► shared: shared-write; private: copy-on-write.ts
 *           everything allowed ─► spurious
 *   no frame for any of these ─► reclaim, and all of this again (shortage.ts); injected: out-of-memory   SIGKILL
 *
 * (1) A fault that is resolved lets the access through when it is made again, unless it sleeps or W is still missing.
 * (2) A fault that ends in a signal has changed nothing but the stack's size.
 * (3) Resolved faults, and only they, count as minor or major: of the process and of the machine.
 *
 * May sleep: while a page is read from disk.
 */
import { COSTS } from "../../cpu/costs.ts";
import { type FrameNumber, PAGE_SIZE, PTE, type VirtualAddress } from "../../cpu/paging.ts";
import { Errno } from "../errno.ts";
import { emit } from "../events.ts";
import { touchModified } from "../fs/inode.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { findVma, nextVma, residentPages } from "./address-space.ts";
import { keepingPromise, promiseShown } from "./commit.ts";
import { makeOwn } from "./copy-on-write.ts";
import { ensureFamily } from "./family.ts";
import { FAULTS, type Fault, type FaultKind } from "./fault-kinds.ts";
import { placeFirstPage, placeSpecialPage } from "./first-touch.ts";
import { flushPage } from "./flush.ts";
import { NO_FRAME } from "./frames.ts";
import { placeHugePage } from "./huge-fault.ts";
import { hugeFault } from "./hugetlb/fault.ts";
import { findPage, markPageDirty, objectPage, objectSize } from "./page-cache.ts";
import { findPte, NO_PTE } from "./page-table.ts";
import { allows } from "./prot.ts";
import { changeRights, isSwapped, pteFrameOf, pteRights } from "./pte.ts";
import { noteRead, readAheadOfFault } from "./read-ahead.ts";
import { settleArrivals } from "./residents.ts";
import { waitForMemory } from "./shortage.ts";
import { growStack } from "./stack-growth.ts";
import { swapIn } from "./swap-in.ts";
import { throttleWriter } from "./throttle.ts";
import type { Access, AddressSpace, PageObject, Vma } from "./types.ts";
import { objectIndex, VMA } from "./vma.ts";

export { FAULTS, type Fault, type FaultKind } from "./fault-kinds.ts";

/**
 * Decides about an access of `p` that failed, and does what makes it work.
 * @param va any number; exact where it can be valid
 * @param s p's space, unless exec is building another one
 * @returns a row of FAULTS; its `signal` is null when the access is to be made again
 */
export function handleFault(
  k: Kernel,
  p: Process,
  va: VirtualAddress,
  access: Access,
  s: AddressSpace = p.space!,
): Fault {
  const { reclaim } = k.vm;
  k.machine.clock.charge(COSTS.pageFault);
  // What the handler around it has missed so far is the handler's own to tell.
  const { shortage } = reclaim;
  reclaim.shortage = 0;
  const fault = FAULTS[k.scheme.decideFault(k, p, s, va, access)];
  // Only who runs can wait. Whoever was refused on purpose, or at boot, has nothing to wait for.
  if (fault.kind === "out-of-memory" && reclaim.shortage > 0 && k.current === p) waitForMemory(k, p);
  reclaim.shortage = shortage;
  if (reclaim.follows) settleArrivals(k);
  const { statistics } = k.vm;
  statistics.faults[fault.kind]++;
  if (fault.signal === null) account(k, p, s, fault.major);
  if (k.listeners.length > 0) emit(k, { type: "fault", pid: p.pid, va, access, kind: fault.kind, major: fault.major });
  return fault;
}

/** Invariant (3), and the largest resident set so far. */
function account(k: Kernel, p: Process, s: AddressSpace, major: boolean): void {
  if (major) {
    p.counts.majorFaults++;
    k.vm.statistics.majorFaults++;
  } else {
    p.counts.minorFaults++;
    k.vm.statistics.minorFaults++;
  }
  const resident = residentPages(s);
  if (resident > s.counts.peakResident) s.counts.peakResident = resident;
  if (resident > p.counts.peakResident) p.counts.peakResident = resident;
}

/** The decision where memory is made of pages: the chart above. */
export function decideByPages(k: Kernel, p: Process, s: AddressSpace, va: VirtualAddress, access: Access): FaultKind {
  if (!(va >= 0 && va < k.vm.userLimit)) return "outside-user-space";
  const v = findVma(s, va);
  if (v !== null) return decideIn(k, p, s, v, va, access);
  const above = nextVma(s, va);
  if (above === null) return "no-mapping";
  const refusal = growStack(k, p, s, above, va);
  if (refusal !== null) return refusal;
  const kind = decideIn(k, p, s, above, va, access);
  return FAULTS[kind].signal === null ? "stack-growth" : kind;
}

/** The vma is found. */
function decideIn(k: Kernel, p: Process, s: AddressSpace, v: Vma, va: VirtualAddress, access: Access): FaultKind {
  if (!allows(v.prot, access)) return refusal(v.prot, access);
  if (v.flags & VMA.hugetlb) return hugeFault(k, p, s, v, va, access);
  const page = Math.floor(va / PAGE_SIZE);
  const at = findPte(k, s, page);
  const low = at === NO_PTE ? 0 : k.machine.ram.u32[at];
  if (isSwapped(low)) return swapIn(k, p, s, v, at, page, access);
  if (low === 0) return v.object === null ? firstTouch(k, s, v, at, page, access) : fromObject(k, p, s, v, va, access);
  if (access === "write" && !(low & PTE.W)) return writeResident(k, p, s, v, at, page);
  flushPage(k, s, page);
  return "spurious";
}

/** Which permission is missing. */
function refusal(prot: number, access: Access): FaultKind {
  if (prot === 0) return "no-access";
  if (access === "execute") return "not-executable";
  return access === "write" ? "not-writable" : "not-readable";
}

/** An empty entry with no object behind it. @param at where it is; NO_PTE: it has no table yet */
function firstTouch(k: Kernel, s: AddressSpace, v: Vma, at: number, page: number, access: Access): FaultKind {
  if (v.special !== NO_FRAME) return placeSpecialPage(k, s, v, page) ? "special-page" : "out-of-memory";
  if (k.vm.huge.mode !== "never") {
    const huge = placeHugePage(k, s, v, page, access);
    if (huge !== null) return huge;
  }
  if (!placeFirstPage(k, s, v, page, access, NO_FRAME, at)) return "out-of-memory";
  return access === "write" ? "anonymous-page" : "zero-page";
}

/** An empty entry whose page is a file's or shared memory's. */
function fromObject(k: Kernel, p: Process, s: AddressSpace, v: Vma, va: VirtualAddress, access: Access): FaultKind {
  const object = v.object!;
  const index = objectIndex(v, va);
  // Linux's do_cow_fault settles this before it looks for the page.
  if (access === "write" && !(v.flags & VMA.shared)) ensureFamily(s, v);
  if (index * PAGE_SIZE >= objectSize(object)) return "beyond-end";
  if (access === "write" && v.flags & VMA.shared && object.inode !== null) throttleWriter(k, p, object.inode);
  const wasPromised = object.promised.has(index);
  if (!promiseShown(k, p, object, index, access, (v.flags & VMA.shared) !== 0)) return "no-room";
  const page = Math.floor(va / PAGE_SIZE);
  const waited = s.waitingPage === page;
  const swapped = object.swapped.has(index);
  readAheadOfFault(k, v, index);
  let frame = findPage(k, object, index);
  if (frame === NO_FRAME) {
    const failure = fetchPage(k, p, s, object, index, page, wasPromised);
    if (failure !== null) return failure;
    frame = findPage(k, object, index);
  }
  const unclaimed = claimShown(k, p, v, index, access);
  if (unclaimed !== null) return unclaimed;
  s.waitingPage = -1;
  noteRead(object.ahead, index);
  if (!placeFirstPage(k, s, v, page, access, frame)) return "out-of-memory";
  const kind = kindOfObjectPage(k, v, access, waited);
  return swapped ? (waited ? "swap-in" : "swap-cache") : kind;
}

/** Brings the object's page into the cache; sleeps while the disk works. @returns null when it is there */
function fetchPage(
  k: Kernel,
  p: Process,
  s: AddressSpace,
  object: PageObject,
  index: number,
  page: number,
  wasPromised: boolean,
): FaultKind | null {
  s.waitingPage = page;
  try {
    keepingPromise(k, object, index, wasPromised, () => objectPage(k, p, object, index));
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
    s.waitingPage = -1;
    return thrown.name === "ENOMEM" ? "out-of-memory" : "disk-error";
  }
  return null;
}

/**
 * A file's page is about to be written to through a mapping: its file system gives it a place, up to the file's end. May sleep.
 * @returns null when it has one
 */
function claimShown(k: Kernel, p: Process, v: Vma, index: number, access: Access): FaultKind | null {
  const inode = v.object!.inode;
  if (inode === null || access !== "write" || !(v.flags & VMA.shared)) return null;
  const from = index * PAGE_SIZE;
  try {
    k.pageSources[inode.fs].claim?.(k, p, inode, from, Math.min(from + PAGE_SIZE, inode.size));
  } catch (thrown) {
    if (!(thrown instanceof Errno)) throw thrown;
    if (thrown.name === "ENOMEM") return "out-of-memory";
    return thrown.name === "ENOSPC" ? "no-room" : "disk-error";
  }
  return null;
}

function kindOfObjectPage(k: Kernel, v: Vma, access: Access, fromDisk: boolean): FaultKind {
  const { inode } = v.object!;
  if (inode === null) return "shared-page";
  if (access === "write" && !(v.flags & VMA.shared))
    return fromDisk ? "private-file-copy-from-disk" : "private-file-copy";
  if (access === "write") touchModified(k, inode);
  return fromDisk ? "file-page-from-disk" : "file-page";
}

/** A write, allowed by the vma, to a resident page without W. */
function writeResident(k: Kernel, p: Process, s: AddressSpace, v: Vma, at: number, page: number): FaultKind {
  if (!(v.flags & VMA.shared)) return makeOwn(k, s, v, at, page);
  const object = v.object!;
  if (object.inode !== null) throttleWriter(k, p, object.inode);
  if (!promiseShown(k, p, object, objectIndex(v, page * PAGE_SIZE), "write", true)) return "no-room";
  const unclaimed = claimShown(k, p, v, objectIndex(v, page * PAGE_SIZE), "write");
  if (unclaimed !== null) return unclaimed;
  const frame: FrameNumber = pteFrameOf(k.machine.ram.u32[at]);
  const { inode } = object;
  if (inode !== null) {
    markPageDirty(k, frame);
    touchModified(k, inode);
  }
  changeRights(k, at, pteRights(v.prot, true));
  flushPage(k, s, page);
  return "shared-write";
}
