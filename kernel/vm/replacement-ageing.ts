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
import { framesOf, LIST, moveToHead, tailOf } from "./page-lists.ts";
import { type PolicyMemory, type ReplacementPolicy, wasReferenced } from "./replacement-memory.ts";

/** Linux's tick: 10 ms. */
const SAMPLE_INTERVAL = CYCLES_PER_SECOND / 100;
const REPLACED_SHARE = 4;
const YOUNGEST_BIT = 0x80;

/** Shifts every register, and sorts by them: counting sort, stable. */
export function ageFrames(m: PolicyMemory): void {
  const { age } = m.vm.frames;
  const byAge: number[][] = [];
  for (const page of framesOf(m, LIST.queue)) {
    age[page] = (age[page] >> 1) | (wasReferenced(m, page) ? YOUNGEST_BIT : 0);
    const equals = byAge[age[page]];
    if (equals === undefined) byAge[age[page]] = [page];
    else equals.push(page);
  }
  // The oldest goes to the head first, and so ends at the tail.
  for (const pages of byAge) for (const page of pages ?? []) moveToHead(m, LIST.queue, page);
  m.charge(COSTS.reclaimScan * m.vm.reclaim.lengths[LIST.queue]);
}

export const ageingPolicy: ReplacementPolicy = {
  victim: (m) => tailOf(m, LIST.queue),
  spare: (m, page) => moveToHead(m, LIST.queue, page),
  sample(m) {
    const { reclaim } = m.vm;
    const due = reclaim.now >= reclaim.nextSample;
    if (!due && reclaim.evicted * REPLACED_SHARE < reclaim.lengths[LIST.queue]) return;
    reclaim.nextSample = reclaim.now + SAMPLE_INTERVAL;
    reclaim.evicted = 0;
    ageFrames(m);
  },
};
