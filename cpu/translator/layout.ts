/**
 * Layout: where the translator's own things lie, in the machine's memory behind RAM. None of it is state of the machine:
 * it can be cleared at any time between two runs, and a snapshot leaves it out.
 *
 *     context        what tier 0, the regions and the JavaScript around them tell each other
 *     fast TLBs      read, write, fetch: what the modelled TLB (tlb.ts) is known to answer in one compare
 *     decodedOf      for each frame of RAM the address of its decoded page, or 0
 *     decoded pages  one 16-byte entry an instruction
 *
 * (1) Offsets here are relative to the translator's area; everything is at a multiple of its size.
 * (2) An address is an offset in the WebAssembly.Memory, an i32 without sign; 0 stands for none.
 */

import type { ReplacementName } from "../replacement.ts";
import type { TranslationMode } from "../satp.ts";

/** Fields of the context by offset. i32 unless it says otherwise. */
// biome-ignore format: a table is read in columns
export const CONTEXT = {
  /** i64: cycles left * 2^32 + TLB lookups since the grant. Exact whenever a region or tier 0 is entered or left. */
  acc:      0x00,
  /** i64: the instruction to go on with. */
  pc:       0x08,
  /** i64: virtual address of the page that fetches come from without asking the TLB; NO_PAGE for none. */
  page:     0x10,
  /** Address of that page's decoded page. */
  decoded:  0x18,
  /** A value of EXIT: why a region was left, or tier 0. */
  exit:     0x1c,
  /** i64: stval of EXIT.trap. */
  tval:     0x20,
  /** Cause of EXIT.trap. */
  cause:    0x28,
  /** What a slow path gives: the address of the bytes, 0 when the access cannot be made here. */
  place:    0x2c,
  /** f64: count of TLB lookups at the grant. */
  lookups:  0x30,
  /** Cycles since the grant that no retired instruction accounts for (walks). */
  other:    0x38,
  /** How many regions have called each other. */
  depth:    0x3c,
  /** From satp (satp-context.ts). root: i64, physical address of the root table; scheme: a value of SCHEME. */
  root:     0x40,
  limit:    0x48,
  scheme:   0x50,
  asid:     0x54,
  /** Where tier 0 keeps its entry over a call. */
  entry:    0x58,
  /** How many entries of the fast TLBs ENTERED names; ENTERED_MOST: perhaps not all. */
  entered:  0x5c,
  /** limit, span: i64: an address that is walked for is one with address + limit < span, without sign. */
  span:     0x60,
  /** f64: the clock when no cycle will be left; the cycles until the grant that no retired instruction accounts for (counters.ts). */
  end:      0x68,
  behind:   0x70,
} as const;

/** What satp.MODE chooses. The schemes below WALKED have no TLB; the others walk page tables. */
// biome-ignore format: a table is read in columns
export const SCHEME: Readonly<Record<TranslationMode, number>> = {
  bare: 0, segments: 1, "segmented-paging": 2, sv39: 3, sv48: 4,
};
export const WALKED = SCHEME["segmented-paging"];

/**
 * Behind the context: which entries of the fast TLBs may not be free, as offsets in the translator's area, i32. Of an address space
 * that runs for a short time there are few: they are cleared in a tenth of the time that all would take.
 */
export const ENTERED = 0x80;
export const ENTERED_MOST = 32;

/** Why regions and tier 0 are left. `pc` is where to go on; what it names has not been counted, unless it says so. */
// biome-ignore format: a table is read in columns
export const EXIT = {
  /** A region has jumped to pc, and all is well. */
  jump:      0,
  /** A region has returned to pc, and all is well. */
  back:      1,
  /** Tier 0 must execute the instruction at pc itself, whatever region begins there. */
  step:      2,
  /** No cycle is left. */
  budget:    3,
  /** ECALL at pc. */
  call:      4,
  /** The instruction at pc has raised `cause` with `tval`. Its lookups, misses, walks and their cycles are counted. */
  trap:      5,
  /** The reference engine must execute the instruction at pc. */
  reference: 6,
  /** The entry of pc is not decoded. */
  decode:    7,
  /** The page has been entered (and that is counted), but has no decoded page. */
  page:      8,
  /** The entry of pc has become hot. */
  hot:       9,
  /** A store, which is done and counted, has changed bytes at `place` that have been decoded. */
  code:      10,
  /** The region that begins at the entry `place` has left in the middle of blocks `misses` times (Surroundings). */
  missed:    11,
} as const;

/** No page begins at an odd address. */
export const NO_PAGE = 1;

/**
 * Fast TLBs: directly mapped by the low bits of the page number. An entry is 16 bytes:
 *   tag @0 i64   the page's virtual address; NO_TAG, which no masked address equals, when free
 *   to  @8 i32   read, write: what to add to the low half of a virtual address of the page to have the address of the byte
 *                fetch: address of the decoded page
 *
 * The entry of va is at  table + ((va >>> 8) & FAST_MASK).
 *
 * An entry is there only while
 * (3) the modelled TLB has an entry for the page and the present address space, with every permission that the access
 *     needs (read: R U A; write: W U A D; fetch: X U A), which a hit would leave as it is; or in a scheme without a TLB
 *     (SCHEME), every access of its kind to each byte of the page may be made;
 * (4) the frame is RAM, and for writes has no decoded page.
 * So a hit changes one thing: the count of lookups. Without a TLB nobody reads that.
 */
export const FAST_ENTRIES = 256;
export const FAST_ENTRY = 16;
export const FAST_BYTES = FAST_ENTRIES * FAST_ENTRY;
/** Of (va >>> 8). */
export const FAST_MASK = (FAST_ENTRIES - 1) * FAST_ENTRY;
export const FAST_TO = 8;
/** All bits set: so `memory.fill(0xff)` clears a table. */
export const NO_TAG = -1n;

/** Offsets of the tables in the translator's area. They lie behind each other, so that one fill clears all. */
export const READ_TLB = ENTERED + 4 * ENTERED_MOST;
export const WRITE_TLB = READ_TLB + FAST_BYTES;
export const FETCH_TLB = WRITE_TLB + FAST_BYTES;
export const FAST_TLBS_BYTES = 3 * FAST_BYTES;

/**
 * A decoded page: the instructions of one frame, 16 bytes each, then one entry more that stands for the next page.
 * Nothing in it depends on the virtual address.
 *
 *   op    @0  u8   what tier 0 does: OP.undecoded, a handler, or OP.region
 *   plain @1  u8   the same without regard to regions
 *   rd    @2  u16  offset in the hart block of the register (x0 as a destination: the sink)
 *   rs1   @4  u16  offsets in the hart block
 *   rs2   @6  u16
 *   imm   @8  i32  the immediate as the manual's operations use it (lui, auipc: shifted); of branches and JAL the distance in
 *                  bytes of entries
 *   heat  @12 u16  how often tier 0 came here by a call or a jump backward (CALL_HEAT); where a region begins: 1, and how often it has
 *                  left in the middle of a block, which is at an access
 *   slot  @14 u16  of the region that begins here, in the table of regions; 0 for none
 */
export const ENTRY = { op: 0, plain: 1, rd: 2, rs1: 4, rs2: 6, imm: 8, heat: 12, slot: 14 } as const;
export const ENTRY_BYTES = 16;
export const ENTRY_SHIFT = 4;
/** log2 of the bytes of guest code that one entry stands for. With 16-bit instructions it becomes 1. */
export const INSTRUCTION_SHIFT = 2;
export const ENTRIES_PER_PAGE = 4096 >> INSTRUCTION_SHIFT;

/** Behind the entries: the entry for the next page, then a header. */
// biome-ignore format: a table is read in columns
export const DECODED = {
  next:    ENTRIES_PER_PAGE * ENTRY_BYTES,
  /** i32: which frame of RAM, counted from its beginning. */
  frame:   ENTRIES_PER_PAGE * ENTRY_BYTES + 16,
  /** i64: bit n is set when something has been decoded in bytes 64n to 64n + 63 of the frame. */
  granules: ENTRIES_PER_PAGE * ENTRY_BYTES + 24,
} as const;
export const DECODED_BYTES = ENTRIES_PER_PAGE * ENTRY_BYTES + 128;
export const GRANULE_SHIFT = 6;

/** Decoded pages that exist at most: 16 MiB of them. When there is no more, all translations are dropped. */
export const DECODED_PAGES = 1024;

/** How deep regions may call each other: the host's stack is finite. */
export const NESTED = 200;

/** Regions that exist at most; slot 0 is none. */
export const REGION_SLOTS = 8192;

/** Where the parts lie for a RAM of so many bytes: offsets in the translator's area, and its size. */
export interface AreaLayout {
  readonly decodedOf: number;
  readonly pages: number;
  readonly bytes: number;
}

export function areaLayout(ramBytes: number): AreaLayout {
  const decodedOf = FETCH_TLB + FAST_BYTES;
  const pages = Math.ceil((decodedOf + (ramBytes / 4096) * 4) / 128) * 128;
  return { decodedOf, pages, bytes: pages + DECODED_PAGES * DECODED_BYTES };
}

/** What every emitted function has as constants. */
export interface Surroundings {
  /** Addresses of the hart's block (state.ts), of RAM, and of the translator's area. */
  readonly hart: number;
  readonly ram: number;
  readonly ramBytes: number;
  readonly area: number;
  readonly tlb: { readonly sets: number; readonly ways: number };
  readonly replacement: ReplacementName;
  /** The heat with which an instruction becomes hot; 0: none does. At most 65000. */
  readonly heat: number;
  /**
   * How often a region leaves in the middle of blocks until regions.ts is told. At least 2, or it might never get beyond its first
   * access; at most 65000.
   */
  readonly misses: number;
}

/** How the translator goes to work. */
export interface TranslationConfig {
  /** As in Surroundings; HEAT unless given. */
  readonly heat?: number;
  /** As in Surroundings; MISSES unless given. */
  readonly misses?: number;
  /** Instructions that the reference engine executes first; priceOfTier0 unless given. */
  readonly start?: number;
  /** Bytes of WebAssembly that regions have together, at most; CODE_BYTES unless given. */
  readonly codeBytes?: number;
}

/**
 * Where compiling begins to pay: so many jumps backward, or as many calls as that by CALL_HEAT. Measured with the workload `wide`
 * of `quire bench`, in which a lower one makes regions that do not pay, and a higher one leaves too much to tier 0.
 */
export const HEAT = 2000;

/**
 * What a call of a function counts, beside a jump backward: the function should become a region before the loops in it do, since
 * it contains them. Returns count nothing: what they go back to is part of a region that is hot already, or else of none.
 */
export const CALL_HEAT = 8;

/**
 * So many that a loop does not count as missing all the time when one page of its buffer has the place of another page in the fast
 * TLB: two misses a round for 4096 rounds, and then none for long. (With 1000 a CRC over 1 MiB lost 40 % by being patient.)
 */
export const MISSES = 20_000;

/** The host's machine code is some five times as large. */
export const CODE_BYTES = 8 * 2 ** 20;
