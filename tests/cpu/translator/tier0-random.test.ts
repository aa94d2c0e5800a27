/**
 * Tier 0 against the reference engine, two machines side by side: random code in pages with different rights, started anywhere,
 * with any budget. After each run the harts' blocks are the same to the bit: registers, CSRs, counters, TLB; so is RAM.
 */

import { expect, test } from "vitest";
import { encode, operandsOf, packField, patternOf } from "../../../cpu/fields.ts";
import { CSR_SLOT } from "../../../cpu/hart.ts";
import { CSRS, INSTRUCTIONS, type Mnemonic } from "../../../cpu/isa.ts";
import { type Machine, type MachineConfig, MEMORY_MAP, RAM_BASE } from "../../../cpu/machine.ts";
import { PAGE_SIZE, PTE } from "../../../cpu/paging.ts";
import { Random } from "../../../cpu/random.ts";
import { HART_LAYOUT, HARTS_AT, hartBytes } from "../../../cpu/state.ts";
import { DATA, DATA_BYTES, PROGRAMS, STACK } from "../../bench/programs.ts";
import { pagedMachine } from "../machines.ts";

const CODE = 0x10000;
const PAGES = 6;
const WORDS = (PAGES * PAGE_SIZE) / 4;
const DEVICES = 0x4000_0000;
const TLB = { sets: 4, ways: 2 };
const NEVER = Number.MAX_SAFE_INTEGER;
const TIER0 = { engine: "translator", translation: { heat: 0 } } as const;

const mnemonics = Object.keys(INSTRUCTIONS) as Mnemonic[];
const LEAVING = /^(csr|ebreak|ecall|sret|mret|wfi|sfence)/;
const MEMORY = /^(lr|sc|amo|l[bhwd]|s[bhwd])/;
const leaving = mnemonics.filter((name) => LEAVING.test(name));
const memory = mnemonics.filter((name) => MEMORY.test(name));
const others = mnemonics.filter((name) => !LEAVING.test(name) && !MEMORY.test(name));

/** csrrs rd, cycle or time or instret, x0 */
function counterRead(random: Random): number {
  return encode("csrrs", { rd: random.below(32), csr: CSRS.cycle + random.below(3), rs1: 0 });
}

/** What leaves tier 0 always is rare, or the runs would be short. */
function randomWord(random: Random): number {
  const which = random.below(150);
  if (which === 0) return random.next();
  if (which === 1) return counterRead(random);
  const wanted = which < 3 ? leaving : which < 20 ? memory : others;
  const row = INSTRUCTIONS[wanted[random.below(wanted.length)]!];
  const word = operandsOf(row).reduce((sum, name) => sum | packField(name, random.next()), patternOf(row).match) >>> 0;
  // Mostly aligned jumps, by some instructions: bit 1 of a branch's distance is bit 8, that of JAL's bit 21.
  if (random.below(40) === 0) return word;
  if ((word & 0x7f) === 0x63) return (word & ~0x7e00_0100) >>> 0;
  return (word & 0x7f) === 0x6f ? (word & ~0x3e2f_f000) >>> 0 : word;
}

/** Addresses near code, devices and the ends of things, most of them aligned, and noise. */
function randomRegister(random: Random): bigint {
  if (random.below(8) === 0) return BigInt.asIntN(64, (BigInt(random.next()) << 32n) | BigInt(random.next()));
  const places = [CODE, CODE + PAGE_SIZE, CODE + 3 * PAGE_SIZE, CODE + PAGES * PAGE_SIZE, DEVICES, 0, -8, 2 ** 47];
  const step = random.below(4) === 0 ? 1 : 8;
  return BigInt(places[random.below(places.length)]! + step * (random.below(64) - 16));
}

/** What user mode can see and change, and the TLB. The sink is no state. */
function stateOf(m: Machine): Buffer {
  const block = Buffer.from(m.memory.buffer, HARTS_AT, hartBytes(TLB.sets * TLB.ways));
  block.fill(0, HART_LAYOUT.x.at + 8 * 32, HART_LAYOUT.x.at + 8 * 33);
  return block;
}

function pair(config: Partial<MachineConfig>, rights: (page: number) => number): [Machine, Machine] {
  const make = (engine: Partial<MachineConfig>) => {
    const disks = [new Uint8Array(64 * 512)];
    const { m, space } = pagedMachine("ecall", CODE, { disks, tlb: TLB, ...config, ...engine });
    for (let page = 0; page < PAGES; page++)
      space.map(CODE + page * PAGE_SIZE, RAM_BASE + page * PAGE_SIZE, rights(page));
    for (const [index, { base }] of Object.values(MEMORY_MAP).entries())
      space.map(DEVICES + index * PAGE_SIZE, base, PTE.R | PTE.W);
    return m;
  };
  return [make({ engine: "reference" }), make(TIER0)];
}

/** Gives both machines the same code, registers and pc. */
function prepare(machines: readonly Machine[], random: Random, newCode: boolean): void {
  const words = newCode ? Uint32Array.from({ length: WORDS }, () => randomWord(random)) : null;
  const registers = Array.from({ length: 31 }, () => randomRegister(random));
  const pc = BigInt(CODE + 4 * random.below(WORDS));
  for (const { ram, harts } of machines) {
    if (words !== null) {
      ram.u32.set(words);
      ram.wrote(0, 4 * WORDS);
    }
    harts[0]!.x.set(registers, 1);
    harts[0]!.csr[CSR_SLOT.sepc] = pc;
  }
}

const all = PTE.R | PTE.W | PTE.X;
const RIGHTS: Readonly<Record<string, (page: number) => number>> = {
  "may be written": () => all,
  "may be written or not": (page) => (page % 2 === 0 ? all : PTE.R | PTE.X),
  "are dirty, or may only be executed": (page) => (page % 3 === 0 ? PTE.X : all | PTE.A | PTE.D),
};

test.each(Object.entries(RIGHTS))("random code in pages that %s", (_, rights) => {
  const random = new Random(7);
  const machines = pair({}, rights);
  const [reference, tier0] = machines;
  const stops = new Set<string>();
  for (let round = 0; round < 1500 && reference.off === null; round++) {
    prepare(machines, random, round % 100 === 0);
    const cycles = random.below(3) === 0 ? random.below(60) : 2000;
    const instructions = random.below(3) === 0 ? random.below(12) : NEVER;
    const [stop, same] = machines.map((m) =>
      m.run(m.clock.cycles + cycles, Math.min(NEVER, m.harts[0]!.counters.instret + instructions)),
    );
    expect(same, `round ${round}`).toBe(stop);
    expect(tier0.clock.cycles, `round ${round}`).toBe(reference.clock.cycles);
    expect(stateOf(tier0).equals(stateOf(reference)), `the state after round ${round}`).toBe(true);
    if (round % 25 === 24) expect(Buffer.compare(tier0.ram.u8, reference.ram.u8)).toBe(0);
    stops.add(stop === "trap" ? `trap ${reference.harts[0]!.csr[CSR_SLOT.scause]}` : stop!);
  }
  expect(stops.size).toBeGreaterThan(10);
  expect(reference.harts[0]!.counters.instret).toBeGreaterThan(8_000);
});

test.each(Object.keys(PROGRAMS))("the loop %s, stopped anywhere", (name) => {
  const random = new Random(3);
  const machines = [{ engine: "reference" } as const, TIER0].map((engine) => {
    const { m, space } = pagedMachine(PROGRAMS[name]!, CODE, { tlb: TLB, ramBytes: 8 * 1024 * 1024, ...engine });
    const data = RAM_BASE + 0x20_0000;
    for (let at = 0; at < DATA_BYTES; at += PAGE_SIZE) space.map(DATA + at, data + at, PTE.R | PTE.W);
    for (let at = 1; at <= 4; at++) space.map(STACK - at * PAGE_SIZE, data - at * PAGE_SIZE, PTE.R | PTE.W);
    return m;
  });
  const [reference, tier0] = machines as [Machine, Machine];
  for (let round = 0; round < 200; round++) {
    const instructions = random.below(2) === 0 ? random.below(8) : random.below(4000);
    for (const m of machines) m.run(NEVER, m.harts[0]!.counters.instret + instructions);
    expect(stateOf(tier0).equals(stateOf(reference)), `the state after round ${round}`).toBe(true);
  }
  expect(Buffer.compare(tier0.ram.u8, reference.ram.u8)).toBe(0);
});
