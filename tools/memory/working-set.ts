/**
 * Working sets, exactly, from a reference string: Denning, "The working set model for program behavior", 1968.
 *
 *   W(t, window) = the pages that were referenced after t - window, up to t
 *
 *   time         1 2 3 4 5 6 7 8         one reference each
 *   references   1 2 1 3 3 3 3 1         with a window of 3
 *   size         1 2 2 3 2 1 1 2
 *
 * Time is the process's own: its processor time in cycles, or a unit a reference, in which case repetitions that a recorder leaves
 * out take none. The last reference lasts one unit.
 */

/** What a process referenced: pages by number, from 0 on, and when: ascending, whole numbers. */
export interface References {
  readonly pages: Int32Array;
  readonly times: Float64Array;
}

export interface WorkingSetCurve {
  /** Mean and largest size over all t. */
  readonly average: number;
  readonly peak: number;
  /** The largest size in each of some equally long stretches: the t with which it begins, and the size. */
  readonly points: readonly (readonly [t: number, size: number])[];
}

const NEVER = -1;

/** With a unit of time a reference, from 1 on. */
export const byReference = (pages: Int32Array): References => ({
  pages,
  times: Float64Array.from(pages, (_, i) => i + 1),
});

/** From the first reference to the end of the last. */
function spanOf({ times }: References): number {
  return times.length === 0 ? 0 : times.at(-1)! + 1 - times[0]!;
}

function mostPages(pages: Int32Array): number {
  let most = 0;
  for (const page of pages) if (page > most) most = page;
  return most + 1;
}

/** The set, moved forward in time: a page goes when the reference that leaves the window was its last. */
class Window {
  size = 0;
  private readonly last: Int32Array;
  private oldest = 0;

  constructor(
    private readonly references: References,
    private readonly length: number,
  ) {
    this.last = new Int32Array(mostPages(references.pages)).fill(NEVER);
  }

  /** Time goes on to `t`. */
  moveTo(t: number, upTo: number): void {
    const { pages, times } = this.references;
    for (; this.oldest < upTo && times[this.oldest]! <= t - this.length; this.oldest++) {
      const page = pages[this.oldest]!;
      if (this.last[page] !== this.oldest) continue;
      this.last[page] = NEVER;
      this.size--;
    }
  }

  add(index: number): void {
    const page = this.references.pages[index]!;
    if (this.last[page] === NEVER) this.size++;
    this.last[page] = index;
  }
}

/**
 * The size for a window, in one pass.
 * @param stretches points of the curve, at most
 */
export function workingSetCurve(references: References, window: number, stretches: number): WorkingSetCurve {
  const { times } = references;
  const length = Math.max(1, Math.ceil(spanOf(references) / stretches));
  const set = new Window(references, window);
  const points: [number, number][] = [];
  const begin = (t: number, upTo: number) => {
    set.moveTo(t, upTo);
    points.push([t, set.size]);
  };
  for (let i = 0; i < times.length; i++) {
    const t = times[i]!;
    if (i === 0) begin(t, 0);
    for (let next = points.at(-1)![0] + length; next <= t; next += length) begin(next, i);
    set.moveTo(t, i);
    set.add(i);
    const point = points.at(-1)!;
    if (set.size > point[1]) point[1] = set.size;
  }
  const peak = points.reduce((most, [, size]) => Math.max(most, size), 0);
  return { average: averageSizes(references, [window])[0]!, peak, points };
}

/**
 * The mean size for each window: a reference keeps its page in the working set until the next one to the same page, the end, or
 * the window is over.
 */
export function averageSizes(references: References, windows: readonly number[]): number[] {
  const { pages, times } = references;
  const sums = windows.map(() => 0);
  const end = times.length === 0 ? 0 : times.at(-1)! + 1;
  const next = new Float64Array(mostPages(pages)).fill(end);
  for (let i = pages.length - 1; i >= 0; i--) {
    const stay = next[pages[i]!]! - times[i]!;
    next[pages[i]!] = times[i]!;
    for (let w = 0; w < windows.length; w++) sums[w]! += Math.min(stay, windows[w]!);
  }
  return sums.map((sum) => (sum === 0 ? 0 : sum / spanOf(references)));
}

/** Windows to compare: 1, 2, 5, 10, ... times the least, up to the whole string. */
export function windowsFor(references: References, least = 1): number[] {
  const windows: number[] = [];
  const span = spanOf(references);
  for (let power = least; power <= span; power *= 10)
    for (const step of [1, 2, 5]) if (step * power <= span) windows.push(step * power);
  return windows;
}
