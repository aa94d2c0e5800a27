/** Refault distances: the books against their definition, and what more memory would have done. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kernel } from "../../../kernel/kernel.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { OWNER } from "../../../kernel/vm/frames.ts";
import { distanceClass, noteArrival, noteEviction, SHADOWS_PER_FRAME, stallOf } from "../../../kernel/vm/refault.ts";
import { slotKey } from "../../../kernel/vm/swap-entry.ts";
import { vmKernel } from "./machines.ts";

const FRAME = 700;

/** A kernel whose frame FRAME counts as anonymous, with `listed` frames in the lists of the policy. */
function books(replacement: "fifo" | "clock", listed: number): Kernel {
  const k = vmKernel({ replacement });
  k.vm.frames.owner[FRAME] = OWNER.anonymous;
  k.vm.reclaim.lengths.fill(0);
  k.vm.reclaim.lengths[6] = listed;
  return k;
}

const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom("leave", "return", "write")), {
  maxLength: 300,
});

describe("The distance of a refault", () => {
  it("is one more than the pages that went since the page itself did", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 30 }), (run, listed) => {
        const k = books("clock", listed);
        const gone: number[] = [];
        const known = new Map<number, number>();
        const expected = { distances: new Map<number, number>(), early: 0 };
        for (const [page, what] of run) {
          if (what === "return") {
            const left = known.get(page);
            known.delete(page);
            noteArrival(k, slotKey(page), FRAME);
            const distance = left === undefined ? 0 : gone.length - left + 1;
            expect(stallOf(k, FRAME)).toBe(left !== undefined && distance <= listed ? "working-set" : "disk");
            if (left === undefined) continue;
            const at = distanceClass(distance);
            expected.distances.set(at, (expected.distances.get(at) ?? 0) + 1);
            if (distance <= listed) expected.early++;
          } else {
            if (what === "leave") gone.push(page);
            noteEviction(k, slotKey(page), false, what === "leave");
            known.set(page, gone.length);
          }
        }
        const { byDistance, early } = k.vm.refaults.counts;
        const counted = [...byDistance].flatMap((count, at) => (count > 0 ? [[at, count] as const] : []));
        expect(new Map(counted)).toEqual(expected.distances);
        expect(early).toBe(expected.early);
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  it.each([
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
    [1023, 9],
    [1024, 10],
    [2 ** 40, 31],
  ])("%i is of class %i", (distance, at) => {
    expect(distanceClass(distance)).toBe(at);
  });

  it("is forgotten for the pages that went longest ago", () => {
    const k = books("fifo", 1);
    const most = SHADOWS_PER_FRAME * k.vm.frames.count;
    for (let page = 1; page <= most + 1; page++) noteEviction(k, slotKey(page), false, true);
    expect(k.vm.refaults.shadows.size).toBe(most);
    noteArrival(k, slotKey(1), FRAME);
    expect(k.vm.statistics.refaultsAnonymous).toBe(0);
    noteArrival(k, slotKey(2), FRAME);
    expect(k.vm.statistics.refaultsAnonymous).toBe(1);
  });
});

/** Bugs, each with the invariant that must notice it. */
const BUGS: readonly [string, string, (k: Kernel) => void][] = [
  ["refault (1): shadows lie", "an eviction is not counted", (k) => void k.vm.refaults.evictions--],
  ["refault (2)", "a refault has no distance", (k) => void k.vm.statistics.refaultsFile++],
  ["refault (2)", "more came early than came", (k) => void k.vm.refaults.counts.early++],
];

describe("The checker of refaults", () => {
  it.each(BUGS)("says %s when %s", (invariant, _bug, plant) => {
    const k = vmKernel();
    noteEviction(k, slotKey(1), false, true);
    checkVm(k);
    plant(k);
    expect(() => checkVm(k)).toThrow(invariant);
  });
});
