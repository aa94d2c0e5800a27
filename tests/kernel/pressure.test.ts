/** Pressure stall information: the running totals and averages against their definition, worked out span by span. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  countRunning,
  countStall,
  createPressure,
  describePressure,
  STALL_STATES,
  type StallState,
  settle,
  stallTime,
  whileReclaiming,
} from "../../kernel/pressure.ts";
import type { Stall } from "../../kernel/pressure-state.ts";

const PERIOD = 2_004_000_000;
const WINDOWS = [10, 60, 300];
const SECOND = 1_000_000_000;

function kernel() {
  const clock = { cycles: 0 };
  return { clock, machine: { clock }, pressure: createPressure(0) };
}

/** What somebody does, and how long nothing changes before it. */
type Step = readonly [wait: number, what: "run" | "rest" | Stall, end: boolean];

interface Span {
  readonly from: number;
  readonly to: number;
  readonly running: number;
  readonly disk: number;
  readonly memory: number;
  readonly refault: number;
}

const HOLDS: Readonly<Record<StallState, (span: Span) => boolean>> = {
  "cpu some": ({ running }) => running > 1,
  "memory some": ({ memory }) => memory > 0,
  "memory full": ({ memory, running }) => memory > 0 && running === 0,
  "io some": ({ disk }) => disk > 0,
  "io full": ({ disk, running }) => disk > 0 && running === 0,
  "refault full": ({ refault, running }) => refault > 0 && running === 0,
};

const timeIn = (spans: readonly Span[], state: StallState, from: number, to: number) =>
  spans
    .filter(HOLDS[state])
    .reduce((sum, span) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)), 0);

/** Linux's averages, period by period, from the definition of an exponentially damped one in 11 bits. */
function averagesOf(spans: readonly Span[], state: StallState, end: number): number[] {
  const decays = WINDOWS.map((window) => Math.round(2048 * Math.exp(-2 / window)));
  const averages = [0, 0, 0];
  for (let at = PERIOD; at <= end; at += PERIOD) {
    const percent = Math.floor((100 * timeIn(spans, state, at - PERIOD, at)) / PERIOD) * 2048;
    for (const [i, decay] of decays.entries()) {
      const up = percent >= averages[i]! ? 2047 : 0;
      averages[i] = Math.floor((averages[i]! * decay + percent * (2048 - decay) + up) / 2048);
    }
  }
  return averages;
}

const steps = fc.array(
  fc.tuple(
    fc.oneof(fc.integer({ min: 0, max: 3 * SECOND }), fc.integer({ min: 0, max: 1000 }), fc.constant(30 * SECOND)),
    fc.constantFrom<Step[1]>("run", "rest", "disk", "memory", "refault", "working-set", "none"),
    fc.boolean(),
  ),
  { maxLength: 60 },
);

describe("pressure", () => {
  test("totals and averages are what the definition gives, whatever happens when", () => {
    fc.assert(
      fc.property(steps, (run) => {
        const k = kernel();
        const spans: Span[] = [];
        const counts = { run: 0, disk: 0, memory: 0, refault: 0, "working-set": 0, none: 0 };
        for (const [wait, what, end] of run) {
          const from = k.clock.cycles;
          k.clock.cycles += wait;
          const refault = counts.refault + counts["working-set"];
          const [disk, memory] = [counts.disk + refault, counts.memory + counts["working-set"]];
          spans.push({ from, to: k.clock.cycles, running: counts.run, disk, memory, refault });
          const kind = what === "rest" ? "run" : what;
          const change = what === "rest" || end ? -1 : 1;
          if (counts[kind] + change < 0) continue;
          counts[kind] += change;
          if (kind === "run") countRunning(k, change);
          else countStall(k, kind, change);
        }
        const now = k.clock.cycles;
        for (const [i, state] of STALL_STATES.entries()) {
          expect(stallTime(k, state)).toBe(timeIn(spans, state, 0, now));
          expect([...k.pressure.averages.slice(3 * i, 3 * i + 3)]).toEqual(averagesOf(spans, state, now));
        }
      }),
      { seed: 6, numRuns: 150 },
    );
  });

  test("a long time in which nothing changes costs a bounded number of steps and counts whole", () => {
    const k = kernel();
    countStall(k, "working-set", 1);
    k.clock.cycles = 1e15;
    const before = performance.now();
    settle(k);
    expect(performance.now() - before).toBeLessThan(1000);
    expect(stallTime(k, "memory full")).toBe(1e15);
    expect(describePressure(k, "memory")).toBe(
      "some avg10=100.00 avg60=100.00 avg300=100.00 total=1000000000000\n" +
        "full avg10=100.00 avg60=100.00 avg300=100.00 total=1000000000000\n",
    );
    countStall(k, "working-set", -1);
    k.clock.cycles = 2e15;
    expect(describePressure(k, "memory")).toMatch(/^some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000000000\n/);
  });

  test("taking pages back is lost time even while others could run", () => {
    const k = kernel();
    countRunning(k, 1);
    countRunning(k, 1);
    whileReclaiming(k, () => {
      k.clock.cycles += 500;
    });
    k.clock.cycles += 300;
    expect(STALL_STATES.map((state) => stallTime(k, state))).toEqual([800, 500, 500, 0, 0, 0]);
  });

  test("the processor is never fully stalled: Linux shows zeroes for the whole computer", () => {
    const k = kernel();
    countRunning(k, 1);
    countRunning(k, 1);
    k.clock.cycles = PERIOD;
    expect(describePressure(k, "cpu")).toBe(
      "some avg10=18.11 avg60=3.27 avg300=0.68 total=2004000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
    );
  });
});
