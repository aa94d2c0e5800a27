/** Test Anything Protocol, version 13. */
import { isBad, type SuiteResult, type TestResult } from "./result.ts";

export function tapReport(suite: SuiteResult): string {
  const points = suite.results.map((result, index) => point(result, index + 1));
  return ["TAP version 13", `1..${suite.results.length}`, ...points, ""].join("\n");
}

function point(result: TestResult, number: number): string {
  const bad = isBad(result.verdict);
  const ok = bad || result.verdict === "expected-failure" ? "not ok" : "ok";
  const line = `${ok} ${number} - ${result.name.replaceAll("#", "\\#")}${directive(result)}`;
  return bad ? `${line}\n${diagnostics(result)}` : line;
}

function directive(result: TestResult): string {
  if (result.verdict === "skip") return ` # SKIP ${result.reason}`;
  return result.verdict === "expected-failure" ? ` # TODO ${result.reason}` : "";
}

/** A YAML block: strings in double quotes as JSON writes them are valid YAML. */
function diagnostics(result: TestResult): string {
  const fields = { verdict: result.verdict, reason: result.reason, detail: result.detail, command: result.command };
  const lines = Object.entries(fields).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);
  return ["  ---", ...lines, "  ..."].join("\n");
}
