/** Our own suite of guest programs, run as a user runs it: over the built worker, in parallel. */
import { join, relative } from "node:path";
import { afterAll, expect, test } from "vitest";
import { OPTIONS } from "../kernel/options.ts";
import { findPrograms } from "../tools/suite/find.ts";
import { isBad } from "../tools/suite/report/result.ts";
import { runSuite } from "../tools/suite/run.ts";

const ROOT = join(import.meta.dirname, "..");
const programs = findPrograms([join(ROOT, "tests/guest"), join(ROOT, "userland/demos")]);
const suite = runSuite(programs, { update: false, machine: { engine: OPTIONS.engine.parse(OPTIONS.engine.default) } });
afterAll(() => suite);

test("there are guest programs", () => {
  expect(programs.length).toBeGreaterThan(20);
});

test.each(programs.map((path, index) => [relative(ROOT, path), index] as const))(
  "%s does what it expects",
  async (_, index) => {
    const result = (await suite).results[index]!;
    if (isBad(result.verdict)) expect.fail(`${result.verdict}: ${result.reason}\n${result.detail}\n${result.command}`);
  },
);
