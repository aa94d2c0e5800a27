/**
 * Translator: the fast Hart. Grants cycles to tier 0 and the regions, serves their exits, and takes traps; what they
 * cannot do, the reference engine does for it, an instruction at a time, or a few where such ones follow each other.
 *
 * (1) Between runs all state is where the reference engine keeps it; everything else here can be thrown away.
 * (2) At first, where tier 0 is not there yet, the reference engine runs everything: short programs end sooner than it
 *     would be made.
 * (3) In schemes without a TLB lookups are counted by the emitted code as in the others, and forgotten where it is left.
 */

import type { Bus } from "../bus.ts";
import type { MachineClock } from "../clock.ts";
import { COSTS } from "../costs.ts";
import { HAS_COMPRESSED } from "../decode.ts";
import type { Engine, HartCounters, Stop } from "../hart.ts";
import { Interpreter, LONGEST_RUN } from "../interpreter.ts";
import type { FrameNumber, VirtualAddress } from "../paging.ts";
import { PAGE_SIZE } from "../paging.ts";
import { panic } from "../panic.ts";
import type { CodeWatch, Ram } from "../ram.ts";
import type { TranslationMode } from "../satp.ts";
import { COUNT_SLOT, CSR_SLOT, HART_SLOT, type HartViews } from "../state.ts";
import type { Tlb } from "../tlb.ts";
import { CAUSE, enterException, leaveSupervisor } from "../trap.ts";
import { DecodedPages } from "./decoded.ts";
import {
  CODE_BYTES,
  CONTEXT,
  ENTERED,
  ENTERED_MOST,
  EXIT,
  FAST_BYTES,
  FAST_ENTRY,
  FAST_MASK,
  FAST_TLBS_BYTES,
  FETCH_TLB,
  NO_PAGE,
  READ_TLB,
  type Surroundings,
  type TranslationConfig,
  WALKED,
} from "./layout.ts";
import { Regions } from "./regions.ts";
import { writeSatp } from "./satp-context.ts";
import { priceOfTier0, type Tier0, tier0 } from "./tier0-instance.ts";
import { DEAREST_WALK } from "./walk.ts";

/**
 * Cycles given to WebAssembly at a time: V8 does not replace a function while it runs, so what has been optimised
 * meanwhile is used from the next call on.
 */
const SLICE = 2 ** 21;

/** Instructions between two that the reference engine must execute for them to be close, and its longest stretch in cycles. */
const CLOSE = 64;
const LONGEST_STRETCH = 1024;

/** Cycles of a run on the reference engine while there is no tier 0. */
const COLD_RUN = 100_000;

const TWO_32 = 2 ** 32;
/** sepc's low bits read as 0 where no instruction can begin (Volume II, 4.1.7). */
const PC_MASK = HAS_COMPRESSED ? ~1 : ~3;

/** Index into an Int32Array over the context. */
const at = (field: keyof typeof CONTEXT) => CONTEXT[field] >> 2;
const ACC_LOOKUPS = at("acc");
const ACC_LEFT = at("acc") + 1;
const PC = at("pc");
const PAGE = at("page");
const DECODED = at("decoded");
const PLACE = at("place");
const OTHER = at("other");
const DEPTH = at("depth");
const EXCEPTION = at("cause");
const TVAL = at("tval");
const SCHEME_AT = at("scheme");
const ASID = at("asid");
const ENTERED_COUNT = at("entered");
/** Indices in contextTime. */
const END = 0;
const BEHIND = 1;

/** What a machine makes a hart from. */
interface Parts {
  readonly id: number;
  readonly views: HartViews;
  readonly tlb: Tlb;
  readonly ram: Ram;
  readonly bus: Bus;
  readonly clock: MachineClock;
  readonly memory: WebAssembly.Memory;
}

export class Translator implements Engine, CodeWatch {
  readonly id: number;
  readonly x: BigInt64Array;
  readonly x32: Int32Array;
  readonly csr: BigUint64Array;
  readonly csr32: Uint32Array;
  readonly counters: HartCounters;
  /** CodeWatch: decodedOf. */
  readonly taken: Uint32Array;
  private readonly ram: Ram;
  private readonly clock: MachineClock;
  private readonly reference: Interpreter;
  private readonly counts: Float64Array;
  private readonly scratch: Float64Array;
  /** The context, and behind it the fast TLBs. */
  private readonly context: Int32Array;
  private readonly contextLookups: Float64Array;
  /** context.end and context.behind. */
  private readonly contextTime: Float64Array;
  private readonly fastTlbs: Uint8Array;
  private readonly fastFetch: Uint8Array;
  private readonly decoded: DecodedPages;
  /** Instructions that the reference engine executes first. */
  private readonly start: number;
  /** Null until tier 0 begins to work: (2). */
  private tier0: Tier0 | null = null;
  private regions: Regions | null = null;
  /** satp as it was when the context took it. */
  private satpLow = 0;
  private satpHigh = 0;
  /** Cycles granted to this run, and those of them that WebAssembly has not been given yet. */
  private granted = 0;
  private held = 0;
  /** Cycles that the reference engine was given by the last `step`, and instructions retired at its end. */
  private stretch = 1;
  private steppedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly parts: Parts,
    private readonly s: Surroundings,
    private readonly config: TranslationConfig,
  ) {
    const { id, views, tlb, ram, bus, clock, memory } = parts;
    this.reference = new Interpreter(id, views, tlb, ram, bus, clock);
    const { x, x32, csr, csr32, counters } = this.reference;
    this.id = id;
    this.ram = ram;
    this.clock = clock;
    this.x = x;
    this.x32 = x32;
    this.csr = csr;
    this.csr32 = csr32;
    this.counters = counters;
    this.counts = views.counts;
    this.scratch = views.scratch;
    this.context = new Int32Array(memory.buffer, s.area, (READ_TLB + FAST_TLBS_BYTES) / 4);
    this.contextLookups = new Float64Array(memory.buffer, s.area + CONTEXT.lookups, 1);
    this.contextTime = new Float64Array(memory.buffer, s.area + CONTEXT.end, 2);
    this.fastTlbs = new Uint8Array(memory.buffer, s.area + READ_TLB, FAST_TLBS_BYTES);
    this.fastFetch = new Uint8Array(memory.buffer, s.area + FETCH_TLB, FAST_BYTES);
    this.decoded = new DecodedPages(memory, s.area, ram);
    this.taken = this.decoded.of;
    this.start = config.start ?? priceOfTier0(s);
  }

  /** Makes tier 0 when it is time: (2). */
  private begin(): Tier0 | null {
    const { codeBytes = CODE_BYTES } = this.config;
    if (this.counts[COUNT_SLOT.instret] < this.start) return null;
    const { memory, ram, tlb } = this.parts;
    const { decoded } = this;
    this.tier0 = tier0(this.s, memory);
    this.regions = new Regions({ memory, ram, tlb, decoded, tier0: this.tier0, codeBytes }, this.s);
    ram.watch = this;
    this.context[ENTERED_COUNT] = ENTERED_MOST;
    this.clearFastTlbs();
    return this.tier0;
  }

  // Running

  run(budget: number): Stop {
    const tier0 = this.tier0 ?? this.begin();
    if (tier0 === null) return this.reference.run(Math.min(budget, COLD_RUN));
    this.takeSatp();
    this.grant(Math.min(budget, LONGEST_RUN));
    if (this.scratch[HART_SLOT.inSupervisor] === 1) this.sret();
    this.enterContext();
    this.regions!.compileIfDue(this.counts[COUNT_SLOT.instret]);
    for (;;) {
      const stop = this.serve(tier0.run());
      if (stop !== null) return stop;
    }
  }

  /** What an exit of tier 0 asks for. Null: then run it again. */
  private serve(exit: number): Stop | null {
    switch (exit) {
      case EXIT.call:
        return this.takeTrap(CAUSE.environmentCall, 0, 0);
      case EXIT.trap: {
        const { context } = this;
        return this.takeTrap(context[EXCEPTION], context[TVAL], context[TVAL + 1]);
      }
      case EXIT.budget:
        if (!this.nextSlice()) return this.pause();
        this.regions!.compile(this.retired());
        return null;
      case EXIT.decode:
        this.decoded.decode(this.decodedPage(), this.context[PC] & (PAGE_SIZE - 1));
        return null;
      case EXIT.page:
        this.context[DECODED] = this.pageOf((this.context[PLACE] >>> 0) - this.s.ram);
        return null;
      case EXIT.hot:
        this.regions!.hot(this.decodedPage(), this.context[PC] & (PAGE_SIZE - 1), this.pageAddress(), this.retired());
        return null;
      case EXIT.code:
        this.storedCode();
        return null;
      case EXIT.missed:
        this.regions!.missed(this.context[PLACE] >>> 0, this.retired());
        return null;
      case EXIT.reference:
        // Where a slice has too few cycles for a walk, the next one may have enough.
        return this.context[ACC_LEFT] <= DEAREST_WALK && this.nextSlice() ? null : this.step();
      default:
        return panic("tier 0 leaves for a reason that is known", { exit });
    }
  }

  /** The present scheme has no TLB. */
  private get isDirect(): boolean {
    return this.context[SCHEME_AT] < WALKED;
  }

  private pageAddress(): VirtualAddress {
    return this.context[PAGE + 1] * TWO_32 + (this.context[PAGE] >>> 0);
  }

  /** Address of the decoded page of context.page: with 2 GiB of RAM it has all 32 bits. */
  private decodedPage(): number {
    return this.context[DECODED] >>> 0;
  }

  /** Adds the next slice of what was granted to `acc`. False: there is none. */
  private nextSlice(): boolean {
    if (this.held === 0) return false;
    const next = Math.min(this.held, SLICE);
    this.held -= next;
    this.context[ACC_LEFT] += next;
    this.contextTime[END] += next;
    return true;
  }

  /**
   * The reference engine executes one instruction, whatever it is; the caller has to look what is next. Where such
   * instructions follow each other closely it goes on a little, twice as long each time: going to and fro costs more.
   */
  private step(): Stop {
    const left = this.context[ACC_LEFT] + this.held;
    this.pause();
    if (left <= 0) return "budget";
    const { counts } = this;
    const before = counts[COUNT_SLOT.tlbLookups];
    const isClose = counts[COUNT_SLOT.instret] - this.steppedAt <= CLOSE;
    this.stretch = isClose ? Math.min(2 * this.stretch, LONGEST_STRETCH) : 1;
    const stop = this.reference.run(Math.min(this.stretch, left));
    this.steppedAt = counts[COUNT_SLOT.instret];
    // What the lookups have changed in the TLB the fast ones do not know.
    if (counts[COUNT_SLOT.tlbLookups] !== before) this.clearFastTlbs();
    return stop;
  }

  /** Ends a run between two instructions. */
  private pause(): Stop {
    this.settle();
    this.leaveContext();
    return "budget";
  }

  /** The instruction at pc has trapped: it takes its cycle, but is not counted as retired. */
  private takeTrap(cause: number, tvalLow: number, tvalHigh: number): Stop {
    const { context, csr32, scratch } = this;
    this.charge(COSTS.instruction + COSTS.trapEntry);
    this.settle();
    this.leaveContext();
    scratch[HART_SLOT.fetchPage] = Number.NaN;
    scratch[HART_SLOT.inSupervisor] = 1;
    scratch[HART_SLOT.reservationWidth] = 0;
    csr32[2 * CSR_SLOT.stval] = tvalLow;
    csr32[2 * CSR_SLOT.stval + 1] = tvalHigh;
    enterException(this, cause);
    context[PAGE] = NO_PAGE;
    return "trap";
  }

  /** SRET into user mode. */
  private sret(): void {
    this.scratch[HART_SLOT.inSupervisor] = 0;
    leaveSupervisor(this);
    this.charge(COSTS.trapExit);
  }

  // Time

  private grant(cycles: number): void {
    const slice = Math.min(cycles, SLICE);
    this.granted = cycles;
    this.held = cycles - slice;
    this.context[ACC_LOOKUPS] = 0;
    this.context[ACC_LEFT] = slice;
    this.context[OTHER] = 0;
    const now = this.clock.cycles;
    this.contextTime[END] = now + slice;
    this.contextTime[BEHIND] = now - this.counts[COUNT_SLOT.instret];
    this.contextLookups[0] = this.counts[COUNT_SLOT.tlbLookups];
  }

  /** Instructions retired. */
  private retired(): number {
    const { counts, context } = this;
    return counts[COUNT_SLOT.instret] + this.granted - this.held - context[ACC_LEFT] - context[OTHER];
  }

  private charge(cycles: number): void {
    this.context[ACC_LEFT] -= cycles;
    this.context[OTHER] += cycles;
  }

  /** Brings clock and counters up to date. */
  private settle(): void {
    const used = this.granted - this.context[ACC_LEFT] - this.held;
    this.clock.charge(used);
    this.counts[COUNT_SLOT.instret] += used - this.context[OTHER];
    if (!this.isDirect) this.counts[COUNT_SLOT.tlbLookups] += this.context[ACC_LOOKUPS] >>> 0;
  }

  // The context takes over what the hart's block says, and gives it back

  private enterContext(): void {
    const { context, csr32, scratch } = this;
    context[PC] = csr32[2 * CSR_SLOT.sepc] & PC_MASK;
    context[PC + 1] = csr32[2 * CSR_SLOT.sepc + 1];
    context[DEPTH] = 0;
    const page = scratch[HART_SLOT.fetchPage];
    if (Number.isNaN(page) || this.isDirect) {
      context[PAGE] = NO_PAGE;
      context[PAGE + 1] = 0;
      context[DECODED] = 0;
    } else {
      context[PAGE] = page;
      context[PAGE + 1] = Math.floor(page / TWO_32);
      context[DECODED] = this.pageOf(scratch[HART_SLOT.fetchRam]);
    }
  }

  private leaveContext(): void {
    const { context, csr32, scratch } = this;
    csr32[2 * CSR_SLOT.sepc] = context[PC];
    csr32[2 * CSR_SLOT.sepc + 1] = context[PC + 1];
    const keepsPage = context[PAGE] !== NO_PAGE && !this.isDirect;
    scratch[HART_SLOT.fetchPage] = keepsPage ? this.pageAddress() : Number.NaN;
    if (context[DECODED] !== 0) scratch[HART_SLOT.fetchRam] = this.decoded.frameOf(context[DECODED]) * PAGE_SIZE;
  }

  /** The decoded page of the frame at offset `offset` of RAM. */
  private pageOf(offset: number): number {
    const frame = offset / PAGE_SIZE;
    return this.decoded.of[frame] || this.makePage(frame);
  }

  private makePage(frame: number): number {
    let page = this.decoded.make(frame);
    if (page === 0) {
      this.forgetTranslations();
      page = this.decoded.make(frame);
    }
    // The fast write TLB has no frame with a decoded page (layout.ts (4)).
    this.clearFastTlbs();
    return page;
  }

  /** satp from its CSR: the supervisor may have written it. */
  private takeSatp(): void {
    this.reference.takeSatp();
    const low = this.csr32[2 * CSR_SLOT.satp];
    const high = this.csr32[2 * CSR_SLOT.satp + 1];
    if (low === this.satpLow && high === this.satpHigh) return;
    this.satpLow = low;
    this.satpHigh = high;
    writeSatp(this.context, low, high);
    this.clearFastTlbs();
  }

  // Code that changes

  /** A store of tier 0, which is done, has changed bytes that were decoded. */
  private storedCode(): void {
    const { context } = this;
    const frame = this.decoded.frameOf(context[DECODED]);
    this.changed((context[PLACE] >>> 0) - this.s.ram, 8);
    context[DECODED] = this.pageOf(frame * PAGE_SIZE);
  }

  changed(from: number, length: number): void {
    const to = Math.min(from + length, this.ram.size);
    for (let start = from; start < to; start = (Math.floor(start / PAGE_SIZE) + 1) * PAGE_SIZE) {
      const frame = Math.floor(start / PAGE_SIZE);
      const page = this.taken[frame];
      if (page !== 0) this.forget(frame, page, start % PAGE_SIZE, Math.min(to - frame * PAGE_SIZE, PAGE_SIZE));
    }
  }

  private forget(frame: number, page: number, from: number, to: number): void {
    if (!this.decoded.isDecodedIn(page, from, to)) return;
    this.regions!.dropFrame(frame);
    this.decoded.forget(page, from, to);
    if (this.taken[frame] === 0) this.fastFetch.fill(0xff);
  }

  private forgetTranslations(): void {
    this.regions?.dropAll();
    this.decoded.forgetAll();
    this.clearFastTlbs();
  }

  private clearFastTlbs(): void {
    const { context } = this;
    const entered = context[ENTERED_COUNT];
    context[ENTERED_COUNT] = 0;
    if (entered === ENTERED_MOST) {
      this.fastTlbs.fill(0xff);
      return;
    }
    for (let n = 0; n < entered; n++) {
      const tag = context[ENTERED / 4 + n] >> 2;
      context[tag] = -1;
      context[tag + 1] = -1;
    }
  }

  memoryReplaced(): void {
    this.forgetTranslations();
    this.satpLow = 0;
    this.satpHigh = 0;
    writeSatp(this.context, 0, 0);
    this.reference.memoryReplaced();
  }

  // What the supervisor asks of a hart

  interrupt(code: number): void {
    this.reference.interrupt(code);
  }

  setSatp(mode: TranslationMode, asid: number, root: FrameNumber): void {
    this.reference.setSatp(mode, asid, root);
    this.descriptorsLoaded();
  }

  sfenceVma(va?: VirtualAddress, asid?: number): void {
    this.reference.sfenceVma(va, asid);
    this.descriptorsLoaded();
    // The fast TLBs hold nothing of other address spaces.
    if (asid !== undefined && asid !== this.context[ASID]) return;
    if (va === undefined || this.scratch[HART_SLOT.tlbHighest] > 0) this.clearFastTlbs();
    else this.clearFastEntries(va);
  }

  /** The hart has copied its descriptors anew: what the fast TLBs have, without a TLB, comes from the copy before. */
  private descriptorsLoaded(): void {
    if (this.isDirect) this.clearFastTlbs();
  }

  /** Clears what the fast TLBs have in the places of that page. */
  private clearFastEntries(va: VirtualAddress): void {
    const entry = (Math.floor(va / 2 ** 8) & FAST_MASK) >>> 0;
    for (let table = 0; table < FAST_TLBS_BYTES; table += FAST_BYTES)
      this.fastTlbs.fill(0xff, table + entry, table + entry + FAST_ENTRY);
  }

  clearReservation(): void {
    this.reference.clearReservation();
  }

  /** What there is of translations now, where regions are or will be patient, and how many have been made since the beginning. */
  statistics(): { decodedPages: number; regions: number; patient: number; regionsMade: number; codeBytes: number } {
    const { count = 0, patientCount = 0, made = 0, bytes = 0 } = this.regions ?? {};
    return {
      decodedPages: this.decoded.count,
      regions: count,
      patient: patientCount,
      regionsMade: made,
      codeBytes: bytes,
    };
  }

  /** Asserts the invariants of decoded pages and regions: what the kernel or a device wrote without Ram.wrote, it finds. */
  check(): void {
    this.decoded.check();
    this.regions?.check();
  }
}
