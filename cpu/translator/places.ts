/**
 * Places: addresses of what the emitted memory path touches, from the tables in state.ts and layout.ts; all of them are
 * constants of the emitted code.
 */

import { COUNT_SLOT, HART_LAYOUT, HART_SLOT, tlbColumnAt } from "../state.ts";
import { areaLayout, CONTEXT, FETCH_TLB, READ_TLB, type Surroundings, WRITE_TLB } from "./layout.ts";

/** Address of a number of the hart's scratch block: f64. */
export function scratchAt({ hart }: Pick<Surroundings, "hart">, slot: keyof typeof HART_SLOT): number {
  return hart + HART_LAYOUT.scratch.at + 8 * HART_SLOT[slot];
}

/** Addresses in the machine's memory. */
export interface Places {
  readonly context: Readonly<Record<keyof typeof CONTEXT, number>>;
  /** Columns of the modelled TLB. */
  readonly column: Readonly<Record<"tag" | "stamp" | "asid" | "frame" | "flags", number>>;
  readonly misses: number;
  readonly walks: number;
  readonly highest: number;
  readonly generator: number;
  /** The hart's copy of the segment descriptors. */
  readonly segments: number;
  /** The fast TLBs. */
  readonly read: number;
  readonly write: number;
  readonly fetch: number;
  readonly decodedOf: number;
  readonly ram: number;
}

export function placesOf({ hart, ram, ramBytes, area, tlb }: Surroundings): Places {
  const entries = tlb.sets * tlb.ways;
  const count = (slot: number) => hart + HART_LAYOUT.counts.at + 8 * slot;
  const column = (name: keyof Places["column"]) => hart + tlbColumnAt(name, entries);
  return {
    context: Object.fromEntries(
      Object.entries(CONTEXT).map(([name, at]) => [name, area + at]),
    ) as unknown as Places["context"],
    column: {
      tag: column("tag"),
      stamp: column("stamp"),
      asid: column("asid"),
      frame: column("frame"),
      flags: column("flags"),
    },
    misses: count(COUNT_SLOT.tlbMisses),
    walks: count(COUNT_SLOT.tlbWalks),
    highest: scratchAt({ hart }, "tlbHighest"),
    generator: scratchAt({ hart }, "tlbGenerator"),
    segments: hart + HART_LAYOUT.segments.at,
    read: area + READ_TLB,
    write: area + WRITE_TLB,
    fetch: area + FETCH_TLB,
    decodedOf: area + areaLayout(ramBytes).decodedOf,
    ram,
  };
}
