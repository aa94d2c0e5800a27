/**
 * The event stream: what the kernel says about itself while it runs. Call trace, statistics, debugger and web view are
 * readers of it. Without a listener it costs one test of a length: callers write
 * `if (k.listeners.length > 0) emit(k, { ... })`. Who wants to know about deaths only is a death listener, and costs the
 * other events nothing.
 *
 * A listener looks; it never changes the kernel or the machine.
 */
import type { SyscallName } from "./abi.ts";
import type { SignalInfo } from "./signal-state.ts";
import type { FaultKind } from "./vm/fault-kinds.ts";

/** How a page fault was decided; vm/fault.ts lists the kinds. */
export interface FaultEvent {
  readonly type: "fault";
  readonly pid: number;
  readonly va: number;
  readonly access: "read" | "write" | "execute";
  readonly kind: FaultKind;
  readonly major: boolean;
}

export type KernelEvent =
  /** A trap entered the kernel; `cause` is an exception's code, `interrupt` says of which table. */
  | {
      readonly type: "trap";
      readonly pid: number;
      readonly cause: number;
      readonly interrupt: boolean;
      readonly pc: number;
      readonly value: number;
    }
  | {
      readonly type: "syscall-enter";
      readonly pid: number;
      readonly name: SyscallName | null;
      readonly number: bigint;
      readonly args: readonly bigint[];
    }
  /** `result` is a0 as the program sees it; null: the call does not return (exit, a successful execve, rt_sigreturn). */
  | {
      readonly type: "syscall-exit";
      readonly pid: number;
      readonly name: SyscallName | null;
      readonly number: bigint;
      readonly args: readonly bigint[];
      readonly result: bigint | null;
      readonly restarted: boolean;
    }
  | {
      readonly type: "syscall-sleep";
      readonly pid: number;
      readonly name: SyscallName | null;
      readonly deadline: number | null;
    }
  | FaultEvent
  | { readonly type: "switch"; readonly from: number; readonly to: number }
  | { readonly type: "tlb-flush"; readonly pid: number; readonly va: number | null; readonly asid: number | null }
  /** The huge page at `va` was put together of small ones (collapsed), or taken apart. `pid`: who runs; 0: nobody. */
  | {
      readonly type: "huge-page";
      readonly pid: number;
      readonly va: number;
      readonly what: "collapsed" | "split";
    }
  | {
      readonly type: "signal";
      readonly what: "posted" | "delivered" | "ignored";
      readonly pid: number;
      readonly signo: number;
      readonly info: SignalInfo;
    }
  | {
      readonly type: "death-by-signal";
      readonly pid: number;
      readonly name: string;
      readonly signo: number;
      readonly info: SignalInfo;
      readonly pc: number;
    }
  | { readonly type: "stop" | "continue"; readonly pid: number; readonly signo: number }
  | { readonly type: "fork"; readonly pid: number; readonly child: number }
  | {
      readonly type: "exec";
      readonly pid: number;
      readonly path: string;
      readonly argv: readonly string[];
      /** What loading added to the addresses of the file: 0 but for position-independent programs. */
      readonly bias: number;
    }
  /** `status` as wait4 gives it. */
  | { readonly type: "exit"; readonly pid: number; readonly status: number }
  | { readonly type: "wakeup"; readonly pid: number; readonly channel: number | null }
  | {
      readonly type: "disk";
      readonly what: "start" | "done";
      readonly disk: number;
      readonly sector: number;
      readonly count: number;
      readonly write: boolean;
      /** A flush has no sectors. `requests`: those that are served by the one command. */
      readonly flush: boolean;
      readonly requests: number;
    }
  /** A page begins its way to a slot of swap, or back. `pid`: whose call or fault it is; 0: nobody's. */
  | {
      readonly type: "swap-out" | "swap-in";
      readonly pid: number;
      readonly area: number;
      readonly slot: number;
      readonly frame: number;
    }
  /** `share` of the last window in which everybody waited for pages that had been taken too early; `pids`: who waited. */
  | {
      readonly type: "thrashing";
      readonly what: "begins" | "ends";
      readonly share: number;
      readonly pids: readonly number[];
    }
  /** A segment got memory, grew or shrank in place, moved (to grow, or by a compaction) or went: frames from `frame` on. */
  | {
      readonly type: "segment";
      readonly what: "made" | "grown" | "shrunk" | "moved" | "freed";
      readonly pid: number;
      readonly space: number;
      readonly segment: number;
      readonly frame: number;
      readonly pages: number;
    }
  /** `pages` frames in one piece were wanted; there were enough free ones, but the largest hole has `largest`. */
  | {
      readonly type: "fragmented";
      readonly pid: number;
      readonly pages: number;
      readonly free: number;
      readonly largest: number;
    }
  /** Runs were moved together; the largest hole before and after, in frames. */
  | {
      readonly type: "compaction";
      readonly pid: number;
      readonly runs: number;
      readonly pages: number;
      readonly before: number;
      readonly after: number;
    }
  /** Without translation: a program was loaded over frames that another one has. */
  | { readonly type: "collision"; readonly pid: number; readonly frame: number; readonly pages: number }
  | { readonly type: "power-off"; readonly status: number; readonly message: string };

export type EventListener = (event: KernelEvent) => void;
export type EventListeners = EventListener[];

/** What there is to know about how a program came to its end. Rare, as other events are not. */
export type DeathEvent = Extract<KernelEvent, { type: "exec" | "death-by-signal" }>;
export type DeathListeners = ((event: DeathEvent) => void)[];

/** Tells every listener, in the order in which they were added. */
export function emit(k: { readonly listeners: EventListeners }, event: KernelEvent): void {
  for (const listener of k.listeners) listener(event);
}

/** Whether somebody is to be told of a DeathEvent. */
export function hearsOfDeaths(k: {
  readonly listeners: EventListeners;
  readonly deathListeners: DeathListeners;
}): boolean {
  return k.listeners.length + k.deathListeners.length > 0;
}

/** `emit` for these: tells death listeners too. */
export function emitDeath(
  k: { readonly listeners: EventListeners; readonly deathListeners: DeathListeners },
  event: DeathEvent,
): void {
  emit(k, event);
  for (const listener of k.deathListeners) listener(event);
}
