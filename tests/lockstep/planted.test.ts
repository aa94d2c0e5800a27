/** The comparison finds each fault that is planted into an engine, and nothing where there is none. */

import { describe, expect, it } from "vitest";
import { engineNamed, REFERENCE } from "./engines.ts";
import { compare } from "./lockstep.ts";
import { randomCase } from "./random/case.ts";
import { report } from "./report.ts";

/** Instructions of each of the first short cases, later ones are longer; and how many are tried until a fault shows. */
const INSTRUCTIONS = 12_000;
const MOST_CASES = 60;

/** One of each kind; PLANTED has more of some. */
const FAULTS = [
  "wrong-sub",
  "fence.i-lookup",
  "stale-code",
  "lost-miss",
  "extra-cycle",
  "overrun",
  "only-when-hot",
  "crossing-stval",
  "wild-stval",
  "sepc-of-jalr",
  "reservation",
  "fetch-page",
];

describe("A fault in an engine", () => {
  it.each(FAULTS)("that is called %s is found, and told where it is", (name) => {
    const engine = engineNamed(`planted:${name}`);
    for (let seed = 1; seed <= MOST_CASES; seed++) {
      const { divergence } = compare(randomCase(seed, INSTRUCTIONS * (1 + Math.floor(seed / 10))), [REFERENCE, engine]);
      if (divergence === null) continue;
      const text = report(divergence);
      expect(text).toContain(`--engine planted:${name}`);
      expect(text).toMatch(/->\s+0x/);
      expect(divergence.differences.length).toBeGreaterThan(0);
      return;
    }
    expect.fail(`${MOST_CASES} cases are equal`);
  });
});
