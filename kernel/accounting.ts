/**
 * Accounting: every cycle of the machine belongs to someone. Time in user mode and in the kernel on behalf of a
 * process is the process's; what passes with nobody to run is idle.
 *
 * (1) userCycles + systemCycles + idleCycles is the machine's time at every call of account().
 */
import { CYCLES_PER_SECOND } from "../cpu/costs.ts";
import { CONSTANTS } from "./abi.ts";
import type { Kernel } from "./kernel.ts";
import { sampleLoad } from "./load.ts";
import type { Process } from "./process.ts";
import { FROM_KERNEL, postSignal } from "./signal.ts";
import { signalNumber } from "./signal-state.ts";

const { ITIMER_VIRTUAL, ITIMER_PROF } = CONSTANTS.itimer;
const { RLIMIT_CPU } = CONSTANTS.rlimit;
const SIGVTALRM = signalNumber("SIGVTALRM");
const SIGPROF = signalNumber("SIGPROF");

/** Gives the cycles since the last call to `p` as user or system time, or to nobody as idle (p null, "system": boot). */
export function account(k: Kernel, p: Process | null, kind: "user" | "system" | "idle"): void {
  const now = k.machine.clock.cycles;
  const spent = now - k.accounted;
  k.accounted = now;
  sampleLoad(k.load, now, kind === "idle" ? 0 : k.runQueue.length + 1);
  if (kind === "idle") k.statistics.idleCycles += spent;
  else if (kind === "user") k.statistics.userCycles += spent;
  else k.statistics.systemCycles += spent;
  if (p === null || spent === 0 || kind === "idle") return;
  if (kind === "user") p.times.user += spent;
  else p.times.system += spent;
  checkProcessClocks(k, p);
}

/** The value of the clock that an interval timer of the process runs by. */
export function processClock(p: Process, which: number): number {
  return which === ITIMER_VIRTUAL ? p.times.user : p.times.user + p.times.system;
}

/** Fires ITIMER_VIRTUAL and ITIMER_PROF when the process's own clocks reach them, and keeps RLIMIT_CPU. */
function checkProcessClocks(k: Kernel, p: Process): void {
  fireIfDue(k, p, ITIMER_VIRTUAL, SIGVTALRM);
  fireIfDue(k, p, ITIMER_PROF, SIGPROF);
  const limit = p.limits[RLIMIT_CPU];
  const cpu = p.times.user + p.times.system;
  if (cpu < limit.soft * CYCLES_PER_SECOND) return;
  const seconds = cpu / CYCLES_PER_SECOND;
  // setrlimit(2): SIGXCPU at the soft limit and once a second from then on. Process 1 outlives the SIGKILL as well.
  limit.soft = Math.floor(seconds) + 1;
  postSignal(k, p, signalNumber(seconds >= limit.hard ? "SIGKILL" : "SIGXCPU"), FROM_KERNEL);
}

function fireIfDue(k: Kernel, p: Process, which: 1 | 2, signo: number): void {
  const timer = p.intervalTimers[which];
  if (timer.expires === 0) return;
  const now = processClock(p, which);
  if (now < timer.expires) return;
  timer.expires = timer.interval === 0 ? 0 : nextExpiry(timer.expires, timer.interval, now);
  postSignal(k, p, signo, FROM_KERNEL);
}

/** The first expiry of a periodic timer after `now`; missed ones are lost. */
export function nextExpiry(expires: number, interval: number, now: number): number {
  return expires + Math.ceil((now + 1 - expires) / interval) * interval;
}

/** Cycles from now at which a clock of the running process needs the kernel's attention; Infinity: never. */
export function cyclesToProcessClock(p: Process): number {
  const { times, intervalTimers } = p;
  const cpu = times.user + times.system;
  // By index: to take an array apart by a pattern is a loop over it, and this runs at every return to user mode.
  const virtual = intervalTimers[ITIMER_VIRTUAL];
  const profile = intervalTimers[ITIMER_PROF];
  let least = p.limits[RLIMIT_CPU].soft * CYCLES_PER_SECOND - cpu;
  if (virtual.expires !== 0) least = Math.min(least, virtual.expires - p.times.user);
  if (profile.expires !== 0) least = Math.min(least, profile.expires - cpu);
  return Math.max(least, 0);
}
