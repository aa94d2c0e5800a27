/**
 * Level-0 page-table entries: the only place that writes one (leaves of higher levels: pte-large.ts). Each change keeps the entry, the frame's references, the
 * reverse map and the space's resident counts together, so they never disagree.
 *
 *   V=1                    resident: frame and rights; the hardware sets A and D
 *   V=0, NO_ACCESS=1       resident, but its mapping allows nothing (PROT_NONE): frame kept, hardware faults
 *   0                      never touched, or gone
 *   V=0, SWAPPED=1         in swap: a swap entry, which says area and slot
 *
 * (1) An entry that names a frame which is not the kernel's holds one reference, one reverse-map entry and one count
 *     of anonymous, file or shared of its space.
 * (2) W is set only where a store needs no decision: a private frame that this entry alone names (isExclusive), or a
 *     shared page that is dirty.
 * (3) A swap entry holds one use of its slot and one count of swapped of its space.
 */
import { type FrameNumber, PTE, PTE_PPN_SHIFT } from "../../cpu/paging.ts";
import { addReference, dropReference, FRAME, OWNER } from "./frames.ts";
import { LIST, moveToHead } from "./page-lists.ts";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "./prot.ts";
import { addMapping, countMappings, pageOfPte, removeMapping } from "./reverse-map.ts";
import { dropIfUnwanted, dropSlotUse } from "./swap-cache.ts";
import { NO_ACCESS, NO_ENTRY, slotKey } from "./swap-entry.ts";
import { addSlotUse } from "./swap-slots.ts";
import type { AddressSpace, SwapEntry } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

export { isSwapped, MOST_SLOTS, NO_ACCESS, swapAreaOf, swapEntry, swapSlotOf } from "./swap-entry.ts";

/** An RSW bit: fork made the page shared, so W was taken away; gone when W comes back. Tells a takeover from an upgrade. */
export const WAS_SHARED = 1 << 9;

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

/** Moves the space's resident count of the frame's kind by `by`. Pages of the pool are not resident (Linux's RSS has none), but HugetlbPages. */
export function countPages(k: VmKernel, s: AddressSpace, frame: FrameNumber, by: number): void {
  const owner = k.vm.frames.owner[frame - k.vm.frames.first];
  if (owner === OWNER.anonymous) s.counts.anonymous += by;
  else if (owner === OWNER.file) s.counts.file += by;
  else if (owner === OWNER.shared) s.counts.shared += by;
  else if (owner === OWNER.huge) s.counts.hugetlb += by;
}

function isKernels(k: VmKernel, frame: FrameNumber): boolean {
  return k.vm.frames.owner[frame - k.vm.frames.first] === OWNER.kernel;
}

/** Counts the reference of a new name for `frame`. */
function acquire(k: VmKernel, s: AddressSpace, at: number, frame: FrameNumber, referenceIsGiven: boolean): void {
  if (isKernels(k, frame)) return;
  if (!referenceIsGiven) addReference(k, frame);
  const { slot, first } = k.vm.frames;
  const index = frame - first;
  if (k.vm.reclaim.follows) {
    if (isUnmapped(k, index)) k.vm.reclaim.arriving.push(index, slot[index]);
    else k.references?.mapped(index, s.id, pageOfPte(k, at));
  }
  addMapping(k, frame, at);
  countPages(k, s, frame, 1);
}

/** The name that `low`, the entry's old content, gave to its frame goes. */
function release(k: VmKernel, s: AddressSpace, at: number, low: number): void {
  const frame = pteFrameOf(low);
  if (isKernels(k, frame)) return;
  removeMapping(k, frame, at);
  countPages(k, s, frame, -1);
  keepDirty(k, frame, low);
  if (k.vm.reclaim.follows && isUnmapped(k, frame - k.vm.frames.first)) departs(k, frame);
  const cached = k.vm.frames.slot[frame - k.vm.frames.first] !== NO_ENTRY;
  dropReference(k, frame);
  if (cached) dropIfUnwanted(k, frame);
}

/** No entry shows the frame, not even a large leaf that somebody else still has of its huge page. */
function isUnmapped(k: VmKernel, index: number): boolean {
  const { mappings, block, first } = k.vm.frames;
  return mappings[index] === 0 && (block[index] === 0 || countMappings(k, index + first, 1) === 0);
}

/** Nobody maps the frame any more: residents.ts (2). */
function departs(k: VmKernel, frame: FrameNumber): void {
  const { frames, reclaim } = k.vm;
  const index = frame - frames.first;
  if (!reclaim.evicting) k.references?.departed(index);
  if (reclaim.resident > 0 && frames.list[index] !== LIST.condemned) moveToHead(k, LIST.outside, index);
}

/** D of an entry that goes: the frame differs from its slot, or from the hole that a page of shared memory began as. */
function keepDirty(k: VmKernel, frame: FrameNumber, low: number): void {
  const { owner, flags, first } = k.vm.frames;
  const index = frame - first;
  if (low & PTE.D && owner[index] !== OWNER.file) flags[index] |= FRAME.dirty;
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
  const old = k.machine.ram.u32[at];
  k.machine.ram.u32[at] = ((frame << PTE_PPN_SHIFT) | rights) >>> 0;
  release(k, s, at, old);
  acquire(k, s, at, frame, true);
}

/** Gives a resident entry of any level other rights; A and D stay as the hardware left them. The caller flushes. */
export function changeRights(k: VmKernel, at: number, rights: number): void {
  const { u32 } = k.machine.ram;
  const kept = u32[at] & ~(rights & PTE.W ? RIGHTS | WAS_SHARED : RIGHTS);
  u32[at] = (kept | rights) >>> 0;
}

/** Empties an entry: a frame loses a name, a slot of swap a use. The caller flushes, and prunes its table. */
export function clearPage(k: VmKernel, s: AddressSpace, at: number): void {
  const low = k.machine.ram.u32[at];
  if (low === 0) return;
  k.machine.ram.u32[at] = 0;
  k.vm.frames.entries[at >> 10]--;
  if (isResident(low)) release(k, s, at, low);
  else forgetSwapped(k, s, low);
}

function forgetSwapped(k: VmKernel, s: AddressSpace, entry: SwapEntry): void {
  s.counts.swapped--;
  dropSlotUse(k, entry);
}

/** Makes an empty entry say where in swap its page is: one more use of the slot. */
export function putSwapped(k: VmKernel, s: AddressSpace, at: number, entry: SwapEntry): void {
  addSlotUse(k, entry);
  k.references?.inherited(slotKey(entry), s.id, pageOfPte(k, at));
  s.counts.swapped++;
  k.machine.ram.u32[at] = entry;
  k.vm.frames.entries[at >> 10]++;
}

/** A resident private page goes to swap, where its frame has a slot already. The caller flushes. */
export function swapPageOut(k: VmKernel, s: AddressSpace, at: number, entry: SwapEntry): void {
  const low = k.machine.ram.u32[at];
  addSlotUse(k, entry);
  s.counts.swapped++;
  k.machine.ram.u32[at] = entry;
  release(k, s, at, low);
}

/** A page comes back from swap: the entry names `frame`, which the swap cache has, and its slot loses a use. */
export function swapPageIn(k: VmKernel, s: AddressSpace, at: number, frame: FrameNumber, rights: number): void {
  const entry = k.machine.ram.u32[at];
  acquire(k, s, at, frame, false);
  k.machine.ram.u32[at] = ((frame << PTE_PPN_SHIFT) | rights) >>> 0;
  forgetSwapped(k, s, entry);
}

/**
 * Moves an entry as it is, resident or swapped, A and D included, to an empty one of the same space. The caller flushes
 * the old page, and prunes its table.
 */
export function movePage(k: VmKernel, from: number, to: number): void {
  const { u32 } = k.machine.ram;
  const low = u32[from];
  if (low === 0 || u32[to] !== 0) return;
  moveEntry(k, from, to, isResident(low) && !isKernels(k, pteFrameOf(low)));
}

/** Moves an entry of any level as it is. @param named the reverse map has it */
export function moveEntry(k: VmKernel, from: number, to: number, named: boolean): void {
  const { u32 } = k.machine.ram;
  const low = u32[from];
  if (named) removeMapping(k, pteFrameOf(low), from);
  u32[from] = 0;
  u32[to] = low;
  if (named) addMapping(k, pteFrameOf(low), to);
  k.vm.frames.entries[from >> 10]--;
  k.vm.frames.entries[to >> 10]++;
}

/** Clears D of a resident entry of any level: MADV_FREE, write-back. The caller flushes. @returns whether it was set */
export function takeDirty(k: VmKernel, at: number): boolean {
  const { u32 } = k.machine.ram;
  const low = u32[at];
  if (!isResident(low) || !(low & PTE.D)) return false;
  u32[at] = (low & ~PTE.D) >>> 0;
  return true;
}
