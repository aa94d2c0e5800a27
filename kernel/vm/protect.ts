/**
 * mprotect: new rights for a range, splitting and joining mappings. Entries lose rights at once; the right to write
 * comes back by a fault, which knows whether the page must be copied first; at once where the mapping is locked.
 *
 * May sleep, for locked mappings: p.call.progress is where.
 */
import { PAGE_SIZE, PTE, type VirtualAddress } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { changeVma, mergeAround, nextVma } from "./address-space.ts";
import { isolatePart } from "./change-flags.ts";
import { chargeCommit, isAccountable, unchargeCommit } from "./commit.ts";
import { commitFlush, type FlushBatch, gather, newBatch } from "./flush.ts";
import { type Limits, mayExpand } from "./limits.ts";
import { forEachPte } from "./page-table.ts";
import { populate } from "./populate.ts";
import { PROT_EXEC, PROT_GROWSDOWN, PROT_GROWSUP, PROT_READ, PROT_WRITE } from "./prot.ts";
import { changeRights, isResident, pteRights } from "./pte.ts";
import type { AddressSpace, Vma } from "./types.ts";
import { pageAlign, pagesIn, VMA } from "./vma.ts";

/** What a protection may say: mprotect(2), and PROT_SEM, which means nothing here. */
const KNOWN = PROT_READ | PROT_WRITE | PROT_EXEC;
const PROT_SEM = 8;

/**
 * Gives start to start + length - 1 the protection `prot`. As on Linux, what lies below the place of an error has changed.
 * @param p for whom; null: the kernel, which locks nothing
 * @throws Errno EINVAL misaligned or unknown bits; ENOMEM a hole, too many mappings, RLIMIT_DATA; EACCES a shared mapping of a
 *   file that is open for reading only, or the kernel's page. mprotect(2)
 */
export function protectRange(
  k: Kernel,
  s: AddressSpace,
  start: VirtualAddress,
  length: number,
  prot: number,
  limits: Limits,
  p: Process | null = null,
): void {
  const grows = prot & (PROT_GROWSDOWN | PROT_GROWSUP);
  if (grows === (PROT_GROWSDOWN | PROT_GROWSUP) || start % PAGE_SIZE !== 0) throw errno("EINVAL");
  if (length === 0) return;
  const end = start + pageAlign(length);
  if (end >= 2 ** 64) throw errno("ENOMEM");
  if (prot & ~(KNOWN | PROT_SEM | PROT_GROWSDOWN | PROT_GROWSUP)) throw errno("EINVAL");
  const first = nextVma(s, start);
  if (first === null || first.start >= end) throw errno("ENOMEM");
  const from = grows === 0 ? start : growFrom(first, start, grows);
  const batch = newBatch();
  try {
    protectVmas(k, p, s, from, end, prot & KNOWN, limits, batch);
  } finally {
    commitFlush(k, s, batch);
  }
}

/** PROT_GROWSDOWN extends the range to the beginning of a mapping that grows down; there is none that grows up. */
function growFrom(first: Vma, start: VirtualAddress, grows: number): VirtualAddress {
  if (grows === PROT_GROWSUP) throw errno(first.start > start ? "ENOMEM" : "EINVAL");
  if (!(first.flags & VMA.growsDown)) throw errno("EINVAL");
  return first.start;
}

function protectVmas(
  k: Kernel,
  p: Process | null,
  s: AddressSpace,
  start: VirtualAddress,
  end: VirtualAddress,
  prot: number,
  limits: Limits,
  batch: FlushBatch,
): void {
  let at = start;
  while (at < end) {
    const v = nextVma(s, at);
    if (v === null || v.start > at) throw errno("ENOMEM");
    const upTo = Math.min(end, v.end);
    const copies = becomesWritable(v, prot) || sleptIn(p, at, upTo);
    protectPart(k, s, v, at, upTo, prot, limits, batch);
    if (p !== null && copies) populateLocked(k, p, s, at, upTo);
    at = upTo;
  }
}

/** Changes `from` to `to` - 1, which lie in `v`. */
function protectPart(
  k: Kernel,
  s: AddressSpace,
  v: Vma,
  from: VirtualAddress,
  to: VirtualAddress,
  prot: number,
  limits: Limits,
  batch: FlushBatch,
): void {
  if (prot & PROT_WRITE && !(v.flags & VMA.mayWrite)) throw errno("EACCES");
  if (prot & PROT_EXEC && v.flags & VMA.neverExecuted) throw errno("EACCES");
  if (v.prot === prot) return;
  const pages = pagesIn(from, to);
  const exceeds = !mayExpand(s, limits, pages, prot, v.flags) && mayExpand(s, limits, pages, v.prot, v.flags);
  if (prot & PROT_WRITE && exceeds) throw errno("ENOMEM");
  const promise = becomesPromise(v, prot) ? VMA.accounted : 0;
  if (promise !== 0) chargeCommit(k, k.current, s, pages);
  const part = isolateOrUncharge(k, s, v, from, to, prot, promise);
  changeVma(s, part, prot, part.flags | promise);
  protectEntries(k, s, part, batch);
  mergeAround(k, s, part);
}

/** A private mapping becomes writable for the first time: going back gives nothing back, commit.ts (2). */
function becomesPromise(v: Vma, prot: number): boolean {
  return isAccountable(prot, v.flags) && !(v.flags & VMA.accounted) && !(v.prot & PROT_WRITE);
}

function isolateOrUncharge(
  k: Kernel,
  s: AddressSpace,
  v: Vma,
  from: VirtualAddress,
  to: VirtualAddress,
  prot: number,
  promise: number,
): Vma {
  try {
    return isolatePart(k, s, v, from, to, { prot, flags: v.flags | promise });
  } catch (thrown) {
    if (promise !== 0) unchargeCommit(k, pagesIn(from, to));
    throw thrown;
  }
}

/** A private locked mapping that could not be written, and can be now. */
function becomesWritable(v: Vma, prot: number): boolean {
  const isLocked = (v.flags & (VMA.locked | VMA.shared)) === VMA.locked;
  return isLocked && (v.prot & PROT_WRITE) === 0 && (prot & PROT_WRITE) !== 0;
}

/** Whether this call slept while it populated a part that begins there: it looks done now. */
function sleptIn(p: Process | null, from: VirtualAddress, to: VirtualAddress): boolean {
  return p !== null && p.call.progress >= from && p.call.progress < to;
}

/** Copies now what writes would copy: a locked page is to be had without a fault. What cannot be had is left. */
function populateLocked(k: Kernel, p: Process, s: AddressSpace, from: VirtualAddress, to: VirtualAddress): void {
  populate(k, p, s, Math.max(from, p.call.progress), to, { until: "end", resume: true });
  p.call.progress = 0;
}

/** Brings the resident pages' entries to the vma's protection; W stays only where it was. */
function protectEntries(k: Kernel, s: AddressSpace, v: Vma, batch: FlushBatch): void {
  // Large leaves lie whole in the mapping (pte-large.ts, 2), and change as they are.
  forEachPte(k, s, v.start / PAGE_SIZE, v.end / PAGE_SIZE, (at, page) => {
    const low = k.machine.ram.u32[at];
    if (!isResident(low)) return true;
    changeRights(k, at, pteRights(v.prot, (low & PTE.W) !== 0));
    if (low & PTE.V && k.machine.ram.u32[at] !== low) gather(batch, page);
    return true;
  });
}
