/**
 * Second chance, as a clock: the hand stands at the tail of the list. A page that was used since the hand was last there
 * is passed over, and its A bit cleared; the first that was not goes. New pages come right behind the hand.
 */
import { LIST, moveToHead, tailOf } from "./page-lists.ts";
import { type ReplacementPolicy, wasReferenced } from "./replacement-memory.ts";

export const clockPolicy: ReplacementPolicy = {
  victim(m) {
    // Once around clears every bit, so the second round finds somebody.
    for (let turns = 2 * m.vm.reclaim.lengths[LIST.queue]; turns > 0; turns--) {
      const page = tailOf(m, LIST.queue);
      if (!wasReferenced(m, page)) return page;
      moveToHead(m, LIST.queue, page);
    }
    return tailOf(m, LIST.queue);
  },
  spare: (m, page) => moveToHead(m, LIST.queue, page),
};
