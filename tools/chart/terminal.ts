/**
 * A chart as text, 80 columns wide by default: one curve in braille dots, several in letters that stand for them, bars in
 * blocks. No colours, no control characters: it can be read in a file and a mail.
 */
import type { BarChart, Chart, LineChart, LineSeries } from "./chart.ts";
import { checkChart } from "./chart.ts";
import { type Scale, scaleFor, shortNumber, valuesOf } from "./scale.ts";

export interface TerminalSize {
  /** Columns and rows of the whole chart; default 80 and 20. Fewer than 40 and 6 are taken as those. */
  readonly columns?: number;
  readonly rows?: number;
}

const BLANK_BRAILLE = 0x2800;
/** The bit of a braille character by row and column of its dots (Unicode 15, 2800-28FF). */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const MORE_MARKS = "0123456789";

/** The text, lines ended by newlines. Throws on a chart that is none */
export function terminalChart(chart: Chart, { columns = 80, rows = 20 }: TerminalSize = {}): string {
  checkChart(chart);
  const size = { columns: Math.max(40, columns), rows: Math.max(6, rows) };
  const lines = chart.kind === "bars" ? barLines(chart, size) : curveLines(chart, size);
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

function curveLines(chart: LineChart, { columns, rows }: Size): string[] {
  const values = valuesOf(chart);
  const y = scaleFor(chart.y, values.y, Math.max(2, Math.floor(rows / 3)));
  const labels = y.ticks.map(shortNumber);
  const gutter = Math.max(...labels.map((label) => label.length));
  const width = columns - gutter - 3;
  const x = scaleFor(chart.x, values.x, Math.max(2, Math.floor(width / 9)), true);
  const single = chart.series.length === 1;
  const cells = single ? braille(chart, x, y, width, rows) : letters(chart, x, y, width, rows);
  const tickRows = new Map(y.ticks.map((tick, i) => [Math.round((1 - y.place(tick)) * (rows - 1)), labels[i]!]));
  return [
    `${" ".repeat(gutter + 2)}${chart.title}`,
    `${" ".repeat(gutter)}   ${chart.y.title}`,
    ...cells.map((row, r) => {
      const label = tickRows.get(r);
      return `${(label ?? "").padStart(gutter)} ${label === undefined ? "│" : "┤"}${row}`;
    }),
    ...bottom(chart, x, gutter, width),
    ...(single ? [] : legend(chart, columns, gutter)),
  ];
}

/** The axis with its numbers, those that find room, and its title. */
function bottom(chart: LineChart, x: Scale, gutter: number, width: number): string[] {
  const axis = Array.from({ length: width }, () => "─");
  let numbers = "";
  for (const tick of x.ticks) {
    const column = Math.round(x.place(tick) * (width - 1));
    const label = shortNumber(tick);
    const start = Math.max(0, Math.min(column - Math.floor(label.length / 2), width - label.length));
    axis[column] = "┬";
    if (start > numbers.length || numbers === "") numbers = numbers.padEnd(start) + label;
  }
  const indent = " ".repeat(gutter + 2);
  const title = chart.x.title.padStart(Math.floor((width + chart.x.title.length) / 2));
  return [`${" ".repeat(gutter)} └${axis.join("")}`, indent + numbers, indent + title];
}

/** A letter for each curve: the first of its name that no other has, else a digit. */
function marksOf({ series }: LineChart): string[] {
  const taken = new Set<string>();
  return series.map(({ name }, i) => {
    const mark =
      [...name.toLowerCase().replace(/[^a-z0-9]/g, ""), ...MORE_MARKS].find((c) => !taken.has(c)) ?? String(i);
    taken.add(mark);
    return mark;
  });
}

function legend(chart: LineChart, columns: number, gutter: number): string[] {
  const marks = marksOf(chart);
  const indent = " ".repeat(gutter + 2);
  const lines = [indent];
  for (const [i, { name }] of chart.series.entries()) {
    const word = `${marks[i]} ${name}`;
    const last = lines.at(-1)!;
    if (last !== indent && last.length + 3 + word.length > columns) lines.push(indent + word);
    else lines[lines.length - 1] = last === indent ? indent + word : `${last}   ${word}`;
  }
  return lines;
}

/** Calls `paint` for each column that the curve crosses, with the two heights, 0 to 1, between which it lies there. */
function sweep(
  { points }: LineSeries,
  steps: boolean,
  x: Scale,
  y: Scale,
  width: number,
  paint: (column: number, low: number, high: number) => void,
): void {
  const places = points.map(([px, py]) => [x.place(px) * (width - 1), y.place(py)] as const);
  for (const [i, [toX, toY]] of places.entries()) {
    const [fromX, fromY] = places[i - 1] ?? [toX, toY];
    const heightAt = (column: number) => {
      if (steps) return fromY;
      return toX === fromX ? toY : fromY + ((toY - fromY) * (Math.min(column, toX) - fromX)) / (toX - fromX);
    };
    for (let column = Math.round(fromX); column < Math.round(toX); column++) {
      const [a, b] = [heightAt(Math.max(column, fromX)), heightAt(column + 1)];
      paint(column, Math.min(a, b), Math.max(a, b));
    }
    if (steps) paint(Math.round(toX), Math.min(fromY, toY), Math.max(fromY, toY));
    else paint(Math.round(toX), toY, toY);
  }
}

function braille(chart: LineChart, x: Scale, y: Scale, columns: number, rows: number): string[] {
  const [width, height] = [2 * columns, 4 * rows];
  const bits = Array.from({ length: rows }, () => new Uint8Array(columns));
  sweep(chart.series[0]!, chart.steps === true, x, y, width, (column, low, high) => {
    const [first, last] = [Math.round((1 - high) * (height - 1)), Math.round((1 - low) * (height - 1))];
    for (let dot = Math.max(0, first); dot <= Math.min(height - 1, last); dot++)
      bits[dot >> 2]![column >> 1]! |= DOTS[dot & 3]![column & 1]!;
  });
  return bits.map((row) => Array.from(row, (b) => (b === 0 ? " " : String.fromCharCode(BLANK_BRAILLE + b))).join(""));
}

/** Each curve by its letter: one in each column, and as many as a steep one needs. Where several meet they take turns. */
function letters(chart: LineChart, x: Scale, y: Scale, columns: number, rows: number): string[] {
  const marks = marksOf(chart);
  const cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ""));
  for (const [i, series] of chart.series.entries()) {
    sweep(series, chart.steps === true, x, y, columns, (column, low, high) => {
      const [first, last] = [Math.round((1 - high) * (rows - 1)), Math.round((1 - low) * (rows - 1))];
      for (let row = Math.max(0, first); row <= Math.min(rows - 1, last); row++)
        if (!cells[row]![column]!.includes(marks[i]!)) cells[row]![column]! += marks[i]!;
    });
  }
  return cells.map((row) => row.map((here, column) => here[column % here.length] ?? " ").join(""));
}

function barLines(chart: BarChart, { columns }: Size): string[] {
  const greatest = Math.max(...valuesOf(chart).y, 0) || 1;
  const names = chart.series.length > 1 ? chart.series.map(({ name }) => name) : [""];
  const numbers = chart.series.map(({ values }) => values.map(shortNumber));
  const widths = {
    category: Math.max(...chart.categories.map(({ length }) => length)),
    name: Math.max(...names.map(({ length }) => length)),
    number: Math.max(...numbers.flat().map(({ length }) => length)),
  };
  const room = Math.max(10, columns - widths.category - widths.name - widths.number - 5);
  const rows = chart.categories.flatMap((category, c) =>
    chart.series.map(({ values }, i) => {
      const label = `${(i === 0 ? category : "").padEnd(widths.category)} ${names[i]!.padEnd(widths.name)}`;
      return `${label} │${blocks((values[c]! / greatest) * room).padEnd(room)} ${numbers[i]![c]!.padStart(widths.number)}`;
    }),
  );
  return [chart.title, `${" ".repeat(widths.category + widths.name + 3)}${chart.y.title}`, ...rows];
}

/** A bar so many characters long, to an eighth. Below zero nothing can be drawn: the number stands beside it. */
function blocks(length: number): string {
  const eighths = Math.max(0, Math.round(length * 8));
  return "█".repeat(eighths >> 3) + EIGHTHS[eighths & 7]!;
}
