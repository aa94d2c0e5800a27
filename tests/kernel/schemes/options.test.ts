/** Options that mean nothing under a translation scheme are refused when they are given, with a sentence that says why. */
import { describe, expect, test } from "vitest";
import { createComputer } from "../../../kernel/computer.ts";
import { OPTIONS } from "../../../kernel/options.ts";
import { optionsWithoutEffect, schemesOf } from "../../../kernel/schemes/options.ts";
import { parseMachineOptions } from "../../../tools/machine-options.ts";

const refused = (words: string) => optionsWithoutEffect(parseMachineOptions(words.split(" "))).map(({ text }) => text);

describe("an option without effect under the translation scheme", () => {
  test("is told by name, with the reason, and where it has one", () => {
    expect(refused("--translation segments --thp always")).toEqual([
      "--thp: it has no effect with --translation segments, for memory is not made of pages: " +
        "expected it left out, or another scheme (segmented-paging, paging)",
    ]);
    expect(refused("--segment-fit best-fit")[0]).toContain("another scheme (bare, segments)");
    expect(refused("--translation segmented-paging --hugepages 1G:1")[0]).toContain("another scheme (paging)");
  });

  test.each([
    "--translation segments --thp never --resident 0 --fork eager --population eager --no-aslr --working-set 0",
    "--translation bare --no-compaction --segment-fit worst-fit --hugepages 0",
    "--translation segments --swap 0 --replacement clock --check traps --seed 3",
    "--translation segmented-paging --hugepages 2M:4 --thp always --resident 9 --tlb 1x8 --aslr on",
    "--thp always --tlb 1x8 --paging sv39",
  ])("may be given where it says what is so, or where it has one: %s", (words) => {
    expect(refused(words)).toEqual([]);
  });

  test("may be left to its default under every scheme, and makes no computer where it was given", () => {
    const { translation } = OPTIONS;
    for (const scheme of ["bare", "segments", "segmented-paging", "paging"])
      expect(optionsWithoutEffect({ translation: translation.parse(scheme) })).toEqual([]);
    const sinks = { console: () => {}, output: () => {}, error: () => {} };
    const config = { disks: [], sinks, ...parseMachineOptions(["--translation", "bare", "--tlb", "1x8"]) };
    expect(() => createComputer(config)).toThrow(
      "--tlb: it has no effect with --translation bare, for there is no TLB",
    );
  });

  test("is known to the help by the schemes that it is for", () => {
    expect(schemesOf("thp")).toEqual(["segmented-paging", "paging"]);
    expect(schemesOf("paging")).toEqual(["paging"]);
    expect(schemesOf("hugepages")).toEqual(["segmented-paging", "paging"]);
    expect(schemesOf("swap")).toBe(null);
  });
});
