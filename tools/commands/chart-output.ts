/** Charts on standard output: as wide as the terminal, in colours where they belong. */
import type { Chart } from "../chart/chart.ts";
import { terminalChart } from "../chart/terminal.ts";
import { paint, useColor } from "../style.ts";

const USUAL = 80;
/** Wider charts are no better to read. */
const WIDEST = 120;

/** The text of a chart for standard output. */
export function chartForOutput(chart: Chart): string {
  const { stdout } = process;
  const columns = stdout.isTTY ? Math.min(stdout.columns ?? USUAL, WIDEST) : USUAL;
  if (!useColor(stdout)) return terminalChart(chart, { columns });
  return terminalChart(chart, { columns, paint: (style, text) => paint(stdout, style, text) });
}
