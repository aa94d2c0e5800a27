/** The working set that a running kernel estimates (--working-set) against the one that its recorded string says it had. */
import { expect, test } from "vitest";
import type { Computer } from "../../../kernel/computer.ts";
import { SAMPLES } from "../../../kernel/vm/working-set.ts";
import { referencesByProcess } from "../../../tools/memory/process-references.ts";
import { recordProgram } from "./own-string.ts";

const PROGRAM = "tests/guest/figures/working-set-follows-use.s";
const WINDOW = 160_000;
/** Cycles of the process before it had this space, and of the trap in which the kernel looks. */
const SLACK = 6_000;

/** A look of the kernel at a process's pages: its own time then, and the size that came of it. */
interface Look {
  readonly own: number;
  size: number;
}

/** Notes the looks at the program. */
function looksOf(looks: Look[]) {
  return (computer: () => Computer) => () => {
    // Events of booting come before there is a computer.
    for (const p of (computer() as Computer | undefined)?.kernel.processes.values() ?? []) {
      if (p.pid !== 2 || p.space === null) continue;
      const own = p.pressure.nextLook - WINDOW / SAMPLES;
      if (own !== looks.at(-1)?.own) looks.push({ own, size: 0 });
      // There are events in the middle of a look, so this is said again until the next one.
      looks.at(-1)!.size = p.space.workingSet;
    }
  };
}

test("a running kernel's working sets are those of the recorded string", () => {
  const looks: Look[] = [];
  const { string } = recordProgram(PROGRAM, { "working-set": WINDOW }, [looksOf(looks)]);
  const { references, times } = referencesByProcess(string).at(-1)!;
  /** Pages used after `from`, up to `to`. */
  const used = (from: number, to: number) =>
    new Set(references.subarray(indexAfter(times, from), indexAfter(times, to))).size;
  let equal = 0;
  const compared = looks.slice(SAMPLES).map(({ own, size }, i) => ({ from: looks[i]!.own, to: own, size }));
  for (const { from, to, size } of compared) {
    if (used(from, to) === size) equal++;
    expect(size).toBeGreaterThanOrEqual(used(from + SLACK, to - SLACK));
    expect(size).toBeLessThanOrEqual(used(from - SLACK, to + SLACK));
  }
  expect(compared.length).toBeGreaterThan(100);
  expect(equal / compared.length).toBeGreaterThan(0.95);
  const sizes = compared.map(({ size }) => size);
  expect([Math.max(...sizes) >= 64, Math.min(...sizes) < 16]).toEqual([true, true]);
});

/** The first time after `time`. */
function indexAfter(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
