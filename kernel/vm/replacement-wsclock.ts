/**
 * Working-set clock (Carr and Hennessy, "WSClock", SOSP 1981; Tanenbaum, "Modern Operating Systems", 3.4.9): a clock whose
 * hand knows when each page was last used, in the virtual time of its process: a process that does not run does not age.
 *
 *   the hand at a page:  used since the hand was here ─► its time of use is now; passed over
 *                        unused, younger than WINDOW  ─► in the working set: passed over
 *                        older, clean                 ─► taken
 *                        older, dirty                 ─► its writing begins, so that it can go later; passed over
 *   once around, nothing:  the page whose writing began first goes; else all are in working sets, and of those that the hand
 *                          found unused the one that has been so for longest goes, clean or not; else any
 *
 * (1) usedAt[page] is the virtual time at which the hand found it in use, or it arrived (page-lists.ts).
 * (2) In one round the writing of at most MOST_WRITES pages begins, as the authors limit the queue of the disk.
 */
import { COSTS, CYCLES_PER_SECOND } from "../../cpu/costs.ts";
import { LIST, moveToHead, tailOf } from "./page-lists.ts";
import { type PolicyMemory, type ReplacementPolicy, wasReferenced } from "./replacement-memory.ts";

/** The window, called tau: what has not been used for so long is in no working set. 10 ms of virtual time. */
export const WINDOW = CYCLES_PER_SECOND / 100;
const MOST_WRITES = 8;

/** What one round of the hand found, for when it found no page to be taken. */
interface Round {
  firstStarted: number;
  writes: number;
  /** The page unused for longest, and for how long. */
  oldest: number;
  idle: number;
}

/** The hand at `page`. @returns whether it is to be taken */
function look(m: PolicyMemory, page: number, round: Round): boolean {
  const { usedAt } = m.vm.reclaim;
  m.charge(COSTS.reclaimScan);
  const now = m.virtualTime(page);
  if (wasReferenced(m, page)) {
    usedAt[page] = now;
    return false;
  }
  const idle = now - usedAt[page];
  if (idle > round.idle) {
    round.oldest = page;
    round.idle = idle;
  }
  if (idle <= WINDOW) return false;
  if (!m.isDirty(page)) return true;
  if (round.writes >= MOST_WRITES || !m.clean(page)) return false;
  round.writes++;
  if (round.firstStarted < 0) round.firstStarted = page;
  return false;
}

export const wsclockPolicy: ReplacementPolicy = {
  victim(m) {
    const round: Round = { firstStarted: -1, writes: 0, oldest: -1, idle: -1 };
    for (let turns = m.vm.reclaim.lengths[LIST.queue]; turns > 0; turns--) {
      const page = tailOf(m, LIST.queue);
      if (look(m, page, round)) return page;
      moveToHead(m, LIST.queue, page);
    }
    if (round.firstStarted >= 0) return round.firstStarted;
    return round.oldest >= 0 ? round.oldest : tailOf(m, LIST.queue);
  },
  spare: (m, page) => moveToHead(m, LIST.queue, page),
};
