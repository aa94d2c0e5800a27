/**
 * Background reclaim: what Linux's kswapd does. Between traps it takes frames back until enough are free, so that
 * processes find some without waiting.
 *
 *   asleep ──free frames at low (watermarks.ts)──► awake ──free and leaving frames reach high──► asleep
 *                                                    └─ nothing to be had, MOST_FAILURES times ──► asleep until
 *                                                       a process has got some (shortage.ts) or has ended
 *
 * (1) One call takes a batch at most, and never waits: the processes run on meanwhile.
 */
import { account } from "../accounting.ts";
import type { Kernel } from "../kernel.ts";
import { reclaimFrames } from "./reclaim.ts";
import { MOST_FAILURES } from "./watermarks.ts";

/** Linux's SWAP_CLUSTER_MAX. */
const BATCH = 32;

/** One step. */
export function reclaimInBackground(k: Kernel): void {
  const { reclaim, frames, statistics, flusher } = k.vm;
  const onTheirWay = reclaim.leaving + flusher.writing;
  const missing = reclaim.watermarks.high - frames.free - onTheirWay;
  if (missing <= 0) {
    reclaim.awake = false;
    statistics.backgroundDone++;
    return;
  }
  const { freed, started } = reclaimFrames(k, Math.min(missing, BATCH), "background");
  account(k, null, "system");
  if (freed + started > 0) reclaim.failures = 0;
  else if (onTheirWay > 0 || ++reclaim.failures >= MOST_FAILURES) reclaim.awake = false;
}
