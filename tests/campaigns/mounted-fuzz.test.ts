/** A short run of mounted-fuzz.ts; mounted-fuzz.campaign.ts has any number of images. */
import { describe, expect, it } from "vitest";
import { fuzzMounted, mountedBases } from "./mounted-fuzz.ts";

describe("Damaged ext2 images on a computer", () => {
  it("give errors, and neither panics nor programs that do not end", () => {
    const bases = mountedBases();
    let mounted = 0;
    const outcomes = new Set<string>();
    for (let seed = 100_000; seed < 100_024; seed++) {
      const result = fuzzMounted(bases[seed % bases.length], seed);
      if (result.mounted) mounted++;
      for (const name of result.outcomes.keys()) outcomes.add(name);
    }
    expect(mounted).toBeGreaterThan(8);
    // EUCLEAN, and much else.
    expect(outcomes).toContain("-117");
    expect(outcomes.size).toBeGreaterThan(6);
  });
});
