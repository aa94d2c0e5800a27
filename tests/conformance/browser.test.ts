/**
 * The same computer in another host: Chromium runs the processor's tests and the guest suite on every engine. Each
 * program has the verdict and output that it has in Node, and takes the same instructions and cycles, to the last one.
 */
import { execFileSync } from "node:child_process";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { ENGINES, type EngineName } from "../../cpu/engines.ts";
import { humanReport } from "../../tools/suite/report/human.ts";
import { isBad, type SuiteResult, type TestResult } from "../../tools/suite/report/result.ts";
import runTask from "../../tools/suite/worker.ts";
import { buildPage, NOT_IN_A_PAGE } from "../browser/bundle.ts";
import { drive, findChromium, VARIABLE } from "../browser/driver.ts";
import type { PageReport, SuiteFiles } from "../browser/page/protocol.ts";
import { serve } from "../browser/server.ts";
import { guestSuite } from "../browser/suites.ts";

const ROOT = join(import.meta.dirname, "../..");
const TIMEOUT = 580_000;

async function inChromium(executable: string, suite: SuiteFiles, tests?: readonly string[]): Promise<PageReport> {
  const server = await serve(await buildPage(suite, tests));
  return drive({ executable, url: server.url, timeout: TIMEOUT }).finally(() => server.close());
}

/** The bad ones in words; empty where there are none. */
const failures = ({ results, seconds }: SuiteResult): string => {
  const bad = results.filter(({ verdict }) => isBad(verdict));
  return bad.length === 0 ? "" : humanReport({ results: bad, seconds }, {}, false);
};

/** Names of the tests that vitest finds in Node, but for those that are no business of a page. */
function testsInNode(): string[] {
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const listed = execFileSync(process.execPath, [vitest, "list", "tests/cpu", "--project", "translator", "--json"], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  const tests = JSON.parse(listed.slice(listed.indexOf("["))) as { name: string; file: string }[];
  return tests
    .map(({ name, file }) => ({ name, file: relative(ROOT, file) }))
    .filter(({ file }) => !(file in NOT_IN_A_PAGE))
    .map(({ name, file }) => `${file} > ${name}`);
}

/** What must not depend on the host. */
const essence = ({ name, verdict, reason, detail, stdout, stderr, instructions, cycles }: TestResult) => ({
  name,
  verdict,
  reason,
  detail,
  stdout,
  stderr,
  instructions,
  cycles,
});

const inNode = (path: string, engine: EngineName) => essence(runTask({ path, update: false, machine: { engine } }));

/** A program that ends with another status than it says. */
function wrongSuite(suite: SuiteFiles): SuiteFiles {
  const source = "#: exit 3\n .globl main\nmain: li a0, 4\n ret\n";
  return { ...suite, programs: ["wrong.s"], files: { ...suite.files, "wrong.s": btoa(source) } };
}

const executable = findChromium();
if (executable === null) test.skip(`Quire in the browser (MISSING: chromium; ${VARIABLE} may name one)`, () => {});
else {
  const suite = guestSuite();
  const whole = inChromium(executable, suite);
  // Awaited by each test; before the first does, a rejection is nobody's.
  whole.catch(() => {});

  test("the page runs every test of the processor that runs in Node", async () => {
    const { engines } = await whole;
    const expected = testsInNode().sort();
    expect(expected.length).toBeGreaterThan(1000);
    expect(engines.map(({ engine }) => engine)).toEqual(ENGINES);
    for (const { instructions } of engines)
      expect(instructions.results.map(({ name }) => name).sort()).toEqual(expected);
  });

  describe.each(ENGINES)("on the engine %s", (engine) => {
    const report = async () => (await whole).engines.find((report) => report.engine === engine)!;

    test("the processor's tests pass in Chromium", async () => {
      expect(failures((await report()).instructions)).toBe("");
    });

    test("the guest suite passes in Chromium", async () => {
      expect(failures((await report()).guests)).toBe("");
    });

    test("every program does in Chromium what it does in Node, in as many instructions and cycles", async () => {
      const { results } = (await report()).guests;
      expect(results.length).toBe(suite.programs.length);
      const differing = results.filter((result, i) => {
        const here = inNode(suite.programs[i]!, engine);
        return JSON.stringify(essence(result)) !== JSON.stringify(here);
      });
      for (const result of differing) expect(essence(result)).toEqual(inNode(result.name, engine));
      expect(differing).toEqual([]);
    });
  });

  test("every engine does the same in as many instructions and cycles", async () => {
    const { engines } = await whole;
    for (const { guests } of engines)
      expect(guests.results.map(essence)).toEqual(engines[0]!.guests.results.map(essence));
  });

  test("what fails in the page is reported as failed, in words", async () => {
    const { engines } = await inChromium(executable, wrongSuite(suite), ["tests/browser/planted/wrong-test.ts"]);
    for (const { instructions, guests } of engines) {
      expect(instructions.results.map(({ verdict, reason }) => [verdict, reason])).toEqual([
        ["fail", "expected 2 to be 3 // Object.is equality"],
        ["fail", "planted"],
        ["pass", ""],
      ]);
      expect(guests.results.map(({ verdict, reason }) => [verdict, reason])).toEqual([
        ["fail", "expected exit status 3, got 4"],
      ]);
    }
  });
}
