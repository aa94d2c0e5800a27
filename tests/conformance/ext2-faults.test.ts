/** A short version of tests/campaigns/disk-faults.campaign.ts: what e2fsck makes of a disk on which a transfer failed. */
import { describe, expect } from "vitest";
import { tryFaults } from "../campaigns/disk-faults.ts";
import { E2FSCK } from "./ext2-tools.ts";
import { testWith } from "./tools.ts";

describe("the kernel's ext2, on a disk that fails", () => {
  testWith([E2FSCK], "keeps the files that the failure does not concern, as e2fsck repairs it", () => {
    const faults = [20, 75, 130].flatMap((at) => [false, true].map((forever) => ({ at, forever })));
    expect(tryFaults(4096, faults, "noop").wrong).toEqual([]);
  });
});
