/**
 * The rounds: each workload on each peer in turn, again and again (A B C A B C), so that what disturbs the host disturbs all.
 *
 * (1) All peers must have the same answer, and all engines the same count of instructions; what has not gives no figure.
 * (2) Ratios are made of the two times of one round.
 */
import type { Built } from "./build-workload.ts";
import type { ClockName } from "./clock.ts";
import { RunError } from "./error.ts";
import type { Peer, Tool } from "./peers.ts";
import { runPeer, type Sample } from "./run-peer.ts";
import type { Workload } from "./workloads.ts";

/** A peer that is here. */
export interface Runner {
  readonly peer: Peer;
  /** null: it needs none. */
  readonly tool: Tool | null;
}

/** What one peer did with one workload. */
export interface Cell {
  readonly units: number;
  /** Of one unit, a round each; fewer than rounds where a run failed. */
  readonly seconds: number[];
  /** Why there is no figure. */
  error: string | null;
}

export interface Result {
  readonly workload: Workload;
  /** Of one unit: the result of work(), for which see programs/start.s. */
  checksum: string | null;
  /** Of one unit, exactly, as engines count. */
  instructions: number | null;
  /** By the peers' names; none where a peer cannot do it. */
  readonly cells: ReadonlyMap<string, Cell>;
}

export interface Plan {
  readonly rounds: number;
  /** How much of the usual work is done. */
  readonly scale: number;
  readonly clock: ClockName;
  readonly runners: readonly Runner[];
  readonly progress: (text: string) => void;
}

/** Runs one workload. */
export async function measure(workload: Workload, built: Built, plan: Plan): Promise<Result> {
  const runners = plan.runners.filter(({ peer }) => peer.can(workload) && sees(plan.clock, peer, workload));
  const cells = new Map(
    runners.map(({ peer }): [string, Cell] => [
      peer.name,
      { units: unitsOf(workload, peer, plan.scale), seconds: [], error: null },
    ]),
  );
  const result: Result = { workload, checksum: null, instructions: null, cells };
  for (let round = 1; round <= plan.rounds; round++)
    for (const { peer, tool } of runners) {
      const cell = cells.get(peer.name)!;
      if (cell.error !== null) continue;
      plan.progress(`${workload.name}: round ${round} of ${plan.rounds}, ${peer.name}`);
      try {
        const sample = await runPeer(peer.command(tool?.tool ?? "", built, cell.units), plan.clock);
        check(sample, result, peer, cell);
        cell.seconds.push(sample.seconds / cell.units);
      } catch (error) {
        if (!(error instanceof RunError)) throw error;
        cell.error = error.message;
      }
    }
  return result;
}

/** A guest's processes are processes of the host in qemu-user; the processor's time is that of one. */
function sees(clock: ClockName, { engine }: Peer, { kind }: Workload): boolean {
  return clock === "wall" || engine || kind === "compute";
}

function unitsOf({ kind, units }: Workload, peer: Peer, scale: number): number {
  return Math.max(1, Math.round(units * scale * (kind === "compute" ? peer.share : 1)));
}

/** Holds a sample to (1). Throws RunError */
function check(sample: Sample, result: Result, peer: Peer, { units }: Cell): void {
  result.checksum ??= sample.checksum;
  if (sample.checksum !== result.checksum)
    throw new RunError(`a wrong answer: ${sample.checksum}, the first peer has ${result.checksum}`);
  if (!peer.engine || result.workload.kind !== "compute") return;
  const instructions = sample.instructions / units;
  result.instructions ??= instructions;
  if (instructions !== result.instructions)
    throw new RunError(`${instructions} instructions, the first engine has executed ${result.instructions}`);
}
