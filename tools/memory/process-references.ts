/** A reference string by process: who referenced which pages when, in its own order. */
import { EVENT, EVENT_BITS, type ReferenceString } from "./reference-string.ts";

export interface ProcessReferences {
  /** Of the process that ran most often when the space was used; 0: unknown, as in a string without times. */
  readonly pid: number;
  readonly space: number;
  /** Pages of the string, one for each read or write. */
  readonly references: Int32Array;
  /** When, in cycles of processor time that the space had had; empty in a string without times. Ascending. */
  readonly times: Float64Array;
  /** How many different ones. */
  readonly pages: number;
}

/** In the order in which the processes came. A page that several use counts for each. */
export function referencesByProcess(string: ReferenceString): ProcessReferences[] {
  const { codes, pageOfName, spaceOfName, uses } = string;
  const lists = new Map<number, { pids: Map<number, number>; pages: number[]; times: number[] }>();
  let reference = 0;
  for (const code of codes) {
    if ((code & ((1 << EVENT_BITS) - 1)) > EVENT.write) continue;
    const name = code >> EVENT_BITS;
    const space = spaceOfName[name]!;
    let list = lists.get(space);
    if (list === undefined) {
      list = { pids: new Map(), pages: [], times: [] };
      lists.set(space, list);
    }
    list.pages.push(pageOfName[name]!);
    if (uses !== null) {
      const pid = uses.pid[reference]!;
      list.pids.set(pid, (list.pids.get(pid) ?? 0) + 1);
      list.times.push(uses.time[reference]!);
    }
    reference++;
  }
  return [...lists].map(([space, { pids, pages, times }]) => ({
    pid: mostFrequent(pids),
    space,
    references: Int32Array.from(pages),
    times: Float64Array.from(times),
    pages: new Set(pages).size,
  }));
}

/** Of equally frequent ones the last; 0: there is none. */
function mostFrequent(counts: ReadonlyMap<number, number>): number {
  let most = 0;
  for (const [number, count] of counts) if (count >= (counts.get(most) ?? 0)) most = number;
  return most;
}
