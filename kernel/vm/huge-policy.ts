/**
 * Who gets transparent huge pages: the words of /sys/kernel/mm/transparent_hugepage, and whether a mapping may have them.
 *
 *   always    every private anonymous mapping but those of MADV_NOHUGEPAGE
 *   madvise   those of MADV_HUGEPAGE only
 *   never     none; MADV_COLLAPSE makes some all the same, as on Linux
 *
 * Where a process has said PR_SET_THP_DISABLE it has none at all. Shared memory and files have none (`shmem_enabled` is never).
 *
 * Source: Linux 6.1, Documentation/admin-guide/mm/transhuge.rst; mm/huge_memory.c, hugepage_vma_check, hugepage_init.
 */
import type { VirtualAddress } from "../../cpu/paging.ts";
import { HUGE_BYTES, HUGE_PAGES } from "./huge-page.ts";
import type { AddressSpace, HugeState, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { VMA } from "./vma.ts";

export const HUGE_MODES = ["always", "madvise", "never"] as const;
/** What an allocation may do to get a block; kept and shown. Here none does more than look, so that nobody waits: huge-page.ts. */
export const DEFRAG_MODES = ["always", "defer", "defer+madvise", "madvise", "never"] as const;

/** Below so much memory (that of the kernel itself is counted here) Linux has all of it off until somebody writes to the files. */
const MUCH_RAM = 512 * 2 ** 20;

/** Collapsing in the background, with Linux's defaults: huge-scan.ts. */
export function createHuge(mode: HugeState["mode"] | "auto", ramBytes: number): HugeState {
  const off = mode === "auto" && ramBytes <= MUCH_RAM;
  return {
    pages: 0,
    zeroFrame: 0,
    zeroUses: 0,
    mode: mode === "auto" ? (off ? "never" : "always") : mode,
    defrag: off ? "never" : "madvise",
    useZeroPage: off ? 0 : 1,
    scan: {
      defrag: off ? 0 : 1,
      pagesToScan: 4096,
      sleepMilliseconds: 10_000,
      allocSleepMilliseconds: 60_000,
      maxPtesNone: 511,
      maxPtesSwap: 64,
      maxPtesShared: 256,
      pagesCollapsed: 0,
      fullScans: 0,
      candidates: [],
      round: 0,
      due: Number.POSITIVE_INFINITY,
    },
  };
}

/** Whether the settings and the mapping's advice allow huge pages in it. */
export function mayBeHuge(k: VmKernel, s: AddressSpace, v: Vma): boolean {
  const { mode } = k.vm.huge;
  if (mode === "never" || (mode === "madvise" && !(v.flags & VMA.hugePages))) return false;
  return mayCollapse(k, s, v);
}

/** The same whatever the settings: MADV_COLLAPSE. */
export function mayCollapse(k: VmKernel, s: AddressSpace, v: Vma): boolean {
  // An experiment with an exact number of resident pages is one with single pages.
  if (k.vm.reclaim.resident > 0) return false;
  return v.object === null && v.special === 0 && !(v.flags & VMA.noHugePages) && !s.hugeDisabled;
}

/** The first page of the huge page that would have `page`. */
export function hugeStart(page: number): number {
  return page - (page % HUGE_PAGES);
}

/** Whether all of the huge page of `va` would lie in the mapping. */
export function fits(v: Vma, va: VirtualAddress): boolean {
  const start = va - (va % HUGE_BYTES);
  return start >= v.start && start + HUGE_BYTES <= v.end;
}

/** THPeligible of smaps: could there be one anywhere in it? */
export function isEligible(k: VmKernel, s: AddressSpace, v: Vma): boolean {
  return mayBeHuge(k, s, v) && v.end - v.start >= HUGE_BYTES && fits(v, v.end - HUGE_BYTES);
}
