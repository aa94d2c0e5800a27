/**
 * Regions: which hot code has become functions. Owns the table of regions, and the op and slot of the decoded entries where
 * regions begin.
 *
 * What becomes hot waits until there is a batch, or until it has waited long enough: a module costs much beside what is
 * in it. No result depends on when.
 *
 * (1) An entry with op `region` has the slot of a region whose code is that of the frames in RAM, and the table has its function.
 * (2) A region goes as soon as anything changes that was decoded in one of its frames.
 * (3) There are at most REGION_SLOTS - 1 regions, and their modules have `codeBytes` bytes together, or are one: when there is no more
 *     room, all regions go, and what is still hot comes back. (Which are cold nobody knows: they leave no trace when they run.)
 *
 * (4) The heat of an entry where a region begins is not 0: it is a landing (discover.ts).
 * (5) A region that is gone is not executed any more: where it goes and its frames stay, those go that call it without asking.
 * (6) What is known of an entry in `patient` is known of the code that is decoded there now.
 *
 * check() asserts (1) as far as the entries go, (2) and (6) as far as pages are decoded at all, (3) and (4).
 */

import { panic } from "../panic.ts";
import type { Ram } from "../ram.ts";
import type { Tlb } from "../tlb.ts";
import type { DecodedPages } from "./decoded.ts";
import { type Code, discover } from "./discover.ts";
import { inlineCalls } from "./inline.ts";
import {
  CALL_HEAT,
  CONTEXT,
  DECODED_BYTES,
  ENTRY,
  ENTRY_BYTES,
  FAST_MASK,
  FAST_TO,
  FETCH_TLB,
  GRANULE_SHIFT,
  INSTRUCTION_SHIFT,
  REGION_SLOTS,
  type Surroundings,
  WALKED,
} from "./layout.ts";
import { OP } from "./operations.ts";
import type { Region, RegionPage } from "./region.ts";
import type { Tier0 } from "./tier0-instance.ts";
import { emitRegions, emits } from "./tier1.ts";
import { entryAt, pageOf } from "./tier1-jumps.ts";

/** Regions in a module, at most. */
const BATCH = 16;
/** Instructions that hot code waits for others to become hot; at most until the slice of cycles ends (translator.ts). */
const PATIENCE = 1_000_000;
/**
 * Instructions that a program must have executed for each one that is compiled: the host takes as long to compile the one as to execute so many in
 * tier 0. So a program that ends soon afterwards is no slower than on the reference engine, and one that changes its code all the time at most
 * half as fast for it.
 */
const PRICE = 1000;
/**
 * Instructions between two accesses at which a region leaves, on average, below which it is to be patient: leaving gives the rest of a
 * function, or of a round, to tier 0.
 */
const FAR_APART = 200;

const PAGE_SIZE = 4096;
const GRANULES = PAGE_SIZE >>> GRANULE_SHIFT;

/** What a machine lends. */
interface Parts {
  readonly memory: WebAssembly.Memory;
  readonly ram: Ram;
  readonly tlb: Tlb;
  readonly decoded: DecodedPages;
  readonly tier0: Tier0;
  /** Bytes of the modules of regions at most. */
  readonly codeBytes: number;
}

/** A region that exists. */
interface Installed {
  /** Address of the decoded entry where it begins. */
  readonly entry: number;
  readonly frames: readonly number[];
  readonly slot: number;
  /** Those of its module that call it without asking. */
  readonly callers: Installed[];
  /** Instructions retired when its leaving at accesses was counted from 0 on. */
  since: number;
}

/** Code that is hot and waits. */
interface Hot {
  readonly frame: number;
  /** Bytes from the beginning of the page. */
  readonly offset: number;
  /** Virtual address of the page, as it was. */
  readonly va: number;
}

export class Regions {
  private readonly u8: Uint8Array;
  private readonly u16: Uint16Array;
  private readonly context: Int32Array;
  private readonly installed: (Installed | undefined)[] = [undefined];
  /** Slots that were given back. */
  private readonly free: number[] = [];
  private readonly byFrame = new Map<number, Set<number>>();
  private waiting: Hot[] = [];
  /** Addresses of decoded entries where regions are to be patient (region.ts), until all regions go. */
  private readonly patient = new Set<number>();
  /** Instructions retired when the first one began to wait. */
  private since = 0;
  /** PRICE of the regions that were made; and that with what waits, where it was too much. */
  private paid = 0;
  private payable = 0;
  /** Bytes of the modules whose regions may exist. */
  bytes = 0;
  /** How many regions have been made, in all. */
  made = 0;

  constructor(
    private readonly parts: Parts,
    private readonly s: Surroundings,
  ) {
    this.u8 = new Uint8Array(parts.memory.buffer);
    this.u16 = new Uint16Array(parts.memory.buffer);
    this.context = new Int32Array(parts.memory.buffer, s.area);
  }

  /** The entry at `offset` of a decoded page has become hot. @param va of the page; @param now instructions retired */
  hot(page: number, offset: number, va: number, now: number): void {
    // Not 0: that jumps arrive there is what makes it a landing of computed jumps nearby.
    this.u16[(this.entryAt(page, offset) + ENTRY.heat) >>> 1] = 1;
    const { decoded } = this.parts;
    const frame = decoded.frameOf(page);
    if (this.waiting.length === 0) this.since = now;
    if (!this.waiting.some((other) => other.frame === frame && other.offset === offset))
      this.waiting.push({ frame, offset, va });
    this.compileIfDue(now);
  }

  /**
   * The region that begins at `entry` has left at accesses `misses` times. Where that took few instructions the region goes, and is hot
   * again, to come back patient, with one call or CALL_HEAT jumps backward. @param now instructions retired
   */
  missed(entry: number, now: number): void {
    const heat = (entry + ENTRY.heat) >>> 1;
    this.u16[heat] = 1;
    const region = this.installed[this.u16[(entry + ENTRY.slot) >>> 1]];
    if (region?.entry !== entry) panic("regions (5): who leaves at an access has a slot", { entry });
    const executed = now - region.since;
    region.since = now;
    if (executed >= this.s.misses * FAR_APART) return;
    this.patient.add(entry);
    this.dropWithCallers(region);
    this.u16[heat] = Math.max(1, this.s.heat - CALL_HEAT);
  }

  /** Makes regions of what waits when there are enough, or when they have waited long enough. @param now instructions retired */
  compileIfDue(now: number): void {
    if (this.waiting.length >= BATCH || now - this.since >= PATIENCE || this.s.heat < IMPATIENT) this.compile(now);
  }

  private entryAt(page: number, offset: number): number {
    return page + (offset >>> INSTRUCTION_SHIFT) * ENTRY_BYTES;
  }

  /** Makes regions of what waits. @param now instructions retired */
  compile(now: number): void {
    const { waiting } = this;
    // A machine that was restored may have begun anew.
    if (now < this.paid) this.paid = this.payable = 0;
    if (waiting.length === 0 || now < this.payable) return;
    const regions = this.discoverAll(waiting.slice(0, BATCH));
    if (!this.pay(regions, now)) return;
    this.waiting = waiting.slice(BATCH);
    if (regions.length === 0) return;
    const calls: [number, number][] = [];
    const code = emitRegions(regions, this.s, calls);
    if (this.bytes + code.length > this.parts.codeBytes || this.count + regions.length >= REGION_SLOTS) this.dropAll();
    this.bytes += code.length;
    const module = new WebAssembly.Module(code);
    const { exports } = new WebAssembly.Instance(module, this.parts.tier0.imports as unknown as WebAssembly.Imports);
    const installed = regions.map((region, index) => this.install(region, exports[`r${index}`] as () => void, now));
    for (const [caller, callee] of calls) installed[callee].callers.push(installed[caller]);
  }

  /** Whether enough has been executed to make these. Those who want to see regions get them. */
  private pay(regions: readonly Region[], now: number): boolean {
    if (this.s.heat < IMPATIENT) return true;
    const blocks = regions.flatMap((region) => region.blocks);
    this.payable = this.paid + PRICE * blocks.reduce((sum, { insns }) => sum + insns.length + 1, 0);
    if (now < this.payable) return false;
    this.paid = this.payable;
    return true;
  }

  /**
   * The regions of a batch. Of those that computed jumps lead from each into the other, the first will do: so an interpreter's loop does not
   * become a region for each of its cases. What is left to tier 0 by that becomes hot again.
   */
  private discoverAll(batch: readonly Hot[]): Region[] {
    const regions: { readonly region: Region; readonly entry: number; readonly landings: ReadonlySet<number> }[] = [];
    for (const region of batch.map((hot) => this.discover(hot))) {
      if (region === null) continue;
      const entry = this.entryOf(region, 0);
      const landings = new Set(region.landings.map((block) => this.entryOf(region, block)));
      if (!regions.some((other) => other.landings.has(entry) && landings.has(other.entry)))
        regions.push({ region, entry, landings });
    }
    return regions.map(({ region }) => region);
  }

  /** The region that begins there; null where there is nothing that tier 1 could do better. */
  private discover({ frame, offset, va }: Hot): Region | null {
    const { ram, decoded } = this.parts;
    const page = decoded.of[frame];
    if (page === 0 || this.u8[this.entryAt(page, offset) + ENTRY.op] === OP.region) return null;
    const code: Code = {
      word: (at, place) => ram.i32[(at.frame * PAGE_SIZE + place) >> 2],
      pageAt: (distance) => (distance === 0 ? { at: 0, frame, decoded: page } : this.neighbour(va, distance)),
      isLanding: (at, place) => this.u16[(this.entryAt(at.decoded, place) + ENTRY.heat) >>> 1] !== 0,
      emits,
    };
    const region = discover(code, offset);
    const [first] = region.blocks;
    if (first.insns.length === 0 && first.end.kind === "leave") return null;
    return { ...inlineCalls(region, code), isPatient: this.patient.has(this.entryAt(page, offset)) };
  }

  /** The page at that distance, where the TLB knows it and something in it has been decoded. */
  private neighbour(va: number, distance: number): RegionPage | null {
    const { tlb, decoded, ram } = this.parts;
    const page = (va + distance) / PAGE_SIZE;
    if (this.context[CONTEXT.scheme >> 2] < WALKED) return this.neighbourWithoutTlb(va, distance);
    const entry = tlb.find(page, this.context[CONTEXT.asid >> 2]);
    if (entry < 0) return null;
    const frame = tlb.frameFor(entry, page) - ram.base / PAGE_SIZE;
    const address = decoded.of[frame] ?? 0;
    return address === 0 ? null : { at: distance, frame, decoded: address };
  }

  /** Without a TLB the fast TLB of fetches says what is there. */
  private neighbourWithoutTlb(va: number, distance: number): RegionPage | null {
    const page = va + distance;
    const at = (FETCH_TLB + ((Math.floor(page / 2 ** 8) & FAST_MASK) >>> 0)) >> 2;
    const { context } = this;
    if (context[at] >>> 0 !== page % 2 ** 32 || context[at + 1] !== Math.floor(page / 2 ** 32)) return null;
    const decoded = context[at + FAST_TO / 4] >>> 0;
    return { at: distance, frame: this.parts.decoded.frameOf(decoded), decoded };
  }

  /** The decoded entry where a block of a region begins. */
  private entryOf(region: Region, block: number): number {
    const { at } = region.blocks[block];
    return entryAt(pageOf(region, at), at);
  }

  private install(region: Region, code: () => void, now: number): Installed {
    const entry = this.entryOf(region, 0);
    if (this.u8[entry + ENTRY.op] === OP.region) panic("where a region is to begin there is none", { entry });
    this.decodeAll(region);
    const slot = this.takeSlot();
    // Pages side by side may be one frame.
    const frames = [...new Set(region.pages.map(({ frame }) => frame))];
    const installed = { entry, frames, slot, callers: [], since: now };
    this.installed[slot] = installed;
    for (const frame of frames) {
      const there = this.byFrame.get(frame);
      if (there === undefined) this.byFrame.set(frame, new Set([slot]));
      else there.add(slot);
    }
    this.parts.tier0.table.set(slot, code);
    this.u16[(entry + ENTRY.slot) >>> 1] = slot;
    this.u16[(entry + ENTRY.heat) >>> 1] = 1;
    this.u8[entry + ENTRY.op] = OP.region;
    this.made++;
    return installed;
  }

  /** A store must notice each byte that the region was made from: its granule is decoded. */
  private decodeAll(region: Region): void {
    const { decoded } = this.parts;
    for (const { at, insns } of region.blocks) {
      const { at: start, decoded: page } = pageOf(region, at);
      const last = (at - start + 4 * insns.length) >>> GRANULE_SHIFT;
      for (let granule = (at - start) >>> GRANULE_SHIFT; granule <= last && granule < GRANULES; granule++)
        if (!decoded.isDecoded(page, granule)) decoded.decode(page, granule << GRANULE_SHIFT);
    }
  }

  private takeSlot(): number {
    const free = this.free.pop();
    if (free !== undefined) return free;
    return this.installed.push(undefined) - 1;
  }

  /** Something that was decoded in the frame has changed. */
  dropFrame(frame: number): void {
    this.waiting = this.waiting.filter((hot) => hot.frame !== frame);
    for (const slot of this.byFrame.get(frame) ?? []) this.drop(slot);
    const page = this.parts.decoded.of[frame];
    for (const entry of this.patient) if (entry >= page && entry < page + DECODED_BYTES) this.patient.delete(entry);
  }

  dropAll(): void {
    this.waiting = [];
    this.patient.clear();
    this.bytes = 0;
    for (const [slot, region] of this.installed.entries()) if (region !== undefined) this.drop(slot);
  }

  /** (5) */
  private dropWithCallers(region: Installed): void {
    if (this.installed[region.slot] !== region) return;
    this.drop(region.slot);
    for (const caller of region.callers) this.dropWithCallers(caller);
  }

  private drop(slot: number): void {
    const region = this.installed[slot]!;
    this.installed[slot] = undefined;
    this.free.push(slot);
    for (const frame of region.frames) {
      const there = this.byFrame.get(frame)!;
      there.delete(slot);
      if (there.size === 0) this.byFrame.delete(frame);
    }
    this.parts.tier0.table.set(slot, null);
    this.u16[(region.entry + ENTRY.slot) >>> 1] = 0;
    // From now on it is heat again.
    this.u16[(region.entry + ENTRY.heat) >>> 1] = 1;
    this.parts.decoded.restore(region.entry);
  }

  /** How many entries there are whose regions left too often, so are patient, or will be. */
  get patientCount(): number {
    return this.patient.size;
  }

  /** How many there are. */
  get count(): number {
    return this.installed.length - 1 - this.free.length;
  }

  /** Asserts the invariants by their numbers; for tests. */
  check(): void {
    if (this.count >= REGION_SLOTS) panic("regions (3): there is a slot for each", { count: this.count });
    for (const [slot, region] of this.installed.entries()) {
      if (region === undefined) continue;
      const { entry, frames } = region;
      const marked = this.u8[entry + ENTRY.op] === OP.region && this.u16[(entry + ENTRY.slot) >>> 1] === slot;
      if (!marked) panic("regions (1): the entry of a region has its slot", { slot, entry });
      if (frames.some((frame) => this.parts.decoded.of[frame] === 0))
        panic("regions (2): the frames of a region have decoded pages", { slot });
      if (this.u16[(entry + ENTRY.heat) >>> 1] === 0)
        panic("regions (4): where a region begins is a landing", { entry });
    }
    for (const entry of this.patient)
      if (this.u8[entry + ENTRY.op] === OP.undecoded) panic("regions (6): what is to be patient is decoded", { entry });
  }
}

/** Below this heat somebody wants to see regions, not speed: they are made at once. */
const IMPATIENT = 100;
