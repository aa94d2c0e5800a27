/**
 * Many processes that do everything with memory at once (tests/kernel/programs/memory-stress.c: each knows what its pages
 * must hold), on a computer with far too little RAM, while from outside processes are killed, snapshots are put back and
 * disks fail, all at moments drawn from a seed. Whatever happens: no page holds something else than was written, no
 * invariant breaks, nothing hangs, and the same moment has the same continuation.
 */
import { createHash } from "node:crypto";
import { Random } from "../../cpu/random.ts";
import { checkKernel } from "../../kernel/check.ts";
import type { Computer } from "../../kernel/computer.ts";
import type { Options } from "../../kernel/options.ts";
import type { Process } from "../../kernel/process.ts";
import { FROM_KERNEL, postSignal } from "../../kernel/signal.ts";
import { checkVm } from "../../kernel/vm/check.ts";
import { encodeSwapHeader } from "../../kernel/vm/swap-header.ts";
import { start } from "../kernel/programs.ts";

const PAGE = 4096;
const SIGKILL = 9;
/** Bits of the program's last argument. */
const FLAG = { mayFail: 1, swapper: 2, cores: 4, deep: 8, eager: 16 } as const;
/** Far beyond what a run needs. */
const MOST_INSTRUCTIONS = 400_000_000;
/** Virtual time without end: a hang. */
const MOST_CYCLES = 4e12;

export interface Stress {
  readonly seed: number;
  readonly options: Partial<Options>;
  readonly workers: number;
  /** Of each worker. */
  readonly operations: number;
  /** Of each worker's window. */
  readonly pages: number;
  /** Processes are killed from outside. */
  readonly kills?: boolean;
  /** Requests to the disks with swap fail at times. */
  readonly failures?: boolean;
  /** Areas of swap are taken away and given back. */
  readonly swapper?: boolean;
  readonly cores?: boolean;
  /** Children have children. */
  readonly deep?: boolean;
  /** After so many stops everybody is killed, and the computer must come to its end. */
  readonly mostStops: number;
  /** Snapshots are taken, and continuations compared. */
  readonly snapshots?: boolean;
}

/** What a run came to. */
export interface StressResult {
  readonly output: string;
  readonly stops: number;
  readonly kills: number;
  readonly oomKills: number;
  readonly snapshots: number;
  readonly pagesOut: number;
  readonly pagesIn: number;
  /** Requests to disks that failed. */
  readonly errors: number;
  readonly instructions: number;
}

/** The choice of everything from one number, so that a campaign needs nothing but a range of seeds. */
export function drawStress(seed: number): Stress {
  const random = new Random(seed);
  const one = <T>(choices: readonly T[]): T => choices[random.below(choices.length)];
  const ram = one([1, 1, 2, 4]) * 2 ** 20;
  return {
    seed,
    options: {
      ram,
      swap: one([0.25, 0.5, 1, 4]) * ram,
      seed,
      paging: one(["sv39", "sv48"]),
      replacement: one(["fifo", "random", "ageing", "clock", "two-lists", "generations", "wsclock"]),
      fork: one(["copy-on-write", "copy-on-write", "eager"]),
      population: one(["demand", "demand", "eager"]),
      frames: one(["buddy", "first-fit"]),
      quantum: one([5_000, 100_000]),
    },
    workers: 2 + random.below(ram / 2 ** 18),
    operations: 100 + random.below(500),
    pages: one([48, 96, 200, 400]),
    deep: one([true, false]),
    mostStops: 800,
    kills: one([true, false]),
    failures: one([true, false, false]),
    swapper: one([true, false]),
    cores: one([true, false]),
    snapshots: one([true, false]),
  };
}

/** The same where every mapping may have transparent huge pages: windows of two, and RAM for a few. */
export function drawHugeStress(seed: number): Stress {
  const stress = drawStress(seed);
  const ram = 8 * 2 ** 20;
  const options = { ...stress.options, ram, swap: 2 * ram, thp: "always" as const };
  return { ...stress, options, workers: 2 + (seed % 3), pages: 1024, operations: 100 + (stress.operations % 100) };
}

/** The same where the tables of pages are those of segments. */
export function drawSegmentedStress(seed: number): Stress {
  const { options, ...stress } = drawStress(seed);
  const { paging: _paging, ...others } = options;
  return { ...stress, options: { ...others, translation: "segmented-paging" } };
}

/** A disk that holds an area of swap and nothing else, not yet in use: /dev/vdb. */
function swapDisk(pages: number): Uint8Array {
  const disk = new Uint8Array(pages * PAGE);
  disk.set(encodeSwapHeader({ lastPage: pages - 1 }));
  return disk;
}

/** What identifies a state: RAM, and figures that everything moves. */
export function fingerprint({ machine, kernel }: Computer): string {
  const { statistics, swap, frames } = kernel.vm;
  const figures = [machine.clock.cycles, machine.harts[0].counters.instret, statistics, swap.pagesIn, swap.pagesOut];
  const hash = createHash("sha256").update(machine.ram.u8).update(frames.references).update(frames.list);
  return hash.update(JSON.stringify([figures, kernel.statistics, [...kernel.processes.keys()]])).digest("hex");
}

class Run {
  readonly random: Random;
  readonly computer: Computer;
  readonly output: () => string;
  readonly sizes: readonly number[];
  stops = 0;
  kills = 0;
  snapshots = 0;
  broken = 0;

  constructor(readonly stress: Stress) {
    const { seed, workers, operations, pages, failures, swapper, cores, deep, options } = stress;
    this.random = new Random(seed + 1_000_000);
    const eager = options.population === "eager" ? FLAG.eager : 0;
    const flags =
      eager |
      (failures ? FLAG.mayFail : 0) |
      (swapper ? FLAG.swapper : 0) |
      (cores ? FLAG.cores : 0) |
      (deep ? FLAG.deep : 0);
    const argv = ["memory-stress", ...[seed, workers, operations, pages, flags].map(String)];
    const { disks } = start(argv).computer.machine;
    const root = disks[0].contents();
    const started = start(argv, { ...options, disks: [root, swapDisk(128)] });
    this.computer = started.computer;
    this.output = started.output;
    this.sizes = this.computer.machine.disks.map(({ capacity }) => capacity * 512);
  }

  get kernel() {
    return this.computer.kernel;
  }

  fail(what: string): never {
    throw new Error(`${what}\n${JSON.stringify(this.stress)}\n${this.output()}`);
  }

  /** Goes on for a random time. @returns whether the computer is off */
  step(): boolean {
    const { random, computer } = this;
    const cycles = 2 ** (8 + random.below(14)) + random.below(1000);
    const until = computer.machine.clock.cycles + cycles;
    const outcome = computer.run({ idle: "skip", until });
    if (outcome.kind === "idle") this.fail("nobody can go on, and nothing will wake anybody");
    this.stops++;
    checkVm(this.kernel);
    checkKernel(this.kernel);
    if (this.output().includes("BAD")) this.fail("a page holds something else than was written");
    if (this.stops > this.stress.mostStops + 500) this.fail("it does not come to an end though all were killed");
    const { instret } = computer.machine.harts[0].counters;
    if (instret > MOST_INSTRUCTIONS || computer.machine.clock.cycles > MOST_CYCLES)
      this.fail("it does not come to an end");
    return outcome.kind === "off";
  }

  disturb(): void {
    const { random, stress } = this;
    if (this.stops > stress.mostStops) {
      this.setSizes(this.sizes);
      for (const p of this.others()) postSignal(this.kernel, p, SIGKILL, FROM_KERNEL);
      return;
    }
    const what = random.below(16);
    if (what === 0 && stress.kills) this.kill();
    if (what >= 1 && what <= 4 && stress.failures) this.breakDisks();
    if (what === 5 && stress.snapshots) this.compareContinuations();
    if (this.broken > 0 && --this.broken === 0) this.setSizes(this.sizes);
  }

  others(): Process[] {
    return [...this.kernel.processes.values()].filter(({ pid, state }) => pid > 2 && state !== "zombie");
  }

  /** Anybody but process 1 and the program that waits for the others. */
  kill(): void {
    const some = this.others();
    if (some.length === 0) return;
    postSignal(this.kernel, some[this.random.below(some.length)], SIGKILL, FROM_KERNEL);
    this.kills++;
  }

  /** Every request to a disk with swap lies outside of it, for a while. */
  breakDisks(): void {
    this.broken = 1 + this.random.below(6);
    this.setSizes(this.sizes.map((size, disk) => (disk === 0 ? size : 512)));
  }

  setSizes(sizes: readonly number[]): void {
    for (const [disk, size] of sizes.entries()) Object.assign(this.computer.machine.disks[disk], { size });
  }

  compareContinuations(): void {
    this.snapshots++;
    const { computer, random } = this;
    const before = computer.snapshot();
    const until = computer.machine.clock.cycles + 2 ** (10 + random.below(13));
    const continuation = () => {
      computer.run({ idle: "skip", until });
      return fingerprint(computer);
    };
    const first = continuation();
    computer.restore(before);
    if (continuation() !== first) this.fail("a snapshot has another continuation");
    computer.restore(before);
  }
}

/** Runs to the end. @throws Error, a panic: something was not as it must be */
export function runStress(stress: Stress): StressResult {
  const run = new Run(stress);
  while (!run.step()) run.disturb();
  const { vm } = run.kernel;
  const { stops, kills, snapshots } = run;
  const { pagesOut, pagesIn } = vm.swap;
  const { instret } = run.computer.machine.harts[0].counters;
  // Where disks fail, process 1 itself may lose a page.
  const mayEnd = stress.failures || vm.statistics.oomKills > 0;
  if (!mayEnd && !run.output().includes("ended early")) run.fail("it ended without a word");
  return {
    output: run.output(),
    stops,
    kills,
    oomKills: vm.statistics.oomKills,
    snapshots,
    pagesOut,
    pagesIn,
    errors: run.kernel.fs.disks.reduce((sum, disk) => sum + disk.errors, 0),
    instructions: instret,
  };
}
