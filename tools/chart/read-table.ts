/**
 * A table of numbers in the output of a program, as curves: a line of names, and below it lines of as many numbers. What
 * stands before it and behind it is left out.
 */
import type { LineChart } from "./chart.ts";

export interface Table {
  readonly names: readonly string[];
  /** As many numbers as there are names in each; at least one row. */
  readonly rows: readonly (readonly number[])[];
}

const words = (line: string) => line.trim().split(/\s+/);
const isNumber = (word: string) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word);

/** The first table of the text with two columns or more; null: there is none. Names have no blanks in them. */
export function readTable(text: string): Table | null {
  const lines = text.split(/\r?\n/).map(words);
  for (let at = 0; at + 1 < lines.length; at++) {
    const names = lines[at]!;
    if (names.length < 2 || names.every(isNumber)) continue;
    const rows: number[][] = [];
    for (const row of lines.slice(at + 1)) {
      if (row.length !== names.length || !row.every(isNumber)) break;
      rows.push(row.map(Number));
    }
    if (rows.length > 0) return { names, rows };
  }
  return null;
}

export interface TableCurves {
  readonly title: string;
  /** Name of the column that goes to the right, and of those that are drawn over it. */
  readonly x: string;
  readonly y: readonly string[];
  /** x on a logarithmic axis; default: linear. */
  readonly log2?: boolean;
}

/**
 * Curves of columns over a column, up to where x first does not go on.
 * @throws Error a column is not there, or a logarithm is wanted of a value that has none
 */
export function tableChart({ names, rows }: Table, { title, x, y, log2 = false }: TableCurves): LineChart {
  const column = (name: string) => {
    const at = names.indexOf(name);
    if (at < 0) throw new Error(`there is no column '${name}', but ${names.join(", ")}`);
    return at;
  };
  const across = column(x);
  const back = rows.findIndex((row, i) => i > 0 && row[across]! <= rows[i - 1]![across]!);
  const shown = back < 0 ? rows : rows.slice(0, back);
  const none = log2 ? shown.find((row) => row[across]! <= 0) : undefined;
  if (none !== undefined) throw new Error(`column '${x}' has ${none[across]}, expected positive values`);
  const series = y.map((name) => {
    const at = column(name);
    return { name, points: shown.map((row) => [row[across]!, row[at]!] as const) };
  });
  return {
    kind: "lines",
    title,
    x: { title: x, scale: log2 ? "log2" : "linear" },
    y: { title: y.join(", ") },
    series,
    marks: true,
  };
}
