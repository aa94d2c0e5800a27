/**
 * Address-space numbers: which one a space runs under, so that a switch needs no flush.
 *
 * Numbers are given out upwards and not given back. When they are used up a new generation begins: every TLB is
 * flushed, and each space takes a new number at its next activation; those that run on some hart at that moment take
 * theirs at once.
 *
 * (1) Two spaces of the present generation never have the same number.
 * (2) A number of an older generation is not in any TLB.
 */
import { SATP } from "../../cpu/paging.ts";
import { flushAll } from "./flush.ts";
import type { AddressSpace, AsidState } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** All that satp's field has room for, less 0. */
export const ASID_LIMIT = 2 ** SATP.asidBits - 1;

/** @param limit highest number; at least the number of harts */
export function createAsids(limit: number = ASID_LIMIT): AsidState {
  return { generation: 1, next: 1, limit, active: [] };
}

/** Gives the space a number of the present generation, if it has none. */
export function ensureAsid(k: VmKernel, s: AddressSpace): void {
  const { asids } = k.vm;
  if (s.asidGeneration === asids.generation) return;
  if (asids.next > asids.limit) rollOver(k);
  if (s.asidGeneration !== asids.generation) take(asids, s);
}

function take(asids: AsidState, s: AddressSpace): void {
  s.asid = asids.next++;
  s.asidGeneration = asids.generation;
  s.harts = 0;
}

function rollOver(k: VmKernel): void {
  const { asids, spaces } = k.vm;
  asids.generation++;
  asids.next = 1;
  flushAll(k);
  for (const hart of k.machine.harts) {
    const running = spaces.get(asids.active[hart.id] ?? 0);
    if (running === undefined) continue;
    if (running.asidGeneration !== asids.generation) take(asids, running);
    setSatp(k, running, hart.id);
  }
}

/** Makes hart number `id` translate through the space; its number must be of the present generation. */
export function setSatp(k: VmKernel, s: AddressSpace, id: number): void {
  k.machine.harts[id].setSatp(k.vm.mode, s.asid, s.root);
  k.vm.asids.active[id] = s.id;
  s.harts |= 1 << id;
}
