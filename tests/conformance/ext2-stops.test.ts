/** A short version of tests/campaigns/ext2-crash.campaign.ts: the mounted file system on a disk that stops. */
import { describe, expect } from "vitest";
import { check, checkFinal, drawCrash, record } from "../campaigns/crash.ts";
import { E2FSCK } from "./ext2-tools.ts";
import { testWith } from "./tools.ts";

describe("the kernel's ext2, on a disk that stops behind any block that it writes", () => {
  for (const [seed, blockSize] of [
    [1, 1024],
    [2, 4096],
  ])
    testWith([E2FSCK], `keeps every file that was brought home, as e2fsck repairs it: blocks of ${blockSize}`, () => {
      const run = drawCrash(seed, 120);
      expect(run.blockSize).toBe(blockSize);
      const recording = record(run);
      expect(checkFinal(recording)).toEqual([]);
      const { images, files, failures } = check(recording, 0, recording.writes.length + 1, 5);
      expect(failures).toEqual([]);
      expect(images).toBeGreaterThan(30);
      expect(files).toBeGreaterThan(images);
    });
});
