/** Working sets: the sliding window and the sums over stays against Denning's definition. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { averageSizes, byReference, windowsFor, workingSetCurve } from "../../../tools/memory/working-set.ts";

/** W(t, window), by definition, for every t. */
function sizes(references: readonly number[], window: number): number[] {
  return references.map((_, i) => new Set(references.slice(Math.max(0, i + 1 - window), i + 1)).size);
}

const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const strings = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 80 });

describe("the working set", () => {
  test("of a short string is what one counts by hand", () => {
    const { points, average, peak } = workingSetCurve(byReference(Int32Array.of(1, 2, 1, 3, 3, 3, 3, 1)), 3, 100);
    expect(points.map(([, size]) => size)).toEqual([1, 2, 2, 3, 2, 1, 1, 2]);
    expect([average, peak]).toEqual([14 / 8, 3]);
  });

  test("has the sizes of its definition, for every window", () => {
    fc.assert(
      fc.property(strings, fc.integer({ min: 1, max: 90 }), (references, window) => {
        const expected = sizes(references, window);
        const curve = workingSetCurve(byReference(Int32Array.from(references)), window, references.length);
        expect(curve.points).toEqual(expected.map((size, i) => [i + 1, size]));
        expect(curve.peak).toBe(Math.max(...expected));
        expect(curve.average).toBeCloseTo(mean(expected), 9);
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  test("has its largest size in each stretch of a curve with fewer points", () => {
    fc.assert(
      fc.property(strings, fc.integer({ min: 1, max: 12 }), (references, stretches) => {
        const expected = sizes(references, 5);
        const { points } = workingSetCurve(byReference(Int32Array.from(references)), 5, stretches);
        expect(points.length).toBeLessThanOrEqual(stretches);
        const ends = [...points.slice(1).map(([t]) => t - 1), references.length];
        for (const [i, [t, size]] of points.entries()) expect(size).toBe(Math.max(...expected.slice(t - 1, ends[i])));
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  test("has its mean size for all windows at once", () => {
    fc.assert(
      fc.property(strings, (references) => {
        const windows = [1, 2, 3, 7, 20, 80, 500];
        const averages = averageSizes(byReference(Int32Array.from(references)), windows);
        for (const [i, window] of windows.entries())
          expect(averages[i]).toBeCloseTo(mean(sizes(references, window)), 9);
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  test("in time has the sizes of its definition at every moment, and their mean", () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 6 })), { minLength: 1 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 30 }), (references, window) => {
        const pages = Int32Array.from(references, ([page]) => page);
        let now = 0;
        const times = Float64Array.from(references, ([, passed]) => (now += passed));
        const expected = Array.from(
          { length: now + 1 - times[0]! },
          (_, i) =>
            new Set(pages.filter((_page, r) => times[r]! <= times[0]! + i && times[r]! > times[0]! + i - window)).size,
        );
        const curve = workingSetCurve({ pages, times }, window, expected.length);
        expect(curve.points).toEqual(expected.map((size, i) => [times[0]! + i, size]));
        expect(curve.average).toBeCloseTo(mean(expected), 9);
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  test("is compared for windows from one reference to all", () => {
    expect(windowsFor(byReference(new Int32Array(1)))).toEqual([1]);
    expect(windowsFor(byReference(new Int32Array(25)))).toEqual([1, 2, 5, 10, 20]);
    expect(averageSizes(byReference(new Int32Array()), [1])).toEqual([0]);
    expect(workingSetCurve(byReference(new Int32Array()), 3, 10)).toEqual({ average: 0, peak: 0, points: [] });
  });
});
