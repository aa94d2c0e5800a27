import { describe, expect, it } from "vitest";
import { diskExtents, fileExtents, missingSlots, slotPosition } from "../../../kernel/vm/swap-extents.ts";
import type { SwapArea, SwapExtent } from "../../../kernel/vm/types.ts";

const piece = (offset: number, length: number, position: number) => ({ disk: 0, offset, length, position });
const area = (extents: readonly SwapExtent[]) => ({ number: 0, extents }) as unknown as SwapArea;

describe("the slots of a swap area", () => {
  it("follow each other on a disk of their own", () => {
    const extents = diskExtents(10 * 4096 + 100);
    expect([extents, missingSlots(extents, 10)]).toEqual([[{ slot: 0, count: 10, position: 0 }], []]);
    expect(slotPosition(area(extents), 7)).toBe(7 * 4096);
  });

  it("are the whole pages of a file's pieces, and no others", () => {
    // Blocks of 1 KiB: pages 0 and 1, page 2 in two pieces, pages 3 and 4.
    const extents = fileExtents([
      piece(0, 9 * 1024, 100 * 1024),
      piece(9 * 1024, 3 * 1024, 40 * 1024),
      piece(12 * 1024, 8 * 1024, 7 * 1024),
    ]);
    expect(extents).toEqual([
      { slot: 0, count: 2, position: 100 * 1024 },
      { slot: 3, count: 2, position: 7 * 1024 },
    ]);
    expect(missingSlots(extents, 6)).toEqual([2, 5]);
    expect([0, 1, 3, 4].map((slot) => slotPosition(area(extents), slot) / 1024)).toEqual([100, 104, 7, 11]);
    expect(() => slotPosition(area(extents), 2)).toThrow("a slot lies somewhere");
    expect(() => slotPosition(area(extents), 5)).toThrow("a slot lies somewhere");
  });

  it("begin behind a piece's start when that is in the middle of a page", () => {
    expect(fileExtents([piece(1024, 8 * 1024, 64 * 1024)])).toEqual([{ slot: 1, count: 1, position: 67 * 1024 }]);
  });
});
