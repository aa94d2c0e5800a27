/**
 * What a chart shows: one value for the terminal (terminal.ts) and for SVG (svg.ts). Plain data, drawn without a clock,
 * chance or the host's fonts: the same chart is the same text.
 */

/** One axis. Its title says what is counted, with the unit: "page faults", "frames (4 KiB)". */
export interface Axis {
  readonly title: string;
  /** Logarithmic, base 10 or 2: for positive values only. Default: linear. */
  readonly scale?: "linear" | "log" | "log2";
  /** The first and last value shown; default: what the data needs, from 0 where that wastes no more than half. */
  readonly from?: number;
  readonly to?: number;
}

export type Point = readonly [x: number, y: number];

/** One line. */
export interface LineSeries {
  readonly name: string;
  /** By x, ascending. */
  readonly points: readonly Point[];
}

/** Curves of y over x. */
export interface LineChart {
  readonly kind: "lines";
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly LineSeries[];
  /** The value holds until the next point, as of counters and states over time; default: straight lines. */
  readonly steps?: boolean;
  /** Each point gets a mark: for few points. */
  readonly marks?: boolean;
}

/** One value for each category. */
export interface BarSeries {
  readonly name: string;
  readonly values: readonly number[];
}

/** Groups of bars: a group a category, in it a bar a series. */
export interface BarChart {
  readonly kind: "bars";
  readonly title: string;
  readonly categories: readonly string[];
  readonly y: Axis;
  readonly series: readonly BarSeries[];
}

export type Chart = LineChart | BarChart;

/** The most series that can be told apart. */
export const MOST_SERIES = 10;

/** Values are at most so far from 0: what lies between any two of them is a number, too. */
const FARTHEST = 1e300;

/** Throws what is wrong with a chart: a fault of the program that made it. */
export function checkChart(chart: Chart): void {
  const fail = (what: string): never => {
    throw new Error(`chart '${chart.title}': ${what}`);
  };
  if (chart.series.length === 0 || chart.series.length > MOST_SERIES)
    fail(`${chart.series.length} series, expected 1 to ${MOST_SERIES}`);
  for (const series of chart.series) {
    const values = "values" in series ? series.values : series.points.flat();
    if (values.length === 0) fail(`series '${series.name}' is empty`);
    if (!values.every((value) => Math.abs(value) <= FARTHEST))
      fail(`series '${series.name}' has values that are no numbers from -${FARTHEST} to ${FARTHEST}`);
    if ("points" in series && series.points.some(([x], i) => i > 0 && x < series.points[i - 1]![0]))
      fail(`series '${series.name}' is not in the order of x`);
  }
  if (chart.kind === "bars" && chart.series.some(({ values }) => values.length !== chart.categories.length))
    fail("a value for each category is needed");
}
