/**
 * Tending: the work of due-work.ts, done when it is due, at four places of a turn of the main loop (loop.ts):
 *
 *   a turn begins ─► tendFileSystems ─► ... user mode ─► tendProgress ─► trap ─► serveTime (loop.ts)
 *                          └ nobody can run ─► tendMemory ─► idle
 *
 * (1) Each place asks whether there may be anything: one comparison. Each work then asks for itself.
 * (2) `due.at` is the first moment of all works again when those of a place have been done: due-work.ts (1).
 */

import { WORK } from "./due-work.ts";
import { tendFiles } from "./fs/ext2fs/tend.ts";
import { tendHostfs } from "./fs/hostfs/inodes.ts";
import { endDetached } from "./fs/mounting.ts";
import type { Kernel } from "./kernel.ts";
import { reclaimInBackground } from "./vm/background-reclaim.ts";
import { noteActivity } from "./vm/merge-daemon.ts";
import { tendReplacement } from "./vm/replacement.ts";
import { noteProgress } from "./vm/residents.ts";
import { nextWatch } from "./vm/thrashing.ts";
import { nextLook } from "./vm/working-set.ts";

const FILE_SYSTEMS = WORK.volumes | WORK.hostFiles;
const PROGRESS = WORK.arrivals | WORK.quiet;
const MEMORY = WORK.reclaim | WORK.mounts;

/** The first cycle at which something may be due by time. */
export function nextMoment(k: Kernel): number {
  const p = k.current;
  const own = p === null ? Number.POSITIVE_INFINITY : Math.min(p.sliceEnd, nextLook(k, p));
  return Math.min(own, k.vm.reclaim.nextTick, nextWatch(k));
}

/** File systems that have something to do between calls. */
export function tendFileSystems(k: Kernel): void {
  const { due } = k;
  if ((due.work & FILE_SYSTEMS) === 0) return;
  if (due.work & WORK.volumes) tendFiles(k);
  if (due.work & WORK.hostFiles) tendHostfs(k);
}

/** Somebody has executed an instruction. */
export function tendProgress(k: Kernel): void {
  if (k.due.work & PROGRESS) {
    if (k.due.work & WORK.arrivals) noteProgress(k);
    if (k.due.work & WORK.quiet) noteActivity(k);
  }
  tendMemory(k);
}

/** What memory needs between two turns: background reclaim, the ageing of pages. */
export function tendMemory(k: Kernel): void {
  const { due } = k;
  const isTime = k.machine.clock.cycles >= due.at;
  if (!isTime && (due.work & MEMORY) === 0) return;
  if (due.work & WORK.reclaim) reclaimInBackground(k);
  tendReplacement(k);
  if (due.work & WORK.mounts) endDetached(k);
  if (isTime) due.at = nextMoment(k);
}
