/**
 * Sending signals. What a signal does to its process when it arrives there is delivery.ts.
 *
 * (1) Stop signals and SIGCONT cancel each other while pending.
 * (2) A standard signal that is pending already is not queued again; nor is a real-time one without a place (signal-queue.ts).
 * (3) An ignored signal is dropped on arrival unless it is blocked or waited for; process 1 ignores every signal whose
 *     default would end or stop it.
 *
 * Source: signal(7), sigaction(2); order of delivery as Linux: faults first, then the lowest number.
 */
import { CONSTANTS, FLAGS } from "./abi.ts";
import { emit } from "./events.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { moveTo } from "./process.ts";
import { enqueue } from "./scheduler.ts";
import { hasPlace, isRefusedWithoutPlace, LOST_INFORMATION } from "./signal-queue.ts";
import { clearSet, exclude, has, include, type SignalSet, signalSet } from "./signal-set.ts";
import {
  defaultAction,
  isIgnored,
  type PendingSignal,
  SIG_DFL,
  SIG_IGN,
  type SignalInfo,
  type SignalState,
  signalNumber,
  updateAttention,
} from "./signal-state.ts";
import { wakeProcess, wakeup } from "./sleep.ts";
import { CYCLES_PER_CLOCK_TICK } from "./time.ts";

const { SI_USER, SI_TKILL, CLD_CONTINUED, CLD_STOPPED } = CONSTANTS.signalCode;
const SIGKILL = signalNumber("SIGKILL");
const SIGCONT = signalNumber("SIGCONT");
const SIGCHLD = signalNumber("SIGCHLD");
const FIRST_REALTIME = 32;
const STOPS = (["SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"] as const).map(signalNumber);
const STOPPING = signalSet(...STOPS);

/**
 * Sends `signo` to `p`; to a zombie it does nothing. Wakes `p` when the signal is one that it must look at.
 * @returns false: it was refused, as too many signals are queued (EAGAIN for the sender)
 */
export function postSignal(k: Kernel, p: Process, signo: number, info: SignalInfo): boolean {
  if (p.state === "zombie" || p.state === "reaped") return true;
  k.statistics.signals++;
  if (has(STOPPING, signo)) cancelSignals(p.signals, [SIGCONT]);
  if (signo === SIGCONT) {
    cancelSignals(p.signals, STOPS);
    if (p.state === "stopped") continueProcess(k, p);
  }
  const dropped = isDropped(p, signo);
  if (k.listeners.length > 0)
    emit(k, { type: "signal", what: dropped ? "ignored" : "posted", pid: p.pid, signo, info });
  return dropped || queueSignal(k, p, signo, info);
}

/** Puts the signal into the queue: invariant (2). @returns false: refused */
function queueSignal(k: Kernel, p: Process, signo: number, info: SignalInfo): boolean {
  const thread = info.code === SI_TKILL && info.raw === undefined;
  const { pending, queue } = p.signals;
  const isPending = has(pending, signo) && queue.some((other) => other.signo === signo && other.thread === thread);
  if (signo < FIRST_REALTIME && isPending) return true;
  const placed = hasPlace(k, p, signo, info);
  if (!placed && isRefusedWithoutPlace(signo, info)) return false;
  if (!placed && isPending) return true;
  const known = placed || signo === SIGKILL;
  addPending(p.signals, {
    signo,
    info: known ? info : LOST_INFORMATION,
    forced: false,
    user: placed ? p.credentials.uid : null,
    thread,
  });
  notice(k, p, signo);
  return true;
}

/** Sends `signo` to every process of the group. True when there was one. */
export function signalGroup(k: Kernel, pgid: number, signo: number, info: SignalInfo): boolean {
  let found = false;
  for (const p of [...k.processes.values()]) {
    if (p.pgid !== pgid || p.state === "zombie") continue;
    postSignal(k, p, signo, info);
    found = true;
  }
  return found;
}

/** What kill(2) by the kernel itself says of the sender. */
export const FROM_KERNEL: SignalInfo = Object.freeze({ code: CONSTANTS.signalCode.SI_KERNEL, pid: 0, uid: 0 });

/** What a signal sent by a process says of its sender. */
export function fromProcess(sender: Process, code: number = SI_USER): SignalInfo {
  return { code, pid: sender.pid, uid: sender.credentials.uid };
}

/**
 * A signal that the process's own instruction raised, or that must end it: if it is blocked or ignored, its action
 * becomes the default, which kills. Delivered before all others.
 */
export function forceSignal(k: Kernel, p: Process, signo: number, info: SignalInfo): void {
  const s = p.signals;
  const action = s.actions[signo];
  if (has(s.blocked, signo) || action.handler === SIG_IGN) action.handler = SIG_DFL;
  exclude(s.blocked, signo);
  cancelSignals(s, [signo]);
  k.statistics.signals++;
  if (k.listeners.length > 0) emit(k, { type: "signal", what: "posted", pid: p.pid, signo, info });
  addPending(s, { signo, info, forced: true, user: p.credentials.uid, thread: true });
}

/** Adds an entry to the queue; no question asked. */
function addPending(s: SignalState, signal: PendingSignal): void {
  s.queue.push(signal);
  include(s.pending, signal.signo);
  updateAttention(s);
}

/** Is `a` taken before `b`, which is older? A fault's own first, then the thread's, then the lowest number. */
function comesBefore(a: PendingSignal, b: PendingSignal): boolean {
  if (a.forced !== b.forced) return a.forced;
  if (a.thread !== b.thread) return a.thread;
  return a.signo < b.signo;
}

/** The signal that is taken next, of those in `set` or not (`inside`), or null: SIGKILL, then as comesBefore says, oldest first. */
export function firstPending(s: SignalState, set: SignalSet, inside: boolean): PendingSignal | null {
  let best: PendingSignal | null = null;
  for (const signal of s.queue) {
    if (has(set, signal.signo) !== inside) continue;
    if (signal.signo === SIGKILL) return signal;
    if (best === null || comesBefore(signal, best)) best = signal;
  }
  return best;
}

/** Takes one entry out of the queue. */
export function removePending(s: SignalState, signal: PendingSignal): void {
  if (s.queue.length === 1) s.queue.pop();
  else s.queue.splice(s.queue.indexOf(signal), 1);
  if (s.queue.length === 0) clearSet(s.pending);
  else if (!s.queue.some(({ signo }) => signo === signal.signo)) exclude(s.pending, signal.signo);
  updateAttention(s);
}

/** Forgets every pending signal of these numbers. */
export function cancelSignals(s: SignalState, signos: readonly number[]): void {
  if (s.queue.length === 0) return;
  s.queue = s.queue.filter(({ signo }) => !signos.includes(signo));
  for (const signo of signos) exclude(s.pending, signo);
  updateAttention(s);
}

/** Invariant (3). */
function isDropped(p: Process, signo: number): boolean {
  const s = p.signals;
  if (isProtected(p, signo)) return true;
  if (has(s.blocked, signo) || has(s.awaited, signo)) return false;
  return isIgnored(s, signo);
}

/** Process 1 has no fatal or stopping defaults, not even SIGKILL: without it there is no system. */
export function isProtected(p: Process, signo: number): boolean {
  if (p.pid !== 1 || p.signals.actions[signo].handler !== SIG_DFL) return false;
  const action = defaultAction(signo);
  return action !== "ignore" && action !== "continue";
}

/** Makes `p` look at its new signal as soon as it can run. */
function notice(k: Kernel, p: Process, signo: number): void {
  if (signo === SIGKILL) {
    // Handlers are atomic, so a sleeper of any kind may die in its sleep without leaving anything half-done.
    if (p.state === "stopped") resume(k, p);
    wakeProcess(k, p);
    return;
  }
  const wanted = p.signals.attention || has(p.signals.awaited, signo);
  if (wanted && p.sleep?.interruptible) wakeProcess(k, p);
}

function resume(k: Kernel, p: Process): void {
  moveTo(k, p, "runnable");
  enqueue(k, p);
}

function continueProcess(k: Kernel, p: Process): void {
  p.stopReport = "continued";
  if (k.listeners.length > 0) emit(k, { type: "continue", pid: p.pid, signo: SIGCONT });
  resume(k, p);
  notifyParent(k, p, CLD_CONTINUED, SIGCONT);
}

/** Stops a running process (default action of the stop signals) and tells its parent. */
export function stopProcess(k: Kernel, p: Process, signo: number): void {
  moveTo(k, p, "stopped");
  p.stopReport = "stopped";
  p.stopSignal = signo;
  if (k.listeners.length > 0) emit(k, { type: "stop", pid: p.pid, signo });
  notifyParent(k, p, CLD_STOPPED, signo);
}

/** SIGCHLD for a stop or continuation (unless SA_NOCLDSTOP), and a wake-up for a waiting parent. */
function notifyParent(k: Kernel, p: Process, code: number, status: number): void {
  const parent = k.processes.get(p.ppid);
  if (parent === undefined) return;
  const { handler, flags } = parent.signals.actions[SIGCHLD];
  if (handler !== SIG_IGN && (flags & FLAGS.sigaction.SA_NOCLDSTOP) === 0)
    postSignal(k, parent, SIGCHLD, childInfo(p, code, status));
  wakeup(k, parent.childChannel);
}

/** siginfo of SIGCHLD: sigaction(2). Times are clock ticks of 10 ms. */
export function childInfo(p: Process, code: number, status: number): SignalInfo {
  const ticks = (cycles: number) => Math.floor(cycles / CYCLES_PER_CLOCK_TICK);
  return { code, pid: p.pid, uid: p.credentials.uid, status, utime: ticks(p.times.user), stime: ticks(p.times.system) };
}
