/** Charts on standard output: as wide as the terminal, in colours where they belong. */
import type { Chart } from "../chart/chart.ts";
import { terminalChart } from "../chart/terminal.ts";
import { paint, useColor } from "../style.ts";
import { outputColumns } from "./output-columns.ts";

/** The text of a chart for standard output. */
export function chartForOutput(chart: Chart): string {
  const { stdout } = process;
  const columns = outputColumns();
  if (!useColor(stdout)) return terminalChart(chart, { columns });
  return terminalChart(chart, { columns, paint: (style, text) => paint(stdout, style, text) });
}
