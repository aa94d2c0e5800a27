/**
 * Results that a call writes to user memory: checked and made resident before anything changes, so that a call either
 * fails with EFAULT and has done nothing, or writes its results without a fault.
 */
import { errno } from "./errno.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { prepareUser } from "./usercopy.ts";

/** Makes `length` bytes at `va` writable; EFAULT when they are not. May sleep. Address 0 asks for nothing. */
export function prepareResult(k: Kernel, p: Process, va: number, length: number): void {
  if (va !== 0) requireUser(k, p, va, length);
}

/** As prepareResult, but address 0 is as wrong as any other. */
export function requireUser(k: Kernel, p: Process, va: number, length: number): void {
  if (prepareUser(k, p, va, length, "write") < length) throw errno("EFAULT");
}
