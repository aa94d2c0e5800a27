/**
 * Exact LRU for every size of memory in one pass (Mattson, Gecsei, Slutz and Traiger, "Evaluation techniques for storage
 * hierarchies", 1970): the pages in the order of their last use are one stack, and memory of n frames holds its upper n.
 *
 *   stack  d b a c ; reference to a: at depth 3, so a hit with 3 frames and more, a fault with fewer  ─►  a d b c
 *
 * A page that is gone leaves a hole: memory that held it has a free frame. The next page that comes up from below it, or is
 * new, moves the pages above the hole down only to there; where it came from is a hole then.
 *
 * The stack is a Fenwick tree of marks by time of last use, whose times are numbered anew when they run out: a reference costs
 * the logarithm of the pages, not of the string.
 */
import { EVENT, EVENT_BITS, type ReferenceString } from "./reference-string.ts";

/** Faults by frames: index n for n frames, 1 to most. */
export function lruFaults(string: ReferenceString, most: number): Float64Array {
  const stack = new Stack(string.kinds.length);
  const hits = new Float64Array(most + 1);
  let arrivals = 0;
  forEachUse(string, {
    use(page, counts) {
      const depth = stack.use(page);
      if (!counts) return;
      arrivals++;
      if (depth > 0 && depth <= most) hits[depth]!++;
    },
    gone: (page) => stack.remove(page),
  });
  const faults = new Float64Array(most + 1);
  let left = arrivals;
  for (let frames = 1; frames <= most; frames++) {
    left -= hits[frames]!;
    faults[frames] = left;
  }
  return faults;
}

interface Uses {
  /** @param counts false: the page comes without a fault (a lock has gone) */
  use(page: number, counts: boolean): void;
  gone(page: number): void;
  /** Tell of a use that follows one of the same page, which changes nothing, too. */
  readonly every?: boolean;
}

/** The uses of pages, and their ends, as exact LRU and OPT see them: pages that mlock keeps are no concern of theirs. */
export function forEachUse(string: ReferenceString, uses: Uses): void {
  const { codes, pageOfName } = string;
  const held = new Uint8Array(string.kinds.length);
  const names = new Names(string);
  let last = -1;
  for (let i = 0; i < codes.length; i++) {
    const event = codes[i]! & ((1 << EVENT_BITS) - 1);
    const argument = codes[i]! >> EVENT_BITS;
    if (event <= EVENT.arrivesDirty) {
      const page = pageOfName[argument]!;
      names.add(argument, page);
      if ((page === last && !uses.every) || held[page] === 1) continue;
      last = page;
      uses.use(page, true);
    } else if (event === EVENT.named) names.add(argument, pageOfName[argument]!);
    else if (event === EVENT.gone || event === EVENT.held) {
      held[argument] = event === EVENT.held ? 1 : 0;
      last = -1;
      uses.gone(argument);
    } else if (event === EVENT.released && held[argument] === 1) {
      held[argument] = 0;
      last = argument;
      uses.use(argument, false);
    } else if (event === EVENT.unnamed && names.removeLast(argument, pageOfName[argument]!)) {
      last = -1;
      uses.gone(pageOfName[argument]!);
    }
  }
}

/** How many names each page has. */
class Names {
  private readonly isNamed: Uint8Array;
  private readonly count: Int32Array;

  constructor({ pageOfName, kinds }: ReferenceString) {
    this.isNamed = new Uint8Array(pageOfName.length);
    this.count = new Int32Array(kinds.length);
  }

  add(name: number, page: number): void {
    if (this.isNamed[name] === 1) return;
    this.isNamed[name] = 1;
    this.count[page]!++;
  }

  /** @returns whether it was the page's last one */
  removeLast(name: number, page: number): boolean {
    if (this.isNamed[name] === 0) return false;
    this.isNamed[name] = 0;
    return --this.count[page]! === 0;
  }
}

/** The LRU stack with holes. */
class Stack {
  /** By page: time of its last use, 0: it is not in the stack. */
  private readonly time: Int32Array;
  /** By time: what was used then: a page plus one, HOLE, or 0. */
  private readonly at: Int32Array;
  private readonly tree: Int32Array;
  private now = 0;
  private marks = 0;
  /** Times of holes, ascending: the last is the uppermost. */
  private holes: number[] = [];

  constructor(pages: number) {
    const times = Math.max(1024, 4 * pages);
    this.time = new Int32Array(pages);
    this.at = new Int32Array(times + 1);
    this.tree = new Int32Array(times + 1);
  }

  /** @returns the depth at which the page was, from 1; 0: nowhere */
  use(page: number): number {
    if (this.now === this.at.length - 1) this.renumber();
    const old = this.time[page]!;
    const depth = old === 0 ? 0 : this.marks - this.upTo(old) + 1;
    const hole = this.holes.at(-1) ?? 0;
    if (hole > old) {
      this.holes.pop();
      this.clear(hole);
      if (old !== 0) {
        this.at[old] = HOLE;
        this.holes.push(old);
        this.holes.sort((a, b) => a - b);
      }
    } else if (old !== 0) this.clear(old);
    this.set(++this.now, page + 1);
    this.time[page] = this.now;
    return depth;
  }

  remove(page: number): void {
    const old = this.time[page]!;
    if (old === 0) return;
    this.time[page] = 0;
    this.at[old] = HOLE;
    this.holes.push(old);
    this.holes.sort((a, b) => a - b);
  }

  private set(time: number, what: number): void {
    this.at[time] = what;
    this.marks++;
    for (let i = time; i < this.tree.length; i += i & -i) this.tree[i]!++;
  }

  private clear(time: number): void {
    this.at[time] = 0;
    this.marks--;
    for (let i = time; i < this.tree.length; i += i & -i) this.tree[i]!--;
  }

  /** Marks at times up to `time`. */
  private upTo(time: number): number {
    let sum = 0;
    for (let i = time; i > 0; i -= i & -i) sum += this.tree[i]!;
    return sum;
  }

  /** Numbers the times anew, in their order. Holes below every page hold nothing that anybody could ask for. */
  private renumber(): void {
    const kept: number[] = [];
    for (let time = 1; time <= this.now; time++) if (this.at[time] !== 0) kept.push(this.at[time]!);
    while (kept[0] === HOLE) kept.shift();
    this.at.fill(0);
    this.tree.fill(0);
    this.holes = [];
    this.marks = 0;
    this.now = 0;
    for (const what of kept) {
      this.set(++this.now, what);
      if (what === HOLE) this.holes.push(this.now);
      else this.time[what - 1] = this.now;
    }
  }
}

const HOLE = -1;
