/** `quire bench [WORKLOAD...]`: how fast the engines are, beside QEMU and the host itself. */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Built } from "../bench/build-workload.ts";
import { CLOCKS, type ClockName } from "../bench/clock.ts";
import { jsonReport } from "../bench/json-report.ts";
import { measure, type Plan, type Result, type Runner } from "../bench/measure.ts";
import { findTool, PEERS, type Peer } from "../bench/peers.ts";
import { type Benchmark, humanReport, listing } from "../bench/report.ts";
import { WORKLOADS, type Workload } from "../bench/workloads.ts";
import { atEnd } from "../disk/at-end.ts";
import { EXIT, UsageError } from "../errors.ts";
import { progressLine } from "../progress.ts";
import { version } from "../version.ts";
import type { CommandBody } from "./command.ts";
import { say } from "./options.ts";

const DEFAULT_ROUNDS = 5;

export const run: CommandBody = async (names, options) => {
  const workloads = chosen("workload", WORKLOADS, names.length === 0 ? null : names);
  const runners = findRunners(options.engines as string[] | undefined, options.peers as string[] | undefined);
  if (options.list === true) {
    process.stdout.write(listing(workloads, runners));
    return EXIT.ok;
  }
  const plan: Plan = {
    rounds: (options.rounds as number | undefined) ?? DEFAULT_ROUNDS,
    clock: clockOf(options.clock as ClockName | undefined),
    scale: (options.scale as number | undefined) ?? 1,
    runners,
    progress: progressLine(),
  };
  const results = await measureAll(workloads, plan);
  const present = runners.filter(({ peer }) => results.some(({ cells }) => cells.has(peer.name)));
  if (options.peers !== undefined)
    for (const { peer } of runners) if (!present.some((other) => other.peer === peer)) say(idle(peer));
  const subject = subjectOf(runners);
  const benchmark: Benchmark = { ...plan, runners: present, host: hostWords(), subject, results };
  process.stdout.write(options.json === true ? jsonReport(benchmark) : humanReport(benchmark));
  return complain(results) ? EXIT.failed : EXIT.ok;
};

const idle = ({ name }: Peer) => `quire: ${name} does none of these workloads`;

function clockOf(name: ClockName | undefined): ClockName {
  if (name !== undefined && !CLOCKS[name].there())
    throw new UsageError(`--clock ${name}: this host has no /proc, where the time would be read`);
  return name ?? "wall";
}

/** The rows of these names, in the order of the table; all for null. Throws UsageError that lists them */
function chosen<T extends { readonly name: string }>(
  what: string,
  rows: readonly T[],
  names: readonly string[] | null,
) {
  if (names === null) return rows;
  const unknown = names.find((name) => !rows.some((row) => row.name === name));
  if (unknown !== undefined)
    throw new UsageError(`there is no ${what} '${unknown}'; there are ${rows.map(({ name }) => name).join(", ")}`);
  return rows.filter(({ name }) => names.includes(name));
}

/** Who takes part. What was not asked for and is not here is left out with a word. Throws UsageError */
function findRunners(engineNames: readonly string[] | undefined, peerNames: readonly string[] | undefined): Runner[] {
  const engines = chosen(
    "engine",
    PEERS.filter(({ engine }) => engine),
    engineNames ?? null,
  );
  const others = PEERS.filter(({ engine }) => !engine);
  const wanted = peerNames?.join() === "none" ? [] : chosen("peer", others, peerNames ?? null);
  const missing: Peer[] = [];
  const runners = [...engines, ...wanted].flatMap((peer): Runner[] => {
    const tool = findTool(peer);
    if (tool !== null || peer.tools.length === 0) return [{ peer, tool }];
    missing.push(peer);
    return [];
  });
  const lack = missing.map(({ name, tools }) => `${name}: there is no ${tools.join(" or ")} here`).join("; ");
  if (missing.length > 0 && peerNames !== undefined) throw new UsageError(lack);
  if (missing.length > 0) say(`quire: left out: ${lack}`);
  return runners;
}

async function measureAll(workloads: readonly Workload[], plan: Plan): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), "quire-bench-"));
  const remove = atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const results: Result[] = [];
  try {
    for (const workload of workloads) {
      const place = join(folder, workload.name);
      results.push(await measure(workload, new Built(workload.name, place), plan));
      rmSync(place, { recursive: true });
    }
  } finally {
    plan.progress("");
    remove();
  }
  return results;
}

/** The last engine: the reference is the first. */
function subjectOf(runners: readonly Runner[]): string {
  return runners.findLast(({ peer }) => peer.engine)!.peer.name;
}

function hostWords(): Benchmark["host"] {
  const processor = cpus()[0]?.model.trim() || process.arch;
  return { quire: version(), node: process.versions.node, processor, cores: availableParallelism() };
}

/** Says what went wrong with whom; whether anything did. */
function complain(results: readonly Result[]): boolean {
  const lines = results.flatMap(({ workload, cells }) =>
    [...cells].flatMap(([name, { error }]) => (error === null ? [] : [`quire: ${workload.name} on ${name}: ${error}`])),
  );
  for (const line of lines) say(line);
  return lines.length > 0;
}
