/**
 * Throttling: a process that makes pages of files dirty, by write(2) or through a shared mapping, waits while more than
 * vm.dirty_ratio of memory is dirty or on its way home. So nobody fills memory with pages that must be written before it can be
 * used again.
 *
 *   more than the limit? ── no ─► go on
 *      └ yes: all that is dirty is sent home ─► anything under way? ── no ─► go on: waiting would bring nothing
 *             └ yes: sleep until it is well below (dirty.ts, isRelaxed), or nothing is under way any more, or PATIENCE is over
 *
 * (1) Before anything is changed: the handler or fault runs again.
 * (2) Never for ever. Pages that cannot be written, since their disk fails or since they wait for other blocks, do not count;
 *     and whoever finds the limit reached by others each time gets one page on after PATIENCE, as Linux pauses for a time and
 *     not for a state.
 *
 * May sleep.
 */
import { CYCLES_PER_SECOND } from "../../cpu/costs.ts";
import { hasHome } from "../fs/traits.ts";
import type { Inode } from "../fs/types.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { sleep } from "../sleep.ts";
import { dirtyLimits, pagesToWrite } from "./dirty.ts";
import { flushAll } from "./flusher.ts";

const PATIENCE = CYCLES_PER_SECOND;

/** `p` is about to make a page of the file dirty. */
export function throttleWriter(k: Kernel, p: Process, inode: Inode): void {
  if (!hasHome(inode)) return;
  const { most } = dirtyLimits(k);
  const { flusher } = k.vm;
  const { cycles } = k.machine.clock;
  const mustWait = pagesToWrite(k) > most && pagesToWrite(k) - stuckPages(k) > most;
  const isLate = p.throttledUntil !== null && cycles >= p.throttledUntil;
  // Only who runs can wait.
  if (mustWait && !isLate && k.current === p) {
    flushAll(k);
    if (flusher.writing > 0) {
      p.throttledUntil ??= cycles + PATIENCE;
      sleep(k, p, flusher.channel, { deadline: p.throttledUntil, uninterruptible: true });
    }
  }
  p.throttledUntil = null;
}

/** Dirty pages that the flusher has given up: nobody is to wait for them. */
function stuckPages(k: Kernel): number {
  let stuck = 0;
  for (const { writeFailed, dirty } of k.vm.cache.files.values()) if (writeFailed) stuck += dirty.size;
  return stuck;
}
