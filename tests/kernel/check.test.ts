/** Planted bugs: checkKernel() finds each of them. Those of virtual memory are in vm/check.test.ts. */
import { describe, expect, it } from "vitest";
import { checkKernel } from "../../kernel/check.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { nextMoment } from "../../kernel/tending.ts";
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

const DUE: typeof PLANTED = {
  "a moment that is passed over": [(k) => Object.assign(k.due, { at: Number.POSITIVE_INFINITY }), "before `at`"],
  "a tick that comes earlier than was said": [
    (k) => {
      k.due.at = nextMoment(k);
      k.vm.reclaim.nextTick--;
    },
    "before `at`",
  ],
  "a scanner that nobody would wake": [(k) => k.vm.merge.quiet++, "hears of activity"],
  "arrivals that nobody follows": [(k) => k.vm.reclaim.fresh.push(1), "arrivals are followed"],
};

describe("Due work", () => {
  it.each(Object.entries(DUE))("is found wrong: %s", (_, [plant, says]) => {
    const k = kernel();
    plant(k);
    expect(() => checkKernel(k)).toThrow(says);
  });
});

describe("Pressure", () => {
  it.each(Object.entries(PLANTED))("is found wrong: %s", (_, [plant, says]) => {
    const k = kernel();
    plant(k);
    expect(() => checkKernel(k)).toThrow(says);
  });
});
