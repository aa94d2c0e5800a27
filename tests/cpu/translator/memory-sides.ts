/** Two memories that see the same accesses: one through the reference MMU, one through the emitted memory path. */

import { FETCH, LOAD, STORE } from "../../../cpu/access.ts";
import { MachineClock } from "../../../cpu/clock.ts";
import { Mmu } from "../../../cpu/mmu.ts";
import { createRam, RAM_BASE, type Ram } from "../../../cpu/ram.ts";
import { REPLACEMENTS, type ReplacementName } from "../../../cpu/replacement.ts";
import { RunTime } from "../../../cpu/run-time.ts";
import { SATP_MODES, type TranslationMode } from "../../../cpu/satp.ts";
import {
  COUNT_SLOT,
  CSR_SLOT,
  createMemory,
  HARTS_AT,
  type HartViews,
  hartAt,
  hartViews,
  ramAt,
} from "../../../cpu/state.ts";
import { Tlb } from "../../../cpu/tlb.ts";
import { Bare } from "../../../cpu/translation/bare.ts";
import { Descriptors } from "../../../cpu/translation/descriptors.ts";
import type { Scheme } from "../../../cpu/translation/scheme.ts";
import { Segments } from "../../../cpu/translation/segments.ts";
import { checkFastTlbs } from "../../../cpu/translator/fast-tlbs.ts";
import {
  areaLayout,
  CONTEXT,
  DECODED,
  DECODED_BYTES,
  EXIT,
  FAST_MASK,
  FAST_TLBS_BYTES,
  FAST_TO,
  FETCH_TLB,
  HEAT,
  MISSES,
  NO_PAGE,
  READ_TLB,
  type Surroundings,
  WALKED,
  WRITE_TLB,
} from "../../../cpu/translator/layout.ts";
import { emitMemoryPath } from "../../../cpu/translator/memory-path.ts";
import { writeSatp } from "../../../cpu/translator/satp-context.ts";
import { CAUSE, Trap } from "../../../cpu/trap.ts";
import { ModuleBuilder } from "../../../cpu/wasm/module.ts";

export const RAM_BYTES = 32 * 4096;
export const FRAMES = RAM_BYTES / 4096;

export type Kind = "load" | "store" | "fetch";

export interface Request {
  readonly kind: Kind;
  readonly va: bigint;
  /** Bytes; of no account for a fetch. */
  readonly width: number;
  readonly tier: number;
}

/** `exit` is null when the access has been made; `at` is an offset in RAM, of a fetch that of the frame. */
export interface Outcome {
  readonly exit: number | null;
  readonly at?: number;
  readonly cause?: number;
  readonly tval?: bigint;
}

const ACCESS = { load: LOAD, store: STORE, fetch: FETCH } as const;
const TABLE = { load: READ_TLB, store: WRITE_TLB, fetch: FETCH_TLB } as const;
const ONE_CYCLE = 1n << 32n;

class Side {
  readonly memory: WebAssembly.Memory;
  readonly views: HartViews;
  readonly ram: Ram;
  readonly tlb: Tlb;
  private readonly descriptors: Descriptors;
  /** Those without a TLB, by SCHEME. */
  protected readonly schemes: readonly (Scheme | null)[];
  protected readonly hart: number;
  protected readonly ramAt: number;
  /** Cycles granted, and instructions done since. */
  protected granted = 0;
  protected done = 0;

  constructor(sets: number, ways: number, replacement: ReplacementName) {
    this.hart = hartAt(0, sets * ways);
    this.ramAt = ramAt(1, sets * ways);
    this.memory = createMemory(this.ramAt + RAM_BYTES + areaLayout(RAM_BYTES).bytes);
    this.views = hartViews(this.memory, this.hart);
    this.ram = createRam(this.memory, this.ramAt, RAM_BASE, RAM_BYTES);
    this.tlb = new Tlb(this.memory, this.hart, { sets, ways }, REPLACEMENTS[replacement], this.views.counts);
    this.descriptors = new Descriptors(this.ram, this.views);
    this.schemes = [new Bare(), new Segments(this.descriptors), null, null, null];
  }

  /** The machine's state: hart and RAM. */
  get state(): Buffer {
    return Buffer.from(this.memory.buffer, HARTS_AT, this.ramAt + RAM_BYTES - HARTS_AT);
  }

  fence(page?: number, asid?: number): void {
    this.tlb.flush(page, asid);
    this.descriptors.load();
  }

  setSatp(mode: TranslationMode, asid: number, root: number): void {
    this.views.csr[CSR_SLOT.satp] = (BigInt(SATP_MODES[mode]) << 60n) | (BigInt(asid) << 44n) | BigInt(root);
    this.descriptors.load();
  }

  grant(cycles: number): void {
    this.granted = cycles;
    this.done = 0;
  }
}

export class ReferenceSide extends Side {
  private readonly time = new RunTime(new MachineClock(this.memory), this.views.counts);
  private readonly mmu = new Mmu(this.ram, this.tlb, this.views, this.time);

  override grant(cycles: number): void {
    super.grant(cycles);
    this.time.grant(cycles);
  }

  override setSatp(mode: TranslationMode, asid: number, root: number): void {
    super.setSatp(mode, asid, root);
    this.mmu.loadSatp();
  }

  get usesTlb(): boolean {
    return this.mmu.usesTlb;
  }

  /** Whether the access may be made to each byte of the page of `va`. */
  mayAccessPage({ kind, va }: Request): boolean {
    try {
      return this.mmu.locate(Number(va & ~4095n), ACCESS[kind], 4096) >= 0;
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
      return false;
    }
  }

  get left(): number {
    return this.time.left;
  }

  /** Cycles that no instruction accounts for. */
  get other(): number {
    return this.granted - this.time.left - this.done;
  }

  /** Misses and walks, as one number that grows with either. */
  get walks(): number {
    return this.views.counts[COUNT_SLOT.tlbMisses]! + this.views.counts[COUNT_SLOT.tlbWalks]!;
  }

  /** As core.ts and interpreter.ts do it, within a page. */
  access({ kind, va, width }: Request): Outcome {
    const access = ACCESS[kind];
    const number = Number(va);
    if (kind === "fetch" && !Number.isSafeInteger(number)) {
      return { exit: EXIT.trap, cause: CAUSE.instructionPageFault, tval: va };
    }
    try {
      const at = this.mmu.locate(number, access, kind === "fetch" ? 4 : width);
      if (at < 0) return { exit: EXIT.reference };
      this.complete(kind);
      return { exit: null, at: kind === "fetch" ? at & ~4095 : at };
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
      return { exit: EXIT.trap, cause: error.cause, tval: va };
    }
  }

  private complete(kind: Kind): void {
    if (kind === "fetch") return;
    this.time.left--;
    this.done++;
  }
}

type Emitted = Record<Kind, (...operands: (bigint | number)[]) => bigint>;

export class FastSide extends Side {
  readonly s: Surroundings;
  private readonly emitted: Emitted;
  private readonly area: number;
  private readonly context: DataView;
  private readonly i32: Int32Array;
  private readonly i64: BigInt64Array;
  /** Exact, as between two instructions. */
  acc = 0n;

  constructor(sets: number, ways: number, replacement: ReplacementName) {
    super(sets, ways, replacement);
    this.area = this.ramAt + RAM_BYTES;
    this.s = {
      hart: this.hart,
      ram: this.ramAt,
      ramBytes: RAM_BYTES,
      area: this.area,
      tlb: { sets, ways },
      replacement,
      heat: HEAT,
      misses: MISSES,
    };
    this.context = new DataView(this.memory.buffer, this.area);
    this.i32 = new Int32Array(this.memory.buffer);
    this.i64 = new BigInt64Array(this.memory.buffer);
    this.emitted = instantiate(this.s, this.memory);
    this.clearFast();
  }

  private field(name: keyof typeof CONTEXT): number {
    return this.context.getInt32(CONTEXT[name], true);
  }

  clearFast(): void {
    new Uint8Array(this.memory.buffer, this.area + READ_TLB, FAST_TLBS_BYTES).fill(0xff);
  }

  override fence(page?: number, asid?: number): void {
    super.fence(page, asid);
    this.clearFast();
  }

  override setSatp(mode: TranslationMode, asid: number, root: number): void {
    super.setSatp(mode, asid, root);
    const satp = 2 * CSR_SLOT.satp;
    writeSatp(new Int32Array(this.memory.buffer, this.area), this.views.csr32[satp]!, this.views.csr32[satp + 1]!);
    this.clearFast();
  }

  override grant(cycles: number): void {
    super.grant(cycles);
    this.writeLookups();
    this.acc = BigInt(cycles) * ONE_CYCLE;
    this.context.setFloat64(CONTEXT.lookups, this.views.counts[COUNT_SLOT.tlbLookups]!, true);
    this.context.setInt32(CONTEXT.other, 0, true);
  }

  /** The counter of lookups is brought up to date where a run ends; here so that states can be compared. */
  private writeLookups(): void {
    const since = this.isDirect ? 0 : Number(BigInt.asUintN(32, this.acc));
    this.views.counts[COUNT_SLOT.tlbLookups] = this.context.getFloat64(CONTEXT.lookups, true) + since;
  }

  /** The scheme has no TLB: lookups are no lookups. */
  private get isDirect(): boolean {
    return this.field("scheme") < WALKED;
  }

  get left(): number {
    return Number(this.acc >> 32n);
  }

  get other(): number {
    return this.field("other");
  }

  // Decoded pages

  private decodedAt(frame: number): number {
    return (this.area + areaLayout(RAM_BYTES).decodedOf) / 4 + frame;
  }

  isTaken(frame: number): boolean {
    return this.i32[this.decodedAt(frame)] !== 0;
  }

  /** The frame has a decoded page, in which those granules are decoded. */
  decode(frame: number, granules: bigint): void {
    const page = this.area + areaLayout(RAM_BYTES).pages + frame * DECODED_BYTES;
    this.i32[this.decodedAt(frame)] = page;
    this.i64[(page + DECODED.granules) / 8] = BigInt.asIntN(64, granules);
    this.clearFast();
  }

  forget(frame: number): void {
    this.i32[this.decodedAt(frame)] = 0;
    this.clearFast();
  }

  touchesCode(at: number, width: number): boolean {
    const page = this.i32[this.decodedAt(at >> 12)]!;
    if (page === 0) return false;
    const granules = this.i64[(page + DECODED.granules) / 8]!;
    for (let byte = at & 4095; byte < (at & 4095) + width; byte++)
      if ((granules >> BigInt(byte >> 6)) & 1n) return true;
    return false;
  }

  // Accesses

  /** The fast TLB's answer, as tiers ask for it inline; null where it has none. */
  private inline({ kind, va, width }: Request): Outcome | null {
    const wanted = kind === "fetch" ? va & ~4095n : va & (~4095n | BigInt(width - 1));
    const at = this.area + TABLE[kind] + Number((va >> 8n) & BigInt(FAST_MASK));
    if (this.i64[at / 8] !== BigInt.asIntN(64, wanted)) return null;
    this.acc += kind === "fetch" ? 1n : 1n - ONE_CYCLE;
    const to = this.i32[(at + FAST_TO) / 4]!;
    if (kind === "fetch") return { exit: null, at: 4096 * this.i32[(to + DECODED.frame) / 4]! };
    this.done++;
    return { exit: null, at: ((to + Number(va & 0xffff_ffffn)) >>> 0) - this.ramAt };
  }

  /** @param ahead what the block that the access is in counts, the access itself included */
  access(request: Request, ahead: { cycles: number; lookups: number }, useFast: boolean): Outcome {
    const fast = useFast ? this.inline(request) : null;
    const outcome = fast ?? this.slow(request, ahead);
    this.writeLookups();
    return outcome;
  }

  private slow({ kind, va, width, tier }: Request, ahead: { cycles: number; lookups: number }): Outcome {
    const { context, emitted } = this;
    context.setInt32(CONTEXT.exit, -1, true);
    context.setInt32(CONTEXT.place, -1, true);
    context.setBigInt64(CONTEXT.page, -1n, true);
    context.setInt32(CONTEXT.decoded, -1, true);
    const rest = BigInt(ahead.cycles) * ONE_CYCLE - BigInt(ahead.lookups);
    const operands = kind === "fetch" ? [va, this.acc] : [va, this.acc - rest, rest, width];
    if (kind === "store") operands.push(tier);
    const result = emitted[kind](...operands);
    const exit = this.field("exit");
    const isMade =
      kind === "fetch" ? context.getBigInt64(CONTEXT.page, true) !== BigInt(NO_PAGE) : this.field("place") !== 0;
    if (!isMade) return this.failed(exit, result);
    this.acc = kind === "fetch" ? result : result + rest + 1n - ONE_CYCLE;
    if (kind === "fetch") return this.entered(va, exit);
    this.done++;
    return { exit: exit === -1 ? null : exit, at: (this.field("place") >>> 0) - this.ramAt };
  }

  private failed(exit: number, result: bigint): Outcome {
    const { context } = this;
    if (exit !== EXIT.trap) return { exit: result === this.acc ? exit : -2 };
    this.acc = result;
    const tval = context.getBigInt64(CONTEXT.tval, true);
    return { exit, cause: this.field("cause"), tval };
  }

  private entered(va: bigint, exit: number): Outcome {
    if (this.context.getBigInt64(CONTEXT.page, true) !== (va & ~4095n)) return { exit: -3 };
    if (exit === EXIT.page) return { exit, at: this.field("place") - this.ramAt };
    const frame = this.i32[(this.field("decoded") + DECODED.frame) / 4]!;
    return { exit: exit === -1 ? null : exit, at: frame * 4096 };
  }

  /** The reference has done it. */
  take(reference: ReferenceSide): void {
    this.state.set(reference.state);
    const before = this.context.getFloat64(CONTEXT.lookups, true);
    const lookups = this.isDirect ? 0 : reference.views.counts[COUNT_SLOT.tlbLookups]! - before;
    this.acc = BigInt(reference.left) * ONE_CYCLE + BigInt(lookups);
    this.context.setInt32(CONTEXT.other, reference.other, true);
    this.clearFast();
  }

  check(): void {
    checkFastTlbs(this.memory, this.s, this.tlb, this.schemes[this.field("scheme")]!);
  }
}

/** Frames give their decoded pages' headers once and for all: memory is fresh. */
function instantiate(s: Surroundings, memory: WebAssembly.Memory): Emitted {
  const i32 = new Int32Array(memory.buffer);
  for (let frame = 0; frame < FRAMES; frame++)
    i32[(s.area + areaLayout(RAM_BYTES).pages + frame * DECODED_BYTES + DECODED.frame) / 4] = frame;
  const module = new ModuleBuilder();
  module.importMemory("machine", "memory", { minimum: 1 });
  const functions = emitMemoryPath(module, s);
  for (const [name, index] of Object.entries(functions)) module.exportFunction(name, index);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), { machine: { memory } });
  return instance.exports as unknown as Emitted;
}
