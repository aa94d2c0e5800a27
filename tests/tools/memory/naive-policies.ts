/**
 * Replacement policies as their definitions say, for very short strings: everything is looked up in the whole past or the whole
 * future of the string, or in a circle of pages with a hand. Nothing is shared with the code that these are compared with.
 */
export type Step =
  | { readonly kind: "use"; readonly page: number; readonly write: boolean }
  /** munmap, or the end of the process. */
  | { readonly kind: "ends"; readonly page: number }
  /** Process `pid` runs; its own clock moves by `passed` cycles, and the machine's too. */
  | { readonly kind: "time"; readonly pid: number; readonly passed: number };

export interface NaiveInput {
  readonly steps: readonly Step[];
  readonly frames: number;
  /** Private memory is dirty when it arrives. */
  readonly isAnonymous: (page: number) => boolean;
  readonly seed: number;
}

interface Naive {
  /** A page of `here` must go, as step number `at` needs a frame. */
  victim(at: number, here: ReadonlySet<number>): number;
  arrived?(page: number): void;
  used?(page: number, write: boolean): void;
  left?(page: number): void;
  time?(pid: number, passed: number): void;
}

export type NaiveName = keyof typeof NAIVE;

/** Arrivals (page) and victims (-1 - page) in order. */
export function naiveStory(name: NaiveName, input: NaiveInput): number[] {
  const policy = NAIVE[name](input);
  const here = new Set<number>();
  const story: number[] = [];
  const leave = (page: number) => {
    if (here.delete(page)) policy.left?.(page);
  };
  for (const [at, step] of input.steps.entries()) {
    if (step.kind === "time") policy.time?.(step.pid, step.passed);
    else if (step.kind === "ends") leave(step.page);
    else {
      if (!here.has(step.page)) {
        if (here.size === input.frames) {
          const gone = policy.victim(at, here);
          leave(gone);
          story.push(-1 - gone);
        }
        here.add(step.page);
        policy.arrived?.(step.page);
        story.push(step.page);
      }
      policy.used?.(step.page, step.write);
    }
  }
  return story;
}

/** The first of the smallest. */
function least(pages: Iterable<number>, measure: (page: number) => number): number {
  return [...pages].reduce((best, page) => (measure(page) < measure(best) ? page : best));
}

function fifo(): Naive {
  const arrivals: number[] = [];
  return {
    arrived: (page) => void arrivals.push(page),
    victim: (_at, here) => least(here, (page) => arrivals.lastIndexOf(page)),
  };
}

/** Whose last use is farthest back. */
function lru({ steps }: NaiveInput): Naive {
  const lastUse = (page: number, at: number) =>
    steps.slice(0, at).findLastIndex((step) => step.kind === "use" && step.page === page);
  return { victim: (at, here) => least(here, (page) => lastUse(page, at)) };
}

/** Whose next use is farthest ahead; never, if it ends before. Of equal ones the one with the smallest number. */
function opt({ steps }: NaiveInput): Naive {
  const nextUse = (page: number, at: number) => {
    const next = steps.slice(at).find((step) => step.kind !== "time" && step.page === page);
    return next?.kind === "use" ? steps.indexOf(next) : Number.POSITIVE_INFINITY;
  };
  const inOrder = (here: ReadonlySet<number>) => [...here].sort((a, b) => a - b);
  return { victim: (at, here) => least(inOrder(here), (page) => -nextUse(page, at)) };
}

/** Each page that is here is equally likely: Numerical Recipes' generator counts them from the one that came last. */
function random({ seed }: NaiveInput): Naive {
  let state = BigInt(seed);
  const arrivals: number[] = [];
  return {
    arrived: (page) => void arrivals.push(page),
    victim(_at, here) {
      state = (state * 1_664_525n + 1_013_904_223n) % 2n ** 32n;
      const latestFirst = [...here].sort((a, b) => arrivals.lastIndexOf(b) - arrivals.lastIndexOf(a));
      return latestFirst[Number((state * BigInt(here.size)) / 2n ** 32n)]!;
    },
  };
}

/** A circle of pages; a new one comes right behind the hand, where it will be looked at last. */
class Circle {
  private readonly pages: number[] = [];
  private hand = 0;

  add(page: number): void {
    this.pages.splice(this.hand, 0, page);
    this.hand++;
  }

  remove(page: number): void {
    const at = this.pages.indexOf(page);
    this.pages.splice(at, 1);
    if (at < this.hand) this.hand--;
  }

  /** The page at the hand, which moves on. */
  next(): number {
    if (this.hand >= this.pages.length) this.hand = 0;
    return this.pages[this.hand++]!;
  }

  get size(): number {
    return this.pages.length;
  }
}

function clock(): Naive {
  const circle = new Circle();
  const isUsed = new Set<number>();
  return {
    arrived: (page) => circle.add(page),
    used: (page) => void isUsed.add(page),
    left(page) {
      circle.remove(page);
      isUsed.delete(page);
    },
    victim() {
      for (;;) {
        const page = circle.next();
        if (!isUsed.delete(page)) return page;
      }
    },
  };
}

const TEN_MS = 10_000_000;

/** Registers as words of 0 and 1, the latest interval first, 8 of them; the smallest word goes, of equal ones the older. */
function ageing(): Naive {
  const register = new Map<number, string>();
  const isUsed = new Set<number>();
  let [now, due, replaced] = [0, 0, 0];
  let oldestFirst: number[] = [];
  const sample = () => {
    for (const [page, word] of register) register.set(page, `${isUsed.has(page) ? 1 : 0}${word}`.slice(0, 8));
    isUsed.clear();
    oldestFirst = oldestFirst.toSorted((a, b) => register.get(a)!.localeCompare(register.get(b)!));
    due = now + TEN_MS;
    replaced = 0;
  };
  return {
    arrived(page) {
      register.set(page, "10000000");
      oldestFirst.push(page);
    },
    used: (page) => void isUsed.add(page),
    left(page) {
      register.delete(page);
      isUsed.delete(page);
      oldestFirst = oldestFirst.filter((other) => other !== page);
    },
    time(_pid, passed) {
      now += passed;
    },
    victim(_at, here) {
      if (now >= due || replaced >= here.size / 4) sample();
      replaced++;
      return oldestFirst[0]!;
    },
  };
}

/** Carr and Hennessy, with what replacement-wsclock.ts says about rounds in which the hand finds no page to take. */
function wsclock({ isAnonymous }: NaiveInput): Naive {
  const circle = new Circle();
  const [isUsed, isDirty] = [new Set<number>(), new Set<number>()];
  const clocks = new Map<number, number>();
  const whose = new Map<number, number>();
  const usedAt = new Map<number, number>();
  let running = 0;
  const clockOf = (page: number) => clocks.get(whose.get(page)!) ?? 0;
  const idle = (page: number) => clockOf(page) - usedAt.get(page)!;
  return {
    time(pid, passed) {
      running = pid;
      clocks.set(pid, (clocks.get(pid) ?? 0) + passed);
    },
    arrived(page) {
      circle.add(page);
      whose.set(page, running);
      usedAt.set(page, clockOf(page));
      if (isAnonymous(page)) isDirty.add(page);
    },
    used(page, write) {
      isUsed.add(page);
      if (write) isDirty.add(page);
    },
    left(page) {
      circle.remove(page);
      isUsed.delete(page);
      isDirty.delete(page);
    },
    victim() {
      const unused: number[] = [];
      const started: number[] = [];
      for (let left = circle.size; left > 0; left--) {
        const page = circle.next();
        if (isUsed.delete(page)) {
          usedAt.set(page, clockOf(page));
          continue;
        }
        unused.push(page);
        if (idle(page) <= TEN_MS) continue;
        if (!isDirty.has(page)) return page;
        if (started.length === 8) continue;
        isDirty.delete(page);
        started.push(page);
      }
      if (started.length > 0) return started[0]!;
      return unused.length > 0 ? least(unused, (page) => -idle(page)) : circle.next();
    },
  };
}

const NAIVE = { fifo, lru, opt, random, clock, ageing, wsclock } as const;
