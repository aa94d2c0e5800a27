/** Which calls become a part of the caller's region, and what it looks like then. What copies do is in tier1.test.ts. */
import { describe, expect, it } from "vitest";
import { discover } from "../../../cpu/translator/discover.ts";
import { inlineCalls } from "../../../cpu/translator/inline.ts";
import { regionText } from "../../../cpu/translator/region-text.ts";
import { emits } from "../../../cpu/translator/tier1.ts";
import { assemble } from "../assemble.ts";

/** The region of the first word of a page of code in which those words have been called. */
function inlined(source: string, called: readonly number[], from = 0): string {
  const words = assemble(source);
  const page = { at: 0, frame: 0, decoded: 0 };
  const code = {
    word: (_: unknown, offset: number) => words[(offset - from) / 4] ?? 0,
    pageAt: (distance: number) => (distance === 0 ? page : null),
    isLanding: (_: unknown, offset: number) => called.includes((offset - from) / 4),
    emits,
  };
  return regionText(inlineCalls(discover(code, from), code));
}

const LEAF = "jal ra, one; jal ra, one; ecall; one: addi a0, a0, 1; jalr zero, 0(ra)";

describe("calls of small functions", () => {
  it("lead to copies, which come back behind them", () => {
    expect(inlined(LEAF, [3])).toBe(
      [
        ...["0: 0x0", "  -> call 3", "1: 0x4", "  -> call 4", "2: 0x8", "  -> leave"],
        ...["3: 0xc", "  addi a0,a0,1", "  -> return 1"],
        ...["4: 0xc", "  addi a0,a0,1", "  -> return 2"],
      ].join("\n"),
    );
  });

  it("copy a function with its branches, and with the calls in it as calls", () => {
    const self = "one: beq a0, zero, up; jal ra, one; addi a1, a1, 1; up: jalr zero, 0(ra)";
    expect(inlined(self, [0])).toContain("-> call 4\n");
    expect(inlined(self, [0]).match(/call 0x0 back 6/g)).toHaveLength(1);
    expect(inlined(self, [0]).match(/return 2/g)).toHaveLength(1);
  });

  const more = (lines: number) => "; addi a1, a1, 1".repeat(lines);

  it.each([
    ["has not been called", LEAF, [], 0],
    ["is long", `jal ra, one; ecall; one: addi a0, a0, 1${more(23)}; jalr zero, 0(ra)`, [2], 0],
    ["does not come back", "jal ra, one; ecall; one: addi a0, a0, 1; ecall", [2], 0],
    [
      "jumps through a register",
      "jal ra, one; ecall; one: jalr zero, 0(t1); addi a0, a0, 1; jalr zero, 0(ra)",
      [2, 3],
      0,
    ],
    [
      "goes on in another page",
      `jal ra, one; ecall; one: bne a0, zero, one; addi a0, a0, 1; jalr zero, 0(ra)`,
      [2],
      4080,
    ],
  ])("are calls where the function %s", (_, source, called, from) => {
    expect(inlined(source, called, from)).toContain(" back 1\n");
  });

  it("are copied up to a limit for each region", () => {
    const calls = `${"jal ra, one; ".repeat(10)}ecall; one: addi a0, a0, 1${more(18)}; jalr zero, 0(ra)`;
    expect(inlined(calls, [11]).match(/return/g)).toHaveLength(6);
    expect(inlined(calls, [11]).match(/back/g)).toHaveLength(4);
  });
});
