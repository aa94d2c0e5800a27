/**
 * How much may wait in signal queues: RLIMIT_SIGPENDING, which counts the queued signals of all processes of a user.
 * getrlimit(2), sigqueue(3).
 *
 * (1) A queued signal takes a place of the real user of the process at its arrival, until it is taken or cancelled.
 * (2) Signals that take none: SIGKILL, and those for which there was no place; of the latter one of each number is
 *     remembered, without information about its sender.
 *
 * Source: Linux's __send_signal_locked and __sigqueue_alloc.
 */
import { CONSTANTS } from "./abi.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { type SignalInfo, signalNumber } from "./signal-state.ts";

const { RLIMIT_SIGPENDING } = CONSTANTS.rlimit;
const { SI_USER } = CONSTANTS.signalCode;
const FIRST_REALTIME = 32;
const SIGKILL = signalNumber("SIGKILL");

/** What a signal says that found no place. */
export const LOST_INFORMATION: SignalInfo = Object.freeze({ code: SI_USER, pid: 0, uid: 0 });

/** Places that the processes' signals take of a user. @param uid real */
export function placesTaken(k: Kernel, uid: number): number {
  let taken = 0;
  for (const { signals } of k.processes.values()) for (const { user } of signals.queue) if (user === uid) taken++;
  return taken;
}

/** Whether a signal finds a place in `p`'s queue. Standard ones of kill(2) and of the kernel always do. */
export function hasPlace(k: Kernel, p: Process, signo: number, info: SignalInfo): boolean {
  if (signo === SIGKILL) return false;
  if (signo < FIRST_REALTIME && info.code >= 0) return true;
  return placesTaken(k, p.credentials.uid) < p.limits[RLIMIT_SIGPENDING].soft;
}

/** Must the sender be told that there was no place? Real-time signals by anything but kill(2): EAGAIN. */
export function isRefusedWithoutPlace(signo: number, info: SignalInfo): boolean {
  return signo >= FIRST_REALTIME && info.code !== SI_USER;
}
