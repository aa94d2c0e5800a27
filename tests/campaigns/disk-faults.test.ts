/** A short run of disk-faults.ts, without e2fsck; disk-faults.campaign.ts tries every transfer. */
import { describe, expect, it } from "vitest";
import { compareResults, runFault } from "./disk-faults.ts";

const without = runFault(1024, { at: -1, forever: false }, "elevator");

describe("a transfer of an ext2 disk that fails", () => {
  for (const forever of [false, true])
    it(`is told to those whom it concerns, and everything ends${forever ? ", when all others fail too" : ""}`, () => {
      let told = 0;
      // 54: while a mapping's page is sought, its indirect block cannot be read.
      for (const at of [12, 54, 150]) {
        const fault = { at, forever };
        const difference = compareResults(without, runFault(1024, fault, "elevator"), fault);
        expect({ at, wrong: difference.wrong }).toEqual({ at, wrong: [] });
        told += difference.told.length;
      }
      expect(told).toBeGreaterThan(0);
    });
});
