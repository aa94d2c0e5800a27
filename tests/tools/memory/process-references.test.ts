/** Reference strings taken apart by process. */
import { expect, test } from "vitest";
import { referencesByProcess } from "../../../tools/memory/process-references.ts";
import { codeOf, EVENT, type ReferenceString } from "../../../tools/memory/reference-string.ts";

/** Names 0 and 1 are pages 0 and 1 in space 7; name 2 is page 1 as well, in space 9. */
const STRING: ReferenceString = {
  origin: { frames: 256, seed: 1, hasSwap: true, resident: 0, replacement: "clock" },
  codes: Int32Array.of(
    codeOf(EVENT.moment, 0),
    codeOf(EVENT.arrives, 0),
    codeOf(EVENT.write, 0),
    codeOf(EVENT.read, 1),
    codeOf(EVENT.moment, 1),
    codeOf(EVENT.read, 2),
    codeOf(EVENT.gone, 0),
    codeOf(EVENT.read, 1),
    codeOf(EVENT.read, 1),
  ),
  pageOfName: Int32Array.of(0, 1, 1),
  spaceOfName: Int32Array.of(7, 7, 9),
  placeOfName: Float64Array.of(16, 17, 16),
  kinds: ["anonymous", "shared"],
  uses: { time: Float64Array.of(1, 4, 2, 9, 9), pid: Int32Array.of(2, 2, 3, 2, 2) },
  moments: { now: Float64Array.of(5, 9), pid: Int32Array.of(2, 3), virtual: Float64Array.of(1, 1) },
};

test("each process has its own references, in order, and its pages counted", () => {
  expect(referencesByProcess(STRING)).toEqual([
    { pid: 2, space: 7, references: Int32Array.of(0, 1, 1, 1), times: Float64Array.of(1, 4, 9, 9), pages: 2 },
    { pid: 3, space: 9, references: Int32Array.of(1), times: Float64Array.of(2), pages: 1 },
  ]);
});
