/** Planted bugs: checkKernel() finds each of them. Those of virtual memory are in vm/check.test.ts. */
import { describe, expect, it } from "vitest";
import { checkKernel } from "../../kernel/check.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { start } from "./programs.ts";

/** A computer whose first process is about to run. */
function kernel(): Kernel {
  const { kernel: k } = start(["memory-stress", "1", "1", "1", "8", "0"], { ram: 2 ** 21 }).computer;
  checkKernel(k);
  return k;
}

const PLANTED: Readonly<Record<string, readonly [break_: (k: Kernel) => void, says: string]>> = {
  "a process too many that could run": [({ pressure }) => pressure.running++, "who run or could run are counted"],
  "nobody who waits for a disk": [({ pressure }) => pressure.waitingForDisk++, "waits for what is counted"],
  "nobody who waits for memory": [({ pressure }) => pressure.waitingForMemory++, "waits for what is counted"],
  "nobody who waits for a page taken too early": [({ pressure }) => pressure.refaulting++, "waits for what is counted"],
  "reclaim that never ended": [(k) => Object.assign(k.pressure, { reclaiming: true }), "between processes only"],
};

describe("Pressure", () => {
  it.each(Object.entries(PLANTED))("is found wrong: %s", (_, [plant, says]) => {
    const k = kernel();
    plant(k);
    expect(() => checkKernel(k)).toThrow(says);
  });
});
