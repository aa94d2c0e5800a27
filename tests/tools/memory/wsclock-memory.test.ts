/** Working-set clock over a string: what the heaps say against the kernel's own scan of all pages, victim by victim. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WINDOW } from "../../../kernel/vm/replacement-wsclock.ts";
import { codeOf, EVENT, type ReferenceString } from "../../../tools/memory/reference-string.ts";
import { replay } from "../../../tools/memory/replay.ts";

const PAGES = 24;
/** Two for each page, in different spaces. */
const NAMES = 2 * PAGES;

const page = fc.integer({ min: 0, max: PAGES - 1 });
const name = fc.integer({ min: 0, max: NAMES - 1 });
/** Cycles that pass: often none, now and then so many that pages leave their working sets. */
const passed = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: WINDOW / 10 }), fc.constant(WINDOW));

const event = fc.oneof(
  { weight: 30, arbitrary: name.map((n) => codeOf(EVENT.read, n)) },
  { weight: 8, arbitrary: name.map((n) => codeOf(EVENT.write, n)) },
  { weight: 3, arbitrary: name.map((n) => codeOf(EVENT.arrives, n)) },
  { weight: 3, arbitrary: fc.constant(codeOf(EVENT.progress, 0)) },
  { weight: 2, arbitrary: name.map((n) => codeOf(EVENT.unnamed, n)) },
  ...[EVENT.gone, EVENT.used, EVENT.held, EVENT.released, EVENT.cooled, EVENT.disposable].map((kind) => {
    return { weight: 2, arbitrary: page.map((p) => codeOf(kind, p)) };
  }),
);
const moment = fc.record({ pid: fc.integer({ min: 1, max: 3 }), passed });
const step = fc.oneof({ weight: 12, arbitrary: event }, { weight: 1, arbitrary: moment });

function stringOf(steps: readonly (number | { pid: number; passed: number })[]): ReferenceString {
  const moments = { now: [0], pid: [1], virtual: [0] };
  const clocks = new Map<number, number>();
  const codes = [codeOf(EVENT.moment, 0)];
  for (const each of steps) {
    if (typeof each === "number") {
      codes.push(each);
      continue;
    }
    const virtual = (clocks.get(each.pid) ?? 0) + each.passed;
    clocks.set(each.pid, virtual);
    codes.push(codeOf(EVENT.moment, moments.now.length));
    moments.now.push(moments.now.at(-1)! + each.passed);
    moments.pid.push(each.pid);
    moments.virtual.push(virtual);
  }
  return {
    origin: { frames: 256, seed: 1, hasSwap: true, resident: 0, replacement: "" },
    codes: Int32Array.from(codes),
    pageOfName: Int32Array.from({ length: NAMES }, (_, i) => i % PAGES),
    spaceOfName: Int32Array.from({ length: NAMES }, (_, i) => (i < PAGES ? 1 : 2)),
    placeOfName: new Float64Array(NAMES),
    kinds: Array.from({ length: PAGES }, (_, i) => (i % 3 === 0 ? "file" : "anonymous")),
    uses: null,
    moments: {
      now: Float64Array.from(moments.now),
      pid: Int32Array.from(moments.pid),
      virtual: Float64Array.from(moments.virtual),
    },
  };
}

function victims(string: ReferenceString, frames: number, byScan: boolean): number[] {
  const list: number[] = [];
  replay(string, "wsclock", frames, { arrived: (p) => list.push(p), condemned: (p) => list.push(-1 - p) }, byScan);
  return list;
}

describe("working-set clock without a look at every page", () => {
  test("chooses the victims of the kernel's scan, whatever happens to pages", () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 60, maxLength: 400 }),
        fc.integer({ min: 1, max: 16 }),
        (steps, frames) => {
          const string = stringOf(steps);
          expect(victims(string, frames, false)).toEqual(victims(string, frames, true));
        },
      ),
      { seed: 7, numRuns: 150 },
    );
  });
});
