/** The benchmark for people: what ran, tables of figures and of ratios, and in words what is faster. */
import type { ClockName } from "./clock.ts";
import { figures, meanRatio, median, ratio } from "./figures.ts";
import type { Result, Runner } from "./measure.ts";
import type { Workload } from "./workloads.ts";

export interface Benchmark {
  readonly rounds: number;
  readonly scale: number;
  readonly clock: ClockName;
  readonly host: { readonly quire: string; readonly node: string; readonly processor: string; readonly cores: number };
  readonly runners: readonly Runner[];
  /** The engine that the others are compared with. */
  readonly subject: string;
  readonly results: readonly Result[];
}

const NONE = "-";
const FAILED = "failed";

export function humanReport(benchmark: Benchmark): string {
  const { rounds, scale, clock, host, results } = benchmark;
  const amount = scale === 1 ? "" : `, ${scale} of the usual work`;
  const how = clock === "wall" ? "" : ", of processor time";
  const medians = rounds === 1 ? "one round" : `medians of ${rounds} rounds`;
  const head = `Quire ${host.quire}, Node ${host.node}, ${host.processor} (${host.cores} cores); ${medians}${amount}${how}`;
  const compute = results.filter(({ workload }) => workload.kind === "compute");
  const processes = results.filter(({ workload }) => workload.kind === "process");
  const parts = [
    head,
    runnersTable(benchmark.runners),
    ...section("Computing: millions of guest instructions a second", benchmark, compute, computeColumns),
    ...section("Processes: microseconds of the host's time an operation", benchmark, processes, processColumns),
    verdicts(benchmark, compute).join("\n"),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Who takes part, with versions. */
function runnersTable(runners: readonly Runner[]): string {
  return aligned(
    runners.map(({ peer, tool }) => {
      // The packager's own part in brackets is in the JSON document.
      const version = tool === null ? "" : `; ${tool.version.replaceAll(/ \(.*\)/g, "")}`;
      return [`  ${peer.name}`, `${peer.summary}${version}`];
    }),
    2,
  );
}

/** What there is, without figures. */
export function listing(workloads: readonly Workload[], runners: readonly Runner[]): string {
  const rows = workloads.map(({ name, summary, operation }) => [
    `  ${name}`,
    operation === undefined ? summary : `${operation}: ${summary}`,
  ]);
  return `Workloads\n\n${aligned(rows, 2)}\n\nWho runs them\n\n${runnersTable(runners)}\n`;
}

/** What stands between a workload's name and its figures: a heading, and the text for each. */
interface Columns {
  readonly heading: string;
  readonly text: (result: Result) => string;
}
const computeColumns: Columns = {
  heading: "millions a unit",
  text: ({ instructions }) => (instructions === null ? NONE : number(instructions / 1e6)),
};
const processColumns: Columns = { heading: "", text: ({ workload }) => workload.operation ?? "" };

/** A table of figures and, where there is somebody to compare with, a table of ratios. */
function section(title: string, benchmark: Benchmark, results: readonly Result[], columns: Columns): string[] {
  if (results.length === 0) return [];
  const { runners, subject } = benchmark;
  const peers = runners.map(({ peer }) => peer.name).filter((name) => results.some(({ cells }) => cells.has(name)));
  const rows = results.map((result) => [
    `  ${result.workload.name}`,
    columns.text(result),
    ...peers.map((peer) => figure(result, peer)),
  ]);
  const left = columns === processColumns ? 2 : 1;
  const table = `${title}\n\n${aligned([["  workload", columns.heading, ...peers], ...rows], left)}`;
  const others = peers.filter((name) => name !== subject);
  if (others.length === 0) return [table];
  return [table, `${subject} is so many times as fast as\n\n${ratiosTable(subject, others, results)}`];
}

function figure(result: Result, peer: string): string {
  const cell = result.cells.get(peer);
  if (cell === undefined) return NONE;
  return cell.error === null ? number(median(figures(result, cell))) : FAILED;
}

function ratiosTable(subject: string, others: readonly string[], results: readonly Result[]): string {
  const row = (name: string, value: (peer: string) => number) => [
    `  ${name}`,
    ...others.map((peer) => fold(value(peer))),
  ];
  const rows = results.map((result) => row(result.workload.name, (peer) => ratio(result, subject, peer)));
  const compute = results.length > 1 && results.every(({ workload }) => workload.kind === "compute");
  const mean = compute ? [row("geometric mean", (peer) => meanRatio(results, subject, peer))] : [];
  return aligned([["  workload", ...others], ...rows, ...mean], 1);
}

/** A sentence for each peer, of what computes: faster or slower, by how much, and where it is the other way round. */
function verdicts({ runners, subject }: Benchmark, results: readonly Result[]): string[] {
  const others = runners.map(({ peer }) => peer.name).filter((name) => name !== subject);
  return others.flatMap((peer) => {
    const compared = results
      .map((result) => ({ name: result.workload.name, value: ratio(result, subject, peer) }))
      .filter(({ value }) => !Number.isNaN(value));
    return compared.length === 0 ? [] : [verdict(subject, peer, compared, meanRatio(results, subject, peer))];
  });
}

function verdict(
  subject: string,
  peer: string,
  compared: readonly { readonly name: string; readonly value: number }[],
  mean: number,
): string {
  const faster = mean >= 1;
  const how = faster ? `${fold(mean)} as fast as ${peer}` : `slower than ${peer}, which is ${fold(1 / mean)} as fast,`;
  if (compared.length === 1) return `${subject} is ${how} in ${compared[0]!.name}.`;
  const other = compared
    .filter(({ value }) => value >= 1 !== faster)
    .map(({ name, value }) => `${name} (${fold(value)})`);
  const exceptions = other.length === 0 ? "none of them" : other.join(", ");
  const opposite = faster ? "slower" : "faster";
  return `${subject} is ${how} in the geometric mean of the ${compared.length} that compute; ${opposite} in ${exceptions}.`;
}

/** Three digits or so, thousands apart. */
function number(value: number): string {
  if (Number.isNaN(value)) return NONE;
  if (value < 0.1) return value.toPrecision(2);
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const fold = (value: number) => (Number.isNaN(value) ? NONE : `${number(value)}x`);

/** Columns two blanks apart, the first `left` of them to the left. */
function aligned(rows: readonly (readonly string[])[], left: number): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((text, column) => (column < left ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)));
  return rows.map((row) => line(row).join("  ").trimEnd()).join("\n");
}
