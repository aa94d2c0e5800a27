import { describe, expect, it } from "vitest";
import { problemsOf } from "./checker.ts";
import { KINDS, kindName, newDisk } from "./disks.ts";
import { RandomTree } from "./random-tree.ts";

describe("random work on an ext2 file system", () => {
  for (const [seed, kind] of KINDS.entries()) {
    it(`gives what a model gives, and leaves it whole: ${kindName(kind)}`, () => {
      const tree = new RandomTree(newDisk({ size: 3 << 20, ...kind }), seed);
      for (let i = 0; i < 4; i++) {
        tree.work(100);
        expect(problemsOf(tree.disk)).toEqual([]);
      }
      tree.compare();
    });
  }

  it("goes on, and harms nothing, when the disk is full", () => {
    const tree = new RandomTree(newDisk({ size: 400 * 1024, blockSize: 1024, bytesPerInode: 4096 }), 7, 300_000);
    for (let i = 0; i < 6; i++) {
      tree.work(150);
      expect(problemsOf(tree.disk)).toEqual([]);
    }
    tree.compare();
    expect(tree.full).toBeGreaterThan(20);
  });
});
