/** The policies by name: for the kernel (replacement.ts) and for replays (tools/memory/). */
import { ageingPolicy } from "./replacement-ageing.ts";
import { clockPolicy } from "./replacement-clock.ts";
import { fifoPolicy } from "./replacement-fifo.ts";
import { generationsPolicy } from "./replacement-generations.ts";
import type { ReplacementPolicy } from "./replacement-memory.ts";
import { randomPolicy } from "./replacement-random.ts";
import { twoListsPolicy } from "./replacement-two-lists.ts";
import { wsclockPolicy } from "./replacement-wsclock.ts";
import type { VmPolicies } from "./types.ts";

export const REPLACEMENT_POLICIES: Readonly<Record<VmPolicies["replacement"], ReplacementPolicy>> = {
  fifo: fifoPolicy,
  random: randomPolicy,
  ageing: ageingPolicy,
  clock: clockPolicy,
  "two-lists": twoListsPolicy,
  generations: generationsPolicy,
  wsclock: wsclockPolicy,
};
