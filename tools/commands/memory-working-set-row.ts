/** The row of `quire memory working-set`. */
import { parseCycles } from "../../kernel/options.ts";
import { PRECISION } from "../memory/recorder.ts";
import type { CommandRow } from "./command.ts";

/** How far a working set looks back: in cycles of the process's time, or in references. */
export interface Window {
  readonly unit: "cycles" | "references";
  readonly length: number;
}

/** "2ms", "160us", plain cycles; "1000refs". */
export function windowOf(text: string): Window {
  const references = /^(\d[\d_]*)refs$/.exec(text);
  if (references !== null) {
    const length = Number(references[1]!.replaceAll("_", ""));
    if (Number.isSafeInteger(length) && length >= 1) return { unit: "references", length };
  }
  const length = parseCycles(text);
  if (!(length >= PRECISION && length <= 1e15 && Number.isInteger(length)))
    throw new Error("expected a time of 1us or more, like 2ms, 160us or plain cycles; or references, like 1000refs");
  return { unit: "cycles", length };
}

function positive(text: string): number {
  const value = Number(text.replaceAll(/[_,]/g, ""));
  if (!Number.isSafeInteger(value) || value < 1) throw new Error("expected a whole number above 0");
  return value;
}

export const WORKING_SET_ROW: CommandRow = {
  name: "working-set",
  summary:
    "Show the working set of each process of a recorded run: the pages that it used in its last so much of virtual time, as --working-set of a running machine shows it.",
  arguments: [["<FILE>", "what quire run --record-references wrote"]],
  flags: [
    {
      flags: "--window <LENGTH>",
      help: "how far back: in the process's own time, like 2ms, 160us, or plain cycles (sizes are exact to 1us of it), or in references, like 1000refs (default 1ms)",
      parse: windowOf,
    },
    { flags: "--by-window", help: "draw the mean size for windows of all lengths instead, in the unit of --window" },
    { flags: "--pid <N>", help: "this process only", parse: positive },
    { flags: "--svg <FILE>", help: "write the curves to FILE as SVG" },
    { flags: "--json", help: "write one JSON document on stdout" },
  ],
  machine: false,
  examples: [
    ["quire run --record-references r.ref sort.s", "record a run, then:"],
    ["quire memory working-set r.ref --window 2ms", "sizes over time"],
    ["quire memory working-set r.ref --by-window --svg sizes.svg", "and by window, as a picture"],
  ],
  load: async () => ({ run: (await import("./memory-working-set.ts")).workingSetCommand }),
};
