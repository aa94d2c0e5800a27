/** mincore: which pages of a range are in RAM, so that touching them would not wait for a disk. */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import { effectiveActor, isOwner, mayAccess, W_OK } from "../fs/permissions.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { copyOut } from "../usercopy.ts";
import { findVma } from "./address-space.ts";
import { FRAME, NO_FRAME } from "./frames.ts";
import { findPage } from "./page-cache.ts";
import { forEachPte } from "./page-table.ts";
import { isResident, isSwapped } from "./pte.ts";
import { swapCacheFind } from "./swap-cache.ts";
import type { AddressSpace, PageObject, SwapEntry, Vma } from "./types.ts";
import { objectIndex, pageAlign } from "./vma.ts";

/** Pages that are looked at before the vector is written: a page of it, as Linux. */
const CHUNK = PAGE_SIZE;

/**
 * Writes a byte a page to `vector`: 1 in RAM, 0 not.
 * @throws Errno EINVAL misaligned; ENOMEM beyond user space, or a hole (the vector is written up to its chunk);
 *   EFAULT the vector. mincore(2)
 */
export function tellResidency(
  k: Kernel,
  p: Process,
  start: VirtualAddress,
  length: number,
  vector: VirtualAddress,
): void {
  const { userLimit } = k.vm;
  if (start % PAGE_SIZE !== 0) throw errno("EINVAL");
  if (length > userLimit || start > userLimit - length) throw errno("ENOMEM");
  const pages = pageAlign(length) / PAGE_SIZE;
  if (pages > userLimit || vector > userLimit - pages) throw errno("EFAULT");
  for (let done = 0; done < pages; ) {
    const bytes = residencyFrom(k, p, start + done * PAGE_SIZE, Math.min(CHUNK, pages - done));
    copyOut(k, p, vector + done, bytes);
    done += bytes.length;
  }
}

/** The bytes of at most `most` pages from `va` on, to the end of their mapping. @throws Errno ENOMEM */
function residencyFrom(k: Kernel, p: Process, va: VirtualAddress, most: number): Uint8Array {
  const s = p.space!;
  const v = findVma(s, va);
  if (v === null) throw errno("ENOMEM");
  const bytes = new Uint8Array(Math.min(most, (v.end - va) / PAGE_SIZE));
  if (v.special !== 0 || !mayLookAt(p, v)) return bytes.fill(1);
  if (v.object !== null)
    for (let i = 0; i < bytes.length; i++) bytes[i] = isCached(k, v.object, objectIndex(v, va) + i);
  markEntries(k, s, va / PAGE_SIZE, bytes);
  return bytes;
}

/** Whether the process could write to the file: others learn nothing of what it is used for. */
export function mayLookAt(p: Process, { object }: Vma): boolean {
  const inode = object?.inode ?? null;
  return inode === null || isOwner(p.credentials, inode) || mayAccess(effectiveActor(p.credentials), inode, W_OK);
}

function isCached(k: Kernel, object: PageObject, index: number): number {
  const slot = object.swapped.get(index);
  return Number(slot === undefined ? findPage(k, object, index) !== NO_FRAME : isInSwapCache(k, slot));
}

/** Whether RAM has, complete, what a slot of swap has. */
function isInSwapCache(k: Kernel, slot: SwapEntry): boolean {
  const frame = swapCacheFind(k, slot);
  return frame !== NO_FRAME && !(k.vm.frames.flags[frame - k.vm.frames.first] & (FRAME.reading | FRAME.failed));
}

/** What the page tables say goes before what the object has. */
function markEntries(k: Kernel, s: AddressSpace, first: number, bytes: Uint8Array): void {
  forEachPte(k, s, first, first + bytes.length, (at, page, pages) => {
    const low = k.machine.ram.u32[at];
    if (isResident(low)) bytes.fill(1, page - first, page - first + pages);
    else if (isSwapped(low)) bytes[page - first] = Number(isInSwapCache(k, low));
    return true;
  });
}
