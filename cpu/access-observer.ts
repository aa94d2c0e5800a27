/**
 * Who wants to hear of every access of a program to memory: the recorder of reference strings. The reference engine only, and
 * only when there is somebody: an MMU of its own tells, so that the usual one has nothing to ask.
 *
 * (1) What is told passed every check of its page, and A and D were set. It may be undone all the same: by the other page of a
 *     misaligned access, by an SC that fails. Telling changes nothing: no register, counter, time, TLB or PTE.
 */
import type { Access } from "./access.ts";
import { Mmu } from "./mmu.ts";
import { PAGE_SIZE, type VirtualAddress } from "./paging.ts";
import type { Ram } from "./ram.ts";
import type { RunTime } from "./run-time.ts";
import type { HartViews } from "./state.ts";
import type { Tlb } from "./tlb.ts";

export interface AccessObserver {
  /**
   * A program has accessed RAM. Fetches are told when they enter a page, and again after a trap; without a TLB each one.
   * @param index of the frame, from the beginning of RAM
   * @param page virtual page number @param now virtual time of the machine, in cycles
   */
  accessed(index: number, page: number, access: Access, now: number): void;
  /** The hart is in the supervisor now: until this time, `now`, it has fetched from the page that it entered last. */
  trapped(now: number): void;
}

/** An MMU that tells of the accesses that it lets through. */
export class ObservedMmu extends Mmu {
  constructor(
    ram: Ram,
    tlb: Tlb,
    views: HartViews,
    private readonly runTime: RunTime,
    private readonly observer: AccessObserver,
  ) {
    super(ram, tlb, views, runTime);
  }

  override locate(va: VirtualAddress, access: Access, width: number): number {
    const at = super.locate(va, access, width);
    if (at >= 0)
      this.observer.accessed(Math.floor(at / PAGE_SIZE), Math.floor(va / PAGE_SIZE), access, this.runTime.now);
    return at;
  }
}
