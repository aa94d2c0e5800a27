/**
 * The two policies that no kernel can have, step by step: exact LRU, which must be told of every reference, and OPT (Belady, "A
 * study of replacement algorithms for a virtual-storage computer", 1966), which must know the future.
 *
 *   OPT: the page that will be used latest goes, one that will never be used first of all: no policy has fewer faults
 *
 * (1) OPT costs the logarithm of the frames for each reference: the next use of every page is known by one pass from the end,
 *     and the pages that are here lie in a heap by it.
 */

import { PageHeap } from "./page-heap.ts";
import type { ReferenceString } from "./reference-string.ts";
import type { ReplayWatcher } from "./replay.ts";
import { forEachUse } from "./stack-distances.ts";

const NEVER = 0x7fff_ffff;

/** Faults of OPT. */
export function optFaults(string: ReferenceString, frames: number, watcher: ReplayWatcher = {}): number {
  const next = nextUses(string, watcher.referenced !== undefined);
  const key = new Int32Array(string.kinds.length);
  // Of equal ones, which are never used again, the one with the smallest number.
  const heap = new PageHeap(key.length, (a, b) => key[a]! > key[b]! || (key[a] === key[b] && a < b));
  return demandFaults(string, frames, watcher, {
    used(page, use) {
      key[page] = next[use]!;
      heap.put(page);
    },
    gone: (page) => heap.remove(page),
    victim: () => heap.top()!,
  });
}

/** Faults of exact LRU, directly: what lruFaults (stack-distances.ts) works out for all sizes at once. */
export function lruFaultsDirectly(string: ReferenceString, frames: number, watcher: ReplayWatcher = {}): number {
  // A Map keeps the order in which its keys came.
  const order = new Map<number, true>();
  return demandFaults(string, frames, watcher, {
    used(page) {
      order.delete(page);
      order.set(page, true);
    },
    gone: (page) => order.delete(page),
    victim: () => order.keys().next().value!,
  });
}

interface Exact {
  /** @param use the number of the use, in the order of forEachUse */
  used(page: number, use: number): void;
  gone(page: number): void;
  victim(): number;
}

function demandFaults(string: ReferenceString, frames: number, watcher: ReplayWatcher, policy: Exact): number {
  const here = new Uint8Array(string.kinds.length);
  let [count, faults, use] = [0, 0, 0];
  const leave = (page: number) => {
    policy.gone(page);
    here[page] = 0;
    count--;
  };
  forEachUse(string, {
    every: watcher.referenced !== undefined,
    use(page, counts) {
      if (here[page] === 0) {
        while (count >= frames) {
          const victim = policy.victim();
          leave(victim);
          watcher.condemned?.(victim);
        }
        if (counts) faults++;
        here[page] = 1;
        count++;
        if (counts) watcher.arrived?.(page);
      }
      policy.used(page, use++);
      watcher.referenced?.(use - 1, page, here);
    },
    gone(page) {
      if (here[page] === 1) leave(page);
    },
  });
  return faults;
}

/** By use: the number of the next use of the same page, before it is gone; NEVER. */
function nextUses(string: ReferenceString, every: boolean): Int32Array {
  let uses = 0;
  forEachUse(string, {
    every,
    use: () => {
      uses++;
    },
    gone: () => {},
  });
  const next = new Int32Array(uses).fill(NEVER);
  const last = new Int32Array(string.kinds.length).fill(-1);
  let use = 0;
  forEachUse(string, {
    every,
    use(page) {
      if (last[page]! >= 0) next[last[page]!] = use;
      last[page] = use++;
    },
    gone(page) {
      last[page] = -1;
    },
  });
  return next;
}
