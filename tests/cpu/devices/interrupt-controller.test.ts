import { describe, expect, test } from "vitest";
import { InterruptController, INTERRUPT_CONTROLLER as R } from "../../../cpu/devices/interrupt-controller.ts";

function prepare(harts = 1) {
  const external = Array.from({ length: harts }, () => ({
    high: false,
    set(high: boolean) {
      this.high = high;
    },
  }));
  const plic = new InterruptController(external);
  const write = (register: number, value: number) => expect(plic.write(register, 4, value)).toBe(true);
  const claim = (hart = 0) => plic.read(R.claim + hart * R.contextStride, 4);
  return { plic, external, write, claim };
}

test("a source interrupts when it is enabled and its line is high", () => {
  const { plic, external, write } = prepare();
  plic.line(10).set(true);
  expect([external[0]!.high, plic.read(R.pending, 4)]).toEqual([false, 1 << 10]);
  write(R.enable, 1 << 10);
  expect(external[0]!.high).toBe(true);
  plic.line(10).set(false);
  expect(external[0]!.high).toBe(false);
});

test("a claim takes the source off the line until it is completed; a line still high then interrupts again", () => {
  const { plic, external, write, claim } = prepare();
  write(R.enable, 1 << 10);
  plic.line(10).set(true);
  expect([claim(), external[0]!.high, claim()]).toEqual([10, false, 0]);
  write(R.claim, 10);
  expect(external[0]!.high).toBe(true);
  expect(claim()).toBe(10);
  plic.line(10).set(false);
  write(R.claim, 10);
  expect([external[0]!.high, claim()]).toEqual([false, 0]);
});

test("the lowest number is claimed first, unless another has a higher priority", () => {
  const { plic, write, claim } = prepare();
  write(R.enable, 0xffff_ffff);
  for (const irq of [3, 12, 7]) plic.line(irq).set(true);
  write(R.priority + 4 * 12, 5);
  expect([claim(), claim(), claim(), claim()]).toEqual([12, 3, 7, 0]);
});

test("priority 0 never interrupts, and neither does what is not above the threshold", () => {
  const { plic, external, write } = prepare();
  write(R.enable, 1 << 4);
  plic.line(4).set(true);
  write(R.priority + 4 * 4, 0);
  expect(external[0]!.high).toBe(false);
  write(R.priority + 4 * 4, 3);
  write(R.threshold, 3);
  expect(external[0]!.high).toBe(false);
  write(R.threshold, 2);
  expect(external[0]!.high).toBe(true);
});

test("each hart has its own enable, threshold and claim", () => {
  const { plic, external, write, claim } = prepare(2);
  write(R.enable + R.enableStride, 1 << 4);
  plic.line(4).set(true);
  expect(external.map(({ high }) => high)).toEqual([false, true]);
  expect([claim(0), claim(1)]).toEqual([0, 4]);
});

test("peeking at claim claims nothing", () => {
  const { plic, write, claim } = prepare();
  write(R.enable, 1 << 4);
  plic.line(4).set(true);
  expect([plic.peek(R.claim, 4), plic.peek(R.claim, 4), claim()]).toEqual([4, 4, 4]);
});

describe("registers", () => {
  test("source 0 does not exist, pending is read only, and holes refuse", () => {
    const { plic, write } = prepare();
    write(R.priority, 7);
    write(R.enable, 1);
    expect([plic.read(R.priority, 4), plic.read(R.enable, 4)]).toEqual([0, 0]);
    expect([plic.write(R.pending, 4, 1), plic.write(0x3000, 4, 1), plic.write(R.enable, 1, 1)]).toEqual([
      false,
      false,
      false,
    ]);
    expect([plic.read(0x3000, 4), plic.read(R.enable, 2)]).toEqual([null, null]);
  });
});
