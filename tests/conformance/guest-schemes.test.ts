/**
 * The whole guest suite under each translation scheme but paging, which `npm test` runs: every program does what it expects there,
 * or says in its own header why it cannot. `npx quire test --translation SCHEME tests/guest userland/demos` prints the list.
 */
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { parseMachineOptions } from "../../tools/machine-options.ts";
import { findPrograms } from "../../tools/suite/find.ts";
import { isBad } from "../../tools/suite/report/result.ts";
import { runSuite } from "../../tools/suite/run.ts";

const ROOT = join(import.meta.dirname, "../..");
const programs = findPrograms([join(ROOT, "tests/guest"), join(ROOT, "userland/demos")]);

/** At least so many of them pass: most programs need no pages, a third needs no fork either. */
const PASSING = { bare: 0.3, segments: 0.45, "segmented-paging": 0.98 };

test.each(Object.entries(PASSING))(
  "all guest programs under %s",
  async (scheme, share) => {
    const suite = await runSuite(programs, { update: false, machine: parseMachineOptions(["--translation", scheme]) });
    const bad = suite.results.filter(({ verdict }) => isBad(verdict));
    expect(bad.map(({ name, reason, detail }) => `${relative(ROOT, name)}: ${reason}\n${detail}`)).toEqual([]);
    const passed = suite.results.filter(({ verdict }) => verdict === "pass");
    expect(passed.length).toBeGreaterThan(share * programs.length);
  },
  600_000,
);
