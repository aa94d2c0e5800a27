/**
 * Random sequences of operations on memory, as tests/kernel/programs/memory-sequence.c draws them from a seed, held to what
 * Linux gave: every hundred operations a hash of all results and of every page's content, and one of the mappings.
 *
 * Recorded in tests/golden/kernel/memory-sequences.txt: ten seeds of 10,000 operations each.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ComputerConfig } from "../../../kernel/computer.ts";
import { GOLDEN, start } from "../programs.ts";

/** Between two printed lines. */
export const OPERATIONS_A_LINE = 100;
export const OPERATIONS_A_SEED = 10_000;

/** Swapping in and out costs instructions of nobody: this is far above what 100 operations take. */
const INSTRUCTIONS_A_LINE = 5_000_000;

/** The recorded lines by seed. */
export function recordedSequences(): ReadonlyMap<number, readonly string[]> {
  const text = readFileSync(join(GOLDEN, "memory-sequences.txt"), "latin1");
  const parts = text.split(/^# seed (\d+)\n/m).slice(1);
  const seeds = new Map<number, readonly string[]>();
  for (let i = 0; i < parts.length; i += 2) seeds.set(Number(parts[i]), parts[i + 1].trimEnd().split("\n"));
  return seeds;
}

export interface SequenceResult {
  /** "" when all is as recorded; else where it is not, and how to see it. */
  readonly difference: string;
  readonly faults: Readonly<Record<string, number>>;
  readonly majorFaults: number;
}

/** Runs the first `operations` of a seed and compares. */
export function runSequence(seed: number, operations: number, config: Partial<ComputerConfig>): SequenceResult {
  const lines = operations / OPERATIONS_A_LINE;
  const expected = recordedSequences().get(seed)!.slice(0, lines);
  const program = start(["memory-sequence", String(seed), String(operations)], config);
  const outcome = program.computer.run({ idle: "skip", instructionLimit: lines * INSTRUCTIONS_A_LINE });
  const got = program.output().trimEnd().split("\n");
  const { faults, majorFaults } = program.computer.stats();
  return { difference: describe(seed, expected, got, JSON.stringify(outcome)), faults, majorFaults };
}

function describe(seed: number, expected: readonly string[], got: readonly string[], outcome: string): string {
  const line = expected.findIndex((text, i) => text !== got[i]);
  if (line < 0) return got.length === expected.length && outcome.includes('"status":0') ? "" : `the end is ${outcome}`;
  const to = (line + 1) * OPERATIONS_A_LINE;
  const where = `memory-sequence ${seed} ${to} ${to - OPERATIONS_A_LINE + 1} ${to}`;
  return `Linux ${expected[line]}\nQuire ${got[line]}\n(${outcome}; each operation is told by: ${where})`;
}
