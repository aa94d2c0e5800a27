/**
 * Files of /proc that Linux has not: what a laboratory of memory wants to know. /proc/quire/ about the computer,
 * /proc/PID/working_set about a process. Lines "name value"; then, of refaults, a line a class of distances.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import type { Kernel } from "../../kernel.ts";
import { settle } from "../../pressure.ts";
import type { RefaultCounts } from "../../pressure-state.ts";
import type { Process } from "../../process.ts";
import { LEAST_LOST, MOST_LOST, thrashingTime, WINDOW } from "../../thrash-window.ts";
import { distancesOf } from "../../vm/refault.ts";
import { stalledUntil } from "../../vm/thrashing.ts";
import type { ByteString } from "../types.ts";

const CYCLES_PER_MICROSECOND = 1000;
const microseconds = (cycles: number) => Math.floor(cycles / CYCLES_PER_MICROSECOND);
const percent = (share: number) => Math.round(100 * share);

type Row = readonly [name: string, value: number | string];
const lines = (rows: readonly Row[]): ByteString => rows.map(([name, value]) => `${name} ${value}\n`).join("");

function refaultRows(counts: RefaultCounts | null): Row[] {
  if (counts === null)
    return [
      ["refaults", 0],
      ["refaults_early", 0],
    ];
  const sum = counts.byDistance.reduce((total, count) => total + count, 0);
  const byDistance = distancesOf(counts).map(([range, pages]): Row => [`distance ${range}`, pages]);
  return [["refaults", sum], ["refaults_early", counts.early], ...byDistance];
}

/** /proc/quire/refaults */
export function refaults(k: Kernel): ByteString {
  return lines([["evictions", k.vm.refaults.evictions], ...refaultRows(k.vm.refaults.counts)]);
}

/** /proc/quire/thrashing */
export function thrashing(k: Kernel): ByteString {
  settle(k);
  const { thrashing: t } = k.pressure;
  return lines([
    ["phase", t.phase],
    ["lost_percent", percent(t.share)],
    ["episodes", t.episodes],
    ["time_us", microseconds(thrashingTime(t))],
    ["window_us", microseconds(WINDOW)],
    ["begins_above_percent", percent(MOST_LOST)],
    ["ends_below_percent", percent(LEAST_LOST)],
  ]);
}

/** With --working-set only. */
function useRows(k: Kernel, { space }: Process): Row[] {
  const { window } = k.vm.use;
  if (window === 0) return [];
  return [
    ["window_us", microseconds(window)],
    ["size_kb", ((space?.workingSet ?? 0) * PAGE_SIZE) / 1024],
    ["peak_kb", ((space?.peakWorkingSet ?? 0) * PAGE_SIZE) / 1024],
  ];
}

/** /proc/PID/working_set */
export function workingSet(k: Kernel, p: Process): ByteString {
  const waited = stalledUntil(p, k.machine.clock.cycles);
  return lines([["waited_us", microseconds(waited)], ...useRows(k, p), ...refaultRows(p.pressure.refaults)]);
}
