/**
 * Traps: why the processor entered the kernel, and who deals with it. One row an exception.
 *
 * Source: Privileged specification, table 4.2; the signals are Linux's (arch/riscv/kernel/traps.c).
 */
import { CSR_SLOT, csrNumber, scauseCode, scauseIsInterrupt } from "../cpu/hart.ts";
import { CAUSE } from "../cpu/trap.ts";
import { CONSTANTS, type SignalName } from "./abi.ts";
import { beginCall } from "./call.ts";
import { emit } from "./events.ts";
import { serveInterrupts } from "./interrupts.ts";
import type { Kernel } from "./kernel.ts";
import { panic } from "./panic.ts";
import type { Process } from "./process.ts";
import { bootHart, getPc } from "./registers.ts";
import { forceSignal } from "./signal.ts";
import { isKilled, signalNumber } from "./signal-state.ts";
import { RETRY } from "./sleep.ts";
import { type Fault, handleFault } from "./vm/fault.ts";
import type { Access } from "./vm/types.ts";

const C = CONSTANTS.signalCode;

type TrapHandler = (k: Kernel, p: Process) => void;

/** A signal about the instruction itself: si_addr is its address. */
function instructionSignal(name: SignalName, code: number, reason: string): TrapHandler {
  return (k, p) => {
    const address = bootHart(k).csr[CSR_SLOT.sepc];
    forceSignal(k, p, signalNumber(name), { code, address, reason });
  };
}

/** An access that no page table entry forbids and nothing answers; a misaligned atomic. */
function accessSignal(name: SignalName, code: number, reason: string, access: Access): TrapHandler {
  return (k, p) => {
    const address = bootHart(k).csr[CSR_SLOT.stval];
    forceSignal(k, p, signalNumber(name), { code, address, reason, access });
  };
}

function pageFault(access: Access): TrapHandler {
  return (k, p) => {
    const { csr, csr32 } = bootHart(k);
    const high = csr32[2 * CSR_SLOT.stval + 1] | 0;
    const fault = resolve(k, p, high * 2 ** 32 + (csr32[2 * CSR_SLOT.stval] >>> 0), access);
    if (fault === null) return;
    p.triedFrames = 0;
    const { signal, sentence } = fault;
    if (signal === null) return;
    const address = csr[CSR_SLOT.stval];
    forceSignal(k, p, signal.signo, { code: signal.code, address, reason: sentence, access });
  };
}

/** Decides about the fault, again each time that reclaim has made room for it. @returns null: `p` was killed meanwhile */
function resolve(k: Kernel, p: Process, va: number, access: Access): Fault | null {
  for (;;) {
    try {
      return handleFault(k, p, va, access);
    } catch (thrown) {
      if (thrown !== RETRY) throw thrown;
      if (isKilled(p.signals)) return null;
    }
  }
}

// biome-ignore format: a table is read in columns
const EXCEPTIONS: Readonly<Record<number, TrapHandler>> = {
  [CAUSE.instructionMisaligned]:  instructionSignal("SIGBUS", C.BUS_ADRALN, "jump to a misaligned address"),
  [CAUSE.instructionAccessFault]: accessSignal("SIGSEGV", C.SEGV_ACCERR, "no memory answers", "execute"),
  [CAUSE.illegalInstruction]:     instructionSignal("SIGILL", C.ILL_ILLOPC, "illegal instruction"),
  [CAUSE.breakpoint]:             instructionSignal("SIGTRAP", C.TRAP_BRKPT, "breakpoint"),
  [CAUSE.loadMisaligned]:         accessSignal("SIGBUS", C.BUS_ADRALN, "misaligned atomic access", "read"),
  [CAUSE.loadAccessFault]:        accessSignal("SIGSEGV", C.SEGV_ACCERR, "no memory answers", "read"),
  [CAUSE.storeMisaligned]:        accessSignal("SIGBUS", C.BUS_ADRALN, "misaligned atomic access", "write"),
  [CAUSE.storeAccessFault]:       accessSignal("SIGSEGV", C.SEGV_ACCERR, "no memory answers", "write"),
  [CAUSE.instructionPageFault]:   pageFault("execute"),
  [CAUSE.loadPageFault]:          pageFault("read"),
  [CAUSE.storePageFault]:         pageFault("write"),
};

/** Deals with the trap that `p` has just taken. May sleep (a page that a disk must bring). */
export function handleTrap(k: Kernel, p: Process): void {
  const hart = bootHart(k);
  const interrupt = scauseIsInterrupt(hart);
  const cause = scauseCode(hart);
  k.statistics.traps++;
  if (k.listeners.length > 0) {
    const value = csrNumber(hart, CSR_SLOT.stval);
    emit(k, { type: "trap", pid: p.pid, cause, interrupt, pc: getPc(k, p), value });
  }
  if (interrupt) {
    serveInterrupts(k);
    return;
  }
  // Most traps are calls, so they are not looked up in the table.
  if (cause === CAUSE.environmentCall) {
    beginCall(k, p);
    return;
  }
  const handler = EXCEPTIONS[cause];
  if (handler === undefined) panic("every other exception of user mode is in the table", { cause, pc: getPc(k, p) });
  handler(k, p);
}
