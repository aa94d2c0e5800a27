/** JUnit XML as CI systems read it: testsuites > testsuite > testcase {failure | error | skipped | system-out}. */
import { dirname } from "node:path";
import { type SuiteResult, type TestResult, tally, type Verdict } from "./result.ts";

export function junitReport(suite: SuiteResult): string {
  const folders = groupByFolder(suite.results);
  const suites = [...folders].map(([name, results]) => testsuite(name, results));
  const head = `<testsuites name="quire" ${counts(suite.results)} time="${suite.seconds.toFixed(3)}">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...suites, "</testsuites>", ""].join("\n");
}

const folderOf = (result: TestResult) => dirname(result.name);

/** In order of first appearance. Node 20 has no Map.groupBy. */
function groupByFolder(results: readonly TestResult[]): Map<string, TestResult[]> {
  const groups = new Map<string, TestResult[]>();
  for (const result of results) groups.set(folderOf(result), [...(groups.get(folderOf(result)) ?? []), result]);
  return groups;
}

function counts(results: readonly TestResult[]): string {
  const n = tally(results);
  const skipped = n.skip + n["expected-failure"];
  return `tests="${results.length}" failures="${n.fail + n["unexpected-pass"]}" errors="${n.error}" skipped="${skipped}"`;
}

function testsuite(name: string, results: readonly TestResult[]): string {
  return [`  <testsuite name=${quoted(name)} ${counts(results)}>`, ...results.map(testcase), "  </testsuite>"].join(
    "\n",
  );
}

const ELEMENTS: Readonly<Record<Verdict, string | null>> = {
  pass: null,
  fail: "failure",
  "unexpected-pass": "failure",
  "expected-failure": "skipped",
  skip: "skipped",
  error: "error",
};

function testcase(result: TestResult): string {
  const element = ELEMENTS[result.verdict];
  const open = `    <testcase classname=${quoted(folderOf(result))} name=${quoted(result.name)}>`;
  const problem =
    element === null
      ? []
      : [
          `      <${element} message=${quoted(result.reason)}>${text(`${result.detail}\n${result.command}`.trim())}</${element}>`,
        ];
  const output = result.stdout === "" ? [] : [`      <system-out>${text(result.stdout)}</system-out>`];
  const errors = result.stderr === "" ? [] : [`      <system-err>${text(result.stderr)}</system-err>`];
  return [open, ...problem, ...output, ...errors, "    </testcase>"].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML 1.0 has no way to write most control characters: they are shown as U+FFFD. */
function text(value: string): string {
  const legal = [...value].map((c) => (c < " " && !"\t\n\r".includes(c) ? "\ufffd" : c)).join("");
  return legal.replaceAll(/[&<>"]/g, (c) => ENTITIES[c]!);
}

const quoted = (value: string) => `"${text(value).replaceAll("\n", "&#10;")}"`;
