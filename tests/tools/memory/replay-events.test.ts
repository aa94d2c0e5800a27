/** What a string tells beside references: advice, room in swap, and what is of account only for the run that was recorded. */
import { describe, expect, it } from "vitest";
import type { VmPolicies } from "../../../kernel/vm/types.ts";
import {
  codeOf,
  EVENT,
  type ReferenceString,
  type StringOrigin,
  SWAP_ROOMS,
} from "../../../tools/memory/reference-string.ts";
import { replay } from "../../../tools/memory/replay.ts";

const ORIGIN: StringOrigin = { frames: 256, seed: 1, hasSwap: true, resident: 2, replacement: "fifo" };
const PAGES = 6;

const read = (page: number) => codeOf(EVENT.read, page);
const write = (page: number) => codeOf(EVENT.write, page);
const room = (name: "none" | "full" | "room") => codeOf(EVENT.room, SWAP_ROOMS.indexOf(name));

/** A string whose names are pages. */
function stringOf(codes: readonly number[], origin: Partial<StringOrigin> = {}): ReferenceString {
  const all = Array.from({ length: PAGES }, (_, page) => page);
  return {
    origin: { ...ORIGIN, ...origin },
    codes: Int32Array.from(codes),
    pageOfName: Int32Array.from(all),
    spaceOfName: new Int32Array(PAGES),
    placeOfName: Float64Array.from(all),
    uses: null,
    kinds: all.map(() => "anonymous" as const),
    moments: { now: new Float64Array(0), pid: new Int32Array(0), virtual: new Float64Array(0) },
  };
}

/** Arrivals and victims in order: "+0 +1 -0 +2". */
function story(string: ReferenceString, policy: VmPolicies["replacement"] = "fifo", frames = 2): string {
  const words: string[] = [];
  replay(string, policy, frames, {
    arrived: (page) => void words.push(`+${page}`),
    condemned: (page) => void words.push(`-${page}`),
  });
  return words.join(" ");
}

describe("without room in swap", () => {
  it("private memory stays, though it be more than there may be", () => {
    expect(story(stringOf([read(0), read(1), read(2), read(3)], { hasSwap: false }))).toBe("+0 +1 +2 +3");
    expect(story(stringOf([read(0), read(1), read(2), room("none"), read(3)]))).toBe("+0 +1 -0 +2 +3");
  });

  it("what MADV_FREE has given up leaves all the same, unless it was written to again", () => {
    const given = [read(0), read(1), codeOf(EVENT.disposable, 1)];
    expect(story(stringOf([...given, read(2)], { hasSwap: false }))).toBe("+0 +1 -1 +2");
    expect(story(stringOf([...given, write(1), read(2)], { hasSwap: false }))).toBe("+0 +1 +2");
  });

  it("those who waited leave when there is room again", () => {
    expect(story(stringOf([room("none"), read(0), read(1), read(2), room("room"), read(3)]))).toBe("+0 +1 +2 -0 -1 +3");
  });

  it("full swap is the recorded run's own: another size has room", () => {
    const string = stringOf([room("full"), read(0), read(1), read(2), read(3)]);
    expect(story(string)).toBe("+0 +1 +2 +3");
    expect(story(string, "fifo", 3)).toBe("+0 +1 +2 -0 +3");
    expect(story(string, "clock", 2)).toBe("+0 +1 -0 +2 -1 +3");
  });
});

describe("MADV_FREE", () => {
  it.each(["two-lists", "generations"] as const)("makes a page the first to go: %s", (policy) => {
    const uses = [read(0), read(1), read(2), read(0), read(1), read(2)];
    const string = stringOf([...uses, codeOf(EVENT.disposable, 2), read(3)], { replacement: policy, resident: 3 });
    expect(story(string, policy, 3)).toBe("+0 +1 +2 -2 +3");
  });
});

describe("what RAM was too small for", () => {
  const string = stringOf([
    read(0),
    read(1),
    codeOf(EVENT.taken, 1),
    read(1),
    read(2),
    codeOf(EVENT.stayed, 0),
    read(0),
  ]);

  it("leaves, or stays, again in the replay of the same run", () => {
    expect(story(string)).toBe("+0 +1 +1 -0 +2");
  });

  it("is of no account for others", () => {
    expect(story(string, "fifo", 3)).toBe("+0 +1 +2");
    expect(story(string, "clock", 2)).toBe("+0 +1 -0 +2 -1 +0");
  });
});
