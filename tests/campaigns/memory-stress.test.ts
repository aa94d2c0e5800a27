/** Short runs of memory-stress.ts; memory-stress.campaign.ts has any number of long ones. */
import { describe, expect, it } from "vitest";
import { OPTIONS } from "../../kernel/options.ts";
import { start } from "../kernel/programs.ts";
import { drawStress, fingerprint, runStress, type Stress } from "./memory-stress.ts";

const MIB = 2 ** 20;
const POLICIES = ["fifo", "random", "ageing", "clock", "two-lists", "generations", "wsclock"] as const;

const common: Stress = {
  seed: 11,
  options: { ram: MIB, swap: MIB, seed: 4 },
  workers: 5,
  operations: 50,
  pages: 200,
  mostStops: 200,
};

describe("Processes that do everything with too little memory", () => {
  it("find in each page what they wrote, killed and snapshot at any moment", () => {
    const { pagesOut, kills, snapshots } = runStress({ ...common, seed: 4, kills: true, snapshots: true, cores: true });
    expect(pagesOut).toBeGreaterThan(50);
    expect(kills).toBeGreaterThan(0);
    expect(snapshots).toBeGreaterThan(0);
  });

  it("find it while areas of swap come and go, and their disks fail", () => {
    const { pagesOut, errors } = runStress({ ...common, seed: 4, failures: true, swapper: true });
    expect(pagesOut).toBeGreaterThan(50);
    expect(errors).toBeGreaterThan(0);
  });

  it("end, or are killed, where swap is too small", () => {
    const found = runStress({ ...common, workers: 7, operations: 80, options: { ...common.options, swap: MIB / 4 } });
    expect(found.oomKills).toBeGreaterThan(0);
  });

  it("find it under segmented paging", () => {
    const options = { ...common.options, translation: "segmented-paging" as const };
    const { pagesOut, kills } = runStress({ ...common, seed: 4, options, operations: 40, kills: true, deep: true });
    expect(pagesOut).toBeGreaterThan(50);
    expect(kills).toBeGreaterThan(0);
  });

  it("are drawn from a seed, the same each time", () => {
    expect(drawStress(5)).toEqual(drawStress(5));
    expect(drawStress(5)).not.toEqual(drawStress(6));
    expect(POLICIES.every((name) => OPTIONS.replacement.parse(name) === name)).toBe(true);
  });
});

describe.each(POLICIES)("With %s", (replacement) => {
  it("the same seed gives the same figures and the same RAM under pressure", () => {
    const run = () => {
      const argv = ["memory-stress", "2", "5", "60", "200", "0"];
      const { computer } = start(argv, { ram: MIB, swap: 2 * MIB, replacement, seed: 9 });
      const outcome = computer.run({ idle: "skip", instructionLimit: 100_000_000 });
      expect(outcome).toMatchObject({ kind: "off", status: 0 });
      return { end: fingerprint(computer), pagesOut: computer.kernel.vm.swap.pagesOut };
    };
    const first = run();
    expect(first.pagesOut).toBeGreaterThan(50);
    expect(run()).toEqual(first);
  });
});
