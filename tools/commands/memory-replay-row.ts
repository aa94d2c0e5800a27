/** The row of `quire memory replay`. */
import { POLICIES, type PolicyName } from "../memory/compare.ts";
import type { CommandRow } from "./command.ts";

const FRAMES_MOST = 2 ** 19;
/** Sizes compared at once. */
const SIZES_MOST = 1000;

/** Sizes of memory: "3", "4..64", "8..128/8", with commas between them; ascending, each once. */
export function frameSizes(text: string): number[] {
  const sizes = text.split(",").flatMap((part) => {
    const match = /^(\d+)(?:\.\.(\d+)(?:\/(\d+))?)?$/.exec(part.trim());
    const [first, last, step] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1]), Number(match?.[3] ?? 1)];
    if (match === null || first < 1 || last < first || last > FRAMES_MOST || step < 1)
      throw new Error(`expected sizes in frames, 1 to ${FRAMES_MOST}, like 3,4 or 4..64 or 8..128/8`);
    if ((last - first) / step >= SIZES_MOST) throw new Error(`expected at most ${SIZES_MOST} sizes`);
    return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);
  });
  const all = [...new Set(sizes)].sort((a, b) => a - b);
  if (all.length > SIZES_MOST) throw new Error(`expected at most ${SIZES_MOST} sizes`);
  return all;
}

/** "all", or names with commas between them; each once. */
function policies(text: string): PolicyName[] {
  if (text === "all") return [...POLICIES];
  const names = text.split(",").map((part) => {
    const name = POLICIES.find((each) => each === part.trim());
    if (name === undefined) throw new Error(`expected all, or some of ${POLICIES.join(", ")}`);
    return name;
  });
  return [...new Set(names)];
}

export const REPLAY_ROW: CommandRow = {
  name: "replay",
  summary:
    "Run a recorded reference string, or a typed one, again under replacement policies and with sizes of memory, and compare the faults.",
  arguments: [["[FILE]", "what quire run --record-references wrote, or a text file of page numbers"]],
  flags: [
    { flags: "--string <PAGES>", help: 'a reference string instead of FILE: page numbers, like "1 2 3 4 1 2 5"' },
    {
      flags: "--policy <LIST>",
      help: `of ${POLICIES.join(", ")}, or all (default all)`,
      parse: policies,
    },
    {
      flags: "--frames <SIZES>",
      help: "sizes of memory in frames: 3,4 or 4..64 or 8..128/8 (default: up to the pages that the string has)",
      parse: frameSizes,
    },
    { flags: "--svg <FILE>", help: "write the fault curves to FILE as SVG" },
    { flags: "--json", help: "write one JSON document on stdout" },
  ],
  machine: false,
  examples: [
    ['quire memory replay --string "1 2 3 4 1 2 5 1 2 3 4 5"', "Belady's anomaly, step by step"],
    ["quire run --record-references r.ref sort.s", "record a run, then:"],
    ["quire memory replay r.ref --frames 4..64 --svg faults.svg", "every policy, with curves"],
    ["quire memory replay r.ref --policy two-lists,opt --json", "for programs"],
  ],
  load: async () => ({ run: (await import("./memory-replay.ts")).replayCommand }),
};
