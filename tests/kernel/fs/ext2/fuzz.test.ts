import { describe, expect, it } from "vitest";
import { fuzzBases, fuzzOnce } from "./fuzz.ts";

/** tests/campaigns/ext2-fuzz.campaign.ts does more. */
const IMAGES = 600;

describe("damaged ext2 images", () => {
  it("mount or do not, and give errors, but nothing is thrown, read outside, or goes on for ever", () => {
    const bases = fuzzBases();
    const outcomes = new Map<string, number>();
    let mounted = 0;
    for (let seed = 0; seed < IMAGES; seed++) {
      const result = fuzzOnce(bases[seed % bases.length], seed);
      if (result.mounted) mounted++;
      for (const [name, count] of result.outcomes) outcomes.set(name, (outcomes.get(name) ?? 0) + count);
    }
    // The damage reaches what lies behind the mount, and what is checked there.
    expect(mounted).toBeGreaterThan(IMAGES / 2);
    expect(outcomes.get("EUCLEAN")).toBeGreaterThan(IMAGES / 4);
    expect(outcomes.get("")).toBeGreaterThan(IMAGES);
  });
});
