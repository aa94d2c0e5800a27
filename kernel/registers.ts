/**
 * A process's registers, wherever they are: in the hart while it runs, in the process otherwise.
 *
 * (1) "running" means in the hart: saveRegisters and loadRegisters are called exactly where a process stops or starts
 *     running (loop.ts).
 */
import { CSR_SLOT, type Hart } from "../cpu/hart.ts";
import type { Kernel } from "./kernel.ts";
import type { Process, Registers } from "./process.ts";

/** psABI numbers of the registers that the kernel names. */
export const REGISTER = { ra: 1, sp: 2, tp: 4, a0: 10, a1: 11, a2: 12, a7: 17 } as const;

/** The hart that runs processes. */
export function bootHart(k: Kernel): Hart {
  return k.machine.harts[0];
}

/** Copies the hart's registers into the process. */
export function saveRegisters(k: Kernel, p: Process): void {
  const hart = bootHart(k);
  p.registers.x.set(hart.x.subarray(0, 32));
  p.registers.pc = hart.csr[CSR_SLOT.sepc];
}

/** Copies the process's registers into the hart; x0 stays alone. */
export function loadRegisters(k: Kernel, p: Process): void {
  const hart = bootHart(k);
  hart.x.set(p.registers.x.subarray(1), 1);
  hart.csr[CSR_SLOT.sepc] = p.registers.pc;
}

/** A copy, running or not. */
export function copyRegisters(k: Kernel, p: Process): Registers {
  if (k.current !== p) return { x: p.registers.x.slice(), pc: p.registers.pc };
  const hart = bootHart(k);
  return { x: hart.x.slice(0, 32), pc: hart.csr[CSR_SLOT.sepc] };
}

/** Replaces all registers, running or not. */
export function setRegisters(k: Kernel, p: Process, registers: Registers): void {
  p.registers.x.set(registers.x);
  p.registers.x[0] = 0n;
  p.registers.pc = BigInt.asUintN(64, registers.pc);
  if (k.current === p) loadRegisters(k, p);
}

/** Register n as a signed 64-bit value. */
export function getRegister(k: Kernel, p: Process, n: number): bigint {
  return k.current === p ? bootHart(k).x[n] : p.registers.x[n];
}

/** Sets register n, 1 to 31, to the low 64 bits of `value`. */
export function setRegister(k: Kernel, p: Process, n: number, value: bigint): void {
  (k.current === p ? bootHart(k) : p.registers).x[n] = value;
}

/** The program counter as a number; beyond 2^53 the nearest one. */
export function getPc(k: Kernel, p: Process): number {
  return Number(k.current === p ? bootHart(k).csr[CSR_SLOT.sepc] : p.registers.pc);
}

/** The stack pointer as a number, unsigned. */
export function stackPointer(k: Kernel, p: Process): number {
  return Number(BigInt.asUintN(64, getRegister(k, p, REGISTER.sp)));
}
