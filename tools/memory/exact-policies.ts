/**
 * The two policies that no kernel can have, step by step: exact LRU, which must be told of every reference, and OPT (Belady, "A
 * study of replacement algorithms for a virtual-storage computer", 1966), which must know the future.
 *
 *   OPT: the page that will be used latest goes, one that will never be used first of all: no policy has fewer faults
 *
 * (1) OPT costs the logarithm of the frames for each reference: the next use of every page is known by one pass from the end,
 *     and the pages that are here lie in a heap by it.
 */

import type { ReferenceString } from "./reference-string.ts";
import type { ReplayWatcher } from "./replay.ts";
import { forEachUse } from "./stack-distances.ts";

const NEVER = 0x7fff_ffff;

/** Faults of OPT. */
export function optFaults(string: ReferenceString, frames: number, watcher: ReplayWatcher = {}): number {
  const next = nextUses(string, watcher.referenced !== undefined);
  const heap = new Heap(string.kinds.length);
  return demandFaults(string, frames, watcher, {
    used: (page, use) => heap.put(page, next[use]!),
    gone: (page) => heap.remove(page),
    victim: () => heap.top(),
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

/** Pages by a key, the greatest on top; of equal ones the one with the smallest number. */
class Heap {
  private readonly pages: number[] = [];
  private readonly place: Int32Array;
  private readonly key: Int32Array;

  constructor(pages: number) {
    this.place = new Int32Array(pages).fill(-1);
    this.key = new Int32Array(pages);
  }

  top(): number {
    return this.pages[0]!;
  }

  put(page: number, key: number): void {
    this.key[page] = key;
    if (this.place[page] === -1) this.set(this.pages.length, page);
    this.down(this.up(this.place[page]!));
  }

  remove(page: number): void {
    const at = this.place[page]!;
    if (at === -1) return;
    this.place[page] = -1;
    const last = this.pages.pop()!;
    if (last === page) return;
    this.set(at, last);
    this.down(this.up(at));
  }

  private set(at: number, page: number): void {
    this.pages[at] = page;
    this.place[page] = at;
  }

  private isAbove(a: number, b: number): boolean {
    return this.key[a]! > this.key[b]! || (this.key[a] === this.key[b] && a < b);
  }

  private up(from: number): number {
    const page = this.pages[from]!;
    let at = from;
    for (; at > 0; at = (at - 1) >> 1) {
      const above = this.pages[(at - 1) >> 1]!;
      if (!this.isAbove(page, above)) break;
      this.set(at, above);
    }
    this.set(at, page);
    return at;
  }

  private down(from: number): void {
    const page = this.pages[from]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.pages.length) break;
      if (child + 1 < this.pages.length && this.isAbove(this.pages[child + 1]!, this.pages[child]!)) child++;
      if (!this.isAbove(this.pages[child]!, page)) break;
      this.set(at, this.pages[child]!);
      at = child;
    }
    this.set(at, page);
  }
}
