/**
 * Where things lie in a user address space, as Linux lays it out on this processor:
 *
 *   userLimit ┌───────────────┐
 *             │  stack        │ grows down, at most RLIMIT_STACK
 *             │  (gap)        │
 *   mmapBase  ├───────────────┤
 *             │  mmap area    │ filled downwards: trampoline page, mappings
 *             ├ · · · · · · · ┤
 *             │  heap (brk)   │ grows up, behind the program
 *             │  program      │ where the ELF file says
 *      64 KiB ├───────────────┤ mmap_min_addr: nothing below, so that a null pointer faults
 *           0 └───────────────┘
 *
 * Each of stack, mmap area and heap has a random displacement of its own, drawn here; all are 0 for now, which is
 * Linux with randomize_va_space = 0.
 */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import type { AddressSpace, SpaceLayout } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { STACK_GUARD } from "./vma.ts";

/** No mapping begins below this: vm.mmap_min_addr. */
export const MIN_ADDRESS: VirtualAddress = 65_536;

/** Room kept for the stack below the top: at least this, at most five sixths of everything. */
const LEAST_STACK_ROOM = 128 * 2 ** 20;

/** What the stack may need when no process says otherwise: RLIMIT_STACK's default. */
const DEFAULT_STACK = 8 * 2 ** 20;

/** The layout of a new space: what does not depend on the program. */
export function drawLayout(k: VmKernel): SpaceLayout {
  const { userLimit } = k.vm;
  return {
    mmapBase: mmapBase(userLimit, DEFAULT_STACK),
    stackTop: userLimit,
    brkStart: 0,
    brk: 0,
    trampoline: 0,
    codeStart: 0,
    codeEnd: 0,
    dataStart: 0,
    dataEnd: 0,
    stackStart: 0,
    argumentsStart: 0,
    argumentsEnd: 0,
    environmentStart: 0,
    environmentEnd: 0,
  };
}

/** Moves the mmap area below what RLIMIT_STACK allows the stack. Before anything is mapped. @param bytes may be Infinity */
export function placeMmapArea(s: AddressSpace, bytes: number): void {
  s.layout.mmapBase = mmapBase(s.layout.stackTop, bytes);
}

function mmapBase(top: VirtualAddress, stackBytes: number): VirtualAddress {
  const most = Math.floor(top / 6) * 5;
  const room = Math.min(Math.max(stackBytes + STACK_GUARD, LEAST_STACK_ROOM), most);
  return Math.floor((top - room) / PAGE_SIZE) * PAGE_SIZE;
}

/** Where the bottom-up search begins when there is no hole below mmapBase: a third of user space. */
export function bottomUpBase(userLimit: VirtualAddress): VirtualAddress {
  return Math.ceil(userLimit / 3 / PAGE_SIZE) * PAGE_SIZE;
}
