/**
 * The laboratory's limit (--resident N): at most N pages of processes in RAM, exactly, whatever RAM has. The same code runs
 * in the kernel (residents.ts) and in the replay of its reference string (tools/memory/replay.ts), so both evict the same
 * pages at the same moments.
 *
 *   a page that no process maps arrives ─► N listed already? ── yes ─► the policy's victim is condemned: it has left the
 *                                               │                       lists, and RAM before user mode runs again
 *                                               └─ no ─► listed, at the head of its list
 *
 * (1) Listed are the pages that some process maps, but for those that mlock keeps: the length of the policy's lists.
 * (2) One arrival condemns one page, unless (3) was in the way before: then as many as are too many.
 * (3) A page is not condemned before anybody has executed an instruction since its arrival (`fresh`): what one instruction, or
 *     one call of the kernel, needs is there together, though it be more than N. So a small N is slow, but never a hang.
 * (4) Who touches a condemned page before it has left is like who finds it gone: it arrives again.
 * (5) Nobody is condemned who has nowhere to go. Private memory without room in swap stays, but for what MADV_FREE has given up:
 *     so there may be more than N pages, as with locks. Room is a slot for each page that could be taken, judged when a page
 *     arrives (`room`): what is chosen then can leave.
 */
import { evictableFrames, frameEnters } from "./page-lists.ts";
import type { PolicyMemory, ReplacementPolicy } from "./replacement-memory.ts";
import type { ReclaimState } from "./types.ts";

export interface LimitedMemory extends PolicyMemory {
  readonly vm: PolicyMemory["vm"] & { readonly reclaim: Pick<ReclaimState, "fresh" | "tokens" | "chance" | "room"> };
  /** Whether the page can go without a slot of swap. */
  needsNoSlot(page: number): boolean;
  /** Takes the page out of the policy's lists; it is not in RAM any more as far as these are concerned. */
  condemn(page: number): void;
}

/** The policy's victim, but for (3) and (5); -1: it has none. */
function victim(m: LimitedMemory, policy: ReplacementPolicy): number {
  const { fresh, room } = m.vm.reclaim;
  policy.sample?.(m);
  for (let looks = 2 * evictableFrames(m); looks > 0; looks--) {
    const page = policy.victim(m);
    if (page < 0 || (!fresh.includes(page) && (room || m.needsNoSlot(page)))) return page;
    policy.spare(m, page);
  }
  return -1;
}

/**
 * A page that is in no list arrives. @param isFile not anonymous or shared memory
 */
export function arriveUnderLimit(m: LimitedMemory, policy: ReplacementPolicy, page: number, isFile: boolean): void {
  const { reclaim } = m.vm;
  while (evictableFrames(m) >= reclaim.resident) {
    const gone = victim(m, policy);
    if (gone < 0) break;
    reclaim.evicted++;
    reclaim.tokens[gone] = policy.evicted?.(m, gone) ?? 0;
    m.condemn(gone);
  }
  frameEnters(m, page, isFile);
  if (reclaim.tokens[page] !== 0) policy.returned?.(m, page, reclaim.tokens[page]);
  reclaim.tokens[page] = 0;
  reclaim.fresh.push(page);
}
