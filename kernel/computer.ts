/**
 * The one way in: a computer built from a configuration, booted up to the moment at which its first process can run.
 * Command line, tests, debugger and web page are callers of this.
 */
import type { Machine, MachineSnapshot } from "../cpu/machine.ts";
import type { EventListener } from "./events.ts";
import type { Kernel, KernelState, KernelStatistics } from "./kernel.ts";
import type { Options } from "./options.ts";

/** Where the guest's output goes. Called while the computer runs, in order. */
export interface Sinks {
  console(bytes: Uint8Array): void;
  /** Standard output and error of a program under `run`: /dev/hostout, /dev/hosterr. */
  output(bytes: Uint8Array): void;
  error(bytes: Uint8Array): void;
}

export interface ComputerConfig extends Partial<Options> {
  /** Disk 0 holds the root file system: one or several concatenated cpio archives. */
  readonly disks: readonly Uint8Array[];
  /** argv of process 1; argv[0] is its path. Default: ["/bin/init"]. */
  readonly init?: readonly string[];
  /** Environment of process 1, "NAME=value". */
  readonly environment?: readonly string[];
  readonly sinks: Sinks;
  readonly listeners?: readonly EventListener[];
}

/** Why run() came back. */
export type Outcome =
  /** The machine was powered off; `status` is what the power-off device was told. */
  | { readonly kind: "off"; readonly status: number }
  /** The instruction limit was reached. */
  | { readonly kind: "limit" }
  /** The time `until` was reached. */
  | { readonly kind: "until" }
  /**
   * Nobody can run until cycle `wakeAt`; null: only input can wake the computer. `wantsInput`: a process sleeps for
   * input from the console (uart0) or the stream (uart1), and its end has not been told yet; else null.
   */
  | { readonly kind: "idle"; readonly wakeAt: number | null; readonly wantsInput: "console" | "stream" | null };

export interface StopConditions {
  /** Instructions retired since power-on. */
  readonly instructionLimit?: number;
  /** Cycles since power-on. */
  readonly until?: number;
  /** Idle time: pass over it at once, or hand it to the caller to pace it. */
  readonly idle: "skip" | "return";
}

export interface ComputerStatistics extends KernelStatistics {
  readonly cycles: number;
  readonly instructions: number;
  readonly tlbHits: number;
  readonly tlbMisses: number;
  readonly tlbWalks: number;
}

export interface ComputerSnapshot {
  readonly machine: MachineSnapshot;
  readonly kernel: KernelState;
}

export interface Computer {
  readonly machine: Machine;
  readonly kernel: Kernel;
  run(stop: StopConditions): Outcome;
  /** uart0: the console. */
  consoleInput(bytes: Uint8Array): void;
  consoleHangUp(): void;
  /** The terminal's size changed: TIOCGWINSZ of the console, SIGWINCH to its foreground group. */
  setWindowSize(rows: number, columns: number): void;
  /** uart1: standard input of a program under `run`. */
  streamInput(bytes: Uint8Array): void;
  streamHangUp(): void;
  /** A file's bytes as the guest would read them now; null when there is none. Looks only, changes nothing. */
  readFile(path: string): Uint8Array | null;
  stats(): ComputerStatistics;
  snapshot(): ComputerSnapshot;
  restore(snapshot: ComputerSnapshot): void;
}
