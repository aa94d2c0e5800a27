/** The benchmark for programs: one JSON document, every round in it. */
import { figures, meanRatio, median, ratio } from "./figures.ts";
import type { Cell, Result } from "./measure.ts";
import type { Benchmark } from "./report.ts";

/** Version 1: fields may be added, none is renamed or removed. A figure that there is not is null. */
export function jsonReport(benchmark: Benchmark): string {
  const { rounds, scale, clock, host, subject, runners, results } = benchmark;
  const others = runners.map(({ peer }) => peer.name).filter((name) => name !== subject);
  const document = {
    version: 1,
    rounds,
    scale,
    clock,
    host,
    subject,
    peers: runners.map(({ peer: { name, engine, summary }, tool }) => ({ name, engine, summary, ...tool })),
    workloads: results.map((result) => workloadOf(result, subject, others)),
    geometricMeans: byName(others, (name) => meanRatio(results, subject, name)),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function workloadOf(result: Result, subject: string, others: readonly string[]) {
  const { workload, checksum, instructions, cells } = result;
  const unit = workload.kind === "compute" ? "million instructions a second" : "microseconds an operation";
  return {
    name: workload.name,
    kind: workload.kind,
    unit,
    operation: workload.operation ?? null,
    checksum,
    instructions,
    peers: Object.fromEntries([...cells].map(([name, cell]) => [name, cellOf(result, cell)])),
    ratios: byName(others, (name) => ratio(result, subject, name)),
  };
}

function cellOf(result: Result, cell: Cell) {
  const values = figures(result, cell);
  return { units: cell.units, error: cell.error, median: orNull(median(values)), values, secondsAUnit: cell.seconds };
}

const byName = (names: readonly string[], value: (name: string) => number) =>
  Object.fromEntries(names.map((name) => [name, orNull(value(name))]));

const orNull = (value: number) => (Number.isFinite(value) ? value : null);
