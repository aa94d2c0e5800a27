/** All of memory taken in every way that there is: somebody ends, the right one, and the others go on. */
import { describe, expect, it } from "vitest";
import { exhaust } from "./exhaustion.ts";

const MIB = 2 ** 20;
const KILLED = 9;
/** Pid of the one who takes it all. */
const TAKER = 4;

/** What private memory, tables and shared mappings hold belongs to one process, who is the victim. */
const WAYS = ["take", "lock", "lock-first", "populate", "tables", "empty-tables", "shared", "segment"];

describe("A process that takes all there is", () => {
  it.each(WAYS)("(%s) is killed, and gives everything back", (way) => {
    const found = exhaust(way, { ram: MIB, swap: MIB / 2 });
    expect(found).toMatchObject({ status: KILLED, killed: [TAKER], bystanderLives: true });
    expect(found.after).toBeLessThanOrEqual(found.before);
    expect(found.output).toContain("memory-exhaust invoked oom-killer:");
  });

  it("in a file that is nobody's memory goes when nothing else is left to give", () => {
    const found = exhaust("memfd", { ram: MIB, swap: MIB / 2 });
    expect(found).toMatchObject({ status: KILLED });
    expect(found.killed).toContain(TAKER);
    expect(found.after).toBeLessThanOrEqual(found.before);
  });

  it("in /tmp is told that the file system is full", () => {
    const found = exhaust("file", { ram: MIB, swap: MIB / 2 });
    expect(found).toMatchObject({ status: 5 << 8, killed: [], bystanderLives: true });
    expect(found.output).toContain("write = -28\n");
  });

  it("by pipes is told when it has opened enough of them", () => {
    const found = exhaust("pipes", { ram: MIB, swap: MIB / 2 });
    expect(found).toMatchObject({ status: 6 << 8, killed: [], bystanderLives: true });
  });
});

describe("More processes than there is room for", () => {
  it("are killed until the others can go on, and never those who must not be", () => {
    const { killed, status } = exhaust("bomb 7", { ram: MIB, swap: MIB / 2 });
    expect(killed.length).toBeGreaterThan(0);
    expect(killed).not.toContain(1);
    expect(killed).not.toContain(2);
    expect(status).not.toBeNull();
  });
});

describe("A program larger than RAM and smaller than swap", () => {
  it("is slow, and that is all", () => {
    expect(exhaust("thrash 600", { ram: MIB, swap: 4 * MIB })).toMatchObject({
      status: 0,
      killed: [],
      bystanderLives: true,
    });
  });

  it("that is so busy fetching its tables' pages that nobody gets on is killed", () => {
    expect(exhaust("tables", { ram: MIB, swap: 4 * MIB })).toMatchObject({
      status: KILLED,
      killed: [TAKER],
      bystanderLives: true,
    });
  });
});
