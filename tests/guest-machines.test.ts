/**
 * A selection of the guest programs on other computers than the usual one: little memory, three levels of page tables,
 * no swap, each replacement policy. The whole suite on all of them: tests/README.md.
 */
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { parseMachineOptions } from "../tools/machine-options.ts";
import { findPrograms } from "../tools/suite/find.ts";
import { isBad } from "../tools/suite/report/result.ts";
import { runSuite } from "../tools/suite/run.ts";

const ROOT = join(import.meta.dirname, "..");

const MACHINES = [
  "--ram 1M --paging sv39 --replacement two-lists",
  "--ram 1M --swap 0 --paging sv48 --replacement ageing",
  "--ram 2M --paging sv39 --replacement fifo",
  "--ram 1M --paging sv48 --replacement clock",
  "--ram 2M --paging sv39 --replacement random",
];

/** Each machine has other programs: every so many one of all that show memory. */
const programs = findPrograms([join(ROOT, "tests/guest/memory"), join(ROOT, "tests/guest/figures")]);
const STRIDE = 2 * MACHINES.length;

describe.each(MACHINES.map((machine, index) => ({ machine, index })))("with $machine", ({ machine, index }) => {
  test("guest programs do what they expect", async () => {
    const chosen = programs.filter((_, i) => i % STRIDE === index);
    expect(chosen.length).toBeGreaterThan(5);
    const suite = await runSuite(chosen, { update: false, machine: parseMachineOptions(machine.split(" ")) });
    const bad = suite.results.filter(({ verdict }) => isBad(verdict));
    expect(bad.map(({ name, reason, detail }) => `${relative(ROOT, name)}: ${reason}\n${detail}`)).toEqual([]);
  }, 60_000);
});
