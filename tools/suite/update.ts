/** `--update`: rewrites a program's expectation to what it did just now. */
import { SIGNALS } from "../../kernel/abi.ts";
import { EXPECTATION_LINE } from "./expectation.ts";
import { outputLines } from "./match.ts";

export interface Observed {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status, or 128 + n. */
  readonly status: number;
  readonly signal: string | null;
}

/** Keys that describe what a program did; the others say how to run it, and stay. */
const OBSERVED = /^(exit|signal|stdout|stderr)[~.]*$/;

/**
 * The source with its observed keys replaced. They stand where the first expectation stood, or at the top.
 * stderr is recorded only where there is some, or where it was expected before.
 */
export function updatedSource(source: string, observed: Observed): string {
  const lines = source.split("\n");
  const isObserved = (line: string) => OBSERVED.test(EXPECTATION_LINE.exec(line)?.[1] ?? "");
  const hadErrors = lines.some((line) => /^#:\s?stderr/.test(line));
  const first = lines.findIndex((line) => line.startsWith("#:"));
  const kept = lines.filter((line) => !isObserved(line));
  const at = first < 0 ? 0 : lines.slice(0, first).filter((line) => !isObserved(line)).length;
  return [...kept.slice(0, at), ...comments(observed, hadErrors), ...kept.slice(at)].join("\n");
}

function comments(observed: Observed, errors: boolean): string[] {
  const end =
    observed.signal !== null && observed.signal in SIGNALS
      ? `#: signal ${observed.signal}`
      : `#: exit ${observed.status}`;
  const recorded = (name: "stdout" | "stderr") =>
    outputLines(observed[name]).map((line) => `#: ${name} ${line}`.trimEnd());
  const stderr = errors || observed.stderr !== "" ? recorded("stderr") : [];
  return [end, ...recorded("stdout"), ...stderr];
}
