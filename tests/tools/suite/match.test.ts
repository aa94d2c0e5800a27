import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LineMatch } from "../../../tools/suite/expectation.ts";
import { difference, linesMatch, outputLines } from "../../../tools/suite/match.ts";

const exact = (text: string): LineMatch => ({ kind: "exact", text });
const pattern = (text: string): LineMatch => ({ kind: "pattern", text });
const any: LineMatch = { kind: "any" };

describe("expected lines", () => {
  test("accept exactly themselves", () => {
    expect(linesMatch(["a", "b"], [exact("a"), exact("b")])).toBe(true);
    expect(linesMatch(["a"], [exact("a"), exact("b")])).toBe(false);
    expect(linesMatch(["a", "b", "c"], [exact("a"), exact("b")])).toBe(false);
  });

  test("take no character of a pattern but the star as special", () => {
    expect(linesMatch(["a.b (1)"], [pattern("a.b (*)")])).toBe(true);
    expect(linesMatch(["axb (1)"], [pattern("a.b (*)")])).toBe(false);
  });

  test("let a gap stand for any number of lines, none too", () => {
    expect(linesMatch(["a", "b"], [exact("a"), any, exact("b")])).toBe(true);
    expect(linesMatch(["a", "x", "b", "b"], [exact("a"), any, exact("b")])).toBe(true);
    expect(linesMatch(["a", "x"], [exact("a"), any, exact("b")])).toBe(false);
    expect(linesMatch([], [any])).toBe(true);
  });

  test("of any output accept that output", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (lines) => linesMatch(lines, lines.map(exact))),
      { seed: 1 },
    );
  });
});

test("an output's last line counts with and without its newline", () => {
  expect(outputLines("a\nb")).toEqual(["a", "b"]);
  expect(outputLines("a\nb\n")).toEqual(["a", "b"]);
  expect(outputLines("\n")).toEqual([""]);
  expect(outputLines("")).toEqual([]);
});

test("a difference shows what was expected and what came, and takes patterns that fit as equal", () => {
  const shown = difference("stdout", ["pid 17", "two"], [pattern("pid *"), exact("zwei")]);
  expect(shown).toBe("--- expected stdout\n+++ actual stdout\n@@ -1,2 +1,2 @@\n pid 17\n-zwei\n+two");
});
