/** Compares output with the expected lines, and shows a difference as people read it. */
import { createTwoFilesPatch } from "diff";
import type { LineMatch } from "./expectation.ts";

/** Lines of an output; a last line without newline counts, and is told apart by no marker. */
export function outputLines(output: string): string[] {
  if (output === "") return [];
  const lines = output.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Whether the lines are what was expected, "any" lines standing for as many as it takes. */
export function linesMatch(lines: readonly string[], expected: readonly LineMatch[]): boolean {
  // reachable[i]: the expectations so far can have eaten exactly i lines.
  let reachable = new Set([0]);
  for (const match of expected) {
    const next = new Set<number>();
    for (const at of reachable) {
      if (match.kind === "any") for (let i = at; i <= lines.length; i++) next.add(i);
      else if (at < lines.length && lineMatches(lines[at]!, match)) next.add(at + 1);
    }
    reachable = next;
  }
  return reachable.has(lines.length);
}

function lineMatches(line: string, match: LineMatch): boolean {
  if (match.kind === "any") return true;
  return match.kind === "exact" ? line === match.text : wildcard(match.text).test(line);
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .split("*")
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`, "s");
}

/** A unified difference of expectation and output. Lines that a pattern accepts count as equal. */
export function difference(name: string, lines: readonly string[], expected: readonly LineMatch[]): string {
  const shown = expected.map((match) => {
    if (match.kind === "any") return "...";
    return match.kind === "exact" ? match.text : (lines.find((line) => lineMatches(line, match)) ?? match.text);
  });
  const text = (list: readonly string[]) => list.map((line) => `${line}\n`).join("");
  const patch = createTwoFilesPatch(`expected ${name}`, `actual ${name}`, text(shown), text(lines), "", "", {
    context: 3,
  });
  return patch.replaceAll(/\t$/gm, "").split("\n").slice(1).join("\n").trimEnd();
}
