/**
 * Futexes, as far as processes of one thread need them: waiting on a word of shared memory, and waking the waiters.
 *
 * (1) `k.futexes` holds the pid of a waiter under its word's key from its going to sleep until someone wakes it or
 *     its call ends.
 * (2) A word's key is the memory behind it: the page object and offset of a shared mapping, else the address space
 *     and address. futex(2).
 */
import { CONSTANTS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { sleep, wakeProcess } from "../sleep.ts";
import type { Handlers } from "../syscall-table.ts";
import { deadlineOn, fromTimespec } from "../time.ts";
import { loadStructure, readField } from "../usercopy.ts";
import { findVma } from "../vm/address-space.ts";
import { VMA } from "../vm/vma.ts";

const F = CONSTANTS.futex;
const { CLOCK_REALTIME, CLOCK_MONOTONIC } = CONSTANTS.clock;
const MATCH_ANY = 0xffff_ffff;
/** p.call.note of a waiter that is in its queue. */
const QUEUED = 1;

function futexKey(p: Process, address: number): string {
  const space = p.space!;
  const vma = findVma(space, address);
  if (vma?.object && (vma.flags & VMA.shared) !== 0)
    return `object ${vma.object.id}+${vma.offset + address - vma.start}`;
  return `space ${space.id}+${address}`;
}

function leave(k: Kernel, key: string, pid: number): void {
  const rest = (k.futexes.get(key) ?? []).filter((waiter) => waiter !== pid);
  if (rest.length > 0) k.futexes.set(key, rest);
  else k.futexes.delete(key);
}

/** FUTEX_WAIT: relative time on the monotonic clock; FUTEX_WAIT_BITSET: absolute. */
function deadlineOf(k: Kernel, p: Process, op: number, absolute: boolean, timeout: number): number {
  if (timeout === 0) return Number.POSITIVE_INFINITY;
  const { tv_sec, tv_nsec } = loadStructure(k, p, timeout, "timespec");
  const wait = fromTimespec(tv_sec, tv_nsec);
  if (!absolute) return k.machine.clock.cycles + wait;
  return deadlineOn(k, (op & F.FUTEX_CLOCK_REALTIME) !== 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, tv_sec, tv_nsec);
}

function wait(k: Kernel, p: Process, address: number, value: number, deadline: number): number {
  const current = readField(k, p, address, "u32");
  const key = futexKey(p, address);
  if (p.call.note === QUEUED) {
    if (!k.futexes.get(key)?.includes(p.pid)) return 0;
    leave(k, key, p.pid);
  } else if (current !== value) throw errno("EAGAIN");
  p.call.deadline ??= deadline;
  if (k.machine.clock.cycles >= p.call.deadline) throw errno("ETIMEDOUT");
  // A signal ends the wait: should the call run again after all, it begins anew.
  p.call.note = p.signals.attention ? 0 : QUEUED;
  if (p.call.note === QUEUED) k.futexes.set(key, [...(k.futexes.get(key) ?? []), p.pid]);
  return sleep(k, p, p.pauseChannel, { deadline: p.call.deadline, restart: "restart" });
}

function wake(k: Kernel, p: Process, address: number, count: number): number {
  readField(k, p, address, "u32");
  const key = futexKey(p, address);
  const waiters = (k.futexes.get(key) ?? []).slice(0, count);
  for (const pid of waiters) {
    leave(k, key, pid);
    wakeProcess(k, k.processes.get(pid)!);
  }
  return waiters.length;
}

export const futexCalls = {
  futex(k, p, address, op, value, timeout, _second, bits) {
    const command = op & ~(F.FUTEX_PRIVATE_FLAG | F.FUTEX_CLOCK_REALTIME);
    const bitset = command === F.FUTEX_WAIT_BITSET || command === F.FUTEX_WAKE_BITSET;
    if (address % 4 !== 0 || (bitset && bits === 0)) throw errno("EINVAL");
    if (bitset && bits !== MATCH_ANY) throw errno("ENOSYS");
    if (command === F.FUTEX_WAIT || command === F.FUTEX_WAIT_BITSET)
      return wait(k, p, address, value, deadlineOf(k, p, op, bitset, timeout));
    if (command === F.FUTEX_WAKE || command === F.FUTEX_WAKE_BITSET) return wake(k, p, address, value);
    throw errno("ENOSYS");
  },
} satisfies Handlers;
