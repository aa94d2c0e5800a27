/**
 * Replacement: which page leaves RAM when a frame is needed. One interface, a row a policy, chosen by --replacement.
 * What may leave at all, and how, is reclaim.ts'; the lists are page-lists.ts'.
 *
 *   fifo       whoever came first
 *   random     anyone: from the machine's seed
 *   lru        least recently used, by ageing: a shift register of the A bits of the last intervals
 *   clock      second chance: whoever came first and has not been used since it was last asked
 *   two-lists  inactive and active pages, of files and anonymous, in balance: as Linux does it
 *
 * (1) victim() returns a frame of the lists, and leaves it there; to ask about a frame may clear its A bits.
 * (2) Between two evictions victim() does not return the same frame again once it was spared, while there are others.
 */
import type { FrameNumber } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import { FRAME } from "./frames.ts";
import { clockPolicy } from "./replacement-clock.ts";
import { fifoPolicy } from "./replacement-fifo.ts";
import { lruPolicy } from "./replacement-lru.ts";
import { randomPolicy } from "./replacement-random.ts";
import { twoListsPolicy } from "./replacement-two-lists.ts";
import type { VmPolicies } from "./types.ts";

export interface ReplacementPolicy {
  /** Index of the frame to be taken next; -1: none that the policy would give. */
  victim(k: Kernel): number;
  /** The victim could not be taken, or not yet: others come first now. */
  spare(k: Kernel, index: number): void;
  /** A call has used the frame for the second time since the policy last looked: noteUse. */
  usedAgain?(k: Kernel, index: number): void;
  /** Work that time brings. Called often; does nothing until it is due. */
  sample?(k: Kernel): void;
}

const REPLACEMENT_POLICIES: Readonly<Record<VmPolicies["replacement"], ReplacementPolicy>> = {
  fifo: fifoPolicy,
  random: randomPolicy,
  lru: lruPolicy,
  clock: clockPolicy,
  "two-lists": twoListsPolicy,
};

/** The policy of this computer. */
export function replacement(k: Kernel): ReplacementPolicy {
  return REPLACEMENT_POLICIES[k.vm.policies.replacement];
}

/** read(2) or write(2) has used a page of a file: what programs use through mappings is in the A bits. */
export function noteUse(k: Kernel, frame: FrameNumber): void {
  const { flags, first } = k.vm.frames;
  const index = frame - first;
  if (flags[index] & FRAME.referenced) replacement(k).usedAgain?.(k, index);
  flags[index] |= FRAME.referenced;
}
