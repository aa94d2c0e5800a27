/** Operands and results of every instruction that computes, with the edges that the specification names. */

import { describe, expect, test } from "vitest";
import { encode } from "../../cpu/fields.ts";
import { CSR_SLOT } from "../../cpu/hart.ts";
import type { Mnemonic } from "../../cpu/isa.ts";
import { INSTRUCTIONS } from "../../cpu/isa.ts";
import { RAM_BASE } from "../../cpu/machine.ts";
import { machine } from "./machines.ts";

const m = machine();
const hart = m.harts[0]!;
const NEVER = Number.MAX_SAFE_INTEGER;

/** Runs one word at the beginning of RAM with x5 and x6 given, and returns x7. */
function run(word: number, x5: bigint, x6 = 0n): bigint {
  m.ram.u32[0] = word;
  m.ram.wrote(0, 4);
  hart.x[5] = x5;
  hart.x[6] = x6;
  hart.x[7] = 0x5a5a_5a5a_5a5a_5a5an;
  hart.csr[CSR_SLOT.sepc] = BigInt(RAM_BASE);
  expect(m.run(NEVER, hart.counters.instret + 1)).toBe("limit");
  return hart.x[7]!;
}

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;
const MIN32 = -(2n ** 31n);
const MAX32 = 2n ** 31n - 1n;

type Rows = readonly (readonly [bigint, bigint, bigint])[];

/** rd = rs1 op rs2: x5, x6, the result. */
// biome-ignore format: a table is read in columns
const registerRegister = {
  add:    [[1n, 2n, 3n], [MAX, 1n, MIN], [-1n, 1n, 0n], [0xffff_ffffn, 1n, 0x1_0000_0000n], [MIN, MIN, 0n], [0xffff_ffffn, 0xffff_ffffn, 0x1_ffff_fffen]],
  sub:    [[1n, 2n, -1n], [MIN, 1n, MAX], [0n, MIN, MIN], [0x1_0000_0000n, 1n, 0xffff_ffffn], [0n, 1n, -1n]],
  sll:    [[1n, 63n, MIN], [1n, 64n, 1n], [-1n, 4n, -16n], [3n, 31n, 0x1_8000_0000n], [1n, 32n, 0x1_0000_0000n], [5n, -64n, 5n]],
  slt:    [[1n, 2n, 1n], [2n, 1n, 0n], [-1n, 0n, 1n], [0n, -1n, 0n], [MIN, MAX, 1n], [MAX, MIN, 0n], [5n, 5n, 0n], [0x1_0000_0000n, 0xffff_ffffn, 0n], [-(2n ** 32n), -1n, 1n]],
  sltu:   [[1n, 2n, 1n], [-1n, 0n, 0n], [0n, -1n, 1n], [MIN, MAX, 0n], [0n, 0n, 0n], [0n, 1n, 1n], [0xffff_ffffn, 0x1_0000_0000n, 1n]],
  xor:    [[0b1100n, 0b1010n, 0b0110n], [-1n, MAX, MIN], [MIN, MIN, 0n]],
  srl:    [[-1n, 63n, 1n], [MIN, 1n, 2n ** 62n], [-1n, 64n, -1n], [-1n, 32n, 0xffff_ffffn], [0x1_8000_0000n, 31n, 3n]],
  sra:    [[-1n, 63n, -1n], [MIN, 63n, -1n], [MIN, 1n, -(2n ** 62n)], [MAX, 62n, 1n], [-8n, 65n, -4n], [MIN, 32n, MIN32]],
  or:     [[0b1100n, 0b1010n, 0b1110n], [MIN, MAX, -1n]],
  and:    [[0b1100n, 0b1010n, 0b1000n], [MIN, MAX, 0n], [-1n, MIN, MIN]],
  addw:   [[MAX32, 1n, MIN32], [0xffff_ffffn, 1n, 0n], [-1n, -1n, -2n], [0x7_0000_0001n, 0x9_0000_0001n, 2n]],
  subw:   [[MIN32, 1n, MAX32], [0n, 1n, -1n], [0x1_0000_0000n, 1n, -1n]],
  sllw:   [[1n, 31n, MIN32], [1n, 32n, 1n], [0xffff_ffff_0000_0001n, 1n, 2n], [1n, 63n, MIN32]],
  srlw:   [[-1n, 1n, MAX32], [-1n, 32n, -1n], [0x1_8000_0000n, 31n, 1n], [0x8000_0000n, 0n, MIN32]],
  sraw:   [[MIN32, 31n, -1n], [0x8000_0000n, 1n, -(2n ** 30n)], [MAX32, 30n, 1n], [0xf_7fff_ffffn, 0n, MAX32]],
  mul:    [[3n, -4n, -12n], [MIN, -1n, MIN], [2n ** 32n, 2n ** 32n, 0n], [0x1234_5678_9abc_def0n, 0x0fed_cba9_8765_4321n, BigInt.asIntN(64, 0x1234_5678_9abc_def0n * 0x0fed_cba9_8765_4321n)]],
  mulh:   [[MIN, MIN, 2n ** 62n], [-1n, -1n, 0n], [-1n, 1n, -1n], [MAX, MAX, 2n ** 62n - 1n]],
  mulhsu: [[-1n, -1n, -1n], [1n, -1n, 0n], [MIN, -1n, MIN], [MAX, -1n, MAX - 1n]],
  mulhu:  [[-1n, -1n, -2n], [MIN, 2n, 1n], [2n ** 32n, 2n ** 32n, 1n]],
  div:    [[7n, 2n, 3n], [-7n, 2n, -3n], [7n, -2n, -3n], [5n, 0n, -1n], [0n, 0n, -1n], [MIN, -1n, MIN], [MIN, 1n, MIN]],
  divu:   [[7n, 2n, 3n], [-1n, 2n, MAX], [5n, 0n, -1n], [MIN, -1n, 0n]],
  rem:    [[7n, 2n, 1n], [-7n, 2n, -1n], [7n, -2n, 1n], [5n, 0n, 5n], [-5n, 0n, -5n], [MIN, -1n, 0n]],
  remu:   [[7n, 2n, 1n], [-1n, 10n, 5n], [-5n, 0n, -5n], [MIN, -1n, MIN]],
  mulw:   [[0x1_0000_0003n, 5n, 15n], [MIN32, -1n, MIN32], [0x1_0000n, 0x8000n, MIN32]],
  divw:   [[-7n, 2n, -3n], [MIN32, -1n, MIN32], [5n, 0n, -1n], [0x5_0000_0000n, 0x7_0000_0000n, -1n], [0xffff_fff8n, 2n, -4n]],
  divuw:  [[0xffff_fff8n, 2n, 0x7fff_fffcn], [5n, 0n, -1n], [-1n, 1n, -1n], [MIN32, 0xffff_ffffn, 0n]],
  remw:   [[-7n, 2n, -1n], [MIN32, -1n, 0n], [0x1_8000_0000n, 0n, MIN32], [7n, -2n, 1n]],
  remuw:  [[0xffff_ffffn, 10n, 5n], [0x8000_0000n, 0n, MIN32], [-1n, 0xffff_ffffn, 0n]],
} satisfies Partial<Record<Mnemonic, Rows>>;

/** rd = rs1 op immediate: x5, the immediate, the result. */
// biome-ignore format: a table is read in columns
const registerImmediate = {
  addi:  [[1n, -1n, 0n], [0n, -2048n, -2048n], [MAX, 1n, MIN], [0xffff_ffffn, 1n, 0x1_0000_0000n], [0x1_0000_0000n, -1n, 0xffff_ffffn], [0n, 2047n, 2047n]],
  slti:  [[-1n, 0n, 1n], [0n, -1n, 0n], [MIN, -2048n, 1n], [5n, 5n, 0n], [0x1_0000_0000n, 1n, 0n]],
  sltiu: [[0n, 1n, 1n], [1n, 1n, 0n], [-1n, -1n, 0n], [5n, -1n, 1n], [-2049n, -2048n, 1n]],
  xori:  [[0b1100n, 0b1010n, 0b0110n], [MAX, -1n, MIN]],
  ori:   [[0b1100n, 0b0011n, 0b1111n], [MIN, -2048n, -2048n], [MIN, 1n, MIN + 1n]],
  andi:  [[-1n, 0x7ffn, 0x7ffn], [MIN, -2048n, MIN], [0xfff_ffff_ffffn, -1n, 0xfff_ffff_ffffn]],
  slli:  [[1n, 63n, MIN], [1n, 32n, 0x1_0000_0000n], [3n, 31n, 0x1_8000_0000n], [7n, 0n, 7n]],
  srli:  [[-1n, 63n, 1n], [-1n, 32n, 0xffff_ffffn], [MIN, 0n, MIN], [0x1_8000_0000n, 31n, 3n]],
  srai:  [[MIN, 63n, -1n], [MIN, 32n, MIN32], [MAX, 62n, 1n], [-8n, 1n, -4n]],
  addiw: [[MAX32, 1n, MIN32], [0xffff_ffffn, 0n, -1n], [0x1_0000_0000n, -1n, -1n]],
  slliw: [[1n, 31n, MIN32], [0x1_0000_0001n, 1n, 2n]],
  srliw: [[-1n, 1n, MAX32], [0x8000_0000n, 0n, MIN32]],
  sraiw: [[0x8000_0000n, 31n, -1n], [0xf_7fff_ffffn, 0n, MAX32]],
} satisfies Partial<Record<Mnemonic, Rows>>;

/** Branches: x5, x6, 1 where they are taken. */
// biome-ignore format: a table is read in columns
const branches = {
  beq:  [[1n, 1n, 1n], [1n, 2n, 0n], [1n, 0x1_0000_0001n, 0n], [MIN, MIN, 1n]],
  bne:  [[1n, 1n, 0n], [1n, 2n, 1n], [1n, 0x1_0000_0001n, 1n], [-1n, 0xffff_ffffn, 1n]],
  blt:  [[-1n, 0n, 1n], [0n, -1n, 0n], [5n, 5n, 0n], [MIN, MAX, 1n], [0xffff_ffffn, 0x1_0000_0000n, 1n]],
  bge:  [[-1n, 0n, 0n], [0n, -1n, 1n], [5n, 5n, 1n], [MAX, MIN, 1n]],
  bltu: [[-1n, 0n, 0n], [0n, -1n, 1n], [5n, 5n, 0n], [MAX, MIN, 1n]],
  bgeu: [[-1n, 0n, 1n], [0n, -1n, 0n], [5n, 5n, 1n], [MIN, MAX, 1n]],
} satisfies Partial<Record<Mnemonic, Rows>>;

const hex = (value: bigint) => `0x${BigInt.asUintN(64, value).toString(16)}`;

describe.each(Object.entries(registerRegister) as [Mnemonic, Rows][])("%s", (mnemonic, rows) => {
  const word = encode(mnemonic, { rd: 7, rs1: 5, rs2: 6 });
  test.each(rows)("of %d and %d is %d", (a, b, result) => {
    expect(hex(run(word, a, b))).toBe(hex(result));
  });
  test("may write the register that it reads", () => {
    const [a, b, result] = rows[0]!;
    run(encode(mnemonic, { rd: 5, rs1: 5, rs2: 6 }), a, b);
    expect(hart.x[5]).toBe(BigInt.asIntN(64, result));
    run(encode(mnemonic, { rd: 6, rs1: 5, rs2: 6 }), a, b);
    expect(hart.x[6]).toBe(BigInt.asIntN(64, result));
  });
});

describe.each(Object.entries(registerImmediate) as [Mnemonic, Rows][])("%s", (mnemonic, rows) => {
  test.each(rows)("of %d and %d is %d", (a, immediate, result) => {
    const imm = Number(immediate);
    expect(hex(run(encode(mnemonic, { rd: 7, rs1: 5, imm, shamt5: imm, shamt6: imm }), a))).toBe(hex(result));
  });
});

describe.each(Object.entries(branches) as [Mnemonic, Rows][])("%s", (mnemonic, rows) => {
  test.each(rows)("with %d and %d: taken %d", (a, b, taken) => {
    run(encode(mnemonic, { rs1: 5, rs2: 6, branch: 64 }), a, b);
    expect(hart.csr[CSR_SLOT.sepc]).toBe(BigInt(RAM_BASE) + (taken ? 64n : 4n));
  });
});

describe("constants and addresses", () => {
  test.each([
    [0x12345, 0x1234_5000n],
    [0x80000, MIN32],
    [0xfffff, -4096n],
    [0, 0n],
  ])("lui %d", (upper, result) => {
    expect(run(encode("lui", { rd: 7, upper }), 0n)).toBe(result);
  });
  test.each([
    [1, 0x8000_1000n],
    [0, 0x8000_0000n],
    [0xfffff, 0x7fff_f000n],
    [0x80000, 0n],
    [0x7ffff, 0xffff_f000n],
  ])("auipc %d adds to pc", (upper, result) => {
    expect(run(encode("auipc", { rd: 7, upper }), 0n)).toBe(result);
  });
  test("jal links the following instruction and jumps", () => {
    expect(run(encode("jal", { rd: 7, jump: 2048 }), 0n)).toBe(0x8000_0004n);
    expect(hart.csr[CSR_SLOT.sepc]).toBe(0x8000_0800n);
  });
  test("jalr clears bit 0 of the target, and may link into the register it jumps by", () => {
    run(encode("jalr", { rd: 5, rs1: 5, imm: -3 }), 0x8000_0104n);
    expect(hart.csr[CSR_SLOT.sepc]).toBe(0x8000_0100n);
    expect(hart.x[5]).toBe(0x8000_0004n);
  });
});

test("an instruction whose rd is x0 leaves x0 at 0, and fences change nothing", () => {
  const words = [
    encode("addi", { rd: 0, rs1: 5, imm: 5 }),
    encode("lui", { rd: 0, upper: 5 }),
    encode("jal", { rd: 0, jump: 8 }),
    encode("mulh", { rd: 0, rs1: 5, rs2: 5 }),
    encode("csrrs", { rd: 0, csr: 0xc00 }),
    encode("fence", { pred: 15, succ: 15 }),
    encode("fence.tso"),
    encode("fence.i"),
    0xfff0_8f8f,
  ];
  for (const word of words) {
    const before = hart.x.slice(8);
    run(word, MIN);
    expect(hart.x[0]).toBe(0n);
    expect(hart.x.slice(8)).toEqual(before);
  }
});

test("every instruction of the table has its results here or in a file of its own", () => {
  const elsewhere = (name: Mnemonic) =>
    /^(l[bhwd]u?|s[bhwd]|lr\..|sc\..|amo.*|csr.*|fence.*|ecall|ebreak|lui|auipc|jalr?)$/.test(name) ||
    INSTRUCTIONS[name].extension === "S";
  const here = { ...registerRegister, ...registerImmediate, ...branches };
  expect((Object.keys(INSTRUCTIONS) as Mnemonic[]).filter((name) => !(name in here) && !elsewhere(name))).toEqual([]);
});
