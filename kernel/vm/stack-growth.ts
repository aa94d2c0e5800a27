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
import type { Process } from "../process.ts";
import { previousVma, resizeVma } from "./address-space.ts";
import { tryCommit } from "./commit.ts";
import type { FaultKind } from "./fault-kinds.ts";
import { mayExpand, stackAllows } from "./limits.ts";
import { mayLockMore } from "./lock-limit.ts";
import type { AddressSpace, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { pagesIn, STACK_GUARD, VMA } from "./vma.ts";

/** Grows `v`, the first mapping above `va`, down to `va`. @returns null when it did, else why not */
export function growStack(k: VmKernel, p: Process, s: AddressSpace, v: Vma, va: VirtualAddress): FaultKind | null {
  const start = Math.floor(va / PAGE_SIZE) * PAGE_SIZE;
  if (!(v.flags & VMA.growsDown) || start < k.vm.settings.mmapMinAddr) return "no-mapping";
  const below = previousVma(s, v.start);
  if (below !== null && hindersGrowth(below) && start - below.end < STACK_GUARD) return "stack-guard";
  if (!mayGrow(k, p, s, v, start)) return isOverflow(p, v, start) ? "stack-limit" : "no-mapping";
  resizeVma(s, v, start, v.end);
  return null;
}

/** Whether the touch is a stack's that grew too large, and no stray pointer into the hole below it: for the explanation. */
function isOverflow(p: Process, v: Vma, start: VirtualAddress): boolean {
  return stackAllows(p.limits, v.end - start - STACK_GUARD);
}

/** Linux's acct_stack_growth: limits first, and last the promise. */
function mayGrow(k: VmKernel, p: Process, s: AddressSpace, v: Vma, start: VirtualAddress): boolean {
  const pages = pagesIn(start, v.start);
  if (!mayExpand(s, p.limits, pages, v.prot, v.flags) || !stackAllows(p.limits, v.end - start)) return false;
  if (v.flags & VMA.locked && !mayLockMore(p, s, pages)) return false;
  return !(v.flags & VMA.accounted) || tryCommit(k, p, s, pages);
}

/** Another growing mapping, or one that nobody can access, needs no gap. */
function hindersGrowth(below: Vma): boolean {
  return !(below.flags & VMA.growsDown) && below.prot !== 0;
}
