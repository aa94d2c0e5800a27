import { describe, expect, test } from "vitest";
import { humanReport } from "../../../tools/suite/report/human.ts";
import { jsonReport } from "../../../tools/suite/report/json.ts";
import { junitReport } from "../../../tools/suite/report/junit.ts";
import { isBad, type SuiteResult, type TestResult, tally } from "../../../tools/suite/report/result.ts";
import { tapReport } from "../../../tools/suite/report/tap.ts";

const base: TestResult = {
  name: "suite/a.s",
  verdict: "pass",
  reason: "",
  detail: "",
  command: "npx quire run suite/a.s",
  stdout: "",
  stderr: "",
  instructions: 1000,
  cycles: 2000,
};
const failed: TestResult = {
  ...base,
  name: 'suite/b "<&>".s',
  verdict: "fail",
  reason: "expected exit status 0, got 3",
  detail: "-x\n+y",
  stdout: "bell \u0007 & <tag>",
};
const foretold: TestResult = { ...base, name: "other/c.s", verdict: "expected-failure", reason: "swap comes later" };
const suite: SuiteResult = { results: [base, failed, foretold], seconds: 1.25 };

describe("a suite's report", () => {
  test("for people shows failures with the command that repeats them, and counts everything", () => {
    const text = humanReport(suite, {}, false);
    expect(text).not.toContain("suite/a.s:");
    expect(text).toContain(
      'FAIL  suite/b "<&>".s: expected exit status 0, got 3\n      -x\n      +y\n      run it alone: npx quire run suite/a.s',
    );
    expect(text).toContain("xfail other/c.s: swap comes later");
    expect(text).toContain("1 passed, 1 failed, 1 failed as expected of 3; 0.0 million instructions, 1.3 s");
  });

  test("in TAP numbers the points and marks what was foretold as TODO", () => {
    const lines = tapReport(suite).split("\n");
    expect(lines.slice(0, 3)).toEqual(["TAP version 13", "1..3", "ok 1 - suite/a.s"]);
    expect(lines[3]).toBe('not ok 2 - suite/b "<&>".s');
    expect(lines).toContain("not ok 3 - other/c.s # TODO swap comes later");
  });

  test("in JUnit XML escapes what XML forbids and groups by folder", () => {
    const xml = junitReport(suite);
    expect(xml).toContain('<testsuites name="quire" tests="3" failures="1" errors="0" skipped="1" time="1.250">');
    expect(xml).toContain('name="suite/b &quot;&lt;&amp;&gt;&quot;.s"');
    expect(xml).toContain("<system-out>bell \ufffd &amp; &lt;tag&gt;</system-out>");
    expect(xml.match(/<testsuite /g)).toHaveLength(2);
  });

  test("in JSON has a version and every result", () => {
    const document = JSON.parse(jsonReport(suite));
    expect(document).toMatchObject({ version: 1, counts: { pass: 1, fail: 1, "expected-failure": 1 } });
    expect(document.results).toHaveLength(3);
  });
});

test("a program that passes against its expectation of failure makes the suite fail", () => {
  expect(isBad("unexpected-pass")).toBe(true);
  expect(isBad("expected-failure")).toBe(false);
  expect(tally([{ ...base, verdict: "unexpected-pass" }])["unexpected-pass"]).toBe(1);
});
