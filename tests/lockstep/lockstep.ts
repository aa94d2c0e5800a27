/**
 * Lockstep: the same case on two engines, in the same steps, compared at every meeting. When they differ, the run is
 * repeated to find the meeting and then the instruction from which on they do.
 *
 * (1) A case is all determined: built twice and advanced in the same steps, the same engine gives the same states.
 * (2) Every stop is a meeting: clock, registers, CSRs, counters, TLB, events, and why it stopped. Devices and RAM are
 *     compared after so many meetings or instructions, and at the end; a repetition compares them at each.
 */

import type { Machine } from "../../cpu/machine.ts";
import { Random } from "../../cpu/random.ts";
import type { Engine } from "./engines.ts";
import { type Difference, differences, type Extent } from "./state.ts";

/** How far to go: until one of the two is reached, or something else stops it. */
export interface Step {
  readonly instructions?: number;
  readonly cycles?: number;
}

/** One of the two machines with all that drives it. */
export interface Subject {
  readonly machine: Machine;
  /** Goes on. Returns why it stopped; everything else that the two must agree on may stand there too. */
  advance(step: Step): string;
  /** Whether it has come to its end. */
  over(): boolean;
}

export interface Case {
  /** The words of the command line that replays it: see replay.ts. */
  readonly words: string;
  /** It ends when so many instructions have retired. */
  readonly instructions: number;
  build(engine: Engine): Subject;
  /** The step behind `turn` others. */
  step(turn: number, random: Random): Step;
  /** Draws the steps. */
  readonly seed: number;
}

export interface Divergence {
  readonly case: Case;
  readonly engines: readonly [Engine, Engine];
  /** All steps up to the meeting at which they differ; the last is as short as it can be. */
  readonly steps: readonly Step[];
  /** The last step as it was drawn. */
  readonly drawn: Step;
  readonly differences: readonly Difference[];
  /** The same difference shows when both go through the last step an instruction at a time. */
  readonly showsInSingleSteps: boolean;
}

export interface Comparison {
  readonly instructions: number;
  readonly cycles: number;
  readonly meetings: number;
  readonly divergence: Divergence | null;
}

/** RAM and devices are compared after so many meetings, or instructions; both for each 4 MiB of RAM. */
const MEETINGS_APART = 32;
const INSTRUCTIONS_APART = 100_000;
const RAM_APART = 4 * 2 ** 20;
/** A case that gets no further than this has come to its end: each trap is a meeting. */
const MOST_MEETINGS = 3_000_000;

type Pair = readonly [Subject, Subject];

const buildPair = (c: Case, [a, b]: readonly [Engine, Engine]): Pair => [c.build(a), c.build(b)];

const instret = ({ machine }: Subject): number => machine.harts[0].counters.instret;

const figures = (subject: Subject) => ({ instructions: instret(subject), cycles: subject.machine.clock.cycles });

/** Advances one; an exception of the host is an outcome like any other. */
function outcome(subject: Subject, step: Step): string {
  try {
    return subject.advance(step);
  } catch (error) {
    return `threw ${error instanceof Error ? error.stack : String(error)}`;
  }
}

/** Advances both by `step`. @returns what is not alike then */
function meet([a, b]: Pair, step: Step, extent: Extent): Difference[] {
  const values = [outcome(a, step), outcome(b, step)] as const;
  const stops = values[0] === values[1] ? [] : [{ what: "stopped by", values }];
  return [...stops, ...differences(a.machine, b.machine, extent)];
}

/** The steps of a case, drawn as they are needed. */
class Steps {
  private readonly random: Random;
  readonly taken: Step[] = [];

  constructor(private readonly c: Case) {
    this.random = new Random(c.seed);
  }

  next(): Step {
    const step = this.c.step(this.taken.length, this.random);
    this.taken.push(step);
    return step;
  }
}

/** Runs a case on both engines. */
export function compare(c: Case, engines: readonly [Engine, Engine]): Comparison {
  const pair = buildPair(c, engines);
  const steps = new Steps(c);
  const size = Math.ceil(pair[0].machine.ram.size / RAM_APART);
  /** Meetings and instructions when RAM and devices were last seen to be alike. */
  let [meetings, instructions] = [0, 0];
  const executed = { instructions: 0, cycles: 0 };
  const end = (divergence: Divergence | null): Comparison => ({
    ...executed,
    meetings: steps.taken.length,
    divergence,
  });
  for (;;) {
    const step = steps.next();
    const last = steps.taken.length;
    const full =
      last - meetings >= MEETINGS_APART * size || instret(pair[0]) - instructions >= INSTRUCTIONS_APART * size;
    const before = figures(pair[0]);
    let found = meet(pair, step, full ? "all" : "hart");
    const after = figures(pair[0]);
    // A case may go back in time.
    executed.instructions += Math.max(0, after.instructions - before.instructions);
    executed.cycles += Math.max(0, after.cycles - before.cycles);
    const over = pair[0].over() || instret(pair[0]) >= c.instructions || last >= MOST_MEETINGS;
    if (over && found.length === 0 && !full) found = differences(pair[0].machine, pair[1].machine, "all");
    if (found.length > 0) return end(narrow(c, engines, steps.taken, meetings));
    if (over) return end(null);
    if (full) [meetings, instructions] = [last, instret(pair[0])];
  }
}

/** A pair that has gone through these steps. */
function replayed(c: Case, engines: readonly [Engine, Engine], steps: readonly Step[]): Pair {
  const pair = buildPair(c, engines);
  for (const step of steps) for (const subject of pair) outcome(subject, step);
  return pair;
}

/** @param equal so many meetings were alike in everything */
function narrow(c: Case, engines: readonly [Engine, Engine], taken: readonly Step[], equal: number): Divergence {
  const before = firstMeeting(c, engines, taken, equal);
  const drawn = taken[before.length];
  const probe = (step: Step) => meet(replayed(c, engines, before), step, "all");
  const whole = probe(drawn);
  const step = whole.length === 0 ? drawn : shortest(drawn, probe, reach(c, engines, before, drawn));
  const found = whole.length === 0 ? NOT_AGAIN : probe(step);
  return {
    case: c,
    engines,
    steps: [...before, step],
    drawn,
    differences: found.length > 0 ? found : whole,
    showsInSingleSteps: singleSteps(c, engines, before, step.instructions ?? 0),
  };
}

const NOT_AGAIN: Difference[] = [
  { what: "the second run", values: ["agrees with", "the other: something is not determined"] },
];

/** The steps up to the first meeting that differs in anything, without the last. */
function firstMeeting(c: Case, engines: readonly [Engine, Engine], taken: readonly Step[], equal: number): Step[] {
  const pair = replayed(c, engines, taken.slice(0, equal));
  for (let turn = equal; turn < taken.length; turn++)
    if (meet(pair, taken[turn], "all").length > 0) return taken.slice(0, turn);
  return taken.slice(0, taken.length - 1);
}

/** Instructions that the last step retires on the first engine, and one for that which traps. */
function reach(c: Case, [engine]: readonly [Engine, Engine], before: readonly Step[], drawn: Step): number {
  const subject = c.build(engine);
  for (const step of before) outcome(subject, step);
  const start = instret(subject);
  outcome(subject, drawn);
  return instret(subject) - start + 1;
}

/** The fewest instructions after which a single run differs, by halves. */
function shortest(drawn: Step, probe: (step: Step) => Difference[], most: number): Step {
  const with_ = (instructions: number): Step => ({ ...drawn, instructions });
  let [equal, differ] = [0, most];
  if (probe(with_(differ)).length === 0) return drawn;
  while (differ - equal > 1) {
    const middle = Math.floor((equal + differ) / 2);
    if (probe(with_(middle)).length > 0) differ = middle;
    else equal = middle;
  }
  return with_(differ);
}

/** Instructions that are tried one by one. */
const SINGLE = 1000;

/** Whether going instruction by instruction through the last step differs within `instructions`. */
function singleSteps(c: Case, engines: readonly [Engine, Engine], before: readonly Step[], instructions: number) {
  const pair = replayed(c, engines, before);
  for (let i = 0; i < Math.min(instructions, SINGLE); i++)
    if (meet(pair, { instructions: 1 }, "hart").length > 0) return true;
  return differences(pair[0].machine, pair[1].machine, "all").length > 0;
}
