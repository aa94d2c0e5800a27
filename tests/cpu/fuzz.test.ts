/** Whatever words a guest executes, the host gets traps and never an exception of its own. */

import { expect, test } from "vitest";
import { encode, operandsOf, packField, patternOf } from "../../cpu/fields.ts";
import { CSR_SLOT } from "../../cpu/hart.ts";
import { INSTRUCTIONS, type Mnemonic } from "../../cpu/isa.ts";
import { MEMORY_MAP, RAM_BASE } from "../../cpu/machine.ts";
import { PAGE_SIZE, PTE } from "../../cpu/paging.ts";
import { Random } from "../../cpu/random.ts";
import { CAUSE } from "../../cpu/trap.ts";
import { pagedMachine } from "./machines.ts";

const CODE = 0x10000;
const PAGES = 8;
const CAUSES = new Set<number>(Object.values(CAUSE));
const mnemonics = Object.keys(INSTRUCTIONS) as Mnemonic[];

/** Half pure noise, half instructions with random operands. */
function randomWord(random: Random): number {
  if (random.below(2) === 0) return random.next();
  const row = INSTRUCTIONS[mnemonics[random.below(mnemonics.length)]!];
  return operandsOf(row).reduce((word, name) => word | packField(name, random.next()), patternOf(row).match) >>> 0;
}

/** Addresses near code, data, devices and the ends of things, and noise. */
function randomRegister(random: Random): bigint {
  const noise = BigInt.asIntN(64, (BigInt(random.next()) << 32n) | BigInt(random.next()));
  const places = [CODE, CODE + PAGES * PAGE_SIZE, 0x4000_0000, 0, -8, 2 ** 47, RAM_BASE];
  return random.below(4) === 0 ? noise : BigInt(places[random.below(places.length)]! + random.below(64) - 16);
}

test.each([1, 2, 3, 4])("random words of seed %d, with device registers in reach", (seed) => {
  const random = new Random(seed);
  const { m, space } = pagedMachine("ecall", CODE, { disks: [new Uint8Array(64 * 512)] });
  const devices = Object.values(MEMORY_MAP);
  for (let page = 0; page < PAGES; page++)
    space.map(CODE + page * PAGE_SIZE, RAM_BASE + page * PAGE_SIZE, PTE.R | PTE.W | PTE.X);
  for (const [index, { base }] of devices.entries()) space.map(0x4000_0000 + index * PAGE_SIZE, base, PTE.R | PTE.W);
  const hart = m.harts[0]!;
  const seen = new Set<number>();
  for (let round = 0; round < 1500 && m.off === null; round++) {
    if (round % 50 === 0) for (let i = 0; i < (PAGES * PAGE_SIZE) / 4; i++) m.ram.u32[i] = randomWord(random);
    for (let register = 1; register < 32; register++) hart.x[register] = randomRegister(random);
    hart.csr[CSR_SLOT.sepc] = BigInt(CODE + 4 * random.below((PAGES * PAGE_SIZE) / 4));
    if (m.run(m.clock.cycles + 3000, Number.MAX_SAFE_INTEGER) === "trap") {
      const cause = Number(hart.csr[CSR_SLOT.scause]);
      expect(CAUSES, `cause ${cause}`).toContain(cause);
      seen.add(cause);
    }
    expect(hart.x[0]).toBe(0n);
  }
  expect(seen.size).toBeGreaterThan(7);
});

test("a disk that the program drives into its own code only changes bytes", () => {
  const { m, space } = pagedMachine(
    "sw a1, 8(a0); sw a2, 12(a0); sw a3, 16(a0); sw a4, 24(a0); loop: jal zero, loop",
    CODE,
    {
      disks: [new Uint8Array(512).fill(0xff)],
    },
  );
  space.map(0x4000_0000, MEMORY_MAP.disk0.base, PTE.R | PTE.W);
  const hart = m.harts[0]!;
  hart.x[10] = 0x4000_0000n;
  hart.x[12] = 1n;
  hart.x[13] = BigInt(RAM_BASE);
  hart.x[14] = 1n;
  expect(m.run(Number.MAX_SAFE_INTEGER, 1_000_000)).toBe("trap");
  // The words that the loop is made of are all ones now: an illegal instruction, at once and without fence.i.
  expect(hart.csr[CSR_SLOT.scause]).toBe(BigInt(CAUSE.illegalInstruction));
  expect(hart.csr[CSR_SLOT.sepc]).toBe(BigInt(CODE + 16));
  expect(encode("jal", { jump: 0 })).toBe(0x6f);
});
