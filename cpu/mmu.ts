/**
 * MMU: a virtual address to a place in RAM, by TLB or by walking the page tables that lie there.
 * Owns no state of its own: satp is a CSR, the TLB is tlb.ts, the tables are the guest's RAM.
 *
 * (1) What is returned has passed every check: canonical address, permission, A, and D for stores.
 * (2) A translation comes from the TLB or from PTEs in RAM, nowhere else.
 * (3) The guest runs in user mode, so U must be set; SUM and MXR of sstatus do not bear on it (MXR reads as 0).
 *
 * Source: Volume II (privileged) 20211203, section 4.3.2; its steps are marked.
 */

import { COSTS } from "./costs.ts";
import type { FrameNumber, PagingMode, PhysicalAddress, VirtualAddress } from "./paging.ts";
import {
  frameOf,
  isLeaf,
  PAGE_SIZE,
  PAGING,
  PTE,
  PTE_RESERVED_HIGH,
  PTES_PER_TABLE,
  pteAddress,
  pteFrame,
} from "./paging.ts";
import type { Ram } from "./ram.ts";
import type { RunTime } from "./run-time.ts";
import { COUNT_SLOT, CSR_SLOT } from "./state.ts";
import type { Leaf, Tlb } from "./tlb.ts";
import { CAUSE, Trap } from "./trap.ts";

/** What an access needs of a PTE, which of A and D it sets, and the exceptions that it raises. */
export interface Access {
  readonly permission: number;
  readonly sets: number;
  readonly pageFault: number;
  readonly accessFault: number;
  readonly misaligned: number;
}

export const FETCH: Access = {
  permission: PTE.X | PTE.U,
  sets: PTE.A,
  pageFault: CAUSE.instructionPageFault,
  accessFault: CAUSE.instructionAccessFault,
  misaligned: CAUSE.instructionMisaligned,
};

export const LOAD: Access = {
  permission: PTE.R | PTE.U,
  sets: PTE.A,
  pageFault: CAUSE.loadPageFault,
  accessFault: CAUSE.loadAccessFault,
  misaligned: CAUSE.loadMisaligned,
};

/** Stores, SC and AMOs: the last need R too, but W without R is no valid PTE. */
export const STORE: Access = {
  permission: PTE.W | PTE.U,
  sets: PTE.A | PTE.D,
  pageFault: CAUSE.storePageFault,
  accessFault: CAUSE.storeAccessFault,
  misaligned: CAUSE.storeMisaligned,
};

/** Bytes of a store, at most. */
const WIDEST = 8;

/** Non-leaf PTEs must have these clear (section 4.3.1). */
const NOT_IN_POINTERS = PTE.U | PTE.A | PTE.D;

const MODE_OF_SATP = new Map(Object.entries(PAGING).map(([name, { satpMode }]) => [satpMode, name as PagingMode]));

export class Mmu {
  /** The physical address of the last `locate` that returned -1. */
  physical: PhysicalAddress = 0;
  /** satp, and what loadSatp made of it. LEVELS is 0 in bare mode. */
  private satpLow = 0;
  private satpHigh = 0;
  private levels = 0;
  private limit = 0;
  private asid = 0;
  private root: FrameNumber = 0;
  private readonly firstFrame: FrameNumber;
  private readonly frames: number;
  private readonly trap = new Trap();

  constructor(
    private readonly ram: Ram,
    readonly tlb: Tlb,
    private readonly csr: BigUint64Array,
    private readonly csr32: Uint32Array,
    private readonly counts: Float64Array,
    private readonly time: RunTime,
  ) {
    this.firstFrame = frameOf(ram.base);
    this.frames = ram.size / PAGE_SIZE;
  }

  /** Takes satp from its CSR: before a run, since the supervisor may have written it. */
  loadSatp(): void {
    const low = this.csr32[2 * CSR_SLOT.satp];
    const high = this.csr32[2 * CSR_SLOT.satp + 1];
    if (low === this.satpLow && high === this.satpHigh) return;
    this.satpLow = low;
    this.satpHigh = high;
    const mode = MODE_OF_SATP.get(high >>> 28);
    this.levels = mode === undefined ? 0 : PAGING[mode].levels;
    this.limit = mode === undefined ? 0 : 2 ** (PAGING[mode].bits - 1);
    this.asid = (high >>> 12) & 0xffff;
    this.root = Number(this.csr[CSR_SLOT.satp] & 0xfff_ffff_ffffn);
  }

  get isBare(): boolean {
    return this.levels === 0;
  }

  /** Raises an exception of the present instruction. */
  raise(cause: number, tval: number, exact: bigint | null = null): never {
    this.trap.cause = cause;
    this.trap.tval = tval;
    this.trap.exact = exact;
    throw this.trap;
  }

  /**
   * Where `va` lies: an offset in RAM, or -1 when it is not RAM; then `physical` says where.
   * @throws Trap page fault, or access fault of the walk
   */
  locate(va: VirtualAddress, access: Access): number {
    if (this.levels === 0) return this.locateBare(va, access);
    const page = Math.floor(va / PAGE_SIZE);
    let entry = this.tlb.lookup(page, this.asid);
    if (entry < 0) entry = this.refill(va, page, access);
    const flags = this.tlb.flags[entry];
    if ((flags & access.permission) !== access.permission) this.raise(access.pageFault, va);
    if ((flags & access.sets) !== access.sets) entry = this.refillForStore(entry, va, page, access);
    const index = this.tlb.frameFor(entry, page) - this.firstFrame;
    if (index >= 0 && index < this.frames) {
      const at = index * PAGE_SIZE + (va - page * PAGE_SIZE);
      if (access === STORE) this.ram.wrote(at, WIDEST);
      return at;
    }
    this.physical = (index + this.firstFrame) * PAGE_SIZE + (va - page * PAGE_SIZE);
    return -1;
  }

  private locateBare(va: VirtualAddress, access: Access): number {
    const at = va - this.ram.base;
    if (at >= 0 && at < this.ram.size) {
      if (access === STORE) this.ram.wrote(at, WIDEST);
      return at;
    }
    // In bare mode the virtual address is the physical one (Volume II, 4.1.11).
    this.physical = va as number;
    return -1;
  }

  /** A miss: walks, and enters what it found. */
  private refill(va: VirtualAddress, page: number, access: Access): number {
    return this.tlb.fill(page, this.asid, this.walk(va, access));
  }

  /** A store found D clear in its entry: the PTE must say so too, so walk again, setting it. */
  private refillForStore(entry: number, va: VirtualAddress, page: number, access: Access): number {
    this.tlb.drop(entry);
    return this.refill(va, page, access);
  }

  /** The translation algorithm of section 4.3.2. */
  private walk(va: VirtualAddress, access: Access): Leaf {
    // Section 4.4.1, 4.5.1: bits above the virtual address must equal its top bit.
    if (!(va >= -this.limit && va < this.limit)) this.raise(access.pageFault, va);
    this.counts[COUNT_SLOT.tlbWalks]++;
    // Step 1.
    let table = this.root;
    for (let level = this.levels - 1; ; level--) {
      // Step 2.
      const at = this.pteOffset(pteAddress(table, va, level), va, access);
      const low = this.ram.i32[at >> 2];
      const high = this.ram.i32[(at >> 2) + 1];
      // Step 3.
      const reserved = (high & PTE_RESERVED_HIGH) !== 0 || (low & (PTE.R | PTE.W)) === PTE.W;
      if ((low & PTE.V) === 0 || reserved) this.raise(access.pageFault, va);
      // Step 4.
      if (isLeaf(low)) return this.leaf(va, access, level, at);
      if ((low & NOT_IN_POINTERS) !== 0 || level === 0) this.raise(access.pageFault, va);
      table = pteFrame(low, high);
    }
  }

  /** Steps 5 to 8: the leaf PTE at offset `at` of RAM. */
  private leaf(va: VirtualAddress, access: Access, level: number, at: number): Leaf {
    let low = this.ram.i32[at >> 2];
    const frame = pteFrame(low, this.ram.i32[(at >> 2) + 1]);
    // Step 5.
    if ((low & access.permission) !== access.permission) this.raise(access.pageFault, va);
    // Step 6: a superpage begins at a multiple of its size.
    if (frame % PTES_PER_TABLE ** level !== 0) this.raise(access.pageFault, va);
    // Step 7.
    if ((low & access.sets) !== access.sets) {
      low |= access.sets;
      this.ram.i32[at >> 2] = low;
      this.ram.wrote(at, 4);
      this.time.charge(COSTS.walkUpdate);
    }
    // Step 8 is tlb.frameFor.
    return { level, frame, flags: low & 0xff };
  }

  /** A PTE's place in RAM. A table outside RAM is an access fault of the original access (step 2). */
  private pteOffset(pa: PhysicalAddress, va: VirtualAddress, access: Access): number {
    this.time.charge(COSTS.walkLevel);
    const at = pa - this.ram.base;
    if (!(at >= 0 && at < this.ram.size)) this.raise(access.accessFault, va);
    return at;
  }
}
