/** The picture of memory: every frame and every page is in it, once, as the kernel has it. */
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Options } from "../../../kernel/options.ts";
import { takeCensus } from "../../../kernel/vm/census.ts";
import { mapSvg } from "../../../tools/look/map-svg.ts";
import { barOf, mapText } from "../../../tools/look/map-text.ts";
import { type MemoryMap, mapMemory } from "../../../tools/look/memory-map.ts";
import { runToMoment } from "../../../tools/look/moment.ts";
import { assembled, built, demo, FILLING, momentRun } from "./programs.ts";

const MIB = 2 ** 20;

const LOCKING = assembled(`
        .globl main
main:   addi sp, sp, -16
        sd   ra, 8(sp)
        li   a0, 1                      # MCL_CURRENT
        call mlockall
        ld   ra, 8(sp)
        addi sp, sp, 16
        ret
`);

const sum = (numbers: Iterable<number>) => [...numbers].reduce((a, b) => a + b, 0);

async function mapped(program: Uint8Array, options: Partial<Options>, at: number | null, cell = 1) {
  const { computer } = await runToMoment(momentRun(program, options), at);
  return { computer, k: computer.kernel, map: mapMemory(computer.kernel, cell) };
}

/** What the picture says, worked out in another way. */
function expectWhole(k: Kernel, map: MemoryMap): void {
  const { frames } = k.vm;
  expect(sum(Object.values(map.kinds))).toBe(frames.count);
  expect(sum(map.cells.map((cell) => cell.frames))).toBe(frames.count);
  expect(sum(map.cells.map((cell) => cell.used))).toBe(frames.count - frames.free);
  expect(map.kinds.free).toBe(frames.free);
  expect(map.free.frames).toBe(frames.free);
  expect(map.free.largest).toBeLessThanOrEqual(frames.free);
  const census = takeCensus(k);
  expect(map.kinds.table).toBe(census.tables);
  expect(map.marks.locked).toBe(census.locked);
  for (const { pids, totals } of map.spaces) {
    const { counts } = k.processes.get(pids[0]!)!.space!;
    expect(sum(Object.values(totals))).toBe(counts.mapped);
    expect(totals.swapped).toBe(counts.swapped);
    // The page of zeroes and the signal code are nobody's pages.
    expect(totals.resident + totals.large).toBeGreaterThanOrEqual(counts.anonymous + counts.file + counts.shared);
  }
}

describe("the picture of memory", () => {
  test("has every frame and every page once, whatever the size of its cells", async () => {
    const { k, computer, map } = await mapped(built(demo("copy-on-write")), { ram: 4 * MIB }, 12_000);
    const before = computer.snapshot();
    expectWhole(k, map);
    for (const cell of [2, 16, 1024, 4096]) expectWhole(k, mapMemory(k, cell));
    expect(map.spaces.map(({ pids }) => pids[0])).toEqual([1, 2, 3]);
    expect(map.marks.shared).toBeGreaterThan(0);
    expect(isDeepStrictEqual(computer.snapshot(), before)).toBe(true);
  });

  test("shows what is in swap, and what locks keep", async () => {
    const swapped = await mapped(FILLING, { ram: 2 * MIB, swap: 8 * MIB }, null);
    expectWhole(swapped.k, swapped.map);
    const own = swapped.map.spaces.find(({ program }) => program === "/home/program")!;
    expect(own.totals.swapped).toBeGreaterThan(500);
    expect(own.mappings.some((mapping) => barOf(mapping).includes("s"))).toBe(true);
    const locked = await mapped(LOCKING, { ram: 2 * MIB }, null);
    expectWhole(locked.k, locked.map);
    expect(locked.map.marks.locked).toBeGreaterThan(3);
    expect(mapText(locked.map, (_, text) => text).join("\n")).toMatch(/# locked: \d+/);
  });

  test("is at most 80 columns wide, and says how the free frames lie", async () => {
    const { map } = await mapped(built(demo("fork-tree")), { ram: 4 * MIB, paging: "sv39" }, null, 4);
    const lines = mapText(map, (_, text) => text);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toBe("Physical memory  4 MiB, 1,024 frames; a cell is 4 frames");
    expect(lines.find((line) => line.includes("free frames lie in"))).toMatch(
      /lie in [\d,]+ runs?, the largest of [\d,]+ \(/,
    );
    expect(lines.join("\n")).toMatch(/^\/home\/program, pid 2$/m);
  });

  test("gives names the room that other columns leave, and shows the ends of those that are longer", () => {
    const mapping = (start: number, pages: number, name: string) => {
      const runs = [{ state: "resident" as const, pages }];
      return { start, end: start + pages * 4096, rights: "r--p", name, runs };
    };
    const mappings = [mapping(0x10000, 1, "/home/program-one"), mapping(0x12000, 8, `/home/${"x".repeat(70)}y`)];
    const empty = { base: 0, frames: 0, framesPerCell: 1, cells: [], free: { frames: 0, runs: 0, largest: 0 } };
    const totals = { resident: 9, large: 0, swapped: 0, untouched: 0 };
    const picture = { ...empty, kinds: {}, marks: {}, spaces: [{ pids: [2], program: "p", mappings, totals }] };
    const linesAt = (columns: number) => mapText(picture as unknown as MemoryMap, (_, text) => text, columns).slice(-2);
    expect(linesAt(80)).toEqual([
      "  10000-11000 r--p 1 #         /home/program-one",
      `  12000-1a000 r--p 8 ########  ...${"x".repeat(45)}y`,
    ]);
    expect(linesAt(120)[1]).toBe(`  12000-1a000 r--p 8 ########  /home/${"x".repeat(70)}y`);
  });

  test("is the same SVG each time, small, and readable on light and dark ground", async () => {
    const { map, k } = await mapped(built(demo("copy-on-write")), { ram: 4 * MIB }, 12_000);
    const svg = mapSvg(map);
    expect(mapSvg(mapMemory(k, 1))).toBe(svg);
    expect(svg.length).toBeLessThan(20_000);
    expect(svg).toContain("prefers-color-scheme:dark");
    for (const kind of ["kernel", "table", "anonymous", "file", "free"])
      expect(svg).toContain(`<path class="${kind}" d="M`);
    expect(svg.match(/<text/g)!.length).toBe(svg.match(/<\/text>/g)!.length);
  });
});

describe("a mapping's bar", () => {
  const bar = (pages: number, runs: { state: "resident" | "swapped" | "untouched" | "large"; pages: number }[]) =>
    barOf({ start: 0x10000, end: 0x10000 + pages * 4096, rights: "rw-p", name: "", runs });

  test("has a character for each page, or for a run of pages the rarest of them", () => {
    expect(
      bar(4, [
        { state: "untouched", pages: 1 },
        { state: "resident", pages: 2 },
        { state: "swapped", pages: 1 },
      ]),
    ).toBe(".##s");
    expect(
      bar(48, [
        { state: "resident", pages: 47 },
        { state: "swapped", pages: 1 },
      ]),
    ).toBe(`${"#".repeat(23)}s`);
    expect(bar(512, [{ state: "large", pages: 512 }])).toBe("H".repeat(24));
    expect(
      bar(2400, [
        { state: "untouched", pages: 2399 },
        { state: "resident", pages: 1 },
      ]),
    ).toBe(`${".".repeat(23)}#`);
  });
});
