/**
 * Time calls: clocks, sleeping, interval timers, what a process has used.
 */
import { CYCLES_PER_SECOND } from "../../cpu/costs.ts";
import { CONSTANTS, FLAGS, STRUCTURES } from "../abi.ts";
import { processClock } from "../accounting.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { prepareResult } from "../prepared.ts";
import type { IntervalTimer, Process } from "../process.ts";
import { addTimer, removeTimer, type Unfinished, waitFor } from "../sleep.ts";
import type { Handlers } from "../syscall-table.ts";
import {
  CYCLES_PER_CLOCK_TICK,
  CYCLES_PER_MICROSECOND,
  deadlineOn,
  fromTimespec,
  fromTimeval,
  readClock,
  toTimespec,
  toTimeval,
} from "../time.ts";
import { childrenUsage, ownUsage, storeUsage } from "../usage.ts";
import { loadStructure, storeStructure, zeroUser } from "../usercopy.ts";

const { clock, itimer, rusage } = CONSTANTS;

/** Sleeps until `deadline`, recorded on the first run; writes what was left when a signal comes, as Linux does. */
function sleepUntil(k: Kernel, p: Process, deadline: number, remaining: number): number | Unfinished {
  p.call.deadline ??= deadline;
  const left = p.call.deadline - k.machine.clock.cycles;
  if (left <= 0) return 0;
  if (p.signals.attention && remaining !== 0 && Number.isFinite(left))
    storeStructure(k, p, remaining, "timespec", toTimespec(left));
  return waitFor(k, p, p.pauseChannel, { deadline: p.call.deadline, restart: "restart-unless-handler" });
}

/** clock_nanosleep(2): EOPNOTSUPP for clocks that cannot wake anyone. The process's own stands still while it sleeps. */
function checkSleepClock(which: number): void {
  switch (which) {
    case clock.CLOCK_REALTIME:
    case clock.CLOCK_MONOTONIC:
    case clock.CLOCK_BOOTTIME:
    case clock.CLOCK_PROCESS_CPUTIME_ID:
      return;
    case clock.CLOCK_MONOTONIC_RAW:
    case clock.CLOCK_REALTIME_COARSE:
    case clock.CLOCK_MONOTONIC_COARSE:
    case clock.CLOCK_THREAD_CPUTIME_ID:
      throw errno("ENOTSUP");
    default:
      throw errno("EINVAL");
  }
}

/** A process that waits for its own processor time to pass waits forever, unless it has passed already. */
function cpuDeadline(k: Kernel, p: Process, flags: number, wait: number): number {
  const reached = (flags & FLAGS.timer.TIMER_ABSTIME) !== 0 ? p.times.user + p.times.system >= wait : wait === 0;
  return reached ? k.machine.clock.cycles : Number.POSITIVE_INFINITY;
}

/** The timer of `which`, and now on the clock that it runs by. EINVAL for an unknown one. */
function intervalTimer(k: Kernel, p: Process, which: number): { timer: IntervalTimer; now: number } {
  const timer = p.intervalTimers[which];
  if (timer === undefined) throw errno("EINVAL");
  return { timer, now: which === itimer.ITIMER_REAL ? k.machine.clock.cycles : processClock(p, which) };
}

/** What getitimer(2) shows: time to the next expiry, at least 1 us while armed. */
function timerValue({ timer, now }: { timer: IntervalTimer; now: number }) {
  const left = timer.expires === 0 ? 0 : Math.max(timer.expires - now, CYCLES_PER_MICROSECOND);
  const value = toTimeval(left);
  const interval = toTimeval(timer.interval);
  return {
    interval_sec: interval.tv_sec,
    interval_usec: interval.tv_usec,
    value_sec: value.tv_sec,
    value_usec: value.tv_usec,
  };
}

function armTimer(k: Kernel, p: Process, which: number, now: number, value: number, interval: number): void {
  const timer = p.intervalTimers[which];
  const armed = value !== 0 && Number.isFinite(value);
  timer.expires = armed ? now + value : 0;
  timer.interval = armed && Number.isFinite(interval) ? interval : 0;
  if (which !== itimer.ITIMER_REAL) return;
  if (armed) addTimer(k, timer.expires, "alarm", p.pid);
  else removeTimer(k, "alarm", p.pid);
}

export const timeCalls = {
  nanosleep(k, p, request, remaining) {
    const { tv_sec, tv_nsec } = loadStructure(k, p, request, "timespec");
    return sleepUntil(k, p, k.machine.clock.cycles + fromTimespec(tv_sec, tv_nsec), remaining);
  },

  clock_nanosleep(k, p, which, flags, request, remaining) {
    checkSleepClock(which);
    const { tv_sec, tv_nsec } = loadStructure(k, p, request, "timespec");
    const wait = fromTimespec(tv_sec, tv_nsec);
    if (which === clock.CLOCK_PROCESS_CPUTIME_ID) return sleepUntil(k, p, cpuDeadline(k, p, flags, wait), 0);
    if ((flags & FLAGS.timer.TIMER_ABSTIME) === 0) return sleepUntil(k, p, k.machine.clock.cycles + wait, remaining);
    return sleepUntil(k, p, deadlineOn(k, which, tv_sec, tv_nsec), 0);
  },

  clock_gettime(k, p, which, address) {
    storeStructure(k, p, address, "timespec", readClock(k, p, which));
    return 0;
  },

  clock_getres(k, p, which, address) {
    readClock(k, p, which);
    if (address !== 0) storeStructure(k, p, address, "timespec", { tv_sec: 0, tv_nsec: 1 });
    return 0;
  },

  gettimeofday(k, p, time, zone) {
    const now = toTimeval(k.machine.clock.cycles);
    prepareResult(k, p, time, STRUCTURES.timeval.size);
    prepareResult(k, p, zone, 8);
    if (time !== 0) storeStructure(k, p, time, "timeval", { ...now, tv_sec: now.tv_sec + k.options.epoch });
    if (zone !== 0) zeroUser(k, p, zone, 8);
    return 0;
  },

  times(k, p, address) {
    const ticks = (cycles: number) => Math.floor(cycles / CYCLES_PER_CLOCK_TICK);
    const { user, system, childUser, childSystem } = p.times;
    if (address !== 0)
      storeStructure(k, p, address, "tms", {
        tms_utime: ticks(user),
        tms_stime: ticks(system),
        tms_cutime: ticks(childUser),
        tms_cstime: ticks(childSystem),
      });
    return ticks(k.machine.clock.cycles);
  },

  getrusage(k, p, who, address) {
    if (who === rusage.RUSAGE_CHILDREN) storeUsage(k, p, address, childrenUsage(p));
    else if (who === rusage.RUSAGE_SELF || who === rusage.RUSAGE_THREAD) storeUsage(k, p, address, ownUsage(p));
    else throw errno("EINVAL");
    return 0;
  },

  getitimer(k, p, which, address) {
    storeStructure(k, p, address, "itimerval", timerValue(intervalTimer(k, p, which)));
    return 0;
  },

  setitimer(k, p, which, address, old) {
    const none = { interval_sec: 0, interval_usec: 0, value_sec: 0, value_usec: 0 };
    const set = address === 0 ? none : loadStructure(k, p, address, "itimerval");
    const value = fromTimeval(set.value_sec, set.value_usec);
    const interval = fromTimeval(set.interval_sec, set.interval_usec);
    const found = intervalTimer(k, p, which);
    prepareResult(k, p, old, STRUCTURES.itimerval.size);
    if (old !== 0) storeStructure(k, p, old, "itimerval", timerValue(found));
    armTimer(k, p, which, found.now, value, interval);
    return 0;
  },
} satisfies Handlers;

/** Seconds since power-on, rounded up as sysinfo(2) does. */
export function uptimeSeconds(k: Kernel): number {
  return Math.ceil(k.machine.clock.cycles / CYCLES_PER_SECOND);
}
