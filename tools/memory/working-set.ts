/**
 * Working sets, exactly, from a reference string: Denning, "The working set model for program behavior", 1968.
 *
 *   W(t, window) = the pages that were referenced by the last `window` references up to the t-th, t = 1, 2, ...
 *
 *   references   1 2 1 3 3 3 3 1         with a window of 3
 *   size         1 2 2 3 2 1 1 2
 *
 * Time is the process's own: one reference, one unit. Repetitions that a recorder leaves out take no time.
 */

/** Pages by number, from 0 on, in the order in which they were referenced. */
export type References = Int32Array;

export interface WorkingSetCurve {
  /** Mean and largest size over all t. */
  readonly average: number;
  readonly peak: number;
  /** The largest size in each of some equally long stretches: the t with which it begins, and the size. */
  readonly points: readonly (readonly [t: number, size: number])[];
}

const NEVER = -1;

function mostPages(references: References): number {
  let most = 0;
  for (const page of references) if (page > most) most = page;
  return most + 1;
}

/**
 * The size for a window, in one pass: a page comes when it was not among the last ones, and goes when the reference that
 * leaves the window was its last.
 * @param stretches points of the curve, at most
 */
export function workingSetCurve(references: References, window: number, stretches: number): WorkingSetCurve {
  const last = new Int32Array(mostPages(references)).fill(NEVER);
  const length = Math.max(1, Math.ceil(references.length / stretches));
  const points: [number, number][] = [];
  let [size, sum, peak, largest] = [0, 0, 0, 0];
  for (let i = 0; i < references.length; i++) {
    const page = references[i]!;
    if (last[page]! <= i - window - 1 || last[page] === NEVER) size++;
    last[page] = i;
    if (i >= window && last[references[i - window]!] === i - window) size--;
    sum += size;
    if (size > largest) largest = size;
    if ((i + 1) % length !== 0 && i + 1 < references.length) continue;
    points.push([i - (i % length) + 1, largest]);
    if (largest > peak) peak = largest;
    largest = 0;
  }
  return { average: references.length === 0 ? 0 : sum / references.length, peak, points };
}

/**
 * The mean size for each window, in one pass for all of them: a reference keeps its page in the working set until the next
 * one to the same page, the end, or the window is over.
 */
export function averageSizes(references: References, windows: readonly number[]): number[] {
  const stays = stayCounts(references);
  return windows.map((window) => {
    let sum = 0;
    for (let stay = 1; stay < stays.length; stay++) sum += stays[stay]! * Math.min(stay, window);
    return references.length === 0 ? 0 : sum / references.length;
  });
}

/** By length: references after which their page was the last one seen of its kind for so long. */
function stayCounts(references: References): Float64Array {
  const counts = new Float64Array(references.length + 1);
  const next = new Int32Array(mostPages(references)).fill(references.length);
  for (let i = references.length - 1; i >= 0; i--) {
    const page = references[i]!;
    counts[next[page]! - i]!++;
    next[page] = i;
  }
  return counts;
}

/** Windows to compare: 1, 2, 5, 10, ... up to the whole string. */
export function windowsFor(references: number): number[] {
  const windows: number[] = [];
  for (let power = 1; power <= references; power *= 10)
    for (const step of [1, 2, 5]) if (step * power <= references) windows.push(step * power);
  return windows;
}
