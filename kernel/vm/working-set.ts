/**
 * The working set of a process: the pages that it has used lately, estimated while it runs. Off unless --working-set names a window.
 *
 *   W(t, window) = the resident pages that the process has used in the last `window` cycles of its own time (Denning, 1968)
 *
 * SAMPLES times a window the A bits of the process are read and cleared. A page is in the working set when one of the last
 * SAMPLES looks has found it used. Replacement policies read and clear A bits as well, so each keeps for the other what it
 * takes away, an entry at a time, as Linux's page idle tracking does with PG_young and PG_idle:
 *
 *   the hardware sets A ─► a look clears it ──► young: the policy finds the page used all the same, once
 *                      └─► the policy clears it ──► taken: the next look finds the page used all the same
 *
 * (1) Off, nothing is kept and nothing costs.
 * (2) To the policy a page was used when A or `young` is set, to a look when A or `taken` is: whoever comes first, both hear of
 *     every use once.
 * (3) Pages that are evicted are no longer counted: under thrashing the estimate is what is left of the working set. Shared
 *     pages count for each process that has used them. The zero page counts for nobody.
 *
 * Looking flushes the address space from the TLB, so a run with it takes longer than one without.
 */
import { COSTS } from "../../cpu/costs.ts";
import { PAGE_SIZE, PTE } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { vmaList } from "./address-space.ts";
import { flushSpace } from "./flush.ts";
import { OWNER } from "./frames.ts";
import { forEachPte } from "./page-table.ts";
import { isResident, pteFrameOf } from "./pte.ts";
import { entryOf } from "./reverse-map.ts";
import type { AddressSpace, UseState } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** Looks in a window. */
export const SAMPLES = 8;

/** Bits of UseState.marks; the others count looks since the page was used. */
const MARK = { taken: 1, young: 2 } as const;
const AGE_SHIFT = 2;
const OLDEST = 63;

/** @param window in cycles of a process's time; 0: off */
export function createUse(window: number): UseState {
  return { window, marks: new Uint8Array() };
}

/** The marks of an entry, made to reach it. */
function markOf(k: VmKernel, at: number): number {
  const { use, reverse } = k.vm;
  if (use.marks.length < reverse.next.length) {
    const larger = new Uint8Array(reverse.next.length);
    larger.set(use.marks);
    use.marks = larger;
  }
  return entryOf(k, at);
}

/** Clears A of the entry at word `at`, on the policy's behalf or for good. @returns whether it was used: invariant (2) */
export function takeUse(k: VmKernel, at: number): "A" | "young" | null {
  const { u32 } = k.machine.ram;
  const accessed = (u32[at] & PTE.A) !== 0;
  if (accessed) u32[at] = (u32[at] & ~PTE.A) >>> 0;
  if (k.vm.use.window === 0) return accessed ? "A" : null;
  const entry = markOf(k, at);
  const { marks } = k.vm.use;
  const young = (marks[entry] & MARK.young) !== 0;
  marks[entry] = (marks[entry] & ~MARK.young) | (accessed ? MARK.taken : 0);
  if (accessed) return "A";
  return young ? "young" : null;
}

/** Has the entry been used since the policy asked last? Changes nothing. */
export function isUsed(k: VmKernel, at: number): boolean {
  if (k.machine.ram.u32[at] & PTE.A) return true;
  return k.vm.use.window > 0 && (k.vm.use.marks[entryOf(k, at)] & MARK.young) !== 0;
}

/** A look at all pages of a space. @returns its working set, in pages */
export function lookAtUse(k: VmKernel, s: AddressSpace): number {
  const { u32 } = k.machine.ram;
  const { owner, first } = k.vm.frames;
  let [size, looked, cleared] = [0, 0, false];
  for (const v of vmaList(s)) {
    forEachPte(k, s, v.start / PAGE_SIZE, v.end / PAGE_SIZE, (at, _page, pages) => {
      if (!isResident(u32[at]) || owner[pteFrameOf(u32[at]) - first] === OWNER.kernel) return true;
      looked++;
      if (u32[at] & PTE.A) cleared = true;
      if (ageAfterLook(k, at) < SAMPLES) size += pages;
      return true;
    });
  }
  k.machine.clock.charge(COSTS.reclaimScan * looked);
  if (cleared) flushSpace(k, s);
  return size;
}

/** Moves the entry's A and `taken` into its age. @returns looks since it was used; 0: since the last one */
function ageAfterLook(k: VmKernel, at: number): number {
  const { u32 } = k.machine.ram;
  const entry = markOf(k, at);
  const { marks } = k.vm.use;
  const accessed = (u32[at] & PTE.A) !== 0;
  u32[at] = (u32[at] & ~PTE.A) >>> 0;
  const used = accessed || (marks[entry] & MARK.taken) !== 0;
  const age = used ? 0 : Math.min((marks[entry] >> AGE_SHIFT) + 1, OLDEST);
  marks[entry] = (age << AGE_SHIFT) | (accessed ? MARK.young : marks[entry] & MARK.young);
  return age;
}

/** Cycle from which on `p` may have run for long enough since the last look; Infinity: nobody looks. */
export function nextLook(k: Kernel, { space, times, pressure }: Process): number {
  if (k.vm.use.window === 0 || space === null) return Number.POSITIVE_INFINITY;
  return k.accounted + pressure.nextLook - (times.user + times.system);
}

/** Looks when the process has run for long enough since the last time. */
export function tendUse(k: VmKernel, p: Process): void {
  const { window } = k.vm.use;
  const s = p.space;
  if (window === 0 || s === null) return;
  const own = p.times.user + p.times.system;
  if (own < p.pressure.nextLook) return;
  p.pressure.nextLook = own + window / SAMPLES;
  s.workingSet = lookAtUse(k, s);
  if (s.workingSet > s.peakWorkingSet) s.peakWorkingSet = s.workingSet;
}
