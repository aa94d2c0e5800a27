/**
 * TLB view: what a hart's TLB holds, for the looker-on. Reads the columns of tlb.ts; changes and counts nothing.
 */
import type { Machine } from "./machine.ts";
import { type FrameNumber, PTES_PER_TABLE } from "./paging.ts";
import { DEFAULT_REPLACEMENT, REPLACEMENTS, type ReplacementName } from "./replacement.ts";
import { HART_SLOT, hartAt, hartViews, tlbColumnAt } from "./state.ts";
import { GLOBAL, LEVELS } from "./tlb.ts";

/** One entry that is in use. */
export interface TlbEntry {
  readonly set: number;
  readonly way: number;
  /** The page's number in units of its own size, and its level: 0 for 4 KiB. */
  readonly number: number;
  readonly level: number;
  /** Null: global, every address space's. */
  readonly asid: number | null;
  /** The frame at which the page begins. */
  readonly frame: FrameNumber;
  /** PTE bits 7:0 as the walk left them. */
  readonly flags: number;
  /** The replacement policy's own: replacement.ts. */
  readonly stamp: number;
}

/** One hart's TLB. */
export interface TlbView {
  readonly sets: number;
  readonly ways: number;
  readonly replacement: ReplacementName;
  /** The ways of a set; null where one is free. */
  set(set: number): (TlbEntry | null)[];
  /** The entry that answers for virtual page `page` (va / 4096) in address space `asid`; null: a miss. */
  find(page: number, asid: number): TlbEntry | null;
  /** The set in which a page of `level` that holds virtual page `page` lies. */
  setOf(page: number, level: number): number;
  /** The way of a set that the next fill takes: the first free one, or the policy's victim. */
  nextWay(set: number): number;
}

/** A view of hart `id`'s TLB as it is now: it reads at each question. */
export function tlbView({ memory, config }: Pick<Machine, "memory" | "config">, id = 0): TlbView {
  const { sets, ways, replacement = DEFAULT_REPLACEMENT } = config.tlb;
  const entries = sets * ways;
  const at = (name: Parameters<typeof tlbColumnAt>[0]) => hartAt(id, entries) + tlbColumnAt(name, entries);
  const hart = hartViews(memory, hartAt(id, entries));
  const tags = new Float64Array(memory.buffer, at("tag"), entries);
  const stamps = new Float64Array(memory.buffer, at("stamp"), entries);
  const asids = new Int32Array(memory.buffer, at("asid"), entries);
  const frames = new Uint32Array(memory.buffer, at("frame"), entries);
  const flags = new Int32Array(memory.buffer, at("flags"), entries);
  const entry = (set: number, way: number): TlbEntry | null => {
    const i = set * ways + way;
    const tag = tags[i];
    if (Number.isNaN(tag)) return null;
    const asid = asids[i] === GLOBAL ? null : asids[i];
    const place = { set, way, number: Math.floor(tag / LEVELS), level: tag & (LEVELS - 1) };
    return { ...place, asid, frame: frames[i], flags: flags[i], stamp: stamps[i] };
  };
  const set = (number: number) => Array.from({ length: ways }, (_, way) => entry(number, way));
  const setOf = (page: number, level: number) => Math.floor(page / PTES_PER_TABLE ** level) & (sets - 1);
  return {
    sets,
    ways,
    replacement,
    set,
    setOf,
    find(page, asid) {
      for (let level = 0; level < LEVELS; level++) {
        const number = Math.floor(page / PTES_PER_TABLE ** level);
        const found = set(setOf(page, level)).find(
          (e) => e?.number === number && e.level === level && (e.asid === asid || e.asid === null),
        );
        if (found) return found;
      }
      return null;
    },
    nextWay(number) {
      const free = set(number).indexOf(null);
      if (free >= 0) return free;
      // A copy: `random` goes on from where it was.
      const stamped = { stamp: stamps, ways, generator: hart.scratch.slice(HART_SLOT.tlbGenerator) };
      return REPLACEMENTS[replacement].victim(stamped, number * ways) - number * ways;
    },
  };
}
