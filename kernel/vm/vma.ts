/**
 * Vmas: what one is, and when two are one. Keeping them in a space is address-space.ts'.
 */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import type { HugeReserve } from "./hugetlb/types.ts";
import { PROT_EXEC, PROT_WRITE } from "./prot.ts";
import type { PageObject, Vma } from "./types.ts";

/** Bits of Vma.flags. */
export const VMA = {
  /** Writes go to the object and are seen by all (MAP_SHARED). */
  shared: 1,
  /** Grows downwards when touched below: MAP_GROWSDOWN, the stack. */
  growsDown: 2,
  /** PROT_WRITE may be given by mprotect; not for a shared mapping of a file opened for reading only. */
  mayWrite: 4,
  /** A private frame has been put into it: its pages cannot be got back from the object alone. */
  copied: 8,
  /** mlock: never taken away. */
  locked: 16,
  noReserve: 32,
  dontFork: 64,
  wipeOnFork: 128,
  dontDump: 256,
  sequential: 512,
  random: 1024,
  /** Counts in Committed_AS: commit.ts. */
  accounted: 2048,
  /** With `locked`: pages become resident when they are touched, and stay from then on. */
  lockOnFault: 4096,
  /** PROT_EXEC may not be given: a file of a mount without programs (MS_NOEXEC). */
  neverExecuted: 8192,
  /** MADV_MERGEABLE: its private pages are merged with equal ones: merge.ts. */
  mergeable: 65_536,
  /** MADV_HUGEPAGE, MADV_NOHUGEPAGE. */
  hugePages: 16_384,
  noHugePages: 32_768,
  /** Its pages are huge ones of the pool: hugetlb/. */
  hugetlb: 1 << 20,
  /** With it: a page was taken from it for its parent's sake, so its further ones would not be what fork gave it. */
  hugeLost: 1 << 21,
} as const;

/** Bytes below a mapping that grows down which no other mapping may take: 256 pages. */
export const STACK_GUARD = 256 * PAGE_SIZE;

/** Where the room of a vma begins: below `start` for one that grows down. */
export function occupiedFrom(v: Vma): VirtualAddress {
  return v.flags & VMA.growsDown ? Math.max(0, v.start - STACK_GUARD) : v.start;
}

/** What is given of a new vma; the rest is worked out. */
export interface NewVma {
  start: VirtualAddress;
  end: VirtualAddress;
  prot: number;
  flags: number;
  object?: PageObject | null;
  offset?: number;
  special?: number;
  name?: string;
  family?: number;
  inherited?: boolean;
  apart?: boolean;
  reserve?: HugeReserve | null;
}

export function newVma(given: NewVma): Vma {
  return {
    start: given.start,
    end: given.end,
    prot: given.prot,
    flags: given.flags,
    object: given.object ?? null,
    offset: given.offset ?? given.start,
    special: given.special ?? 0,
    name: given.name ?? "",
    family: given.family ?? 0,
    inherited: given.inherited ?? false,
    apart: given.apart ?? false,
    reserve: given.reserve ?? null,
    left: null,
    right: null,
    height: 1,
    low: given.start,
    high: given.end,
    gap: 0,
  };
}

/** A vma with the properties of `v` for another range inside it. */
export function sliceVma(v: Vma, start: VirtualAddress, end: VirtualAddress): Vma {
  return newVma({ ...v, start, end, offset: v.offset + (start - v.start) });
}

/** Flags that two halves of one vma may differ in. */
const MERGED_FLAGS = VMA.copied;

/** Whether `b`, which begins where `a` ends, shows what follows it, in the same way. */
export function continues(a: Vma, b: Vma): boolean {
  return (
    a.object === b.object &&
    // VM_DONTEXPAND.
    ((a.flags | b.flags) & VMA.hugetlb) === 0 &&
    // Each attachment of a System V segment counts.
    (a.object?.segment ?? null) === null &&
    a.special === 0 &&
    b.special === 0 &&
    a.name === b.name &&
    b.offset - a.offset === b.start - a.start
  );
}

/** Whether `b` has the properties of `a` and continues it, so that both can be one vma, if their families allow it. */
export function canMerge(a: Vma, b: Vma): boolean {
  return (
    a.end === b.start && a.prot === b.prot && (a.flags & ~MERGED_FLAGS) === (b.flags & ~MERGED_FLAGS) && continues(a, b)
  );
}

/** Private and writable, and not a stack: what RLIMIT_DATA and VmData count. */
export function isData(prot: number, flags: number): boolean {
  return (prot & PROT_WRITE) !== 0 && (flags & (VMA.shared | VMA.growsDown)) === 0;
}

/** Executable, not writable, not a stack: VmExe and VmLib. */
export function isCode(prot: number, flags: number): boolean {
  return (prot & (PROT_EXEC | PROT_WRITE)) === PROT_EXEC && (flags & VMA.growsDown) === 0;
}

/** Pages of a range of bytes. */
export function pagesIn(start: VirtualAddress, end: VirtualAddress): number {
  return (end - start) / PAGE_SIZE;
}

/** The index in the vma's object of the page at `va`. */
export function objectIndex(v: Vma, va: VirtualAddress): number {
  return Math.floor((v.offset + (va - v.start)) / PAGE_SIZE);
}

/** Whether one of the vma's pages, which may be huge ones, begins at `va`, which is page-aligned. */
export function isPageOf(v: Vma, va: VirtualAddress): boolean {
  const order = v.object?.huge?.order ?? 0;
  return order === 0 || va % (PAGE_SIZE * 2 ** order) === 0;
}

/** `bytes` rounded up to whole pages. */
export function pageAlign(bytes: number): number {
  return Math.ceil(bytes / PAGE_SIZE) * PAGE_SIZE;
}
