/** What `run` and `enter` of tier 0 do by themselves: counts, exits, heat, pairs, regions, and what they look like. */

import { describe, expect, it } from "vitest";
import { CALL_HEAT, EXIT } from "../../../cpu/translator/layout.ts";
import { FUSED, OP, OPERATIONS } from "../../../cpu/translator/operations.ts";
import { BareTier0 } from "./bare-tier0.ts";

const PC = 0x1_0000n;

/** addi x5, x5, 1, so many times. */
const adds = (count: number) => "addi x5, x5, 1\n".repeat(count);

describe("operations", () => {
  it("have numbers that fit an entry, the first of which is that of cleared memory", () => {
    expect(OP.undecoded).toBe(0);
    expect(OPERATIONS.length + FUSED.length).toBeLessThanOrEqual(256);
    expect(new Set(FUSED.map(String)).size).toBe(FUSED.length);
    for (const name of FUSED.flat()) expect(OPERATIONS).toContain(name);
  });
});

describe("run", () => {
  it("executes as many instructions as there are cycles, and says where it stands", () => {
    const t = new BareTier0(`${adds(5)} ecall`);
    for (const cycles of [0, 1, 3]) {
      t.x[5] = 0n;
      t.start(0, cycles);
      expect(t.run()).toBe(EXIT.budget);
      expect([t.x[5], t.left, t.at]).toEqual([BigInt(cycles), 0, cycles]);
    }
    expect(t.get("exit")).toBe(EXIT.budget);
  });

  it.each([
    ["ecall", EXIT.call],
    ["ebreak", EXIT.reference],
    ["csrrs x5, fcsr, x0", EXIT.reference],
    ["csrrs x5, cycle, x6", EXIT.reference],
    ["csrrci x5, time, 1", EXIT.reference],
    // scounteren is 0.
    ["csrrs x5, instret, x0", EXIT.reference],
    [".word 0", EXIT.reference],
    ["jalr x0, 2(x0)", EXIT.reference],
    ["beq x0, x0, 6", EXIT.reference],
    ["jal x1, 6", EXIT.reference],
    ["lr.w x6, (x5)", EXIT.reference],
    ["amoadd.d x6, x7, (x5)", EXIT.reference],
  ])("leaves at `%s` with nothing of it counted or changed", (line, exit) => {
    const t = new BareTier0(`addi x5, x5, 1\n${line}`);
    expect(t.run()).toBe(exit);
    expect([t.at, t.left, t.x[5], t.x[1]]).toEqual([1, 999, 1n, 0n]);
  });

  it("leaves at an entry that is not decoded, and behind the page with the cycles that are left", () => {
    const t = new BareTier0(adds(1023));
    expect(t.run()).toBe(EXIT.budget);
    t.start(1020, 5);
    expect(t.run()).toBe(EXIT.decode);
    expect([t.at, t.left]).toEqual([1023, 2]);
    const whole = new BareTier0(adds(1024));
    whole.start(1021, 3);
    expect(whole.run()).toBe(EXIT.budget);
    expect([whole.at, whole.left]).toEqual([1024, 0]);
  });

  it("writes the link of a jump only when it jumps, and reads its base before", () => {
    const t = new BareTier0("jalr x5, 8(x5); ecall; jal x6, 8; ecall; ecall");
    t.x[5] = 0x1_0000n;
    expect(t.run()).toBe(EXIT.call);
    expect([t.at, t.x[5], t.x[6]]).toEqual([4, 0x1_0004n, 0x1_000cn]);
  });

  it("does an instruction in a pair as alone, also with cycles for the first of the two only", () => {
    const t = new BareTier0("addi x5, x5, 1; addi x6, x5, 1; ecall");
    expect(t.fuse(0)).toBe(true);
    expect(t.run()).toBe(EXIT.call);
    expect([t.x[5], t.x[6], t.left, t.at]).toEqual([1n, 2n, 998, 2]);
    t.start(0, 1);
    expect(t.run()).toBe(EXIT.budget);
    expect([t.x[5], t.x[6], t.left, t.at]).toEqual([2n, 2n, 0, 1]);
    t.start(1, 1);
    expect(t.run()).toBe(EXIT.budget);
    expect([t.x[6], t.at]).toEqual([3n, 2]);
  });
});

describe("heat", () => {
  const loop = "again: addi x5, x5, -1; beq x0, x0, on; ecall; on: bne x5, x0, again; ecall";

  it("leaves at the target of the jump that reaches the threshold", () => {
    const t = new BareTier0(loop, 10);
    t.x[5] = 100n;
    expect(t.run()).toBe(EXIT.hot);
    expect([t.at, t.x[5], t.left]).toEqual([0, 90n, 1000 - 30]);
    // Nothing is lost when nobody resets it: the next jump is hot again.
    expect([t.heatOf(0), t.heatOf(3)]).toEqual([9, 0]);
    expect(t.run()).toBe(EXIT.hot);
    expect(t.x[5]).toBe(89n);
  });

  it("is not counted where the threshold is 0, nor for branches forward", () => {
    const t = new BareTier0(loop);
    t.x[5] = 100n;
    expect(t.run()).toBe(EXIT.call);
    expect([t.heatOf(0), t.heatOf(3)]).toEqual([0, 0]);
  });

  it("is counted for the targets of JAL and JALR, most for functions, and not where they return to", () => {
    const t = new BareTier0("jal x1, f; jal x0, g; f: jalr x0, 0(x1); g: ecall", 100);
    expect(t.run()).toBe(EXIT.call);
    expect([0, 1, 2, 3].map((index) => t.heatOf(index))).toEqual([0, 0, CALL_HEAT, 1]);
  });
});

describe("regions", () => {
  it.each(["jal x0, f", "jal x1, f", "jalr x1, 0(x6)", "beq x0, x0, f"])(
    "are not counted as hot where %s goes to one",
    (jump) => {
      const t = new BareTier0(`f: addi x5, x5, 1; ${jump}`, 100);
      t.x[6] = PC;
      t.region(0, { to: 0, exit: EXIT.trap, cycles: 1 });
      t.start(1, 1000);
      expect([t.run(), t.left, t.heatOf(0)]).toEqual([EXIT.trap, 998, 0]);
    },
  );

  it("are called with what is left, and control goes on where they jumped", () => {
    const t = new BareTier0(`${adds(8)}ecall`, 100);
    t.region(2, { to: 6, exit: EXIT.jump, cycles: 7 });
    expect(t.run()).toBe(EXIT.call);
    expect([t.x[5], t.left, t.at, t.heatOf(6)]).toEqual([4n, 1000 - 11, 8, CALL_HEAT]);
  });

  it("are called one after the other without leaving, and not counted as hot", () => {
    const t = new BareTier0(`${adds(8)}ecall`, 100);
    t.region(0, { to: 3, exit: EXIT.jump, cycles: 1 });
    t.region(3, { to: 8, exit: EXIT.jump, cycles: 1 });
    expect(t.run()).toBe(EXIT.call);
    expect([t.x[5], t.left, t.heatOf(3), t.heatOf(8)]).toEqual([0n, 998, 0, CALL_HEAT]);
  });

  it("that ask for a step get one instruction, though a region begins there", () => {
    const t = new BareTier0(`${adds(8)}ecall`);
    t.region(2, { to: 2, exit: EXIT.step, cycles: 0 });
    expect(t.run()).toBe(EXIT.call);
    expect([t.x[5], t.left]).toEqual([8n, 992]);
  });

  it("leave tier 0 for any other reason", () => {
    const t = new BareTier0(`${adds(8)}ecall`);
    t.region(2, { to: 5, exit: EXIT.trap, cycles: 3 });
    expect(t.run()).toBe(EXIT.trap);
    expect([t.x[5], t.left, t.at]).toEqual([2n, 995, 5]);
  });

  it("are not entered without a cycle", () => {
    const t = new BareTier0(adds(8));
    t.region(2, { to: 5, exit: EXIT.trap, cycles: 3 });
    t.start(0, 2);
    expect(t.run()).toBe(EXIT.budget);
    expect([t.left, t.at]).toEqual([0, 2]);
  });
});

describe("enter", () => {
  it("calls the region of an entry; where there is none it says where to go on", () => {
    const t = new BareTier0(adds(8));
    t.region(2, { to: 5, exit: EXIT.budget, cycles: 3 });
    expect(t.enter(PC, 10n << 32n, 0n, t.entry(2))).toBe(7n << 32n);
    expect([t.get("exit"), t.at, t.get("depth")]).toEqual([EXIT.budget, 5, 0]);
    expect(t.enter(PC, 10n << 32n, 0n, t.entry(4))).toBe(10n << 32n);
    expect([t.get("exit"), t.at]).toEqual([EXIT.jump, 4]);
  });

  it("does not call too many in each other", () => {
    const t = new BareTier0(adds(8));
    t.region(2, { to: 2, exit: EXIT.jump, cycles: 1 }, (b, enter) => {
      b.local_get(b.parameter(1));
      b.local_get(b.parameter(0));
      b.i64_const(0);
      b.i32_const(t.entry(2));
      enter();
      b.local_set(b.parameter(0));
    });
    const calls = 1000n - (t.enter(PC, 1000n << 32n, 0n, t.entry(2)) >> 32n);
    expect(calls).toBe(200n);
    expect([t.get("depth"), t.get("exit"), t.at]).toEqual([0, EXIT.jump, 2]);
  });
});
