/**
 * TLB path: what tlb.ts and replacement.ts do, as WebAssembly, and the fast TLBs that must never say otherwise.
 * For one geometry and one policy, both constants of the emitted code.
 *
 * An entry is named by its offset in a column of 8 bytes an entry ("place" of the entry: 8 * its number).
 *
 * (1) A fast entry is there only while the modelled entry that it derives from is (layout.ts (3)): whatever replaces or
 *     drops that one, or (nru) clears its bit, forgets the fast entries first.
 * (2) lru and plru have no fast entries: every hit changes a stamp, or bits of the tree unless it is the same entry's again.
 * (3) nru with several ways: an entry whose bit is clear has no fast entries, and a victim's bit is clear, so replacing
 *     forgets nothing.
 */

import { GENERATOR } from "../replacement.ts";
import type { FunctionBody } from "../wasm/body.ts";
import type { ModuleBuilder } from "../wasm/module.ts";
import { F64, type FunctionIndex, I32, I64, type Label, type Local } from "../wasm/types.ts";
import {
  block,
  br,
  brIf,
  type Code,
  call,
  choose,
  either,
  f64,
  get,
  giveBack,
  i32,
  i64,
  load,
  loop,
  low,
  op,
  seq,
  set,
  store,
  tee,
  when,
} from "./expressions.ts";
import { ENTERED, ENTERED_MOST, FAST_MASK, FAST_TLBS_BYTES, FAST_TO, NO_TAG, type Surroundings } from "./layout.ts";
import { type Places, placesOf } from "./places.ts";
import { type Effect, hasFastEntries, POLICIES, type Policy } from "./tlb-policies.ts";

/** The asid of global entries (tlb.ts (4)). */
export const GLOBAL = -1;
/** Sets of up to so many ways are searched without a loop. */
const UNROLLED = 8;
/** A tag's low bits are the page's level. */
const LEVEL_MASK = 3;

export class TlbPath {
  readonly at: Places;
  /** Whether there are fast entries: see (2). */
  readonly isFast: boolean;
  private readonly policy: Policy;
  /** Stamps are 0 and 1, and never all 1: see (3). */
  private readonly isBit: boolean;
  private readonly ways: number;
  private readonly setMask: number;
  /** log2 of the bytes of a set in a column of 8 bytes an entry. */
  private readonly setShift: number;
  private readonly superpageIn: FunctionIndex;
  private readonly forgetting: FunctionIndex;
  private readonly clearing: FunctionIndex;
  private readonly choosing: FunctionIndex;
  private readonly dropping: FunctionIndex;
  private readonly pointing: FunctionIndex;

  /** Emits the functions that the Codes below call. */
  constructor(
    private readonly module: ModuleBuilder,
    private readonly s: Surroundings,
  ) {
    const { sets, ways } = s.tlb;
    this.at = placesOf(s);
    this.policy = POLICIES[s.replacement];
    this.isFast = hasFastEntries(s.replacement);
    this.isBit = this.policy.used === "mark" && ways > 1;
    this.ways = ways;
    this.setMask = sets - 1;
    this.setShift = Math.log2(ways) + 3;
    this.superpageIn = this.emitSuperpage();
    this.pointing = this.emitPoint();
    this.forgetting = this.emitForget();
    this.clearing = this.emitClearOthers();
    this.choosing = this.emitChoose();
    this.dropping = this.emitDrop();
  }

  private write(index: FunctionIndex, body: (b: FunctionBody) => Code): FunctionIndex {
    const b = this.module.begin(index);
    body(b)(b);
    this.module.end();
    return index;
  }

  // Looking up

  /** The bits of the tag of the page with that number, in units of its own size: i64. */
  tagOf(number: Code, level: Code): Code {
    const tag = op("i64_add", op("i64_shl", number, i64(2)), level);
    return op("i64_reinterpret_f64", op("f64_convert_i64_s", tag));
  }

  /** Where the set begins that the page with that number lies in. */
  setOf(number: Code): Code {
    return op("i32_shl", op("i32_and", low(number), i32(this.setMask)), i32(this.setShift));
  }

  /**
   *     for entry in the set: if (tag[entry] == tag && (asid[entry] == asid || asid[entry] == GLOBAL)) goto hit
   */
  search(first: Local, tag: Local, asid: Local, entry: Local, hit: Label): Code {
    const { column } = this.at;
    const asidAt = (way: number) => load("i32_load", op("i32_shr_u", get(entry), i32(1)), column.asid + 4 * way);
    const matches = (way: number) =>
      op("i32_or", op("i32_eq", asidAt(way), get(asid)), op("i32_eq", asidAt(way), i32(GLOBAL)));
    const isTag = op("i64_eq", load("i64_load", get(entry), column.tag), get(tag));
    if (this.ways > UNROLLED) {
      return seq(
        set(entry, get(first)),
        loop((again) =>
          seq(
            when(isTag, brIf(hit, matches(0))),
            set(entry, op("i32_add", get(entry), i32(8))),
            brIf(again, op("i32_lt_u", get(entry), op("i32_add", get(first), i32(8 * this.ways)))),
          ),
        ),
      );
    }
    const way = (n: number) =>
      when(
        op("i64_eq", load("i64_load", get(first), column.tag + 8 * n), get(tag)),
        set(entry, op("i32_add", get(first), i32(8 * n))),
        brIf(hit, matches(0)),
      );
    return seq(...Array.from({ length: this.ways }, (_, n) => way(n)));
  }

  /** Entry of a superpage that holds the page, or -1. */
  superpage(page: Local, asid: Local): Code {
    return call(this.superpageIn, get(page), get(asid));
  }

  /**
   *     for (level = 1; level <= highest; level++) { number = page >> 9 * level; search; }
   *     return -1
   */
  private emitSuperpage(): FunctionIndex {
    const f = this.module.function(this.module.type([I64, I32], [I32]), "superpage");
    return this.write(f, (b) => {
      const [page, asid] = [b.parameter(0), b.parameter(1)];
      const [level, number, tag] = [b.local(I64), b.local(I64), b.local(I64)];
      const [first, entry] = [b.local(I32), b.local(I32)];
      const highest = op("i64_trunc_sat_f64_s", load("f64_load", i32(0), this.at.highest));
      return seq(
        block((hit) =>
          seq(
            set(level, i64(1)),
            set(number, get(page)),
            loop((again) =>
              seq(
                when(op("i64_gt_s", get(level), highest), giveBack(i32(-1))),
                set(number, op("i64_shr_s", get(number), i64(9))),
                set(tag, this.tagOf(get(number), get(level))),
                set(first, this.setOf(get(number))),
                this.search(first, tag, asid, entry, hit),
                set(level, op("i64_add", get(level), i64(1))),
                br(again),
              ),
            ),
          ),
        ),
        get(entry),
      );
    });
  }

  /** Number of the page within the superpage of that entry: i64. */
  withinSuperpage(page: Local, entry: Local): Code {
    const level = op(
      "i64_and",
      op("i64_trunc_sat_f64_s", load("f64_load", get(entry), this.at.column.tag)),
      i64(LEVEL_MASK),
    );
    const span = op("i64_shl", i64(1), op("i64_mul", level, i64(9)));
    return op("i64_and", get(page), op("i64_sub", span, i64(1)));
  }

  // Replacement

  /** A hit: `used`. @param now the number of this lookup, f64 */
  used(entry: Local, now: Code): Code {
    return this.affect(this.policy.used, entry, now);
  }

  /** The entry has been filled: `filled`. */
  filled(entry: Local, now: Code): Code {
    return this.affect(this.policy.filled, entry, now);
  }

  private affect(effect: Effect, entry: Local, now: Code): Code {
    if (effect === "nothing") return seq();
    if (effect === "point") return call(this.pointing, get(entry));
    return effect === "stamp" ? this.stamp(entry, now) : this.mark(entry);
  }

  private stamp(entry: Local, value: Code): Code {
    return store("f64_store", get(entry), value, this.at.column.stamp);
  }

  /**
   *     if (stamp[entry] != 1) { stamp[entry] = 1; if (all of the set are 1) clear those of the others }
   */
  private mark(entry: Local): Code {
    const { stamp } = this.at.column;
    const first = op("i32_and", get(entry), i32(-8 * this.ways));
    const sum = () =>
      Array.from({ length: this.ways }, (_, n) => load("f64_load", first, stamp + 8 * n)).reduce((a, b) =>
        op("f64_add", a, b),
      );
    const clearOthers = call(this.clearing, get(entry));
    const after =
      this.ways === 1
        ? seq()
        : this.ways > UNROLLED
          ? clearOthers
          : when(op("f64_eq", sum(), f64(this.ways)), clearOthers);
    return when(op("f64_ne", load("f64_load", get(entry), stamp), f64(1)), this.stamp(entry, f64(1)), after);
  }

  /**
   * nru: clears the bits of the other entries of the set, where all are set.
   *
   *     [for other in the set: if (stamp[other] != 1) return]      where that has not been asked yet
   *     for other in the set: if (other != entry) { stamp[other] = 0; forget(other) }
   */
  private emitClearOthers(): FunctionIndex {
    const f = this.module.function(this.module.type([I32], []), "clearOthers");
    return this.write(f, (b) => {
      const entry = b.parameter(0);
      const [other, end] = [b.local(I32), b.local(I32)];
      const { stamp } = this.at.column;
      const start = seq(
        set(other, op("i32_and", get(entry), i32(-8 * this.ways))),
        set(end, op("i32_add", get(other), i32(8 * this.ways))),
      );
      const each = (...codes: Code[]) =>
        loop((again) =>
          seq(...codes, brIf(again, op("i32_lt_u", tee(other, op("i32_add", get(other), i32(8))), get(end)))),
        );
      const isClear = op("f64_ne", load("f64_load", get(other), stamp), f64(1));
      const clear = seq(this.stamp(other, f64(0)), this.forgetHere(other, b.local(I64), b.local(I32)));
      return seq(
        this.ways > UNROLLED ? seq(start, each(when(isClear, (body) => body.return()))) : seq(),
        start,
        each(when(op("i32_ne", get(other), get(entry)), clear)),
      );
    });
  }

  /**
   * plru: turns the bits on the entry's way from the root away from it; unrolled over the levels of the tree.
   *
   *     stamp[first + node] = 1 - side, for each node above the entry
   */
  private emitPoint(): FunctionIndex {
    const f = this.module.function(this.module.type([I32], []), "point");
    return this.write(f, (b) => {
      const [entry, way] = [b.parameter(0), b.local(I32)];
      const first = op("i32_and", get(entry), i32(-8 * this.ways));
      const depth = Math.log2(this.ways);
      const level = (above: number) => {
        const node = op("i32_or", i32(1 << above), op("i32_shr_u", get(way), i32(depth - above)));
        const side = op("i32_and", op("i32_shr_u", get(way), i32(depth - above - 1)), i32(1));
        const bit = op("f64_convert_i32_u", op("i32_xor", side, i32(1)));
        const place = op("i32_add", first, op("i32_shl", node, i32(3)));
        return store("f64_store", place, bit, this.at.column.stamp);
      };
      return seq(
        set(way, op("i32_and", op("i32_shr_u", get(entry), i32(3)), i32(this.ways - 1))),
        ...Array.from({ length: depth }, (_, above) => level(above)),
      );
    });
  }

  // Filling

  /**
   * The entry to fill in the set that begins at `first`: a free one, or the policy's victim, whose fast entries go.
   *
   *     for entry in the set: if (tag[entry] is NaN) goto chosen
   *     entry = the policy's victim; forget(entry)
   */
  chosen(first: Local, entry: Local, least: Local): Code {
    if (this.ways > UNROLLED || this.policy.victim !== "least") return set(entry, call(this.choosing, get(first)));
    const { tag } = this.at.column;
    const way = (n: number) => op("i32_add", get(first), i32(8 * n));
    const numbers = Array.from({ length: this.ways }, (_, n) => n);
    const free = (n: number, end: Label) =>
      seq(set(entry, way(n)), brIf(end, isFree(load("f64_load", get(first), tag + 8 * n))));
    return block((end) =>
      seq(
        ...numbers.map((n) => free(n, end)),
        this.isBit ? this.firstClear(first, entry) : this.leastOf(first, entry, least),
      ),
    );
  }

  // Which way is the victim is what no branch predictor knows, so these calculate instead of branching.

  /**
   *     mask = bit n is set where stamp[first + n] == 0
   *     entry = the first bit that is set, or where there is none the first way
   */
  private firstClear(first: Local, entry: Local): Code {
    const { stamp } = this.at.column;
    const bit = (n: number) => op("i32_shl", op("i64_eqz", load("i64_load", get(first), stamp + 8 * n)), i32(n));
    const mask = Array.from({ length: this.ways }, (_, n) => bit(n)).reduce((a, b) => op("i32_or", a, b));
    const way = op("i32_and", op("i32_ctz", op("i32_or", mask, i32(1 << this.ways))), i32(this.ways - 1));
    return set(entry, op("i32_add", get(first), op("i32_shl", way, i32(3))));
  }

  /**
   *     for each way: if (stamp[way] < least) { least = stamp[way]; entry = way }
   *     forget(entry)
   */
  private leastOf(first: Local, entry: Local, least: Local): Code {
    const at = (n: number) => load("f64_load", get(first), this.at.column.stamp + 8 * n);
    const consider = (n: number) => {
      const changes = op("i32_xor", get(entry), op("i32_add", get(first), i32(8 * n)));
      const isLess = op("i32_sub", i32(0), op("f64_lt", at(n), get(least)));
      return seq(
        set(entry, op("i32_xor", get(entry), op("i32_and", changes, isLess))),
        set(least, op("f64_min", at(n), get(least))),
      );
    };
    const others = Array.from({ length: this.ways - 1 }, (_, n) => consider(n + 1));
    return seq(set(entry, get(first)), set(least, at(0)), ...others, this.forget(entry));
  }

  /** The victim by the generator's next number: its high bits. */
  private byGenerator(entry: Local, first: Local, next: Local): Code {
    const { generator } = this.at;
    const before = op("i32_trunc_sat_f64_u", load("f64_load", i32(0), generator));
    const product = op("i32_mul", before, i32(GENERATOR.multiplier));
    const way = this.ways === 1 ? i32(0) : op("i32_shr_u", get(next), i32(32 - Math.log2(this.ways)));
    return seq(
      set(next, op("i32_add", product, i32(GENERATOR.increment))),
      store("f64_store", i32(0), op("f64_convert_i32_u", get(next)), generator),
      set(entry, op("i32_add", get(first), op("i32_shl", way, i32(3)))),
    );
  }

  /**
   * The victim that the tree points to, `node` from the root to the leaf.
   *
   *     node = 1; for each level: node = 2 * node + stamp[first + node]
   */
  private byTree(entry: Local, first: Local, node: Local): Code {
    const place = op("i32_add", get(first), op("i32_shl", get(node), i32(3)));
    const bit = op("i32_trunc_sat_f64_u", load("f64_load", place, this.at.column.stamp));
    const down = set(node, op("i32_add", op("i32_shl", get(node), i32(1)), bit));
    const way = op("i32_sub", get(node), i32(this.ways));
    return seq(
      set(node, i32(1)),
      ...Array.from({ length: Math.log2(this.ways) }, () => down),
      set(entry, op("i32_add", get(first), op("i32_shl", way, i32(3)))),
    );
  }

  /** The same as a function: for many ways, or where the victim is not the least. */
  private emitChoose(): FunctionIndex {
    const f = this.module.function(this.module.type([I32], [I32]), "choose");
    return this.write(f, (b) => {
      const first = b.parameter(0);
      const [other, end, entry] = [b.local(I32), b.local(I32), b.local(I32)];
      const { tag, stamp } = this.at.column;
      const { victim } = this.policy;
      const stampAt = (place: Local) => load("f64_load", get(place), stamp);
      return seq(
        set(other, tee(entry, get(first))),
        set(end, op("i32_add", get(first), i32(8 * this.ways))),
        loop((again) =>
          seq(
            when(isFree(load("f64_load", get(other), tag)), giveBack(get(other))),
            victim === "least"
              ? set(entry, either(op("f64_lt", stampAt(other), stampAt(entry)), get(other), get(entry)))
              : seq(),
            brIf(again, op("i32_lt_u", tee(other, op("i32_add", get(other), i32(8))), get(end))),
          ),
        ),
        victim === "generator" ? this.byGenerator(entry, first, other) : seq(),
        victim === "tree" ? this.byTree(entry, first, other) : seq(),
        this.forget(entry),
        get(entry),
      );
    });
  }

  /** A store has found D clear in the entry: it is used, and dropped. */
  drop(entry: Local, now: Code): Code {
    return call(this.dropping, get(entry), now);
  }

  private emitDrop(): FunctionIndex {
    const f = this.module.function(this.module.type([I32, F64], []), "drop");
    return this.write(f, (b) => {
      const [entry, now] = [b.parameter(0), b.parameter(1)];
      return seq(
        this.used(entry, get(now)),
        this.forget(entry),
        store("f64_store", get(entry), f64(Number.NaN), this.at.column.tag),
      );
    });
  }

  // Fast TLBs

  /** Where the fast entry of an address lies in its table. */
  fastPlace(va: Code): Code {
    return op("i32_and", op("i32_shr_u", low(va), i32(8)), i32(FAST_MASK));
  }

  /**
   * Enters the page of an address in the table at `table`, and says so to who clears the tables:
   *
   *     tag[place] = page; to[place] = to
   *     if (entered < ENTERED_MOST) ENTERED[entered++] = place
   */
  enter(table: number, place: Local, page: Local, to: Code): Code {
    const { area } = this.s;
    const entered = load("i32_load", i32(0), this.at.context.entered);
    const offset = op("i32_add", get(place), i32(table - area));
    return seq(
      store("i64_store", get(place), get(page), table),
      store("i32_store", get(place), to, table + FAST_TO),
      when(
        op("i32_lt_u", entered, i32(ENTERED_MOST)),
        store("i32_store", op("i32_shl", entered, i32(2)), offset, area + ENTERED),
        store("i32_store", i32(0), op("i32_add", entered, i32(1)), this.at.context.entered),
      ),
    );
  }

  /** Clears the fast entries that derive from an entry. */
  private forget(entry: Local): Code {
    return !this.isFast ? seq() : call(this.forgetting, get(entry));
  }

  private emitForget(): FunctionIndex {
    const f = this.module.function(this.module.type([I32], []), "forget");
    return this.write(f, (b) => this.forgetHere(b.parameter(0), b.local(I64), b.local(I32)));
  }

  /**
   *     tag = integer of tag[entry]                                (of a free entry 0, which forgets more than it must)
   *     if (tag & 3) clear all tables                               a superpage
   *     else for each table: if (it has the page) clear that entry
   */
  private forgetHere(entry: Local, page: Local, place: Local): Code {
    const { read, write, fetch, column } = this.at;
    const tables = [read, write, fetch];
    const clear = (table: number) =>
      when(
        op("i64_eq", load("i64_load", get(place), table), get(page)),
        store("i64_store", get(place), i64(NO_TAG), table),
      );
    const clearAll: Code = (body) => {
      body.i32_const(Math.min(...tables));
      body.i32_const(0xff);
      body.i32_const(FAST_TLBS_BYTES);
      body.memory_fill();
    };
    return seq(
      set(page, op("i64_trunc_sat_f64_s", load("f64_load", get(entry), column.tag))),
      choose(
        op("i32_and", low(get(page)), i32(LEVEL_MASK)),
        [clearAll],
        [
          // 4 * (va >> 12), shifted by 10, is the page's address.
          set(page, op("i64_shl", get(page), i64(10))),
          set(place, this.fastPlace(get(page))),
          ...tables.map(clear),
        ],
      ),
    );
  }
}

/** Whether a tag is NaN (tlb.ts (2)). @param tag pushed twice */
function isFree(tag: Code): Code {
  return op("f64_ne", tag, tag);
}
