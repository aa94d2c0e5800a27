/**
 * Traps: why a hart leaves user mode, and what entering and leaving the supervisor does to its CSRs.
 * Owns the meaning of scause and the trap half of sstatus. The kernel is the trap's handler; stvec is never jumped to.
 *
 * (1) After a trap scause, stval and sepc are set, SPP is 0, SPIE holds the former SIE, and SIE is 0.
 * (2) sepc is the instruction that trapped, or for an interrupt the first one not yet executed.
 *
 * Source: Volume II (privileged) 20211203, sections 4.1.1 and 4.1.7 to 4.1.9.
 */

import { CSR_SLOT } from "./state.ts";

/** Exception codes of scause (table 4.2). */
export const CAUSE = {
  instructionMisaligned: 0,
  instructionAccessFault: 1,
  illegalInstruction: 2,
  breakpoint: 3,
  loadMisaligned: 4,
  loadAccessFault: 5,
  storeMisaligned: 6,
  storeAccessFault: 7,
  environmentCall: 8,
  instructionPageFault: 12,
  loadPageFault: 13,
  storePageFault: 15,
} as const;

export type CauseName = keyof typeof CAUSE;

/** Interrupt codes of scause, which are also the bit numbers in sip and sie. */
export const INTERRUPT = { software: 1, timer: 5, external: 9 } as const;

export type InterruptName = keyof typeof INTERRUPT;

/** sstatus bits that traps move (section 4.1.1). UXL is fixed at 2: user mode has 64 bits. */
export const SSTATUS = { SIE: 1 << 1, SPIE: 1 << 5, SPP: 1 << 8, UXL64: 2n << 32n } as const;

/** Bit 63 of scause, in its high half. */
const INTERRUPT_HIGH = 0x8000_0000;

/** What an instruction throws instead of completing. No Error: a fault is everyday business and needs no stack trace. */
export class Trap {
  /** Exception code: a value of CAUSE. */
  cause = 0;
  /** stval: the faulting address, the instruction's bits, or 0. */
  tval = 0;
  /** stval where `tval` may not be exact: an address beyond 2^53. Null otherwise. */
  exact: bigint | null = null;
}

/** A hart's CSRs as the functions of this file need them; `Hart` has both. */
export interface TrapCsrs {
  readonly csr: BigUint64Array;
  readonly csr32: Uint32Array;
}

/** Takes an exception or interrupt into supervisor mode; the caller has set sepc and stval. */
function enter(hart: TrapCsrs, causeHigh: number, code: number): void {
  const { csr32 } = hart;
  csr32[2 * CSR_SLOT.scause] = code;
  csr32[2 * CSR_SLOT.scause + 1] = causeHigh;
  const status = csr32[2 * CSR_SLOT.sstatus];
  const kept = status & ~(SSTATUS.SIE | SSTATUS.SPIE | SSTATUS.SPP);
  csr32[2 * CSR_SLOT.sstatus] = kept | (status & SSTATUS.SIE ? SSTATUS.SPIE : 0);
}

/** An exception; sepc and stval hold what they must already. */
export function enterException(hart: TrapCsrs, cause: number): void {
  enter(hart, 0, cause);
}

/** An interrupt between two instructions; sepc already holds the next one. */
export function enterInterrupt(hart: TrapCsrs, code: number): void {
  hart.csr[CSR_SLOT.stval] = 0n;
  enter(hart, INTERRUPT_HIGH, code);
}

/** SRET into user mode: SIE takes SPIE, SPIE becomes 1 (section 4.1.1). */
export function leaveSupervisor(hart: TrapCsrs): void {
  const status = hart.csr32[2 * CSR_SLOT.sstatus];
  const kept = status & ~(SSTATUS.SIE | SSTATUS.SPP);
  hart.csr32[2 * CSR_SLOT.sstatus] = kept | SSTATUS.SPIE | (status & SSTATUS.SPIE ? SSTATUS.SIE : 0);
}

/** Whether the last trap was an interrupt. */
export function scauseIsInterrupt(hart: TrapCsrs): boolean {
  return (hart.csr32[2 * CSR_SLOT.scause + 1] & INTERRUPT_HIGH) !== 0;
}

/** The exception or interrupt code of the last trap: a value of CAUSE or INTERRUPT. */
export function scauseCode(hart: TrapCsrs): number {
  return hart.csr32[2 * CSR_SLOT.scause];
}

/** A CSR as a number: exact up to 2^53, the nearest number beyond (only garbage addresses are that large). */
export function csrNumber(hart: TrapCsrs, slot: number): number {
  return hart.csr32[2 * slot] + hart.csr32[2 * slot + 1] * 2 ** 32;
}
