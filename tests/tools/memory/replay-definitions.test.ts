/**
 * Replays against the definitions of their policies, arrival by arrival and victim by victim; and what must hold of faults whatever
 * the string: nobody beats OPT, and LRU and OPT have no anomaly. Pages end in the middle of strings, as by munmap and exit.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparePolicies, faultsOf, POLICIES } from "../../../tools/memory/compare.ts";
import { lruFaultsDirectly } from "../../../tools/memory/exact-policies.ts";
import { codeOf, EVENT, type ReferenceString } from "../../../tools/memory/reference-string.ts";
import { lruFaults } from "../../../tools/memory/stack-distances.ts";
import { type NaiveName, naiveStory, type Step } from "./naive-policies.ts";

const PAGES = 14;
/** Pages of one process, which end together. */
const OF_ONE = 5;
const SEED = 4_000_000_007;

const isAnonymous = (page: number) => page % 3 !== 0;
const page = fc.integer({ min: 0, max: PAGES - 1 });

const use: fc.Arbitrary<Step[]> = fc
  .record({ page, write: fc.boolean() })
  .map(({ page, write }) => [{ kind: "use", page, write }]);
/** Around a place, with returns. */
const stretch: fc.Arbitrary<Step[]> = fc
  .tuple(page, fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 12 }))
  .map(([from, offsets]) =>
    offsets.map((by): Step => ({ kind: "use", page: (from + by) % PAGES, write: (from + by) % 2 === 0 })),
  );
const munmap: fc.Arbitrary<Step[]> = page.map((page) => [{ kind: "ends", page }]);
const exit: fc.Arbitrary<Step[]> = page.map((page) => {
  const first = page - (page % OF_ONE);
  return Array.from({ length: Math.min(OF_ONE, PAGES - first) }, (_, i): Step => ({ kind: "ends", page: first + i }));
});
const time: fc.Arbitrary<Step[]> = fc
  .record({ pid: fc.integer({ min: 1, max: 3 }), passed: fc.constantFrom(0, 900, 3_000_000, 10_000_000, 10_000_001) })
  .map(({ pid, passed }) => [{ kind: "time", pid, passed }]);

const strings = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: use },
      { weight: 6, arbitrary: stretch },
      { weight: 2, arbitrary: munmap },
      { weight: 1, arbitrary: exit },
      { weight: 3, arbitrary: time },
    ),
    { minLength: 10, maxLength: 50 },
  )
  .map((parts) => parts.flat());
const sizes = fc.integer({ min: 1, max: PAGES });

/** Each page has one name, with its number. A page ends by its last name as well as by itself. */
function stringOf(steps: readonly Step[]): ReferenceString {
  const moments = { now: [0], pid: [0], virtual: [0] };
  const clocks = new Map<number, number>();
  const codes = steps.map((step, i) => {
    if (step.kind === "use") return codeOf(step.write ? EVENT.write : EVENT.read, step.page);
    if (step.kind === "ends") return codeOf(i % 2 === 0 ? EVENT.unnamed : EVENT.gone, step.page);
    const virtual = (clocks.get(step.pid) ?? 0) + step.passed;
    clocks.set(step.pid, virtual);
    moments.now.push(moments.now.at(-1)! + step.passed);
    moments.pid.push(step.pid);
    moments.virtual.push(virtual);
    return codeOf(EVENT.moment, moments.now.length - 1);
  });
  return {
    origin: { frames: 256, seed: SEED, hasSwap: true, resident: 0, replacement: "" },
    codes: Int32Array.from(codes),
    pageOfName: Int32Array.from({ length: PAGES }, (_, i) => i),
    spaceOfName: Int32Array.from({ length: PAGES }, (_, i) => Math.floor(i / OF_ONE)),
    placeOfName: new Float64Array(PAGES),
    kinds: Array.from({ length: PAGES }, (_, i) => (isAnonymous(i) ? "anonymous" : "file")),
    uses: null,
    moments: {
      now: Float64Array.from(moments.now),
      pid: Int32Array.from(moments.pid),
      virtual: Float64Array.from(moments.virtual),
    },
  };
}

/** Arrivals (page) and victims (-1 - page) of a replay. */
function replayStory(policy: NaiveName, steps: readonly Step[], frames: number): number[] {
  const story: number[] = [];
  const faults = faultsOf(stringOf(steps), policy, frames, {
    arrived: (page) => void story.push(page),
    condemned: (page) => void story.push(-1 - page),
  });
  expect(faults).toBe(story.filter((page) => page >= 0).length);
  return story;
}

describe("a replay is what the definition of its policy says", () => {
  it.each<NaiveName>(["fifo", "random", "lru", "ageing", "clock", "wsclock", "opt"])("%s", (policy) => {
    fc.assert(
      fc.property(strings, sizes, (steps, frames) => {
        const naive = naiveStory(policy, { steps, frames, isAnonymous, seed: SEED });
        expect(replayStory(policy, steps, frames)).toEqual(naive);
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  it("wsclock, where a page is just as old as the window, and more are dirty than may be written in a round", () => {
    const write = (page: number): Step => ({ kind: "use", page, write: true });
    const read = (page: number): Step => ({ kind: "use", page, write: false });
    const passes = (passed: number): Step => ({ kind: "time", pid: 1, passed });
    const dirty = [1, 2, 4, 5, 7, 8, 10, 11, 13, 0, 6];
    const steps = [
      ...[passes(0), ...dirty.map(write), read(3), write(9), read(3), passes(5), write(12), passes(10_000_000)],
      ...[write(1), passes(1), ...dirty.map(write)],
    ];
    const naive = naiveStory("wsclock", { steps, frames: 12, isAnonymous, seed: SEED });
    expect(replayStory("wsclock", steps, 12)).toEqual(naive);
  });
});

const SIZES = [1, 2, 3, 4, 6, 8, 11, PAGES];

describe("whatever the string", () => {
  it("no policy has fewer faults than OPT, and OPT and LRU never more with more memory", () => {
    fc.assert(
      fc.property(strings, (steps) => {
        const results = comparePolicies(stringOf(steps), POLICIES, SIZES);
        const faultsBy = (name: string) => results.find(({ policy }) => policy === name)!.faults;
        const opt = faultsBy("opt");
        for (const { policy, faults } of results)
          expect([policy, faults.findIndex((count, i) => count < opt[i]!)]).toEqual([policy, -1]);
        for (const policy of ["opt", "lru"])
          expect([policy, faultsBy(policy)]).toEqual([policy, faultsBy(policy).toSorted((a, b) => b - a)]);
      }),
      { seed: 12, numRuns: 25 },
    );
  });

  it("under LRU what is in memory is in larger memory too, after each reference", () => {
    fc.assert(
      fc.property(strings, sizes, (steps, frames) => {
        const string = stringOf(steps);
        const residents = (size: number) => {
          const sets: Uint8Array[] = [];
          const faults = lruFaultsDirectly(string, size, { referenced: (_i, _page, here) => sets.push(here.slice()) });
          expect(faults).toBe(lruFaults(string, size)[size]);
          return sets;
        };
        const [small, large] = [residents(frames), residents(frames + 1)];
        const outside = small.findIndex((here, at) => here.some((is, page) => is > large[at]![page]!));
        expect(outside).toBe(-1);
        expect(small.every((here) => here.reduce((sum, is) => sum + is, 0) <= frames)).toBe(true);
      }),
      { seed: 13, numRuns: 40 },
    );
  });
});
