/**
 * Recorder: emits a region's blocks as code that writes down that it was reached and takes its decisions from a tape; and a walk of the
 * graph itself that writes down the same.
 */

import fc from "fast-check";
import { expect } from "vitest";
import type { Around } from "../../../cpu/translator/around.ts";
import type { Region, Target } from "../../../cpu/translator/region.ts";
import { type Dispatch, emitRegion, type RegionEmitter } from "../../../cpu/translator/structure.ts";
import type { Group } from "../../../cpu/translator/tier1-groups.ts";
import type { FunctionBody } from "../../../cpu/wasm/body.ts";
import { ModuleBuilder } from "../../../cpu/wasm/module.ts";
import { I32, type Label, type Local } from "../../../cpu/wasm/types.ts";
import { PAGE, reached } from "./graphs.ts";

/** Blocks of code entered in a run at most: the budget. */
const STEPS = 60;

/** What is written down besides blocks: i32 numbers that no block has. */
const CONDITION = 0x1000;
const CROSS = 0x2000;
const CALL = 0x3000;
export const AWAY = 0x4000;
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

export function made(region: Region, loops: ReadonlyMap<number, Around> = new Map()): Made {
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
export function walk({ blocks, landings, pages }: Region, tape: readonly number[]): number[] {
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

/** Numbers of a tape: bit 24 decides a branch; bits 23:0, signed, are the even distance that a jump goes to. */
function tapeOf({ blocks }: Region, random: readonly number[]): number[] {
  return random.map((n) => {
    const { at } = blocks[(n >>> 8) % blocks.length]!;
    // Now and then somewhere else: in a block, at an odd place, below the first or above the last block, in another page.
    const beside = (n & 7) === 7 ? [2, 8, -16, 0x400, -PAGE, 3 * PAGE][n % 6]! : 0;
    return ((n & 8) << 21) | ((at + beside) & 0xffffff);
  });
}

export const decisions = fc.array(fc.nat(0xffffff), { minLength: STEPS, maxLength: STEPS });

/** The emitted function is valid, has every block that can be reached, and goes where the graph goes. */
export function check(
  region: Region,
  random: readonly (readonly number[])[],
  loops?: ReadonlyMap<number, Around>,
): void {
  const module = made(region, loops);
  expect(WebAssembly.validate(module.bytes)).toBe(true);
  expect([...module.recorder.emitted].sort((a, b) => a - b)).toEqual(reached(region));
  const tapes = random.map((numbers) => tapeOf(region, numbers));
  expect(run(module, tapes)).toEqual(tapes.map((tape) => walk(region, tape)));
}
