/**
 * A short reference string step by step, as textbooks draw it: a column a reference, a line a frame, F where it was a fault.
 *
 *   fifo, 3 frames
 *   reference  1 2 3 4 1 2 5 ...
 *   frame 0    1 1 1 4 4 4 5
 *   frame 1      2 2 2 1 1 1
 *   frame 2        3 3 3 2 2
 *   fault      F F F F F F F      9 faults
 */
import { faultsOf, type PolicyName } from "./compare.ts";
import { argumentOf } from "./reference-string.ts";
import type { TypedString } from "./typed-string.ts";

/** Longer strings have no table. */
export const MOST_STEPS = 40;
export const MOST_STEP_FRAMES = 8;

const FREE = -1;

interface Column {
  readonly page: number;
  readonly frames: readonly number[];
  readonly fault: boolean;
}

function columnsOf({ string }: TypedString, policy: PolicyName, size: number): { columns: Column[]; faults: number } {
  const frames: number[] = Array.from({ length: size }, () => FREE);
  const columns: Column[] = [];
  let fault = false;
  const faults = faultsOf(string, policy, size, {
    condemned(page) {
      frames[frames.indexOf(page)] = FREE;
    },
    arrived(page) {
      frames[frames.indexOf(FREE)] = page;
      fault = true;
    },
    referenced(index) {
      columns.push({ page: argumentOf(string.codes[index]!), frames: [...frames], fault });
      fault = false;
    },
  });
  return { columns, faults };
}

/** The table of a string of at most MOST_STEPS references. */
export function stepTable(typed: TypedString, policy: PolicyName, size: number): string[] {
  const { columns, faults } = columnsOf(typed, policy, size);
  const width = Math.max(...typed.labels.map(({ length }) => length));
  const label = (page: number) => (page === FREE ? "" : typed.labels[page]!);
  const line = (head: string, cells: string[]) =>
    `${head.padEnd(10)} ${cells.map((cell) => cell.padStart(width)).join(" ")}`.trimEnd();
  return [
    `${policy}, ${size} ${size === 1 ? "frame" : "frames"}: ${faults} faults`,
    line(
      "reference",
      columns.map(({ page }) => label(page)),
    ),
    ...Array.from({ length: size }, (_, i) =>
      line(
        `frame ${i}`,
        columns.map(({ frames }) => label(frames[i]!)),
      ),
    ),
    line(
      "fault",
      columns.map(({ fault }) => (fault ? "F" : "")),
    ),
  ];
}
