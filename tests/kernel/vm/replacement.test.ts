/**
 * The replacement policies on reference strings of the textbooks: a process that may have so many frames touches pages,
 * each a real load; who leaves is the policy's choice, and how often it faults is counted.
 */
import { describe, expect, it } from "vitest";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { mapFile } from "../../../kernel/vm/map.ts";
import { LIST } from "../../../kernel/vm/page-lists.ts";
import { findPte, NO_PTE } from "../../../kernel/vm/page-table.ts";
import { pteFrameOf } from "../../../kernel/vm/pte.ts";
import { evict, reclaimFrames } from "../../../kernel/vm/reclaim.ts";
import { KernelMemory, replacement } from "../../../kernel/vm/replacement.ts";
import { ageFrames } from "../../../kernel/vm/replacement-ageing.ts";
import type { VmPolicies } from "../../../kernel/vm/types.ts";
import { file, load, PAGE, vmKernel, vmProcess, warm } from "./machines.ts";

type Policy = VmPolicies["replacement"];
const POLICIES: readonly Policy[] = ["fifo", "random", "ageing", "clock", "two-lists", "generations", "wsclock"];

const PAGES = 64;

class Scene {
  readonly k: Kernel;
  readonly p: Process;
  readonly va: number;

  constructor(policy: Policy, seed = 1) {
    this.k = vmKernel({ replacement: policy }, { seed });
    this.p = vmProcess(this.k);
    this.va = mapFile(this.k, this.p.space!, {
      address: 0,
      length: PAGES * PAGE,
      prot: 1,
      flags: 1,
      // On a disk, so that its pages are a file's; with no bytes there, so that none has to be read.
      inode: { ...file(this.k, PAGES * PAGE), data: { kind: "file", backing: { disk: 0, position: 0, length: 0 } } },
      offset: 0,
      mayWrite: false,
      limits: null,
    });
    warm(this.k, this.p);
  }

  /** Index of the frame that shows page `page`; -1: it is not resident. */
  frame(page: number): number {
    const at = findPte(this.k, this.p.space!, (this.va + page * PAGE) / PAGE);
    const low = at === NO_PTE ? 0 : this.k.machine.ram.u32[at];
    return low === 0 ? -1 : pteFrameOf(low) - this.k.vm.frames.first;
  }

  resident(): number[] {
    return Array.from({ length: PAGES }, (_, page) => page).filter((page) => this.frame(page) >= 0);
  }

  /** Touches a page; makes room first when `frames` are taken already. @returns the page that had to go, or null */
  touch(page: number, frames: number): number | null {
    const before = this.resident();
    const full = this.frame(page) < 0 && before.length >= frames;
    if (full) expect(evict(this.k, replacement(this.k).victim(new KernelMemory(this.k)))).toBe("freed");
    const gone = full ? before.find((other) => this.frame(other) < 0)! : null;
    expect(load(this.k, this.p, this.va + page * PAGE).value).toBe(0);
    checkVm(this.k);
    return gone;
  }

  /** Faults that a reference string costs with so many frames. */
  faults(string: readonly number[], frames: number, after: () => void = () => {}): number {
    const { faults } = this.k.vm.statistics;
    const before = faults["file-page"];
    for (const page of string) {
      this.touch(page, frames);
      after();
    }
    return faults["file-page"] - before;
  }
}

/** What leaves is chosen by looking ahead: no policy can do better. */
function leastFaults(string: readonly number[], frames: number): number {
  const here = new Set<number>();
  let faults = 0;
  for (const [i, page] of string.entries()) {
    if (here.has(page)) continue;
    faults++;
    const next = (other: number) => (string.indexOf(other, i) + string.length + 1) % (string.length + 1);
    const distance = (other: number) => (string.indexOf(other, i) < 0 ? Number.POSITIVE_INFINITY : next(other));
    if (here.size === frames) here.delete([...here].reduce((a, b) => (distance(b) > distance(a) ? b : a)));
    here.add(page);
  }
  return faults;
}

/** The exact policy that ageing comes close to. */
function leastRecentlyUsedFaults(string: readonly number[], frames: number): number {
  let here: number[] = [];
  let faults = 0;
  for (const page of string) {
    if (!here.includes(page)) faults++;
    here = [page, ...here.filter((other) => other !== page)].slice(0, frames);
  }
  return faults;
}

/** Belady, Nelson and Shedler, 1969. */
const BELADY = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5];
/** Silberschatz, Galvin and Gagne, "Operating System Concepts", 10.4, with three frames: FIFO 15, OPT 9, LRU 12. */
const SILBERSCHATZ = [7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1];

describe("FIFO", () => {
  it("faults more often with four frames than with three: Belady's anomaly", () => {
    expect(new Scene("fifo").faults(BELADY, 3)).toBe(9);
    expect(new Scene("fifo").faults(BELADY, 4)).toBe(10);
  });

  it("needs 15 faults for the reference string of the textbook", () => {
    expect(new Scene("fifo").faults(SILBERSCHATZ, 3)).toBe(15);
  });
});

describe("LRU by ageing", () => {
  const lru = (string: readonly number[], frames: number) => {
    const scene = new Scene("ageing");
    return scene.faults(string, frames, () => ageFrames(new KernelMemory(scene.k)));
  };

  it("is exact when it samples after every reference", () => {
    expect(lru(SILBERSCHATZ, 3)).toBe(12);
    for (const frames of [2, 3, 4, 5]) {
      expect([frames, lru(SILBERSCHATZ, frames)]).toEqual([frames, leastRecentlyUsedFaults(SILBERSCHATZ, frames)]);
      expect([frames, lru(BELADY, frames)]).toEqual([frames, leastRecentlyUsedFaults(BELADY, frames)]);
    }
  });

  it("shifts the A bit of each interval into the register of each page", () => {
    // Tanenbaum, "Modern Operating Systems", figure 3-17: the R bits of pages 0 to 5 in five intervals.
    const intervals = ["101011", "110010", "110101", "100010", "011000"];
    const { k, p, va } = new Scene("ageing");
    const age = (page: number) => k.vm.frames.age[scene.frame(page)];
    const scene = Object.assign(Object.create(Scene.prototype) as Scene, { k, p, va });
    for (let page = 0; page < 6; page++) load(k, p, va + page * PAGE);
    ageFrames(new KernelMemory(k));
    for (let page = 0; page < 6; page++) k.vm.frames.age[scene.frame(page)] = 0;
    for (const bits of intervals) {
      for (const [page, bit] of [...bits].entries()) if (bit === "1") load(k, p, va + page * PAGE);
      ageFrames(new KernelMemory(k));
    }
    expect(Array.from({ length: 6 }, (_, page) => age(page).toString(2).padStart(8, "0"))).toEqual([
      "01111000",
      "10110000",
      "10001000",
      "00100000",
      "01011000",
      "00101000",
    ]);
    expect(scene.frame(3)).toBe(replacement(k).victim(new KernelMemory(k)));
  });
});

describe("Second chance", () => {
  it("passes over the oldest page if it was used, and takes the next one that was not", () => {
    const scene = new Scene("clock");
    const { k } = scene;
    for (const page of [0, 1, 2, 3]) scene.touch(page, 8);
    // All were used: the hand goes round once, and the oldest goes.
    expect(scene.touch(4, 4)).toBe(0);
    // 1, 2 and 3 have lost their bits. 1 is used again: 2 goes.
    scene.touch(1, 4);
    expect(scene.touch(5, 4)).toBe(2);
    expect(k.vm.reclaim.lengths[LIST.queue]).toBe(4);
  });

  it("is FIFO when every page is used all the time", () => {
    const scene = new Scene("clock");
    for (const page of [0, 1, 2]) scene.touch(page, 3);
    const gone: (number | null)[] = [];
    for (const page of [3, 4, 5]) {
      for (const here of scene.resident()) scene.touch(here, 3);
      gone.push(scene.touch(page, 3));
    }
    expect(gone).toEqual([0, 1, 2]);
  });
});

describe("Two lists", () => {
  it("keep the pages in use while many are read that are used once", () => {
    const scene = new Scene("two-lists");
    const working = [0, 1, 2, 3];
    const loop = Array.from({ length: 40 }, (_, i) => [...working, 8 + i]).flat();
    // Warm: the pages in use become active once they have been found used twice.
    scene.faults(loop, 10);
    const once = scene.faults(
      Array.from({ length: 12 }, (_, i) => 50 + i),
      10,
    );
    expect(once).toBe(12);
    expect(scene.faults(working, 10)).toBe(0);
  });

  it("make a page active that comes back soon after it was evicted", () => {
    const scene = new Scene("two-lists");
    const { k } = scene;
    // A working set of active pages, so that there is something to compete with.
    for (let round = 0; round < 6; round++) {
      for (const page of [0, 1, 2, 3]) scene.touch(page, 8);
      for (const page of [10 + round * 3, 11 + round * 3, 12 + round * 3]) scene.touch(page, 8);
    }
    expect(k.vm.reclaim.lengths[LIST.activeFile]).toBeGreaterThan(0);
    const activations = k.vm.statistics.refaultActivationsFile;
    const gone = scene.touch(40, 8)!;
    scene.touch(gone, 8);
    expect(k.vm.statistics.refaultsFile).toBeGreaterThan(0);
    expect(k.vm.statistics.refaultActivationsFile).toBe(activations + 1);
    expect(k.vm.frames.list[scene.frame(gone)]).toBe(LIST.activeFile);
  });
});

describe.each(POLICIES)("%s", (policy) => {
  it("never does better than looking ahead would, nor worse than having one frame", () => {
    for (const string of [BELADY, SILBERSCHATZ])
      for (const frames of [1, 2, 3, 4, 5]) {
        const faults = new Scene(policy).faults(string, frames);
        expect(faults).toBeGreaterThanOrEqual(leastFaults(string, frames));
        expect(faults).toBeLessThanOrEqual(leastRecentlyUsedFaults(string, 1));
      }
  });

  it("gives every frame in the end, and then none", () => {
    const scene = new Scene(policy);
    for (let page = 0; page < 20; page++) scene.touch(page, PAGES);
    expect(reclaimFrames(scene.k, 7, "direct")).toEqual({ freed: 7, started: 0 });
    expect(scene.resident().length).toBe(13);
    expect(reclaimFrames(scene.k, 1000, "direct")).toEqual({ freed: 13, started: 0 });
    checkVm(scene.k);
    expect(reclaimFrames(scene.k, 1, "direct")).toEqual({ freed: 0, started: 0 });
  });

  it("chooses the same pages again from the same seed", () => {
    const play = (seed: number) => {
      const scene = new Scene(policy, seed);
      return Array.from({ length: 100 }, (_, i) => scene.touch((i * i * 7 + 3 * i) % 23, 9));
    };
    expect(play(5)).toEqual(play(5));
  });
});

describe("Random", () => {
  it("chooses other pages from another seed", () => {
    const play = (seed: number) => {
      const scene = new Scene("random", seed);
      return Array.from({ length: 60 }, (_, i) => scene.touch((i * i * 7 + 3 * i) % 23, 9));
    };
    expect(play(1)).not.toEqual(play(2));
  });
});
