/**
 * Many curves as text: each in a panel of its own, in braille dots, all to the same scales; where they would lie over each other
 * nobody could tell them apart. In every panel, dim, the least of all curves at each x: what the panel's curve is to be
 * compared with.
 *
 *     fifo                  lru
 *  80 ┤⠑⢄                  │⠑⢄
 *     │·⠈⠒⠤⢄⣀              │ ·⠑⢄
 *   0 ┤···   ⠉⠉            │··· ⠈⠉⠒⠤⢄
 *     └───────────         └───────────
 *     2          9         2          9
 */
import type { LineChart } from "./chart.ts";
import { evenCells, type Scale, scaleFor, shortNumber, valuesOf } from "./scale.ts";
import { brailleCells, rowsBetween, sweep } from "./sweep.ts";
import { colourOf, type PaintText } from "./terminal-colours.ts";

/** Columns that a panel needs, and those between two. */
const LEAST_WIDTH = 18;
const BETWEEN = 2;
const MOST_ABREAST = 5;
const ROWS = { least: 5, most: 9 };
const Y_TICKS = 4;
const LEAST_MARK = "·";

interface Layout {
  readonly gutter: number;
  readonly width: number;
  readonly rows: number;
  readonly x: Scale;
  readonly y: Scale;
  /** By row and column: whether the least of all curves is there. */
  readonly least: readonly (readonly boolean[])[];
}

/** @param rows of the whole chart, about @returns lines */
export function panelLines(chart: LineChart, columns: number, rows: number, paint: PaintText): string[] {
  const { abreast, layout } = layoutOf(chart, columns, rows);
  const lines = [`${" ".repeat(layout.gutter + 2)}${chart.title}`];
  const panels = chart.series.map((_, i) => panel(chart, i, layout, paint));
  const labels = yLabels(layout);
  for (let first = 0; first < panels.length; first += abreast) {
    const group = panels.slice(first, first + abreast);
    for (const [r, label] of labels.entries())
      lines.push(`${label}${group.map((each) => each[r]!).join(" ".repeat(BETWEEN))}`);
  }
  const indent = " ".repeat(layout.gutter + 2);
  lines.push(`${indent}up: ${chart.y.title}; across: ${chart.x.title}; ${LEAST_MARK} the least of all curves`);
  return lines;
}

function layoutOf(chart: LineChart, columns: number, wanted: number): { abreast: number; layout: Layout } {
  const count = chart.series.length;
  const values = valuesOf(chart);
  const y = scaleFor(chart.y, values.y, Y_TICKS);
  const gutter = Math.max(...y.ticks.map((tick) => shortNumber(tick).length));
  const room = columns - gutter - 1;
  const most = Math.max(1, Math.min(MOST_ABREAST, Math.floor((room + BETWEEN) / (LEAST_WIDTH + 1 + BETWEEN))));
  const levels = Math.ceil(count / most);
  const abreast = Math.ceil(count / levels);
  const widest = Math.floor((room - BETWEEN * (abreast - 1)) / abreast) - 1;
  const about = Math.max(ROWS.least, Math.min(ROWS.most, Math.round(wanted / levels)));
  const rows = evenCells(y, Math.max(ROWS.least, about - 2), Math.min(ROWS.most, about + 2));
  const x = scaleFor(chart.x, values.x, Math.max(2, Math.floor(widest / 8)), true);
  const width = evenCells(x, widest - 3, widest);
  return { abreast, layout: { gutter, width, rows, x, y, least: leastOf(chart, x, y, width, rows) } };
}

/** Only where a dot of its own can be seen: a cell a column. */
function leastOf(chart: LineChart, x: Scale, y: Scale, width: number, rows: number): boolean[][] {
  const lowest = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  for (const series of chart.series)
    sweep(series, chart.steps === true, x, y, width, (column, low) => {
      lowest[column] = Math.min(lowest[column]!, low);
    });
  return Array.from({ length: rows }, (_, r) =>
    Array.from(lowest, (low) => Number.isFinite(low) && rowsBetween(low, low, 4 * rows).first >> 2 === r),
  );
}

/** What stands left of the first panel of a group, line by line: heading, rows, axis, numbers. */
function yLabels({ gutter, rows, y }: Layout): string[] {
  const labels = Array.from({ length: rows }, () => "");
  for (const tick of y.ticks) labels[Math.round((1 - y.place(tick)) * (rows - 1))] = shortNumber(tick);
  return ["", ...labels, "", ""].map((label) => `${label.padStart(gutter)} `);
}

/** The lines of a panel, all of one width: heading, rows, axis, numbers. */
function panel(chart: LineChart, i: number, { width, rows, x, y, least }: Layout, paint: PaintText): string[] {
  const series = chart.series[i]!;
  const cells = brailleCells(series, chart.steps === true, x, y, width, rows);
  const ticks = new Set(y.ticks.map((tick) => Math.round((1 - y.place(tick)) * (rows - 1))));
  const name = series.name.length > width ? `${series.name.slice(0, width - 1)}…` : series.name;
  const body = cells.map((row, r) => {
    const painted = row.map((cell, c) => {
      if (cell !== "") return paint(colourOf(i), cell);
      return least[r]![c] ? paint("dim", LEAST_MARK) : " ";
    });
    return `${ticks.has(r) ? "┤" : "│"}${painted.join("")}`;
  });
  return [` ${paint("bold", name)}${" ".repeat(width - name.length)}`, ...body, ...bottom(x, width)];
}

/** The axis, and the numbers at both ends. */
function bottom(x: Scale, width: number): [string, string] {
  const [first, last] = [x.ticks[0]!, x.ticks.at(-1)!];
  const axis = Array.from({ length: width }, () => "─");
  for (const tick of x.ticks) axis[Math.round(x.place(tick) * (width - 1))] = "┬";
  const [left, right] = [shortNumber(first), shortNumber(last)];
  const begins = Math.round(x.place(first) * (width - 1));
  const ends = Math.min(width, Math.round(x.place(last) * (width - 1)) + 1 + Math.floor(right.length / 2));
  const head = `${" ".repeat(begins)}${left}`;
  const numbers = ends - right.length > head.length ? head.padEnd(ends - right.length) + right : head;
  return [`└${axis.join("")}`, ` ${numbers}`.slice(0, width + 1).padEnd(width + 1)];
}
