/**
 * How fast the assembler is: npx tsx tests/bench/assembler.bench.ts
 * Prints lines, the first (cold) run, and the median of the others. The source is a program of 20,000 lines in the style
 * of the userland: code, labels, branches, data, comments, macro calls.
 */
import { assemble } from "../../assembler/assemble.ts";
import { Dice } from "../assembler/generate.ts";

const LINES = 20_000;
const RUNS = 9;

const HEADER = [
  "        .macro push register",
  "        addi sp, sp, -8",
  "        sd \\register, 0(sp)",
  "        .endm",
];

/** One function of some forty lines. */
function body(index: number, dice: Dice): string[] {
  const lines = [
    `# function${index}(a0 = address, a1 = count): sums what is there`,
    `        .globl function${index}`,
    `function${index}:`,
    "        addi sp, sp, -32",
    "        sd ra, 24(sp)",
    "        sd s0, 16(sp)        # the running sum",
    `        la t0, table${index}`,
    `        li t1, ${dice.of(["10", "-1", "0x12345678", "1 << 20"])}`,
    "1:      beqz a1, 2f",
  ];
  for (let i = 0; i < 20; i++) {
    lines.push(
      dice.of([
        `        add a${dice.below(8)}, a${dice.below(8)}, t${dice.below(7)}`,
        `        ld t${dice.below(7)}, ${8 * dice.below(4)}(sp)`,
        `        andi a0, a0, ${dice.below(2048)}`,
        "        mv s1, a0            # keep it",
        "        bne t0, t1, 1b",
        `        call function${dice.below(index + 1)}`,
        "",
        "        slli t3, t3, 3",
      ]),
    );
  }
  return [
    ...lines,
    "        addi a1, a1, -1",
    "        j 1b",
    "2:      push ra",
    "        ld ra, 24(sp)",
    "        addi sp, sp, 32",
    "        ret",
    "        .section .rodata",
    "        .balign 8",
    `table${index}: .dword ${dice.below(1000)}, function${index}, 0x${dice.below(65536).toString(16)}`,
    `        .asciz "message ${index}: %d bytes\\n"`,
    "        .text",
  ];
}

export function benchmarkSource(lines = LINES): string {
  const dice = new Dice();
  const out = [...HEADER, "        .text"];
  for (let i = 0; out.length < lines; i++) out.push(...body(i, dice));
  return `${out.slice(0, lines).join("\n")}\n`;
}

const source = new TextEncoder().encode(benchmarkSource());

function run(): number {
  const start = performance.now();
  const { object, diagnostics } = assemble("bench.s", source, { includePaths: [], readFile: () => null });
  const time = performance.now() - start;
  if (object === null) throw new Error(diagnostics[0]!.message);
  return time;
}

const first = run();
const times = Array.from({ length: RUNS }, run).sort((a, b) => a - b);
const median = times[RUNS >> 1]!;
console.log(`assembler: ${LINES} lines, first ${first.toFixed(0)} ms, median ${median.toFixed(0)} ms of ${RUNS} more`);
