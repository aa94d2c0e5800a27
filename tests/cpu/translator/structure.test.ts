/**
 * Structure: random graphs become WebAssembly functions whose blocks write down that they were reached and take their decisions from a
 * tape; what they write is compared with a walk of the graph itself.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Insn } from "../../../cpu/decode.ts";
import { type Around, loopsAround } from "../../../cpu/translator/around.ts";
import type { Block, BlockEnd, Region, Target } from "../../../cpu/translator/region.ts";
import { type Dispatch, emitRegion, type RegionEmitter } from "../../../cpu/translator/structure.ts";
import type { Group } from "../../../cpu/translator/tier1-groups.ts";
import type { FunctionBody } from "../../../cpu/wasm/body.ts";
import { ModuleBuilder } from "../../../cpu/wasm/module.ts";
import { I32, type Label, type Local } from "../../../cpu/wasm/types.ts";
import { textOf } from "../wasm/modules.ts";

/** Blocks of code entered in a run at most: the budget. */
const STEPS = 60;
const PAGE = 4096;

/** What is written down besides blocks: i32 numbers that no block has. */
const CONDITION = 0x1000;
const CROSS = 0x2000;
const CALL = 0x3000;
const AWAY = 0x4000;
const JUMP = 0x5000;
const MISSED = 0x6000;
const LEAVE = 0x7000;
const BUDGET = 0x8000;
/** The distance that has been missed is not the target's. */
const WRONG = 0x9000;

/** Words of memory: how many are written down, the next place of the tape; then the log, then the tape. */
const LOG = 64;
const TAPE = 32_768;
/** Place of the count of blocks, as budgets have it: what is not done has been taken back. */
const COUNTED = 12;

const insn = {} as Insn;

/** Emits blocks that only write down. */
class Recorder implements RegionEmitter {
  private readonly target: Local;
  private readonly place: Local;
  /** Times that `missed` was asked for. */
  misses = 0;
  readonly emitted: number[] = [];

  constructor(
    readonly b: FunctionBody,
    private readonly region: Region,
    private readonly loops: ReadonlyMap<number, Around>,
  ) {
    this.target = b.local(I32);
    this.place = b.local(I32);
  }

  private log(value: number): void {
    const { b } = this;
    b.i32_const(0);
    b.i32_load();
    b.i32_const(2);
    b.i32_shl();
    b.i32_const(value);
    b.i32_store(LOG);
    b.i32_const(0);
    b.i32_const(0);
    b.i32_load();
    b.i32_const(1);
    b.i32_add();
    b.i32_store();
  }

  /** Pushes the next number of the tape. */
  private decide(): void {
    const { b } = this;
    b.i32_const(4);
    b.i32_load();
    b.i32_load(TAPE);
    b.i32_const(4);
    b.i32_const(4);
    b.i32_load();
    b.i32_const(4);
    b.i32_add();
    b.i32_store();
  }

  private leaveWith(value: number): void {
    this.log(value);
    this.b.i32_const(value);
    this.b.return();
  }

  around(block: number): Around | null {
    const loop = this.loops.get(block);
    return loop === undefined ? null : { ...loop, groups: block % 2 === 0 ? [{} as Group] : [] };
  }

  private count(push: () => void): void {
    const { b } = this;
    b.i32_const(COUNTED);
    b.i32_const(COUNTED);
    b.i32_load();
    push();
    b.i32_add();
    b.i32_store();
  }

  budgetAround({ chain, rounds }: Around): void {
    this.count(() => this.b.i32_const(chain.length * rounds));
  }

  /** The tape's next number, which decides what comes next, too. */
  ask(_: Around, single: Label): void {
    const { b } = this;
    b.i32_const(4);
    b.i32_load();
    b.i32_load(TAPE);
    b.i32_const(1 << 24);
    b.i32_and();
    b.br_if(single);
  }

  round({ chain }: Around, position: number): void {
    this.enter(chain[position]!);
  }

  undone({ chain }: Around, position: number, rounds: number): void {
    this.b.i64_const(position + 1 - chain.length * (rounds + 1));
  }

  takeBack(): void {
    const { b, target } = this;
    b.i32_wrap_i64();
    b.local_set(target);
    this.count(() => b.local_get(target));
  }

  block(block: number): void {
    this.count(() => this.b.i32_const(1));
    this.enter(block);
  }

  private enter(block: number): void {
    const { b } = this;
    if (!this.emitted.includes(block)) this.emitted.push(block);
    else if (this.loops.size === 0) throw new Error(`block ${block} is emitted twice`);
    b.i32_const(8);
    b.i32_const(8);
    b.i32_load();
    b.i32_const(1);
    b.i32_add();
    b.i32_store();
    b.i32_const(8);
    b.i32_load();
    b.i32_const(STEPS);
    b.i32_gt_s();
    const label = b.if();
    this.leaveWith(BUDGET);
    b.end(label);
    this.log(block);
  }

  condition(block: number): void {
    this.log(CONDITION + block);
    this.decide();
    this.b.i32_const(1 << 24);
    this.b.i32_and();
  }

  cross(block: number, to: number): void {
    this.log(CROSS + block);
    this.log(CROSS + to);
  }

  away(block: number, distance: number): void {
    this.log(AWAY + block);
    this.leaveWith(distance);
  }

  call(block: number): void {
    const { end } = this.region.blocks[block]!;
    if ((end.kind === "call" || end.kind === "callRegister") && "block" in end.back) this.log(CALL + block);
    else this.leaveWith(CALL + block);
  }

  link(block: number): void {
    this.log(CALL + block);
  }

  comesBack(block: number): void {
    this.condition(block);
  }

  jumpRegister(block: number, dispatch: Dispatch | null): void {
    const { b, target, region } = this;
    this.log(JUMP + block);
    if (dispatch !== null) {
      this.decide();
      b.i32_const(8);
      b.i32_shl();
      b.i32_const(8);
      b.i32_shr_s();
      b.local_set(target);
      // Half of the jumps try the landings by their places first, as the translator does with those of the jump's own page.
      if (block % 2 === 0) for (const page of dispatch.pages) this.goNear(dispatch, page);
      for (const page of dispatch.pages) {
        b.local_get(target);
        b.i32_const(region.pages[page]!.at);
        b.i32_sub();
        b.i32_const(PAGE);
        b.i32_lt_u();
        const label = b.if();
        b.local_get(target);
        dispatch.go();
        b.end(label);
      }
    }
    this.leaveWith(JUMP);
  }

  private goNear(dispatch: Dispatch, page: number): void {
    const { b, target, place } = this;
    const { from, places } = dispatch.range(page);
    b.local_get(target);
    b.i32_const(from);
    b.i32_sub();
    b.i32_const(2);
    b.i32_rotr();
    b.local_tee(place);
    b.i32_const(places);
    b.i32_lt_u();
    const label = b.if();
    b.local_get(place);
    dispatch.goBehind(from);
    b.end(label);
  }

  missed(): void {
    const { b, target } = this;
    this.misses++;
    b.local_get(target);
    b.i32_ne();
    const label = b.if();
    this.leaveWith(WRONG);
    b.end(label);
    this.log(MISSED);
    b.local_get(target);
    b.return();
  }

  leave(block: number): void {
    this.leaveWith(LEAVE + block);
  }
}

interface Made {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly recorder: Recorder;
}

function made(region: Region, loops: ReadonlyMap<number, Around> = new Map()): Made {
  const module = new ModuleBuilder();
  const memory = module.memory({ minimum: 1 });
  module.exportMemory("memory", memory);
  const f = module.function(module.type([], [I32]));
  module.exportFunction("f", f);
  const recorder = new Recorder(module.begin(f), region, loops);
  emitRegion(region, recorder);
  module.end();
  return { bytes: module.finish(), recorder };
}

/** What the emitted function writes down. */
function run({ bytes }: Made, tapes: readonly (readonly number[])[]): number[][] {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const words = new Int32Array((exports.memory as WebAssembly.Memory).buffer);
  return tapes.map((tape) => {
    words.fill(0);
    words.set(tape, TAPE / 4);
    // Steps are counted in blocks; in the middle of rounds more have been counted.
    if ((exports.f as () => number)() !== BUDGET) expect(words[COUNTED / 4]).toBe(words[2]);
    return [...words.subarray(LOG / 4, LOG / 4 + words[0]!)];
  });
}

/** What it must write down: a walk from block to block. */
function walk({ blocks, landings, pages }: Region, tape: readonly number[]): number[] {
  const log: number[] = [];
  const known = landings.map((landing) => blocks[landing]!.at);
  const pageOf = (at: number) => pages.findIndex((page) => at >= page.at && at < page.at + PAGE);
  let place = 0;
  let block = 0;
  const follow = (to: Target) => {
    if ("away" in to) {
      log.push(AWAY + block, to.away);
      return -1;
    }
    if (pageOf(blocks[block]!.at) !== pageOf(blocks[to.block]!.at)) log.push(CROSS + block, CROSS + to.block);
    return to.block;
  };
  const jump = (): number => {
    log.push(JUMP + block);
    if (landings.length === 0) return -2;
    const target = (tape[place++]! << 8) >> 8;
    const page = pageOf(target);
    if (page < 0 || !known.some((at) => pageOf(at) === page)) return -2;
    if (known.includes(target)) return landings[known.indexOf(target)]!;
    log.push(MISSED);
    return -1;
  };
  for (let steps = 0; block >= 0; steps++) {
    if (steps === STEPS) return [...log, BUDGET];
    log.push(block);
    const { end } = blocks[block]!;
    if (end.kind === "goto") block = follow(end.to);
    else if (end.kind === "branch") {
      if (JSON.stringify(end.taken) === JSON.stringify(end.next)) block = follow(end.next);
      else {
        log.push(CONDITION + block);
        block = follow((tape[place++]! & (1 << 24)) !== 0 ? end.taken : end.next);
      }
    } else if (end.kind === "call" || end.kind === "callRegister") {
      log.push(CALL + block);
      block = "block" in end.back ? end.back.block : -1;
    } else if (end.kind === "callWithin") {
      log.push(CALL + block);
      block = end.to;
    } else if (end.kind === "returnWithin") {
      log.push(CONDITION + block);
      const back = (tape[place++]! & (1 << 24)) !== 0;
      if (!back) log.push(JUMP + block);
      block = back ? end.to : -2;
    } else if (end.kind === "leave") {
      log.push(LEAVE + block);
      block = -1;
    } else if (end.isReturn) {
      log.push(JUMP + block);
      block = -2;
    } else block = jump();
  }
  if (block === -2) log.push(JUMP);
  return log;
}

/** Blocks of code that can be reached. */
function reached({ blocks, landings }: Region): number[] {
  const seen = new Set<number>();
  const todo = [0];
  for (let block = todo.pop(); block !== undefined; block = todo.pop()) {
    if (seen.has(block)) continue;
    seen.add(block);
    const { end } = blocks[block]!;
    const targets =
      end.kind === "goto"
        ? [end.to]
        : end.kind === "branch"
          ? [end.taken, end.next]
          : end.kind === "call" || end.kind === "callRegister"
            ? [end.back]
            : end.kind === "callWithin" || end.kind === "returnWithin"
              ? [to(end.to)]
              : [];
    for (const target of targets) if ("block" in target) todo.push(target.block);
    if (end.kind === "jumpRegister" && !end.isReturn) todo.push(...landings);
  }
  return [...seen].sort((a, b) => a - b);
}

/** A region of blocks 16 bytes apart from `from` on. */
function regionOf(ends: readonly BlockEnd[], landings: readonly number[] = [], from = 0): Region {
  const blocks = ends.map((end, i): Block => ({ at: from + 16 * i, insns: [], end }));
  const pages: Region["pages"][number][] = [];
  for (const at of [0, -PAGE, PAGE, 2 * PAGE, 3 * PAGE]) pages.push({ at, frame: 0, decoded: 0 });
  return { blocks, pages, landings };
}

const to = (block: number): Target => ({ block });
const goto = (block: number): BlockEnd => ({ kind: "goto", to: to(block), jump: true });
const branch = (taken: number, next: number): BlockEnd => ({ kind: "branch", insn, taken: to(taken), next: to(next) });
const call = (back: number): BlockEnd => ({ kind: "call", insn, callee: 0, back: to(back) });
const jump: BlockEnd = { kind: "jumpRegister", insn, isReturn: false };
const ret: BlockEnd = { kind: "jumpRegister", insn, isReturn: true };
const leave: BlockEnd = { kind: "leave" };

/** Numbers of a tape: bit 24 decides a branch; bits 23:0, signed, are the even distance that a jump goes to. */
function tapeOf({ blocks }: Region, random: readonly number[]): number[] {
  return random.map((n) => {
    const { at } = blocks[(n >>> 8) % blocks.length]!;
    // Now and then somewhere else: in a block, at an odd place, below the first or above the last block, in another page.
    const beside = (n & 7) === 7 ? [2, 8, -16, 0x400, -PAGE, 3 * PAGE][n % 6]! : 0;
    return ((n & 8) << 21) | ((at + beside) & 0xffffff);
  });
}

const decisions = fc.array(fc.nat(0xffffff), { minLength: STEPS, maxLength: STEPS });

function check(region: Region, random: readonly (readonly number[])[], loops?: ReadonlyMap<number, Around>): void {
  const module = made(region, loops);
  expect(WebAssembly.validate(module.bytes)).toBe(true);
  expect([...module.recorder.emitted].sort((a, b) => a - b)).toEqual(reached(region));
  const tapes = random.map((numbers) => tapeOf(region, numbers));
  expect(run(module, tapes)).toEqual(tapes.map((tape) => walk(region, tape)));
}

function regions(most: number, kinds: readonly BlockEnd["kind"][], isForward: boolean): fc.Arbitrary<Region> {
  return fc.integer({ min: 1, max: most }).chain((size) => {
    const target = fc.oneof(
      { weight: 12, arbitrary: fc.nat(size - 1).map(to) },
      { weight: 1, arbitrary: fc.constantFrom(0x4000_0000, 0x4000_0004).map((away): Target => ({ away })) },
    );
    const end = (i: number): fc.Arbitrary<BlockEnd> =>
      fc
        .record({
          kind: fc.constantFrom(...kinds),
          one: target,
          two: target,
          inside: fc.nat(size - 1),
          isReturn: fc.boolean(),
        })
        .map((r) => {
          // Most code goes on with what follows.
          const next = isForward && i + 1 < size ? to(i + 1) : r.two;
          if (r.kind === "branch") return { kind: r.kind, insn, taken: r.one, next };
          if (r.kind === "goto") return { kind: r.kind, to: r.one, jump: true };
          if (r.kind === "call") return { kind: r.kind, insn, callee: 0, back: next };
          if (r.kind === "callRegister") return { kind: r.kind, insn, back: next };
          if (r.kind === "jumpRegister") return { kind: r.kind, insn, isReturn: r.isReturn };
          if (r.kind === "callWithin") return { kind: r.kind, insn, to: r.inside };
          if (r.kind === "returnWithin") return { kind: r.kind, insn, to: r.inside, back: 0 };
          return { kind: "leave" };
        });
    const ends = fc.tuple(...Array.from({ length: size }, (_, i) => end(i)));
    const landings = fc.oneof(fc.constant<number[]>([]), fc.uniqueArray(fc.nat(size - 1), { maxLength: 8 }));
    const from = fc.constantFrom(0, PAGE - 16, 2 * PAGE - 128, -64);
    return fc.tuple(ends, landings, from).map(([e, l, f]) =>
      regionOf(
        e,
        l.sort((a, b) => a - b),
        f,
      ),
    );
  });
}

const PLAIN = [
  "branch",
  "branch",
  "branch",
  "branch",
  "goto",
  "call",
  "callRegister",
  "jumpRegister",
  "leave",
] as const;
const ALL = [...PLAIN, "callWithin", "returnWithin"] as const;

describe("structure", () => {
  const random = fc.array(decisions, { minLength: 4, maxLength: 4 });
  const settings = { seed: 20, numRuns: 400 };

  it("goes the ways of any small graph", () => {
    fc.assert(
      fc.property(regions(6, ALL, false), random, (region, tapes) => check(region, tapes)),
      { seed: 21, numRuns: 1500 },
    );
  });

  it("goes the ways of any graph of branches alone", () => {
    fc.assert(
      fc.property(regions(30, ["branch"], false), random, (region, tapes) => check(region, tapes)),
      settings,
    );
  });

  it("goes the ways of any larger graph", () => {
    fc.assert(
      fc.property(regions(60, ALL, true), random, (region, tapes) => check(region, tapes)),
      settings,
    );
  });

  it("goes the ways of any small graph whose loops are unrolled, and counts what it has done", () => {
    let loops = 0;
    const unrolled = (region: Region, tapes: readonly (readonly number[])[]) => {
      const found = loopsAround(region);
      loops += [...found.values()].filter(({ chain }) => chain.length > 1).length;
      check(region, tapes, found);
    };
    fc.assert(fc.property(regions(5, ["branch", "branch", "branch", "goto"], true), random, unrolled), {
      seed: 20,
      numRuns: 600,
    });
    expect(loops).toBeGreaterThan(30);
  });

  it("goes the ways of graphs full of computed jumps", () => {
    fc.assert(
      fc.property(regions(20, ["branch", "jumpRegister", "goto"], false), random, (region, tapes) =>
        check(region, tapes),
      ),
      settings,
    );
  });

  /** Says how the region's function looks to wabt, once it has been judged on some tapes. */
  function textFor(region: Region): string {
    check(region, fc.sample(decisions, { seed: 22, numRuns: 50 }));
    return textOf(made(region).bytes);
  }

  it("needs no dispatcher for loops in loops, loops that share a header, or a block that is its own successor", () => {
    expect(textFor(regionOf([branch(0, 1), branch(1, 2), branch(1, 3), branch(0, 4), goto(0)]))).not.toContain(
      "br_table",
    );
  });

  it("needs a dispatcher for a loop with two entries", () => {
    expect(textFor(regionOf([branch(1, 2), branch(2, 3), goto(1), leave]))).toContain("br_table");
  });

  it("enters a loop with two entries from a block before it without the dispatcher", () => {
    const region = regionOf([branch(2, 1), goto(2), goto(3), branch(2, 4), branch(0, 5), leave]);
    expect(textFor(region)).not.toContain("br_table");
  });

  it("needs no dispatcher for landings that no jump leads to", () => {
    const region = regionOf([branch(1, 2), ret, call(3), leave, goto(4)], [3, 4]);
    expect(textFor(region)).not.toContain("br_table");
    expect(made(region).recorder.emitted).not.toContain(4);
  });

  it("reaches blocks through jumps alone, wherever in the pages they lie", () => {
    const region = regionOf([jump, goto(0), jump, branch(0, 1), leave], [1, 2, 3, 4], PAGE - 32);
    expect(textFor(region)).toContain("br_table");
    expect(made(region).recorder.misses).toBe(1);
  });

  it("does not ask for a condition when both ways are one", () => {
    const away: Target = { away: 0x40_0000 };
    const one = regionOf([{ kind: "branch", insn, taken: away, next: away }]);
    expect(walk(one, [])).toEqual([0, AWAY, 0x40_0000]);
    check(one, [[0]]);
    check(regionOf([branch(1, 1), branch(0, 0)]), [[0]]);
  });

  it("nests blocks as deep as a region can have them", () => {
    // Three times what discover.ts makes. A browser has less stack than Node.
    const size = 400;
    const forward = Array.from({ length: size }, (_, i) => branch(size, i + 1));
    check(regionOf([...forward, leave]), [[0]]);
    const back = Array.from({ length: size }, (_, i) => branch(i + 1, i));
    check(regionOf([...back, leave]), [[0], [8, 8, 8, 8, 0, 8, 8, 8, 8]]);
    const tree = Array.from({ length: size }, (_, i) => branch((2 * i + 1) % size, (2 * i + 2) % size));
    check(regionOf(tree), fc.sample(decisions, { seed: 23, numRuns: 20 }));
  });
});
