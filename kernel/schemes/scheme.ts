/**
 * A translation scheme as the rest of the kernel sees it: what it must do so that a process has memory. Types only. The rows
 * are in schemes.ts; boot wires the chosen one to `k.scheme`, so that nobody below has to import it.
 *
 *   vmas (vm/address-space.ts)   which ranges of addresses a process has: the same under every scheme
 *   the scheme                   what lies behind them, and what tells the hart
 *
 * (1) A function that fails (throws an Errno, returns false) has changed nothing; mapFile may sleep before it changes anything.
 * (2) When the kernel returns to user mode, `settle` has made what the hart reads agree with the vmas.
 */
import type { VirtualAddress } from "../../cpu/paging.ts";
import type { FaultKind } from "../vm/fault-kinds.ts";
import type { LayoutChoice } from "../vm/layout.ts";
import type { Limits } from "../vm/limits.ts";
import type { FileMapRequest, MapRequest, RemapRequest, StackRequest } from "../vm/requests.ts";
import type { TranslationName } from "../vm/shape.ts";
import type { Access, AddressSpace, PageObject, SpaceLayout, Vma } from "../vm/types.ts";

/** What `locate` says where the process itself would get a signal. */
export const NOWHERE = -1;

/** By frame index: how often the frame is named, and whether (1) it is a table. Census of vm/check-tables.ts. */
export interface FrameCensus {
  readonly names: Int32Array;
  readonly tables: Uint8Array;
  /** How often a run of a scheme without pages has the frame. */
  readonly segments: Int32Array;
}

/** @typeParam K the kernel, and P a process: types that this file must not import, for it lies below them. */
export interface Scheme<K, P> {
  readonly name: TranslationName;

  /** A new space gets what satp will name, in s.root. @returns false: no frame is free */
  createRoot(k: K, s: AddressSpace): boolean;
  /** Everything that lies behind the vmas goes; they are taken out next. */
  emptySpace(k: K, s: AddressSpace): void;
  /** What createRoot made goes. */
  dropRoot(k: K, s: AddressSpace): void;
  /** Vmas have changed since the hart last ran in the space, or are as they were: invariant (2). */
  settle(k: K, s: AddressSpace): void;
  /** fork. @throws Errno ENOMEM; ENOSYS when the scheme cannot */
  fork(k: K, parent: AddressSpace): AddressSpace;

  /** The decision about an access that the hardware refused: fault.ts counts and tells it. May sleep. */
  decideFault(k: K, p: P, s: AddressSpace, va: VirtualAddress, access: Access): FaultKind;
  /**
   * Where the byte at `va` is in RAM, ready for `access` up to the end of its page, as after an access of p's own; or NOWHERE.
   * @param va in user space. May sleep
   */
  locate(k: K, p: P, s: AddressSpace, va: VirtualAddress, access: Access): number;
  /** The same by looking alone: nothing changes. NOWHERE also where memory is not resident. Rights do not matter. */
  peek(k: K, s: AddressSpace, va: VirtualAddress): number;

  /** exec: where things lie. */
  layout(k: K, s: AddressSpace, choice: LayoutChoice): SpaceLayout;
  /**
   * exec: where a position-independent program of so many bytes (whole pages) begins.
   * @param align a power of two, a page or more @throws Errno ENOMEM
   */
  placeProgram(k: K, s: AddressSpace, bytes: number, align: number): VirtualAddress;
  /** exec: the heap begins behind a program that ends at `end`; `moved`: that was placed by placeProgram. */
  placeHeap(k: K, s: AddressSpace, end: VirtualAddress, moved: boolean, choice: LayoutChoice): void;
  /** exec: where the stack ends, for which at least `bytes()` are wanted. @throws Errno ENOMEM */
  placeStack(k: K, s: AddressSpace, bytes: () => number): VirtualAddress;
  /** exec: the stack, which ends at layout.stackTop and grows down. @throws Errno ENOMEM */
  mapStack(k: K, s: AddressSpace, request: StackRequest): Vma;
  /** The page with the code that returns from signal handlers; sets layout.trampoline. @throws Errno ENOMEM */
  mapTrampoline(k: K, s: AddressSpace): VirtualAddress;

  /** The first half of every mmap: where it would go. @throws Errno as mmap(2) */
  checkPlace(k: K, s: AddressSpace, request: MapRequest): VirtualAddress;
  /** @throws Errno as mmap(2) */
  mapAnonymous(k: K, s: AddressSpace, request: MapRequest): VirtualAddress;
  /** May sleep, where it reads the file. @throws Errno as mmap(2) */
  mapFile(k: K, p: P, s: AddressSpace, request: FileMapRequest): VirtualAddress;
  /** A System V segment: all of it. @throws Errno as mmap(2) */
  mapShared(k: K, s: AddressSpace, r: MapRequest, object: PageObject, mayWrite: boolean): VirtualAddress;
  /** @throws Errno as munmap(2) */
  unmap(k: K, s: AddressSpace, start: VirtualAddress, length: number): void;
  /** May sleep. @throws Errno as mprotect(2) */
  protect(
    k: K,
    s: AddressSpace,
    start: VirtualAddress,
    length: number,
    prot: number,
    limits: Limits,
    p?: P | null,
  ): void;
  /** Asserts the scheme's own invariants. Changes nothing but `census`, which gets what the space's own structures name. */
  check(k: K, s: AddressSpace, census: FrameCensus): void;
  /** brk(2): where the heap ends then. May sleep. */
  setBreak(k: K, p: P, s: AddressSpace, address: VirtualAddress): VirtualAddress;
  /** May sleep. @throws Errno as mremap(2) */
  remap(k: K, p: P, request: RemapRequest): VirtualAddress;
}
