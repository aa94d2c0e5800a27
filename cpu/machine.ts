/**
 * Machine: the memory map, and everything put together. Owns virtual time and decides when devices and interrupts act.
 *
 * (1) Before an instruction executes, every event that is due has been served.
 * (2) An interrupt that is pending and enabled is taken before the next user instruction (Volume II, 3.1.9: the
 *     supervisor's interrupts are always enabled while a hart is in user mode).
 * (3) Everything that can influence the future is in the snapshot; sinks are not state.
 */

import type { AccessObserver } from "./access-observer.ts";
import { type Bus, type BusWindow, createBus } from "./bus.ts";
import { type Clock, MachineClock } from "./clock.ts";
import type { Device, InterruptLine } from "./devices/device.ts";
import { Disk } from "./devices/disk.ts";
import type { DiskImage, DiskStore } from "./devices/disk-store.ts";
import { InterruptController } from "./devices/interrupt-controller.ts";
import { PowerOff } from "./devices/power-off.ts";
import { Share, type ShareHost } from "./devices/share.ts";
import { Timer } from "./devices/timer.ts";
import { Uart } from "./devices/uart.ts";
import type { EngineName } from "./engines.ts";
import { EventQueue } from "./events.ts";
import type { Engine, Hart } from "./hart.ts";
import { Interpreter } from "./interpreter.ts";
import { keepMemory, takeMemory } from "./memories.ts";
import { PAGE_SIZE, type PagingMode, type PhysicalAddress } from "./paging.ts";
import { panic } from "./panic.ts";
import { createRam, RAM_BASE, type Ram } from "./ram.ts";
import { Random } from "./random.ts";
import { DEFAULT_REPLACEMENT, REPLACEMENTS, type ReplacementName } from "./replacement.ts";
import { type MemorySnapshot, restoreMemory, saveMemory } from "./snapshot.ts";
import { CSR_SLOT, type HartViews, hartAt, hartViews, ramAt } from "./state.ts";
import { Tlb } from "./tlb.ts";
import { clearArea } from "./translator/area.ts";
import { areaLayout, HEAT, MISSES, type Surroundings, type TranslationConfig } from "./translator/layout.ts";
import { Translator } from "./translator/translator.ts";
import { INTERRUPT } from "./trap.ts";

/** Takes bytes that a UART sends; the array is the receiver's to keep. */
export type Sink = (bytes: Uint8Array) => void;

export interface MachineConfig {
  /** Bytes of RAM, a multiple of 4096, at most 2 GiB. */
  ramBytes: number;
  /** What the kernel is to build its page tables in; the hart itself can do every mode. */
  paging: PagingMode;
  /** Powers of two. `replacement` is "nru" unless given. */
  tlb: { sets: number; ways: number; replacement?: ReplacementName };
  seed: number;
  engine: EngineName;
  /** How the translator goes to work; no result depends on it. */
  translation?: TranslationConfig;
  /** Hears of every access of programs: reference engine only. */
  observer?: AccessObserver;
  /** What keeps their bytes, or initial contents. The machine never writes into these arrays. */
  disks: readonly (DiskImage | DiskStore)[];
  /** A folder of the host; absent: none. It is no part of a snapshot. */
  share?: ShareHost;
  /** Outputs of uart0, uart1 and uart2. */
  sinks: { console: Sink; output: Sink; error: Sink };
}

/** Frames. To clear more of a memory costs more than a new one does. */
const MOST_CLEARED = 16 * (2 ** 20 / PAGE_SIZE);

/** Plain data: structuredClone can copy it. */
export interface MachineSnapshot {
  readonly version: 1;
  readonly memory: MemorySnapshot;
  readonly events: ReturnType<EventQueue["save"]>;
  readonly random: Uint32Array;
  /** By name in the memory map. */
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
  /**
   * Runs hart 0 in user mode until a trap enters the kernel; serves device events at their times. Stops early at cycle
   * `until`, or when instret reaches `instructionLimit`. Of a machine that is off: "until".
   */
  run(until: number, instructionLimit: number): "trap" | "until" | "limit";
  /**
   * The kernel has nothing to run (WFI): moves time to the next event and serves it. "interrupt": one is pending and
   * enabled; "until": that cycle is reached; "never": no event will ever come, or the machine is off.
   */
  waitForInterrupt(until: number): "interrupt" | "until" | "never";
  /** Pending enabled interrupts as the kernel sees them in supervisor mode: sip & sie, bits by INTERRUPT. */
  pendingInterrupts(): number;
  /** Asserts the invariants of the engine, among them that the code it has taken from RAM is what lies there. Slow. */
  check(): void;
  /** Hands the UARTs' collected output to the sinks. Happens by itself whenever `run` or `waitForInterrupt` returns. */
  flush(): void;
  snapshot(): MachineSnapshot;
  /** Puts back the state of a machine of the same configuration. */
  restore(snapshot: MachineSnapshot): void;
  /**
   * Gives the memory to the next machine, unless clearing it takes long; this one, and whatever looks into its memory, is not to be
   * used again. A second time it does nothing.
   * @param used frames of RAM, counted from its beginning: those behind them are as they were in the beginning
   */
  discard(used: number): void;
}

/** What a device may be made from, beside its interrupt line. */
interface Parts {
  readonly config: MachineConfig;
  readonly ram: Ram;
  readonly clock: MachineClock;
  readonly events: EventQueue;
  /** A bit of every hart's sip. */
  lines(interrupt: number): InterruptLine[];
}

interface MapRow {
  readonly base: PhysicalAddress;
  /** Bytes. */
  readonly size: number;
  /** Source number in the interrupt controller; 0 for none. */
  readonly irq: number;
  /** The device, told its name for its events; null where the configuration has none. */
  device(parts: Parts, line: InterruptLine, name: string): Device | null;
}

const diskOf = (index: number) => (parts: Parts, line: InterruptLine, name: string) => {
  const image = parts.config.disks[index];
  return image === undefined ? null : new Disk(name, image, parts.ram, parts.clock, parts.events, line);
};

/** The memory map: the physical addresses of QEMU's virt machine. A device is its file and a row here. */
// biome-ignore format: a table is read in columns
export const MEMORY_MAP = {
  powerOff:            { base: 0x0010_0000, size: 0x1000,    irq: 0,  device: () => new PowerOff() },
  timer:               { base: 0x0200_0000, size: 0x1_0000,  irq: 0,  device: (p, _line, name) => new Timer(name, p.clock, p.events, p.lines(INTERRUPT.timer)) },
  interruptController: { base: 0x0c00_0000, size: 0x40_0000, irq: 0,  device: (p) => new InterruptController(p.lines(INTERRUPT.external)) },
  uart0:               { base: 0x1000_0000, size: 0x100,     irq: 10, device: (p, line) => new Uart(line, p.config.sinks.console) },
  uart1:               { base: 0x1000_0100, size: 0x100,     irq: 11, device: (p, line) => new Uart(line, p.config.sinks.output) },
  uart2:               { base: 0x1000_0200, size: 0x100,     irq: 12, device: (p, line) => new Uart(line, p.config.sinks.error) },
  disk0:               { base: 0x1000_1000, size: 0x1000,    irq: 1,  device: diskOf(0) },
  disk1:               { base: 0x1000_2000, size: 0x1000,    irq: 2,  device: diskOf(1) },
  disk2:               { base: 0x1000_3000, size: 0x1000,    irq: 3,  device: diskOf(2) },
  disk3:               { base: 0x1000_4000, size: 0x1000,    irq: 4,  device: diskOf(3) },
  disk4:               { base: 0x1000_5000, size: 0x1000,    irq: 5,  device: diskOf(4) },
  disk5:               { base: 0x1000_6000, size: 0x1000,    irq: 6,  device: diskOf(5) },
  disk6:               { base: 0x1000_7000, size: 0x1000,    irq: 7,  device: diskOf(6) },
  disk7:               { base: 0x1000_8000, size: 0x1000,    irq: 8,  device: diskOf(7) },
  share:               { base: 0x1001_0000, size: 0x1000,    irq: 0,  device: (p) => (p.config.share === undefined ? null : new Share(p.config.share, p.ram, p.clock)) },
} as const satisfies Record<string, MapRow>;

export { RAM_BASE };
/** Bytes: offsets in RAM are small integers. */
export const MAX_RAM = 2 ** 31;

/** @throws Panic when the configuration cannot be built: sizes that are no whole pages or sectors, no powers of two */
export function createMachine(config: MachineConfig): Machine {
  return new Computer(config);
}

/** What the translator of such a machine emits as constants. */
export function surroundingsOf({
  ramBytes,
  tlb,
  translation,
}: Pick<MachineConfig, "ramBytes" | "tlb" | "translation">): Surroundings {
  const { sets, ways, replacement = DEFAULT_REPLACEMENT } = tlb;
  const ram = ramAt(1, sets * ways);
  return {
    hart: hartAt(0, sets * ways),
    ram,
    ramBytes,
    area: ram + ramBytes,
    tlb: { sets, ways },
    replacement,
    heat: translation?.heat ?? HEAT,
    misses: translation?.misses ?? MISSES,
  };
}

class Computer implements Machine {
  readonly memory: WebAssembly.Memory;
  readonly ram: Ram;
  readonly bus: Bus;
  readonly harts: readonly Engine[];
  readonly clock: MachineClock;
  readonly events = new EventQueue();
  readonly random: Random;
  readonly uarts: readonly Uart[];
  readonly disks: readonly Disk[];
  private readonly ramAt: number;
  /** Those installed, by name in the memory map. */
  private readonly devices: ReadonlyMap<string, Device>;
  private readonly views: readonly HartViews[];
  private readonly powerOff: PowerOff;

  constructor(readonly config: MachineConfig) {
    const { ramBytes, tlb } = config;
    if (!(ramBytes > 0 && ramBytes <= MAX_RAM)) panic("RAM is at most 2 GiB", { ramBytes });
    const entries = tlb.sets * tlb.ways;
    this.ramAt = ramAt(1, entries);
    const area = config.engine === "translator" ? areaLayout(ramBytes).bytes : 0;
    this.memory = takeMemory(this.ramAt + ramBytes + area);
    this.ram = createRam(this.memory, this.ramAt, RAM_BASE, ramBytes);
    this.clock = new MachineClock(this.memory);
    this.random = new Random(config.seed);
    const at = hartAt(0, entries);
    const views = hartViews(this.memory, at);
    this.views = [views];
    this.devices = this.install();
    const device = <T extends Device>(kind: abstract new (...args: never[]) => T): T[] =>
      [...this.devices.values()].filter((each): each is T => each instanceof kind);
    this.uarts = device(Uart);
    this.disks = device(Disk);
    this.powerOff = device(PowerOff)[0];
    this.bus = createBus(this.ram, this.windows(), {
      charge: (cycles) => this.clock.charge(cycles),
      serveDueEvents: () => this.serveDueEvents(),
    });
    this.harts = [this.engine(at, views)];
  }

  /** Hart 0, whose block lies at `at`. */
  private engine(at: number, views: HartViews): Engine {
    const { memory, ram, bus, clock, config } = this;
    const { sets, ways, replacement = DEFAULT_REPLACEMENT } = config.tlb;
    const tlb = new Tlb(memory, at, { sets, ways }, REPLACEMENTS[replacement], views.counts);
    if (config.engine === "reference") return new Interpreter(0, views, tlb, ram, bus, clock, config.observer);
    const parts = { id: 0, views, tlb, ram, bus, clock, memory };
    return new Translator(parts, surroundingsOf(config), config.translation ?? {});
  }

  private install(): Map<string, Device> {
    const { config, ram, clock, events } = this;
    const lines = (interrupt: number) => this.views.map((views) => sipLine(views, interrupt));
    const parts: Parts = { config, ram, clock, events, lines };
    const devices = new Map<string, Device>();
    const rows: [string, MapRow][] = Object.entries(MEMORY_MAP);
    const controller = () => devices.get("interruptController") as InterruptController;
    for (const [name, row] of rows) {
      const line = { set: (high: boolean) => controller().line(row.irq).set(high) };
      const device = row.device(parts, line, name);
      if (device !== null) devices.set(name, device);
    }
    return devices;
  }

  private windows(): BusWindow[] {
    const rows: [string, MapRow][] = Object.entries(MEMORY_MAP);
    return rows.flatMap(([name, { base, size }]) => {
      const device = this.devices.get(name);
      return device === undefined ? [] : [{ base, size, device }];
    });
  }

  get off(): { readonly status: number } | null {
    return this.powerOff.status === null ? null : { status: this.powerOff.status };
  }

  run(until: number, instructionLimit: number): "trap" | "until" | "limit" {
    const stop = this.runHart(this.harts[0], until, instructionLimit);
    this.flush();
    return stop;
  }

  private runHart(hart: Engine, until: number, instructionLimit: number): "trap" | "until" | "limit" {
    for (;;) {
      this.serveDueEvents();
      if (this.off !== null || this.clock.cycles >= until) return "until";
      const instructions = instructionLimit - hart.counters.instret;
      if (instructions <= 0) return "limit";
      const pending = this.firstPending(hart);
      if (pending !== null) {
        hart.interrupt(pending);
        return "trap";
      }
      const cycles = Math.min(until, this.events.nextTime) - this.clock.cycles;
      if (hart.run(Math.min(cycles, instructions)) === "trap") return "trap";
    }
  }

  /** The interrupt to take, by priority (Volume II, 3.1.9): external, software, timer. */
  private firstPending({ csr32 }: Hart): number | null {
    const pending = csr32[2 * CSR_SLOT.sip] & csr32[2 * CSR_SLOT.sie];
    if (pending === 0) return null;
    return [INTERRUPT.external, INTERRUPT.software, INTERRUPT.timer].find((code) => pending & (1 << code)) ?? null;
  }

  waitForInterrupt(until: number): "interrupt" | "until" | "never" {
    const result = this.idle(until);
    this.flush();
    return result;
  }

  private idle(until: number): "interrupt" | "until" | "never" {
    for (;;) {
      if (this.pendingInterrupts() !== 0) return "interrupt";
      const next = this.events.nextTime;
      if (this.off !== null || next === Number.POSITIVE_INFINITY) return "never";
      if (this.clock.cycles >= until) return "until";
      this.clock.cycles = Math.min(next, until);
    }
  }

  pendingInterrupts(): number {
    this.serveDueEvents();
    const { csr32 } = this.harts[0];
    return csr32[2 * CSR_SLOT.sip] & csr32[2 * CSR_SLOT.sie];
  }

  private serveDueEvents(): void {
    if (this.events.nextTime > this.clock.cycles) return;
    for (let event = this.events.takeDue(this.clock.cycles); event !== null; ) {
      const device = this.devices.get(event.target);
      if (device?.onEvent === undefined) panic("an event's target is a device that takes events", { ...event });
      // DMA may write what an LR has reserved (Volume I, 8.2: other devices' stores end a reservation).
      for (const hart of this.harts) hart.clearReservation();
      device.onEvent(event.argument);
      event = this.events.takeDue(this.clock.cycles);
    }
  }

  check(): void {
    for (const hart of this.harts) hart.check();
  }

  flush(): void {
    // Here and at each trap: the loop by index is the faster one.
    const { uarts } = this;
    for (let n = 0; n < uarts.length; n++) if (uarts[n].collected > 0) uarts[n].flush();
  }

  snapshot(): MachineSnapshot {
    this.flush();
    return {
      version: 1,
      memory: saveMemory(this.memory, this.ramAt, this.ram.size),
      events: this.events.save(),
      random: this.random.state.slice(),
      devices: Object.fromEntries([...this.devices].map(([name, device]) => [name, device.save()])),
    };
  }

  restore(snapshot: MachineSnapshot): void {
    this.flush();
    restoreMemory(this.memory, this.ramAt, this.ram.size, snapshot.memory);
    this.events.restore(snapshot.events);
    this.random.state.set(snapshot.random);
    for (const [name, device] of this.devices) device.restore(snapshot.devices[name]);
    for (const hart of this.harts) hart.memoryReplaced();
  }

  discard(used: number): void {
    const gone = (): never => panic("a machine that was discarded is not used");
    Object.assign(this, { run: gone, waitForInterrupt: gone, snapshot: gone, restore: gone, discard: () => {} });
    if (used > MOST_CLEARED) return;
    const bytes = new Uint8Array(this.memory.buffer);
    bytes.fill(0, 0, this.ramAt + used * PAGE_SIZE);
    if (this.config.engine === "translator") clearArea(bytes, this.ramAt + this.ram.size, this.ram.size);
    keepMemory(this.memory);
  }
}

/** One bit of a hart's sip as an interrupt line. */
function sipLine({ csr32 }: HartViews, interrupt: number): InterruptLine {
  return {
    set(high) {
      const bit = 1 << interrupt;
      csr32[2 * CSR_SLOT.sip] = high ? csr32[2 * CSR_SLOT.sip] | bit : csr32[2 * CSR_SLOT.sip] & ~bit;
    },
  };
}
