/** The row of `quire memory working-set`. */
import type { CommandRow } from "./command.ts";

function positive(text: string): number {
  const value = Number(text.replaceAll(/[_,]/g, ""));
  if (!Number.isSafeInteger(value) || value < 1) throw new Error("expected a whole number above 0");
  return value;
}

export const WORKING_SET_ROW: CommandRow = {
  name: "working-set",
  summary:
    "Show the working set of each process of a recorded run: the pages that its last references went to, over time.",
  arguments: [["<FILE>", "what quire run --record-references wrote"]],
  flags: [
    { flags: "--window <N>", help: "how many references count, of the process's own (default 1000)", parse: positive },
    { flags: "--by-window", help: "draw the mean size for windows of all lengths instead" },
    { flags: "--pid <N>", help: "this process only", parse: positive },
    { flags: "--svg <FILE>", help: "write the curves to FILE as SVG" },
    { flags: "--json", help: "write one JSON document on stdout" },
  ],
  machine: false,
  examples: [
    ["quire run --record-references r.ref sort.s", "record a run, then:"],
    ["quire memory working-set r.ref --window 5000", "sizes over time"],
    ["quire memory working-set r.ref --by-window --svg sizes.svg", "and by window, as a picture"],
  ],
  load: async () => ({ run: (await import("./memory-working-set.ts")).workingSetCommand }),
};
