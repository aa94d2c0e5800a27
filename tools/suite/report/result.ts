/** What the suite runner knows of one program's run; every report is made from these alone. */

export type Verdict =
  | "pass"
  | "fail"
  /** Failed, as its own `fail` comment foretold. */
  | "expected-failure"
  /** Passed in spite of its `fail` comment: counted as a failure, so that the comment goes. */
  | "unexpected-pass"
  | "skip"
  /** Could not be run: bad source, bad expectation, a fault of the emulator. */
  | "error";

export interface TestResult {
  /** Path as the user would type it. */
  readonly name: string;
  readonly verdict: Verdict;
  /** Why, in one line; empty for a pass. */
  readonly reason: string;
  /** Differences of output, or diagnostics; may be empty. */
  readonly detail: string;
  /** The command that runs this program alone. */
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Guest instructions retired: the machine-independent measure of a test's length. */
  readonly instructions: number;
  /** Virtual time that the run took: like `instructions` the same on every host. */
  readonly cycles: number;
}

export interface SuiteResult {
  readonly results: readonly TestResult[];
  /** Host seconds, for people only: it is in no verdict. */
  readonly seconds: number;
}

const BAD: ReadonlySet<Verdict> = new Set(["fail", "unexpected-pass", "error"]);

/** Whether the verdict makes the suite fail. */
export const isBad = (verdict: Verdict): boolean => BAD.has(verdict);

/** How many results have each verdict. */
export function tally(results: readonly TestResult[]): Record<Verdict, number> {
  const counts: Record<Verdict, number> = {
    pass: 0,
    fail: 0,
    "expected-failure": 0,
    "unexpected-pass": 0,
    skip: 0,
    error: 0,
  };
  for (const { verdict } of results) counts[verdict]++;
  return counts;
}
