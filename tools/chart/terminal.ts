/**
 * A chart as text, 80 columns wide by default: one curve in braille dots, a few in letters that stand for them and with their
 * names at their ends, more of them each in a panel (panels.ts), bars in blocks. Without `paint` there are no colours and no
 * control characters: it can be read in a file and a mail. Nothing is told by colour alone.
 */
import type { BarChart, Chart, LineChart } from "./chart.ts";
import { checkChart } from "./chart.ts";
import { panelLines } from "./panels.ts";
import { evenCells, type Scale, scaleFor, shortNumber, valuesOf } from "./scale.ts";
import { brailleCells, rowsBetween, sweep } from "./sweep.ts";
import { colourOf, type PaintText, PLAIN } from "./terminal-colours.ts";

export interface TerminalSize {
  /** Columns and rows of the whole chart; default 80 and 20. Fewer than 40 and 6 are taken as those. */
  readonly columns?: number;
  readonly rows?: number;
  readonly paint?: PaintText;
}

/** More curves than this lie over each other: each gets a panel. */
const MOST_TOGETHER = 4;
/** Names of curves stand at their ends when they are no longer. */
const LONGEST_LABEL = 16;

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const MORE_MARKS = "0123456789";

/** The text, lines ended by newlines. Throws on a chart that is none */
export function terminalChart(chart: Chart, { columns = 80, rows = 20, paint = PLAIN }: TerminalSize = {}): string {
  checkChart(chart);
  const size = { columns: Math.max(40, columns), rows: Math.max(6, rows), paint };
  const lines =
    chart.kind === "bars"
      ? barLines(chart, size)
      : chart.series.length > MOST_TOGETHER
        ? panelLines(chart, size.columns, size.rows, paint)
        : curveLines(chart, size);
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
  readonly paint: PaintText;
}

/** Where curves are drawn. */
interface Grid {
  readonly x: Scale;
  readonly y: Scale;
  readonly columns: number;
  readonly rows: number;
}

function curveLines(chart: LineChart, { columns, rows: most, paint }: Size): string[] {
  const values = valuesOf(chart);
  const y = scaleFor(chart.y, values.y, Math.max(2, Math.floor(most / 3)));
  const rows = evenCells(y, most - 4, most);
  const labels = y.ticks.map(shortNumber);
  const gutter = Math.max(...labels.map((label) => label.length));
  const single = chart.series.length === 1;
  const longest = Math.max(...chart.series.map(({ name }) => name.length));
  const isLabelled = !single && longest <= LONGEST_LABEL;
  const widest = columns - gutter - 3 - (isLabelled ? longest + 3 : 0);
  const x = scaleFor(chart.x, values.x, Math.max(2, Math.floor(widest / 9)), true);
  const width = evenCells(x, widest - 5, widest);
  const cells = single
    ? brailleCells(chart.series[0]!, chart.steps === true, x, y, width, rows).map((row) =>
        row.map((cell) => cell || " ").join(""),
      )
    : letters(chart, { x, y, columns: width, rows }, paint);
  const names = isLabelled ? endLabels(chart, y, rows, paint) : [];
  const tickRows = new Map(y.ticks.map((tick, i) => [Math.round((1 - y.place(tick)) * (rows - 1)), labels[i]!]));
  return [
    `${" ".repeat(gutter + 2)}${chart.title}`,
    `${" ".repeat(gutter)}   ${chart.y.title}`,
    ...cells.map((row, r) => {
      const label = tickRows.get(r);
      return `${(label ?? "").padStart(gutter)} ${label === undefined ? "│" : "┤"}${row}${names[r] ?? ""}`;
    }),
    ...bottom(chart, x, gutter, width),
    ...(single || isLabelled ? [] : legend(chart, columns, gutter, paint)),
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

/** A letter for each curve: the first of its name that no other has, of what is not common to all names, else a digit. */
function marksOf({ series }: LineChart): string[] {
  const taken = new Set<string>();
  const words = series.map(({ name }) => name.toLowerCase().split(/[^a-z0-9]+/));
  const common = words[0]!.filter((word) => words.every((others) => others.includes(word)));
  return words.map((own, i) => {
    const letters = own.filter((word) => series.length === 1 || !common.includes(word)).join("");
    const mark = [...letters, ...MORE_MARKS].find((c) => !taken.has(c)) ?? String(i);
    taken.add(mark);
    return mark;
  });
}

/** By row: letter and name of the curve that ends there, or as near to there as there is room. */
function endLabels(chart: LineChart, y: Scale, rows: number, paint: PaintText): string[] {
  const marks = marksOf(chart);
  const ends = chart.series.map(({ name, points }, i) => {
    const text = paint(colourOf(i), `${marks[i]} ${name}`);
    return { text, row: Math.round((1 - y.place(points.at(-1)![1])) * (rows - 1)) };
  });
  ends.sort((a, b) => a.row - b.row);
  // Downwards each below the one before, then upwards so that the last is still inside.
  for (const [i, end] of ends.entries()) if (i > 0) end.row = Math.max(end.row, ends[i - 1]!.row + 1);
  for (let i = ends.length - 1, most = rows - 1; i >= 0; i--, most--) ends[i]!.row = Math.min(ends[i]!.row, most);
  const labels: string[] = [];
  for (const { text, row } of ends) labels[row] = ` ${text}`;
  return labels;
}

function legend(chart: LineChart, columns: number, gutter: number, paint: PaintText): string[] {
  const marks = marksOf(chart);
  const indent = " ".repeat(gutter + 2);
  const lines: string[] = [];
  let width = Number.POSITIVE_INFINITY;
  for (const [i, { name }] of chart.series.entries()) {
    const word = paint(colourOf(i), `${marks[i]} ${name}`);
    const more = 3 + 2 + name.length;
    if (width + more > columns) {
      lines.push(indent + word);
      width = indent.length + 2 + name.length;
    } else {
      lines[lines.length - 1] += `   ${word}`;
      width += more;
    }
  }
  return lines;
}

/** Each curve by its letter: one in each column, and as many as a steep one needs. Where several meet they take turns. */
function letters(chart: LineChart, { x, y, columns, rows }: Grid, paint: PaintText): string[] {
  const marks = marksOf(chart);
  const cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ""));
  for (const [i, series] of chart.series.entries()) {
    sweep(series, chart.steps === true, x, y, columns, (column, low, high) => {
      const { first, last } = rowsBetween(low, high, rows);
      for (let row = first; row <= last; row++)
        if (!cells[row]![column]!.includes(marks[i]!)) cells[row]![column]! += marks[i]!;
    });
  }
  const painted = (mark: string | undefined) => (mark === undefined ? " " : paint(colourOf(marks.indexOf(mark)), mark));
  return cells.map((row) => row.map((here, column) => painted(here[column % here.length])).join(""));
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
