/** `quire chart [FILE]`: a table of numbers in a file or in the output of a program, drawn as curves. */
import { readFileSync } from "node:fs";
import { checkChart } from "../chart/chart.ts";
import { readTable, type Table, tableChart } from "../chart/read-table.ts";
import { svgChart } from "../chart/svg.ts";
import { EXIT, UsageError } from "../errors.ts";
import { readHostFile } from "../files.ts";
import { chartForOutput } from "./chart-output.ts";
import type { CommandBody } from "./command.ts";
import { writeFile } from "./options.ts";

const STANDARD_INPUT = 0;

export const run: CommandBody = async ([file], options) => {
  const from = file ?? "standard input";
  const bytes = file === undefined ? readFileSync(STANDARD_INPUT) : readHostFile(file);
  const table = readTable(new TextDecoder().decode(bytes));
  if (table === null)
    throw new UsageError(`${from}: no table, which is a line of names above lines of as many numbers`);
  const chart = draw(table, options);
  process.stdout.write(chartForOutput(chart));
  if (options.svg !== undefined) writeFile("--svg", options.svg as string, svgChart(chart));
  return EXIT.ok;
};

function draw(table: Table, options: Record<string, unknown>): ReturnType<typeof tableChart> {
  const x = (options.x as string | undefined) ?? table.names[0]!;
  const y = (options.y as string | undefined)?.split(",") ?? [table.names.find((name) => name !== x)!];
  const title = (options.title as string | undefined) ?? `${y.join(", ")} by ${x}`;
  try {
    const chart = tableChart(table, { title, x, y, log2: options.log2 === true });
    checkChart(chart);
    return chart;
  } catch (thrown) {
    throw new UsageError((thrown as Error).message);
  }
}
