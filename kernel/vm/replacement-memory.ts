/**
 * What a replacement policy sees of memory, and all that it sees: so the same code chooses in the running kernel
 * (replacement.ts) and in the replay of a recorded run (tools/memory/).
 *
 * A page is a number: in the kernel the index of its frame, in a replay its number in the reference string.
 *
 * (1) A policy asks and changes nothing else: not the clock, not the machine's chance, not page tables. What it is told is a
 *     function of the references, arrivals and departures before, so two runs with equal ones choose the same victims.
 */
import { CYCLES_PER_SECOND } from "../../cpu/costs.ts";
import type { FrameTable, MemorySettings, ReclaimState, VmPolicies, VmStatistics } from "./types.ts";

/** Cycles between two moments at which policies hear of the time: 1 ms. */
export const TICK = CYCLES_PER_SECOND / 1000;

/** Where pages are in lists: page-lists.ts. */
export interface ListKeeper {
  readonly vm: {
    readonly policies: Pick<VmPolicies, "replacement">;
    readonly frames: Pick<FrameTable, "count" | "list" | "listNext" | "listPrevious" | "age" | "block">;
    readonly reclaim: Pick<
      ReclaimState,
      "heads" | "tails" | "lengths" | "generations" | "usedAt" | "usedBy" | "running" | "virtual"
    >;
  };
}

/** What policies remember: refault-activation.ts. */
export interface BookKeeper extends ListKeeper {
  readonly vm: ListKeeper["vm"] & {
    readonly reclaim: Pick<ReclaimState, "cost" | "turn" | "age" | "nextSample" | "evicted" | "now" | "resident">;
    readonly settings: Pick<MemorySettings, "swappiness">;
    readonly statistics: Pick<VmStatistics, PolicyStatistic>;
  };
}

type PolicyStatistic =
  | "refilled"
  | "activated"
  | "deactivated"
  | "refaultsAnonymous"
  | "refaultsFile"
  | "refaultActivationsAnonymous"
  | "refaultActivationsFile"
  | "refaultRestoresAnonymous"
  | "refaultRestoresFile";

export interface PolicyMemory extends BookKeeper {
  /** Takes the A bits of all entries that name the page. @returns how many there were */
  takeAccessed(page: number): number;
  /** Whether a call has used the page since this was last asked. */
  takeReferenced(page: number): boolean;
  /** Part of a file that somebody maps as a program's code. */
  isMappedCode(page: number): boolean;
  /** MADV_FREE: can go without a look at its uses. */
  isDisposable(page: number): boolean;
  /** Whether what it holds must be written before it can go. */
  isDirty(page: number): boolean;
  /** Begins to write it, so that it is clean from now on and stays. @returns false: it cannot be written now */
  clean(page: number): boolean;
  /** Time of processors that the process which has the page has used, in cycles, as of the last moment that counts. */
  virtualTime(page: number): number;
  /** Is there a place for anonymous memory to go to? */
  hasSwap(): boolean;
  /** A whole number from 0 to below - 1, each equally likely. */
  chance(below: number): number;
  /** What the policy does takes time. @param cycles of COSTS */
  charge(cycles: number): void;
}

export interface ReplacementPolicy {
  /** The page to be taken next; -1: none that the policy would give. */
  victim(m: PolicyMemory): number;
  /** The victim could not be taken, or not yet: others come first now. */
  spare(m: PolicyMemory, page: number): void;
  /** A call has used the page for the second time since the policy last looked: noteUse. */
  usedAgain?(m: PolicyMemory, page: number): void;
  /** Work that time brings. Called once in a TICK; does nothing until it is due. `now` of the reclaim state is the time. */
  sample?(m: PolicyMemory): void;
  /** A page is taken, and is in its list still. @returns a number to be kept until it comes back, from 1 on */
  evicted?(m: PolicyMemory, page: number): number;
  /** It has come back, and is in its list. @param token what `evicted` returned */
  returned?(m: PolicyMemory, page: number, token: number): void;
}

/** Whether anybody, program or call, has used the page since this was last asked. */
export function wasReferenced(m: PolicyMemory, page: number): boolean {
  const byCall = m.takeReferenced(page);
  return m.takeAccessed(page) > 0 || byCall;
}
