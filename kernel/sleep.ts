/**
 * Sleeping without a kernel stack. A handler (or a fault) that must wait calls sleep(), which never returns: it throws
 * SLEEP, the kernel gives the processor to someone else, and when the channel is woken the handler runs again from its
 * start, finds its condition true and goes on. Timers end sleeps and fire alarms.
 *
 * A throw through all that is between takes as long as a short call. Where nothing between has anything left to do, as in
 * the read of a pipe, a handler says `return waitFor(...)` instead: the same, told by a value that each caller hands on.
 *
 * (1) Before sleep() a handler has changed nothing but `p.call`.
 * (2) wakeup() wakes every sleeper of a channel, in the order in which they fell asleep; each looks again for itself.
 * (3) `k.timers` is sorted by (time, sequence).
 */
import { emit } from "./events.ts";
import type { Kernel, Timer } from "./kernel.ts";
import type { Stall } from "./pressure.ts";
import type { Process, Restart } from "./process.ts";
import { moveTo } from "./process.ts";
import { enqueue } from "./scheduler.ts";

/** Something to wait for. Made by newChannel, never reused. */
export type Channel = number;

/** Thrown by sleep(): the process waits, the handler is abandoned. */
export const SLEEP = Object.freeze({ thrown: "sleep" });
/** Thrown by waitForMemory(): the handler is abandoned too, but runs again at once, before anybody else. */
export const RETRY = Object.freeze({ thrown: "retry" });
/** Thrown by sleep() when a signal is waiting instead: the call ends or restarts as `p.call.interrupted` says. */
export const INTERRUPTED = Object.freeze({ thrown: "interrupted" });

/** What a handler returns whose call is not over: it waits, or a signal came first. */
export const UNFINISHED = Symbol("unfinished");
export type Unfinished = typeof UNFINISHED;

export interface SleepOptions {
  /** Absolute time in cycles, Infinity for never; the call runs again then, and must see for itself that it is late. */
  readonly deadline?: number | undefined;
  /** Signals do not end this sleep (disk transfers, page faults). */
  readonly uninterruptible?: boolean;
  /** What a signal makes of the call; "restart" unless said. */
  readonly restart?: Restart;
  /** What keeps the process; uninterruptible sleepers wait for a disk unless this says otherwise. */
  readonly stall?: Stall;
}

/** A channel nobody else uses. */
export function newChannel(k: Kernel): Channel {
  return k.nextChannel++;
}

/** Puts `p`, which is running, to sleep until one of `channels` is woken, the deadline passes or a signal arrives. */
export function sleep(
  k: Kernel,
  p: Process,
  channels: Channel | readonly Channel[],
  options: SleepOptions = NO_OPTIONS,
): never {
  throw fallAsleep(k, p, channels, options) ? SLEEP : INTERRUPTED;
}

/** The same for handlers that return at once, as do their callers. */
export function waitFor(
  k: Kernel,
  p: Process,
  channels: Channel | readonly Channel[],
  options: SleepOptions = NO_OPTIONS,
): Unfinished {
  fallAsleep(k, p, channels, options);
  return UNFINISHED;
}

const NO_OPTIONS: SleepOptions = {};

/** @returns false when a signal is waiting instead */
function fallAsleep(k: Kernel, p: Process, channels: Channel | readonly Channel[], options: SleepOptions): boolean {
  const interruptible = options.uninterruptible !== true;
  if (interruptible && p.signals.attention) {
    p.call.interrupted = options.restart ?? "restart";
    return false;
  }
  const list = typeof channels === "number" ? [channels] : channels;
  const deadline = options.deadline ?? Number.POSITIVE_INFINITY;
  const stall = options.stall ?? (interruptible ? "none" : "disk");
  const since = k.machine.clock.cycles;
  const limit = deadline < Number.POSITIVE_INFINITY ? deadline : null;
  p.sleep = { channels: list, deadline: limit, interruptible, stall, since };
  moveTo(k, p, "sleeping");
  for (const channel of list) {
    const sleepers = k.sleepers.get(channel);
    if (sleepers) sleepers.push(p.pid);
    else k.sleepers.set(channel, [p.pid]);
  }
  if (p.sleep.deadline !== null) addTimer(k, p.sleep.deadline, "wake", p.pid);
  return true;
}

/** Wakes everyone who sleeps on `channel`. Costs little when nobody does. */
export function wakeup(k: Kernel, channel: Channel): void {
  const sleepers = k.sleepers.get(channel);
  if (sleepers === undefined) return;
  for (const pid of [...sleepers]) wakeProcess(k, k.processes.get(pid)!, channel);
}

/** Ends one process's sleep, whatever it waits for; `channel` says why. Does nothing to one that does not sleep. */
export function wakeProcess(k: Kernel, p: Process, channel: Channel | null = null): void {
  if (p.sleep === null) return;
  for (const channel of p.sleep.channels) {
    const rest = k.sleepers.get(channel)!.filter((pid) => pid !== p.pid);
    if (rest.length > 0) k.sleepers.set(channel, rest);
    else k.sleepers.delete(channel);
  }
  if (p.sleep.deadline !== null) removeTimer(k, "wake", p.pid);
  moveTo(k, p, "runnable");
  p.sleep = null;
  enqueue(k, p);
  if (k.listeners.length > 0) emit(k, { type: "wakeup", pid: p.pid, channel });
}

/** Adds a timer of `kind` for `pid` at `time` (cycles). One of each kind a process: an older one is replaced. */
export function addTimer(k: Kernel, time: number, kind: Timer["kind"], pid: number): void {
  removeTimer(k, kind, pid);
  const timer: Timer = { time, sequence: k.nextTimer++, kind, pid };
  let low = 0;
  let high = k.timers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (k.timers[middle]!.time <= time) low = middle + 1;
    else high = middle;
  }
  k.timers.splice(low, 0, timer);
}

/** Takes the timer of `kind` of `pid` away, if there is one. */
export function removeTimer(k: Kernel, kind: Timer["kind"], pid: number): void {
  const index = k.timers.findIndex((timer) => timer.kind === kind && timer.pid === pid);
  if (index >= 0) k.timers.splice(index, 1);
}
