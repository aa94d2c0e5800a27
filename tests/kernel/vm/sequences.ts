/**
 * Random sequences of operations on memory, as programs of tests/kernel/programs draw them from a seed, held to what Linux
 * gave: every hundred operations a hash of all results and of every page's content, and one of the mappings.
 *
 *   memory   memory-sequence.c, in pages of 4 KiB                           ten seeds of 10,000 operations
 *   huge     huge-sequence.c: transparent huge pages, merging, and under    six seeds of 3,000 operations
 *            even seeds a pool of huge pages; a third hash says what is huge
 *
 * Recorded in tests/golden/kernel/NAME-sequences.txt.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ComputerConfig } from "../../../kernel/computer.ts";
import { guest } from "../guest.ts";
import { GOLDEN, golden, start } from "../programs.ts";

/** Between two printed lines. */
export const OPERATIONS_A_LINE = 100;

/** Swapping in and out costs instructions of nobody: `instructions` is far above what the operations of a line take. */
export const SEQUENCES = {
  memory: { seeds: 10, operations: 10_000, instructions: 5_000_000 },
  huge: { seeds: 6, operations: 3000, instructions: 100_000_000 },
} as const;

/**
 * Lines, by seed, whose third hash is nobody's promise. In seeds 4 and 5 Linux had merged by then, and so split, a huge page that Quire
 * merges later: when the scanner comes is a matter of time. In seed 3 memory moved by way of an address that the kernel chose, and where in
 * 2 MiB that lies decides which tables there are when it is back.
 */
const CHANCE: Readonly<Record<number, readonly number[]>> = { 3: [2800, 2900, 3000], 4: [1000, 1100], 5: [1000, 2600] };

/** A line but for what need not be as on Linux. */
function promised(name: SequenceName, seed: number, line: string): string {
  const [operations, ...hashes] = line.split(" ");
  const differs = name === "huge" && CHANCE[seed]?.includes(Number(operations));
  return [operations, ...(differs ? hashes.slice(0, 2) : hashes)].join(" ");
}

export type SequenceName = keyof typeof SEQUENCES;

/** The recorded lines by seed. */
export function recordedSequences(name: SequenceName): ReadonlyMap<number, readonly string[]> {
  const text = readFileSync(join(GOLDEN, `${name}-sequences.txt`), "latin1");
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
  name: SequenceName,
  seed: number,
  operations: number,
  config: Partial<ComputerConfig>,
  taken = 0,
): SequenceResult {
  const lines = operations / OPERATIONS_A_LINE;
  const promise = (line: string) => promised(name, seed, line);
  const expected = recordedSequences(name).get(seed)!.slice(0, lines).map(promise);
  const program = `${name}-sequence`;
  const argv = ["hog", `/t/${program}`, String(seed), String(operations)];
  const files = { hog: hog(taken), [program]: golden(program) };
  const started = taken > 0 ? start(argv, config, files) : start([program, ...argv.slice(2)], config);
  const outcome = started.computer.run({ idle: "skip", instructionLimit: lines * SEQUENCES[name].instructions });
  const got = started.output().trimEnd().split("\n").map(promise);
  const { faults, majorFaults } = started.computer.stats();
  const difference = describe(`${program} ${seed}`, expected, got, JSON.stringify(outcome));
  return { difference, faults, majorFaults };
}

/** @param command program and seed */
function describe(command: string, expected: readonly string[], got: readonly string[], outcome: string): string {
  const line = expected.findIndex((text, i) => text !== got[i]);
  if (line < 0) return got.length === expected.length && outcome.includes('"status":0') ? "" : `the end is ${outcome}`;
  const to = (line + 1) * OPERATIONS_A_LINE;
  const where = `${command} ${to} ${to - OPERATIONS_A_LINE + 1} ${to}`;
  return `Linux ${expected[line]}\nQuire ${got[line]}\n(${outcome}; each operation is told by: ${where})`;
}
