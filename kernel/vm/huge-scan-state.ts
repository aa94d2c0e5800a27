/**
 * What collapsing in the background (huge-scan.ts) has to look at: spaces in which small pages lie where a huge one could be.
 * A leaf: faults and advice call it.
 */
import { CYCLES_PER_SECOND } from "../../cpu/costs.ts";
import type { AddressSpace } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** Looks at a space, one after the other, by which nothing was gained. */
export const MOST_LOOKS = 16;

/** Cycles of so many milliseconds of virtual time. */
export function milliseconds(count: number): number {
  return count * (CYCLES_PER_SECOND / 1000);
}

/** There may be something to collapse in the space: it is scanned in its turn. */
export function noteCandidate(k: VmKernel, s: AddressSpace): void {
  const { scan } = k.vm.huge;
  const known = scan.candidates.find(({ space }) => space === s.id);
  if (known !== undefined) {
    known.waits = true;
    known.looks = 0;
    return;
  }
  scan.candidates.push({ space: s.id, page: 0, waits: false, looks: 0 });
  scan.round++;
  scan.due = Math.min(scan.due, k.machine.clock.cycles + milliseconds(scan.sleepMilliseconds));
}

/** A setting has changed: what was to wait longer is due earlier. */
export function reschedule(k: VmKernel): void {
  const { scan } = k.vm.huge;
  if (scan.candidates.length === 0) return;
  scan.due = Math.min(scan.due, k.machine.clock.cycles + milliseconds(scan.sleepMilliseconds));
}
