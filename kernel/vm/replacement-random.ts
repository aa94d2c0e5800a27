/** Random: every page is as likely as any other to go. What the others must be better than. */
import { LIST } from "./page-lists.ts";
import type { PolicyMemory, ReplacementPolicy } from "./replacement-memory.ts";

/** Draws from all of RAM before the frames of the list are counted out: most frames are a user's when frames are short. */
const MOST_DRAWS = 32;

/** The link of the member of the queue that holds its `steps`-th frame from the head, counted from the end that is nearer. */
function memberAt(m: PolicyMemory, steps: number, length: number): number {
  const { frames, reclaim } = m.vm;
  const fromHead = steps < length / 2;
  const links = fromHead ? frames.listNext : frames.listPrevious;
  let link = fromHead ? reclaim.heads[LIST.queue] : reclaim.tails[LIST.queue];
  let left = fromHead ? steps : length - 1 - steps;
  while (left >= 1 << frames.block[link - 1]) {
    left -= 1 << frames.block[link - 1];
    link = links[link - 1];
  }
  return link;
}

export const randomPolicy: ReplacementPolicy = {
  victim(m) {
    const { frames, reclaim } = m.vm;
    const length = reclaim.lengths[LIST.queue];
    if (length === 0) return -1;
    // Under a limit (resident-limit.ts) the list is a small part of RAM, and who has which frame is to be of no account.
    for (let draw = reclaim.resident > 0 ? MOST_DRAWS : 0; draw < MOST_DRAWS; draw++) {
      const index = m.chance(frames.count);
      // The first frame of a huge page stands for all of them: huge-page.ts, (3).
      const member = index & -(1 << frames.block[index]);
      if (frames.list[member] === LIST.queue) return member;
    }
    return memberAt(m, m.chance(length), length) - 1;
  },
  /** The next draw is another one. */
  spare() {},
};
