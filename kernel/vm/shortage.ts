/**
 * Shortage: what a process does that needs frames and finds none. Handlers and faults are atomic and take nothing from
 * anyone; they undo what they did and say ENOMEM, or "out-of-memory". Then this decides:
 *
 *   killed meanwhile? ── yes ─► RETRY: it dies at once, which needs no memory
 *   direct reclaim ─► enough free now? ── yes ─► RETRY: the handler runs again, and nobody else before
 *                     on their way out? ── yes ─► SLEEP until a transfer ends, then again
 *                     at least more than the last time? ─► RETRY
 *                     nothing ─► the OOM killer (oom.ts); SLEEP until its victim has gone, then again
 *
 * (1) Never a hang: it sleeps only while a transfer or somebody's end is sure to wake it, and not without a deadline.
 * (2) Never a livelock: `triedFrames` is what was free when the handler ran, and was too little. Each time it wants
 *     twice as much, until everything that can be had is not enough; then somebody dies.
 *     The same when processes take each other's only pages: nobody has got on (noteHeadway) for MOST_STALLS waits
 *     together, or one not for MOST_OWN_STALLS waits of its own while others did.
 * (3) Progress of others counts: a process that finds what it waited for gone has not tried with it, and waits on.
 */
import { CYCLES_PER_SECOND } from "../../cpu/costs.ts";
import type { Kernel } from "../kernel.ts";
import { whileReclaiming } from "../pressure.ts";
import type { Process } from "../process.ts";
import { isKilled } from "../signal-state.ts";
import { RETRY, sleep } from "../sleep.ts";
import { reclaimUnderLimit } from "./limited-reclaim.ts";
import { outOfMemory } from "./oom.ts";
import { reclaimAnything, reclaimFrames } from "./reclaim.ts";

/** Frames that a process takes back at least, so that the next ones find some: Linux's SWAP_CLUSTER_MAX. */
const BATCH = 32;
/** Longest sleep before it looks again: Linux's HZ / 10. */
const PATIENCE = CYCLES_PER_SECOND / 10;

/** Invariant (2): so often in a row nobody waits if anybody, or he himself, gets on. */
const MOST_STALLS = 2_000;
const MOST_OWN_STALLS = 50_000;

/** `p` has got on: by an instruction, a page of many that its call wants, a piece of its core. */
export function noteHeadway(k: Kernel, p: Process): void {
  p.memoryStalls = 0;
  k.vm.reclaim.stalls = 0;
}

/** Frames that `p` would find. */
function available(k: Kernel): number {
  return Math.max(0, k.vm.frames.free - k.vm.reclaim.watermarks.min);
}

/** Frames that will be free, or clean, when transfers end. */
function onTheirWay(k: Kernel): number {
  return k.vm.reclaim.leaving + k.vm.flusher.writing;
}

function sleepForMemory(k: Kernel, p: Process): never {
  return sleep(k, p, k.vm.reclaim.channel, {
    deadline: k.machine.clock.cycles + PATIENCE,
    uninterruptible: true,
    stall: "memory",
  });
}

function retryWith(k: Kernel, p: Process, frames: number): never {
  p.triedFrames = frames;
  k.vm.reclaim.failures = 0;
  throw RETRY;
}

/**
 * Makes room for what `p`, which is running, could not get. Never returns: throws RETRY or SLEEP.
 */
export function waitForMemory(k: Kernel, p: Process): never {
  if (isKilled(p.signals)) throw RETRY;
  k.vm.statistics.allocationStalls++;
  if (++p.memoryStalls > MOST_OWN_STALLS || ++k.vm.reclaim.stalls > MOST_STALLS) {
    noteHeadway(k, p);
    kill(k, p);
  }
  const wanted = Math.max(1, 2 * p.triedFrames);
  // What is on its way already will do, or the disk gets more to write than anybody asked for.
  const missing = Math.max(wanted - available(k), BATCH) - onTheirWay(k);
  if (missing > 0) whileReclaiming(k, () => makeRoom(k, missing, wanted));
  if (available(k) >= wanted) retryWith(k, p, available(k));
  if (onTheirWay(k) > 0) sleepForMemory(k, p);
  if (available(k) > p.triedFrames) retryWith(k, p, available(k));
  return kill(k, p);
}

/** Takes `missing` frames back by the policy; those that there are, whatever the policy thinks, when it gives none. */
function makeRoom(k: Kernel, missing: number, wanted: number): void {
  if (k.vm.reclaim.resident > 0) {
    reclaimUnderLimit(k, missing, "direct");
    return;
  }
  const taken = reclaimFrames(k, missing, "direct");
  if (available(k) < wanted && taken.freed + taken.started === 0) reclaimAnything(k, missing);
}

/** Somebody ends, perhaps `p` itself. */
function kill(k: Kernel, p: Process): never {
  outOfMemory(k, p);
  if (isKilled(p.signals)) throw RETRY;
  return sleepForMemory(k, p);
}
