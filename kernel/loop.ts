/**
 * The main loop: user mode, trap, what the trap asks for, signals, the next process, user mode.
 *
 * (1) A process enters user mode only "running", with no call to run again and no deliverable signal.
 * (2) After a handler threw SLEEP its process is not running any more; the loop takes the processor from it.
 * (3) After RETRY nobody else runs before what was given up has been tried again.
 * (4) Memory is tended when a process has got on by an instruction, or nobody can: never between a process's waking, or
 *     its fault, and the use of the page that it waited for. So each page that is fetched brings somebody further.
 * (5) Between any two turns all of the kernel is plain data: run() may return there and go on later.
 * (6) A caller who stops in the middle of a turn, in user mode or while nobody can run, changes nothing: the turn goes on when
 *     he comes back (`k.stoppedTurn`), and has its work done once. So a run in pieces is the same as one in one.
 */
import { COSTS } from "../cpu/costs.ts";
import { account } from "./accounting.ts";
import { endCall } from "./call.ts";
import { continueDump } from "./core-dump.ts";
import { deliverSignals } from "./delivery.ts";
import { dueBy } from "./due-work.ts";
import { emit } from "./events.ts";
import { programTimer, serveInterrupts } from "./interrupts.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { moveTo } from "./process.ts";
import { bootHart, loadRegisters, saveRegisters } from "./registers.ts";
import { enqueue, scheduler } from "./scheduler.ts";
import { isKilled, restoreTemporaryMask } from "./signal-state.ts";
import { RETRY, SLEEP } from "./sleep.ts";
import { runCall } from "./syscall.ts";
import { nextMoment, tendFileSystems, tendMemory, tendProgress } from "./tending.ts";
import { handleTrap } from "./trap.ts";
import { activate } from "./vm/address-space.ts";
import { checkVm } from "./vm/check.ts";
import { LIST } from "./vm/page-lists.ts";
import { evictCondemned, settleArrivals } from "./vm/residents.ts";
import { noteHeadway } from "./vm/shortage.ts";
import { tellRunning } from "./vm/tell-references.ts";
import { watchThrashing } from "./vm/thrashing.ts";
import { nextLook, tendUse } from "./vm/working-set.ts";

export interface StopConditions {
  /** Instructions retired since power-on. */
  readonly instructionLimit?: number;
  /** Cycles since power-on. */
  readonly until?: number;
  /** Idle time: pass over it at once, or hand it to the caller to pace it. */
  readonly idle: "skip" | "return";
}

/** Why the loop came back. */
export type Outcome =
  /** The machine was powered off; `status` is what the power-off device was told, `message` the kernel's reason. */
  | { readonly kind: "off"; readonly status: number; readonly message: string }
  /** The instruction limit was reached. */
  | { readonly kind: "limit" }
  /** The time `until` was reached. */
  | { readonly kind: "until" }
  /** Nobody can run until cycle `wakeAt`; null: only input can wake the computer. */
  | { readonly kind: "idle"; readonly wakeAt: number | null };

/** Runs the computer until a stop condition holds or it is switched off. */
export function runLoop(k: Kernel, stop: StopConditions): Outcome {
  const until = stop.until ?? Number.POSITIVE_INFINITY;
  const limit = stop.instructionLimit ?? Number.POSITIVE_INFINITY;
  const { counters } = k.machine.harts[0];
  for (;;) {
    const { off } = k.machine;
    if (off !== null) {
      // What the kernel said last has not been sent by a turn in user mode.
      k.machine.flush();
      return { kind: "off", status: off.status, message: k.stopping ?? "" };
    }
    const { stoppedTurn } = k;
    const began = stoppedTurn ?? counters.instret;
    k.stoppedTurn = null;
    if (stoppedTurn === null) tendFileSystems(k);
    const p = k.current ?? pickNext(k);
    if (p === null) {
      if (stoppedTurn === null) {
        if (k.vm.reclaim.follows) keepLimit(k, null);
        tendMemory(k);
      }
      const outcome = idle(k, stop, until);
      if (outcome === null) continue;
      k.stoppedTurn = began;
      return outcome;
    }
    if (!prepareReturn(k, p)) {
      // A process whose core is written executes nothing for long.
      if (p.dump !== null && k.machine.clock.cycles >= until) return { kind: "until" };
      continue;
    }
    if (k.vm.reclaim.follows) keepLimit(k, p);
    const reason = enterUser(k, p, until, limit);
    if (reason !== "trap") {
      // Switched off by a program without a trap: nothing is left to be tended.
      if (k.machine.off !== null) continue;
      k.stoppedTurn = began;
      return { kind: reason };
    }
    if (counters.instret > began) {
      noteHeadway(k, p);
      tendProgress(k);
    }
    serveTrap(k, p);
  }
}

/** Before user mode: arrivals that no fault has settled (eager fork), and those who have to leave for them. */
function keepLimit(k: Kernel, p: Process | null): void {
  settleArrivals(k);
  if (k.vm.reclaim.lengths[LIST.condemned] > 0) evictCondemned(k, p);
  tellRunning(k);
}

/** User mode, from sepc until the next trap. */
function enterUser(k: Kernel, p: Process, until: number, limit: number): "trap" | "until" | "limit" {
  programTimer(k, p);
  if (p.space!.unsettled) k.scheme.settle(k, p.space!);
  account(k, p, "system");
  const reason = k.machine.run(until, limit);
  account(k, p, "user");
  return reason;
}

function serveTrap(k: Kernel, p: Process): void {
  for (;;)
    try {
      handleTrap(k, p);
      break;
    } catch (thrown) {
      if (isOver(thrown)) break;
    }
  if (k.machine.clock.cycles >= k.due.at) serveTime(k, p);
  leaveUnlessRunning(k, p);
  if (k.options.check === "traps") {
    checkVm(k);
    k.machine.check();
  }
}

/** What is due by time after a trap: due-work.ts. @param p who ran; null: nobody */
function serveTime(k: Kernel, p: Process | null): void {
  if (p !== null) tendUse(k, p);
  watchThrashing(k);
  if (p?.state === "running" && k.machine.clock.cycles >= p.sliceEnd) endSlice(k, p);
  k.due.at = nextMoment(k);
}

/** Round-robin: whose slice is over goes behind the others, or gets another one when there are none. */
function endSlice(k: Kernel, p: Process): void {
  if (k.runQueue.length === 0) {
    startSlice(k, p);
    return;
  }
  p.counts.involuntarySwitches++;
  moveTo(k, p, "runnable");
  enqueue(k, p);
}

function startSlice(k: Kernel, p: Process): void {
  p.sliceEnd = k.machine.clock.cycles + scheduler(k).slice(k, p);
  dueBy(k, p.sliceEnd);
}

/**
 * What stands between a process and user mode: a call to run (the first time or again), signals. True: it may go.
 * False: it sleeps, has stopped, ended or given way.
 */
function prepareReturn(k: Kernel, p: Process): boolean {
  for (;;)
    try {
      settle(k, p);
      break;
    } catch (thrown) {
      if (isOver(thrown)) break;
    }
  return !leaveUnlessRunning(k, p);
}

function settle(k: Kernel, p: Process): void {
  while (p.state === "running") {
    if (p.dump !== null) {
      continueDump(k, p);
      return;
    }
    const { call, signals } = p;
    // Handlers are atomic, so a killed process need not finish its call: there is nothing half-done to finish.
    if (call.active && call.interrupted === null && !isKilled(signals)) {
      runCall(k, p);
      continue;
    }
    if (signals.attention) {
      deliverSignals(k, p);
      p.triedFrames = 0;
    }
    if (p.state !== "running") return;
    if (p.dump !== null) continue;
    if (call.interrupted === null) return;
    // Signals ended the sleep, but no handler ran: a stop and SIGCONT, or signals that do nothing.
    if (call.interrupted === "fail") {
      restoreTemporaryMask(signals);
      endCall(k, p, "EINTR");
    }
    call.interrupted = null;
  }
}

/**
 * What kernel work has thrown: SLEEP ends it, after RETRY it is done again at once; all else is an error. (A function that is
 * handed the work and calls it costs every trap an indirect call.)
 */
function isOver(thrown: unknown): boolean {
  if (thrown !== SLEEP && thrown !== RETRY) throw thrown;
  return thrown === SLEEP;
}

/** Takes the processor from a process that cannot go on. True when it did. */
function leaveUnlessRunning(k: Kernel, p: Process): boolean {
  if (p.state === "running") return false;
  account(k, p, "system");
  if (p.state === "sleeping") p.counts.voluntarySwitches++;
  saveRegisters(k, p);
  k.current = null;
  return true;
}

/** Gives the processor to the next process; null when nobody is runnable. */
function pickNext(k: Kernel): Process | null {
  const pid = scheduler(k).pick(k);
  if (pid === undefined) return null;
  const p = k.processes.get(pid)!;
  k.machine.clock.charge(COSTS.contextSwitch);
  account(k, null, "system");
  moveTo(k, p, "running");
  k.current = p;
  k.statistics.switches++;
  if (k.listeners.length > 0) emit(k, { type: "switch", from: k.lastPid, to: p.pid });
  k.lastPid = p.pid;
  loadRegisters(k, p);
  activate(k, p.space!, bootHart(k));
  startSlice(k, p);
  dueBy(k, nextLook(k, p));
  return p;
}

/** Nobody is runnable: time passes until an interrupt comes. Null: something may be runnable now. */
function idle(k: Kernel, stop: StopConditions, until: number): Outcome | null {
  programTimer(k, null);
  if (k.machine.pendingInterrupts() === 0) {
    const next = k.machine.events.nextTime;
    if (next === Number.POSITIVE_INFINITY) return idleWithoutEvent(k, stop, until);
    if (stop.idle === "return" && next > k.machine.clock.cycles) return { kind: "idle", wakeAt: next };
    account(k, null, "system");
    const reason = k.machine.waitForInterrupt(until);
    account(k, null, "idle");
    if (reason === "until") return { kind: "until" };
    if (reason === "never") return k.machine.off === null ? { kind: "idle", wakeAt: null } : null;
  }
  serveInterrupts(k);
  if (k.machine.clock.cycles >= k.due.at) serveTime(k, null);
  return null;
}

/** Only input could wake the computer: its clock still goes on to the moment that a caller who skips asked for. */
function idleWithoutEvent(k: Kernel, stop: StopConditions, until: number): Outcome {
  if (stop.idle === "return" || until === Number.POSITIVE_INFINITY) return { kind: "idle", wakeAt: null };
  const { clock } = k.machine;
  account(k, null, "system");
  clock.charge(Math.max(0, until - clock.cycles));
  account(k, null, "idle");
  return { kind: "until" };
}
