/**
 * /proc/PID/clear_refs: forgets which pages were used, so that smaps shows which are used from now on. proc(5).
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import { residentPages, vmaList } from "./address-space.ts";
import { flushSpace } from "./flush.ts";
import { FRAME } from "./frames.ts";
import { forEachPte, frameUnder } from "./page-table.ts";
import { isResident } from "./pte.ts";
import type { AddressSpace } from "./types.ts";
import { takeUse } from "./working-set.ts";

/** What is written to the file. 4 (soft-dirty bits) has nothing to clear here, as on Linux for riscv64. */
export const CLEAR = { all: 1, anonymous: 2, mapped: 3, softDirty: 4, peak: 5 } as const;

/** @param what a value of CLEAR */
export function clearReferences(k: Kernel, s: AddressSpace, what: number): void {
  if (what === CLEAR.peak) s.counts.peakResident = residentPages(s);
  if (what >= CLEAR.softDirty) return;
  const { u32 } = k.machine.ram;
  const { flags, first } = k.vm.frames;
  for (const v of vmaList(s)) {
    if (what === (v.object === null ? CLEAR.mapped : CLEAR.anonymous)) continue;
    forEachPte(k, s, v.start / PAGE_SIZE, v.end / PAGE_SIZE, (at, page, pages) => {
      if (!isResident(u32[at])) return true;
      takeUse(k, at);
      const index = frameUnder(k, at, page) - first;
      for (let i = 0; i < pages; i++) {
        flags[index + i] &= ~FRAME.referenced;
        k.references?.cleared(index + i, s.id, page + i);
      }
      return true;
    });
  }
  // The hardware sets A when it walks, not when a TLB has the entry already.
  flushSpace(k, s);
}
