/**
 * Sweep: the timer interrupt at every single cycle of a window. A random program runs for a while; from there it goes on
 * once for each phase, with the timer due one cycle earlier each time, past the interrupt and what the kernel does then.
 */

import { TIMER } from "../../cpu/devices/timer.ts";
import { type MachineSnapshot, MEMORY_MAP } from "../../cpu/machine.ts";
import { Random } from "../../cpu/random.ts";
import type { TranslationScheme } from "../../cpu/satp.ts";
import type { Engine } from "./engines.ts";
import type { Case, Step, Subject } from "./lockstep.ts";
import { schemeWords } from "./random/case.ts";
import { Kernel, type KernelState } from "./random/kernel.ts";
import { planOf, World } from "./random/world.ts";

/** Instructions before the window. */
const BEFORE = 20_000;
/** Cycles from the beginning of a phase at which the interrupt is latest, and how long a phase goes on behind it. */
export const WINDOW = 1500;
const BEHIND = 300;
const CYCLES_PER_TICK = 100;

class SweepSubject implements Subject {
  private readonly kernel: Kernel;
  private readonly start: { machine: MachineSnapshot; kernel: KernelState };
  private phase = -1;
  private end = 0;
  private trapped = false;

  constructor(
    seed: number,
    scheme: TranslationScheme,
    engine: Engine,
    private readonly phases: number,
  ) {
    this.kernel = new Kernel(new World(planOf(seed, scheme), engine, new Random(seed + 1)));
    for (let left = 100_000; this.instret < BEFORE && left > 0; left--)
      if (this.machine.run(Number.POSITIVE_INFINITY, BEFORE) === "trap") this.kernel.handle();
    this.start = { machine: this.machine.snapshot(), kernel: this.kernel.save() };
    this.next();
  }

  get machine() {
    return this.kernel.world.machine;
  }

  private get instret(): number {
    return this.machine.harts[0].counters.instret;
  }

  /** Begins the next phase: so many cycles nearer to the tick at which the timer is due. */
  private next(): void {
    const { machine, kernel, start } = this;
    this.phase++;
    machine.restore(start.machine);
    kernel.restore(start.kernel);
    this.trapped = false;
    const due = Math.ceil((machine.clock.cycles + WINDOW) / CYCLES_PER_TICK);
    machine.clock.charge(this.phase);
    const { base } = MEMORY_MAP.timer;
    machine.bus.write(base + TIMER.mtimecmp + 4, 4, 0);
    machine.bus.write(base + TIMER.mtimecmp, 4, due);
    this.end = due * CYCLES_PER_TICK + BEHIND;
  }

  advance({ instructions = Number.POSITIVE_INFINITY, cycles = Number.POSITIVE_INFINITY }: Step): string {
    const { machine } = this;
    if (this.trapped) this.kernel.handle();
    if (machine.clock.cycles >= this.end || machine.off !== null) this.next();
    const stop = machine.run(Math.min(this.end, machine.clock.cycles + cycles), this.instret + instructions);
    this.trapped = stop === "trap";
    return `${stop} in phase ${this.phase}`;
  }

  over(): boolean {
    return this.phase >= this.phases;
  }
}

export function sweepCase(seed: number, phases = WINDOW, scheme: TranslationScheme = "paging"): Case {
  return {
    words: `sweep ${seed}${phases === WINDOW ? "" : ` --phases ${phases}`}${schemeWords(scheme)}`,
    instructions: Number.POSITIVE_INFINITY,
    seed,
    build: (engine) => new SweepSubject(seed, scheme, engine, phases),
    step: () => ({}),
  };
}
