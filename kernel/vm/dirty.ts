/**
 * When dirty pages go home: what is remembered while there are some. flusher.ts acts on it.
 *
 * (1) `dirtied` has an object from its first dirty page until the flusher finds none, or gives it up; while it has none
 *     `due` is infinite. So a computer with nothing to write back has no timer for it.
 *
 * A leaf: the page cache calls it.
 */
import { CYCLES_PER_SECOND } from "../../cpu/costs.ts";
import { PAGE_SIZE } from "../../cpu/paging.ts";
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

/**
 * Pages that may be dirty: before they are written in the background, and before writers wait. Shares of what could be, free
 * pages and the page cache; or as many as were asked for, where a number of bytes is set: vm.dirty_background_bytes,
 * vm.dirty_bytes.
 */
export function dirtyLimits(k: VmKernel): { background: number; most: number } {
  const { frames, cache, settings } = k.vm;
  const limit = (bytes: number, ratio: number) =>
    bytes > 0 ? Math.ceil(bytes / PAGE_SIZE) : Math.floor(((frames.free + cache.filePages) * ratio) / 100);
  const most = limit(settings.dirtyBytes, settings.dirtyRatio);
  const background = limit(settings.dirtyBackgroundBytes, settings.dirtyBackgroundRatio);
  return { most, background: background >= most ? Math.floor(most / 2) : background };
}

/** So many dirty pages that they are written at once. */
export function isMuchDirty(k: VmKernel): boolean {
  return k.vm.cache.dirtyPages > dirtyLimits(k).background;
}

/** Pages with a home that are dirty or on their way there. */
export function pagesToWrite(k: VmKernel): number {
  return k.vm.cache.dirtyPages + k.vm.flusher.writing;
}

/** So few that those who waited may go on: half way between the limits, so that they are not woken for each page. */
export function isRelaxed(k: VmKernel): boolean {
  const { background, most } = dirtyLimits(k);
  return k.vm.flusher.writing === 0 || pagesToWrite(k) <= (background + most) / 2;
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
