/** TLBs compared: the same figures on every engine and in every run, and what the textbooks say of them. */
import { beforeAll, describe, expect, test } from "vitest";
import type { ReplacementName } from "../../../cpu/replacement.ts";
import { OPTIONS, OptionError } from "../../../kernel/options.ts";
import { terminalChart } from "../../../tools/chart/terminal.ts";
import {
  compareTlbs,
  missCurves,
  POLICY_NAMES,
  reachOf,
  type TlbRow,
  tlbTable,
} from "../../../tools/look/tlb-compare.ts";
import { assembled, momentRun } from "./programs.ts";

/** Reads COUNT pages one after the other, ROUNDS times: what LRU is worst at when they do not all fit. */
const CYCLE = assembled(`
        .equ COUNT, 20
        .equ ROUNDS, 30
        .globl main
main:   li   t3, ROUNDS
1:      la   t0, pages
        li   t1, COUNT
        li   t2, 4096
2:      lbu  t4, (t0)
        add  t0, t0, t2
        addi t1, t1, -1
        bnez t1, 2b
        addi t3, t3, -1
        bnez t3, 1b
        li   a0, 0
        ret
        .bss
        .balign 4096
pages:  .zero COUNT * 4096
`);

const shapes = (...texts: string[]) => texts.map((text) => OPTIONS.tlb.parse(text));
const compared = (
  texts: string[],
  policies: readonly ReplacementName[],
  engine: "reference" | "translator" = "translator",
) => compareTlbs(momentRun(CYCLE, { ram: 4 * 2 ** 20, engine }), shapes(...texts), policies);

describe("TLBs compared", () => {
  let rows: TlbRow[] = [];
  beforeAll(async () => {
    rows = await compared(["1x1", "1x16", "4x4", "1x64"], POLICY_NAMES);
  });
  const misses = (sets: number, ways: number, policy: ReplacementName) =>
    rows.find(({ shape, replacement }) => shape.sets === sets && shape.ways === ways && replacement === policy)!.misses;

  test("have the same figures on the reference engine", async () => {
    expect(await compared(["1x1", "1x16", "4x4", "1x64"], POLICY_NAMES, "reference")).toEqual(rows);
  });

  test("miss less the larger they are, and with one entry whatever the policy says", () => {
    for (const policy of POLICY_NAMES) {
      expect(misses(1, 16, policy)).toBeLessThan(misses(1, 1, policy));
      expect(misses(1, 64, policy)).toBeLessThan(misses(1, 16, policy));
      expect(misses(1, 1, policy)).toBe(misses(1, 1, "lru"));
    }
  });

  test("with LRU or FIFO miss at every page of a circle that does not fit", () => {
    expect(misses(1, 16, "lru")).toBeGreaterThan(30 * 20);
    expect(misses(1, 16, "fifo")).toBeGreaterThan(30 * 20);
    expect(misses(1, 64, "lru")).toBeLessThan(100);
  });

  test("count a miss for each lookup that is no hit, and pay for each walk", () => {
    for (const { lookups, hits, misses: missed, walks } of rows) {
      expect(hits + missed).toBe(lookups);
      expect(walks).toBeGreaterThanOrEqual(missed);
    }
    const [few, many] = [rows.at(-1)!, rows[0]!];
    expect(many.cycles - few.cycles).toBeGreaterThan((many.walks - few.walks) * 60);
  });

  test("are a table and curves", () => {
    const table = tlbTable(rows);
    expect(table.every((line) => line.length <= 80)).toBe(true);
    expect(table[1]).toMatch(/^1x1 +fifo +[\d,]+ +[\d,]+ +[\d,]+ +[\d.]+% +4 +2,048 +[\d,]+$/);
    const chart = missCurves(
      rows.filter(({ shape }) => shape.sets === 1),
      "TLB",
    );
    expect(chart.series.map(({ name }) => name)).toEqual(POLICY_NAMES);
    expect(chart.series[0]!.points.map(([x]) => x)).toEqual([1, 16, 64]);
    expect(terminalChart(chart)).toContain("entries of the TLB");
    const both = missCurves(
      rows.filter(({ replacement }) => replacement === "lru"),
      "TLB",
    );
    expect(both.series.map(({ name }) => name)).toEqual(["full", "4 ways"]);
  });

  test("reach as far as their entries' pages", () => {
    expect([0, 1, 2].map((level) => reachOf({ sets: 16, ways: 4 }, level))).toEqual([2 ** 18, 2 ** 27, 2 ** 36]);
  });
});

describe("the shape of a TLB", () => {
  test.each(["64x3", "3x4", "0x4", "8192x1", "4096x128", "64", "64x"])("is refused in a sentence: %s", (text) => {
    expect(() => OPTIONS.tlb.parse(text)).toThrow(OptionError);
  });

  test("may be one set, or one way", () => {
    expect(shapes("1x4096", "4096x1", "1x1")).toHaveLength(3);
  });
});
