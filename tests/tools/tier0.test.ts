/** Tier 0 as the build has emitted it belongs to the bundles that were built with it, and to nobody else. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { surroundingsOf } from "../../cpu/machine.ts";
import { keyOf, priceOfTier0 } from "../../cpu/translator/tier0-instance.ts";
import { BUILT } from "../../tools/files.ts";
import "../../tools/tier0.ts";

const built = JSON.parse(readFileSync(BUILT.tier0Key, "utf8"));

test("the build emits what the default computer would emit", () => {
  const { ramBytes, tlb } = built;
  expect(keyOf(surroundingsOf({ ramBytes, tlb }))).toBe(keyOf(built));
  expect(WebAssembly.validate(readFileSync(BUILT.tier0))).toBe(true);
});

test("run from source nothing is taken from a build, which may be of other sources", () => {
  // A shape that no machine has had, so that its module is not known yet.
  const dear = priceOfTier0({ ...built, heat: 1234 });
  expect([0, dear]).toContain(priceOfTier0(built));
});
