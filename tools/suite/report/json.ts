/** The report as one JSON document. Version 1: fields may be added, none is renamed or removed. */
import { type SuiteResult, tally } from "./result.ts";

export function jsonReport(suite: SuiteResult): string {
  return `${JSON.stringify({ version: 1, counts: tally(suite.results), seconds: suite.seconds, results: suite.results }, null, 2)}\n`;
}
