/** Faults by policy and size of memory: the table and the curves of `quire memory replay`. */
import { REPLACEMENT_POLICIES } from "../../kernel/vm/replacement-policies.ts";
import type { VmPolicies } from "../../kernel/vm/types.ts";
import type { LineChart } from "../chart/chart.ts";
import { lruFaultsDirectly, optFaults } from "./exact-policies.ts";
import type { ReferenceString } from "./reference-string.ts";
import { type ReplayWatcher, replay } from "./replay.ts";
import { lruFaults } from "./stack-distances.ts";

type LiveName = VmPolicies["replacement"];
export type PolicyName = LiveName | "lru" | "opt";

/** In the order of tables: the kernel's, and in between and last those that only a replay can have. */
export const POLICIES: readonly PolicyName[] = [
  "fifo",
  "random",
  "lru",
  "ageing",
  "clock",
  "two-lists",
  "generations",
  "wsclock",
  "opt",
];

const isLive = (policy: PolicyName): policy is LiveName => Object.hasOwn(REPLACEMENT_POLICIES, policy);

/** Faults of one policy with so many frames. */
export function faultsOf(string: ReferenceString, policy: PolicyName, frames: number, watcher?: ReplayWatcher): number {
  if (isLive(policy)) return replay(string, policy, frames, watcher);
  return policy === "opt" ? optFaults(string, frames, watcher) : lruFaultsDirectly(string, frames, watcher);
}

export interface PolicyFaults {
  readonly policy: PolicyName;
  /** By size, in the order of the sizes. */
  readonly faults: readonly number[];
}

/** Faults of each policy with each number of frames, in the order of both. @param progress told before each part of the work */
export function comparePolicies(
  string: ReferenceString,
  policies: readonly PolicyName[],
  sizes: readonly number[],
  progress: (policy: PolicyName, frames: number) => void = () => {},
): PolicyFaults[] {
  return policies.map((policy) => {
    const faultsWith = (frames: number) => {
      progress(policy, frames);
      return faultsOf(string, policy, frames);
    };
    if (policy !== "lru") return { policy, faults: sizes.map(faultsWith) };
    progress(policy, Math.max(...sizes));
    // All sizes are one pass.
    const all = lruFaults(string, Math.max(...sizes));
    return { policy, faults: sizes.map((frames) => all[frames]!) };
  });
}

/** A line a size, a column a policy. */
export function faultTable(results: readonly PolicyFaults[], sizes: readonly number[]): string[] {
  const columns = results.map(({ policy, faults }) => [policy, ...faults.map((n) => n.toLocaleString("en-US"))]);
  const all = [["frames", ...sizes.map(String)], ...columns];
  const widths = all.map((column) => Math.max(...column.map(({ length }) => length)));
  return all[0]!.map((_, row) => all.map((column, i) => column[row]!.padStart(widths[i]!)).join("  "));
}

/** A curve a policy: faults over frames. @param sizes those of the results, ascending */
export function faultCurves(results: readonly PolicyFaults[], sizes: readonly number[], title: string): LineChart {
  return {
    kind: "lines",
    title,
    x: { title: "frames (4 KiB)" },
    y: { title: "page faults" },
    marks: sizes.length <= 12,
    series: results.map(({ policy, faults }) => ({
      name: policy,
      points: sizes.map((frames, i) => [frames, faults[i]!] as const),
    })),
  };
}
