/**
 * Hart: one hardware thread as the kernel and the tools see it. All that the kernel knows of a running processor.
 *
 * The guest runs in user mode only. The kernel is the supervisor: a trap ends `run` with sepc, scause and stval set,
 * and the next `run` is the SRET that continues at sepc.
 *
 * (1) Between runs every register and CSR is in the arrays below, exact to 64 bits; nothing is cached elsewhere.
 * (2) x[0] is 0 at all times; only the hart itself could write it, and it does not.
 */

import type { FrameNumber, VirtualAddress } from "./paging.ts";
import type { TranslationMode } from "./satp.ts";

export { COUNT_SLOT, CSR_SLOT } from "./state.ts";
export { csrNumber, scauseCode, scauseIsInterrupt } from "./trap.ts";

/** Why `run` came back. "budget" also after an access to a device, which may have changed when the next event is due. */
export type Stop = "trap" | "budget";

/** Figures since the machine was switched on. */
export interface HartCounters {
  /** Instructions retired. */
  readonly instret: number;
  /** Lookups that the TLB answered. A fetch asks when it enters a page, a load or store each time. */
  readonly tlbHits: number;
  readonly tlbMisses: number;
  /** Page-table walks: one a miss, and one when a store finds D clear in its entry. */
  readonly tlbWalks: number;
}

export interface Hart {
  readonly id: number;
  /** x0 to x31. The kernel never writes x[0]. */
  readonly x: BigInt64Array;
  /** The same bytes: low half of register n at 2n, high half at 2n + 1. */
  readonly x32: Int32Array;
  /** By CSR_SLOT. */
  readonly csr: BigUint64Array;
  /** The same bytes as halves. */
  readonly csr32: Uint32Array;
  readonly counters: HartCounters;

  /** Runs in user mode from sepc until a trap or until `budget` cycles are used. sepc is then where it goes on. */
  run(budget: number): Stop;

  /**
   * Writes satp. As in hardware, the TLB keeps what it holds. Segment descriptors are loaded from the table anew.
   * @param asid 0 to 65535; @param root frame of the root page table or of the segment table; of bare 0
   */
  setSatp(mode: TranslationMode, asid: number, root: FrameNumber): void;

  /**
   * SFENCE.VMA: forgets translations of the page of `va` and of the address space `asid`; undefined means all. Segment
   * descriptors are loaded anew, all of them each time.
   */
  sfenceVma(va?: VirtualAddress, asid?: number): void;

  /** Drops an LR reservation, so that the next SC fails. Every trap does so by itself. */
  clearReservation(): void;
}

/** What executes a hart's instructions, as the machine sees it. */
export interface Engine extends Hart {
  /** Takes interrupt `code` before the next instruction. */
  interrupt(code: number): void;
  /** All of the machine's memory has been replaced (a snapshot was put back): nothing known of it holds. */
  memoryReplaced(): void;
  /** Asserts that what it has taken from memory for itself is what lies there, and its other invariants. Slow. */
  check(): void;
}
