/**
 * How the time of a run is taken. The wall's clock is what a user waits for. On a host that is busy with other things the
 * processor's time says more: what all threads of the peer have used, compilers in the background included.
 *
 * (1) A clock is read when a line of the peer arrives, perhaps after the peer's end, but before it is buried.
 */
import { existsSync } from "node:fs";
import { tryRead } from "../files.ts";

/** Seconds since some moment; NaN where there is no such figure any more. */
export type Clock = (pid: number) => number;

/** Those of sysconf(_SC_CLK_TCK), which Linux has as 100 for programs on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

/** proc(5): utime and stime are fields 14 and 15; the second, which may have blanks, is in brackets. */
function processorTime(pid: number): number {
  const bytes = tryRead(`/proc/${pid}/stat`);
  if (bytes === null) return Number.NaN;
  const text = Buffer.from(bytes).toString("latin1");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

interface ClockRow {
  /** See (1). */
  readonly read: Clock;
  /** The least time that gives a figure, in seconds: the way of a line through a pipe, ticks. */
  readonly least: number;
  readonly there: () => boolean;
}

// biome-ignore format: a table is read in columns
export const CLOCKS = {
  wall: { read: () => performance.now() / 1000, least: 0.002, there: () => true },
  cpu:  { read: processorTime,                  least: 0.02,  there: () => existsSync("/proc/self/stat") },
} as const satisfies Record<string, ClockRow>;

export type ClockName = keyof typeof CLOCKS;
