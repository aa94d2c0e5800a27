/** The row of `quire memory working-set`. */
import { windowOf } from "../memory/window.ts";
import type { CommandRow } from "./command.ts";

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
