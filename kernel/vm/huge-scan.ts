/**
 * Collapsing in the background: what Linux's khugepaged does. Between traps, when it is due in virtual time, it looks at the next
 * pages_to_scan pages of the spaces that have something to collapse (huge-scan-state.ts), and collapses what may be.
 *
 *   noteCandidate ─► due in scan_sleep_millisecs ─► a step ─► due again ...      no block free: alloc_sleep_millisecs
 *                                                      └─ a space has been seen, and nothing in it can come of waiting ─► it goes
 *
 * (1) It never sleeps. What it takes is charged, and is system time of nobody.
 * (2) It is due exactly while there are candidates; else it rests, and costs nothing. One that is looked at again and again
 *     without gain (no memory, pages that nobody uses) goes after MOST_LOOKS looks: an idle computer comes to rest.
 */
import { COSTS } from "../../cpu/costs.ts";
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { emit } from "../events.ts";
import type { Kernel } from "../kernel.ts";
import { nextVma } from "./address-space.ts";
import { type Collapse, type CollapseLimits, collapse } from "./huge-collapse.ts";
import { HUGE_PAGES } from "./huge-page.ts";
import { mayBeHuge } from "./huge-policy.ts";
import { MOST_LOOKS, milliseconds } from "./huge-scan-state.ts";
import type { AddressSpace, Vma } from "./types.ts";

/** Outcomes that may be others later, without a fault or an advice that would tell of it. */
const MAY_CHANGE: ReadonlySet<Collapse> = new Set(["not used lately", "busy", "too many in swap", "no memory"]);

/** Takes a step, if it is time. @returns whether it was: virtual time has been charged that is nobody's */
export function collapseIfDue(k: Kernel): boolean {
  const { scan, mode } = k.vm.huge;
  if (scan.due > k.machine.clock.cycles) return false;
  if (mode === "never") scan.candidates.length = 0;
  let left = scan.pagesToScan;
  let full = false;
  while (left > 0 && !full && scan.candidates.length > 0) {
    const s = k.vm.spaces.get(scan.candidates[0].space);
    if (s === undefined) nextSpace(k, false);
    else ({ left, full } = scanSpace(k, s, left));
  }
  const pause = full ? scan.allocSleepMilliseconds : scan.sleepMilliseconds;
  scan.due = scan.candidates.length === 0 ? Number.POSITIVE_INFINITY : k.machine.clock.cycles + milliseconds(pause);
  return true;
}

/** Goes on in the space where the last step ended. @returns pages left to look at; whether a block could not be had */
function scanSpace(k: Kernel, s: AddressSpace, most: number): { left: number; full: boolean } {
  const { scan } = k.vm.huge;
  const candidate = scan.candidates[0];
  let left = most;
  for (let v = nextVma(s, candidate.page * PAGE_SIZE); v !== null; v = nextVma(s, v.end)) {
    left--;
    if (!mayBeHuge(k, s, v)) continue;
    let first = Math.ceil(Math.max(v.start / PAGE_SIZE, candidate.page) / HUGE_PAGES) * HUGE_PAGES;
    for (; (first + HUGE_PAGES) * PAGE_SIZE <= v.end; first += HUGE_PAGES) {
      if (left <= 0) {
        candidate.page = first;
        return { left, full: false };
      }
      left -= HUGE_PAGES;
      if (lookAt(k, s, v, first) === "no memory") {
        candidate.page = first + HUGE_PAGES;
        return { left, full: true };
      }
    }
  }
  nextSpace(k, candidate.waits && candidate.looks < MOST_LOOKS);
  return { left, full: false };
}

function lookAt(k: Kernel, s: AddressSpace, v: Vma, first: number): Collapse {
  const { scan } = k.vm.huge;
  const candidate = scan.candidates[0];
  k.machine.clock.charge(COSTS.reclaimScan * HUGE_PAGES);
  const outcome = collapse(k, s, v, first, limitsOf(k));
  if (MAY_CHANGE.has(outcome)) candidate.waits = true;
  if (outcome === "too many holes") k.vm.statistics.hugeScanHoles++;
  if (outcome === "too many in swap") k.vm.statistics.hugeScanSwapped++;
  if (outcome === "too many shared") k.vm.statistics.hugeScanShared++;
  if (outcome !== "collapsed") return outcome;
  candidate.looks = 0;
  scan.pagesCollapsed++;
  if (k.listeners.length > 0) emit(k, { type: "huge-page", pid: 0, va: first * PAGE_SIZE, what: "collapsed" });
  return outcome;
}

function limitsOf(k: Kernel): CollapseLimits {
  const { maxPtesNone, maxPtesSwap, maxPtesShared } = k.vm.huge.scan;
  return { holes: maxPtesNone, swapped: maxPtesSwap, shared: maxPtesShared, used: true };
}

/** The space has been seen; it comes again behind the others, or goes. */
function nextSpace(k: Kernel, again: boolean): void {
  const { scan } = k.vm.huge;
  const [seen] = scan.candidates.splice(0, 1);
  if (again) scan.candidates.push({ space: seen.space, page: 0, waits: false, looks: seen.looks + 1 });
  if (--scan.round > 0) return;
  scan.fullScans++;
  scan.round = scan.candidates.length;
}
