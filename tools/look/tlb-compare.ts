/**
 * One program under several TLBs: shapes times replacement policies. Each run is a computer of its own, deterministic, so the
 * figures are exact; no engine changes them.
 */
import { pageSizeAt } from "../../cpu/paging.ts";
import { REPLACEMENTS, type ReplacementName } from "../../cpu/replacement.ts";
import type { TlbShape } from "../../kernel/options.ts";
import type { LineChart } from "../chart/chart.ts";
import { runGuestAwake } from "../guest.ts";
import { type MomentRun, repeatable, rewinding } from "./moment.ts";

export interface TlbRow {
  readonly shape: TlbShape;
  readonly replacement: ReplacementName;
  readonly instructions: number;
  readonly lookups: number;
  readonly hits: number;
  readonly misses: number;
  readonly walks: number;
  /** Cycles of virtual time, from power-on to the end. */
  readonly cycles: number;
}

/**
 * By shape, then by policy, as they are given, each once. With one way there is nothing to choose from: a shape of that kind is run
 * under one policy for all. What the program writes is dropped.
 * @param progress told before each run
 */
export async function compareTlbs(
  run: MomentRun,
  shapes: readonly TlbShape[],
  policies: readonly ReplacementName[],
  progress: (shape: TlbShape, replacement: ReplacementName) => void = () => {},
): Promise<TlbRow[]> {
  const stdin = repeatable(run.stdin);
  const rewind = rewinding(run.disks);
  const rows: TlbRow[] = [];
  const different = new Map(shapes.map((shape) => [`${shape.sets}x${shape.ways}`, shape]));
  for (const shape of different.values()) {
    let alike: TlbRow | null = null;
    for (const replacement of new Set(policies)) {
      if (alike !== null) {
        rows.push({ ...alike, replacement });
        continue;
      }
      progress(shape, replacement);
      rewind();
      const row = await runWith({ ...run, stdin: stdin() }, shape, replacement);
      rows.push(row);
      if (shape.ways === 1) alike = row;
    }
  }
  return rows;
}

async function runWith(run: MomentRun, shape: TlbShape, replacement: ReplacementName): Promise<TlbRow> {
  const options = { ...run.options, tlb: shape, "tlb-replacement": replacement };
  const nothing = () => {};
  const limit = Number.MAX_SAFE_INTEGER;
  const guest = { ...run, options, instructionLimit: limit, stdout: nothing, stderr: nothing, listeners: [] };
  const { statistics, computer } = await runGuestAwake(guest);
  computer.discard();
  const { instructions, tlbHits, tlbMisses, tlbWalks, cycles } = statistics;
  const figures = { hits: tlbHits, misses: tlbMisses, walks: tlbWalks, lookups: tlbHits + tlbMisses };
  return { shape, replacement, instructions, cycles, ...figures };
}

/** Entries, of every page size. */
export const entriesOf = ({ sets, ways }: TlbShape): number => sets * ways;

/** Bytes that a TLB of this shape reaches when every entry maps a page of `level`. */
export const reachOf = (shape: TlbShape, level: number): number => entriesOf(shape) * pageSizeAt(level);

/** One curve a policy, or with several ways to shape one size, a curve for each number of ways. */
export function missCurves(rows: readonly TlbRow[], title: string): LineChart {
  const names = [...new Set(rows.map(nameOf(rows)))];
  const series = names.map((name) => ({
    name,
    points: rows
      .filter((row) => nameOf(rows)(row) === name)
      .map(({ shape, misses }) => [entriesOf(shape), misses] as const)
      .sort(([a], [b]) => a - b),
  }));
  return {
    kind: "lines",
    title,
    x: { title: "entries of the TLB", scale: "log2" },
    y: { title: "misses", from: 0 },
    series,
    marks: true,
  };
}

/** What tells a curve from the others. */
function nameOf(rows: readonly TlbRow[]): (row: TlbRow) => string {
  const policies = new Set(rows.map(({ replacement }) => replacement));
  const sizes = new Map<number, Set<number>>();
  for (const { shape } of rows) sizes.set(entriesOf(shape), (sizes.get(entriesOf(shape)) ?? new Set()).add(shape.ways));
  const severalShapes = [...sizes.values()].some(({ size }) => size > 1);
  return ({ replacement, shape }) => {
    if (!severalShapes) return replacement;
    const ways = shape.sets === 1 ? "full" : shape.ways === 1 ? "direct" : `${shape.ways} ways`;
    return policies.size === 1 ? ways : `${replacement}, ${ways}`;
  };
}

/** The names of all policies, as REPLACEMENTS has them. */
export const POLICY_NAMES = Object.keys(REPLACEMENTS) as readonly ReplacementName[];

/** The table, 80 columns. @returns lines */
export function tlbTable(rows: readonly TlbRow[]): string[] {
  const cells = rows.map(({ shape, replacement, lookups, misses, walks, cycles }) => [
    `${shape.sets}x${shape.ways}`,
    replacement,
    count(lookups),
    count(misses),
    count(walks),
    `${((100 * (lookups - misses)) / Math.max(1, lookups)).toFixed(2)}%`,
    count(reachOf(shape, 0) / 1024),
    count(reachOf(shape, 1) / 1024),
    count(cycles),
  ]);
  const head = ["shape", "policy", "lookups", "misses", "walks", "hit rate", "4K reach", "2M reach", "cycles"];
  const widths = head.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
  return [line(head), ...cells.map(line), "reach: KiB, with pages of 4 KiB or of 2 MiB in every entry"];
}

const count = (n: number) => n.toLocaleString("en-US");
