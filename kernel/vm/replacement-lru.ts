/**
 * Least recently used, by ageing (Tanenbaum, "Modern Operating Systems", 3.4.7): every page has a register of 8 bits.
 * At each sample it moves right by one, and the page's A bit comes in on the left. The smallest register goes first.
 *
 *   A bits  1 0 1 1 0        a page used in the last interval and the one before is younger than one
 *   age     1101 0000 ...    used in the last only: 1100 0000 > 1000 0000 > 0100 0000
 *
 * (1) After a sample the list is sorted by age, the oldest (smallest register) at the tail; equal ones stay as they were.
 * (2) A sample is due when an interval is over, or a quarter of the pages has been replaced since the last one: then
 *     what it said is out of date.
 */
import { COSTS, CYCLES_PER_SECOND } from "../../cpu/costs.ts";
import type { Kernel } from "../kernel.ts";
import { framesOf, LIST, moveToHead, tailOf } from "./page-lists.ts";
import { wasReferenced } from "./page-references.ts";

/** Linux's tick: 10 ms. */
const SAMPLE_INTERVAL = CYCLES_PER_SECOND / 100;
const REPLACED_SHARE = 4;
const YOUNGEST_BIT = 0x80;

/** Shifts every register, and sorts by them: counting sort, stable. */
export function ageFrames(k: Kernel): void {
  const { age } = k.vm.frames;
  const byAge: number[][] = [];
  for (const index of framesOf(k, LIST.queue)) {
    age[index] = (age[index] >> 1) | (wasReferenced(k, index) ? YOUNGEST_BIT : 0);
    const equals = byAge[age[index]];
    if (equals === undefined) byAge[age[index]] = [index];
    else equals.push(index);
  }
  // The oldest goes to the head first, and so ends at the tail.
  for (const frames of byAge) for (const index of frames ?? []) moveToHead(k, LIST.queue, index);
  k.machine.clock.charge(COSTS.reclaimScan * k.vm.reclaim.lengths[LIST.queue]);
}

export const lruPolicy = {
  victim: (k: Kernel): number => tailOf(k, LIST.queue),
  spare: (k: Kernel, index: number): void => moveToHead(k, LIST.queue, index),
  sample(k: Kernel): void {
    const { reclaim } = k.vm;
    const due = k.machine.clock.cycles >= reclaim.nextSample;
    if (!due && reclaim.evicted * REPLACED_SHARE < reclaim.lengths[LIST.queue]) return;
    reclaim.nextSample = k.machine.clock.cycles + SAMPLE_INTERVAL;
    reclaim.evicted = 0;
    ageFrames(k);
  },
};
