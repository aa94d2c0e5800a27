/** Processes whose pages are filled and looked at directly, and a scanner that goes when it is told to. */
import { PAGE_SIZE } from "../../../../cpu/paging.ts";
import type { Kernel } from "../../../../kernel/kernel.ts";
import type { Process } from "../../../../kernel/process.ts";
import { advise } from "../../../../kernel/vm/advise.ts";
import { checkVm } from "../../../../kernel/vm/check.ts";
import { scanPages } from "../../../../kernel/vm/merge-daemon.ts";
import { findPte } from "../../../../kernel/vm/page-table.ts";
import { isResident, pteFrameOf } from "../../../../kernel/vm/pte.ts";
import { anonymous, store, vmProcess } from "../machines.ts";

export const MERGEABLE = 12;
export const UNMERGEABLE = 13;

/** The frame number that the page at `va` shows; 0: none. */
export function frameOf(k: Kernel, p: Process, va: number): number {
  const at = findPte(k, p.space!, va / PAGE_SIZE);
  const low = at < 0 ? 0 : k.machine.ram.u32[at];
  return isResident(low) ? pteFrameOf(low) : 0;
}

/** Stores the text's characters at the beginning of the page: what it holds from then on. */
export function write(k: Kernel, p: Process, va: number, text: string): string[] {
  return [...text].flatMap((c, i) => store(k, p, va + i, c.charCodeAt(0)));
}

/** Mergeable private memory with a page for each text. */
export function mergeable(k: Kernel, p: Process, texts: readonly string[]): number {
  const va = anonymous(k, p, texts.length);
  for (const [i, text] of texts.entries()) write(k, p, va + i * PAGE_SIZE, text);
  advise(k, p, va, texts.length * PAGE_SIZE, MERGEABLE);
  return va;
}

/** A process with such memory. */
export function processWith(k: Kernel, texts: readonly string[]): { p: Process; va: number } {
  const p = vmProcess(k);
  return { p, va: mergeable(k, p, texts) };
}

/** So many full scans. */
export function fullScans(k: Kernel, count: number): void {
  for (let left = count; left > 0; ) {
    if (scanPages(k, 1)) left--;
    checkVm(k);
  }
}

/** pages_shared, pages_sharing, pages_unshared, pages_volatile. */
export function counters(k: Kernel): [shared: number, sharing: number, unshared: number, volatile: number] {
  const { items, shared, sharing, unshared } = k.vm.merge.counts;
  return [shared, sharing, unshared, items - shared - sharing - unshared];
}
