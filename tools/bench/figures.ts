/** From times to figures: medians, speeds, ratios and their geometric mean. */
import type { Cell, Result } from "./measure.ts";

/** The middle value; of an even number the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** NaN of none. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Millions of guest instructions a second (compute), or microseconds of an operation (process), a round each. */
export function figures({ workload, instructions, checksum }: Result, { seconds }: Cell): number[] {
  if (workload.kind === "process") return seconds.map((time) => (time * 1e6) / Number.parseInt(checksum!, 16));
  return instructions === null ? [] : seconds.map((time) => instructions / time / 1e6);
}

/** The median over the rounds of how many times as fast `subject` was as `peer`; NaN where one has no figure. */
export function ratio({ cells }: Result, subject: string, peer: string): number {
  const [mine, theirs] = [cells.get(subject), cells.get(peer)];
  if (mine === undefined || theirs === undefined || mine.error !== null || theirs.error !== null) return Number.NaN;
  return median(mine.seconds.map((time, round) => theirs.seconds[round]! / time));
}

/** The geometric mean of the ratios over the compute workloads that have one; NaN where none has. */
export function meanRatio(results: readonly Result[], subject: string, peer: string): number {
  const ratios = results
    .filter(({ workload }) => workload.kind === "compute")
    .map((result) => ratio(result, subject, peer));
  return geometricMean(ratios.filter((value) => !Number.isNaN(value)));
}
