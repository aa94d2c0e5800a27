/** Invariant (20): locks. See check.ts. */
import { panic } from "../panic.ts";
import { vmaList } from "./address-space.ts";
import type { AddressSpace } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { pagesIn, VMA } from "./vma.ts";

const LOCKS: readonly number[] = [0, VMA.locked, VMA.locked | VMA.lockOnFault];

/** Asserts (20). */
export function checkLocks(k: VmKernel): void {
  for (const s of k.vm.spaces.values()) checkSpace(s);
}

function checkSpace(s: AddressSpace): void {
  let locked = 0;
  for (const v of vmaList(s)) {
    const lock = v.flags & (VMA.locked | VMA.lockOnFault);
    const where = { space: s.id, start: v.start, lock };
    if (!LOCKS.includes(lock)) panic("vm (20): what is locked on fault is locked", where);
    if (lock !== 0 && v.special !== 0) panic("vm (20): the kernel's page is not locked", where);
    if (lock !== 0) locked += pagesIn(v.start, v.end);
  }
  const { counts, lockFuture } = s;
  if (locked !== counts.locked)
    panic("vm (20): locked pages are counted", { space: s.id, locked, counted: counts.locked });
  if (!LOCKS.includes(lockFuture)) panic("vm (20): new mappings are locked or not", { space: s.id, lockFuture });
}
