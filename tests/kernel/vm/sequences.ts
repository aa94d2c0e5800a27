/**
 * Random sequences of operations on memory, as tests/kernel/programs/memory-sequence.c draws them from a seed, held to what
 * Linux gave: every hundred operations a hash of all results and of every page's content, and one of the mappings.
 *
 * Recorded in tests/golden/kernel/memory-sequences.txt: ten seeds of 10,000 operations each.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ComputerConfig } from "../../../kernel/computer.ts";
import { guest } from "../guest.ts";
import { GOLDEN, golden, start } from "../programs.ts";

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

/** Locks so many pages and keeps them while a child runs the program that its arguments name. */
const hog = (pages: number): Uint8Array =>
  guest(`
    mv   s0, sp
    li   a0, 0
    li   a1, ${pages * 4096}
    li   a2, 3
    li   a3, 0x22
    li   a4, -1
    li   a5, 0
    syscall mmap
    li   a1, ${pages * 4096}
    syscall mlock
    bnez a0, fail
    li   a0, 17
    li   a1, 0
    li   a2, 0
    li   a3, 0
    li   a4, 0
    syscall clone
    beqz a0, child
    li   a0, -1
    la   a1, status
    li   a2, 0
    li   a3, 0
    syscall wait4
    la   a1, status
    lw   a0, 0(a1)
    bnez a0, fail
    syscall exit_group
child:
    ld   a0, 16(s0)
    addi a1, s0, 16
    li   a2, 0
    syscall execve
fail:
    li   a0, 99
    syscall exit_group
.bss
status: .dword 0
`);

/** Runs the first `operations` of a seed and compares. @param taken pages that another process keeps locked meanwhile */
export function runSequence(
  seed: number,
  operations: number,
  config: Partial<ComputerConfig>,
  taken = 0,
): SequenceResult {
  const lines = operations / OPERATIONS_A_LINE;
  const expected = recordedSequences().get(seed)!.slice(0, lines);
  const argv = ["hog", "/t/memory-sequence", String(seed), String(operations)];
  const files = { hog: hog(taken), "memory-sequence": golden("memory-sequence") };
  const program = taken > 0 ? start(argv, config, files) : start(["memory-sequence", ...argv.slice(2)], config);
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
