/** The report for people: each failure with its reason, difference and command, then the counts. */
import { type Output, paint, type Style } from "../../style.ts";
import { isBad, type SuiteResult, type TestResult, tally, type Verdict } from "./result.ts";

const MARKS: Readonly<Record<Verdict, readonly [word: string, style: Style]>> = {
  pass: ["ok", "green"],
  fail: ["FAIL", "red"],
  "expected-failure": ["xfail", "yellow"],
  "unexpected-pass": ["XPASS", "red"],
  skip: ["skip", "yellow"],
  error: ["ERROR", "red"],
};

export function humanReport(suite: SuiteResult, out: Output, verbose: boolean): string {
  const shown = suite.results.filter((result) => verbose || result.verdict !== "pass");
  return [...shown.map((result) => block(result, out)), summary(suite, out), ""].join("\n");
}

/** One result: a line, and for a failure what to look at. */
function block(result: TestResult, out: Output): string {
  const [word, style] = MARKS[result.verdict];
  const head = `${paint(out, style, word.padEnd(5))} ${result.name}${result.reason ? `: ${result.reason}` : ""}`;
  if (!isBad(result.verdict)) return head;
  const detail = result.detail ? [indent(colourDifference(result.detail, out))] : [];
  return [head, ...detail, `      run it alone: ${result.command}`].join("\n");
}

const indent = (text: string) => text.replaceAll(/^(?=.)/gm, "      ");

function colourDifference(text: string, out: Output): string {
  const style = (line: string): string => {
    if (line.startsWith("+")) return paint(out, "green", line);
    return line.startsWith("-") ? paint(out, "red", line) : line;
  };
  return text.split("\n").map(style).join("\n");
}

function summary(suite: SuiteResult, out: Output): string {
  const counts = tally(suite.results);
  const parts = (Object.keys(MARKS) as Verdict[])
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => paint(out, MARKS[verdict][1], `${counts[verdict]} ${LABELS[verdict]}`));
  const instructions = suite.results.reduce((sum, result) => sum + result.instructions, 0);
  const millions = (instructions / 1e6).toFixed(1);
  return `${parts.join(", ") || "none"} of ${suite.results.length}; ${millions} million instructions, ${suite.seconds.toFixed(1)} s`;
}

const LABELS: Readonly<Record<Verdict, string>> = {
  pass: "passed",
  fail: "failed",
  "expected-failure": "failed as expected",
  "unexpected-pass": "passed against expectation",
  skip: "skipped",
  error: "could not be run",
};
