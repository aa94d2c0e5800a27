/**
 * When dirty pages go home: what is remembered while there are some. flusher.ts acts on it.
 *
 * (1) `dirtied` has an object from its first dirty page until the flusher finds none, or gives it up; while it has none
 *     `due` is infinite. So a computer with nothing to write back has no timer for it.
 *
 * A leaf: the page cache calls it.
 */
import { CYCLES_PER_SECOND } from "../../cpu/costs.ts";
import type { VmKernel } from "./vm-kernel.ts";

const CYCLES_PER_CENTISECOND = CYCLES_PER_SECOND / 100;

/** The length in cycles of a time that a setting gives in hundredths of a second. */
export function centiseconds(time: number): number {
  return time * CYCLES_PER_CENTISECOND;
}

/** When the flusher looks next, if there is something: vm.dirty_writeback_centisecs, 0: only when there is much. */
export function nextLook(k: VmKernel): number {
  const { dirtyWritebackCentisecs } = k.vm.settings;
  if (dirtyWritebackCentisecs === 0) return Number.POSITIVE_INFINITY;
  return k.machine.clock.cycles + centiseconds(dirtyWritebackCentisecs);
}

/** More dirty pages than vm.dirty_background_ratio allows of those that could be: free ones and the page cache. */
export function isMuchDirty(k: VmKernel): boolean {
  const { frames, cache, settings } = k.vm;
  return cache.dirtyPages > ((frames.free + cache.filePages) * settings.dirtyBackgroundRatio) / 100;
}

/** The flusher is to look in time. */
export function armFlusher(k: VmKernel): void {
  const { flusher } = k.vm;
  if (flusher.due === Number.POSITIVE_INFINITY) flusher.due = nextLook(k);
}

/** A page with a home has become dirty; `object`: its object's id. */
export function noteDirtied(k: VmKernel, object: number): void {
  k.vm.statistics.pagesDirtied++;
  rememberDirty(k, object);
}

/** The flusher is to look at the object's pages. */
export function rememberDirty(k: VmKernel, object: number): void {
  const { flusher } = k.vm;
  if (!flusher.dirtied.has(object)) flusher.dirtied.set(object, k.machine.clock.cycles);
  if (isMuchDirty(k)) flusher.due = k.machine.clock.cycles;
  else armFlusher(k);
}
