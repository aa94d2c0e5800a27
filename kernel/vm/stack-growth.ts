/**
 * A touch below a mapping that grows down (the stack): whether it grows.
 *
 *        │ stack        │
 *        ├──────────────┤ v.start            grows to the touched page, if
 *        │  ▼ touched   │                    - RLIMIT_STACK, RLIMIT_AS and mmap_min_addr allow it, and
 *        │  (gap)       │ >= STACK_GUARD     - the gap to the next accessible mapping below stays
 *        ├──────────────┤
 *        │ other        │
 */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { previousVma, resizeVma } from "./address-space.ts";
import type { FaultKind } from "./fault-kinds.ts";
import { type Limits, mayExpand, stackAllows } from "./limits.ts";
import type { AddressSpace, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { STACK_GUARD, VMA } from "./vma.ts";

/** Grows `v`, the first mapping above `va`, down to `va`. @returns null when it did, else why not */
export function growStack(k: VmKernel, s: AddressSpace, v: Vma, va: VirtualAddress, limits: Limits): FaultKind | null {
  const start = Math.floor(va / PAGE_SIZE) * PAGE_SIZE;
  if (!(v.flags & VMA.growsDown) || start < k.vm.settings.mmapMinAddr) return "no-mapping";
  const below = previousVma(s, v.start);
  if (below !== null && hindersGrowth(below) && start - below.end < STACK_GUARD) return "stack-guard";
  const pages = (v.start - start) / PAGE_SIZE;
  if (!stackAllows(limits, v.end - start) || !mayExpand(s, limits, pages, v.prot, v.flags)) return "stack-limit";
  resizeVma(s, v, start, v.end);
  return null;
}

/** Another growing mapping, or one that nobody can access, needs no gap. */
function hindersGrowth(below: Vma): boolean {
  return !(below.flags & VMA.growsDown) && below.prot !== 0;
}
