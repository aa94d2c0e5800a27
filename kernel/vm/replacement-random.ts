/** Random: every page is as likely as any other to go. What the others must be better than. */
import { LIST } from "./page-lists.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** Draws from all of RAM before the frames of the list are counted out: most frames are a user's when frames are short. */
const MOST_DRAWS = 32;

export const randomPolicy = {
  victim(k: VmKernel): number {
    const { frames, reclaim } = k.vm;
    const { random } = k.machine;
    const length = reclaim.lengths[LIST.queue];
    if (length === 0) return -1;
    for (let draw = 0; draw < MOST_DRAWS; draw++) {
      const index = random.below(frames.count);
      if (frames.list[index] === LIST.queue) return index;
    }
    let link = reclaim.heads[LIST.queue];
    for (let steps = random.below(length); steps > 0; steps--) link = frames.listNext[link - 1];
    return link - 1;
  },
  /** The next draw is another one. */
  spare(): void {},
};
