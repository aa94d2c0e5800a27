/**
 * TLB: sets x ways of cached translations, tagged with ASIDs. Owns the TLB columns of a hart's block (state.ts).
 *
 * An entry maps the page that its leaf PTE maps: 4 KiB, or a superpage that keeps its size. `tag` is the number of that
 * page in units of its own size, times 4, plus its level; `frame` the physical frame it begins at; `flags` PTE bits 7:0
 * as the walk left them.
 *
 * (1) An entry lies in the set that the low bits of its page number (in units of its own size) name.
 * (2) A free entry has tag NaN, which equals nothing.
 * (3) Nothing but fill, drop and flush changes an entry: a changed PTE is not seen before SFENCE.VMA.
 * (4) A global entry (G) has asid GLOBAL, matches every ASID, and outlives a flush by ASID (Volume II, 4.2.1).
 * (5) hits + misses = lookups.
 *
 * checkTlb() asserts (1), (2) and (4).
 */

import { type FrameNumber, PTE, PTES_PER_TABLE } from "./paging.ts";
import { panic } from "./panic.ts";
import type { Replacement } from "./replacement.ts";
import { COUNT_SLOT, HART_LAYOUT, HART_SLOT, tlbColumnAt } from "./state.ts";

/** The asid of global entries. */
export const GLOBAL = -1;

/** Physical frames from here on hold neither RAM nor a device; all of them are kept as this one. */
const NO_FRAME = 0xffff_ffff;

/** Levels a leaf may have: Sv48's 0 to 3. */
export const LEVELS = 4;

export interface TlbGeometry {
  /** Powers of two. */
  readonly sets: number;
  readonly ways: number;
}

/** What a leaf PTE says, as the walk found it. */
export interface Leaf {
  readonly level: number;
  /** The frame at which the page begins. */
  readonly frame: FrameNumber;
  /** PTE bits 7:0. */
  readonly flags: number;
}

export class Tlb {
  readonly tag: Float64Array;
  readonly stamp: Float64Array;
  readonly asid: Int32Array;
  readonly frame: Uint32Array;
  readonly flags: Int32Array;
  private readonly setMask: number;
  readonly ways: number;
  readonly generator: Float64Array;
  /** One number, HART_SLOT.tlbHighest. */
  private readonly highestAt: Float64Array;

  /** @param at offset of the hart's block; @param counts the hart's counters */
  constructor(
    memory: WebAssembly.Memory,
    at: number,
    private readonly geometry: TlbGeometry,
    private readonly policy: Replacement,
    private readonly counts: Float64Array,
  ) {
    const { sets, ways } = geometry;
    const entries = sets * ways;
    if (!isPowerOfTwo(sets) || !isPowerOfTwo(ways)) panic("TLB sets and ways are powers of two", { sets, ways });
    this.setMask = sets - 1;
    this.ways = ways;
    const column = (name: Parameters<typeof tlbColumnAt>[0]) => at + tlbColumnAt(name, entries);
    this.tag = new Float64Array(memory.buffer, column("tag"), entries);
    this.stamp = new Float64Array(memory.buffer, column("stamp"), entries);
    this.asid = new Int32Array(memory.buffer, column("asid"), entries);
    this.frame = new Uint32Array(memory.buffer, column("frame"), entries);
    this.flags = new Int32Array(memory.buffer, column("flags"), entries);
    const number = (slot: number) => new Float64Array(memory.buffer, at + HART_LAYOUT.scratch.at + 8 * slot, 1);
    this.generator = number(HART_SLOT.tlbGenerator);
    this.highestAt = number(HART_SLOT.tlbHighest);
    this.flush();
  }

  private get highest(): number {
    return this.highestAt[0];
  }

  /** The entry for virtual page `page` (a va / 4096) in address space `asid`, or -1. Counts a lookup. */
  lookup(page: number, asid: number): number {
    const lookups = ++this.counts[COUNT_SLOT.tlbLookups];
    const entry = this.find(page, asid);
    if (entry >= 0) this.policy.used(this, entry, lookups);
    else this.counts[COUNT_SLOT.tlbMisses]++;
    return entry;
  }

  /** As `lookup`, but for the looker-on: nothing is counted or touched. */
  find(page: number, asid: number): number {
    const entry = this.findAt(page, 0, asid);
    return entry >= 0 || this.highest === 0 ? entry : this.findSuperpage(page, asid);
  }

  private findSuperpage(page: number, asid: number): number {
    for (let level = 1; level <= this.highest; level++) {
      const entry = this.findAt(Math.floor(page / PTES_PER_TABLE ** level), level, asid);
      if (entry >= 0) return entry;
    }
    return -1;
  }

  /** @param number the page's number in units of its own size */
  private findAt(number: number, level: number, asid: number): number {
    const tag = number * LEVELS + level;
    const first = (number & this.setMask) * this.ways;
    for (let entry = first; entry < first + this.ways; entry++) {
      if (this.tag[entry] === tag && (this.asid[entry] === asid || this.asid[entry] === GLOBAL)) return entry;
    }
    return -1;
  }

  /** Enters the translation of `page`, replacing what the policy gives up. Returns the entry. */
  fill(page: number, asid: number, leaf: Leaf): number {
    const number = Math.floor(page / PTES_PER_TABLE ** leaf.level);
    const first = (number & this.setMask) * this.ways;
    const entry = this.freeWay(first) ?? this.policy.victim(this, first);
    this.tag[entry] = number * LEVELS + leaf.level;
    this.asid[entry] = leaf.flags & PTE.G ? GLOBAL : asid;
    this.frame[entry] = Math.min(leaf.frame, NO_FRAME);
    this.flags[entry] = leaf.flags;
    this.highestAt[0] = Math.max(this.highest, leaf.level);
    this.policy.filled(this, entry, this.counts[COUNT_SLOT.tlbLookups]);
    return entry;
  }

  private freeWay(first: number): number | undefined {
    for (let entry = first; entry < first + this.ways; entry++) if (Number.isNaN(this.tag[entry])) return entry;
    return undefined;
  }

  /** The physical frame of `page`, which `entry` translates. */
  frameFor(entry: number, page: number): FrameNumber {
    const level = this.levelOf(entry);
    return this.frame[entry] + (level === 0 ? 0 : page & (PTES_PER_TABLE ** level - 1));
  }

  private levelOf(entry: number): number {
    return this.tag[entry] & (LEVELS - 1);
  }

  drop(entry: number): void {
    this.tag[entry] = Number.NaN;
  }

  /** SFENCE.VMA (Volume II, 4.2.1): all entries, or those of one page, of one address space (not global ones), or both. */
  flush(page?: number, asid?: number): void {
    if (page !== undefined) this.flushPage(page, asid);
    else {
      for (let entry = 0; entry < this.tag.length; entry++)
        if (asid === undefined || this.asid[entry] === asid) this.drop(entry);
      if (asid === undefined) this.highestAt[0] = 0;
    }
  }

  /** By (1), only one set for each level can hold the page. */
  private flushPage(page: number, asid: number | undefined): void {
    for (let level = 0; level <= this.highest; level++) {
      const number = Math.floor(page / PTES_PER_TABLE ** level);
      const first = (number & this.setMask) * this.ways;
      for (let entry = first; entry < first + this.ways; entry++)
        if (this.tag[entry] === number * LEVELS + level && (asid === undefined || this.asid[entry] === asid))
          this.drop(entry);
    }
  }

  /** Asserts the invariants by their numbers; for tests. */
  checkTlb(): void {
    for (const [entry, tag] of this.tag.entries()) {
      if (Number.isNaN(tag)) continue;
      const set = Math.floor(tag / LEVELS) & this.setMask;
      const isGlobal = (this.flags[entry] & PTE.G) !== 0;
      if (set !== Math.floor(entry / this.geometry.ways)) panic("TLB (1): an entry lies in its set", { entry, tag });
      if (isGlobal !== (this.asid[entry] === GLOBAL)) panic("TLB (4): global entries match every ASID", { entry });
    }
  }
}

function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(n) && n > 0 && (n & (n - 1)) === 0;
}
