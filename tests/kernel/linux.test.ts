/** Programs that ask about processes, signals and time get from Quire, to the letter, the answers that Linux 6.1 gave. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { GOLDEN, start } from "./programs.ts";

const PROGRAMS: readonly (readonly string[])[] = [
  ["signals"],
  ["faults"],
  ["processes"],
  ["exec", "test"],
  ["signal-places"],
  ["time"],
  ["system"],
  ["core"],
  ["proc"],
  ["locks"],
  ["advice"],
];

for (const paging of ["sv48", "sv39"] as const) {
  describe(`with ${paging}`, () => {
    for (const argv of PROGRAMS) {
      test(`${argv[0]} prints what it prints on Linux`, () => {
        const program = start(argv, { paging });
        expect(program.finish()).toEqual({ kind: "off", status: 0, message: "power off" });
        expect(program.output()).toBe(readFileSync(join(GOLDEN, `${argv[0]}.txt`), "latin1"));
      });
    }
  });
}

test("huge-pages prints what it prints on Linux", () => {
  // RAM for its 8 MiB; the settings of the file system begin as on a large computer.
  const program = start(["huge-pages"], { ram: 64 * 2 ** 20, thp: "always" });
  expect(program.finish()).toEqual({ kind: "off", status: 0, message: "power off" });
  expect(program.output()).toBe(readFileSync(join(GOLDEN, "huge-pages.txt"), "latin1"));
});

test("signals are the same in the naive variants of every policy", () => {
  const program = start(["signals"], {
    fork: "eager",
    population: "eager",
    frames: "first-fit",
    tlb: { sets: 1, ways: 1 },
  });
  program.finish();
  expect(program.output()).toBe(readFileSync(join(GOLDEN, "signals.txt"), "latin1"));
});
