/**
 * Access path: the body of `load`, `store` or `fetch` of the memory path.
 *
 * (1) Nothing is counted or changed before it is known that the access can be made, or which exception it raises.
 * (2) A fetch's caller has seen to it that a cycle is left for the instruction (README.md).
 *
 * The shape of each function; `drop` is the entry that a store has found without D, or -1 for a miss:
 *
 *     block giveUp { block trap { block fault { block done { block toWalk {
 *       prelude: two pages -> giveUp; no TLB -> giveUp, done, or return
 *       lookup; hit -> done, or trap, or toWalk; miss -> toWalk
 *     } walk -> fault, giveUp; commit, fill
 *     } done: enter the fast TLB; return acc
 *     } fault: count the failed walk
 *     } trap: return exact
 *     } giveUp: return exact
 */

import { COSTS } from "../costs.ts";
import { PAGE_SIZE, PTE, PTE_PPN_SHIFT } from "../paging.ts";
import { RAM_BASE } from "../ram.ts";
import type { FunctionBody } from "../wasm/body.ts";
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
  low,
  op,
  seq,
  set,
  store,
  when,
} from "./expressions.ts";
import { type CONTEXT, EXIT, NO_PAGE, type Surroundings, WALKED } from "./layout.ts";
import type { Places } from "./places.ts";
import { CUT, neededOf, REFUSED } from "./segment-path.ts";
import { GLOBAL, type TlbPath } from "./tlb-path.ts";
import { ACCESS, DEAREST_WALK, type Kind, levelOf, type WalkLocals, walk, walkLocals } from "./walk.ts";

/** Blocks that code branches out of. */
interface Ends {
  readonly giveUp: Label;
  readonly trap: Label;
  readonly fault: Label;
  readonly done: Label;
  readonly toWalk: Label;
}

/** Writes the body of the function of one kind of access. */
export class AccessPath {
  private readonly at: Places;
  private readonly va: Local;
  private readonly acc: Local;
  /** acc as it is before the instruction. */
  private readonly exact: Local;
  /** EXIT of giveUp. */
  private readonly why: Local;
  private readonly page: Local;
  private readonly tag: Local;
  private readonly first: Local;
  private readonly asid: Local;
  private readonly entry: Local;
  private readonly flags: Local;
  /** i64: number of the page within its superpage, of an entry found. */
  private readonly within: Local;
  private readonly drop: Local;
  /** i32: where the page's frame lies in RAM. */
  private readonly frame: Local;
  /** i32: the frame's decoded page. */
  private readonly decoded: Local;
  private readonly fast: Local;
  /** f64: the least stamp of a set. */
  private readonly least: Local;
  private readonly w: WalkLocals;

  constructor(
    b: FunctionBody,
    private readonly s: Surroundings,
    private readonly tlb: TlbPath,
    private readonly functions: Readonly<Record<"touches" | "direct", FunctionIndex>>,
    private readonly kind: Kind,
  ) {
    this.at = tlb.at;
    this.va = b.parameter(0);
    this.acc = b.parameter(1);
    this.exact = kind === "fetch" ? this.acc : b.local(I64);
    [this.page, this.tag, this.within] = [b.local(I64), b.local(I64), b.local(I64)];
    [this.why, this.first, this.asid, this.entry] = [b.local(I32), b.local(I32), b.local(I32), b.local(I32)];
    [this.flags, this.drop, this.frame] = [b.local(I32), b.local(I32), b.local(I32)];
    [this.decoded, this.fast] = [b.local(I32), b.local(I32)];
    this.least = b.local(F64);
    this.w = walkLocals(b, this.va);
    this.write(b);
  }

  private write(b: FunctionBody): void {
    const rest: Code = (body) => body.local_get(body.parameter(2));
    if (this.kind !== "fetch") set(this.exact, op("i64_add", get(this.acc), rest))(b);
    set(this.why, i32(EXIT.reference))(b);
    block((giveUp) =>
      seq(
        block((trap) =>
          seq(
            block((fault) =>
              seq(
                block((done) =>
                  seq(
                    block((toWalk) => this.lookUp({ giveUp, trap, fault, done, toWalk })),
                    this.walk(giveUp, fault),
                  ),
                ),
                this.done(),
              ),
            ),
            this.countFailedWalk(),
          ),
        ),
        this.trap(),
      ),
    )(b);
    this.giveUp()(b);
  }

  // What is in the context

  private context(name: keyof typeof CONTEXT): Code {
    return load("i32_load", i32(0), this.at.context[name]);
  }

  private setContext(name: keyof typeof CONTEXT, value: Code): Code {
    return store("i32_store", i32(0), value, this.at.context[name]);
  }

  private setContext64(name: keyof typeof CONTEXT, value: Code): Code {
    return store("i64_store", i32(0), value, this.at.context[name]);
  }

  /** A counter of the hart's block, one up. */
  private count(at: number, by: Code = f64(1)): Code {
    return store("f64_store", i32(0), op("f64_add", load("f64_load", i32(0), at), by), at);
  }

  /** The number of this lookup, which stamps are taken from: f64. */
  private get now(): Code {
    const before = load("f64_load", i32(0), this.at.context.lookups);
    const since = op("f64_convert_i32_u", op("i32_add", low(get(this.exact)), i32(1)));
    return op("f64_add", before, since);
  }

  private get width(): Code {
    return (b) => b.local_get(b.parameter(3));
  }

  // Lookup

  /**
   *     if ((va & 4095) + width > 4096) goto giveUp                          fetch: if (pc is wild) goto trap, uncounted
   *     if (no TLB) direct
   *     search the set of the page, then the superpages
   */
  private lookUp(ends: Ends): Code {
    const { va, page, tag, first, asid, entry, within, drop } = this;
    const end = op("i32_add", op("i32_and", low(get(va)), i32(PAGE_SIZE - 1)), this.width);
    return seq(
      this.kind === "fetch" ? seq() : brIf(ends.giveUp, op("i32_gt_u", end, i32(PAGE_SIZE))),
      when(op("i32_lt_u", this.context("scheme"), i32(WALKED)), this.direct(ends)),
      this.kind === "fetch" ? this.refuseWild() : seq(),
      set(page, op("i64_shr_s", get(va), i64(12))),
      set(tag, this.tlb.tagOf(get(page), i64(0))),
      set(first, this.tlb.setOf(get(page))),
      set(asid, this.context("asid")),
      block((hit) =>
        seq(
          this.tlb.search(first, tag, asid, entry, hit),
          when(
            op("f64_ne", load("f64_load", i32(0), this.at.highest), f64(0)),
            set(entry, this.tlb.superpage(page, asid)),
            when(op("i32_ge_s", get(entry), i32(0)), set(within, this.tlb.withinSuperpage(page, entry)), br(hit)),
          ),
          set(drop, i32(-1)),
          br(ends.toWalk),
        ),
      ),
      this.hit(ends),
    );
  }

  /**
   * A scheme without a TLB. The fast TLB takes a page only where all of it may be accessed.
   *
   *     found = direct(va, width, needed)
   *     if (found == REFUSED) goto giveUp
   *     takeFrame
   *     if (the page is not cut) goto done
   *     fetch: goto giveUp
   *     else: place = frame + offset; return acc
   */
  private direct({ giveUp, done }: Ends): Code {
    const { va, page, w, kind } = this;
    const isFetch = kind === "fetch";
    const width = isFetch ? i32(4) : this.width;
    return seq(
      set(page, call(this.functions.direct, get(va), width, i32(neededOf(ACCESS[kind].permission)))),
      brIf(giveUp, op("i64_eq", get(page), i64(REFUSED))),
      set(w.table, op("i64_sub", op("i64_and", get(page), i64(~CUT)), i64(RAM_BASE))),
      isFetch ? brIf(giveUp, low(op("i64_and", get(page), i64(CUT)))) : seq(),
      this.takeFrame(giveUp),
      brIf(done, op("i64_eqz", op("i64_and", get(page), i64(CUT)))),
      isFetch ? seq() : seq(this.setContext("place", this.place), giveBack(get(this.acc))),
    );
  }

  /** Address of the first byte: frame + offset. */
  private get place(): Code {
    const inPage = op("i32_and", low(get(this.va)), i32(PAGE_SIZE - 1));
    return op("i32_add", op("i32_add", get(this.frame), inPage), i32(this.s.ram));
  }

  /** An address that is no safe integer: the reference engine's fetch unit does not ask the TLB for it. */
  private refuseWild(): Code {
    const most = BigInt(Number.MAX_SAFE_INTEGER);
    return when(
      op("i64_gt_u", op("i64_add", get(this.va), i64(most)), i64(2n * most)),
      set(this.w.cause, i32(ACCESS.fetch.pageFault)),
      this.reportTrap(),
      giveBack(get(this.acc)),
    );
  }

  /**
   *     if (flags lack something) { permission: used, goto trap; A or D: drop = entry, goto toWalk }
   *     frame = frame[entry] + within; if (it is not RAM) goto giveUp
   *     used(entry); goto done
   */
  private hit({ giveUp, trap, done, toWalk }: Ends): Code {
    const { entry, flags, w, within } = this;
    const { permission, sets, pageFault } = ACCESS[this.kind];
    const { column } = this.at;
    const half = op("i32_shr_u", get(entry), i32(1));
    const has = (bits: number) => op("i32_eq", op("i32_and", get(flags), i32(bits)), i32(bits));
    const number = op("i64_add", load("i64_load32_u", half, column.frame), get(within));
    return seq(
      set(flags, load("i32_load", half, column.flags)),
      when(
        op("i32_eqz", has(permission | sets)),
        when(op("i32_eqz", has(permission)), set(w.cause, i32(pageFault)), this.tlb.used(entry, this.now), br(trap)),
        set(this.drop, get(entry)),
        br(toWalk),
      ),
      set(w.table, op("i64_sub", op("i64_shl", number, i64(12)), i64(RAM_BASE))),
      this.takeFrame(giveUp),
      this.tlb.used(entry, this.now),
      br(done),
    );
  }

  /**
   *     if (the page is not RAM) goto giveUp
   *     frame = where it lies
   *     store: decoded = decodedOf[frame]
   *            if (decoded && it touches decoded bytes) { tier 1: why = step, goto giveUp; tier 0: exit = code }
   */
  private takeFrame(giveUp: Label): Code {
    const { w, frame, decoded, va } = this;
    const tier: Code = (b) => b.local_get(b.parameter(4));
    return seq(
      brIf(giveUp, op("i64_ge_u", get(w.table), i64(this.s.ramBytes))),
      set(frame, low(get(w.table))),
      this.kind !== "store"
        ? seq()
        : seq(
            set(decoded, this.decodedOf(get(frame))),
            when(
              get(decoded),
              when(
                call(this.functions.touches, get(decoded), get(va), this.width),
                when(tier, set(this.why, i32(EXIT.step)), br(giveUp)),
                this.setContext("exit", i32(EXIT.code)),
              ),
            ),
          ),
    );
  }

  /** Decoded page of the frame at that place in RAM. */
  private decodedOf(place: Code): Code {
    return load("i32_load", op("i32_shl", op("i32_shr_u", place, i32(12)), i32(2)), this.at.decodedOf);
  }

  // Walk

  /**
   *     if (too few cycles are left for any walk) goto giveUp
   *     walk
   *     takeFrame
   *     if (A or D must be set) { if (the table's frame has a decoded page) goto giveUp; set them; charge += 20 }
   *     count; fill
   */
  private walk(giveUp: Label, fault: Label): Code {
    const { w, acc } = this;
    const { sets } = ACCESS[this.kind];
    // A fetch's instruction is not counted yet: a cycle must be left for it.
    const least = DEAREST_WALK + (this.kind === "fetch" ? COSTS.instruction : 0);
    const lacks = op("i32_ne", op("i32_and", low(get(w.pte)), i32(sets)), i32(sets));
    return seq(
      brIf(giveUp, op("i64_lt_s", get(acc), i64(BigInt(least) << 32n))),
      walk(this.kind, this.s, this.at, w, fault),
      this.takeFrame(giveUp),
      when(
        lacks,
        brIf(giveUp, this.decodedOf(get(w.pteAt))),
        set(w.pte, op("i64_or", get(w.pte), i64(sets))),
        store("i32_store", get(w.pteAt), low(get(w.pte)), this.s.ram),
        set(w.charge, op("i32_add", get(w.charge), i32(COSTS.walkUpdate))),
      ),
      choose(
        op("i32_ge_s", get(this.drop), i32(0)),
        [this.tlb.drop(this.drop, this.now)],
        [this.count(this.at.misses)],
      ),
      this.count(this.at.walks),
      this.takeCharge(acc),
      this.fill(),
    );
  }

  private takeCharge(acc: Local): Code {
    const { charge } = this.w;
    const cycles = op("i64_shl", op("i64_extend_i32_u", get(charge)), i64(32));
    return seq(
      this.setContext("other", op("i32_add", this.context("other"), get(charge))),
      set(acc, op("i64_sub", get(acc), cycles)),
    );
  }

  /**
   *     if (level != 0) {
   *       if (cut) { pte = that of one page; level = 0 }                       segmented-paging.ts (2)
   *       tag, first = those of the page; highest = max(highest, level)
   *     }
   *     entry = a free one, or the victim
   *     write its columns; filled(entry)
   *
   * The frame is never clamped to NO_FRAME: a page in RAM belongs to a leaf whose frame is far below.
   */
  private fill(): Code {
    const { w, page, tag, first, entry, asid } = this;
    const { column, highest } = this.at;
    const number = () => op("i64_shr_s", get(page), op("i64_mul", levelOf(w), i64(9)));
    const most = op("f64_max", load("f64_load", i32(0), highest), op("f64_convert_i32_u", get(w.level)));
    const half = op("i32_shr_u", get(entry), i32(1));
    const isGlobal = op("i32_and", low(get(w.pte)), i32(PTE.G));
    return seq(
      when(
        get(w.level),
        when(get(w.cut), this.cutSuperpage()),
        set(tag, this.tlb.tagOf(number(), levelOf(w))),
        set(first, this.tlb.setOf(number())),
        store("f64_store", i32(0), most, highest),
      ),
      this.tlb.chosen(first, entry, this.least),
      store("i64_store", get(entry), get(tag), column.tag),
      store("i32_store", half, either(isGlobal, i32(GLOBAL), get(asid)), column.asid),
      store("i32_store", half, low(op("i64_shr_u", get(w.pte), i64(PTE_PPN_SHIFT))), column.frame),
      store("i32_store", half, op("i32_and", low(get(w.pte)), this.notWithheld), column.flags),
      this.tlb.filled(entry, this.now),
    );
  }

  /** The flags that an entry may have: those of a PTE without the rights that the segment withholds. */
  private get notWithheld(): Code {
    return op("i32_xor", get(this.w.withheld), i32(0xff));
  }

  /** Of the superpage the one page is entered: its frame is `inside` behind the superpage's. */
  private cutSuperpage(): Code {
    const { w } = this;
    const frames = op("i64_shl", op("i64_shr_u", get(w.inside), i64(12)), i64(PTE_PPN_SHIFT));
    return seq(set(w.pte, op("i64_add", get(w.pte), frames)), set(w.level, i32(0)));
  }

  // Outcomes

  /**
   *     place = frame + offset; return acc
   *
   * The fast TLB takes the page, where a hit would change nothing from now on. A store's page enters for reads, too: its
   * entry has R, since W without R is no valid PTE, and a load's hit changes as little as a store's. A load's page does
   * not enter for writes, which would cost each load a look at what has been decoded.
   */
  private done(): Code {
    if (this.kind === "fetch") return this.doneFetch();
    const { frame, page, fast } = this;
    const to = () => op("i32_sub", op("i32_add", get(frame), i32(this.s.ram)), low(get(page)));
    const enter = (table: number) => this.tlb.enter(table, fast, page, to());
    return seq(
      this.setContext("place", this.place),
      !this.tlb.isFast
        ? seq()
        : seq(
            this.fastPage(),
            enter(this.at.read),
            this.kind === "store" ? when(isNone(this.decoded), enter(this.at.write)) : seq(),
          ),
      giveBack(get(this.acc)),
    );
  }

  /** page = the page's address; fast = where its fast entry lies. */
  private fastPage(): Code {
    const { va, page, fast } = this;
    return seq(set(page, op("i64_and", get(va), i64(-PAGE_SIZE))), set(fast, this.tlb.fastPlace(get(va))));
  }

  /**
   *     context.page = the page; decoded = decodedOf[frame]
   *     if (!decoded) { place = frame; exit = page } else { context.decoded = decoded; enter the fast TLB }
   *     return acc + 1
   */
  private doneFetch(): Code {
    const { frame, page, decoded, fast, acc } = this;
    const address = op("i32_add", get(frame), i32(this.s.ram));
    return seq(
      this.fastPage(),
      this.setContext64("page", get(page)),
      set(decoded, this.decodedOf(get(frame))),
      choose(
        get(decoded),
        [
          this.setContext("decoded", get(decoded)),
          !this.tlb.isFast ? seq() : this.tlb.enter(this.at.fetch, fast, page, get(decoded)),
        ],
        [this.setContext("place", address), this.setContext("exit", i32(EXIT.page))],
      ),
      giveBack(op("i64_add", get(acc), i64(1))),
    );
  }

  /** A walk has failed: the miss or the dropped entry, the walk (where va was canonical), its cycles. */
  private countFailedWalk(): Code {
    const { charge } = this.w;
    return seq(
      choose(
        op("i32_ge_s", get(this.drop), i32(0)),
        [this.tlb.drop(this.drop, this.now)],
        [this.count(this.at.misses)],
      ),
      // Each walk reads a PTE, or finds at once that it cannot: either is charged.
      this.count(this.at.walks, op("f64_convert_i32_u", op("i32_ne", get(charge), i32(0)))),
      this.takeCharge(this.exact),
    );
  }

  /** The exception, with the lookup counted. */
  private trap(): Code {
    return seq(this.reportTrap(), giveBack(op("i64_add", get(this.exact), i64(1))));
  }

  private reportTrap(): Code {
    return seq(
      this.setContext("cause", get(this.w.cause)),
      this.setContext64("tval", get(this.va)),
      this.setContext("exit", i32(EXIT.trap)),
      this.setNothing(),
    );
  }

  private giveUp(): Code {
    return seq(this.setContext("exit", get(this.why)), this.setNothing(), get(this.exact));
  }

  private setNothing(): Code {
    return this.kind === "fetch" ? this.setContext64("page", i64(NO_PAGE)) : this.setContext("place", i32(0));
  }
}

function isNone(decoded: Local): Code {
  return op("i32_eqz", get(decoded));
}
