/**
 * The flusher: dirty pages of files go home in time, without anybody asking. Settings: vm.dirty_writeback_centisecs (how
 * often it looks), dirty_expire_centisecs (how old dirt may become), dirty_background_ratio (how much there may be).
 *
 * (1) It never sleeps and never fails: it starts transfers, whose ends are pageReadDone's. Its time is one of those that
 *     the timer device is set to (interrupts.ts), armed only while something is dirty (dirty.ts).
 * (2) Inodes that have changed go to their tables at each look (ext2fs/tend.ts), and from there as all dirty pages do.
 * (3) An object whose home has failed is left alone until somebody was told (fsync), or it would be tried for ever.
 *
 * Source: Linux, Documentation/admin-guide/sysctl/vm.rst.
 */
import { WORK } from "../due-work.ts";
import type { Kernel } from "../kernel.ts";
import { centiseconds, isMuchDirty, nextLook } from "./dirty.ts";
import { dirtyIndices } from "./page-cache.ts";
import type { PageObject } from "./types.ts";
import { startWriteBack } from "./write-back.ts";

/** Writes what is due, if it is time. */
export function flushIfDue(k: Kernel): void {
  const { flusher, cache, settings } = k.vm;
  const now = k.machine.clock.cycles;
  if (flusher.due > now) return;
  const all = isMuchDirty(k);
  let waiting = 0;
  for (const [id, since] of flusher.dirtied) {
    const object = cache.objects.get(id);
    const due = all || now - since >= centiseconds(settings.dirtyExpireCentisecs);
    if (object === undefined || object.writeFailed) flusher.dirtied.delete(id);
    else if (!due) waiting++;
    else if (flushObject(k, object)) flusher.dirtied.delete(id);
    else waiting++;
  }
  const changed = k.fs.changed.size > 0;
  if (changed) {
    k.fs.writeInodes = true;
    k.due.work |= WORK.volumes;
  }
  flusher.due = waiting > 0 || changed ? nextLook(k) : Number.POSITIVE_INFINITY;
}

/** Writes everything now: nobody may make more dirty before. */
export function flushAll(k: Kernel): void {
  const { flusher, cache } = k.vm;
  for (const id of flusher.dirtied.keys()) {
    const object = cache.objects.get(id);
    if (object === undefined || object.writeFailed || flushObject(k, object)) flusher.dirtied.delete(id);
  }
  if (flusher.dirtied.size === 0 && k.fs.changed.size === 0) flusher.due = Number.POSITIVE_INFINITY;
}

/** Starts writing all dirty pages of an object, in the order of their places. @returns whether none is left */
function flushObject(k: Kernel, object: PageObject): boolean {
  let clean = true;
  for (const index of dirtyIndices(object, 0, Number.POSITIVE_INFINITY))
    if (!startWriteBack(k, object, object.pages.get(index)!)) clean = false;
  return clean;
}
