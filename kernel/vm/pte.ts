/**
 * Level-0 page-table entries: the only place that writes one. Each change keeps the entry, the frame's references, the
 * reverse map and the space's resident counts together, so they never disagree.
 *
 *   V=1                    resident: frame and rights; the hardware sets A and D
 *   V=0, NO_ACCESS=1       resident, but its mapping allows nothing (PROT_NONE): frame kept, hardware faults
 *   0                      never touched, or gone
 *   V=0, SWAPPED=1         in swap: a swap entry, which says area and slot
 *
 * (1) An entry that names a frame which is not the kernel's holds one reference, one reverse-map entry and one count
 *     of anonymous, file or shared of its space.
 * (2) W is set only where a store needs no decision: a private frame with one reference, or a shared page that is dirty.
 */
import { type FrameNumber, PTE, PTE_PPN_SHIFT } from "../../cpu/paging.ts";
import { addReference, dropReference, OWNER } from "./frames.ts";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "./prot.ts";
import { addMapping, removeMapping } from "./reverse-map.ts";
import type { AddressSpace, SwapEntry } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** One of the two RSW bits: the page is resident though V is 0. */
export const NO_ACCESS = 1 << 8;

/** The other: fork made the page shared, so W was taken away; gone when W comes back. Tells a takeover from an upgrade. */
export const WAS_SHARED = 1 << 9;

/** Where V and NO_ACCESS are clear: the page is in swap. */
const SWAPPED = 1 << 1;
const SWAP_AREA_SHIFT = 2;
const SWAP_AREA_MASK = 31;

/** Slots that an area can have: what bits 10 to 31 of an entry name. */
export const MOST_SLOTS = 2 ** 22;

/** @param area 0 to 31; @param slot 1 to MOST_SLOTS - 1 */
export function swapEntry(area: number, slot: number): SwapEntry {
  return ((slot << PTE_PPN_SHIFT) | (area << SWAP_AREA_SHIFT) | SWAPPED) >>> 0;
}

export function swapAreaOf(entry: SwapEntry): number {
  return (entry >>> SWAP_AREA_SHIFT) & SWAP_AREA_MASK;
}

export function swapSlotOf(entry: SwapEntry): number {
  return entry >>> PTE_PPN_SHIFT;
}

/** Whether the low word of an entry is a swap entry. */
export function isSwapped(low: number): boolean {
  return (low & (PTE.V | NO_ACCESS | SWAPPED)) === SWAPPED;
}

/** Bits of an entry that are rights. */
const RIGHTS = PTE.V | PTE.R | PTE.W | PTE.X | PTE.U | NO_ACCESS;

/** By PROT bits: the rights of an entry with W. Write implies read (R=0, W=1 is reserved: Priv 4.3.1). */
const RIGHTS_OF_PROT = Array.from({ length: 8 }, (_, prot) => {
  if (prot === 0) return NO_ACCESS;
  const read = prot & (PROT_READ | PROT_WRITE) ? PTE.R : 0;
  return PTE.V | PTE.U | read | (prot & PROT_WRITE ? PTE.W : 0) | (prot & PROT_EXEC ? PTE.X : 0);
});

/** Entry bits for a mapping's protection. @param writable W is wanted at once, if `prot` has it */
export function pteRights(prot: number, writable: boolean): number {
  const rights = RIGHTS_OF_PROT[prot & 7];
  return writable ? rights : rights & ~PTE.W;
}

/** The rights that an entry gives now. */
export function rightsOf(low: number): number {
  return low & RIGHTS;
}

/** Whether the entry names a frame. */
export function isResident(low: number): boolean {
  return (low & (PTE.V | NO_ACCESS)) !== 0;
}

/** The frame of a resident entry. */
export function pteFrameOf(low: number): FrameNumber {
  return low >>> PTE_PPN_SHIFT;
}

/** Moves the space's resident count of the frame's kind by `by`. */
function count(k: VmKernel, s: AddressSpace, frame: FrameNumber, by: number): void {
  const owner = k.vm.frames.owner[frame - k.vm.frames.first];
  if (owner === OWNER.anonymous) s.counts.anonymous += by;
  else if (owner === OWNER.file) s.counts.file += by;
  else s.counts.shared += by;
}

function isKernels(k: VmKernel, frame: FrameNumber): boolean {
  return k.vm.frames.owner[frame - k.vm.frames.first] === OWNER.kernel;
}

/** Counts the reference of a new name for `frame`. */
function acquire(k: VmKernel, s: AddressSpace, at: number, frame: FrameNumber, referenceIsGiven: boolean): void {
  if (isKernels(k, frame)) return;
  if (!referenceIsGiven) addReference(k, frame);
  addMapping(k, frame, at);
  count(k, s, frame, 1);
}

function release(k: VmKernel, s: AddressSpace, at: number, frame: FrameNumber): void {
  if (isKernels(k, frame)) return;
  removeMapping(k, frame, at);
  count(k, s, frame, -1);
  dropReference(k, frame);
}

/**
 * Fills an empty entry.
 * @param rights pteRights(...)
 * @param referenceIsGiven the caller's own reference (a frame just allocated) goes over to the entry
 */
export function putPage(
  k: VmKernel,
  s: AddressSpace,
  at: number,
  frame: FrameNumber,
  rights: number,
  referenceIsGiven: boolean,
): void {
  acquire(k, s, at, frame, referenceIsGiven);
  k.machine.ram.u32[at] = ((frame << PTE_PPN_SHIFT) | rights) >>> 0;
  k.vm.frames.entries[at >> 10]++;
}

/** Makes a resident entry name another frame, whose reference goes over to it. The caller flushes. */
export function replacePage(k: VmKernel, s: AddressSpace, at: number, frame: FrameNumber, rights: number): void {
  const old = pteFrameOf(k.machine.ram.u32[at]);
  k.machine.ram.u32[at] = ((frame << PTE_PPN_SHIFT) | rights) >>> 0;
  release(k, s, at, old);
  acquire(k, s, at, frame, true);
}

/** Gives a resident entry other rights; A and D stay as the hardware left them. The caller flushes. */
export function changeRights(k: VmKernel, at: number, rights: number): void {
  const { u32 } = k.machine.ram;
  const kept = u32[at] & ~(rights & PTE.W ? RIGHTS | WAS_SHARED : RIGHTS);
  u32[at] = (kept | rights) >>> 0;
}

/** Empties an entry. The caller flushes, and prunes its table. */
export function clearPage(k: VmKernel, s: AddressSpace, at: number): void {
  const low = k.machine.ram.u32[at];
  if (low === 0) return;
  k.machine.ram.u32[at] = 0;
  k.vm.frames.entries[at >> 10]--;
  if (isResident(low)) release(k, s, at, pteFrameOf(low));
}
