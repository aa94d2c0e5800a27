/**
 * Futexes, as far as processes of one thread need them: who waits for which word of memory. The call is
 * syscalls/futex.ts; the end of a process wakes who waits for its id (set_tid_address(2)).
 *
 * (1) `k.futexes` holds the pid of a waiter under its word's key from its going to sleep until someone wakes it or
 *     its call runs again or ends.
 * (2) A word's key is the memory behind it: the page object and offset of a shared mapping, else the address space
 *     and address. futex(2).
 */

import { PAGE_SIZE, PTE } from "../cpu/paging.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { isKilled } from "./signal-state.ts";
import { wakeProcess } from "./sleep.ts";
import { prepareUser, writeField } from "./usercopy.ts";
import { findVma } from "./vm/address-space.ts";
import { findPte, NO_PTE } from "./vm/page-table.ts";
import type { AddressSpace } from "./vm/types.ts";
import { VMA } from "./vm/vma.ts";

/** Invariant (2). */
export function futexKey(p: Process, address: number): string {
  const space = p.space!;
  const vma = findVma(space, address);
  if (vma?.object && (vma.flags & VMA.shared) !== 0)
    return `object ${vma.object.id}+${vma.offset + address - vma.start}`;
  return `space ${space.id}+${address}`;
}

/** Enters `p` behind those who wait already. */
export function joinFutex(k: Kernel, p: Process, key: string): void {
  k.futexes.set(key, [...(k.futexes.get(key) ?? []), p.pid]);
}

function leave(k: Kernel, key: string, pid: number): void {
  const rest = k.futexes.get(key)!.filter((waiter) => waiter !== pid);
  if (rest.length > 0) k.futexes.set(key, rest);
  else k.futexes.delete(key);
}

/** Takes `p` out of wherever it waits. @returns false: it waits nowhere, somebody has woken it */
export function leaveFutexes(k: Kernel, p: Process): boolean {
  let found = false;
  for (const [key, pids] of [...k.futexes]) {
    if (!pids.includes(p.pid)) continue;
    leave(k, key, p.pid);
    found = true;
  }
  return found;
}

/** Wakes up to `count` who wait for the word at `address` of `p`. @returns how many */
export function wakeFutex(k: Kernel, p: Process, address: number, count: number): number {
  const key = futexKey(p, address);
  const waiters = (k.futexes.get(key) ?? []).slice(0, count);
  for (const pid of waiters) {
    leave(k, key, pid);
    wakeProcess(k, k.processes.get(pid)!);
  }
  return waiters.length;
}

const TID_BYTES = 4;

/** Who else could see the word: Linux leaves it alone in memory that goes with the process. */
function isSeen(p: Process): boolean {
  return p.clearChildTid !== 0 && p.space !== null && p.space.users > 1;
}

/** Before a process ends or executes: makes the word that is to be cleared resident. May sleep; not for one killed. */
export function prepareChildTid(k: Kernel, p: Process): void {
  if (isSeen(p) && !isKilled(p.signals)) prepareUser(k, p, p.clearChildTid, TID_BYTES, "write");
}

/** Whether the word can be written without a fault. */
function isThere(k: Kernel, s: AddressSpace, address: number): boolean {
  if (k.vm.levels === 0) return k.scheme.peek(k, s, address) >= 0;
  const at = findPte(k, s, Math.floor(address / PAGE_SIZE));
  const writable = PTE.V | PTE.U | PTE.W;
  return at !== NO_PTE && (k.machine.ram.u32[at] & writable) === writable;
}

/** The process leaves its memory: the word at its clear_child_tid becomes 0, and one waiter is woken. Never sleeps. */
export function clearChildTid(k: Kernel, p: Process): void {
  const address = p.clearChildTid;
  if (!isSeen(p)) return;
  // Where the word cannot be written nothing is: Linux does not care either.
  const usable = address % TID_BYTES === 0 && isThere(k, p.space!, address);
  if (usable) writeField(k, p, address, "u32", 0);
  p.clearChildTid = 0;
  if (usable) wakeFutex(k, p, address, 1);
}
