/**
 * /proc about memory: names and columns are those that Linux 6.1 showed (tests/golden/fs/proc), and the figures are what
 * page tables, frames and swap say, with memory short.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { vmaList } from "../../../kernel/vm/address-space.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { OWNER } from "../../../kernel/vm/frames.ts";
import { pagemap } from "../../../kernel/vm/pagemap.ts";
import { mappingsOf } from "../../../kernel/vm/reverse-map.ts";
import { mappingCount } from "../../../kernel/vm/smaps.ts";
import { guest } from "../guest.ts";
import { start } from "../programs.ts";

const linux = (name: string) =>
  readFileSync(join(import.meta.dirname, "../../golden/fs/proc", `${name}.txt`), "latin1");

/** 1500 pages of 4 MiB of RAM filled, 3 shared with a child that has written to one of them; both wait. */
const HOG = guest(`
    li a0, 0x10000000
    li a1, 1500 * 4096
    li a2, PROT_READ | PROT_WRITE
    li a3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED
    li a4, -1
    li a5, 0
    syscall mmap
    li t1, 1500
    li t3, 4096
1:  sd t1, 0(a0)
    add a0, a0, t3
    addi t1, t1, -1
    bnez t1, 1b
    li a0, SIGCHLD
    li a1, 0
    li a2, 0
    li a3, 0
    li a4, 0
    syscall clone
    bnez a0, 2f
    li a0, 0x10000000
    sd zero, 0(a0)
2:  li a0, 0
    li a1, 0
    li a2, 0
    li a3, 0
    syscall ppoll
`);

function waiting() {
  const { computer, finish } = start(["hog"], { ram: 4 * 2 ** 20, swap: 16 * 2 ** 20 }, { hog: HOG });
  expect(finish().kind).toBe("idle");
  const k = computer.kernel;
  checkVm(k);
  const read = (path: string) => Buffer.from(computer.readFile(path)!).toString("latin1");
  const [hog, child] = [...k.processes.values()].filter(({ name }) => name === "hog");
  return { k, read, hog, child };
}

const { k, read, hog, child } = waiting();
/** kB of "Name:   12 kB" lines; of several with one name their sum. */
function kilobytes(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [, name, kB] of text.matchAll(/^(\S+):\s+(\d+) kB$/gm))
    found.set(name, (found.get(name) ?? 0) + Number(kB));
  return found;
}
const words = (text: string) =>
  [...text.matchAll(/^(\S+) (\d+)$/gm)].map(([, name, value]) => [name, Number(value)] as const);
/** A line with each number as one letter, its width kept: the columns. */
const columns = (line: string) => line.replace(/ *\d+/g, (number) => "#".repeat(number.length));

describe("meminfo", () => {
  it("has Linux's lines, in its order and columns", () => {
    const shape = (text: string) =>
      text.replace(/ {2,}\d+ kB|\d{9,} kB/g, (size) => `${" ".repeat(Math.max(0, size.length - 13))}# kB`);
    const names = (text: string) => [...text.matchAll(/^(\S+):/gm)].map(([, name]) => name);
    // That kernel has an area for contiguous memory of its own.
    expect(names(read("/proc/meminfo"))).toEqual(names(linux("meminfo")).filter((name) => !name.startsWith("Cma")));
    const pages = /^HugePages_.*\n/gm;
    const sizes = read("/proc/meminfo").replace(pages, "").trimEnd().split("\n");
    for (const line of sizes) expect(line).toMatch(/^\S+: *\d+ kB$/);
    expect(read("/proc/meminfo").match(pages)).toEqual(linux("meminfo").match(pages));
    expect(shape(read("/proc/meminfo").split("\n")[1])).toBe(shape(linux("meminfo").split("\n")[1]));
    for (const line of sizes) expect(line).toHaveLength(27);
  });

  it("counts what frames and swap say", () => {
    const figures = kilobytes(read("/proc/meminfo"));
    const kB = (pages: number) => pages * 4;
    const owned = (owner: number) => k.vm.frames.owner.reduce((sum, one) => sum + (one === owner ? 1 : 0), 0);
    expect(figures.get("MemTotal")).toBe(4096);
    expect(figures.get("MemFree")).toBe(kB(owned(OWNER.free)));
    expect(figures.get("PageTables")).toBe(kB(owned(OWNER.table)));
    expect(figures.get("SwapTotal")).toBe(16 * 1024 - 4);
    expect(figures.get("SwapTotal")! - figures.get("SwapFree")!).toBeGreaterThan(1500 * 4 - 4096);
    expect(figures.get("Committed_AS")).toBe(kB(k.vm.commit.committed));
    const used = kB(
      owned(OWNER.anonymous) + owned(OWNER.file) + owned(OWNER.shared) + owned(OWNER.table) + owned(OWNER.kernel),
    );
    expect(figures.get("MemFree")! + used).toBe(4096);
    expect(figures.get("AnonPages")).toBeLessThanOrEqual(kB(owned(OWNER.anonymous)));
    expect(figures.get("AnonPages")).toBeGreaterThan(1000);
  });
});

describe("smaps, and what is worked out from it", () => {
  it("adds up to what status, statm, smaps_rollup and the page tables say", () => {
    for (const p of [hog, child]) {
      const sums = kilobytes(read(`/proc/${p.pid}/smaps`));
      const status = kilobytes(read(`/proc/${p.pid}/status`));
      const rollup = kilobytes(read(`/proc/${p.pid}/smaps_rollup`));
      expect(sums.get("Rss")).toBe(status.get("VmRSS"));
      expect(sums.get("Anonymous")).toBe(status.get("RssAnon"));
      expect(sums.get("Swap")).toBe(status.get("VmSwap"));
      expect(sums.get("Size")).toBe(status.get("VmSize"));
      for (const name of [
        "Rss",
        "Shared_Clean",
        "Shared_Dirty",
        "Private_Clean",
        "Private_Dirty",
        "Referenced",
        "Anonymous",
        "Swap",
      ])
        expect([name, rollup.get(name)]).toEqual([name, sums.get(name)]);
      expect(sums.get("Rss")).toBe(
        ["Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty"].reduce(
          (sum, name) => sum + sums.get(name)!,
          0,
        ),
      );
      const [size, resident] = read(`/proc/${p.pid}/statm`).split(" ").map(Number);
      expect([size * 4, resident * 4]).toEqual([status.get("VmSize"), status.get("VmRSS")]);
    }
  });

  it("divides a shared page among those who map it, in RAM and in swap", () => {
    const of = (pid: number) => kilobytes(read(`/proc/${pid}/smaps_rollup`));
    const both = of(hog.pid).get("SwapPss")! + of(child.pid).get("SwapPss")!;
    const areas = k.vm.swap.areas.filter((area) => area !== null);
    const named = areas.reduce((sum, { uses }) => sum + uses.filter((count) => count > 0 && count < 2 ** 31).length, 0);
    expect(Math.abs(both - named * 4)).toBeLessThanOrEqual(2);
    expect(of(hog.pid).get("Pss")).toBeLessThan(of(hog.pid).get("Rss")!);
  });

  it("counts mappings as the reverse map does", () => {
    const { frames } = k.vm;
    for (let index = 0; index < frames.count; index++)
      if (frames.owner[index] >= OWNER.anonymous)
        expect([index, mappingCount(k, index)]).toEqual([index, mappingsOf(k, index + frames.first).length]);
  });

  it("names the fields of a rollup as Linux does", () => {
    const names = (text: string) => [...text.matchAll(/^([A-Z]\S+): /gm)].map(([, name]) => name);
    expect(names(read(`/proc/${hog.pid}/smaps_rollup`))).toEqual(names(linux("smaps_rollup")));
  });
});

describe("pagemap", () => {
  it("has a word for each page: present, in swap with its slot, or nothing", () => {
    const space = hog.space!;
    let present = 0;
    let swapped = 0;
    for (const { start: from, end } of vmaList(space)) {
      const length = ((end - from) / PAGE_SIZE) * 8;
      const entries = new BigUint64Array(pagemap(k, space, (from / PAGE_SIZE) * 8, length, true).buffer);
      expect(entries).toHaveLength(length / 8);
      for (const entry of entries) {
        if (entry >> 63n) present++;
        if ((entry >> 62n) & 1n) {
          swapped++;
          expect(entry & 0x1fn).toBe(0n);
          expect((entry >> 5n) & (2n ** 50n - 1n)).toBeGreaterThan(0n);
        }
      }
    }
    expect(swapped).toBe(space.counts.swapped);
    // The page of signal code, when it has been used, is nobody's.
    const resident = space.counts.anonymous + space.counts.file + space.counts.shared;
    expect(present - resident).toBeGreaterThanOrEqual(0);
    expect(present - resident).toBeLessThanOrEqual(1);
    const hidden = new BigUint64Array(pagemap(k, space, 0x10000 * 8, 1500 * 8, false).buffer);
    for (const entry of hidden) expect(entry & (2n ** 55n - 1n)).toBe(0n);
  });
});

describe("vmstat, zoneinfo, buddyinfo, swaps", () => {
  it("vmstat has names of Linux, in its order, and counts of what happened", () => {
    const known = words(linux("vmstat")).map(([name]) => name);
    const ours = words(read("/proc/vmstat"));
    expect(ours.map(([name]) => name)).toEqual(known.filter((name) => ours.some(([own]) => own === name)));
    expect(read("/proc/vmstat").trimEnd().split("\n")).toHaveLength(ours.length);
    const values = new Map(ours);
    expect(values.get("pswpout")).toBe(k.vm.swap.pagesOut);
    expect(values.get("pswpout")).toBeGreaterThan(500);
    expect(values.get("pgfault")).toBeGreaterThan(1500);
    expect(values.get("nr_free_pages")).toBe(k.vm.frames.free);
    expect(values.get("pgsteal_anon")! + values.get("pgsteal_file")!).toBe(
      values.get("pgsteal_kswapd")! + values.get("pgsteal_direct")!,
    );
  });

  it("zoneinfo's lines are lines of Linux, in its columns", () => {
    const shapes = new Set(
      linux("zoneinfo")
        .split("\n")
        .map((line) => line.replace(/ \d+$/, "")),
    );
    for (const line of read("/proc/zoneinfo").split("\n")) expect(shapes).toContain(line.replace(/ \d+$/, ""));
  });

  it("buddyinfo has a column for each order, and they add up to what is free", () => {
    const line = read("/proc/buddyinfo");
    expect(columns(line)).toBe(columns(linux("buddyinfo")));
    const counts = line.trim().split(/\s+/).slice(4).map(Number);
    expect(counts).toHaveLength(11);
    expect(counts.reduce((sum, count, order) => sum + count * 2 ** order, 0)).toBe(k.vm.frames.free);
  });

  it("swaps has Linux's tabs", () => {
    const [, area] = read("/proc/swaps").split("\n");
    expect(read("/proc/swaps")).toMatch(/^Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/);
    expect(area).toMatch(/^\/dev\/vd\w {32}partition\t16380\t\t\d+\t\t-2$/);
  });
});
