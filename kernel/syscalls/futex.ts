/** futex(2): waiting on a word of shared memory, and waking the waiters. Who waits is in kernel/futex.ts. */
import { CONSTANTS } from "../abi.ts";
import { errno } from "../errno.ts";
import { futexKey, joinFutex, leaveFutexes, wakeFutex } from "../futex.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { type Unfinished, waitFor } from "../sleep.ts";
import type { Handlers } from "../syscall-table.ts";
import { deadlineOn, fromTimespec } from "../time.ts";
import { loadStructure, readField } from "../usercopy.ts";

const F = CONSTANTS.futex;
const { CLOCK_REALTIME, CLOCK_MONOTONIC } = CONSTANTS.clock;
const MATCH_ANY = 0xffff_ffff;
/** p.call.note of a waiter that is in its queue. */
const QUEUED = 1;

/** FUTEX_WAIT: relative time on the monotonic clock; FUTEX_WAIT_BITSET: absolute. */
function deadlineOf(k: Kernel, p: Process, op: number, absolute: boolean, timeout: number): number {
  if (timeout === 0) return Number.POSITIVE_INFINITY;
  const { tv_sec, tv_nsec } = loadStructure(k, p, timeout, "timespec");
  const wait = fromTimespec(tv_sec, tv_nsec);
  if (!absolute) return k.machine.clock.cycles + wait;
  return deadlineOn(k, (op & F.FUTEX_CLOCK_REALTIME) !== 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, tv_sec, tv_nsec);
}

function wait(k: Kernel, p: Process, address: number, value: number, deadline: () => number): number | Unfinished {
  if (p.call.note === QUEUED) {
    p.call.note = 0;
    if (!leaveFutexes(k, p)) return 0;
  } else {
    p.call.deadline ??= deadline();
    if (readField(k, p, address, "u32") !== value) throw errno("EAGAIN");
  }
  const until = p.call.deadline ?? Number.POSITIVE_INFINITY;
  if (k.machine.clock.cycles >= until) throw errno("ETIMEDOUT");
  // A signal ends the wait: should the call run again after all, it begins anew.
  if (!p.signals.attention) {
    p.call.note = QUEUED;
    joinFutex(k, p, futexKey(p, address));
  }
  return waitFor(k, p, p.pauseChannel, { deadline: until, restart: "restart" });
}

function wake(k: Kernel, p: Process, address: number, count: number): number {
  readField(k, p, address, "u32");
  return wakeFutex(k, p, address, count);
}

export const futexCalls = {
  futex(k, p, address, op, value, timeout, _second, bits) {
    const command = op & ~(F.FUTEX_PRIVATE_FLAG | F.FUTEX_CLOCK_REALTIME);
    const bitset = command === F.FUTEX_WAIT_BITSET || command === F.FUTEX_WAKE_BITSET;
    if (address % 4 !== 0 || (bitset && bits === 0)) throw errno("EINVAL");
    if (bitset && bits !== MATCH_ANY) throw errno("ENOSYS");
    if (command === F.FUTEX_WAIT || command === F.FUTEX_WAIT_BITSET)
      return wait(k, p, address, value, () => deadlineOf(k, p, op, bitset, timeout));
    if (command === F.FUTEX_WAKE || command === F.FUTEX_WAKE_BITSET) return wake(k, p, address, value);
    throw errno("ENOSYS");
  },
} satisfies Handlers;
