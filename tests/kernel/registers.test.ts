/** A process's registers as halves and whole, in the hart and out of it; and bytes that are moved. */
import { describe, expect, test } from "vitest";
import { CSR_SLOT } from "../../cpu/hart.ts";
import { moveBytes } from "../../kernel/move-bytes.ts";
import {
  advancePc,
  copyRegisters,
  exactPc,
  getNumber,
  getRegister,
  jump,
  loadRegisters,
  REGISTER,
  saveRegisters,
  setNumber,
  setRegister,
  stackPointer,
} from "../../kernel/registers.ts";
import { guest } from "./guest.ts";
import { start } from "./programs.ts";

const NOTHING = guest("li a0, 0\n syscall exit_group");

function first(running: boolean) {
  const { kernel: k } = start(["nothing"], {}, { nothing: NOTHING }).computer;
  const p = k.processes.get(1)!;
  k.current = running ? p : null;
  return { k, p };
}

describe.each([
  ["in the hart", true],
  ["in the process", false],
])("registers %s", (_where, running) => {
  test("take whole numbers, negative and beyond 32 bits, as 64 bits", () => {
    const { k, p } = first(running);
    for (const value of [0, 1, -1, -38, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32, 2 ** 47 + 3, -(2 ** 40) - 1]) {
      setNumber(k, p, REGISTER.a0, value);
      expect(getRegister(k, p, REGISTER.a0)).toBe(BigInt(value));
      expect(getNumber(k, p, REGISTER.a0)).toBe(value);
    }
  });

  test("give the stack pointer without its sign, and other numbers with theirs", () => {
    const { k, p } = first(running);
    setRegister(k, p, REGISTER.sp, -16n);
    expect(stackPointer(k, p)).toBe(2 ** 64 - 16);
    expect(getNumber(k, p, REGISTER.sp)).toBe(-16);
  });

  test("jump to even addresses of 64 bits", () => {
    const { k, p } = first(running);
    jump(k, p, 0xffff_ffff_ffff_fff3n);
    expect(exactPc(k, p)).toBe(0xffff_ffff_ffff_fff2n);
  });
});

test("the pc of the hart advances across 32 bits", () => {
  const { k, p } = first(true);
  jump(k, p, 0x1_ffff_fffcn);
  advancePc(k, 4);
  expect(exactPc(k, p)).toBe(0x2_0000_0000n);
  advancePc(k, 4);
  expect(exactPc(k, p)).toBe(0x2_0000_0004n);
});

test("a process that stops and starts again finds all its registers, and x0 is 0", () => {
  const { k, p } = first(true);
  const hart = k.machine.harts[0];
  for (let n = 1; n < 32; n++) setRegister(k, p, n, BigInt(n) << 58n);
  jump(k, p, 0x8000_0000_0000_1234n);
  const before = copyRegisters(k, p);
  saveRegisters(k, p);
  hart.x.fill(7n, 1);
  hart.csr[CSR_SLOT.sepc] = 0n;
  loadRegisters(k, p);
  expect(copyRegisters(k, p)).toEqual(before);
  expect(hart.x[0]).toBe(0n);
});

describe("bytes", () => {
  const numbers = () => Uint8Array.from({ length: 200 }, (_, i) => i);

  test.each([0, 1, 31, 32, 33, 100])("%i of them move between arrays", (length) => {
    const target = new Uint8Array(200);
    moveBytes(target, 40, numbers(), 50, length);
    const expected = new Uint8Array(200);
    expected.set(numbers().subarray(50, 50 + length), 40);
    expect(target).toEqual(expected);
  });

  test.each([
    [10, 12, 20],
    [12, 10, 20],
    [10, 12, 100],
    [12, 10, 100],
  ])("move within an array where the ranges overlap: from %i to %i, %i of them", (from, to, length) => {
    const array = numbers();
    moveBytes(array, to, array, from, length);
    expect(array).toEqual(numbers().copyWithin(to, from, from + length));
  });
});
