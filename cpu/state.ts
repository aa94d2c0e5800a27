/**
 * State: where everything lies in the machine's one WebAssembly.Memory. This table is the layout's only statement;
 * every engine takes its offsets from here.
 *
 *     0            machine   the clock
 *     HARTS_AT     harts     one block each: registers, CSRs, counters, TLB
 *     ramAt        RAM       from a 64 KiB boundary
 *     behind RAM   what an engine keeps for itself (translator/layout.ts); no state of the machine
 *
 * (1) Every field begins at a multiple of its element's size.
 * (2) x[32] is the sink: an instruction whose rd is x0 writes there, so x[0] stays 0 with no check.
 */

/** CSRs with storage, by slot: hart.csr[CSR_SLOT.sepc]. What reading and writing them does is in csr.ts and trap.ts. */
// biome-ignore format: a table is read in columns
export const CSR_SLOT = {
  sstatus: 0, sie: 1, stvec: 2, scounteren: 3, sscratch: 4, sepc: 5, scause: 6, stval: 7, sip: 8, satp: 9, senvcfg: 10,
  fcsr: 11,
} as const;

/** Counters, by slot of hart.counts (numbers; never reset). */
// biome-ignore format: a table is read in columns
export const COUNT_SLOT = {
  /** Instructions retired. */
  instret: 0,
  /** Accesses that asked the TLB, those that it could not answer, and page-table walks (misses, and stores that set D). */
  tlbLookups: 1, tlbMisses: 2, tlbWalks: 3,
} as const;

/** Other numbers of a hart, by slot of `scratch`. */
// biome-ignore format: a table is read in columns
export const HART_SLOT = {
  /** 1 while the supervisor has the hart: the next run begins with SRET. */
  inSupervisor: 0,
  /** The page that fetches come from without asking the TLB: its virtual address and offset in RAM; NaN for none. */
  fetchPage: 1, fetchRam: 2,
  /** LR's reservation: physical address and width in bytes; width 0 for none. */
  reservation: 3, reservationWidth: 4,
  /** No TLB entry has a higher level than this: a bound that saves looking. */
  tlbHighest: 5,
  /** What the replacement policy `random` goes on from. */
  tlbGenerator: 6,
} as const;

/** Offsets in the machine block. `cycles` is a float64. */
export const MACHINE_LAYOUT = { cycles: 0 } as const;

/** Where the hart blocks begin. */
export const HARTS_AT = 64;

/** Offsets in a hart block, in bytes. The TLB follows as parallel arrays, one element an entry: TLB_COLUMNS. */
// biome-ignore format: a table is read in columns
export const HART_LAYOUT = {
  /** 33 x i64: x0 to x31 and the sink. */
  x:        { at: 0x000, count: 33 },
  /** 32 x f64: room for F and D. */
  f:        { at: 0x120, count: 32 },
  csr:      { at: 0x220, count: 16 },
  counts:   { at: 0x2a0, count: 8 },
  scratch:  { at: 0x2e0, count: 8 },
  /** The satp whose segment table the hart has copied, and the copy (translation/descriptors.ts). */
  segmentsOf: { at: 0x320, count: 1 },
  segments: { at: 0x400, count: 512 },
  tlb:      { at: 0x1400, count: 0 },
} as const;

/** Columns of the TLB in this order, `bytes` each an entry; tlb.ts says what they hold. */
// biome-ignore format: a table is read in columns
export const TLB_COLUMNS = {
  tag:   { bytes: 8 },
  stamp: { bytes: 8 },
  asid:  { bytes: 4 },
  frame: { bytes: 4 },
  flags: { bytes: 4 },
} as const;

/** Bytes of a page of WebAssembly. */
export const WASM_PAGE = 65_536;
const TLB_ENTRY_BYTES = Object.values(TLB_COLUMNS).reduce((sum, column) => sum + column.bytes, 0);

/** A hart's block as arrays. `x` and `csr` are what the `Hart` interface shows, but that `x` here has the sink. */
export interface HartViews {
  readonly x: BigInt64Array;
  readonly x32: Int32Array;
  readonly csr: BigUint64Array;
  readonly csr32: Uint32Array;
  readonly counts: Float64Array;
  readonly scratch: Float64Array;
  /** In halves, as csr32 has them. */
  readonly segmentsOf: Uint32Array;
  /** Four words a descriptor. */
  readonly segments: Int32Array;
}

/** @param at offset of the hart's block */
export function hartViews(memory: WebAssembly.Memory, at: number): HartViews {
  const { buffer } = memory;
  const { x, csr, counts, scratch, segmentsOf, segments } = HART_LAYOUT;
  return {
    x: new BigInt64Array(buffer, at + x.at, x.count),
    x32: new Int32Array(buffer, at + x.at, 2 * x.count),
    csr: new BigUint64Array(buffer, at + csr.at, csr.count),
    csr32: new Uint32Array(buffer, at + csr.at, 2 * csr.count),
    counts: new Float64Array(buffer, at + counts.at, counts.count),
    scratch: new Float64Array(buffer, at + scratch.at, scratch.count),
    segmentsOf: new Uint32Array(buffer, at + segmentsOf.at, 2 * segmentsOf.count),
    segments: new Int32Array(buffer, at + segments.at, 2 * segments.count),
  };
}

/** Bytes of one hart's block. */
export function hartBytes(tlbEntries: number): number {
  return HART_LAYOUT.tlb.at + Math.ceil((tlbEntries * TLB_ENTRY_BYTES) / 64) * 64;
}

/** Offset of hart `id`'s block. */
export function hartAt(id: number, tlbEntries: number): number {
  return HARTS_AT + id * hartBytes(tlbEntries);
}

/** Offset of a TLB column in a hart block. */
export function tlbColumnAt(name: keyof typeof TLB_COLUMNS, tlbEntries: number): number {
  let at: number = HART_LAYOUT.tlb.at;
  for (const [column, { bytes }] of Object.entries(TLB_COLUMNS)) {
    if (column === name) break;
    at += bytes * tlbEntries;
  }
  return at;
}

/** Offset of RAM behind `harts` hart blocks. */
export function ramAt(harts: number, tlbEntries: number): number {
  return Math.ceil(hartAt(harts, tlbEntries) / WASM_PAGE) * WASM_PAGE;
}

/** A memory of the right size. The host commits its pages only when they are touched. */
export function createMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / WASM_PAGE);
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}
