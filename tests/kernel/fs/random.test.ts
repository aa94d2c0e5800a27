import { describe, it } from "vitest";
import { runProgram } from "./computers.ts";
import { compareRandomWork } from "./random-compare.ts";

describe("random work on files by several processes", () => {
  const onLinux = process.platform === "linux" ? it : it.skip;
  for (const seed of [1, 2, 3])
    onLinux(`gives what it gives on the host's file system, seed ${seed} (needs a Linux host)`, () =>
      compareRandomWork(seed, runProgram),
    );
});
