/** Random sequences give Linux's results and page contents, with and without memory pressure. All of them: tests/campaigns/memory-sequences.campaign.ts. */
import { describe, expect, it } from "vitest";
import type { ComputerConfig } from "../../../kernel/computer.ts";
import { OPERATIONS_A_LINE, recordedSequences, runSequence, SEQUENCES, type SequenceName } from "./sequences.ts";

const MIB = 2 ** 20;
/** Pages of the smallest computer that somebody else keeps: less than two hundred are left. */
const TAKEN = 90;

// biome-ignore format: a table is read in columns
const RUNS: readonly (readonly [string, number, number, Partial<ComputerConfig>])[] = [
  ["64 MiB without swap, sv48",             1, 3000, { ram: 64 * MIB, swap: 0, paging: "sv48" }],
  ["64 MiB, sv39, fork copies at once",     2, 1000, { ram: 64 * MIB, paging: "sv39", fork: "eager", frames: "first-fit" }],
  ["1 MiB and swap, two lists, sv48",       3, 1500, { ram: MIB, swap: 32 * MIB, paging: "sv48", replacement: "two-lists" }],
  ["1 MiB and swap, clock, sv39",           4, 1000, { ram: MIB, swap: 32 * MIB, paging: "sv39", replacement: "clock" }],
  ["1 MiB and swap, fifo, sv39",            5, 1000, { ram: MIB, swap: 32 * MIB, paging: "sv39", replacement: "fifo" }],
  ["1 MiB and swap, random, sv48",          6, 1000, { ram: MIB, swap: 32 * MIB, paging: "sv48", replacement: "random" }],
  ["1 MiB and swap, ageing, sv48",          7, 1000, { ram: MIB, swap: 32 * MIB, paging: "sv48", replacement: "ageing" }],
];

// biome-ignore format: a table is read in columns
const HUGE_RUNS: readonly (readonly [string, number, number, Partial<ComputerConfig>])[] = [
  ["sv48, without swap",                    1, 300,  { ram: 256 * MIB, swap: 0, paging: "sv48" }],
  ["and a pool, sv39",                      4, 300,  { ram: 256 * MIB, paging: "sv39" }],
];

describe("Random sequences of memory operations give what Linux gave", () => {
  it.each(RUNS)("with %s: seed %i, %i operations", (_, seed, operations, config) => {
    const presses = config.ram === MIB;
    const { difference, faults } = runSequence("memory", seed, operations, config, presses ? TAKEN : 0);
    expect(difference).toBe("");
    // Under pressure pages really went and came back.
    if (presses) expect(faults["swap-in"]).toBeGreaterThan(50);
  });

  it.each(HUGE_RUNS)("with huge pages, %s: seed %i, %i operations", (_, seed, operations, config) => {
    expect(runSequence("huge", seed, operations, config).difference).toBe("");
  });

  it.each(Object.keys(SEQUENCES) as SequenceName[])("all %s sequences are recorded", (name) => {
    const { seeds, operations } = SEQUENCES[name];
    const lines = [...recordedSequences(name).values()].map((seed) => seed.length);
    expect(lines).toEqual(Array.from({ length: seeds }, () => operations / OPERATIONS_A_LINE));
  });
});
