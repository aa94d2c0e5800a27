/**
 * Second chance, as a clock: the hand stands at the tail of the list. A page that was used since the hand was last there
 * is passed over, and its A bit cleared; the first that was not goes. New pages come right behind the hand.
 */
import type { Kernel } from "../kernel.ts";
import { LIST, moveToHead, tailOf } from "./page-lists.ts";
import { wasReferenced } from "./page-references.ts";

export const clockPolicy = {
  victim(k: Kernel): number {
    // Once around clears every bit, so the second round finds somebody.
    for (let turns = 2 * k.vm.reclaim.lengths[LIST.queue]; turns > 0; turns--) {
      const index = tailOf(k, LIST.queue);
      if (!wasReferenced(k, index)) return index;
      moveToHead(k, LIST.queue, index);
    }
    return tailOf(k, LIST.queue);
  },
  spare: (k: Kernel, index: number): void => moveToHead(k, LIST.queue, index),
};
