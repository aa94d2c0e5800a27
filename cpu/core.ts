/**
 * Core: what an instruction's meaning may touch: registers, the program counter, memory, CSRs. The reference hart's
 * inside; execute.ts says what each instruction does with it, interpreter.ts in which order.
 *
 * (1) x[0] is never written: the decoder gives instructions whose rd is x0 the sink, x[SINK].
 * (2) An instruction that raises a trap has changed no register and no memory (PTE bits A and D excepted).
 * (3) `pc` is exact: a safe integer, or NaN, and then `wild` is the 64-bit address that no mode can translate.
 * (4) `next` is where the following instruction lies; only jumps write it.
 */

import { type Access, LOAD, STORE } from "./access.ts";
import { type Bus, BusError } from "./bus.ts";
import { HAS_COMPRESSED, type Operands } from "./decode.ts";
import type { Mmu } from "./mmu.ts";
import { PAGE_SIZE, type VirtualAddress } from "./paging.ts";
import type { Ram } from "./ram.ts";
import type { RunTime } from "./run-time.ts";
import { HART_SLOT, type HartViews } from "./state.ts";
import { raise } from "./translation/scheme.ts";
import { CAUSE } from "./trap.ts";

/** The register that takes what is written to x0. */
export const SINK = 32;

/** Bits of an address that must be 0 in a jump's target (IALIGN). */
const MISALIGNED_TARGET = HAS_COMPRESSED ? 1 : 3;

const TWO_32 = 2 ** 32;

/** In place of what `locate` returns, which is -1 or an offset. */
const MISALIGNED = -2;

export class Core {
  readonly x: BigInt64Array;
  readonly x32: Int32Array;
  readonly csr32: Uint32Array;
  readonly counts: Float64Array;
  pc = 0;
  next = 0;
  wild = 0n;
  /** The last instruction was an ECALL: its trap is to be taken. */
  calling = false;
  /** The high half of what `load64` returned. */
  high = 0;
  private readonly scratch: Float64Array;
  private readonly ram64: BigInt64Array;

  constructor(
    views: HartViews,
    readonly ram: Ram,
    readonly bus: Bus,
    readonly mmu: Mmu,
    readonly time: RunTime,
  ) {
    this.x = views.x;
    this.x32 = views.x32;
    this.csr32 = views.csr32;
    this.counts = views.counts;
    this.scratch = views.scratch;
    this.ram64 = new BigInt64Array(ram.u8.buffer, ram.u8.byteOffset, ram.size / 8);
  }

  // Registers

  /** x[rd] = value, sign-extended. @param value an int32 */
  setInt32(rd: number, value: number): void {
    this.x32[2 * rd] = value;
    this.x32[2 * rd + 1] = value >> 31;
  }

  /** x[rd] = value. @param value any safe integer */
  setNumber(rd: number, value: number): void {
    this.x32[2 * rd] = value;
    this.x32[2 * rd + 1] = Math.floor(value / TWO_32);
  }

  /** x[rs1] + imm as an address: exact where an address can be valid. */
  address(i: Operands): VirtualAddress {
    return this.x32[2 * i.rs1 + 1] * TWO_32 + (this.x32[2 * i.rs1] >>> 0) + i.imm;
  }

  /** The same, exact to 64 bits: for stval and sepc of addresses that are no numbers. */
  exactAddress(i: Operands): bigint {
    return BigInt.asUintN(64, this.x[i.rs1] + BigInt(i.imm));
  }

  // Jumps

  /** Goes to pc + imm. Only a jump that is taken can be misaligned (Volume I, 2.5). */
  branch(i: Operands): void {
    const target = this.pc + i.imm;
    if ((target & MISALIGNED_TARGET) !== 0) this.raise(CAUSE.instructionMisaligned, target);
    this.next = target;
  }

  /** Goes to (x[rs1] + imm) & ~1, which may be any 64 bits. */
  jumpRegister(i: Operands): void {
    const target = this.address(i);
    if (Number.isSafeInteger(target)) {
      const even = target - (target & 1);
      if ((even & MISALIGNED_TARGET) !== 0) this.raise(CAUSE.instructionMisaligned, even);
      this.next = even;
      return;
    }
    const exact = this.exactAddress(i) & ~1n;
    if ((exact & BigInt(MISALIGNED_TARGET)) !== 0n) this.raise(CAUSE.instructionMisaligned, target, exact);
    this.wild = exact;
    this.next = Number.NaN;
  }

  /**
   * ECALL's exception: by far the most frequent one, so it ends the run instead of being thrown. pc stays where it is, as
   * at every trap.
   */
  environmentCall(): void {
    this.calling = true;
    this.next = this.pc;
    this.time.suspend();
  }

  raise(cause: number, tval: number, exact: bigint | null = null): never {
    return raise(cause, tval, exact);
  }

  // Loads. Those of up to 32 bits return them sign-extended. The common case is one locate and one typed-array access;
  // halves instead of bigints, since a bigint that leaves its function is an allocation.

  load8(va: VirtualAddress): number {
    const at = this.mmu.locate(va, LOAD, 1);
    return ((at >= 0 ? this.ram.u8[at] : this.deviceLoad(va, 1)) << 24) >> 24;
  }

  load16(va: VirtualAddress): number {
    if ((va & 1) !== 0) return (this.loadMisaligned(va, 2) << 16) >> 16;
    const at = this.mmu.locate(va, LOAD, 2);
    return ((at >= 0 ? this.ram.u16[at >> 1] : this.deviceLoad(va, 2)) << 16) >> 16;
  }

  load32(va: VirtualAddress): number {
    if ((va & 3) !== 0) return this.loadMisaligned(va, 4);
    const at = this.mmu.locate(va, LOAD, 4);
    return at >= 0 ? this.ram.i32[at >> 2] : this.deviceLoad(va, 4);
  }

  /** Returns the low half, sign-extended; the high half is in `high`. */
  load64(va: VirtualAddress): number {
    if ((va & 7) !== 0) return this.loadMisaligned(va, 8);
    const at = this.mmu.locate(va, LOAD, 8);
    if (at < 0) return this.deviceLoad(va, 8);
    this.high = this.ram.i32[(at >> 2) + 1];
    return this.ram.i32[at >> 2];
  }

  // Stores

  store8(va: VirtualAddress, value: number): void {
    const at = this.mmu.locate(va, STORE, 1);
    if (at >= 0) this.ram.u8[at] = value;
    else this.deviceStore(va, 1, value, 0);
  }

  store16(va: VirtualAddress, value: number): void {
    const at = (va & 1) === 0 ? this.mmu.locate(va, STORE, 2) : MISALIGNED;
    if (at >= 0) this.ram.u16[at >> 1] = value;
    else if (at === MISALIGNED) this.storeMisaligned(va, 2, value, 0);
    else this.deviceStore(va, 2, value, 0);
  }

  store32(va: VirtualAddress, value: number): void {
    const at = (va & 3) === 0 ? this.mmu.locate(va, STORE, 4) : MISALIGNED;
    if (at >= 0) this.ram.i32[at >> 2] = value;
    else if (at === MISALIGNED) this.storeMisaligned(va, 4, value, 0);
    else this.deviceStore(va, 4, value, 0);
  }

  store64(va: VirtualAddress, low: number, high: number): void {
    const at = (va & 7) === 0 ? this.mmu.locate(va, STORE, 8) : MISALIGNED;
    if (at >= 0) {
      this.ram.i32[at >> 2] = low;
      this.ram.i32[(at >> 2) + 1] = high;
    } else if (at === MISALIGNED) this.storeMisaligned(va, 8, low, high);
    else this.deviceStore(va, 8, low, high);
  }

  // Misaligned accesses work in RAM, byte by byte. All pages are translated before the first byte moves.

  /** Offsets in RAM of each byte of a misaligned access; stval of a fault is the first byte at fault in the page at fault. */
  private locateBytes(va: VirtualAddress, width: number, access: Access): (byte: number) => number {
    const inFirst = Math.min(width, PAGE_SIZE - (va & (PAGE_SIZE - 1)));
    const first = this.mmu.locate(va, access, inFirst);
    const second = inFirst < width ? this.mmu.locate(va + inFirst, access, width - inFirst) : 0;
    if (first < 0) this.raise(access.accessFault, va);
    if (second < 0) this.raise(access.accessFault, va + inFirst);
    return (byte) => (byte < inFirst ? first + byte : second + byte - inFirst);
  }

  private loadMisaligned(va: VirtualAddress, width: number): number {
    const at = this.locateBytes(va, width, LOAD);
    let low = 0;
    this.high = 0;
    for (let byte = 0; byte < width; byte++) {
      if (byte < 4) low |= this.ram.u8[at(byte)] << (8 * byte);
      else this.high |= this.ram.u8[at(byte)] << (8 * (byte - 4));
    }
    return low;
  }

  private storeMisaligned(va: VirtualAddress, width: number, low: number, high: number): void {
    const at = this.locateBytes(va, width, STORE);
    for (let byte = 0; byte < width; byte++) {
      this.ram.u8[at(byte)] = byte < 4 ? low >> (8 * byte) : high >> (8 * (byte - 4));
    }
  }

  // Devices. An access may move the next event, so the hart stops behind this instruction to look (RunTime.cut).

  private deviceLoad(va: VirtualAddress, width: 1 | 2 | 4 | 8): number {
    return this.onBus(va, LOAD, (pa) => {
      const low = this.bus.read(pa, width === 8 ? 4 : width) | 0;
      if (width === 8) this.high = this.bus.read(pa + 4, 4) | 0;
      return low;
    });
  }

  private deviceStore(va: VirtualAddress, width: 1 | 2 | 4 | 8, low: number, high: number): void {
    this.onBus(va, STORE, (pa) => {
      this.bus.write(pa, width === 8 ? 4 : width, low);
      if (width === 8) this.bus.write(pa + 4, 4, high);
    });
  }

  /** Does `access` at the physical address of the last `locate`; a bus error is an access fault at `va`. */
  private onBus<T>(va: VirtualAddress, access: Access, transfer: (pa: number) => T): T {
    const pa = this.mmu.physical;
    this.time.cut();
    try {
      return transfer(pa);
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      return this.raise(access.accessFault, va);
    }
  }

  // Atomics: Volume I, chapter 8. They must be aligned, and RAM.

  private locateAtomic(i: Operands, width: number, access: Access): number {
    const va = this.address(i);
    if ((va & (width - 1)) !== 0) this.raise(access.misaligned, va);
    const at = this.mmu.locate(va, access, width);
    return at >= 0 ? at : this.raise(access.accessFault, va);
  }

  /** LR: where the reserved word or doubleword lies in RAM. */
  reserve(i: Operands, width: number): number {
    const at = this.locateAtomic(i, width, LOAD);
    this.scratch[HART_SLOT.reservation] = at;
    this.scratch[HART_SLOT.reservationWidth] = width;
    return at;
  }

  /**
   * SC: where it may store, or -1 when it fails. The reservation is gone either way. One that must fail because nothing
   * of its width is reserved does not touch memory, so it cannot page-fault.
   */
  conditional(i: Operands, width: number): number {
    const va = this.address(i);
    if ((va & (width - 1)) !== 0) this.raise(STORE.misaligned, va);
    if (this.scratch[HART_SLOT.reservationWidth] !== width) {
      this.clearReservation();
      return -1;
    }
    const at = this.locateAtomic(i, width, STORE);
    const held = at === this.scratch[HART_SLOT.reservation];
    this.clearReservation();
    return held ? at : -1;
  }

  clearReservation(): void {
    this.scratch[HART_SLOT.reservationWidth] = 0;
  }

  /** An AMO of 32 bits: memory takes `combine(memory, x[rs2])`, rd the old value. */
  amo32(i: Operands, combine: (old: number, operand: number) => number): void {
    const at = this.locateAtomic(i, 4, STORE) >> 2;
    const old = this.ram.i32[at];
    this.ram.i32[at] = combine(old, this.x32[2 * i.rs2]);
    this.setInt32(i.rd, old);
  }

  /** An AMO of 64 bits. */
  amo64(i: Operands, combine: (old: bigint, operand: bigint) => bigint): void {
    const at = this.locateAtomic(i, 8, STORE) >> 3;
    const old = this.ram64[at];
    this.ram64[at] = combine(old, this.x[i.rs2]);
    this.x[i.rd] = old;
  }
}
