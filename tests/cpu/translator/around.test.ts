/** Which loops of a graph are loops around; and that unrolled they go the ways of the graph. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loopsAround } from "../../../cpu/translator/around.ts";
import { Effects } from "../../../cpu/translator/effects.ts";
import type { Region } from "../../../cpu/translator/region.ts";
import { branch, goto, leave, regionOf, regions } from "./graphs.ts";
import { check, decisions } from "./recorder.ts";

function aroundOf(region: Region) {
  const effects = new Effects();
  effects.analyse(region);
  return loopsAround(region, effects);
}

const chainsOf = (region: Region) => [...aroundOf(region).values()].map(({ chain }) => chain);

describe("loops around", () => {
  const random = fc.array(decisions, { minLength: 4, maxLength: 4 });

  it("are blocks each of which leads to the next, and nobody else to any but the first", () => {
    expect(chainsOf(regionOf([branch(3, 1), branch(3, 2), goto(0), leave]))).toEqual([[0, 1, 2]]);
    expect(chainsOf(regionOf([branch(3, 1), branch(3, 2), goto(0), goto(2)]))).toEqual([]);
    expect(chainsOf(regionOf([branch(3, 1), branch(3, 2), goto(0), leave], [2]))).toEqual([]);
  });

  it("have no branch whose two ways lead to one place, within them or from outside", () => {
    expect(chainsOf(regionOf([branch(1, 1), branch(0, 2), leave]))).toEqual([]);
    expect(chainsOf(regionOf([branch(2, 1), branch(0, 2), branch(1, 1)]))).toEqual([]);
    // To the first block control may come from anywhere, also by both ways of a branch.
    expect(chainsOf(regionOf([branch(2, 1), branch(0, 2), branch(0, 0)]))).toEqual([[0, 1]]);
  });

  it("go the ways of any small graph when they are unrolled, and count what has been done", () => {
    let loops = 0;
    const unrolled = (region: Region, tapes: readonly (readonly number[])[]) => {
      const found = aroundOf(region);
      loops += [...found.values()].filter(({ chain }) => chain.length > 1).length;
      check(region, tapes, found);
    };
    fc.assert(fc.property(regions(5, ["branch", "branch", "branch", "goto"], true), random, unrolled), {
      seed: 20,
      numRuns: 600,
    });
    expect(loops).toBeGreaterThan(30);
  });
});
