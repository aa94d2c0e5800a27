/** Tier 0 as the build has emitted and compiled it belongs to the bundles that were built with it, and to nobody else. */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { surroundingsOf } from "../../cpu/machine.ts";
import { emitTier0 } from "../../cpu/translator/tier0.ts";
import { keyOf, priceOfTier0 } from "../../cpu/translator/tier0-instance.ts";
import { OPTIONS } from "../../kernel/options.ts";
import { tier0Files } from "../../tools/files.ts";
import { unseal } from "../../tools/sealed.ts";
import "../../tools/tier0.ts";

const { ram, tlb } = OPTIONS;
const surroundings = surroundingsOf({ ramBytes: ram.parse(ram.default), tlb: tlb.parse(tlb.default) });
const files = tier0Files(keyOf(surroundings));
const LOCKSTEP = join(import.meta.dirname, "../lockstep");

test("the build emits what the default computer would emit", () => {
  expect(readFileSync(files.bytes).equals(emitTier0(surroundings))).toBe(true);
});

test("run from source nothing is taken from a build, which may be of other sources", () => {
  // A shape that no machine has had, so that its module is not known yet.
  const dear = priceOfTier0({ ...surroundings, heat: 1234 });
  expect(dear).toBeGreaterThan(0);
  expect([0, dear]).toContain(priceOfTier0(surroundings));
});

test.runIf(process.versions.v8.startsWith("11.3."))("V8 of Node 20 gives machine code away", () => {
  expect(existsSync(files.code)).toBe(true);
});

test.runIf(existsSync(files.code))("code that was cut off, or is that of another computer, is not taken", () => {
  const other = tier0Files(keyOf(surroundingsOf({ ramBytes: ram.parse("64M"), tlb: tlb.parse(tlb.default) })));
  const [kept, bytes] = [readFileSync(files.code), readFileSync(files.bytes)];
  expect(unseal(kept, bytes)?.length).toBe(kept.length - 32);
  for (const length of [0, 16, 100, kept.length - 1]) expect(unseal(kept.subarray(0, length), bytes)).toBeNull();
  expect(unseal(readFileSync(other.code), bytes)).toBeNull();
  kept[kept.length >> 1]! ^= 1;
  expect(unseal(kept, bytes)).toBeNull();
});

test.runIf(existsSync(files.code))(
  "tier 0 with V8's machine code of another process does what the reference does",
  () => {
    const words = ["random", "5", "--instructions", "20000", "--engine", "translator:heat=30"];
    const args = [
      "--import",
      "tsx",
      "--import",
      join(LOCKSTEP, "machine-code.ts"),
      join(LOCKSTEP, "replay.ts"),
      ...words,
    ];
    expect(execFileSync(process.execPath, args, { encoding: "utf8" })).toMatch(/equal over \d{5,} instructions/);
  },
);
