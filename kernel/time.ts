/**
 * Time as programs see it: the machine's cycles (1 ns each) as seconds, clock ticks and the structures of time(7).
 */
import { CYCLES_PER_SECOND } from "../cpu/costs.ts";
import { CONSTANTS } from "./abi.ts";
import { errno } from "./errno.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";

/** sysconf(_SC_CLK_TCK) is 100, as on Linux: times(2) and siginfo count in these. */
export const CLOCK_TICKS_PER_SECOND = 100;
export const CYCLES_PER_CLOCK_TICK = CYCLES_PER_SECOND / CLOCK_TICKS_PER_SECOND;
export const CYCLES_PER_MICROSECOND = CYCLES_PER_SECOND / 1e6;

/** Waits from here on (52 days) are forever: the sum with any time would not be a safe integer. */
const FOREVER = 2 ** 52;

function finite(cycles: number): number {
  return cycles < FOREVER ? cycles : Number.POSITIVE_INFINITY;
}

/** Whole seconds and the rest of a number of cycles. */
export function toTimespec(cycles: number): { tv_sec: number; tv_nsec: number } {
  return { tv_sec: Math.floor(cycles / CYCLES_PER_SECOND), tv_nsec: cycles % CYCLES_PER_SECOND };
}

/** As toTimespec, in microseconds. */
export function toTimeval(cycles: number): { tv_sec: number; tv_usec: number } {
  return {
    tv_sec: Math.floor(cycles / CYCLES_PER_SECOND),
    tv_usec: Math.floor((cycles % CYCLES_PER_SECOND) / CYCLES_PER_MICROSECOND),
  };
}

/** Cycles of a timespec, Infinity for a very long one; EINVAL when it is negative or not normalised. */
export function fromTimespec(seconds: number, nanoseconds: number): number {
  if (seconds < 0 || nanoseconds < 0 || nanoseconds >= 1e9) throw errno("EINVAL");
  return finite(seconds * CYCLES_PER_SECOND + nanoseconds);
}

/** As fromTimespec, for a timeval. */
export function fromTimeval(seconds: number, microseconds: number): number {
  if (seconds < 0 || microseconds < 0 || microseconds >= 1e6) throw errno("EINVAL");
  return finite(seconds * CYCLES_PER_SECOND + microseconds * CYCLES_PER_MICROSECOND);
}

const { clock } = CONSTANTS;

/** What a clock says, in cycles split so that both parts are exact: clock_gettime(2). EINVAL for an unknown one. */
export function readClock(k: Kernel, p: Process, which: number): { tv_sec: number; tv_nsec: number } {
  const now = toTimespec(k.machine.clock.cycles);
  switch (which) {
    case clock.CLOCK_REALTIME:
    case clock.CLOCK_REALTIME_COARSE:
      return { tv_sec: now.tv_sec + k.options.epoch, tv_nsec: now.tv_nsec };
    case clock.CLOCK_MONOTONIC:
    case clock.CLOCK_MONOTONIC_RAW:
    case clock.CLOCK_MONOTONIC_COARSE:
    case clock.CLOCK_BOOTTIME:
      return now;
    case clock.CLOCK_PROCESS_CPUTIME_ID:
    case clock.CLOCK_THREAD_CPUTIME_ID:
      return toTimespec(p.times.user + p.times.system);
    default:
      throw errno("EINVAL");
  }
}

/** Cycles since power-on at which `which` says `cycles`: for absolute deadlines. */
export function deadlineOn(k: Kernel, which: number, seconds: number, nanoseconds: number): number {
  const epoch = which === clock.CLOCK_REALTIME ? k.options.epoch : 0;
  const since = (seconds - epoch) * CYCLES_PER_SECOND + nanoseconds;
  return finite(Math.max(since, 0));
}
