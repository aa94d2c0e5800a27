/** The sub-commands of `quire memory`, one row each. */

import { REPLACEMENTS } from "../../cpu/replacement.ts";
import { OPTIONS } from "../../kernel/options.ts";
import type { CommandRow, FlagRow } from "./command.ts";
import { REPLAY_ROW } from "./memory-replay-row.ts";
import { WORKING_SET_ROW } from "./memory-working-set-row.ts";
import { FILE_FLAGS, MOMENT_FLAGS, PROGRAM } from "./moment-flags.ts";
import { BUILD_FLAGS } from "./program-flags.ts";

const ARGS: CommandRow["arguments"][number] = ["[ARG...]", "arguments of the program"];

const JSON_FLAG: FlagRow = { flags: "--json", help: "write one JSON document on stdout" };

function framesPerCell(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && value <= 2 ** 20 && Number.isInteger(Math.log2(value))))
    throw new Error("expected a power of two, like 16");
  return value;
}

/** Names or values with commas between them, each read by `parse`. */
function listOf<T>(parse: (text: string) => T): (text: string) => T[] {
  return (text) => text.split(",").map((part) => parse(part.trim()));
}

function replacementName(text: string): string {
  if (!Object.hasOwn(REPLACEMENTS, text))
    throw new Error(`'${text}' is not one of: ${Object.keys(REPLACEMENTS).join(", ")}`);
  return text;
}

export const MEMORY_COMMANDS: readonly CommandRow[] = [
  REPLAY_ROW,
  WORKING_SET_ROW,
  {
    name: "map",
    summary:
      "Draw memory at one moment of a program: what each frame of RAM is, and what of each process's address space is resident, in swap, or untouched.",
    arguments: [PROGRAM, ARGS],
    flags: [
      ...MOMENT_FLAGS,
      {
        flags: "--cell <FRAMES>",
        help: "frames of a cell, a power of two (default: as many as 24 lines need)",
        parse: framesPerCell,
      },
      { flags: "--frames", help: "physical memory alone, without the address spaces" },
      { flags: "--svg <FILE>", help: "write the picture to FILE as SVG" },
      JSON_FLAG,
      ...BUILD_FLAGS,
    ],
    machine: true,
    examples: [
      ["quire memory map hello.s", "when the program is about to exit"],
      ["quire memory map --ram 4M --at 20_000 fork.s", "a smaller memory, after 20,000 instructions"],
      ["quire memory map --ram 8M --svg map.svg a.out", "as a picture"],
    ],
    load: async () => ({ run: (await import("./memory-map.ts")).map }),
  },
  {
    name: "tlb",
    summary:
      "Run a program with each of several shapes and replacement policies of the TLB, and compare misses, walks and time.",
    arguments: [PROGRAM, ARGS],
    flags: [
      ...FILE_FLAGS,
      {
        flags: "--tlb <LIST>",
        help: "shapes, SETSxWAYS; 1x64 is fully associative (default 4x4,16x4,64x4)",
        parse: listOf(OPTIONS.tlb.parse),
      },
      {
        flags: "--tlb-replacement <LIST>",
        help: `policies: ${Object.keys(REPLACEMENTS).join(", ")} (default: all)`,
        parse: listOf(replacementName),
      },
      { flags: "--svg <FILE>", help: "write the curves of misses against size to FILE as SVG" },
      JSON_FLAG,
      ...BUILD_FLAGS,
    ],
    machine: true,
    examples: [
      ["quire memory tlb sort.s", "the default shapes, every policy"],
      ["quire memory tlb --tlb 1x16,4x4,16x1 sort.s", "16 entries: fully, set-associative and direct-mapped"],
      ["quire memory tlb --svg tlb.svg sort.s", "with the curves as a picture"],
    ],
    load: async () => ({ run: (await import("./memory-tlb.ts")).tlb }),
  },
];
