/**
 * Signals: sending them, and deciding what one does to its process. The frame on the user stack is signal-frame.ts'.
 */
import type { Kernel } from "./kernel.ts";
import { panic } from "./panic.ts";
import type { Process } from "./process.ts";
import type { SignalInfo } from "./signal-state.ts";

/** Sends `signo` to `p`. Wakes an interruptible sleeper; stop and continue signals cancel each other. */
export function postSignal(k: Kernel, p: Process, signo: number, info: SignalInfo): void {
  panic("signals are being written", { k: k.nextPid, pid: p.pid, signo, code: info.code });
}

/** Sends `signo` to every process of the group. */
export function signalGroup(k: Kernel, pgid: number, signo: number, info: SignalInfo): void {
  for (const p of [...k.processes.values()]) if (p.pgid === pgid && p.state !== "zombie") postSignal(k, p, signo, info);
}

/** A signal that the process's own instruction raised (a fault): blocked or ignored, it kills. */
export function forceSignal(k: Kernel, p: Process, signo: number, info: SignalInfo): void {
  panic("signals are being written", { k: k.nextPid, pid: p.pid, signo, code: info.code });
}
