/** From what a program did to a verdict. */
import type { GuestEnd } from "../guest.ts";
import type { Expectation } from "./expectation.ts";
import { difference, linesMatch, outputLines } from "./match.ts";
import type { Verdict } from "./report/result.ts";

export interface Output {
  stdout: string;
  stderr: string;
}

export interface Judgement {
  readonly reason: string;
  readonly detail: string;
}

/** What differs from the expectation; null when nothing does. */
export function judge(expectation: Expectation, guest: GuestEnd, output: Output): Judgement | null {
  const ended = judgeEnd(expectation, guest);
  const details: string[] = [];
  for (const stream of ["stdout", "stderr"] as const) {
    const expected = expectation[stream];
    if (expected === null) continue;
    const lines = outputLines(output[stream]);
    if (!linesMatch(lines, expected)) details.push(difference(stream, lines, expected));
  }
  if (ended === null && details.length === 0) return null;
  const reason = ended ?? "its output differs";
  const shownErrors =
    ended !== null && output.stderr !== "" && expectation.stderr === null ? [`stderr: ${output.stderr.trimEnd()}`] : [];
  return { reason, detail: [...details, ...shownErrors].join("\n") };
}

function judgeEnd(expectation: Expectation, { end, signal, explanation }: GuestEnd): string | null {
  if (end.kind === "limit") return `still running after its limit of ${expectation.limit} instructions`;
  if (end.kind === "stuck") return "every process waits for something that cannot happen";
  if (expectation.signal !== null) {
    return signal === expectation.signal
      ? null
      : `expected ${expectation.signal}, got ${explanation ?? `exit status ${end.status}`}`;
  }
  if (signal !== null) return `expected exit status ${expectation.exit}, got ${explanation}`;
  return end.status === expectation.exit ? null : `expected exit status ${expectation.exit}, got ${end.status}`;
}

export function verdictOf(expectation: Expectation, judgement: Judgement | null): Verdict {
  if (expectation.fail !== null) return judgement === null ? "unexpected-pass" : "expected-failure";
  return judgement === null ? "pass" : "fail";
}

/** The judgement as it is reported: what is known to fail gives its own reason. */
export function judgementOf(expectation: Expectation, judgement: Judgement | null): Judgement {
  if (expectation.fail === null) return judgement ?? { reason: "", detail: "" };
  return { reason: expectation.fail, detail: judgement?.detail ?? "" };
}
