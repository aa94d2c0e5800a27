/**
 * A process's registers, wherever they are: in the hart while it runs, in the process otherwise.
 *
 * (1) "running" means in the hart: saveRegisters and loadRegisters are called exactly where a process stops or starts
 *     running (loop.ts).
 * (2) x0 is 0 in every file of registers, so whole files can be copied.
 *
 * What runs at every trap uses halves: a bigint that is kept, or leaves its function, is an allocation.
 */
import { CSR_SLOT, type Hart } from "../cpu/hart.ts";
import type { Kernel } from "./kernel.ts";
import type { Process, Registers } from "./process.ts";

/** psABI numbers of the registers that the kernel names. */
export const REGISTER = { ra: 1, sp: 2, tp: 4, a0: 10, a1: 11, a2: 12, a7: 17 } as const;

/** x0 to x31. */
export const REGISTERS = 32;
const TWO_32 = 2 ** 32;

/** The registers of a process that has not run yet: all 0. */
export function newRegisters(): Registers {
  const x = new BigInt64Array(REGISTERS);
  return { x, x32: new Int32Array(x.buffer), pc: 0n };
}

/** The hart that runs processes. */
export function bootHart(k: Kernel): Hart {
  return k.machine.harts[0];
}

/** Where the process's registers are now. */
export function registersOf(k: Kernel, p: Process): Pick<Registers, "x" | "x32"> {
  return k.current === p ? bootHart(k) : p.registers;
}

/** Copies the hart's registers into the process. */
export function saveRegisters(k: Kernel, p: Process): void {
  const hart = bootHart(k);
  p.registers.x.set(hart.x);
  p.registers.pc = hart.csr[CSR_SLOT.sepc];
}

/** Copies the process's registers into the hart. */
export function loadRegisters(k: Kernel, p: Process): void {
  const hart = bootHart(k);
  hart.x.set(p.registers.x);
  hart.csr[CSR_SLOT.sepc] = p.registers.pc;
}

/** A copy, running or not. */
export function copyRegisters(k: Kernel, p: Process): Registers {
  const copy = newRegisters();
  copy.x.set(registersOf(k, p).x);
  copy.pc = exactPc(k, p);
  return copy;
}

/** Replaces all registers, running or not. */
export function setRegisters(k: Kernel, p: Process, registers: Pick<Registers, "x" | "pc">): void {
  p.registers.x.set(registers.x);
  p.registers.x[0] = 0n;
  p.registers.pc = BigInt.asUintN(64, registers.pc);
  if (k.current === p) loadRegisters(k, p);
}

/** Register n as a signed 64-bit value. */
export function getRegister(k: Kernel, p: Process, n: number): bigint {
  return registersOf(k, p).x[n];
}

/** Register n as a signed number; beyond 2^53 the nearest one. */
export function getNumber(k: Kernel, p: Process, n: number): number {
  const { x32 } = registersOf(k, p);
  return x32[2 * n + 1] * TWO_32 + (x32[2 * n] >>> 0);
}

/** Sets register n, 1 to 31, to the low 64 bits of `value`. */
export function setRegister(k: Kernel, p: Process, n: number, value: bigint): void {
  registersOf(k, p).x[n] = value;
}

/** The same of a whole number, negative or not. */
export function setNumber(k: Kernel, p: Process, n: number, value: number): void {
  const { x32 } = registersOf(k, p);
  x32[2 * n] = value;
  // Most results are small: those need no division.
  x32[2 * n + 1] = value === (value | 0) ? (value | 0) >> 31 : Math.floor(value / TWO_32);
}

/** The program counter, unsigned. */
export function exactPc(k: Kernel, p: Process): bigint {
  return k.current === p ? bootHart(k).csr[CSR_SLOT.sepc] : p.registers.pc;
}

/** The program counter as a number; beyond 2^53 the nearest one. */
export function getPc(k: Kernel, p: Process): number {
  return Number(exactPc(k, p));
}

/** Lets the process go on at `address`, 64 bits, of which the lowest counts as 0 as in a JALR. */
export function jump(k: Kernel, p: Process, address: number | bigint): void {
  if (typeof address === "number") {
    jumpTo(k, p, address | 0, Math.floor(address / TWO_32));
    return;
  }
  if (k.current !== p) {
    p.registers.pc = address & ~1n;
    return;
  }
  const { csr, csr32 } = bootHart(k);
  csr[CSR_SLOT.sepc] = address;
  csr32[2 * CSR_SLOT.sepc] &= ~1;
}

/** The same with the address as two halves of 32 bits. */
export function jumpTo(k: Kernel, p: Process, low: number, high: number): void {
  if (k.current !== p) {
    p.registers.pc = (BigInt(high >>> 0) << 32n) | BigInt((low & ~1) >>> 0);
    return;
  }
  const { csr32 } = bootHart(k);
  csr32[2 * CSR_SLOT.sepc] = low & ~1;
  csr32[2 * CSR_SLOT.sepc + 1] = high;
}

/** Puts the program counter into two words. */
export function putPc(k: Kernel, p: Process, words: Int32Array, at: number): void {
  if (k.current !== p) {
    words[at] = Number(BigInt.asIntN(32, p.registers.pc));
    words[at + 1] = Number(BigInt.asIntN(32, p.registers.pc >> 32n));
    return;
  }
  const { csr32 } = bootHart(k);
  words[at] = csr32[2 * CSR_SLOT.sepc];
  words[at + 1] = csr32[2 * CSR_SLOT.sepc + 1];
}

/** Moves the program counter of the running process by `bytes`, fewer than 2^32. */
export function advancePc(k: Kernel, bytes: number): void {
  const { csr32 } = bootHart(k);
  const low = csr32[2 * CSR_SLOT.sepc] + bytes;
  csr32[2 * CSR_SLOT.sepc] = low;
  if (low >= TWO_32) csr32[2 * CSR_SLOT.sepc + 1]++;
}

/** The stack pointer as a number, unsigned. */
export function stackPointer(k: Kernel, p: Process): number {
  const { x32 } = registersOf(k, p);
  return (x32[2 * REGISTER.sp + 1] >>> 0) * TWO_32 + (x32[2 * REGISTER.sp] >>> 0);
}
