/**
 * What the page-table entries of a frame say about it, through the reverse map: who has used it, whether somebody has
 * locked it; and taking it from all of them.
 *
 * (1) A bit that is cleared is flushed with it: the next use walks the tables and sets it again.
 * (2) A locked page is never unmapped here. mlock(2).
 */
import { PAGE_SIZE, PTE } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { findVma } from "./address-space.ts";
import { flushPage } from "./flush.ts";
import { FRAME, OWNER } from "./frames.ts";
import { headOf } from "./huge-page.ts";
import { pruneTables } from "./page-table.ts";
import { clearPage } from "./pte.ts";
import { mappingsOf, pageOfPte, spaceOfPte } from "./reverse-map.ts";
import type { AddressSpace, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { isCode, VMA } from "./vma.ts";
import { takeUse } from "./working-set.ts";

/** The space whose entry this is. */
function spaceAt(k: VmKernel, at: number): AddressSpace {
  return k.vm.spaces.get(spaceOfPte(k, at))!;
}

/** The mapping that an entry belongs to. */
function vmaAt(k: VmKernel, at: number): Vma {
  const v = findVma(spaceAt(k, at), pageOfPte(k, at) * PAGE_SIZE);
  return v ?? panic("page references: a resident entry lies in a vma", { at, page: pageOfPte(k, at) });
}

/** The entries that show the frame; of the first one of a huge page, which stands for all, those of all. */
function allMappings(k: VmKernel, index: number): number[] {
  const { block, first } = k.vm.frames;
  const found = mappingsOf(k, index + first);
  if (block[index] === 0 || headOf(k, index) !== index) return found;
  const seen = new Set(found);
  for (let i = 1; i < 1 << block[index]; i++) for (const at of mappingsOf(k, index + i + first)) seen.add(at);
  return [...seen];
}

/** Takes the A bits of all entries that name the frame. @returns how many there were */
export function takeAccessed(k: VmKernel, index: number): number {
  let count = 0;
  for (const at of allMappings(k, index)) {
    const used = takeUse(k, at);
    if (used === null) continue;
    if (used === "A") flushPage(k, spaceAt(k, at), pageOfPte(k, at));
    count++;
  }
  return count;
}

/** Whether a call has used the frame since this was last asked. */
export function takeReferenced(k: VmKernel, index: number): boolean {
  const { flags } = k.vm.frames;
  const referenced = (flags[index] & FRAME.referenced) !== 0;
  flags[index] &= ~FRAME.referenced;
  return referenced;
}

/** Whether anybody, program or call, has used the frame since this was last asked. */
export function wasReferenced(k: VmKernel, index: number): boolean {
  const byCall = takeReferenced(k, index);
  return takeAccessed(k, index) > 0 || byCall;
}

/** Is the frame part of a file that somebody maps as a program's code? */
export function isMappedCode(k: VmKernel, index: number): boolean {
  if (k.vm.frames.owner[index] !== OWNER.file) return false;
  return mappingsOf(k, index + k.vm.frames.first).some((at) => isCode(vmaAt(k, at).prot, vmaAt(k, at).flags));
}

/** Does a locked mapping show the frame, or is it of a locked segment (SHM_LOCK)? */
export function isLocked(k: VmKernel, index: number): boolean {
  const { owner, holder } = k.vm.frames;
  if (owner[index] === OWNER.shared && k.vm.cache.objects.get(holder[index])?.locked) return true;
  return allMappings(k, index).some((at) => (vmaAt(k, at).flags & VMA.locked) !== 0);
}

/** Whether an entry says that the frame has been written to. */
export function isWritten(k: VmKernel, index: number): boolean {
  return mappingsOf(k, index + k.vm.frames.first).some((at) => (k.machine.ram.u32[at] & PTE.D) !== 0);
}

/** Empties every entry that names the frame; tables that become empty go. The frame itself stays as long as others have it. */
export function unmapFrame(k: Kernel, index: number): void {
  for (const at of mappingsOf(k, index + k.vm.frames.first)) {
    if (vmaAt(k, at).flags & VMA.locked) panic("page references (2): a locked page is never unmapped", { index, at });
    const s = spaceAt(k, at);
    const page = pageOfPte(k, at);
    clearPage(k, s, at);
    flushPage(k, s, page);
    pruneTables(k, s, page);
  }
}
