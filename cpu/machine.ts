/**
 * Machine: the memory map, and everything put together.
 */

import type { Bus } from "./bus.ts";
import type { Clock } from "./clock.ts";
import type { Disk } from "./devices/disk.ts";
import type { Uart } from "./devices/uart.ts";
import type { EventQueue } from "./events.ts";
import type { Hart } from "./hart.ts";
import type { PagingMode } from "./paging.ts";
import { panic } from "./panic.ts";
import type { Ram } from "./ram.ts";
import type { Random } from "./random.ts";
import type { ReplacementName } from "./replacement.ts";

/** Takes bytes that a UART sends; the array is the receiver's to keep. */
export type Sink = (bytes: Uint8Array) => void;

export interface MachineConfig {
  /** Bytes of RAM, a multiple of 4096, at most 2 GiB. */
  ramBytes: number;
  /** What `satp` may be set to besides bare; the kernel builds its tables in this mode. */
  paging: PagingMode;
  /** Powers of two. `replacement` is "lru" unless given. */
  tlb: { sets: number; ways: number; replacement?: ReplacementName };
  seed: number;
  engine: "reference";
  /** Initial contents, whole 512-byte sectors. The machine never writes into these arrays. */
  disks: readonly Uint8Array[];
  /** Outputs of uart0, uart1 and uart2. */
  sinks: { console: Sink; output: Sink; error: Sink };
}

/** Plain data: structuredClone can copy it. */
export interface MachineSnapshot {
  readonly version: 1;
  readonly state: Uint8Array;
  readonly frames: Uint32Array;
  readonly bytes: Uint8Array;
  readonly events: ReturnType<EventQueue["save"]>;
  readonly random: Uint32Array;
  readonly devices: Readonly<Record<string, unknown>>;
}

export interface Machine {
  readonly config: MachineConfig;
  readonly memory: WebAssembly.Memory;
  readonly ram: Ram;
  readonly bus: Bus;
  readonly harts: readonly Hart[];
  readonly clock: Clock;
  readonly events: EventQueue;
  readonly random: Random;
  /** uart0 console, uart1 standard input and output of `quire run`, uart2 its standard error. */
  readonly uarts: readonly Uart[];
  readonly disks: readonly Disk[];
  /** Set by the power-off device; a machine that is off runs no more. */
  readonly off: { readonly status: number } | null;
  /** Runs hart 0 in user mode until a trap enters the kernel; serves device events at their times. Stops early at cycle
   *  `until`, or when instret reaches `instructionLimit`. Of a machine that is off: "until". */
  run(until: number, instructionLimit: number): "trap" | "until" | "limit";
  /** The kernel has nothing to run (wfi): moves time to the next event and serves it. "interrupt": one is pending and
   *  enabled; "until": that cycle is reached; "never": no event will ever come, or the machine is off. */
  waitForInterrupt(until: number): "interrupt" | "until" | "never";
  /** Pending enabled interrupts as the kernel sees them in supervisor mode: sip & sie, bits by INTERRUPT. */
  pendingInterrupts(): number;
  /** Lets the UARTs hand what they hold back to their sinks. Happens by itself whenever `run` or `waitForInterrupt` returns. */
  flush(): void;
  snapshot(): MachineSnapshot;
  /** Puts back the state of a machine of the same configuration. */
  restore(snapshot: MachineSnapshot): void;
}

export function createMachine(config: MachineConfig): Machine {
  return panic("createMachine follows", { seed: config.seed });
}
