/** `--update`: rewrites a program's expectation to what it did just now. */
import { SIGNALS } from "../../kernel/abi.ts";
import type { TranslationName } from "../../kernel/vm/shape.ts";
import { EXPECTATION_LINE, readLine } from "./expectation.ts";
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
 * The source with its observed keys replaced. They stand where the first expectation stood, or at the top; those of a translation
 * scheme behind all others. stderr is recorded only where there is some, or where it was expected before.
 * @param scheme for which it is recorded; null: for all that have no lines of their own
 */
export function updatedSource(source: string, observed: Observed, scheme: TranslationName | null = null): string {
  const lines = source.split("\n");
  const isObserved = (line: string) => OBSERVED.test(EXPECTATION_LINE.exec(line)?.[1] ?? "");
  const hadErrors = lines.some((line) => /^#:\s?stderr/.test(line));
  if (scheme !== null) return withLinesOf(scheme, lines, comments(observed, hadErrors)).join("\n");
  const first = lines.findIndex((line) => line.startsWith("#:"));
  const kept = lines.filter((line) => !isObserved(line));
  const at = first < 0 ? 0 : lines.slice(0, first).filter((line) => !isObserved(line)).length;
  return [...kept.slice(0, at), ...comments(observed, hadErrors), ...kept.slice(at)].join("\n");
}

function withLinesOf(scheme: TranslationName, lines: readonly string[], recorded: readonly string[]): string[] {
  const kept = lines.flatMap((line) => {
    const { schemes, key } = line.startsWith("#:") ? readLine(line) : { schemes: null, key: "" };
    if (schemes?.includes(scheme) !== true || !OBSERVED.test(key)) return [line];
    const others = schemes.filter((other) => other !== scheme).join(" ");
    return others === "" ? [] : [line.replace(/under [a-z -]+:/, `under ${others}:`)];
  });
  const at = kept.findLastIndex((line) => line.startsWith("#:")) + 1;
  return [
    ...kept.slice(0, at),
    ...recorded.map((line) => line.replace("#: ", `#: under ${scheme}: `)),
    ...kept.slice(at),
  ];
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
