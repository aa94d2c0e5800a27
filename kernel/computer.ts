/**
 * The one way in: a computer built from a configuration, booted up to the moment at which its first process can run.
 * Command line, tests, debugger and web page are callers of this.
 *
 * (1) A snapshot is the machine's and a copy of the kernel's state; restoring both gives the same continuation.
 */
import type { DiskImage, DiskStore } from "../cpu/devices/disk-store.ts";
import type { ShareHost } from "../cpu/devices/share.ts";
import { createMachine, type Machine, type MachineConfig, type MachineSnapshot } from "../cpu/machine.ts";
import { PAGE_SIZE } from "../cpu/paging.ts";
import { Random } from "../cpu/random.ts";
import { boot } from "./boot.ts";
import { DISK_ROWS } from "./drivers/disk.ts";
import type { DeathListeners, EventListener } from "./events.ts";
import { peekFile } from "./fs/peek.ts";
import { setWindowSize } from "./fs/tty-control.ts";
import type { Kernel, KernelState, KernelStatistics } from "./kernel.ts";
import { type Outcome, runLoop, type StopConditions } from "./loop.ts";
import { OptionError, type Options, withDefaults } from "./options.ts";
import { STALL_STATES, type StallState, stallTime } from "./pressure.ts";
import { optionsWithoutEffect } from "./schemes/options.ts";
import { thrashingTime } from "./thrash-window.ts";
import { distancesOf } from "./vm/refault.ts";
import type { ReferenceObserver } from "./vm/reference-observer.ts";
import { encodeSwapHeader } from "./vm/swap-header.ts";

export type { Outcome, StopConditions } from "./loop.ts";

/** Where the guest's output goes. Called while the computer runs, in order. */
export interface Sinks {
  console(bytes: Uint8Array): void;
  /** Standard output and error of a program under `run`: /dev/hostout, /dev/hosterr. */
  output(bytes: Uint8Array): void;
  error(bytes: Uint8Array): void;
}

export interface ComputerConfig extends Partial<Options> {
  /** Disk 0 holds the root file system: one or several concatenated cpio archives. */
  readonly disks: readonly (DiskImage | DiskStore)[];
  /** A folder of the host, mounted on /host. What is in it is no part of a snapshot. */
  readonly share?: ShareHost;
  /** argv of process 1; argv[0] is its path. Default: ["/bin/init"]. */
  readonly init?: readonly string[];
  /** Environment of process 1, "NAME=value". */
  readonly environment?: readonly string[];
  readonly sinks: Sinks;
  /** How the engine goes to work; no result depends on it. */
  readonly translator?: MachineConfig["translation"];
  readonly listeners?: readonly EventListener[];
  readonly deathListeners?: DeathListeners;
  /** Records the run's references; such a run is on the reference engine, with the same results. */
  readonly references?: ReferenceObserver;
}

export interface ComputerStatistics extends KernelStatistics {
  readonly cycles: number;
  readonly instructions: number;
  readonly tlbHits: number;
  readonly tlbMisses: number;
  readonly tlbWalks: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  /** Page faults by kind: vm/fault-kinds.ts. */
  readonly faults: Readonly<Record<string, number>>;
  /** Cycles in each state of pressure.ts: "memory full". */
  readonly stalls: Readonly<Record<StallState, number>>;
  /** Pages that were evicted, and came back; of these, those that had been taken too early: vm/refault.ts. */
  readonly evictions: number;
  readonly refaults: number;
  readonly earlyRefaults: number;
  /** Refaults by distance, from the first to the last that there is: "4-7". */
  readonly refaultDistances: Readonly<Record<string, number>>;
  /** Times that thrashing began, and cycles of it: thrash-window.ts. */
  readonly thrashingEpisodes: number;
  readonly thrashingCycles: number;
}

type PressureStatistics = Pick<
  ComputerStatistics,
  "stalls" | "evictions" | "refaults" | "earlyRefaults" | "refaultDistances" | "thrashingEpisodes" | "thrashingCycles"
>;

export interface ComputerSnapshot {
  readonly machine: MachineSnapshot;
  readonly kernel: KernelState;
}

export interface Computer {
  readonly machine: Machine;
  readonly kernel: Kernel;
  /** Runs until a stop condition holds or the computer is off. */
  run(stop: StopConditions): Outcome;
  /** uart0: the console. */
  consoleInput(bytes: Uint8Array): void;
  consoleHangUp(): void;
  /** uart1: standard input of a program under `run`. */
  streamInput(bytes: Uint8Array): void;
  streamHangUp(): void;
  /** Whether a process sleeps because the stream has no input for it. */
  wantsStreamInput(): boolean;
  /** The user's window has a new size: TIOCGWINSZ of the console, SIGWINCH to its foreground group. */
  setWindowSize(rows: number, columns: number): void;
  /** A file's bytes as the guest would read them now; null when there is none. Looks only, changes nothing. */
  readFile(path: string): Uint8Array | null;
  stats(): ComputerStatistics;
  snapshot(): ComputerSnapshot;
  /** Puts a snapshot of a computer of the same configuration back. It can be used again. */
  restore(snapshot: ComputerSnapshot): void;
  /** For those who run many computers: the next one of the same size takes the memory of this one, which is not used again. */
  discard(): void;
}

/** What Linux gives its init, and a PATH. */
const DEFAULT_ENVIRONMENT = ["HOME=/", "TERM=linux", "PATH=/bin"];

/**
 * Builds the machine and boots the kernel on it.
 * @throws OptionError an option is given that has no effect under the translation scheme
 */
export function createComputer(config: ComputerConfig): Computer {
  const [refused] = optionsWithoutEffect(config);
  if (refused !== undefined) throw new OptionError(refused.text);
  const { references = null } = config;
  const options = withDefaults({ ...config, ...(references !== null && { engine: "reference" as const }) });
  const { ram, paging, tlb, seed, engine } = options;
  const { disks, share, sinks, translator } = config;
  const swap = swapDisk(options, disks.length);
  const images = swap === null ? disks : [...disks, swap];
  const more = {
    ...(share !== undefined && { share }),
    ...(translator !== undefined && { translation: translator }),
    ...(references !== null && { observer: references }),
  };
  const shape = { ...tlb, replacement: options["tlb-replacement"] };
  const machine = createMachine({ ramBytes: ram, paging, tlb: shape, seed, engine, disks: images, sinks, ...more });
  const told = {
    listeners: [...(config.listeners ?? [])],
    deathListeners: [...(config.deathListeners ?? [])],
    references,
  };
  const argv = config.init ?? ["/bin/init"];
  const environment = config.environment ?? DEFAULT_ENVIRONMENT;
  const kernel = boot(machine, options, told, { argv, environment }, swap === null ? null : disks.length);
  const [console, stream] = machine.uarts;
  return {
    machine,
    kernel,
    run: (stop) => runLoop(kernel, stop),
    consoleInput: (bytes) => console.receive(bytes),
    consoleHangUp: () => console.hangUp(),
    streamInput: (bytes) => stream.receive(bytes),
    streamHangUp: () => stream.hangUp(),
    wantsStreamInput: () => (kernel.sleepers.get(kernel.fs.stream.readable)?.length ?? 0) > 0,
    setWindowSize: (rows, columns) =>
      setWindowSize(kernel, kernel.fs.ttys[0]!, { rows, columns, xpixels: 0, ypixels: 0 }),
    readFile: (path) => peekFile(kernel, path),
    stats: () => statisticsOf(kernel),
    snapshot: () => ({ machine: machine.snapshot(), kernel: structuredClone(stateOf(kernel)) }),
    restore(snapshot) {
      machine.restore(snapshot.machine);
      Object.assign(kernel, structuredClone(snapshot.kernel));
    },
    discard: () => machine.discard(kernel.vm.frames.touched),
  };
}

/**
 * The disk for swap behind the `disks` others, with a header on it and nothing else; null when there is to be none, or by
 * default where the machine has no room for it.
 * @throws OptionError there is to be one and no room
 */
function swapDisk({ swap, ram, seed }: Options, disks: number): DiskImage | null {
  const size = swap === "ram" ? ram : swap;
  if (size === 0 || (swap === "ram" && disks === DISK_ROWS.length)) return null;
  if (disks === DISK_ROWS.length)
    throw new OptionError(`there is no room for a disk to swap to beside ${disks} others`);
  const uuid = new Random(seed).bytes(16);
  // A random UUID says so: RFC 4122, 4.4.
  uuid[6] = (uuid[6] & 0x0f) | 0x40;
  uuid[8] = (uuid[8] & 0x3f) | 0x80;
  return { size, start: encodeSwapHeader({ lastPage: size / PAGE_SIZE - 1, uuid, label: "swap" }) };
}

/** The kernel without its wiring. */
function stateOf({
  machine: _machine,
  options: _options,
  listeners: _listeners,
  deathListeners: _deathListeners,
  pageSources: _sources,
  scheme: _scheme,
  ...state
}: Kernel): KernelState {
  return state;
}

function statisticsOf(k: Kernel): ComputerStatistics {
  const { instret, tlbHits, tlbMisses, tlbWalks } = k.machine.harts[0].counters;
  const { minorFaults, majorFaults, faults } = k.vm.statistics;
  return {
    ...k.statistics,
    minorFaults,
    majorFaults,
    faults: { ...faults },
    cycles: k.machine.clock.cycles,
    instructions: instret,
    tlbHits,
    tlbMisses,
    tlbWalks,
    ...pressureOf(k),
  };
}

function pressureOf(k: Kernel): PressureStatistics {
  const { evictions, counts } = k.vm.refaults;
  const { thrashing } = k.pressure;
  const stalls = STALL_STATES.map((state) => [state, stallTime(k, state)] as const);
  return {
    stalls: Object.fromEntries(stalls) as Record<StallState, number>,
    evictions,
    refaults: k.vm.statistics.refaultsAnonymous + k.vm.statistics.refaultsFile,
    earlyRefaults: counts.early,
    refaultDistances: Object.fromEntries(distancesOf(counts)),
    thrashingEpisodes: thrashing.episodes,
    thrashingCycles: thrashingTime(thrashing),
  };
}
