/** Recording: it changes nothing, its file is exact and says what is wrong with it, and the live run is its own replay. */
import { describe, expect, it } from "vitest";
import { Random } from "../../../cpu/random.ts";
import type { VmPolicies } from "../../../kernel/vm/types.ts";
import { faultsOf } from "../../../tools/memory/compare.ts";
import { openRecording } from "../../../tools/memory/recording.ts";
import { ReferenceFileError, readReferenceFile } from "../../../tools/memory/reference-file.ts";
import { type ReferenceString, referencesIn } from "../../../tools/memory/reference-string.ts";
import { bytesOf, recordProgram, replayOwn, runUnrecorded } from "./own-string.ts";

const FORKS = "userland/demos/fork-tree.s";
const COPIES = "userland/demos/copy-on-write.s";
const LIVE: readonly VmPolicies["replacement"][] = [
  "fifo",
  "random",
  "ageing",
  "clock",
  "two-lists",
  "generations",
  "wsclock",
];

describe("a live run is the replay of its own string", () => {
  it.each([
    ...LIVE.map((policy) => [policy, 4, COPIES, "paging"] as const),
    ["generations", 7, FORKS, "paging"] as const,
    ["wsclock", 5, COPIES, "segmented-paging"] as const,
  ])("%s with --resident %i: %s, %s", (replacement, resident, program, translation) => {
    const own = recordProgram(program, { replacement, resident, translation });
    expect(own.live.victims.length).toBeGreaterThan(50);
    expect(replayOwn(own)).toEqual(own.live);
  });
});

const MIB = 2 ** 20;
const MEMORY = "tests/guest/memory";

describe("so it is where pages come and go by other ways", () => {
  it.each([
    ["advice", `${MEMORY}/madvise-pageout-and-cold.s`, { replacement: "two-lists", resident: 6 }],
    [
      "MADV_FREE",
      `${MEMORY}/madvise-free-forgets-what-is-not-written-again.s`,
      { replacement: "generations", resident: 6 },
    ],
    ["merging", "tests/guest/merge/what-cannot-be-merged.s", { replacement: "fifo", resident: 8 }],
    ["dirty pages of a disk", `${MEMORY}/msync-reaches-the-disk.s`, { replacement: "wsclock", resident: 6 }],
    ["no swap", COPIES, { replacement: "clock", resident: 6, swap: 0 }],
    ["swap that is full", COPIES, { replacement: "random", resident: 12, swap: 16 * 4096 }],
    ["too little RAM", `${MEMORY}/faults-are-minor-or-major.s`, { replacement: "ageing", resident: 30, ram: MIB }],
  ] as const)("%s: %s", (_name, program, options) => {
    const own = recordProgram(program, options);
    expect(own.live.arrivals.length).toBeGreaterThan(10);
    expect(replayOwn(own)).toEqual(own.live);
  });
});

describe("recording", () => {
  it("needs a file that can be made", () => {
    const path = "/nosuch/folder/references";
    expect(() => openRecording(path, {})).toThrow(`--record-references ${path}`);
  });

  it("under segments changes nothing either, and has the string that pages would have", () => {
    const { string, ...recorded } = recordProgram(COPIES, { translation: "segments" });
    const plain = runUnrecorded(COPIES, { translation: "segments", engine: "reference" });
    expect(recorded.statistics).toEqual(plain.statistics);
    expect(recorded.memory).toEqual(plain.memory);
    // Each page is in RAM once; with less room there are more faults.
    const pages = string.kinds.length;
    const [all, half, few] = [pages, pages / 2, 8].map((frames) => faultsOf(string, "lru", Math.floor(frames)));
    expect(all).toBe(pages);
    expect(half).toBeGreaterThanOrEqual(all!);
    expect(few).toBeGreaterThan(half!);
  });

  it.each([{ resident: 0 }, { resident: 6, replacement: "clock" as const }])(
    "changes nothing: registers, RAM, counters, time, TLB (%o)",
    (options) => {
      const recorded = recordProgram(COPIES, options);
      const plain = runUnrecorded(COPIES, { ...options, engine: "reference" });
      expect(recorded.statistics).toEqual(plain.statistics);
      expect(recorded.output).toBe(plain.output);
      expect(recorded.memory).toEqual(plain.memory);
    },
  );

  it("is small", () => {
    const own = recordProgram(COPIES, {});
    expect(own.bytes).toBeLessThan(referencesIn(own.string));
  });
});

describe("a damaged file", () => {
  const whole = bytesOf(recordProgram(COPIES, {}));
  const broken = (change: (bytes: Buffer) => Buffer | undefined) => {
    const copy = Buffer.from(whole);
    return () => readReferenceFile(change(copy) ?? copy);
  };

  const withByte = (at: number, byte: number) => (bytes: Buffer) => {
    bytes[at] = byte;
    return bytes;
  };

  it("says what is wrong", () => {
    expect(broken((bytes) => bytes.subarray(0, 5))).toThrow("it is no file of references");
    expect(broken(withByte(8, 9))).toThrow("it is of version 9, and this Quire reads 3: record the run again");
    expect(broken(withByte(24, 0x7d))).toThrow("its header is damaged");
    expect(broken((bytes) => bytes.subarray(0, bytes.length - 20))).toThrow(/is damaged|in the middle of the run/);
    expect(broken(withByte(whole.length - 40, whole[whole.length - 40]! ^ 1))).toThrow(
      /chunk 1, at byte \d+, is damaged/,
    );
    expect(broken((bytes) => Buffer.concat([bytes, Buffer.from("x")]))).toThrow("1 bytes follow its end");
  });

  /** Changed bytes that are of no account may give the same string, never another one. */
  const undamaged = readReferenceFile(whole, true);
  function expectSentence(what: unknown, file: Buffer): void {
    let string: ReferenceString;
    try {
      string = readReferenceFile(file, true);
    } catch (error) {
      expect([what, (error as Error).constructor.name]).toEqual([what, "ReferenceFileError"]);
      expect((error as Error).message).toMatch(/^[ -~]{10,160}$/);
      return;
    }
    expect([what, string]).toEqual([what, undamaged]);
  }

  it("leads to a sentence wherever it is cut", () => {
    for (let length = 0; length < whole.length; length++) {
      expect(() => readReferenceFile(whole.subarray(0, length))).toThrow(ReferenceFileError);
      expectSentence(length, whole.subarray(0, length));
    }
  });

  it("leads to a sentence, or to the same string, whichever bytes are changed", () => {
    const random = new Random(3);
    for (let i = 0; i < 400; i++) {
      const copy = Buffer.from(whole);
      const changes = Array.from({ length: 1 + random.below(3) }, () => [
        random.below(whole.length),
        random.below(256),
      ]);
      // The small parts, header and end, as often as what is between them.
      if (i % 2 === 0) changes[0]![0] = (i % 4 === 0 ? whole.length - 120 : 0) + random.below(120);
      for (const [at, byte] of changes) copy[at!] = byte!;
      expectSentence(changes, copy);
    }
  });
});
