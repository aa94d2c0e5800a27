/**
 * Switching between schemes: a supervisor that writes satp, fences or does not fence, changes descriptors, entries and limits.
 * Three machines in step: what the fast engine keeps too long, the reference engine does not have; and what a hart keeps
 * outside its state, the machine that goes through a snapshot each time does not have.
 *
 * RAM lies at its own addresses in every scheme, so that the program goes on wherever satp points to.
 */

import { expect, test } from "vitest";
import { CSR_SLOT } from "../../cpu/hart.ts";
import { type Machine, type MachineConfig, RAM_BASE } from "../../cpu/machine.ts";
import { frameOf, PAGE_SIZE, PTE } from "../../cpu/paging.ts";
import { Random } from "../../cpu/random.ts";
import { REPLACEMENTS, type ReplacementName } from "../../cpu/replacement.ts";
import { SATP_MODES, type TranslationMode } from "../../cpu/satp.ts";
import { DESCRIPTOR, DESCRIPTOR_SIZE, encodeDescriptor, SEGMENT_SIZE } from "../../cpu/segments.ts";
import { assemble } from "../cpu/assemble.ts";
import { machine } from "../cpu/machines.ts";
import { differences } from "./state.ts";

const { V, R, W, X, U, D } = DESCRIPTOR;
const ALL = V | R | W | X | U;
const ANY = ALL | PTE.A | PTE.D;
const FIRST = frameOf(RAM_BASE);

/** RAM's segment, and its index in a root table of Sv39. */
const NUMBER = RAM_BASE / SEGMENT_SIZE;

/** Frames from the beginning of RAM. */
const DATA = 2;
const DATA_PAGES = 4;
const AT = { one: 64, other: 65, paged: 66, middle: 67, low: 68, sv39: 69, sv48: 70 } as const;
const SEGMENT_TABLES = [AT.one, AT.other, AT.paged] as const;
/** satp by mode and frame; of bare 0. */
const SPACES: readonly (readonly [mode: TranslationMode, frame: number])[] = [
  ["bare", -FIRST],
  ["segments", AT.one],
  ["segments", AT.other],
  ["segmented-paging", AT.paged],
  ["sv39", AT.sv39],
  ["sv48", AT.sv48],
];

/** Two pages of code that go into each other, loads and stores over ends of pages. */
const INSTRUCTIONS = [
  "ld x10, 0(x8)",
  "sd x11, 8(x8)",
  "lw x12, 2046(x9)",
  "sw x12, 2045(x9)",
  "lh x13, 2(x18)",
  "sb x11, 2047(x18)",
  "addi x11, x11, 1",
  "lbu x14, 0(x19)",
];
const HALF = PAGE_SIZE / INSTRUCTIONS.length / 4 - 1;
const PAGE_OF_CODE = Array.from({ length: HALF }, () => INSTRUCTIONS).flat();
const SOURCE = ["again:", ...PAGE_OF_CODE, ...PAGE_OF_CODE, "beq x0, x0, again"].join("\n");

class Side {
  readonly m: Machine;

  constructor(
    config: Partial<MachineConfig>,
    /** Goes through a snapshot before each run. */
    private readonly isSaved: boolean,
  ) {
    this.m = machine({ ramBytes: 2 ** 20, ...config });
    const { u32 } = this.m.ram;
    u32.set(assemble(SOURCE, RAM_BASE));
    for (const table of SEGMENT_TABLES) this.describe(table, ALL, SEGMENT_SIZE);
    for (let page = 0; page < 512; page++) this.pte(AT.low, page, FIRST + page, ANY);
    this.pte(AT.middle, 0, FIRST + AT.low, V);
    this.pte(AT.middle, 1, FIRST + 512, ANY);
    this.pte(AT.sv39, NUMBER, FIRST + AT.middle, V);
    this.pte(AT.sv48, 0, FIRST + AT.sv39, V);
  }

  get hart() {
    return this.m.harts[0]!;
  }

  /** RAM's descriptor of a segment table. */
  describe(table: number, flags: number, limit: number): void {
    const base = table === AT.paged ? FIRST + AT.middle : FIRST;
    const at = table * PAGE_SIZE + NUMBER * DESCRIPTOR_SIZE;
    this.m.ram.u32.set(encodeDescriptor({ flags, base, limit }), at / 4);
  }

  pte(table: number, index: number, frame: number, flags: number): void {
    this.m.ram.u64[(table * PAGE_SIZE) / 8 + index] = (BigInt(frame) << 10n) | BigInt(flags);
  }

  /** By the CSR itself. */
  writeSatp(mode: TranslationMode, asid: number, root: number): void {
    const high = (SATP_MODES[mode] << 28) | (asid << 12);
    this.hart.csr[CSR_SLOT.satp] = (BigInt(high >>> 0) << 32n) | BigInt(root);
  }

  /** To a trap, or until so many cycles have passed: an engine may come back earlier. */
  run(budget: number): string {
    if (this.isSaved) this.m.restore(this.m.snapshot());
    const { clock } = this.m;
    const end = clock.cycles + budget;
    while (clock.cycles < end) if (this.hart.run(end - clock.cycles) === "trap") return "trap";
    return "budget";
  }
}

type Change = (side: Side) => void;

/** What a supervisor does, drawn once for all. */
function changeFrom(random: Random): Change {
  const one = <T>(choices: readonly T[]): T => choices[random.below(choices.length)]!;
  const [mode, frame] = one(SPACES);
  const asid = one([1, 1, 2]);
  const va: number = RAM_BASE + PAGE_SIZE * random.below(DATA + DATA_PAGES);
  const flags = one([ALL, ALL, ALL & ~W, ALL & ~X, ALL | D, 0]);
  const limit = one([SEGMENT_SIZE, PAGE_SIZE * random.below(8), PAGE_SIZE * 2 + random.below(PAGE_SIZE), 0]);
  const [table, entry] = [one(SEGMENT_TABLES), random.below(DATA + DATA_PAGES)];
  const [rights, isLarge] = [
    one([ANY, ANY, ANY & ~PTE.D, ANY & ~PTE.A, ANY & ~W, ANY | PTE.G, V]),
    random.below(2) === 0,
  ];
  return one<Change>([
    ({ hart }) => hart.setSatp(mode, asid, FIRST + frame),
    ({ hart }) => hart.setSatp(mode, asid, FIRST + frame),
    (side) => side.writeSatp(mode, asid, FIRST + frame),
    (side) => side.describe(table, flags, limit),
    (side) => side.describe(table, ALL, SEGMENT_SIZE),
    (side) => side.pte(AT.low, entry, FIRST + entry, rights),
    (side) => (isLarge ? side.pte(AT.middle, 0, FIRST, ANY) : side.pte(AT.middle, 0, FIRST + AT.low, V)),
    ({ hart }) => hart.sfenceVma(),
    ({ hart }) => hart.sfenceVma(va),
    ({ hart }) => hart.sfenceVma(va, asid),
    ({ hart }) => hart.sfenceVma(undefined, asid),
  ]);
}

/** Somewhere in the code, and four registers near the ends of pages. */
function placeFrom(random: Random): Change {
  const pc = RAM_BASE + 4 * random.below(2 * PAGE_OF_CODE.length);
  const near = () => RAM_BASE + PAGE_SIZE * (DATA + random.below(DATA_PAGES)) - 8 * random.below(3);
  const places = [8, 9, 18, 19].map((register) => [register, BigInt(near() - (register === 8 ? 0 : 2046))] as const);
  return ({ hart }) => {
    for (const [register, place] of places) hart.x[register] = place;
    hart.csr[CSR_SLOT.sepc] = BigInt(pc);
  };
}

const TURNS = Number(process.env.SWITCHING_TURNS ?? 60);

test.each(Object.keys(REPLACEMENTS) as ReplacementName[])(
  "With %s replacement both engines, and snapshots, agree however a supervisor goes from scheme to scheme",
  (replacement) => {
    const random = new Random(Number(process.env.SWITCHING_SEED ?? 20) + replacement.length);
    const tlb = { sets: 4, ways: 2, replacement };
    const sides = [
      new Side({ engine: "reference", tlb }, false),
      new Side({ engine: "reference", tlb }, true),
      new Side({ engine: "translator", tlb, translation: { heat: 20 } }, false),
    ] as const;
    const ends = new Map<string, number>();
    for (let turn = 0; turn < TURNS; turn++) {
      const changes = Array.from({ length: random.below(4) }, () => changeFrom(random));
      if (turn % 5 === 0) changes.push(placeFrom(random));
      const budget = 1 + random.below(3000);
      for (const side of sides) for (const change of changes) change(side);
      const stops = sides.map((side) => side.run(budget));
      const extent = turn % 10 === 9 ? "all" : "hart";
      expect(stops, `turn ${turn}`).toEqual([stops[0], stops[0], stops[0]]);
      for (const side of sides.slice(1)) expect(differences(sides[0].m, side.m, extent), `turn ${turn}`).toEqual([]);
      ends.set(stops[0]!, (ends.get(stops[0]!) ?? 0) + 1);
      if (stops[0] === "trap" && random.below(4) > 0) {
        const place = placeFrom(random);
        for (const side of sides) place(side);
      }
    }
    // Both happen often, so that the test says something.
    expect(ends.get("trap")).toBeGreaterThan(TURNS / 20);
    expect(ends.get("budget")).toBeGreaterThan(TURNS / 20);
  },
);
