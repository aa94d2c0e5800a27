/**
 * The process: what the kernel knows about one running program, and the legal moves of its life. Plain data only.
 *
 *   embryo ──► runnable ◄──► running ──► zombie ──► reaped
 *                 ▲  ▲          │
 *                 │  └─ sleeping ◄┤      a sleeper that is stopped has left its sleep and will run its call again
 *                 └──── stopped ◄─┘
 *
 * (1) At most one process a hart is "running", and it is `k.current`; its registers live in the hart, everyone else's
 *     in `registers`.
 * (2) A process is in the run queue exactly when it is "runnable".
 * (3) A process is in `k.sleepers` under each of its channels exactly when it is "sleeping".
 * (4) `children` of a process are exactly the processes whose `ppid` is its pid; pid 1 has ppid 0.
 * (5) A zombie owns no address space, no files, and waits for its parent to collect it.
 * (6) A process that sleeps has changed nothing but `call`: its registers stand at the `ecall` (or the faulting
 *     instruction), and run again from there.
 */

import type { ErrnoName } from "./abi.ts";
import type { DiskRequest } from "./block/types.ts";
import type { CoreDump } from "./core-types.ts";
import type { FileTable, Inode, Pipe } from "./fs/types.ts";
import { panic } from "./panic.ts";
import { countRunning, countStall, type Pressed, type Stall } from "./pressure.ts";
import type { ProcessPressure } from "./pressure-state.ts";
import type { SignalState } from "./signal-state.ts";
import type { AddressSpace } from "./vm/types.ts";

export type ProcessState = "embryo" | "runnable" | "running" | "sleeping" | "stopped" | "zombie" | "reaped";

/** Every legal move, once. `moveTo` panics on any other. */
// biome-ignore format: a table is read in columns
const MOVES: Readonly<Record<ProcessState, readonly ProcessState[]>> = {
  embryo:   ["runnable"],
  runnable: ["running"],
  running:  ["runnable", "sleeping", "stopped", "zombie"],
  sleeping: ["runnable"],
  stopped:  ["runnable"],
  zombie:   ["reaped"],
  reaped:   [],
};

/** The registers of a process that is not running. x[0] stays 0. */
export interface Registers {
  readonly x: BigInt64Array;
  /** The same bytes as halves: low half of register n at 2n. */
  readonly x32: Int32Array;
  /** Exact: a program may jump to any 64-bit address. */
  pc: bigint;
}

/** Real, effective and saved ids, and supplementary groups: credentials(7). */
export interface Credentials {
  uid: number;
  euid: number;
  suid: number;
  gid: number;
  egid: number;
  sgid: number;
  groups: number[];
}

/** Soft and hard limit of one resource; Infinity stands for RLIM_INFINITY. getrlimit(2). */
export interface Limit {
  soft: number;
  hard: number;
}

/** How a call that a signal interrupts goes on: signal(7), "Interruption of system calls". */
export type Restart =
  /** Restarts unless a handler without SA_RESTART ran: read, write, wait4, open... (ERESTARTSYS). */
  | "restart"
  /** Restarts only if no handler ran: nanosleep, ppoll, rt_sigsuspend... (ERESTARTNOHAND). */
  | "restart-unless-handler"
  /** Always EINTR, even after a stop and SIGCONT: rt_sigtimedwait. */
  | "fail";

/** A call that brings files home, and may sleep at each step. */
export interface HomeCall {
  /** It waits for transfers up to this number (FlusherState.started): those that were under way when it had started its own. */
  readonly upTo: number;
  /** 0: pages are on their way; n: n - 1 file systems have brought home what they keep beside pages. */
  step: number;
  /** Flushes of the disks that it waits for at the end. */
  flushes: DiskRequest[] | null;
  /** What it will end with. */
  failure: ErrnoName | null;
}

/** What a handler recorded about its call before sleeping; cleared when the call ends. */
export interface CallState {
  /** The process is inside a call that will run again from its start. */
  active: boolean;
  /** a7 as it was at the `ecall`: a call may replace the registers. Inexact above 2^53, where there are no calls. */
  number: number;
  /** For listeners: a7 and a0 to a5, exact. Null: nobody listened. */
  traced: { readonly number: bigint; readonly args: readonly bigint[] } | null;
  /** Absolute time in cycles at which the call gives up waiting; null: none recorded. */
  deadline: number | null;
  /** What was already done of a call that may end short (bytes of a large write). */
  progress: number;
  /** A handler's own note to its later runs: 0 at the start of a call. */
  note: number;
  /** How far a call is that brings files home: vm/write-back.ts, fs/synchronize.ts. Null: it has not begun to. */
  home: HomeCall | null;
  /** Of a call that waits for a file system's own blocks: those up to this change. fs/ext2fs/sync.ts. */
  flushing: number | null;
  /** The FIFO that open(2) waits at for the other end, as what it counts there, and the other end's openings before. */
  opening: { readonly pipe: Pipe; readonly reading: boolean; readonly openings: number } | null;
  /** Set when a signal ended the sleep: what is to become of the call. */
  interrupted: Restart | null;
}

/** One sleep: while the process is "sleeping". */
export interface Sleep {
  readonly channels: readonly number[];
  readonly deadline: number | null;
  readonly interruptible: boolean;
  /** What it is kept from, and since which cycle: pressure.ts. */
  readonly stall: Stall;
  readonly since: number;
}

/** Times in cycles (1 ns): own, and of collected children. */
export interface ProcessTimes {
  user: number;
  system: number;
  childUser: number;
  childSystem: number;
  /** Cycles since boot at the fork. */
  started: number;
}

/** Page faults, own and of collected children, and context switches. getrusage(2). */
export interface ProcessCounts {
  minorFaults: number;
  majorFaults: number;
  childMinorFaults: number;
  childMajorFaults: number;
  voluntarySwitches: number;
  involuntarySwitches: number;
  signals: number;
  /** Largest resident set ever, in frames; kept by vm. */
  peakResident: number;
  childPeakResident: number;
}

/** An interval timer of setitimer(2): cycles until it fires and its period, 0 where off. */
export interface IntervalTimer {
  /** ITIMER_REAL: absolute cycle of the next expiry. VIRTUAL, PROF: value of the process's clock then. 0: disarmed. */
  expires: number;
  interval: number;
}

/** What execve left behind, for /proc and the debugger. */
export interface ProgramImage {
  /** As resolved, for /proc/PID/exe. */
  path: string;
  inode: Inode | null;
  /** argv, each string ended by NUL. */
  arguments: Uint8Array;
  environment: Uint8Array;
  /** The auxiliary vector as it was put on the stack. */
  auxiliary: Uint8Array;
}

export interface Process {
  readonly pid: number;
  ppid: number;
  pgid: number;
  sid: number;
  /** The last component of what was executed, at most 15 bytes (comm). */
  name: string;
  state: ProcessState;
  readonly children: Set<number>;
  /** As they were when it last stopped running; in the hart while it runs: registers.ts. */
  readonly registers: Registers;
  sleep: Sleep | null;
  readonly call: CallState;

  /** Null exactly when the process is a zombie. */
  space: AddressSpace | null;
  files: FileTable | null;
  cwd: Inode;
  root: Inode;
  umask: number;
  credentials: Credentials;
  /** The controlling terminal: its number in fs, or null. Owned by fs/tty. */
  terminal: number | null;
  program: ProgramImage;

  signals: SignalState;
  limits: Limit[];
  /** Bits of FLAGS.personality: personality.ts. */
  personality: number;
  nice: number;
  /** -1000 (never) to 1000: whom the OOM killer prefers. proc(5), oom_score_adj. Inherited; survives exec. */
  oomScoreAdjust: number;
  /** What it may be lowered to without privilege: the value that the superuser wrote last. Inherited. */
  oomScoreLeast: number;
  /** The OOM killer has chosen it: it may use the last frames, so that it can die. */
  oomVictim: boolean;
  /** Free frames with which its present call or fault has run, and did not find enough; 0: it has not. vm/shortage.ts. */
  triedFrames: number;
  /** When it need not wait any longer for others' dirty pages to go home: vm/throttle.ts. Null: it does not. */
  throttledUntil: number | null;
  /** Times that it has waited for memory since it last got on: noteHeadway, vm/shortage.ts. */
  memoryStalls: number;
  /** May its memory be shown: core dumps, /proc. PR_SET_DUMPABLE of prctl(2); false when its ids have changed. */
  dumpable: boolean;
  /** Which mappings a core dump has: /proc/PID/coredump_filter. */
  dumpFilter: number;
  /** Set while a core dump is written: the process has ended but for that. core-dump.ts. */
  dump: CoreDump | null;
  readonly pressure: ProcessPressure;
  readonly times: ProcessTimes;
  readonly counts: ProcessCounts;
  /** ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF. */
  readonly intervalTimers: [IntervalTimer, IntervalTimer, IntervalTimer];

  /** The status as wait4 gives it, once "zombie". */
  exitStatus: number;
  /** Reported to the parent once, by wait4 with WUNTRACED or WCONTINUED. */
  stopReport: "none" | "stopped" | "continued";
  /** The signal that stopped it last. */
  stopSignal: number;
  /** Sent to the parent at exit; SIGCHLD but for clone with another. */
  exitSignal: number;
  /** The process that CLONE_VFORK suspended until this one execs or exits; 0: none. */
  vforkParent: number;
  /** The child that this process waits for since CLONE_VFORK; 0: none. */
  vforkChild: number;
  /** Has execve'd since its fork: setpgid gives EACCES then. */
  executed: boolean;
  /** Cleared and woken as a futex at exit: set_tid_address(2). 0: none. */
  clearChildTid: number;
  /** Channel on which this process waits for its children. */
  readonly childChannel: number;
  /** Channel that only signals and deadlines wake. */
  readonly pauseChannel: number;
  /** Cycles since power-on at which the present time slice ends; Infinity: never. */
  sliceEnd: number;
}

/** Does it run, or could it? */
export function isActive({ state }: Pick<Process, "state">): boolean {
  return state === "runnable" || state === "running";
}

/** A sleep begins or ends. */
function noteSleep(k: Pressed, p: Process, { stall, since }: Sleep, begins: boolean): void {
  countStall(k, stall, begins ? 1 : -1);
  if (!begins && stall !== "none" && stall !== "disk") p.pressure.stalled += k.machine.clock.cycles - since;
}

/**
 * Moves `p` to `state`; panics when the table of moves does not allow it. Into a sleep and out of it while `p.sleep` says
 * what it waits for.
 */
export function moveTo(k: Pressed, p: Process, state: ProcessState): void {
  if (!MOVES[p.state].includes(state))
    panic("process moves only as the table of moves says", { pid: p.pid, from: p.state, to: state });
  const wasActive = isActive(p);
  p.state = state;
  if (isActive(p) === wasActive) return;
  if (p.sleep !== null) noteSleep(k, p, p.sleep, wasActive);
  countRunning(k, wasActive ? -1 : 1);
}
