/**
 * When the scanner works: what Linux's kernel thread ksmd does. Every sleep_millisecs it looks at pages_to_scan pages, at
 * the timer's interrupt (interrupts.ts); with run 0 or 2, or no mergeable mapping anywhere, it rests.
 *
 *   wakeScanner ─► due ─► STEP pages ─► more of the batch? ── yes ─► others run for a time slice ─► STEP pages ...
 *                   ▲                         └ no: sleep_millisecs ──┐
 *                   └──────────────────────────────────────────────────┘
 *
 * (1) Between two steps anybody who can runs for a time slice at least, whatever the settings say.
 * (2) On an idle computer it goes on until two full scans have found nothing new, and rests then: more would change nothing
 *     but full_scans. The first instruction that anybody executes wakes it again. So an idle computer comes to rest.
 * (3) Its time is the system's, nobody's own.
 */

import { COSTS, CYCLES_PER_SECOND } from "../../cpu/costs.ts";
import { account } from "../accounting.ts";
import { WORK } from "../due-work.ts";
import type { Kernel } from "../kernel.ts";
import { mergePage } from "./merge.ts";
import { nextVisit } from "./merge-scan.ts";
import { hasWork, wakeScanner } from "./merge-spaces.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** Pages of a step. */
const STEP = 128;
const QUIET_SCANS = 2;
const CYCLES_PER_MILLISECOND = CYCLES_PER_SECOND / 1000;

/** One step, if it is time. */
export function scanIfDue(k: Kernel): void {
  const m = k.vm.merge;
  if (m.due > k.machine.clock.cycles) return;
  m.due = Number.POSITIVE_INFINITY;
  if (!hasWork(m)) return;
  if (m.left === 0) m.left = m.settings.pagesToScan;
  const pages = Math.min(STEP, m.left);
  m.left -= pages;
  if (scanPages(k, pages)) m.left = 0;
  account(k, null, "system");
  if (hasWork(m) && m.quiet < QUIET_SCANS) m.due = k.machine.clock.cycles + pause(k);
}

/** Cycles until the next step. */
function pause(k: Kernel): number {
  const { left, settings } = k.vm.merge;
  const somebodyRuns = k.current !== null || k.runQueue.length > 0;
  const least = somebodyRuns ? k.options.quantum : 1;
  return left > 0 ? least : Math.max(least, settings.sleepMillisecs * CYCLES_PER_MILLISECOND);
}

/**
 * Looks at so many pages, up to the end of the full scan: a batch ends there, as in Linux.
 * @returns whether that was reached
 */
export function scanPages(k: VmKernel, pages: number): boolean {
  const m = k.vm.merge;
  for (let left = pages; left > 0; left--) {
    const visit = nextVisit(k);
    if (visit === null) {
      m.quiet = m.changed ? 0 : m.quiet + 1;
      m.changed = false;
      if (m.quiet > 0) k.due.work |= WORK.quiet;
      return true;
    }
    k.machine.clock.charge(COSTS.mergeScan);
    mergePage(k, visit.item, visit.here);
  }
  return false;
}

/** Somebody has executed an instruction, and may have changed memory: invariant (2). */
export function noteActivity(k: Kernel): void {
  k.due.work &= ~WORK.quiet;
  k.vm.merge.quiet = 0;
  wakeScanner(k);
}

/** How long it sleeps has changed: it looks at once, as in Linux. */
export function sleepChanged(k: Kernel): void {
  const m = k.vm.merge;
  if (m.due !== Number.POSITIVE_INFINITY) m.due = k.machine.clock.cycles;
}
