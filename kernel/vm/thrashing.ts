/**
 * Thrashing, told: when memory is too small for the working sets of those who run, the log says so, with who they are, and
 * again when it is over. When that is: kernel/thrash-window.ts.
 *
 *   Thrashing: in the last 100 ms everybody waited 78 % of the time for pages that had been taken too early
 *   Thrashing: 2048kB of memory, of which programs have 1652kB
 *   [  pid  ] waited refaults      rss     swap name
 *   [     12]   64 %       93    184kB    120kB hog
 *   ...
 *   Thrashing is over, after 412 ms
 *
 * With --working-set a column shows what of the resident pages has been used lately.
 *
 * (1) Looked for between traps only, never where a caller of the main loop happens to stop it.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { emit } from "../events.ts";
import type { Kernel } from "../kernel.ts";
import { LOG_LEVEL, log } from "../log.ts";
import { settle } from "../pressure.ts";
import type { Process } from "../process.ts";
import { thrashingTime, WINDOW } from "../thrash-window.ts";
import { residentPages } from "./address-space.ts";
import { evictableFrames } from "./page-lists.ts";

/** Processes that a report names. */
const MOST_NAMED = 10;
const CYCLES_PER_MILLISECOND = 1_000_000;

/** Cycle from which on there is something to look at. */
export function nextWatch({ pressure: { thrashing } }: Kernel): number {
  return Math.min(thrashing.windowStart, thrashing.seen) + WINDOW;
}

/** Tells what has begun or ended since it was called last. Costs a comparison until a window is over. */
export function watchThrashing(k: Kernel): void {
  const { thrashing } = k.pressure;
  const now = k.machine.clock.cycles;
  if (now < nextWatch(k)) return;
  settle(k);
  if (thrashing.phase === "thrashing" && !thrashing.told) tellBeginning(k);
  else if (thrashing.phase === "calm" && thrashing.told) tellEnd(k);
  for (const p of k.processes.values()) {
    p.pressure.stalledBefore = stalledUntil(p, now);
    p.pressure.earlyBefore = p.pressure.refaults?.early ?? 0;
  }
  thrashing.seen = now;
}

/** Cycles that the process has waited for memory, its present wait included. */
export function stalledUntil({ sleep, pressure }: Process, now: number): number {
  const waits = sleep !== null && sleep.stall !== "none" && sleep.stall !== "disk";
  return pressure.stalled + (waits ? now - sleep.since : 0);
}

interface Sufferer {
  readonly p: Process;
  /** Cycles that it waited, and its refaults of pages that had been taken too early, since the last look. */
  readonly waited: number;
  readonly refaults: number;
}

/** Who waited, longest first. */
function sufferers(k: Kernel): Sufferer[] {
  const now = k.machine.clock.cycles;
  const found: Sufferer[] = [];
  for (const p of k.processes.values()) {
    if (p.space === null) continue;
    const waited = stalledUntil(p, now) - p.pressure.stalledBefore;
    const refaults = (p.pressure.refaults?.early ?? 0) - p.pressure.earlyBefore;
    if (waited > 0) found.push({ p, waited, refaults });
  }
  return found.sort((a, b) => b.waited - a.waited || a.p.pid - b.p.pid);
}

const percent = (share: number) => Math.round(100 * share);
const milliseconds = (cycles: number) => Math.round(cycles / CYCLES_PER_MILLISECOND);
const kilobytes = (pages: number) => `${(pages * PAGE_SIZE) / 1024}kB`;

function tellBeginning(k: Kernel): void {
  const { thrashing } = k.pressure;
  thrashing.told = true;
  const all = sufferers(k);
  const say = (text: string) => log(k, LOG_LEVEL.warning, text);
  const lost = `${percent(thrashing.share)} % of the time`;
  say(
    `Thrashing: in the last ${milliseconds(WINDOW)} ms everybody waited ${lost} for pages that had been taken too early`,
  );
  say(
    `Thrashing: ${kilobytes(k.vm.frames.count)} of memory, of which programs and files have ${kilobytes(evictableFrames(k))}`,
  );
  const measured = k.vm.use.window > 0;
  say(`[  pid  ] waited refaults      rss     swap ${measured ? "    used " : ""}name`);
  const span = k.machine.clock.cycles - thrashing.seen;
  for (const sufferer of all.slice(0, MOST_NAMED)) say(describe(sufferer, span, measured));
  if (all.length > MOST_NAMED) say(`... and ${all.length - MOST_NAMED} more`);
  if (k.listeners.length > 0)
    emit(k, { type: "thrashing", what: "begins", share: thrashing.share, pids: all.map(({ p }) => p.pid) });
}

function describe({ p, waited, refaults }: Sufferer, span: number, measured: boolean): string {
  const column = (value: number | string, width: number) => String(value).padStart(width);
  const { swapped } = p.space!.counts;
  const used = measured ? `${column(kilobytes(p.space!.workingSet), 8)} ` : "";
  const sizes = `${column(kilobytes(residentPages(p.space!)), 8)} ${column(kilobytes(swapped), 8)}`;
  return `[${column(p.pid, 7)}] ${column(percent(waited / span), 4)} % ${column(refaults, 8)} ${sizes} ${used}${p.name}`;
}

function tellEnd(k: Kernel): void {
  const { thrashing } = k.pressure;
  const length = thrashingTime(thrashing) - thrashing.toldTime;
  thrashing.told = false;
  thrashing.toldTime += length;
  log(k, LOG_LEVEL.warning, `Thrashing is over, after ${milliseconds(length)} ms`);
  if (k.listeners.length > 0) emit(k, { type: "thrashing", what: "ends", share: thrashing.share, pids: [] });
}
