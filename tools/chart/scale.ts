/** Scales: from values to places on an axis, and the round numbers that are written beside it. */
import type { Axis, Chart } from "./chart.ts";

export interface Scale {
  /** Where a value lies: 0 at the first end, 1 at the last. */
  place(value: number): number;
  /** Values to be labelled, ascending, within the ends. */
  readonly ticks: readonly number[];
}

/** Linear steps are these times a power of ten. */
const STEPS = [1, 2, 5, 10];

/** A share of the axis: less than this below the data and it may as well begin at 0. */
const WASTE = 0.5;

/** Where an axis has one tick only, it is asked for up to so many. */
const MOST_TICKS = 64;

/** The scale that shows all of `values`. @param most ticks, about @param tight it ends with the data, not with a round number */
export function scaleFor(axis: Axis, values: readonly number[], most: number, tight = false): Scale {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const greatest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return axis.scale === "log"
    ? logScale(axis, least, greatest, 10, most)
    : axis.scale === "log2"
      ? logScale(axis, least, greatest, 2, most)
      : linearScale(axis, least, greatest, most, tight);
}

function linearScale(axis: Axis, least: number, greatest: number, most: number, tight: boolean): Scale {
  const from = axis.from ?? (!tight && least > 0 && least < greatest * WASTE ? 0 : least);
  const to = axis.to ?? greatest;
  const nice = niceStep(to - from || Math.abs(to) || 1, most);
  // Half a page, half a fault: nothing that counts has them.
  const step = [least, greatest, from, to].every(Number.isInteger) ? Math.max(1, nice) : nice;
  const exact = tight && to > from;
  const first = exact ? from : (axis.from ?? Math.floor(from / step) * step);
  const last = exact ? to : (axis.to ?? (to > first ? Math.ceil(to / step - 1e-9) * step : first + step));
  const count = Math.floor((last - Math.ceil(first / step - 1e-9) * step) / step + 1e-9);
  const start = Math.ceil(first / step - 1e-9);
  // One number says where it is, but not how far anything is from it.
  if (count < 1 && most < MOST_TICKS) return linearScale(axis, least, greatest, 2 * most, tight);
  return {
    place: (value) => (value - first) / (last - first),
    // Multiples of the step, not sums of it: without rounding errors that add up.
    ticks: Array.from({ length: count + 1 }, (_, i) => rounded((start + i) * step, step)),
  };
}

/** Cells for an axis, as many as possible, whose ticks stand at equal distances; `most` where no number from `least` on has that. */
export function evenCells({ place, ticks }: Scale, least: number, most: number): number {
  if (ticks.length < 3) return most;
  const share = place(ticks[1]!) - place(ticks[0]!);
  const isEven = (cells: number) => Math.abs(share * (cells - 1) - Math.round(share * (cells - 1))) < 1e-9;
  for (let cells = most; cells >= least; cells--) if (isEven(cells)) return cells;
  return most;
}

function niceStep(span: number, most: number): number {
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * STEPS.find((step) => step * power >= rough * (1 - 1e-9))!;
}

/** To one digit more than the step has; toFixed knows no more than 100. */
const rounded = (value: number, step: number) =>
  Number(value.toFixed(Math.max(0, Math.min(100, 1 - Math.floor(Math.log10(step))))));

/** Whole powers of the base at both ends; those in between are labelled at equal distances. */
function logScale(axis: Axis, least: number, greatest: number, base: 2 | 10, most: number): Scale {
  if (!(least > 0)) throw new Error(`axis '${axis.title}': ${least} has no place on a logarithmic scale`);
  const log = base === 2 ? Math.log2 : Math.log10;
  const first = Math.floor(log(axis.from ?? least));
  const last = Math.max(first + 1, Math.ceil(log(axis.to ?? greatest)));
  const step = Math.ceil((last - first) / most);
  return {
    place: (value) => (log(value) - first) / (last - first),
    ticks: Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => base ** (first + i * step)),
  };
}

/** Every x and y of a chart; bars begin at 0. */
export function valuesOf(chart: Chart): { x: number[]; y: number[] } {
  if (chart.kind === "bars") return { x: [], y: [0, ...chart.series.flatMap(({ values }) => values)] };
  const points = chart.series.flatMap((series) => series.points);
  return { x: points.map(([x]) => x), y: points.map(([, y]) => y) };
}

const UNITS: readonly (readonly [number, string])[] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** From here on a number is written with its power of ten. */
const GREAT = 1e16;

/** Below this a whole number that four digits cannot give is written in full: powers of two are known by their digits. */
const IN_FULL = 1e7;

/** A number of an axis, short: 1500, 20k, 1.5M, 0.25, 3e+22; but 65536. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= GREAT) return Number(value.toPrecision(4)).toExponential();
  const [unit, letter] = (size >= 10_000 ? UNITS.find(([least]) => size >= least) : undefined) ?? [1, ""];
  const digits = Number((value / unit).toPrecision(4));
  const isRounded = Math.round(digits * unit) !== value;
  return isRounded && Number.isInteger(value) && size < IN_FULL ? String(value) : `${digits}${letter}`;
}
