/**
 * Forgetting translations: the kernel's sfence.vma, exactly where an entry that a TLB may hold loses a right, its
 * frame, or its validity, or gains the right to write.
 *
 * Not needed where an entry becomes valid that was not: this machine's TLBs hold valid translations only.
 * Several pages are gathered in a batch; beyond BATCH_LIMIT the whole address space is forgotten at once.
 *
 * (1) A flush goes to the harts in `s.harts`: those that ran in the space since its number was new.
 * (2) The batch is committed before the kernel returns to user mode, and before any of its frames gets a new owner
 *     that could be seen: nothing else runs in between.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { emit } from "../events.ts";
import type { AddressSpace } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** More single pages than this cost more than the misses after forgetting everything. */
const BATCH_LIMIT = 32;

/** Pages of one space to be forgotten. */
export interface FlushBatch {
  readonly pages: number[];
  all: boolean;
}

export function newBatch(): FlushBatch {
  return { pages: [], all: false };
}

/** Adds one page. */
export function gather(batch: FlushBatch, page: number): void {
  if (batch.all) return;
  if (batch.pages.length === BATCH_LIMIT) batch.all = true;
  else batch.pages.push(page);
}

/** Carries the batch out. */
export function commitFlush(k: VmKernel, s: AddressSpace, batch: FlushBatch): void {
  if (batch.all) flushSpace(k, s);
  else for (const page of batch.pages) flushPage(k, s, page);
}

/** Whether any TLB can hold an entry of the space under its present number. */
function isLive(k: VmKernel, s: AddressSpace): boolean {
  return s.harts !== 0 && s.asidGeneration === k.vm.asids.generation;
}

/** sfence.vma page, asid on every hart that may hold it. */
export function flushPage(k: VmKernel, s: AddressSpace, page: number): void {
  if (!isLive(k, s)) return;
  const va = page * PAGE_SIZE;
  for (const hart of k.machine.harts) if (s.harts & (1 << hart.id)) hart.sfenceVma(va, s.asid);
  k.vm.statistics.flushedPages++;
  tell(k, va, s.asid);
}

/** sfence.vma x0, asid on every hart that may hold entries of the space. */
export function flushSpace(k: VmKernel, s: AddressSpace): void {
  if (!isLive(k, s)) return;
  for (const hart of k.machine.harts) if (s.harts & (1 << hart.id)) hart.sfenceVma(undefined, s.asid);
  k.vm.statistics.flushedSpaces++;
  tell(k, null, s.asid);
}

/** sfence.vma x0, x0 everywhere: when ASIDs begin anew. */
export function flushAll(k: VmKernel): void {
  for (const hart of k.machine.harts) hart.sfenceVma();
  k.vm.statistics.flushedAll++;
  tell(k, null, null);
}

function tell(k: VmKernel, va: number | null, asid: number | null): void {
  if (k.listeners.length > 0) emit(k, { type: "tlb-flush", pid: k.current?.pid ?? 0, va, asid });
}
