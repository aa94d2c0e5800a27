/** What the processor does with one access, as data. Types only. */
import type { FrameNumber, PhysicalAddress } from "../../cpu/paging.ts";
import type { TlbEntry, TlbView } from "../../cpu/tlb-view.ts";

/** A part of the address, bits `high` to `low`. */
export interface Field {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  readonly value: number;
}

/** One entry that the walk reads. */
export interface Step {
  /** A descriptor of a segment stands above the page tables, or alone. */
  readonly kind: "pte" | "descriptor";
  readonly level: number;
  readonly table: FrameNumber;
  readonly index: number;
  /** Physical address of the entry. */
  readonly at: PhysicalAddress;
  /** Its halves; null: there is no memory. */
  readonly low: number | null;
  readonly high: number | null;
  /** Of a descriptor, in bytes. */
  readonly limit: number | null;
}

export interface TlbLook {
  readonly view: TlbView;
  /** Null: no number of the present generation yet, so nothing of the space can be in the TLB. */
  readonly asid: number | null;
  /** The set in which the translation lies, or would be entered. */
  readonly set: number;
  readonly hit: TlbEntry | null;
}

/** What answers: the TLB, a walk, a segment's descriptor alone, or nothing, where addresses are not translated. */
export type By = "tlb" | "walk" | "segment" | "bare";

/** How it ends in the processor. */
export type HardwareEnd =
  | {
      readonly kind: "physical";
      readonly by: By;
      readonly address: PhysicalAddress;
      /** The frame in which the access lies, and the size of the page that the leaf maps, 0 where there are no pages. */
      readonly frame: FrameNumber;
      readonly pageBytes: number;
      /** Bits that the walk sets in the entry. */
      readonly sets: readonly ("A" | "D")[];
    }
  | { readonly kind: "page fault" | "access fault"; readonly by: By; readonly reason: string };

export interface HardwareLook {
  /** Most significant first. */
  readonly fields: readonly Field[];
  /** Null: the scheme has none, or the address is refused before it is asked. */
  readonly tlb: TlbLook | null;
  /** From the root; what a walk reads, also where the TLB makes it needless. */
  readonly steps: readonly Step[];
  readonly end: HardwareEnd;
  /** Cycles of virtual time, the instruction itself not counted. */
  readonly cycles: number;
}
