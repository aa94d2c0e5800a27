/**
 * A chart as SVG: small, the same text each time, readable on light and dark ground (the colours follow the reader's
 * preference by a style sheet in the file), told apart by dashes as well as by colours.
 */
import type { BarChart, Chart, LineChart, LineSeries } from "./chart.ts";
import { checkChart } from "./chart.ts";
import { type Scale, scaleFor, shortNumber, valuesOf } from "./scale.ts";

const WIDTH = 720;
const HEIGHT = 400;
/** Around the plot: room for title, numbers, titles of the axes, and the legend at the right. */
const MARGIN = { top: 40, bottom: 52, left: 68, right: 20 };
const LEGEND_LETTER = 6.6;
const LEGEND_KEY = 34;
const LEGEND_ROW = 18;
/** From the plot to the key of a curve. */
const LEADER = 14;
const TICKS = { x: 10, y: 7 };

/** On light and on dark ground: Okabe and Ito's palette, which the colour-blind can tell apart, and some more. */
export const COLOURS: readonly (readonly [light: string, dark: string])[] = [
  ["#0072b2", "#56b4e9"],
  ["#d55e00", "#ff8c42"],
  ["#009e73", "#2fd6a5"],
  ["#a8327e", "#e79bc8"],
  ["#8a6d00", "#f0e442"],
  ["#3b3b3b", "#e6e6e6"],
  ["#6a4fbf", "#b39dff"],
  ["#b00020", "#ff6b7d"],
  ["#4a7f00", "#a6d854"],
  ["#00838f", "#4dd0e1"],
];
const DASHES = ["", "7 3", "2 2", "9 3 2 3", "", "5 2", "3 3", "10 4", "1 3", "6 2 1 2"];

/** Text that may stand in SVG. */
export const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!);

/** A place, to a tenth of a pixel. */
export const at = (value: number) => String(Number(value.toFixed(1)));

interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly scaleX: Scale | null;
  readonly scaleY: Scale;
}

/** The whole file. Throws on a chart that is none */
export function svgChart(chart: Chart): string {
  checkChart(chart);
  const plot = plotOf(chart);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    `<title>${escaped(chart.title)}</title>`,
    `<style>${style(chart)}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="title" x="${at((plot.left + plot.right) / 2)}" y="24" text-anchor="middle">${escaped(chart.title)}</text>`,
    ...axes(chart, plot),
    ...(chart.kind === "lines" ? lines(chart, plot) : bars(chart, plot)),
    ...legend(chart, plot),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

function plotOf(chart: Chart): Plot {
  const values = valuesOf(chart);
  const scaleY = scaleFor(chart.y, values.y, TICKS.y);
  const scaleX = chart.kind === "lines" ? scaleFor(chart.x, values.x, TICKS.x, true) : null;
  const [left, top, bottom] = [MARGIN.left, MARGIN.top, HEIGHT - MARGIN.bottom];
  const right = WIDTH - MARGIN.right - legendWidth(chart);
  return {
    left,
    right,
    top,
    bottom,
    scaleX,
    scaleY,
    x: (value) => left + (right - left) * (scaleX?.place(value) ?? 0),
    y: (value) => bottom - (bottom - top) * scaleY.place(value),
  };
}

const hasLegend = (chart: Chart) => chart.series.length > 1;

function legendWidth(chart: Chart): number {
  if (!hasLegend(chart)) return 0;
  return LEGEND_KEY + 18 + LEGEND_LETTER * Math.max(...chart.series.map(({ name }) => name.length));
}

function style(chart: Chart): string {
  const colours = (side: 0 | 1) =>
    chart.series.map((_, i) => `.s${i}{stroke:${COLOURS[i]![side]}}.f${i}{fill:${COLOURS[i]![side]}}`).join("");
  return [
    "text{font:12px system-ui,sans-serif;fill:#222}.title{font-size:15px;font-weight:600}",
    ".ground{fill:#fff}.axis{stroke:#222}.grid{stroke:#ddd}.line{fill:none;stroke-width:2;stroke-linejoin:round}.leader{fill:none;stroke-width:.7;opacity:.6}",
    colours(0),
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.ground{fill:#14171a}.axis{stroke:#ccc}.grid{stroke:#333}",
    `${colours(1)}}`,
  ].join("");
}

function axes(chart: Chart, p: Plot): string[] {
  const parts: string[] = [];
  for (const tick of p.scaleY.ticks) {
    const y = at(p.y(tick));
    parts.push(`<path class="grid" d="M${at(p.left)} ${y}H${at(p.right)}"/>`);
    parts.push(`<text x="${at(p.left - 8)}" y="${at(p.y(tick) + 4)}" text-anchor="end">${shortNumber(tick)}</text>`);
  }
  for (const tick of p.scaleX?.ticks ?? []) {
    const x = at(p.x(tick));
    parts.push(`<path class="axis" d="M${x} ${at(p.bottom)}v5"/>`);
    parts.push(`<text x="${x}" y="${at(p.bottom + 20)}" text-anchor="middle">${shortNumber(tick)}</text>`);
  }
  parts.push(`<path class="axis" fill="none" d="M${at(p.left)} ${at(p.top)}V${at(p.bottom)}H${at(p.right)}"/>`);
  const middle = at((p.top + p.bottom) / 2);
  const turned = `transform="rotate(-90 16 ${middle})"`;
  parts.push(`<text x="16" y="${middle}" text-anchor="middle" ${turned}>${escaped(chart.y.title)}</text>`);
  if (chart.kind === "lines") {
    const x = at((p.left + p.right) / 2);
    parts.push(`<text x="${x}" y="${HEIGHT - 12}" text-anchor="middle">${escaped(chart.x.title)}</text>`);
  }
  return parts;
}

function lines(chart: LineChart, p: Plot): string[] {
  return chart.series.flatMap((series, i) => {
    const dash = DASHES[i] === "" ? "" : ` stroke-dasharray="${DASHES[i]}"`;
    const path = `<path class="line s${i}"${dash} d="${pathOf(chart, series, p)}"/>`;
    if (!chart.marks) return [path];
    return [
      path,
      ...series.points.map(([x, y]) => `<circle class="f${i}" cx="${at(p.x(x))}" cy="${at(p.y(y))}" r="3.5"/>`),
    ];
  });
}

/** Points that lie on the straight way from their neighbour to the next add nothing and are left out. */
function pathOf(chart: LineChart, { points }: LineSeries, p: Plot): string {
  const places = points.map(([x, y]) => [p.x(x), p.y(y)] as const);
  if (chart.steps) {
    const [first, ...rest] = places;
    return `M${at(first![0])} ${at(first![1])}${rest.map(([x, y]) => `H${at(x)}V${at(y)}`).join("")}`;
  }
  const kept = places.filter((place, i) => !isBetween(places[i - 1], place, places[i + 1]));
  return `M${kept.map(([x, y]) => `${at(x)} ${at(y)}`).join("L")}`;
}

type Place = readonly [number, number];

function isBetween(a: Place | undefined, b: Place, c: Place | undefined): boolean {
  if (a === undefined || c === undefined) return false;
  const isStraight = Math.abs((c[0] - a[0]) * (b[1] - a[1]) - (c[1] - a[1]) * (b[0] - a[0])) < 1e-6;
  // Not where the line turns back, which it can at one x.
  return isStraight && (b[1] - a[1]) * (c[1] - b[1]) >= 0;
}

function bars(chart: BarChart, p: Plot): string[] {
  const group = (p.right - p.left) / chart.categories.length;
  const width = (group * 0.8) / chart.series.length;
  const zero = p.y(0);
  return chart.categories.flatMap((category, c) => {
    const left = p.left + group * (c + 0.1);
    const label = `<text x="${at(p.left + group * (c + 0.5))}" y="${at(p.bottom + 20)}" text-anchor="middle">${escaped(category)}</text>`;
    return [
      label,
      ...chart.series.map(({ values }, i) => bar(i, left + i * width, width * 0.92, p.y(values[c]!), zero)),
    ];
  });
}

function bar(series: number, left: number, width: number, y: number, zero: number): string {
  const [top, bottom] = y < zero ? [y, zero] : [zero, y];
  return `<rect class="f${series}" x="${at(left)}" y="${at(top)}" width="${at(width)}" height="${at(bottom - top)}"/>`;
}

/**
 * At the right what each colour and dash stands for. A curve's name lies where the curve ends, or as near as there is room, with a
 * thin line from the end to it.
 */
function legend(chart: Chart, p: Plot): string[] {
  if (!hasLegend(chart)) return [];
  const rows = chart.kind === "lines" ? endRows(chart, p) : chart.series.map((_, i) => p.top + 10 + LEGEND_ROW * i);
  return chart.series.flatMap((series, i) => {
    const [x, y] = [p.right + LEADER + 4, rows[i]!];
    const name = `<text x="${at(x + LEGEND_KEY - 10)}" y="${at(y + 4)}">${escaped(series.name)}</text>`;
    if (!("points" in series))
      return [`<rect class="f${i}" x="${at(x)}" y="${at(y - 6)}" width="12" height="12"/>`, name];
    const dash = DASHES[i] === "" ? "" : ` stroke-dasharray="${DASHES[i]}"`;
    const [endX, endY] = series.points.at(-1)!;
    const leader = `<path class="leader s${i}" d="M${at(p.x(endX))} ${at(p.y(endY))}L${at(x)} ${at(y)}"/>`;
    return [leader, `<path class="line s${i}"${dash} d="M${at(x)} ${at(y)}h18"/>`, name];
  });
}

/** Heights of the names of curves: each at its curve's end, but LEGEND_ROW apart, and all beside the plot. */
function endRows({ series }: LineChart, p: Plot): number[] {
  const rows = series.map(({ points }) => p.y(points.at(-1)![1]));
  const order = rows.map((_, i) => i).sort((a, b) => rows[a]! - rows[b]! || a - b);
  const gap = Math.min(LEGEND_ROW, (p.bottom - p.top) / series.length);
  for (const [n, i] of order.entries()) if (n > 0) rows[i] = Math.max(rows[i]!, rows[order[n - 1]!]! + gap);
  let most = p.bottom;
  for (const i of order.toReversed()) {
    rows[i] = Math.min(rows[i]!, most);
    most = rows[i]! - gap;
  }
  return rows;
}
