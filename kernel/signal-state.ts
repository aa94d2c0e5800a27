/**
 * What a process knows about signals, as plain data, and the questions one can ask of it. Sending and delivering are
 * in signal.ts.
 *
 * (1) `attention` is true exactly when a pending signal is not blocked.
 * (2) A standard signal (1 to 31) is queued at most once for the thread and once for the process; real-time signals queue.
 * (3) SIGKILL and SIGSTOP are never in `blocked` and their action is always the default.
 * (4) `pending` has a signal exactly when `queue` holds an entry of its number.
 */
import { CONSTANTS, type DefaultAction, FLAGS, SIGNALS, SIGRTMAX, SIGRTMIN, type SignalName } from "./abi.ts";
import { assign, excludeAll, has, isWithin, type SignalSet, signalSet } from "./signal-set.ts";

/** siginfo_t, the fields that a signal of its code carries: sigaction(2). */
export interface SignalInfo {
  /** SI_USER, SEGV_MAPERR, CLD_EXITED... */
  code: number;
  pid?: number;
  uid?: number;
  /** SIGCHLD: exit status or signal; times in clock ticks. */
  status?: number;
  utime?: number;
  stime?: number;
  /** SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE: the address at fault. */
  address?: bigint;
  /** The whole siginfo_t as rt_sigqueueinfo(2) brought it. */
  raw?: Uint8Array;
  /** Why the kernel decided so, in words, for the report of a death: "no mapping". */
  reason?: string;
  access?: "read" | "write" | "execute";
}

export interface PendingSignal {
  readonly signo: number;
  readonly info: SignalInfo;
  /** Raised by the process's own instruction: delivered before all others, kills when blocked or ignored. */
  readonly forced: boolean;
  /** Whose place it takes (real user id): signal-queue.ts. Null: nobody's. */
  readonly user: number | null;
  /** Sent to the thread (tkill, its own faults), not to the process: taken before those. */
  readonly thread: boolean;
}

export interface SignalAction {
  /** SIG_DFL, SIG_IGN, or the handler's address: a number, and only beyond 2^53 a bigint, for comparing those takes a call. */
  handler: number | bigint;
  flags: number;
  /** Never changed in place. */
  mask: SignalSet;
}

/** sigaltstack(2). */
export interface AlternateStack {
  sp: number;
  /** SS_DISABLE, SS_AUTODISARM; never SS_ONSTACK, which is worked out from sp. */
  flags: number;
  size: number;
}

export interface SignalState {
  readonly blocked: SignalSet;
  readonly pending: SignalSet;
  queue: PendingSignal[];
  /** By signal number; index 0 is unused. */
  actions: SignalAction[];
  alternateStack: AlternateStack;
  /** The mask to put back when the call that replaced it ends: rt_sigsuspend, ppoll. */
  restoreMask: SignalSet | null;
  /** Signals that rt_sigtimedwait waits for: their arrival wakes the process though they are blocked. */
  readonly awaited: SignalSet;
  attention: boolean;
}

export const { SIG_DFL, SIG_IGN } = CONSTANTS.sigmask;

/** SIGKILL and SIGSTOP. */
export const UNBLOCKABLE: Readonly<SignalSet> = signalSet(SIGNALS.SIGKILL[0], SIGNALS.SIGSTOP[0]);

const DEFAULTS: readonly DefaultAction[] = Array.from({ length: SIGRTMAX + 1 }, (_, signo) => {
  const row = Object.values(SIGNALS).find(([number]) => number === signo);
  return row ? row[1] : "terminate";
});
const NAMES: readonly string[] = Array.from({ length: SIGRTMAX + 1 }, (_, signo) => {
  const row = (Object.keys(SIGNALS) as SignalName[]).find((name) => SIGNALS[name][0] === signo);
  return row ?? (signo >= SIGRTMIN ? `SIGRTMIN+${signo - SIGRTMIN}` : `${signo}`);
});

/** The number of a signal by name. */
export function signalNumber(name: SignalName): number {
  return SIGNALS[name][0];
}

/** "SIGSEGV"; "SIGRTMIN+2"; for the trace and messages. */
export function signalName(signo: number): string {
  return NAMES[signo] ?? `${signo}`;
}

/** What the kernel does with a signal whose action is SIG_DFL. */
export function defaultAction(signo: number): DefaultAction {
  return DEFAULTS[signo] ?? "terminate";
}

/** True for 1 to 64. */
export function isSignal(signo: number): boolean {
  return signo >= 1 && signo <= SIGRTMAX;
}

/** No handler anywhere. */
function defaultActions(): SignalAction[] {
  const mask = signalSet();
  return Array.from({ length: SIGRTMAX + 1 }, () => ({ handler: SIG_DFL, flags: 0, mask }));
}

/** The state of a process to which no signal was sent yet. @param actions its own from now on */
export function newSignalState(actions: SignalAction[] = defaultActions()): SignalState {
  return {
    blocked: signalSet(),
    pending: signalSet(),
    queue: [],
    actions,
    alternateStack: { sp: 0, flags: FLAGS.sigstack.SS_DISABLE, size: 0 },
    restoreMask: null,
    awaited: signalSet(),
    attention: false,
  };
}

/** Is the signal thrown away on arrival, being ignored or ignored by default, and not blocked? */
export function isIgnored(s: SignalState, signo: number): boolean {
  const { handler } = s.actions[signo]!;
  if (handler === SIG_IGN) return true;
  return handler === SIG_DFL && defaultAction(signo) === "ignore";
}

/** Is SIGKILL pending? */
export function isKilled(s: SignalState): boolean {
  return s.attention && has(s.pending, SIGNALS.SIGKILL[0]);
}

/** Keeps invariant (1): call after every change of `pending` or `blocked`. */
export function updateAttention(s: SignalState): void {
  s.attention = s.queue.length > 0 && !isWithin(s.pending, s.blocked);
}

/** The pending signals that were sent to the thread, or to the process, as a set. */
export function pendingFor(s: SignalState, thread: boolean): SignalSet {
  return signalSet(...s.queue.filter((signal) => signal.thread === thread).map(({ signo }) => signo));
}

/** Replaces the mask for the time of one call (rt_sigsuspend, ppoll). Run again, the call keeps the first saved one. */
export function setTemporaryMask(s: SignalState, mask: SignalSet): void {
  s.restoreMask ??= { ...s.blocked };
  block(s, mask);
}

/** Makes `mask` what is blocked, but for what cannot be. */
export function block(s: SignalState, mask: SignalSet): void {
  assign(s.blocked, mask);
  excludeAll(s.blocked, UNBLOCKABLE);
  updateAttention(s);
}

/** Puts the mask back that setTemporaryMask replaced, if any. */
export function restoreTemporaryMask(s: SignalState): void {
  if (s.restoreMask === null) return;
  assign(s.blocked, s.restoreMask);
  s.restoreMask = null;
  updateAttention(s);
}
