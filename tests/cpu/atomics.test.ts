/** The A extension: what AMOs compute, what reservations allow, and which faults atomics raise. */

import { describe, expect, test } from "vitest";
import { encode } from "../../cpu/fields.ts";
import { CSR_SLOT } from "../../cpu/hart.ts";
import type { Mnemonic } from "../../cpu/isa.ts";
import { RAM_BASE } from "../../cpu/machine.ts";
import { PTE } from "../../cpu/paging.ts";
import { CAUSE } from "../../cpu/trap.ts";
import { bareMachine, machine, pagedMachine, runToTrap } from "./machines.ts";

const NEVER = Number.MAX_SAFE_INTEGER;
const WORD = 512;

/** Memory, operand, memory afterwards; 32-bit rows use the low halves. */
// biome-ignore format: a table is read in columns
const rows: Readonly<Record<string, readonly (readonly [bigint, bigint, bigint])[]>> = {
  amoswap: [[1n, 2n, 2n], [-1n, 0n, 0n]],
  amoadd:  [[1n, 2n, 3n], [0x7fff_ffffn, 1n, 0x8000_0000n], [-1n, 1n, 0n]],
  amoxor:  [[0b1100n, 0b1010n, 0b0110n], [-1n, -1n, 0n]],
  amoand:  [[0b1100n, 0b1010n, 0b1000n], [-1n, -2n, -2n]],
  amoor:   [[0b1100n, 0b1010n, 0b1110n], [-2n, 1n, -1n]],
  amomin:  [[1n, -1n, -1n], [-5n, -4n, -5n], [3n, 3n, 3n]],
  amomax:  [[1n, -1n, 1n], [-5n, -4n, -4n], [3n, 3n, 3n]],
  amominu: [[1n, -1n, 1n], [-5n, -4n, -5n]],
  amomaxu: [[1n, -1n, -1n], [-5n, -4n, -4n]],
};

const cases = Object.entries(rows).flatMap(([name, list]) =>
  [32, 64].flatMap((bits) =>
    list.map(([old, operand, result]) => [`${name}.${bits === 32 ? "w" : "d"}`, bits, old, operand, result] as const),
  ),
);

test.each(cases)(
  "%s (%d bits) of %d with %d leaves %d, and rd is the old value",
  (mnemonic, bits, old, operand, result) => {
    const m = machine();
    const hart = m.harts[0]!;
    m.ram.u32[0] = encode(mnemonic as Mnemonic, { rd: 6, rs1: 5, rs2: 6, aq: true });
    m.ram.u64[WORD / 8] = bits === 32 ? (0xabcd_ef01n << 32n) | BigInt.asUintN(32, old) : BigInt.asUintN(64, old);
    hart.x[5] = BigInt(RAM_BASE + WORD);
    // The high half of the operand of a 32-bit AMO does not count.
    hart.x[6] = bits === 32 ? BigInt.asIntN(64, (0x1234_5678n << 32n) | BigInt.asUintN(32, operand)) : operand;
    hart.csr[CSR_SLOT.sepc] = BigInt(RAM_BASE);
    expect(m.run(NEVER, 1)).toBe("limit");
    expect(hart.x[6]).toBe(BigInt.asIntN(bits, old));
    expect(BigInt.asIntN(bits, m.ram.u64[WORD / 8]!)).toBe(BigInt.asIntN(bits, result));
    if (bits === 32) expect(m.ram.u64[WORD / 8]! >> 32n).toBe(0xabcd_ef01n);
  },
);

/** Runs `source` with a0 = a word of RAM that holds 7, and gives a1: 0 where the SC stored. */
function conditional(source: string): { failed: bigint; memory: bigint } {
  const m = bareMachine(`${source}; ecall`);
  const hart = m.harts[0]!;
  hart.x[10] = BigInt(RAM_BASE + WORD);
  hart.x[12] = 9n;
  m.ram.u64[WORD / 8] = 7n;
  runToTrap(m);
  return { failed: hart.x[11]!, memory: m.ram.u64[WORD / 8]! };
}

describe("LR and SC", () => {
  test.each(["w", "d"])("a pair of .%s stores and gives 0", (width) => {
    expect(conditional(`lr.${width} t0, (a0); sc.${width} a1, a2, (a0)`)).toEqual({ failed: 0n, memory: 9n });
  });
  test("SC without LR fails with 1 and stores nothing", () => {
    expect(conditional("sc.w a1, a2, (a0)")).toEqual({ failed: 1n, memory: 7n });
  });
  test("a second SC fails: the first used up the reservation", () => {
    expect(conditional("lr.w t0, (a0); sc.w t1, a2, (a0); sc.w a1, zero, (a0)")).toEqual({ failed: 1n, memory: 9n });
  });
  test("SC to another address or of another width fails, and ends the reservation", () => {
    expect(conditional("lr.w t0, (a0); addi t1, a0, 8; sc.w a1, a2, (t1)").failed).toBe(1n);
    expect(conditional("lr.w t0, (a0); sc.d a1, a2, (a0)").failed).toBe(1n);
    expect(conditional("lr.w t0, (a0); sc.d t1, a2, (a0); sc.w a1, a2, (a0)").failed).toBe(1n);
  });
  test("LR.W sign-extends", () => {
    const m = bareMachine("lr.w a1, (a0); ecall");
    m.harts[0]!.x[10] = BigInt(RAM_BASE + WORD);
    m.ram.u32[WORD / 4] = 0x8000_0000;
    runToTrap(m);
    expect(m.harts[0]!.x[11]).toBe(-(2n ** 31n));
  });
  test("a trap ends the reservation, stopping and going on does not", () => {
    const m = bareMachine("lr.w t0, (a0); ebreak; sc.w a1, a2, (a0); lr.w t0, (a0); sc.w a3, a2, (a0); ecall");
    const hart = m.harts[0]!;
    hart.x[10] = BigInt(RAM_BASE + WORD);
    runToTrap(m);
    hart.csr[CSR_SLOT.sepc]! += 4n;
    while (m.run(NEVER, hart.counters.instret + 1) === "limit");
    expect([hart.x[11], hart.x[13]]).toEqual([1n, 0n]);
  });
  test("the kernel can end it", () => {
    const m = bareMachine("lr.w t0, (a0); sc.w a1, a2, (a0); ecall");
    m.harts[0]!.x[10] = BigInt(RAM_BASE + WORD);
    m.run(NEVER, 1);
    m.harts[0]!.clearReservation();
    runToTrap(m);
    expect(m.harts[0]!.x[11]).toBe(1n);
  });
});

describe("faults of atomics", () => {
  test.each([
    ["lr.w a1, (a0)", 2, CAUSE.loadMisaligned],
    ["lr.d a1, (a0)", 4, CAUSE.loadMisaligned],
    ["sc.w a1, a2, (a0)", 2, CAUSE.storeMisaligned],
    ["amoadd.w a1, a2, (a0)", 1, CAUSE.storeMisaligned],
    ["amoswap.d a1, a2, (a0)", 4, CAUSE.storeMisaligned],
  ])("%s at an address %d too far is misaligned", (source, offset, cause) => {
    const m = bareMachine(source);
    m.harts[0]!.x[10] = BigInt(RAM_BASE + WORD + offset);
    expect(runToTrap(m)).toMatchObject({ cause: BigInt(cause), stval: BigInt(RAM_BASE + WORD + offset) });
  });

  test("LR needs a page to read, AMO one to write, and the fault is a load's or a store's", () => {
    const { m, space } = pagedMachine("lr.w a1, (a0); amoor.w a1, zero, (a0)");
    m.harts[0]!.x[10] = 0x20000n;
    expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.loadPageFault) });
    space.map(0x20000, RAM_BASE + 0x4000, PTE.R);
    expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.storePageFault), stval: 0x20000n, sepc: 0x10004n });
  });

  test("device registers take no atomics", () => {
    const m = bareMachine("amoadd.w a1, a2, (a0)");
    m.harts[0]!.x[10] = 0x1000_0000n;
    expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.storeAccessFault) });
    const other = bareMachine("lr.w a1, (a0)");
    other.harts[0]!.x[10] = 0x1000_0000n;
    expect(runToTrap(other)).toMatchObject({ cause: BigInt(CAUSE.loadAccessFault) });
  });
});
