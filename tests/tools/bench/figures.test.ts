import { describe, expect, test } from "vitest";
import { figures, geometricMean, meanRatio, median, ratio } from "../../../tools/bench/figures.ts";
import type { Cell, Result } from "../../../tools/bench/measure.ts";
import { WORKLOADS } from "../../../tools/bench/workloads.ts";

const workload = (name: string) => WORKLOADS.find((row) => row.name === name)!;
const cell = (...seconds: number[]): Cell => ({ units: 1, seconds, error: null });
const failed: Cell = { units: 1, seconds: [], error: "it crashed" };

function result(name: string, cells: Record<string, Cell>): Result {
  return {
    workload: workload(name),
    checksum: "000000000000000a",
    instructions: 6e6,
    cells: new Map(Object.entries(cells)),
  };
}

test("a median is the value in the middle, of an even number the mean of the two there", () => {
  expect(median([3, 1, 100])).toBe(3);
  expect(median([4, 1, 100, 2])).toBe(3);
  expect(median([])).toBeNaN();
});

test("a geometric mean weighs twice and half as fast alike", () => {
  expect(geometricMean([2, 0.5])).toBeCloseTo(1);
  expect(geometricMean([4, 9])).toBeCloseTo(6);
});

describe("figures", () => {
  test("of computing are millions of instructions a second", () => {
    const sieve = result("sieve", { quick: cell(0.5, 2) });
    expect(figures(sieve, sieve.cells.get("quick")!)).toEqual([12, 3]);
  });

  test("of processes are microseconds an operation, whose number is the answer", () => {
    const fork = result("fork", { quick: cell(0.001) });
    expect(figures(fork, fork.cells.get("quick")!)).toEqual([100]);
  });

  test("there are none where no engine has counted the instructions", () => {
    const sieve = { ...result("sieve", { quick: cell(1) }), instructions: null };
    expect(figures(sieve, sieve.cells.get("quick")!)).toEqual([]);
  });
});

describe("a ratio", () => {
  test("is the median of the ratios of single rounds, not the ratio of medians", () => {
    // Everything took ten times as long in the third round.
    const sieve = result("sieve", { quick: cell(1, 2, 10), slow: cell(2, 3, 20) });
    expect(ratio(sieve, "quick", "slow")).toBe(2);
  });

  test("there is none with a peer that failed or that cannot do it", () => {
    const sieve = result("sieve", { quick: cell(1), broken: failed });
    expect(ratio(sieve, "quick", "broken")).toBeNaN();
    expect(ratio(sieve, "broken", "quick")).toBeNaN();
    expect(ratio(sieve, "quick", "absent")).toBeNaN();
  });

  test("is averaged over the computing workloads that have one", () => {
    const results = [
      result("sieve", { quick: cell(1), slow: cell(4) }),
      result("fib", { quick: cell(1), slow: cell(9) }),
      result("crc", { quick: cell(1), slow: failed }),
      result("fork", { quick: cell(1), slow: cell(1000) }),
    ];
    expect(meanRatio(results, "quick", "slow")).toBeCloseTo(6);
  });
});
