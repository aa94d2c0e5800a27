/**
 * Structure: random graphs become WebAssembly functions whose blocks write down that they were reached and take their decisions from a
 * tape; what they write is compared with a walk of the graph itself.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Region, Target } from "../../../cpu/translator/region.ts";
import { textOf } from "../wasm/modules.ts";
import { branch, call, goto, insn, jump, leave, PAGE, regionOf, regions, ret } from "./graphs.ts";
import { AWAY, check, decisions, made, walk } from "./recorder.ts";

const PLAIN = [
  "branch",
  "branch",
  "branch",
  "branch",
  "goto",
  "call",
  "callRegister",
  "jumpRegister",
  "leave",
] as const;
const ALL = [...PLAIN, "callWithin", "returnWithin"] as const;

describe("structure", () => {
  const random = fc.array(decisions, { minLength: 4, maxLength: 4 });
  const settings = { seed: 20, numRuns: 400 };

  it("goes the ways of any small graph", () => {
    fc.assert(
      fc.property(regions(6, ALL, false), random, (region, tapes) => check(region, tapes)),
      { seed: 21, numRuns: 1500 },
    );
  });

  it("goes the ways of any graph of branches alone", () => {
    fc.assert(
      fc.property(regions(30, ["branch"], false), random, (region, tapes) => check(region, tapes)),
      settings,
    );
  });

  it("goes the ways of any larger graph", () => {
    fc.assert(
      fc.property(regions(60, ALL, true), random, (region, tapes) => check(region, tapes)),
      settings,
    );
  });

  it("goes the ways of graphs full of computed jumps", () => {
    fc.assert(
      fc.property(regions(20, ["branch", "jumpRegister", "goto"], false), random, (region, tapes) =>
        check(region, tapes),
      ),
      settings,
    );
  });

  /** Says how the region's function looks to wabt, once it has been judged on some tapes. */
  function textFor(region: Region): string {
    check(region, fc.sample(decisions, { seed: 22, numRuns: 50 }));
    return textOf(made(region).bytes);
  }

  it("needs no dispatcher for loops in loops, loops that share a header, or a block that is its own successor", () => {
    expect(textFor(regionOf([branch(0, 1), branch(1, 2), branch(1, 3), branch(0, 4), goto(0)]))).not.toContain(
      "br_table",
    );
  });

  it("needs a dispatcher for a loop with two entries", () => {
    expect(textFor(regionOf([branch(1, 2), branch(2, 3), goto(1), leave]))).toContain("br_table");
  });

  it("enters a loop with two entries from a block before it without the dispatcher", () => {
    const region = regionOf([branch(2, 1), goto(2), goto(3), branch(2, 4), branch(0, 5), leave]);
    expect(textFor(region)).not.toContain("br_table");
  });

  it("needs no dispatcher for landings that no jump leads to", () => {
    const region = regionOf([branch(1, 2), ret, call(3), leave, goto(4)], [3, 4]);
    expect(textFor(region)).not.toContain("br_table");
    expect(made(region).recorder.emitted).not.toContain(4);
  });

  it("reaches blocks through jumps alone, wherever in the pages they lie", () => {
    const region = regionOf([jump, goto(0), jump, branch(0, 1), leave], [1, 2, 3, 4], PAGE - 32);
    expect(textFor(region)).toContain("br_table");
    expect(made(region).recorder.misses).toBe(1);
  });

  it("does not ask for a condition when both ways are one", () => {
    const away: Target = { away: 0x40_0000 };
    const one = regionOf([{ kind: "branch", insn, taken: away, next: away }]);
    expect(walk(one, [])).toEqual([0, AWAY, 0x40_0000]);
    check(one, [[0]]);
    check(regionOf([branch(1, 1), branch(0, 0)]), [[0]]);
  });

  it("nests blocks as deep as a region can have them", () => {
    // Three times what discover.ts makes. A browser has less stack than Node.
    const size = 400;
    const forward = Array.from({ length: size }, (_, i) => branch(size, i + 1));
    check(regionOf([...forward, leave]), [[0]]);
    const back = Array.from({ length: size }, (_, i) => branch(i + 1, i));
    check(regionOf([...back, leave]), [[0], [8, 8, 8, 8, 0, 8, 8, 8, 8]]);
    const tree = Array.from({ length: size }, (_, i) => branch((2 * i + 1) % size, (2 * i + 2) % size));
    check(regionOf(tree), fc.sample(decisions, { seed: 23, numRuns: 20 }));
  });
});
