import { describe, expect, it } from "vitest";
import { allocationWorkload } from "./allocation-failures.ts";

/** Every STEP-th allocation; allocation-failures.campaign.ts does them all. */
const STEP = 23;

describe("A computer in which one frame allocation fails", () => {
  it("breaks no invariant and comes to an end, whichever it is", () => {
    const workload = allocationWorkload();
    expect(workload.allocations).toBeGreaterThan(400);
    for (let k = 1; k <= workload.allocations; k += STEP) workload.run(k);
  });
});
