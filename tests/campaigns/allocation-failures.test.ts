import { describe, expect, it } from "vitest";
import { allocationWorkload, type WorkloadName } from "./allocation-failures.ts";

/** Each workload, and every how many-th allocation; allocation-failures.campaign.ts does them all. */
const STEPS = [
  ["shell", 53],
  ["stress", 101],
  ["pressure", 101],
  ["pie", 47],
] as const satisfies readonly (readonly [WorkloadName, number])[];

describe("A computer in which one frame allocation fails", () => {
  it.each(STEPS)("(%s) breaks no invariant and comes to an end, whichever it is", (name, step) => {
    const workload = allocationWorkload(name);
    expect(workload.allocations).toBeGreaterThan(100);
    for (let k = step; k <= workload.allocations; k += step) workload.run(k);
  });
});
