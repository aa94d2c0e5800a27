/**
 * The call that a process is inside of: beginning, ending, restarting. The bodies are in syscalls/, dispatch is in
 * syscall.ts.
 *
 * (1) While `call.active`, a7, a0 to a5 and pc stand as at the `ecall`; the call runs again from them.
 */

import { ERRNO } from "./abi.ts";
import { emit } from "./events.ts";
import { leaveOpening } from "./fs/pipe.ts";
import type { Kernel } from "./kernel.ts";
import type { CallState, Process } from "./process.ts";
import { advancePc, getNumber, getRegister, REGISTER, setNumber, setRegister } from "./registers.ts";
import { clearSet } from "./signal-set.ts";
import { syscallName } from "./syscall-table.ts";

/** Bytes of the ecall instruction. */
const ECALL_SIZE = 4;

export function newCallState(): CallState {
  return {
    active: false,
    number: 0,
    traced: null,
    deadline: null,
    progress: 0,
    note: 0,
    home: null,
    flushing: null,
    opening: null,
    interrupted: null,
  };
}

/** Forgets what the last call noted. */
export function clear(k: Kernel, p: Process): void {
  const { call } = p;
  leaveOpening(k, p);
  clearSet(p.signals.awaited);
  call.active = false;
  call.deadline = null;
  call.progress = 0;
  call.note = 0;
  call.flushing = null;
  call.home = null;
  call.interrupted = null;
  p.triedFrames = 0;
}

/** The process executed `ecall`. */
export function beginCall(k: Kernel, p: Process): void {
  clear(k, p);
  p.call.active = true;
  p.call.number = getNumber(k, p, REGISTER.a7);
  p.call.traced = null;
  k.statistics.syscalls++;
  if (k.listeners.length > 0) tellEnter(k, p);
}

function tellEnter(k: Kernel, p: Process): void {
  const number = getRegister(k, p, REGISTER.a7);
  const args = Array.from({ length: 6 }, (_, n) => BigInt.asUintN(64, getRegister(k, p, REGISTER.a0 + n)));
  p.call.traced = { number, args };
  emit(k, { type: "syscall-enter", pid: p.pid, name: syscallName(number), number, args });
}

/**
 * Ends the call: with a result, which a0 takes; with null, when the registers are already what they should be; with
 * "EINTR"; or with "restart": the same `ecall` will be executed anew when the handler has returned.
 */
export function endCall(k: Kernel, p: Process, outcome: number | bigint | null | "EINTR" | "restart"): void {
  // Numbers first, which most are: to find out that they are not the words takes longer.
  const result = typeof outcome !== "number" && outcome === "EINTR" ? -ERRNO.EINTR[0] : outcome;
  if (k.listeners.length > 0) tellExit(k, p, result);
  clear(k, p);
  if (typeof result === "number") setNumber(k, p, REGISTER.a0, result);
  else if (typeof result === "bigint") setRegister(k, p, REGISTER.a0, result);
  else return;
  advancePc(k, ECALL_SIZE);
}

function tellExit(k: Kernel, p: Process, result: number | bigint | null | "restart"): void {
  const { number, args } = p.call.traced ?? { number: BigInt(p.call.number), args: [] };
  const shown = result === "restart" || result === null ? null : BigInt(result);
  emit(k, {
    type: "syscall-exit",
    pid: p.pid,
    name: syscallName(number),
    number,
    args,
    result: shown,
    restarted: result === "restart",
  });
}
