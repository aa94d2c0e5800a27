/** The matrix of memory calls gets from Quire, to the letter, what Linux 6.1 gave: tests/golden/kernel/memory-matrix.txt. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { userLimit } from "../../../cpu/paging.ts";
import type { ComputerConfig } from "../../../kernel/computer.ts";
import { GOLDEN, start } from "../programs.ts";
import { matrix } from "./matrix/matrix.ts";
import { scriptOf } from "./matrix/script.ts";

/** Results by case. */
function byCase(text: string): Map<string, string[]> {
  const cases = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.trimEnd().split("\n")) {
    if (line.startsWith("# ")) {
      lines = [];
      cases.set(line.slice(2), lines);
    } else lines.push(line);
  }
  return cases;
}

function differences(got: ReadonlyMap<string, string[]>, want: ReadonlyMap<string, string[]>): string[] {
  return [...want].flatMap(([name, lines]) => {
    const other = got.get(name) ?? ["no answer"];
    const first = lines.findIndex((line, i) => line !== other[i]);
    if (first < 0 && other.length === lines.length) return [];
    return [`${name}: line ${first + 1}\n  Linux ${lines[first]}\n  Quire ${other[first]}`];
  });
}

/** Twice what it takes. */
const INSTRUCTION_LIMIT = 200_000_000;

function run(config: Partial<ComputerConfig>): Map<string, string[]> {
  const script = scriptOf(matrix(BigInt(userLimit(config.paging!))));
  const program = start(["memory-cases", "/t/matrix"], config, { matrix: Buffer.from(script) });
  const outcome = program.computer.run({ idle: "skip", instructionLimit: INSTRUCTION_LIMIT });
  expect(outcome).toMatchObject({ kind: "off", status: 0 });
  return byCase(program.output());
}

const CONFIGS: Readonly<Record<string, Partial<ComputerConfig>>> = {
  "64 MiB without swap, sv48": { paging: "sv48", ram: 2 ** 26, swap: 0 },
  "2 MiB with swap, sv39, other policies": { paging: "sv39", ram: 2 ** 21, frames: "first-fit", replacement: "clock" },
};

describe("The matrix of memory calls gets Linux's answers", () => {
  const recorded = byCase(readFileSync(join(GOLDEN, "memory-matrix.txt"), "latin1"));

  it.each(Object.entries(CONFIGS))("on %s", (_, config) => {
    const got = run(config);
    expect(differences(got, recorded).join("\n")).toBe("");
    expect([...got.keys()]).toEqual([...recorded.keys()]);
    expect(got.size).toBeGreaterThan(600);
  });
});
