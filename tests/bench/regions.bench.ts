/**
 * How fast hot code becomes regions: npx tsx tests/bench/regions.bench.ts
 * Nanoseconds an instruction of the guest takes: finding the region, and bringing it into blocks and loops without what is in
 * them. Medians of RUNS, warm.
 */
import { discover } from "../../cpu/translator/discover.ts";
import type { Region } from "../../cpu/translator/region.ts";
import { emitRegion, type RegionEmitter } from "../../cpu/translator/structure.ts";
import { emits } from "../../cpu/translator/tier1.ts";
import { ModuleBuilder } from "../../cpu/wasm/module.ts";
import { assemble } from "../cpu/assemble.ts";

const RUNS = 41;
const REPEATS = 200;

/** Loops in loops, of short blocks, as sorting has them. */
const NEST = `
outer: slli a4, a2, 2; add a4, a0, a4; lw a5, 0(a4); addi a3, a2, 0
inner: lw a6, -4(a4); bge a5, a6, done; sw a6, 0(a4); addi a4, a4, -4; addi a3, a3, -1; bne a3, zero, inner
done: sw a5, 0(a4); addi a2, a2, 1; blt a2, a1, outer`;
const PROGRAM = `${Array.from({ length: 12 }, (_, i) => NEST.replaceAll(/(outer|inner|done)/g, `$1${i}`)).join("\n")}
jalr zero, 0(ra)`;

/** Only the structure: what is in blocks, and the ways out, take no bytes. */
class Bare implements RegionEmitter {
  constructor(readonly b: RegionEmitter["b"]) {}
  around(): null {
    return null;
  }

  budgetAround(): void {
    this.round();
  }

  ask(): void {
    this.round();
  }

  round(): void {
    throw new Error("no loop is unrolled");
  }

  undone(): void {
    this.round();
  }

  takeBack(): void {
    this.round();
  }

  block(): void {}
  condition(): void {
    this.b.i32_const(0);
  }
  cross(): void {}
  away(): void {
    this.b.unreachable();
  }
  call(): void {}
  link(): void {}
  comesBack(): void {
    this.condition();
  }

  jumpRegister(): void {
    this.b.unreachable();
  }
  missed(): void {
    this.b.unreachable();
  }
  leave(): void {
    this.b.unreachable();
  }
}

const words = assemble(PROGRAM);
const page = { at: 0, frame: 0, decoded: 0 };
const code = {
  word: (_: unknown, offset: number) => words[offset >> 2] ?? 0,
  pageAt: (distance: number) => (distance === 0 ? page : null),
  isLanding: () => false,
  emits,
};
const module = new ModuleBuilder();

function structured(region: Region): void {
  module.reset();
  emitRegion(region, new Bare(module.begin(module.function(module.type([], [])))));
  module.end();
}

function median(work: () => void): number {
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    for (let i = 0; i < REPEATS; i++) work();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return (times[RUNS >> 1] * 1e6) / REPEATS / words.length;
}

const region = discover(code, 0);
console.log(
  `regions: ${words.length} instructions, ${region.blocks.length} blocks; ns an instruction, median of ${RUNS}`,
);
console.log(`discovered ${median(() => void discover(code, 0)).toFixed(0)}`);
console.log(`structured ${median(() => structured(region)).toFixed(0)}`);
