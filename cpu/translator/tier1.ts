/**
 * Tier 1: regions as a module of WebAssembly functions, under the protocol of README.md. Control flow is structure.ts's;
 * what instructions mean is meaning.ts's; here are blocks and what stands between them.
 */

import type { Mnemonic } from "../isa.ts";
import { panic } from "../panic.ts";
import { ModuleBuilder } from "../wasm/module.ts";
import { type FunctionIndex, I64, type Label } from "../wasm/types.ts";
import { type Around, loopsAround, memberAt } from "./around.ts";
import { Budget } from "./budget.ts";
import { counterRead, pushCounter, pushIsClosed } from "./counters.ts";
import { Effects, isAccess } from "./effects.ts";
import type { Surroundings } from "./layout.ts";
import { MEANINGS, type Meaning } from "./meaning.ts";
import type { Block, Region } from "./region.ts";
import { regionCall } from "./region-calls.ts";
import { type Dispatch, emitRegion, type RegionEmitter } from "./structure.ts";
import { askCache, emitAccess, type Site } from "./tier1-access.ts";
import { emitAtomic, isAtomic } from "./tier1-atomics.ts";
import { CYCLE, type Imports, RegionBody } from "./tier1-body.ts";
import { emitEnds } from "./tier1-ends.ts";
import { type Group, groupsOf, type Member } from "./tier1-groups.ts";
import {
  emitAway,
  emitCall,
  emitComesBack,
  emitCross,
  emitJumpRegister,
  emitLink,
  emitMissed,
  endOf,
  entryAt,
} from "./tier1-jumps.ts";

/** What the instructions of blocks may be. */
const EMITTED = new Set(["compute", "load", "store", "amo", "loadReserved", "storeConditional", "nothing", "csr"]);

/** Whether tier 1 emits such an instruction in a block; of those on CSRs, what reads a counter. Jumps and branches end blocks; the rest is left to tier 0. */
export function emits(mnemonic: Mnemonic): boolean {
  return EMITTED.has(MEANINGS[mnemonic].kind);
}

const NO_CACHE = -1;
/** Caches of a region at most: each holds two registers of the host. */
const MOST_CACHES = 8;

class Emitter implements RegionEmitter {
  /** The caches of blocks that have some, by instruction: NO_CACHE for none. */
  private readonly cachesOf = new Map<number, readonly number[]>();
  /** Loops around, by their first blocks, and the caches of their groups. */
  private readonly loops: ReadonlyMap<number, Around>;
  private readonly cacheOf = new Map<Group, number>();
  /** How many caches of translations the region needs. */
  caches = 0;

  constructor(private readonly body: RegionBody) {
    this.loops = body.leavesAtMiss ? loopsAround(body.region, body.effects) : new Map();
    for (const { groups } of this.loops.values()) for (const group of groups) this.cacheOf.set(group, this.caches++);
    this.findScans();
    budget.analyse(body.region, body.effects, this.loops, !body.leavesAtMiss);
  }

  /**
   * Which loads of loops of one block keep what the fast TLB has said, as long as the region has not too many:
   *
   * - the only access of its loop. When what was loaded ends the loop, which nobody can predict, the host has lost the time
   *   since the address was known. Measured: 5 % of a quicksort.
   * - one whose address comes from another load: a look into a table, where the time until the fast TLB has answered is a part of the
   *   chain.
   *
   * Other loops became slower by caches, which take registers.
   */
  private findScans(): void {
    if (!this.body.leavesAtMiss) return;
    const { effects, region } = this.body;
    for (let index = 0; index < region.blocks.length; index++) {
      if (effects.lookups[index] === 0 || !effects.isLoop(index)) continue;
      const caches = this.scan(index, effects.lookups[index] === 1);
      if (caches.some((cache) => cache !== NO_CACHE)) this.cachesOf.set(index, caches);
    }
  }

  private scan(index: number, isAlone: boolean): readonly number[] {
    const steady = this.loops.get(index)?.steady[0];
    let loaded = 0;
    return this.at(index).insns.map((insn, i) => {
      const isLoad = MEANINGS[insn.mnemonic].kind === "load";
      const isChained = (loaded & (1 << insn.rs1)) !== 0;
      if (isLoad || isChained || (loaded & (1 << insn.rs2)) !== 0) loaded |= (1 << insn.rd) & ~1;
      else loaded &= ~(1 << insn.rd);
      if (steady?.[i]) return NO_CACHE;
      return isLoad && (isAlone || isChained) && this.caches < MOST_CACHES ? this.caches++ : NO_CACHE;
    });
  }

  get b() {
    return this.body.b;
  }

  private at(block: number): Block {
    return this.body.region.blocks[block]!;
  }

  /**
   *     next = acc + cost; if next < ahead * 2^32: leave with exit `step`           where it looks (budget.ts)
   *     acc = next
   *     ...
   */
  block(index: number): void {
    const block = this.at(index);
    const cost = this.costOf(index);
    const asked = budget.asked[index]!;
    if (asked === 0) this.body.count(cost);
    else this.look(block.at, cost, asked - this.body.effects.cycles[index]!);
    const groups = this.groups(index);
    const caches = this.cachesOf.get(index);
    const { insns } = block;
    let rest = -cost;
    for (let i = 0; i < insns.length; i++) {
      const meaning = MEANINGS[insns[i]!.mnemonic];
      this.instruction(index, i, meaning, rest, groups === null ? null : groups[i]!, caches?.[i] ?? NO_CACHE, false);
      rest += isAccess(meaning) ? CYCLE + 1 : CYCLE;
    }
  }

  /** What the block adds to acc. */
  private costOf(block: number): number {
    const { cycles, lookups } = this.body.effects;
    return cycles[block]! * CYCLE + lookups[block]!;
  }

  around(index: number): Around | null {
    return this.loops.get(index) ?? null;
  }

  budgetAround(loop: Around): void {
    this.look(this.at(loop.chain[0]!).at, this.costAround(loop) * loop.rounds, 0);
  }

  ask({ groups }: Around, single: Label): void {
    for (const group of groups) askCache(this.body, group, this.cacheOf.get(group)!, single);
  }

  round(loop: Around, position: number, round: number, rounds: number): void {
    const index = loop.chain[position]!;
    const { insns } = this.at(index);
    let rest = -this.costAround(loop) * (rounds - round) + this.costAround(loop, position);
    for (let i = 0; i < insns.length; i++) {
      const meaning = MEANINGS[insns[i]!.mnemonic];
      const member = memberAt(loop, position, i, round);
      const isTogether = rounds > 1;
      const cache = member === null ? this.cacheAt(index, i) : this.cacheOf.get(member.group)!;
      this.instruction(index, i, meaning, rest, isTogether ? member : null, cache, member?.group.hasStore === true);
      rest += isAccess(meaning) ? CYCLE + 1 : CYCLE;
    }
  }

  undone(loop: Around, position: number, rounds: number): void {
    this.b.i64_const(this.costAround(loop, position + 1) - this.costAround(loop) * (rounds + 1));
  }

  /** What a round counts; its blocks before a place in the chain. */
  private costAround({ chain }: Around, before = chain.length): number {
    return chain.slice(0, before).reduce((cost, index) => cost + this.costOf(index), 0);
  }

  private cacheAt(index: number, i: number): number {
    return this.cachesOf.get(index)?.[i] ?? NO_CACHE;
  }

  takeBack(): void {
    const { b, body } = this;
    b.local_get(body.acc);
    b.i64_add();
    b.local_set(body.acc);
  }

  private groups(index: number) {
    const { effects, leavesAtMiss } = this.body;
    if (effects.lookups[index]! < 2 || !leavesAtMiss || this.cachesOf.has(index)) return null;
    return groupsOf(this.at(index).insns);
  }

  /** @param ahead cycles that are to be left when `cost` has been counted */
  private look(at: number, cost: number, ahead: number): void {
    const { b, body } = this;
    const next = body.named("next", I64);
    b.i64_const(at);
    b.local_get(body.acc);
    b.i64_const(cost);
    b.i64_add();
    b.local_tee(next);
    b.i64_const(-CYCLE * ahead);
    b.i64_lt_s();
    b.unlikely();
    b.br_if(body.way("step"));
    b.drop();
    b.local_get(next);
    b.local_set(body.acc);
  }

  private instruction(
    within: number,
    index: number,
    meaning: Meaning,
    rest: number,
    member: Member | null,
    cache: number,
    asStore: boolean,
  ): void {
    const block = this.at(within);
    const insn = block.insns[index]!;
    const at = block.at + 4 * index;
    if (meaning.kind === "compute") {
      // Nothing that computes can trap.
      if (insn.rd === 0) return;
      this.body.of(insn, at).compute(meaning);
    } else if (meaning.kind !== "nothing") {
      const site = {
        insn,
        at,
        rest,
        cache,
        member,
        asStore,
        index,
      };
      if (meaning.kind === "load" || meaning.kind === "store") emitAccess(this.body, meaning, site);
      else if (isAtomic(meaning)) emitAtomic(this.body, meaning, site);
      else this.readCounter(site);
    }
  }

  /**
   *     if scounteren does not enable it: acc += rest; leave with exit `step`
   *     x[rd] = the counter, with acc + rest >> 32 cycles left
   */
  private readCounter({ insn, at, rest }: Site): void {
    const { b, body } = this;
    const counter = counterRead(insn);
    if (counter === null) panic("a CSR instruction of a region reads a counter", { word: insn.word });
    body.of(insn, at);
    b.i64_const(rest);
    b.i64_const(at);
    pushIsClosed(body, counter);
    body.undoIf();
    pushCounter(body, counter, () => {
      b.local_get(body.acc);
      b.i64_const(rest);
      b.i64_add();
      b.i64_const(32);
      b.i64_shr_s();
      b.f64_convert_i64_s();
    });
    body.setRd();
  }

  condition(index: number): void {
    const block = this.at(index);
    const { end } = block;
    if (end.kind !== "branch") return;
    const meaning = MEANINGS[end.insn.mnemonic];
    if (meaning.kind === "branch") meaning.emit(this.body.of(end.insn, endOf(block)));
  }

  cross(_block: number, to: number): void {
    emitCross(this.body, this.at(to).at);
  }

  away(index: number, distance: number): void {
    emitAway(this.body, this.at(index), distance);
  }

  call(index: number): void {
    const block = this.at(index);
    const { end } = block;
    if (end.kind === "call" || end.kind === "callRegister")
      emitCall(this.body, block, end, this.body.effects.dirty[index]!);
  }

  link(index: number): void {
    const block = this.at(index);
    if (block.end.kind === "callWithin") emitLink(this.body, block, block.end);
  }

  comesBack(index: number): void {
    const block = this.at(index);
    if (block.end.kind === "returnWithin") emitComesBack(this.body, block, block.end);
  }

  jumpRegister(index: number, dispatch: Dispatch | null): void {
    const block = this.at(index);
    const { end } = block;
    if (end.kind === "jumpRegister" || end.kind === "returnWithin")
      emitJumpRegister(this.body, block, end, this.body.effects.dirty[index]!, dispatch);
  }

  missed(): void {
    emitMissed(this.body);
  }

  leave(index: number): void {
    this.body.stepAt(endOf(this.at(index)));
  }
}

const builder = new ModuleBuilder();
const effects = new Effects();
const budget = new Budget();

/**
 * A module of these regions, which it exports as r0, r1...
 * @param calls receives which of them call which without asking tier 0: indices of caller and callee
 */
export function emitRegions(
  regions: readonly Region[],
  s: Surroundings,
  calls: [caller: number, callee: number][] = [],
): Uint8Array<ArrayBuffer> {
  builder.reset();
  const imports = importAll();
  const type = builder.type([I64, I64], [I64]);
  const pair = builder.type([], [I64, I64]);
  const functions: FunctionIndex[] = [];
  /** By the decoded entry where a region begins: its index. */
  const beginning = new Map<number, number>();
  for (let index = 0; index < regions.length; index++) {
    const { pages, blocks } = regions[index]!;
    const declared = builder.function(type);
    builder.exportFunction(`r${index}`, declared);
    functions.push(declared);
    if (pages.length > 0) beginning.set(entryAt(pages[0]!, blocks[0]!.at), index);
  }
  for (let index = 0; index < regions.length; index++) {
    const region = regions[index]!;
    const direct = (entry: number): FunctionIndex | null => {
      const other = beginning.get(entry);
      if (other === undefined || !goesWith(region, regions[other]!)) return null;
      calls.push([index, other]);
      return functions[other]!;
    };
    effects.analyse(region);
    const body = new RegionBody(builder.begin(functions[index]!), s, imports, region, effects, pair, direct);
    const emitter = new Emitter(body);
    body.begin(emitter.caches);
    emitRegion(region, emitter);
    emitEnds(body);
    builder.end();
  }
  return builder.finish();
}

/** Whether `other` goes only when `region` goes, too: then `region` need not ask for it. */
function goesWith(region: Region, other: Region): boolean {
  return other.pages.every(({ frame }) => region.pages.some((own) => own.frame === frame));
}

function importAll(): Imports {
  builder.importMemory("machine", "memory", { minimum: 1 });
  const type = regionCall(builder);
  const one = (name: keyof Imports) => builder.importFunction("tier0", name, type);
  return { enter: one("enter"), load: one("load"), store: one("store"), fetch: one("fetch") };
}
