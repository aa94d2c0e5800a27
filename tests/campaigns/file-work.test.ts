/** Short runs of file-work.ts; file-work.campaign.ts has any number of long ones. */
import { describe, expect, it } from "vitest";
import { drawFileWork, runFileWork } from "./file-work.ts";

describe("random work on files of a mounted ext2, by processes that interleave", () => {
  const onLinux = process.platform === "linux" ? it : it.skip;
  // One of each size of blocks, by the seed; among them a root file system.
  for (const seed of [1, 2, 3])
    onLinux(`gives what it gives on the host's file system, over two boots, seed ${seed} (needs a Linux host)`, () => {
      const { operations, errors } = runFileWork(drawFileWork(seed, 700));
      expect(operations).toBeGreaterThan(600);
      expect(errors).toBeLessThan(operations / 2);
    });

  it("is drawn from a seed, with every size of blocks and both I/O schedulers", () => {
    const drawn = Array.from({ length: 12 }, (_, seed) => drawFileWork(seed, 100));
    expect(new Set(drawn.map(({ image }) => image.blockSize))).toEqual(new Set([1024, 2048, 4096]));
    expect(new Set(drawn.map(({ options }) => options["io-scheduler"]))).toEqual(new Set(["noop", "elevator"]));
    expect(new Set(drawn.map(({ root }) => root))).toEqual(new Set([true, false]));
    expect(drawFileWork(5, 100)).toEqual(drawFileWork(5, 100));
  });
});
