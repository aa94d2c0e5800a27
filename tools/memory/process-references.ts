/** A reference string by process: who referenced which pages, in its own order. */
import { argumentOf, EVENT, eventOf, type ReferenceString } from "./reference-string.ts";

export interface ProcessReferences {
  /** Of the process that ran in the space at most of the moments that the string has; 0: unknown, as in a typed string. */
  readonly pid: number;
  readonly space: number;
  /** Pages of the string, one for each read or write. */
  readonly references: Int32Array;
  /** How many different ones. */
  readonly pages: number;
}

/** In the order in which the processes came. A page that several use counts for each. */
export function referencesByProcess(string: ReferenceString): ProcessReferences[] {
  const { codes, pageOfName, spaceOfName, moments } = string;
  const lists = new Map<number, { pids: number[]; pages: number[] }>();
  // Who runs is known for the reference that follows a moment.
  let running = 0;
  for (const code of codes) {
    const event = eventOf(code);
    if (event === EVENT.moment) running = moments.pid[argumentOf(code)]!;
    if (event > EVENT.write) continue;
    const name = argumentOf(code);
    const space = spaceOfName[name]!;
    const list = lists.get(space) ?? { pids: [], pages: [] };
    if (list.pages.length === 0) lists.set(space, list);
    list.pages.push(pageOfName[name]!);
    if (running !== 0) list.pids.push(running);
    running = 0;
  }
  return [...lists].map(([space, { pids, pages }]) => {
    return { pid: mostFrequent(pids), space, references: Int32Array.from(pages), pages: new Set(pages).size };
  });
}

/** Of equally frequent ones the last; 0: there is none. */
function mostFrequent(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  let most = 0;
  for (const [number, count] of counts) if (count >= (counts.get(most) ?? 0)) most = number;
  return most;
}
