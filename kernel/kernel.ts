/**
 * The kernel as a value: everything it knows, in one plain structure. Types only; boot.ts makes one, loop.ts runs it.
 *
 * The state (KernelState) is plain data: numbers, strings, bigints, typed arrays, arrays, Maps, Sets and references
 * among them. No closure, promise, generator or host handle. So `structuredClone` of it beside `machine.snapshot()`
 * is a complete picture of the computer at a trap boundary.
 *
 * The types of the parts live in leaf files that import no function of the kernel (vm/types.ts, fs/types.ts,
 * process.ts, signal-state.ts), so that imports never run in a circle.
 */
import type { Machine } from "../cpu/machine.ts";
import type { CoreSettings } from "./core-types.ts";
import type { DueWork } from "./due-work.ts";
import type { DeathListeners, EventListeners } from "./events.ts";
import type { PageSources } from "./fs/page-source.ts";
import type { FsState } from "./fs/types.ts";
import type { LogState } from "./log-state.ts";
import type { Options } from "./options.ts";
import type { PressureState } from "./pressure-state.ts";
import type { Process } from "./process.ts";
import type { Scheme } from "./schemes/scheme.ts";
import type { ShmState } from "./shm-state.ts";
import type { ReferenceObserver } from "./vm/reference-observer.ts";
import type { VmState } from "./vm/types.ts";

/** A moment at which the kernel has something to do for a process. */
export interface Timer {
  /** Cycles since power-on. */
  readonly time: number;
  readonly sequence: number;
  /** "wake" ends a sleep; "alarm" is ITIMER_REAL. */
  readonly kind: "wake" | "alarm";
  readonly pid: number;
}

/** Counted from boot on, for --stats and /proc. */
export interface KernelStatistics {
  traps: number;
  syscalls: number;
  switches: number;
  timerInterrupts: number;
  externalInterrupts: number;
  /** External interrupts by source number of the interrupt controller. */
  interruptsBySource: number[];
  forks: number;
  signals: number;
  minorFaults: number;
  majorFaults: number;
  /** Cycles with nothing to run. */
  idleCycles: number;
  userCycles: number;
  systemCycles: number;
}

/** The part that a snapshot copies. */
export interface KernelState {
  /** By pid; zombies included, reaped ones not. */
  readonly processes: Map<number, Process>;
  /** The process whose registers are in the hart. */
  current: Process | null;
  /** Who ran last, 0: nobody yet. */
  lastPid: number;
  /** pids that are runnable, first to run first. */
  readonly runQueue: number[];
  /** pids by channel, in the order in which they fell asleep. */
  readonly sleepers: Map<number, number[]>;
  readonly timers: Timer[];
  nextPid: number;
  nextChannel: number;
  nextTimer: number;
  readonly statistics: KernelStatistics;
  /** Load averages over 1, 5 and 15 minutes, fixed point 16 bits, and when they were last brought up to date. */
  readonly load: { averages: [number, number, number]; updated: number };
  /** Pressure stall information: pressure.ts. */
  readonly pressure: PressureState;
  /** What is to be done beside serving traps: due-work.ts. */
  readonly due: DueWork;
  /** Instructions retired when the turn of the main loop began in whose middle its caller stopped it; null: in none. loop.ts, (6). */
  stoppedTurn: number | null;
  hostname: string;
  domainname: string;
  /** Cycle up to which time has been accounted to someone: accounting.ts. */
  accounted: number;
  /** Cycle for which the timer device is set; Infinity: off. */
  timerSet: number;
  /** pids in FUTEX_WAIT by futex, first to wait first: syscalls/futex.ts. */
  readonly futexes: Map<string, number[]>;
  readonly log: LogState;
  readonly core: CoreSettings;
  /** Set once the power-off device was told to. */
  stopping: string | null;
  /** System V shared memory: shm.ts. */
  shm: ShmState;
  vm: VmState;
  fs: FsState;
}

/** State, and the wiring that stays when the state is replaced. */
export interface Kernel extends KernelState {
  readonly machine: Machine;
  readonly options: Options;
  readonly listeners: EventListeners;
  readonly deathListeners: DeathListeners;
  /** Who records the reference string of the run: vm/residents.ts. */
  readonly references: ReferenceObserver | null;
  /** Where the pages of files come from: fs/page-sources.ts. */
  readonly pageSources: PageSources<Kernel, Process>;
  /** What lies behind addresses: schemes/schemes.ts. */
  readonly scheme: Scheme<Kernel, Process>;
}
