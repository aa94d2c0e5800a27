/**
 * MMU: a virtual address to a place in RAM, by the translation scheme that satp chooses, and by the TLB where the scheme has one.
 * Owns no state of its own: satp is a CSR, the TLB is tlb.ts, tables are the guest's RAM (and the hart's copy of
 * segment descriptors).
 *
 * (1) What is returned has passed every check: address, limit, permission, A, and D for stores.
 * (2) A translation comes from the TLB, from PTEs in RAM or from descriptors, nowhere else.
 * (3) The guest runs in user mode, so U must be set; SUM and MXR of sstatus do not bear on it (MXR reads as 0).
 *
 * Source: Volume II (privileged) 20211203, sections 4.1.11 and 4.3.2.
 */

import { type Access, STORE } from "./access.ts";
import type { FrameNumber, PhysicalAddress, VirtualAddress } from "./paging.ts";
import { frameOf, PAGE_SIZE } from "./paging.ts";
import type { Ram } from "./ram.ts";
import type { RunTime } from "./run-time.ts";
import { satpMode, type TranslationMode } from "./satp.ts";
import { CSR_SLOT, type HartViews } from "./state.ts";
import type { Tlb } from "./tlb.ts";
import { Bare } from "./translation/bare.ts";
import { Descriptors } from "./translation/descriptors.ts";
import { PageWalk } from "./translation/page-walk.ts";
import { Paging } from "./translation/paging.ts";
import { raise, type Scheme } from "./translation/scheme.ts";
import { SegmentedPaging } from "./translation/segmented-paging.ts";
import { Segments } from "./translation/segments.ts";

/** Bytes of a store, at most. */
const WIDEST = 8;

/** What no half of satp is. */
const UNKNOWN = -1;

export class Mmu {
  /** The physical address of the last `locate` that returned -1. */
  physical: PhysicalAddress = 0;
  /** Whether the present scheme is one that the TLB keeps translations of. */
  usesTlb = false;
  readonly descriptors: Descriptors;
  /** satp, and what loadSatp made of it. */
  private satpLow = UNKNOWN;
  private satpHigh = UNKNOWN;
  private scheme: Scheme;
  private asid = 0;
  private readonly bare = new Bare();
  private readonly segments: Segments;
  private readonly segmentedPaging: SegmentedPaging;
  private readonly paging: Paging;
  private readonly firstFrame: FrameNumber;
  private readonly frames: number;

  constructor(
    private readonly ram: Ram,
    readonly tlb: Tlb,
    private readonly views: HartViews,
    time: RunTime,
  ) {
    this.firstFrame = frameOf(ram.base);
    this.frames = ram.size / PAGE_SIZE;
    const walk = new PageWalk(ram, views.counts, time);
    this.descriptors = new Descriptors(ram, views);
    this.segments = new Segments(this.descriptors);
    this.segmentedPaging = new SegmentedPaging(this.descriptors, walk, time);
    this.paging = new Paging(walk);
    this.scheme = this.bare;
  }

  /** Takes satp from its CSR: before a run, since the supervisor may have written it. */
  loadSatp(): void {
    // Also where satp is what it was: it may have been another one when the copy was made.
    this.descriptors.loadIfOther();
    const low = this.views.csr32[2 * CSR_SLOT.satp];
    const high = this.views.csr32[2 * CSR_SLOT.satp + 1];
    if (low === this.satpLow && high === this.satpHigh) return;
    this.satpLow = low;
    this.satpHigh = high;
    this.scheme = this.schemeOf(satpMode(high >>> 28), (high & 0xfff) * 2 ** 32 + low);
    this.usesTlb = this.scheme.usesTlb;
    this.asid = (high >>> 12) & 0xffff;
  }

  private schemeOf(mode: TranslationMode, root: FrameNumber): Scheme {
    if (mode === "bare") return this.bare;
    if (mode === "segments") return this.segments;
    if (mode === "segmented-paging") return this.segmentedPaging;
    this.paging.activate(mode, root);
    return this.paging;
  }

  /** All memory, satp among it, has been replaced: what loadSatp made of it holds no more. */
  forgetSatp(): void {
    this.satpLow = UNKNOWN;
  }

  get isBare(): boolean {
    return this.scheme === this.bare;
  }

  /**
   * Where `va` lies: an offset in RAM, or -1 when it is not RAM; then `physical` says where.
   * @param width bytes of the access, all of them in the page of `va`
   * @throws Trap page fault, or access fault of a walk
   */
  locate(va: VirtualAddress, access: Access, width: number): number {
    const page = Math.floor(va / PAGE_SIZE);
    if (!this.usesTlb) return this.place(this.scheme.translate(va, access, width).frame, va, page, access);
    let entry = this.tlb.lookup(page, this.asid);
    if (entry < 0) entry = this.refill(va, page, access, width);
    const flags = this.tlb.flags[entry];
    if ((flags & access.permission) !== access.permission) raise(access.pageFault, va);
    if ((flags & access.sets) !== access.sets) entry = this.refillForStore(entry, va, page, access, width);
    return this.place(this.tlb.frameFor(entry, page), va, page, access);
  }

  /** The place of `va`, whose page lies in `frame`. */
  private place(frame: FrameNumber, va: VirtualAddress, page: number, access: Access): number {
    const index = frame - this.firstFrame;
    if (index >= 0 && index < this.frames) {
      const at = index * PAGE_SIZE + (va - page * PAGE_SIZE);
      if (access === STORE) this.ram.wrote(at, WIDEST);
      return at;
    }
    this.physical = frame * PAGE_SIZE + (va - page * PAGE_SIZE);
    return -1;
  }

  /** A miss: asks the scheme, and enters what it found. */
  private refill(va: VirtualAddress, page: number, access: Access, width: number): number {
    return this.tlb.fill(page, this.asid, this.scheme.translate(va, access, width));
  }

  /** A store found D clear in its entry: the PTE must say so too, so walk again, setting it. */
  private refillForStore(entry: number, va: VirtualAddress, page: number, access: Access, width: number): number {
    this.tlb.drop(entry);
    return this.refill(va, page, access, width);
  }
}
