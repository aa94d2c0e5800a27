/**
 * Code: a random program of functions with loops, branches, calls, recursion and jump tables, made of pieces. It begins
 * at `entry` and never ends by itself.
 *
 * (1) Functions call only those that were made before them, and themselves a bounded number of times.
 * (2) `cost`, an estimate of the instructions of one call, is bounded, so that each pass through the program ends.
 */

import type { Random } from "../../../cpu/random.ts";
import { Emitter, type Label } from "./emitter.ts";
import { COUNTERS, PASS, RA, SP, TEMPORARIES, TP, VALUES, ZERO } from "./layout.ts";
import * as pieces from "./pieces.ts";
import { ALTERNATIVES, BRANCHES, CALL_BASES, type Context, chance, one, PLACES } from "./pieces.ts";
import type { Feature, Shape } from "./shape.ts";

const [T0, T1] = TEMPORARIES;
const PAGE = 4096;
/** Instructions of one pass through the program, about. */
const MOST_COST = 60_000;
const FRAME = 64;
/** Bytes that the longest piece, an epilogue and the rest of a loop take together. */
const RESERVE = 400;

export interface Program {
  readonly words: Uint32Array;
  /** Offset of the first instruction. */
  readonly entry: number;
  /** Offsets of instructions that may be overwritten. */
  readonly slots: readonly number[];
}

interface Function_ {
  readonly label: Label;
  readonly cost: number;
  /** So small that a translator may copy it into its callers. */
  readonly isSmall: boolean;
}

/** Pieces of small functions: none of them changes RA. */
const SMALL = [pieces.alu, pieces.alu, pieces.load, pieces.store, pieces.walk, pieces.amo, pieces.reserve, pieces.slot];
const SMALL_COUNTING = [...SMALL, pieces.counter, pieces.counter];

/** Pieces, how often each is drawn, and the feature without which it is not. */
const KINDS: readonly (readonly [weight: number, feature: Feature | null, piece: (c: Context) => void])[] = [
  [30, null, pieces.alu],
  [6, null, pieces.stir],
  [14, null, pieces.load],
  [12, null, pieces.store],
  [3, null, pieces.amo],
  [4, null, pieces.walk],
  [2, null, pieces.reserve],
  [3, null, pieces.island],
  [3, null, pieces.scan],
  [1, null, pieces.fence],
  [3, "counters", pieces.counter],
  [2, "devices", pieces.device],
  [2, "generated", pieces.generate],
  [3, "selfModifying", (c) => pieces.slot(c)],
  [8, "swaps", (c) => pieces.slot(c)],
];

/** What happens rarely, behind a test of PASS. */
const RARE: readonly (readonly [weight: number, feature: Feature | null, piece: (c: Context) => void])[] = [
  [2, null, (c) => c.e.put("ecall")],
  [1, "faults", (c) => c.e.put("ebreak")],
  [2, "faults", pieces.illegal],
  [4, "faults", pieces.wildAccess],
  [8, "wildJumps", pieces.wildJump],
  [8, "selfModifying", pieces.overwrite],
  [4, "generated", pieces.generate],
  [5, "spaces", (c) => c.e.put("ecall")],
  [20, "swaps", (c) => c.e.put("ecall")],
  [1, "devices", pieces.device],
  [1, null, pieces.fence],
];

class Generator implements Context {
  readonly e: Emitter;
  readonly slots: Label[] = [];
  readonly pending: Label[] = [];
  readonly islands: Label[] = [];
  readonly alternatives: Label;
  readonly returning: Label;
  readonly places: readonly number[];
  private readonly functions: Function_[] = [];
  /** How often what is emitted now runs in one call, and what it costs so far. */
  private times = 1;
  private cost = 0;
  private depth = 0;

  constructor(
    readonly random: Random,
    readonly shape: Shape,
  ) {
    this.e = new Emitter(shape.codePages * PAGE);
    this.alternatives = this.e.here();
    for (let n = 0; n < ALTERNATIVES; n++) pieces.alternative(this);
    this.places = [one(random, PLACES), one(random, PLACES)];
    this.returning = this.e.here();
    this.e.put("jalr", { rd: ZERO, rs1: RA, imm: 0 });
  }

  has(feature: Feature | null): boolean {
    return feature === null || this.shape.has.has(feature);
  }

  program(): Program {
    const { e, random, shape } = this;
    const size = shape.has.has("wide") ? 200 : 500;
    while (e.room > 3 * RESERVE) {
      if (chance(random, 2)) this.toPageEnd();
      if (this.has("swaps")) this.straddle();
      if (chance(random, 2)) this.small();
      const room = Math.min(e.room - 2 * RESERVE, 100 + random.below(size));
      this.function(room, chance(random, 6));
    }
    const entry = e.at;
    this.main();
    return { words: e.finish(), entry, slots: this.slots.map(({ at }) => at) };
  }

  /** The next instruction is the last of its page, or so near to it that loops of the function go over its end. */
  private toPageEnd(): void {
    const { e, random } = this;
    const target = PAGE - 4 - 4 * random.below(chance(random, 3) ? 8 : 80);
    const distance = (target - (e.at % PAGE) + PAGE) % PAGE;
    if (distance > 1200 || distance > e.room - 3 * RESERVE) return;
    for (let n = 0; n < distance / 4; n++) e.word(this.random.next());
  }

  /** A small loop over the end of this page, as a function; what is behind the end may be overwritten. */
  private straddle(): void {
    const { e, random } = this;
    const before = 4 * (3 + random.below(8));
    const distance = PAGE - before - (e.at % PAGE);
    if (distance < 0 || distance > e.room - 4 * RESERVE) return;
    for (let n = 0; n < distance / 4; n++) e.word(random.next());
    const label = e.here();
    const count = 3 + random.below(60);
    const counter = TEMPORARIES[2];
    e.put("addi", { rd: counter, rs1: ZERO, imm: count });
    const top = e.here();
    while (e.at % PAGE !== 0)
      e.put("xor", { rd: one(random, VALUES), rs1: one(random, VALUES), rs2: one(random, VALUES) });
    for (let n = 1 + random.below(4); n > 0; n--) pieces.slot(this);
    e.put("addi", { rd: counter, rs1: counter, imm: -1 });
    e.branch("bne", counter, ZERO, top);
    e.put("jalr", { rd: ZERO, rs1: RA, imm: 0 });
    this.functions.push({ label, cost: count * 12, isSmall: false });
  }

  private island(): void {
    const { e, random } = this;
    if (e.at % 8 !== 0) e.put("addi");
    this.islands.push(e.here());
    e.word(random.next());
    e.word(random.next());
  }

  private function(room: number, recursive: boolean): void {
    const { e } = this;
    if (chance(this.random, 2)) this.island();
    const label = e.here();
    const saved = [RA, ...COUNTERS];
    this.times = 1;
    this.cost = 0;
    e.put("addi", { rd: SP, rs1: SP, imm: -FRAME });
    for (const [n, register] of saved.entries()) e.put("sd", { rs2: register, rs1: SP, store: 8 * n });
    this.items(e.at + room);
    if (recursive) this.recursion(label);
    while (this.pending.length > 0) pieces.slot(this);
    for (const [n, register] of saved.entries()) e.put("ld", { rd: register, rs1: SP, imm: 8 * n });
    e.put("addi", { rd: SP, rs1: SP, imm: FRAME });
    e.put("jalr", { rd: ZERO, rs1: RA, imm: 0 });
    this.functions.push({ label, cost: (this.cost + 14) * (recursive ? 8 : 1), isSmall: false });
  }

  /**
   * A small function, mostly a leaf; some call themselves, come back early, trap now and then, or, among wild jumps, come back behind the
   * next instruction.
   */
  private small(): void {
    const { e, random } = this;
    const label = e.here();
    const end = e.label();
    const small = this.has("counters") ? SMALL_COUNTING : SMALL;
    const recursive = chance(random, 4);
    if (recursive) e.put("addi", { rd: SP, rs1: SP, imm: -FRAME });
    if (recursive) e.put("sd", { rs2: RA, rs1: SP, store: 0 });
    for (let n = 1 + random.below(3); n > 0; n--) one(random, small)(this);
    if (chance(random, 3)) this.trapNowAndThen();
    if (chance(random, 2)) e.branch(one(random, BRANCHES), one(random, VALUES), one(random, VALUES), end);
    one(random, small)(this);
    if (recursive) this.recursion(label);
    e.place(end);
    if (recursive) e.put("ld", { rd: RA, rs1: SP, imm: 0 });
    if (recursive) e.put("addi", { rd: SP, rs1: SP, imm: FRAME });
    else if (this.has("wildJumps") && chance(random, 3)) {
      e.put("andi", { rd: T0, rs1: one(random, VALUES), imm: one(random, [1, 2, 4, 4]) });
      e.put("add", { rd: RA, rs1: RA, rs2: T0 });
    }
    e.put("jalr", { rd: ZERO, rs1: RA, imm: 0 });
    this.functions.push({ label, cost: recursive ? 200 : 20, isSmall: true });
  }

  private trapNowAndThen(): void {
    const { e, shape } = this;
    const skip = e.label();
    e.put("andi", { rd: T0, rs1: PASS, imm: shape.rarity - 1 });
    e.branch("bne", T0, ZERO, skip);
    e.put("ecall");
    e.place(skip);
  }

  /** The function calls itself as long as its stack frame lies at no multiple of eight of them. */
  private recursion(label: Label): void {
    const { e } = this;
    const end = e.label();
    e.put("andi", { rd: T0, rs1: SP, imm: 8 * FRAME - 1 });
    e.branch("beq", T0, ZERO, end);
    e.jal(RA, label);
    e.place(end);
  }

  /** Anything, up to the place `end` or as long as it may cost. */
  private items(end: number): void {
    const { e, random } = this;
    while (e.at < end && e.room > RESERVE) {
      const kind = random.below(20);
      if (kind < 12) this.straight();
      else if (kind < 15 && this.depth < COUNTERS.length && e.at + 40 < end) this.loop(end);
      else if (kind < 17) this.choice(end);
      else if (kind < 18) this.rarely();
      else if (kind < 19) this.call();
      else this.jumpTable();
    }
  }

  private spend(instructions: number): void {
    this.cost += instructions * this.times;
  }

  private straight(): void {
    for (let n = 1 + this.random.below(6); n > 0; n--) this.drawn(KINDS);
    this.spend(6);
  }

  private drawn(kinds: typeof KINDS): void {
    const possible = kinds.filter(([, feature]) => this.has(feature));
    let draw = this.random.below(possible.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, , piece] of possible) {
      if (draw < weight) {
        piece(this);
        return;
      }
      draw -= weight;
    }
  }

  private rarely(): void {
    const { e, shape } = this;
    const skip = e.label();
    e.put("andi", { rd: T0, rs1: PASS, imm: shape.rarity - 1 });
    e.branch("bne", T0, ZERO, skip);
    this.drawn(RARE);
    e.place(skip);
    this.spend(3);
  }

  private loop(end: number): void {
    const { e, random, shape } = this;
    const counter = COUNTERS[this.depth];
    const most = Math.max(2, Math.floor((MOST_COST - this.cost) / this.times / 20));
    const count = Math.min(2 + random.below(shape.iterations), most, 2000);
    const up = chance(random, 3);
    e.constant(counter, up ? -count : count);
    const top = e.here();
    const outer = this.times;
    this.times *= count;
    this.depth++;
    if (chance(random, 2)) e.put("addi", { rd: PASS, rs1: PASS, imm: 1 });
    const out = e.label();
    this.items(Math.min(end - 20, e.at + 8 + random.below(240)));
    if (chance(random, 4)) e.branch("beq", one(random, VALUES), one(random, VALUES), out);
    this.depth--;
    this.times = outer;
    e.put("addi", { rd: counter, rs1: counter, imm: up ? 1 : -1 });
    this.backwards(up, counter, top);
    e.place(out);
  }

  /** One of the ways in which a compiler ends a loop. */
  private backwards(up: boolean, counter: number, top: Label): void {
    const { e, random } = this;
    const far = e.at - top.at > 3500;
    const kind = far ? 3 : random.below(4);
    if (kind === 0) e.branch("bne", counter, ZERO, top);
    else if (kind === 1) e.branch("blt", up ? counter : ZERO, up ? ZERO : counter, top);
    else if (kind === 2) e.branch("bltu", ZERO, counter, top);
    else {
      const out = e.label();
      e.branch("beq", counter, ZERO, out);
      e.jal(ZERO, top);
      e.place(out);
    }
  }

  /** Forward branches: one way, or two. */
  private choice(end: number): void {
    const { e, random } = this;
    const [other, join] = [e.label(), e.label()];
    e.branch(one(random, BRANCHES), one(random, VALUES), one(random, VALUES), other);
    this.some(end);
    if (chance(random, 2)) {
      e.jal(ZERO, join);
      e.place(other);
      this.some(end);
    } else e.place(other);
    e.place(join);
    this.spend(3);
  }

  private some(end: number): void {
    if (this.depth < COUNTERS.length && chance(this.random, 8) && this.e.at + 200 < end) this.loop(this.e.at + 160);
    for (let n = 1 + this.random.below(2); n > 0; n--) this.straight();
  }

  private callable(): Function_ | null {
    const { random, functions } = this;
    if (functions.length === 0) return null;
    const near = functions.filter(({ label, isSmall }) => isSmall && (label.at ^ this.e.at) < PAGE);
    const f = one(random, near.length > 0 && chance(random, 2) ? near : functions);
    return this.cost + f.cost * this.times > MOST_COST ? null : f;
  }

  /** To one of the addresses that a function has. */
  private call(): void {
    const { e, random } = this;
    const f = this.callable();
    if (f === null) return;
    const base = one(random, CALL_BASES);
    if (f.isSmall || !chance(random, 3)) e.jal(RA, f.label);
    else {
      e.offset(T0, f.label);
      if (base === "alias") e.put("add", { rd: T0, rs1: T0, rs2: TP });
      else {
        e.put("lui", { rd: T1, upper: (base / PAGE) & 0xf_ffff });
        e.put("add", { rd: T0, rs1: T0, rs2: T1 });
      }
      e.put("jalr", { rd: RA, rs1: T0, imm: 0 });
    }
    this.spend(f.cost);
  }

  /** Calls one of four functions, or jumps to one of four places, by a table of distances. */
  private jumpTable(): void {
    const { e, random } = this;
    const [table, behind] = [e.label(), e.label()];
    const jumps = chance(random, 2);
    const calls = Array.from({ length: 4 }, () => (!jumps && chance(random, 2) ? this.callable() : null));
    e.put("andi", { rd: T0, rs1: chance(random, 2) ? PASS : one(random, VALUES), imm: 3 });
    e.put("slli", { rd: T0, rs1: T0, shamt6: 2 });
    e.address(T1, table);
    e.put("add", { rd: T0, rs1: T0, rs2: T1 });
    e.put("lw", { rd: T0, rs1: T0, imm: 0 });
    // By T0, which is a link register (psABI: t0), a jump is taken for a return.
    e.put("add", { rd: jumps ? T1 : T0, rs1: T0, rs2: T1 });
    const places = calls.map((f) => f?.label ?? e.label());
    e.put("jalr", jumps ? { rd: ZERO, rs1: T1, imm: 0 } : { rd: RA, rs1: T0, imm: 0 });
    e.jal(ZERO, behind);
    e.place(table);
    for (const label of places)
      e.distance(label, table, this.has("wildJumps") && chance(random, 16) ? random.below(9) : 0);
    for (const [n, f] of calls.entries()) {
      if (f !== null) this.spend(f.cost / 4);
      else {
        e.place(places[n]);
        this.straight();
        if (chance(random, 2)) e.jal(ZERO, behind);
      }
    }
    e.place(behind);
  }

  private main(): void {
    const { e, random, functions } = this;
    const top = e.here();
    e.put("addi", { rd: PASS, rs1: PASS, imm: 1 });
    while (e.room > RESERVE / 2) {
      const before = e.at;
      this.drawn(KINDS);
      if (chance(random, 2)) e.jal(RA, one(random, functions).label);
      if (e.at === before) break;
    }
    e.jal(ZERO, top);
    while (e.room > 0) e.put("addi");
  }
}

export function randomProgram(shape: Shape, random: Random): Program {
  return new Generator(random, shape).program();
}
