/** Loads and stores: widths, sign, alignment, page ends, exact faults. */

import { describe, expect, test } from "vitest";
import { encode } from "../../cpu/fields.ts";
import { CSR_SLOT } from "../../cpu/hart.ts";
import type { Mnemonic } from "../../cpu/isa.ts";
import { RAM_BASE } from "../../cpu/machine.ts";
import { PAGE_SIZE, PTE, userLimit } from "../../cpu/paging.ts";
import { CAUSE } from "../../cpu/trap.ts";
import { AddressSpace, machine, pagedMachine, runToTrap, trapOf } from "./machines.ts";

const CODE = 0x10000;
const DATA = 0x20000;
const BYTES = [0x81, 0x92, 0xa3, 0xb4, 0xc5, 0xd6, 0xe7, 0xf8, 0x09, 0x1a, 0x2b, 0x3c, 0x4d, 0x5e, 0x6f, 0x70];
const NEVER = Number.MAX_SAFE_INTEGER;

/** Two data pages at DATA whose frames are not neighbours, and one instruction at CODE. */
function prepare(word: number) {
  const m = machine();
  const space = new AddressSpace(m);
  m.ram.u32[0] = word;
  m.ram.wrote(0, 4);
  const frames = [RAM_BASE + 8 * PAGE_SIZE, RAM_BASE + 4 * PAGE_SIZE];
  space.map(CODE, RAM_BASE, PTE.R | PTE.X);
  space.map(DATA, frames[0]!, PTE.R | PTE.W);
  space.map(DATA + PAGE_SIZE, frames[1]!, PTE.R | PTE.W);
  space.activate();
  const hart = m.harts[0]!;
  hart.csr[CSR_SLOT.sepc] = BigInt(CODE);
  /** The RAM offset of a data address. */
  const offset = (va: number) => frames[va < DATA + PAGE_SIZE ? 0 : 1]! - RAM_BASE + (va % PAGE_SIZE);
  return { m, hart, space, offset };
}

const loads: [Mnemonic, number, boolean][] = [
  ["lb", 1, true],
  ["lbu", 1, false],
  ["lh", 2, true],
  ["lhu", 2, false],
  ["lw", 4, true],
  ["lwu", 4, false],
  ["ld", 8, true],
];
const stores: [Mnemonic, number][] = [
  ["sb", 1],
  ["sh", 2],
  ["sw", 4],
  ["sd", 8],
];

/** Addresses at every alignment, within a page and across its end. */
const places = [...Array(9).keys()].flatMap((i) => [DATA + 64 + i, DATA + PAGE_SIZE - 8 + i]);

describe.each(loads)("%s", (mnemonic, width, signed) => {
  test("reads little-endian at any alignment, also across the end of a page", () => {
    const { m, hart, offset } = prepare(encode(mnemonic, { rd: 7, rs1: 5, imm: -16 }));
    for (const va of places) {
      for (const [i, byte] of BYTES.entries()) m.ram.u8[offset(va + i)] = byte;
      const unsigned = BYTES.slice(0, width).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
      hart.x[5] = BigInt(va + 16);
      hart.csr[CSR_SLOT.sepc] = BigInt(CODE);
      expect(m.run(NEVER, hart.counters.instret + 1)).toBe("limit");
      expect(hart.x[7], va.toString(16)).toBe(signed ? BigInt.asIntN(8 * width, unsigned) : unsigned);
    }
  });
});

describe.each(stores)("%s", (mnemonic, width) => {
  test("writes its bytes and no others, at any alignment and across the end of a page", () => {
    const { m, hart, offset } = prepare(encode(mnemonic, { rs2: 6, rs1: 5, store: 8 }));
    for (const va of places) {
      for (let i = -8; i < 16; i++) m.ram.u8[offset(va + i)] = 0xee;
      hart.x[5] = BigInt(va - 8);
      hart.x[6] = 0xf8e7_d6c5_b4a3_9281n;
      hart.csr[CSR_SLOT.sepc] = BigInt(CODE);
      expect(m.run(NEVER, hart.counters.instret + 1)).toBe("limit");
      const found = Array.from({ length: 24 }, (_, i) => m.ram.u8[offset(va + i - 8)]);
      const expected = Array.from({ length: 24 }, (_, i) => (i >= 8 && i < 8 + width ? BYTES[i - 8] : 0xee));
      expect(found, va.toString(16)).toEqual(expected);
    }
  });

  test("that reaches into a page it may not write has written nothing, and stval is that page's first byte", () => {
    if (width === 1) return expect(width).toBe(1);
    const { m, hart, space, offset } = prepare(encode(mnemonic, { rs2: 6, rs1: 5, store: 0 }));
    space.map(DATA + PAGE_SIZE, RAM_BASE + 4 * PAGE_SIZE, PTE.R);
    hart.x[5] = BigInt(DATA + PAGE_SIZE - 1);
    hart.x[6] = -1n;
    expect(runToTrap(m)).toEqual({
      cause: BigInt(CAUSE.storePageFault),
      stval: BigInt(DATA + PAGE_SIZE),
      sepc: BigInt(CODE),
    });
    expect(m.ram.u8[offset(DATA + PAGE_SIZE - 1)]).toBe(0);
  });
});

test("a misaligned load whose first page is missing faults there, whose second page is missing, at its beginning", () => {
  const { m, hart, space } = prepare(encode("ld", { rd: 7, rs1: 5, imm: 0 }));
  hart.x[7] = 99n;
  hart.x[5] = BigInt(DATA - 3);
  expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.loadPageFault), stval: BigInt(DATA - 3) });
  space.write(space.pte(DATA + PAGE_SIZE), 0, 0);
  hart.x[5] = BigInt(DATA + PAGE_SIZE - 3);
  expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.loadPageFault), stval: BigInt(DATA + PAGE_SIZE) });
  expect(hart.x[7]).toBe(99n);
});

test("a misaligned access that reaches into a page that is not RAM faults at that page, and has moved nothing", () => {
  for (const [mnemonic, cause] of [
    ["ld", CAUSE.loadAccessFault],
    ["sd", CAUSE.storeAccessFault],
  ] as const) {
    const { m, hart, space, offset } = prepare(encode(mnemonic, { rd: 7, rs2: 7, rs1: 5, imm: 0, store: 0 }));
    space.map(DATA + PAGE_SIZE, 0x1000_0000, PTE.R | PTE.W);
    hart.x[5] = BigInt(DATA + PAGE_SIZE - 3);
    hart.x[7] = -1n;
    expect(runToTrap(m)).toMatchObject({ cause: BigInt(cause), stval: BigInt(DATA + PAGE_SIZE) });
    expect([m.ram.u8[offset(DATA + PAGE_SIZE - 3)], hart.x[7]]).toEqual([0, -1n]);
  }
});

/** Registers whose sums are no canonical address; stval must be exact to the bit. */
const wild: [bigint, number, bigint][] = [
  [0x7fff_ffff_ffff_ffffn, 1, 0x8000_0000_0000_0000n],
  [0x1234_5678_9abc_def1n, 2, 0x1234_5678_9abc_def3n],
  [0xdead_beef_dead_beefn, -1, 0xdead_beef_dead_beeen],
  [0x0000_8000_0000_0000n, 0, 0x0000_8000_0000_0000n],
  [0xffff_7fff_ffff_fff8n, 0, 0xffff_7fff_ffff_fff8n],
];

describe.each(wild)("at the non-canonical address %d + %d", (base, offset, stval) => {
  test("a load page-faults with the exact stval", () => {
    const { m, hart } = prepare(encode("lb", { rd: 7, rs1: 5, imm: offset }));
    hart.x[5] = BigInt.asIntN(64, base);
    expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.loadPageFault), stval });
  });
  test("a store page-faults with the exact stval", () => {
    const { m, hart } = prepare(encode("sd", { rs2: 7, rs1: 5, store: offset }));
    hart.x[5] = BigInt.asIntN(64, base);
    expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.storePageFault), stval });
  });
});

test("an access across the end of user space faults at the first address beyond", () => {
  const { m, hart, space } = prepare(encode("ld", { rd: 7, rs1: 5, imm: 0 }));
  const end = userLimit("sv48");
  space.map(end - PAGE_SIZE, RAM_BASE + 8 * PAGE_SIZE, PTE.R | PTE.W);
  hart.x[5] = BigInt(end - 4);
  expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.loadPageFault), stval: BigInt(end) });
});

test("addresses wrap at 2^64: -8 + 8 is 0", () => {
  const { m, hart, space } = prepare(encode("ld", { rd: 7, rs1: 5, imm: 8 }));
  space.map(0, RAM_BASE + 8 * PAGE_SIZE, PTE.R);
  m.ram.u64[(8 * PAGE_SIZE) / 8] = 42n;
  hart.x[5] = -8n;
  expect(m.run(NEVER, 1)).toBe("limit");
  expect(hart.x[7]).toBe(42n);
});

test("a page mapped to physical addresses that nothing answers is an access fault, not zeros", () => {
  for (const [mnemonic, cause] of [
    ["lw", CAUSE.loadAccessFault],
    ["sw", CAUSE.storeAccessFault],
  ] as const) {
    const { m, hart, space } = prepare(encode(mnemonic, { rd: 7, rs2: 7, rs1: 5, imm: 4, store: 4 }));
    space.map(DATA, 0x4000_0000, PTE.R | PTE.W);
    hart.x[5] = BigInt(DATA);
    expect(runToTrap(m)).toMatchObject({ cause: BigInt(cause), stval: BigInt(DATA + 4) });
    space.map(DATA, RAM_BASE + m.ram.size, PTE.R | PTE.W);
    hart.sfenceVma();
    expect(runToTrap(m)).toMatchObject({ cause: BigInt(cause) });
    expect(trapOf(hart).sepc).toBe(BigInt(CODE));
  }
});

test("in bare mode addresses are physical, and what is neither RAM nor a device is an access fault", () => {
  const m = machine();
  const hart = m.harts[0]!;
  m.ram.u32[0] = encode("ld", { rd: 7, rs1: 5, imm: 0 });
  hart.csr[CSR_SLOT.sepc] = BigInt(RAM_BASE);
  for (const address of [0n, 0x7fff_fff8n, 0x8000_0000n + BigInt(m.ram.size), -8n, 0x1234_5678_9abc_def0n]) {
    hart.x[5] = address;
    expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.loadAccessFault), stval: BigInt.asUintN(64, address) });
  }
});

test("a program sees at once the instructions that it stores", () => {
  const { m, space } = pagedMachine(`
      lui  t0, 0x10
      addi t1, zero, 0
      lw   t2, 40(t0)          # the instruction at "other"
      sw   t2, 20(t0)          # over the next
      fence.i
      addi t1, t1, 1
      bne  t1, zero, done
      ecall
      ecall
done: ecall
other: addi t1, t1, 7`);
  space.map(CODE, RAM_BASE, PTE.R | PTE.W | PTE.X);
  runToTrap(m);
  expect(m.harts[0]!.x[6]).toBe(7n);
});
