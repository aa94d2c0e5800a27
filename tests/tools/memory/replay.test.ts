/** Replays of typed strings: the textbooks' counts, and the exact policies against each other. */
import { describe, expect, it } from "vitest";
import { Random } from "../../../cpu/random.ts";
import { frameSizes } from "../../../tools/commands/memory-replay-row.ts";
import { comparePolicies, faultsOf, POLICIES, type PolicyName } from "../../../tools/memory/compare.ts";
import { lruFaultsDirectly, optFaults } from "../../../tools/memory/exact-policies.ts";
import { codeOf, EVENT, type ReferenceString } from "../../../tools/memory/reference-string.ts";
import { lruFaults } from "../../../tools/memory/stack-distances.ts";
import { stepTable } from "../../../tools/memory/steps.ts";
import { fromPages, typedString } from "../../../tools/memory/typed-string.ts";
import { TEXTBOOK_STRINGS } from "./textbooks.ts";

const rows = TEXTBOOK_STRINGS.flatMap(({ source, pages, faults }) =>
  Object.entries(faults).flatMap(([policy, bySize]) =>
    Object.entries(bySize).map(([frames, count]) => [policy, Number(frames), count, source, pages] as const),
  ),
);

describe("the strings of the textbooks", () => {
  it.each(rows)("%s with %i frames: %i faults (%s)", (policy, frames, count, _source, pages) => {
    expect(faultsOf(typedString(pages, "").string, policy as PolicyName, frames)).toBe(count);
  });

  it("can be shown step by step", () => {
    expect(stepTable(typedString("1 2 3 4 1 2 5 1 2 3 4 5", ""), "fifo", 3)).toEqual([
      "fifo, 3 frames: 9 faults",
      "reference  1 2 3 4 1 2 5 1 2 3 4 5",
      "frame 0    1 1 1 4 4 4 5 5 5 5 5 5",
      "frame 1      2 2 2 1 1 1 1 1 3 3 3",
      "frame 2        3 3 3 2 2 2 2 2 4 4",
      "fault      F F F F F F F     F F",
    ]);
  });
});

/** A string with locality: mostly near where it was, sometimes elsewhere; with ends of pages in it when asked for. */
function randomString(seed: number, length: number, pages: number, ends: boolean): ReferenceString {
  const random = new Random(seed);
  let centre = 0;
  const { string } = fromPages([
    ...Array.from({ length: pages }, (_, page) => page),
    ...Array.from({ length }, () => {
      if (random.below(20) === 0) centre = random.below(pages);
      return (centre + random.below(4)) % pages;
    }),
  ]);
  if (!ends) return string;
  const codes = Array.from(string.codes, (code) =>
    random.below(15) === 0 ? codeOf(EVENT.gone, random.below(pages)) : code,
  );
  return { ...string, codes: Int32Array.from(codes) };
}

/** The best that can be done, by trying every victim: for very short strings. */
function leastFaults(pages: readonly number[], frames: number, here: readonly number[] = []): number {
  if (pages.length === 0) return 0;
  const [page, ...rest] = pages;
  if (here.includes(page!)) return leastFaults(rest, frames, here);
  if (here.length < frames) return 1 + leastFaults(rest, frames, [...here, page!]);
  return 1 + Math.min(...here.map((gone) => leastFaults(rest, frames, [...here.filter((p) => p !== gone), page!])));
}

describe("exact policies", () => {
  it.each([false, true])("LRU of all sizes in one pass is LRU of each size (pages end: %s)", (ends) => {
    for (let seed = 1; seed <= 20; seed++) {
      const string = randomString(seed, 3000, 24, ends);
      const all = lruFaults(string, 30);
      for (let frames = 1; frames <= 30; frames++)
        expect([seed, frames, all[frames]]).toEqual([seed, frames, lruFaultsDirectly(string, frames)]);
    }
  });

  it("OPT has the fewest faults that can be had", () => {
    const random = new Random(5);
    for (let i = 0; i < 40; i++) {
      const pages = Array.from({ length: 12 }, () => random.below(6));
      for (const frames of [1, 2, 3])
        expect([pages, frames, optFaults(fromPages(pages).string, frames)]).toEqual([
          pages,
          frames,
          leastFaults(pages, frames),
        ]);
    }
  });

  it("no policy beats OPT; with a frame a page each page faults once", () => {
    const string = randomString(9, 4000, 20, false);
    const results = comparePolicies(string, POLICIES, [3, 6, 12, 20]);
    const opt = results.find(({ policy }) => policy === "opt")!.faults;
    for (const { policy, faults } of results) {
      expect([policy, faults.every((count, i) => count >= opt[i]!)]).toEqual([policy, true]);
      expect([policy, faults[3]]).toEqual([policy, 20]);
    }
  });
});

describe("what is typed", () => {
  it("may have spaces, commas and lines, and is refused with what was expected", () => {
    expect(typedString("1,2\n 3", "").labels).toEqual(["1", "2", "3"]);
    expect(() => typedString("1 x 3", "--string")).toThrow("--string: 'x' is no page number: expected whole numbers");
    expect(() => typedString("  ", "--string")).toThrow("--string: there is no page number in it");
  });

  it("says sizes as numbers, ranges and steps", () => {
    expect(frameSizes("3,4")).toEqual([3, 4]);
    expect(frameSizes("4..8/2,5")).toEqual([4, 5, 6, 8]);
    for (const wrong of ["", "0", "5..4", "4..", "4../2", "1..2000", "x"])
      expect(() => frameSizes(wrong), wrong).toThrow(/expected/);
  });
});
