/**
 * Taking merged pages apart again: each gets a frame of its own. MADV_UNMERGEABLE for a range, mremap for what it moves, and
 * writing 2 to /sys/kernel/mm/ksm/run for all.
 *
 * (1) Needs frames, and may find none (ENOMEM); what has been taken apart stays so, nobody can tell, and the next run of the
 *     call goes on from there.
 * (2) Pages in swap stay there. What comes back is an ordinary page (swap-in.ts).
 * (3) The items stay with the scanner, which finds out when it comes by, but for `run` 2: that forgets them all.
 *
 * Source: Linux 6.1 mm/ksm.c, break_ksm, unmerge_ksm_pages, unmerge_and_remove_all_rmap_items.
 */
import { PAGE_SIZE, type VirtualAddress } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { vmaList } from "./address-space.ts";
import { makeOwn } from "./copy-on-write.ts";
import { isMergeable, privateFrame } from "./merge-frames.ts";
import { dropItemsBehind } from "./merge-items.ts";
import { dropChain, frameOfNode, isChain } from "./merge-nodes.ts";
import { forgetSpace, RUN, wakeScanner } from "./merge-spaces.ts";
import { forEachPte } from "./page-table.ts";
import { noteHeadway } from "./shortage.ts";
import type { AddressSpace, Vma } from "./types.ts";

/**
 * Gives every merged page from `from` to `to` - 1, which lie in `v`, a frame of its own.
 * @param p who wants it, and waits when there is none @throws Errno ENOMEM
 */
export function unmergeRange(
  k: Kernel,
  p: Process,
  s: AddressSpace,
  v: Vma,
  from: VirtualAddress,
  to: VirtualAddress,
): void {
  if (!isMergeable(v)) return;
  const { merged, first } = k.vm.frames;
  const whole = forEachPte(k, s, from / PAGE_SIZE, to / PAGE_SIZE, (at, page) => {
    const frame = privateFrame(k, at, page);
    if (frame === 0 || merged[frame - first] === 0) return true;
    if (makeOwn(k, s, v, at, page) === "out-of-memory") return false;
    // Each page is headway: the next one wants one frame again (shortage.ts).
    p.triedFrames = 0;
    noteHeadway(k, p);
    return true;
  });
  if (!whole) throw errno("ENOMEM");
}

/** Takes all merged pages of all spaces apart and forgets the items. @throws Errno ENOMEM as much as there was room for is done */
function unmergeAll(k: Kernel, p: Process): void {
  const m = k.vm.merge;
  // First: the item at which the scanner stands may be gone when a frame cannot be had.
  Object.assign(m.cursor, { space: 0, page: 0, last: 0 });
  for (const id of [...m.order]) {
    const s = k.vm.spaces.get(id);
    if (s !== undefined) for (const v of vmaList(s)) unmergeRange(k, p, s, v, v.start, v.end);
    dropItemsBehind(k, m.spaces.get(id)!, 0);
    if (s === undefined) forgetSpace(m, id);
  }
  dropIdleNodes(k);
  m.unstable.root = 0;
  m.fullScans = 0;
}

/** /sys/kernel/mm/ksm/run. While pages are taken apart nothing is merged. @throws Errno ENOMEM */
export function setRun(k: Kernel, p: Process, run: number): void {
  const { settings } = k.vm.merge;
  if (run === RUN.unmerge && settings.run !== run) {
    settings.run = RUN.stop;
    k.vm.merge.unmerger = p.pid;
    try {
      unmergeAll(k, p);
      k.vm.merge.unmerger = 0;
    } catch (thrown) {
      // Who waits for memory goes on later, and is meanwhile the one who wants too much: oom.ts.
      if (k.vm.reclaim.shortage === 0) k.vm.merge.unmerger = 0;
      throw thrown;
    }
  }
  settings.run = run;
  wakeScanner(k);
}

/** Forgets nodes whose frame nobody maps: it is on its way to swap or back. @returns whether none is left */
export function dropIdleNodes(k: Kernel): boolean {
  const { merged, mappings, first } = k.vm.frames;
  const m = k.vm.merge;
  let all = true;
  for (const [n, { frame }] of m.stable.nodes.entries()) {
    if (frame === 0 || frameOfNode(k, n) === 0) continue;
    if (mappings[frame - first] !== 0) all = false;
    else {
      merged[frame - first] = 0;
      frameOfNode(k, n);
    }
  }
  for (const [n, { first: one }] of m.stable.nodes.entries())
    if (n !== 0 && isChain(m, n) && one === 0) dropChain(m, n);
  return all;
}
