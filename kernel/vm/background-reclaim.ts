/**
 * Background reclaim: what Linux's kswapd does. Between traps it takes frames back until enough are free, so that
 * processes find some without waiting.
 *
 *   asleep ──free frames at low (watermarks.ts)──► awake ──free and leaving frames reach high──► asleep
 *                                                    └─ there is not that much ──► asleep until low again; with
 *                                                       nothing at all MOST_FAILURES times, until a process has got
 *                                                       some itself (shortage.ts) or has ended
 *
 * (1) One call takes a batch at most, and never waits: the processes run on meanwhile.
 * (2) A process that has waited for a page finds it: loop.ts, (4).
 */

import { account } from "../accounting.ts";
import { WORK } from "../due-work.ts";
import type { Kernel } from "../kernel.ts";
import { whileReclaiming } from "../pressure.ts";
import { reclaimUnderLimit } from "./limited-reclaim.ts";
import { reclaimFrames } from "./reclaim.ts";

/** Linux's SWAP_CLUSTER_MAX. */
const BATCH = 32;

/** One step. */
export function reclaimInBackground(k: Kernel): void {
  const { reclaim, frames, statistics, flusher } = k.vm;
  const onTheirWay = reclaim.leaving + flusher.writing;
  const missing = reclaim.watermarks.high - frames.free - onTheirWay;
  if (missing <= 0) {
    k.due.work &= ~WORK.reclaim;
    statistics.backgroundDone++;
    return;
  }
  const want = Math.min(missing, BATCH);
  const { freed, started } = whileReclaiming(k, () =>
    reclaim.resident > 0 ? reclaimUnderLimit(k, want, "background") : reclaimFrames(k, want, "background"),
  );
  account(k, null, "system");
  if (freed + started > 0) reclaim.failures = 0;
  else if (onTheirWay === 0) reclaim.failures++;
  if (freed + started < want) k.due.work &= ~WORK.reclaim;
}
