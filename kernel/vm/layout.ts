/**
 * Where things lie in a user address space, as Linux lays it out on this processor:
 *
 *   userLimit ┌───────────────┐
 *             │  (stack draw) │
 *             ├───────────────┤ stackTop
 *             │  stack        │ grows down, at most RLIMIT_STACK
 *             │  (gap)        │
 *             │  (mmap draw)  │
 *   mmapBase  ├───────────────┤
 *             │  mmap area    │ filled downwards: position-independent programs, trampoline page, mappings
 *             ├ · · · · · · · ┤
 *             │  their heap   │ two thirds up, where nothing else is
 *             ├ · · · · · · · ┤
 *             │  heap (brk)   │ grows up, behind the program
 *             │  (heap draw)  │
 *             │  program      │ where the ELF file says
 *      64 KiB ├───────────────┤ vm.mmap_min_addr: nothing below, so that a null pointer faults
 *           0 └───────────────┘
 *
 * With an unlimited stack, or for a process with ADDR_COMPAT_LAYOUT, the mmap area begins a third up and is filled upwards.
 *
 * (1) Each region's displacement is a draw of its own of 18 bits, in pages: up to 1 GiB. The paging mode changes where the
 *     limit of user space is, and nothing else.
 * (2) kernel.randomize_va_space 0 displaces nothing, 1 all but the heap, 2 all.
 *
 * Source: Linux 6.1, mm/util.c (mmap_base, randomize_stack_top, arch_randomize_brk), arch/riscv (STACK_RND_MASK,
 * ARCH_MMAP_RND_BITS_MIN). One thing is other processors': riscv's page of signal code has no draw of its own in
 * Linux, it lies where the first mapping would.
 */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import type { Random } from "../../cpu/random.ts";
import type { SpaceLayout } from "./types.ts";
import { pageAlign, STACK_GUARD } from "./vma.ts";

/** Bits of chance, in pages, of each region: vm.mmap_rnd_bits, STACK_RND_MASK, and the 1 GiB of a randomised heap. */
export const ENTROPY = { mmap: 18, stack: 18, heap: 18, trampoline: 18 } as const;

export type Region = keyof typeof ENTROPY;
/** Bytes by which each region is moved, whole pages. */
export type Displacements = Readonly<Record<Region, number>>;

const bytesOf = (region: Region) => 2 ** ENTROPY[region] * PAGE_SIZE;

/** Room kept for the stack below the top: at least this, at most five sixths of everything. */
const LEAST_STACK_ROOM = 128 * 2 ** 20;

/** What the stack may need when no process says otherwise: RLIMIT_STACK's default. */
const DEFAULT_STACK = 8 * 2 ** 20;

/** What a layout depends on, beside the limit of user space. */
export interface LayoutChoice {
  /** kernel.randomize_va_space, 0 for a process that wants none (ADDR_NO_RANDOMIZE). */
  readonly randomize: number;
  readonly displacements: Displacements;
  /** RLIMIT_STACK, Infinity for none. */
  readonly stackBytes: number;
  /** ADDR_COMPAT_LAYOUT: mappings go upwards. */
  readonly compatible: boolean;
}

/** Draws a displacement for each region, the same number of draws whatever is asked for. */
export function drawDisplacements(random: Random, randomize: number): Displacements {
  const draw = (region: Region, least: number) => {
    const pages = random.below(2 ** ENTROPY[region]);
    return randomize >= least ? pages * PAGE_SIZE : 0;
  };
  return { mmap: draw("mmap", 1), stack: draw("stack", 1), trampoline: draw("trampoline", 1), heap: draw("heap", 2) };
}

/** Nothing is displaced. */
export const UNDISPLACED: Displacements = { mmap: 0, stack: 0, heap: 0, trampoline: 0 };

/** The layout that chance does not touch, for spaces that no program was loaded into. */
export function plainLayout(userLimit: VirtualAddress): SpaceLayout {
  return chooseLayout(userLimit, {
    randomize: 0,
    displacements: UNDISPLACED,
    stackBytes: DEFAULT_STACK,
    compatible: false,
  });
}

/** The layout of a new program's space; what depends on the program is 0 still. */
export function chooseLayout(userLimit: VirtualAddress, choice: LayoutChoice): SpaceLayout {
  const { displacements, stackBytes, compatible, randomize } = choice;
  const bottomUp = compatible || stackBytes === Number.POSITIVE_INFINITY;
  const base = (moved: number) =>
    bottomUp ? bottomUpBase(userLimit) + moved : topDownBase(userLimit, stackBytes, randomize > 0) - moved;
  const trampoline = base(displacements.trampoline) - (bottomUp ? 0 : PAGE_SIZE);
  return {
    mmapBase: base(displacements.mmap),
    bottomUp,
    stackTop: userLimit - displacements.stack,
    brkStart: 0,
    brk: 0,
    trampoline: randomize > 0 ? trampoline : 0,
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

/** Below what RLIMIT_STACK allows the stack, wherever it was moved to. */
function topDownBase(userLimit: VirtualAddress, stackBytes: number, randomized: boolean): VirtualAddress {
  const most = Math.floor(userLimit / 6) * 5;
  const moved = randomized ? bytesOf("stack") - PAGE_SIZE : 0;
  const room = Math.min(Math.max(stackBytes + STACK_GUARD + moved, LEAST_STACK_ROOM), most);
  return pageAlign(userLimit - room);
}

/** Where the mmap area begins that is filled upwards, and the search when there is no hole below mmapBase: a third up. */
export function bottomUpBase(userLimit: VirtualAddress): VirtualAddress {
  return pageAlign(Math.floor(userLimit / 3));
}

/** Linux's ELF_ET_DYN_BASE: two thirds up. */
export function dynamicBase(userLimit: VirtualAddress): VirtualAddress {
  return pageAlign(Math.floor(userLimit / 3) * 2);
}

/** Where the heap begins: of a program that ends at `programEnd`, or, for null, of one that lies in the mmap area. */
export function heapStart(
  userLimit: VirtualAddress,
  programEnd: VirtualAddress | null,
  { randomize, displacements }: Pick<LayoutChoice, "randomize" | "displacements">,
): VirtualAddress {
  if (programEnd === null) return dynamicBase(userLimit) + displacements.heap;
  // With a page between, so that running over the end of .bss does not end in the heap.
  return pageAlign(programEnd) + (randomize > 1 ? PAGE_SIZE : 0) + displacements.heap;
}
