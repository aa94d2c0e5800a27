/**
 * A selection of the guest programs on other computers than the usual one: little memory, three levels of page tables,
 * no swap, each replacement policy, each translation scheme. The whole suite on all of them: tests/README.md.
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

/** Under each scheme: what runs there, what prints something else, and what is known to fail. */
const UNDER_SCHEMES: Readonly<Record<string, readonly string[]>> = {
  bare: [
    "demos/stray-store.s",
    "demos/fragmentation.s",
    "lib/malloc.s",
    "brk-moves-the-end-of-the-heap.s",
    "fork-tree.s",
  ],
  segments: ["demos/fragmentation.s", "demos/catch-segv.s", "fork-shares-shared-memory.s", "demos/belady.s"],
  "segmented-paging": ["demos/tlb-reach.s", "wipe-on-fork.s", "fork-shares-the-slots.s"],
};

const everything = findPrograms([join(ROOT, "tests/guest"), join(ROOT, "userland/demos")]);

describe.each(Object.entries(UNDER_SCHEMES))("with --translation %s", (scheme, names) => {
  test("guest programs do what they expect there", async () => {
    const chosen = everything.filter((path) => names.some((name) => path.endsWith(name)));
    expect(chosen).toHaveLength(names.length);
    const suite = await runSuite(chosen, { update: false, machine: parseMachineOptions(["--translation", scheme]) });
    expect(
      suite.results.filter(({ verdict }) => isBad(verdict)).map(({ name, reason }) => `${name}: ${reason}`),
    ).toEqual([]);
    expect(suite.results.some(({ verdict }) => verdict === "pass")).toBe(true);
    for (const { verdict, reason } of suite.results)
      if (verdict === "skip") expect(reason).toMatch(/^--resident: it has no effect/);
  }, 60_000);
});

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
