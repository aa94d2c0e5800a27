/**
 * Interpreter: fetch, decode, execute. The reference Hart, which every other engine must equal to the bit.
 *
 * (1) Between runs all state is in the machine's memory (state.ts); pc is in sepc.
 * (2) A decoded instruction is found by the word just fetched from RAM, so no store, DMA or kernel write can leave a
 *     stale one: there is nothing to invalidate.
 * (3) A fetch asks the TLB when it enters another page than the fetch before, and after a trap, SFENCE.VMA or a write
 *     of satp; within a page the fetch unit keeps the translation. Without a TLB it keeps nothing: each fetch asks.
 */

import { FETCH } from "./access.ts";
import { type AccessObserver, ObservedMmu } from "./access-observer.ts";
import type { Bus } from "./bus.ts";
import type { MachineClock } from "./clock.ts";
import { Core, SINK } from "./core.ts";
import { COSTS } from "./costs.ts";
import { decode, HAS_COMPRESSED, instructionLength, type Operands } from "./decode.ts";
import { EXECUTE, type Execute, illegal } from "./execute.ts";
import type { Engine, HartCounters, Stop } from "./hart.ts";
import { Mmu } from "./mmu.ts";
import type { FrameNumber, VirtualAddress } from "./paging.ts";
import { PAGE_SIZE, virtualPage } from "./paging.ts";
import type { Ram } from "./ram.ts";
import { RunTime } from "./run-time.ts";
import { SATP_MODES, type TranslationMode } from "./satp.ts";
import { COUNT_SLOT, CSR_SLOT, HART_SLOT, type HartViews } from "./state.ts";
import type { Tlb } from "./tlb.ts";
import { raise } from "./translation/scheme.ts";
import { CAUSE, enterException, enterInterrupt, leaveSupervisor, SSTATUS, Trap } from "./trap.ts";

/** A decoded instruction with its meaning. */
interface Operation extends Operands {
  /** The fetched bits as an int32. */
  readonly fetched: number;
  readonly execute: Execute;
}

/** log2 of the number of decoded instructions that are kept. */
const KEPT_SHIFT = 14;

/** Cycles of one run at most, since RunTime counts in small integers. */
export const LONGEST_RUN = 2 ** 29;

/** Bytes of a fetch. */
const FETCH_WIDTH = HAS_COMPRESSED ? 2 : 4;

/** Where the decoding of `word` is kept: Fibonacci hashing. */
function slotOf(word: number): number {
  return Math.imul(word, 0x9e37_79b1) >>> (32 - KEPT_SHIFT);
}

export class Interpreter implements Engine {
  readonly x: BigInt64Array;
  readonly x32: Int32Array;
  readonly csr: BigUint64Array;
  readonly csr32: Uint32Array;
  readonly counters: HartCounters;
  private readonly core: Core;
  private readonly mmu: Mmu;
  private readonly time: RunTime;
  private readonly scratch: Float64Array;

  constructor(
    readonly id: number,
    views: HartViews,
    readonly tlb: Tlb,
    private readonly ram: Ram,
    bus: Bus,
    clock: MachineClock,
    private readonly observer: AccessObserver | null = null,
  ) {
    this.x = views.x.subarray(0, 32);
    this.x32 = views.x32.subarray(0, 64);
    this.csr = views.csr;
    this.csr32 = views.csr32;
    this.scratch = views.scratch;
    this.counters = new Counters(views.counts);
    this.time = new RunTime(clock, views.counts);
    const { time } = this;
    this.mmu = observer === null ? new Mmu(ram, tlb, views, time) : new ObservedMmu(ram, tlb, views, time, observer);
    this.core = new Core(views, ram, bus, this.mmu, this.time);
    this.reset();
  }

  private reset(): void {
    this.csr[CSR_SLOT.sstatus] = SSTATUS.UXL64;
    this.csr[CSR_SLOT.scounteren] = 7n;
    this.scratch[HART_SLOT.inSupervisor] = 1;
    this.leavePage();
  }

  /** A budget above LONGEST_RUN counts as that: "budget" asks the caller to look what is next in any case. */
  run(budget: number): Stop {
    const { core, time } = this;
    this.mmu.loadSatp();
    time.grant(Math.min(budget, LONGEST_RUN));
    if (this.scratch[HART_SLOT.inSupervisor] === 1) this.sret();
    this.readPc();
    try {
      this.loop(core, time);
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
      this.takeTrap(error);
      return "trap";
    }
    if (core.calling) {
      core.calling = false;
      time.resume();
      this.takeTrap(ENVIRONMENT_CALL);
      return "trap";
    }
    time.settle();
    this.writePc();
    if (!this.mmu.usesTlb) this.leavePage();
    return "budget";
  }

  /**
   * Until the time is used up, an instruction throws or is an ECALL. `pc` moves only when an instruction has completed, so a trap
   * finds it where it must be.
   */
  private loop(core: Core, time: RunTime): void {
    const { scratch } = this;
    const kept = KEPT;
    const { i32 } = this.ram;
    // Without a TLB no address lies before the end.
    const size = this.mmu.usesTlb ? PAGE_SIZE : Number.NaN;
    let page = scratch[HART_SLOT.fetchPage];
    let ram = scratch[HART_SLOT.fetchRam];
    while (time.left > 0) {
      if (!(core.pc >= page && core.pc < page + size)) {
        this.enterPage();
        page = scratch[HART_SLOT.fetchPage];
        ram = scratch[HART_SLOT.fetchRam];
      }
      // Without 16-bit instructions pc is a multiple of 4: the word lies in one page.
      const fetched = i32[(ram + core.pc - page) >> 2];
      const slot = slotOf(fetched);
      let current = kept[slot];
      if (current.fetched !== fetched) {
        current = operation(fetched);
        kept[slot] = current;
      }
      core.next = core.pc + current.length;
      current.execute(core, current);
      core.pc = core.next;
      time.left--;
    }
  }

  /** Translates pc for the fetches from its page. */
  private enterPage(): void {
    const { pc } = this.core;
    // No mode translates a wild pc; in bare mode nothing answers there.
    if (Number.isNaN(pc)) raise(this.mmu.isBare ? FETCH.accessFault : FETCH.pageFault, 0, this.core.wild);
    const at = this.mmu.locate(pc, FETCH, FETCH_WIDTH);
    if (at < 0) raise(FETCH.accessFault, pc);
    const offset = pc & (PAGE_SIZE - 1);
    this.scratch[HART_SLOT.fetchPage] = pc - offset;
    this.scratch[HART_SLOT.fetchRam] = at - offset;
  }

  /** The 64 bits of a trap's address, which a number may not hold: then it is the sum that the instruction at pc made. */
  private exactTval({ tval, exact }: Trap): bigint {
    if (exact !== null) return exact;
    if (Number.isSafeInteger(tval)) return BigInt(tval);
    // Such an address faults before anything is written, so the word at pc is still the one that was executed.
    const offset = this.core.pc - this.scratch[HART_SLOT.fetchPage];
    return this.core.exactAddress(operation(this.ram.i32[(this.scratch[HART_SLOT.fetchRam] + offset) >> 2]));
  }

  /** SRET into user mode. */
  private sret(): void {
    this.scratch[HART_SLOT.inSupervisor] = 0;
    leaveSupervisor(this);
    this.time.charge(COSTS.trapExit);
  }

  /** What every trap has in common: the reservation ends, the fetch page is forgotten, time passes. */
  private enterSupervisor(): void {
    this.scratch[HART_SLOT.inSupervisor] = 1;
    this.core.clearReservation();
    this.leavePage();
    this.time.charge(COSTS.trapEntry);
    this.time.settle();
    this.observer?.trapped(this.time.now);
  }

  /** The present instruction has raised `trap`: it takes its cycle but does not retire. */
  private takeTrap(trap: Trap): void {
    this.time.charge(COSTS.instruction);
    this.writePc();
    this.csr[CSR_SLOT.stval] = this.exactTval(trap);
    enterException(this, trap.cause);
    this.enterSupervisor();
  }

  /** Takes interrupt `code` between two instructions. */
  interrupt(code: number): void {
    this.time.grant(0);
    if (this.scratch[HART_SLOT.inSupervisor] === 1) this.sret();
    enterInterrupt(this, code);
    this.enterSupervisor();
  }

  /** sepc's low bits read as 0 where no instruction can begin (Volume II, 4.1.7). */
  private readPc(): void {
    const sepc = BigInt.asIntN(64, this.csr[CSR_SLOT.sepc]) & SEPC_MASK;
    this.core.wild = BigInt.asUintN(64, sepc);
    this.core.pc = Number.isSafeInteger(Number(sepc)) ? Number(sepc) : Number.NaN;
  }

  private writePc(): void {
    const { pc, wild } = this.core;
    this.csr[CSR_SLOT.sepc] = Number.isNaN(pc) ? wild : BigInt(pc);
  }

  private leavePage(): void {
    this.scratch[HART_SLOT.fetchPage] = Number.NaN;
  }

  /** Takes over satp, and descriptors where they must be copied: all that beginning a run does before anything is executed. */
  takeSatp(): void {
    this.mmu.loadSatp();
  }

  setSatp(mode: TranslationMode, asid: number, root: FrameNumber): void {
    // Volume II, 4.1.11: MODE in bits 63:60, ASID in 59:44, PPN in 43:0. An array of halves takes numbers modulo 2^32.
    this.csr32[2 * CSR_SLOT.satp] = root;
    this.csr32[2 * CSR_SLOT.satp + 1] = (SATP_MODES[mode] << 28) | (asid << 12) | (Math.floor(root / 2 ** 32) & 0xfff);
    this.mmu.descriptors.load();
    this.leavePage();
  }

  sfenceVma(va?: VirtualAddress, asid?: number): void {
    this.tlb.flush(va === undefined ? undefined : virtualPage(va), asid);
    this.mmu.descriptors.load();
    this.leavePage();
  }

  clearReservation(): void {
    this.core.clearReservation();
  }

  /** Nothing is kept of memory but satp: see (2). */
  memoryReplaced(): void {
    this.mmu.forgetSatp();
  }

  check(): void {}
}

const ENVIRONMENT_CALL: Trap = Object.freeze({ cause: CAUSE.environmentCall, tval: 0, exact: null });

const SEPC_MASK = HAS_COMPRESSED ? ~1n : ~3n;

/** `fetched` decoded; what is no instruction raises the exception when it is executed. */
function operation(fetched: number): Operation {
  const insn = decode(fetched);
  if (insn === null) {
    return {
      fetched,
      word: fetched >>> 0,
      length: instructionLength(fetched),
      rd: SINK,
      rs1: 0,
      rs2: 0,
      imm: 0,
      csr: 0,
      execute: illegal,
    };
  }
  const { word, length, rd, rs1, rs2, imm, csr } = insn;
  // Every operation has the same members in the same order: the engine's inner loop depends on that for its speed.
  return { fetched, word, length, rd: rd === 0 ? SINK : rd, rs1, rs2, imm, csr, execute: EXECUTE[insn.mnemonic] };
}

/** By slotOf; see (2). A decoding depends on its word alone, so all harts of a process have these in common. */
const KEPT: Operation[] = new Array(1 << KEPT_SHIFT).fill(operation(0));

class Counters implements HartCounters {
  constructor(private readonly counts: Float64Array) {}
  get instret(): number {
    return this.counts[COUNT_SLOT.instret];
  }
  get tlbHits(): number {
    return this.counts[COUNT_SLOT.tlbLookups] - this.counts[COUNT_SLOT.tlbMisses];
  }
  get tlbMisses(): number {
    return this.counts[COUNT_SLOT.tlbMisses];
  }
  get tlbWalks(): number {
    return this.counts[COUNT_SLOT.tlbWalks];
  }
}
