/**
 * What a process knows about signals, as plain data, and the questions one can ask of it. Sending and delivering are
 * in signal.ts.
 *
 * Sets of signals are bigints as sigset_t lies in memory: bit n-1 is signal n.
 *
 * (1) `attention` is true exactly when a pending signal is not blocked.
 * (2) A standard signal (1 to 31) is queued at most once for the thread and once for the process; real-time signals queue.
 * (3) SIGKILL and SIGSTOP are never in `blocked` and their action is always the default.
 * (4) Bit n-1 of `pending` is set exactly when `queue` holds an entry with signo n.
 */
import { CONSTANTS, type DefaultAction, FLAGS, SIGNALS, SIGRTMAX, SIGRTMIN, type SignalName } from "./abi.ts";

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
  /** SIG_DFL, SIG_IGN, or the handler's address, exact. */
  handler: bigint;
  flags: number;
  mask: bigint;
}

/** sigaltstack(2). */
export interface AlternateStack {
  sp: number;
  /** SS_DISABLE, SS_AUTODISARM; never SS_ONSTACK, which is worked out from sp. */
  flags: number;
  size: number;
}

export interface SignalState {
  blocked: bigint;
  pending: bigint;
  queue: PendingSignal[];
  /** By signal number; index 0 is unused. */
  actions: SignalAction[];
  alternateStack: AlternateStack;
  /** The mask to put back when the call that replaced it ends: rt_sigsuspend, ppoll. */
  restoreMask: bigint | null;
  /** Signals that rt_sigtimedwait waits for: their arrival wakes the process though they are blocked. */
  awaited: bigint;
  attention: boolean;
}

export const SIG_DFL = BigInt(CONSTANTS.sigmask.SIG_DFL);
export const SIG_IGN = BigInt(CONSTANTS.sigmask.SIG_IGN);

/** By signal number; 0 has none. */
const BITS: readonly bigint[] = Array.from({ length: SIGRTMAX + 1 }, (_, signo) =>
  signo === 0 ? 0n : 1n << BigInt(signo - 1),
);

/** Bit of a signal in a set. @param signo 1 to 64 */
export function signalBit(signo: number): bigint {
  return BITS[signo];
}

/** SIGKILL and SIGSTOP. */
export const UNBLOCKABLE = signalBit(SIGNALS.SIGKILL[0]) | signalBit(SIGNALS.SIGSTOP[0]);
/** Everything else. */
export const BLOCKABLE = BigInt.asUintN(64, ~UNBLOCKABLE);

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

/** The state of a process that has never seen a signal. */
export function newSignalState(): SignalState {
  return {
    blocked: 0n,
    pending: 0n,
    queue: [],
    actions: Array.from({ length: SIGRTMAX + 1 }, () => ({ handler: SIG_DFL, flags: 0, mask: 0n })),
    alternateStack: { sp: 0, flags: FLAGS.sigstack.SS_DISABLE, size: 0 },
    restoreMask: null,
    awaited: 0n,
    attention: false,
  };
}

/** Is the signal thrown away on arrival, being ignored or ignored by default, and not blocked? */
export function isIgnored(s: SignalState, signo: number): boolean {
  const { handler } = s.actions[signo]!;
  if (handler === SIG_IGN) return true;
  return handler === SIG_DFL && defaultAction(signo) === "ignore";
}

const KILLED = signalBit(SIGNALS.SIGKILL[0]);

/** Is SIGKILL pending? */
export function isKilled(s: SignalState): boolean {
  return s.attention && (s.pending & KILLED) !== 0n;
}

/** Keeps invariant (1): call after every change of `pending` or `blocked`. */
export function updateAttention(s: SignalState): void {
  s.attention = s.queue.length > 0 && (s.pending & s.blocked) !== s.pending;
}

/** The pending signals that were sent to the thread, or to the process, as a set. */
export function pendingFor(s: SignalState, thread: boolean): bigint {
  return s.queue.reduce((set, signal) => (signal.thread === thread ? set | signalBit(signal.signo) : set), 0n);
}

/** Replaces the mask for the time of one call (rt_sigsuspend, ppoll). Run again, the call keeps the first saved one. */
export function setTemporaryMask(s: SignalState, mask: bigint): void {
  s.restoreMask ??= s.blocked;
  s.blocked = mask & BLOCKABLE;
  updateAttention(s);
}

/** Puts the mask back that setTemporaryMask replaced, if any. */
export function restoreTemporaryMask(s: SignalState): void {
  if (s.restoreMask === null) return;
  s.blocked = s.restoreMask;
  s.restoreMask = null;
  updateAttention(s);
}
