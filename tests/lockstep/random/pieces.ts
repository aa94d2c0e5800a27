/**
 * Pieces: short straight runs of instructions that a random program is made of, each with any operands. A piece writes
 * VALUES and TEMPORARIES, and what it says.
 */

import type { OperandValues } from "../../../cpu/fields.ts";
import { packField, patternOf } from "../../../cpu/fields.ts";
import { CSRS, INSTRUCTIONS, type Mnemonic } from "../../../cpu/isa.ts";
import type { Random } from "../../../cpu/random.ts";
import type { Emitter, Label } from "./emitter.ts";
import {
  CODE,
  DATA_PAGES,
  DEVICE,
  EDGE,
  FRAMES,
  GENERATED,
  GP,
  HIGH,
  NOWHERE,
  PASS,
  RA,
  SUPER,
  TABLES,
  TEMPORARIES,
  TP,
  VALUES,
  ZERO,
} from "./layout.ts";
import type { Shape } from "./shape.ts";

const [T0, T1, T2] = TEMPORARIES;
const PAGE = 4096;

const named = (matches: (name: Mnemonic) => boolean) => (Object.keys(INSTRUCTIONS) as Mnemonic[]).filter(matches);
const formatOf = (name: Mnemonic) => INSTRUCTIONS[name].format;
const opcodeOf = (name: Mnemonic) => patternOf(INSTRUCTIONS[name]).match & 0x7f;

const ALU = named((name) => [0x13, 0x1b, 0x33, 0x3b, 0x37, 0x17].includes(opcodeOf(name)));
const LOADS = named((name) => opcodeOf(name) === 0x03);
const STORES = named((name) => opcodeOf(name) === 0x23);
export const BRANCHES = named((name) => formatOf(name) === "B");
const AMOS = named((name) => name.startsWith("amo"));
const CSR_READS = [CSRS.cycle, CSRS.time, CSRS.instret];
const CSR_OPERATIONS = named((name) => formatOf(name) === "CSR");

/** What a piece needs to know of the program around it. */
export interface Context {
  readonly e: Emitter;
  readonly random: Random;
  readonly shape: Shape;
  /** Instructions that may be overwritten. */
  readonly slots: Label[];
  /** Slots that a later piece must place. */
  readonly pending: Label[];
  /** Words of data between the code, each 8 bytes, aligned so. */
  readonly islands: Label[];
  /** Instruction words to overwrite slots with. */
  readonly alternatives: Label;
  /** A word that returns to the caller. */
  readonly returning: Label;
  /** Some of PLACES. */
  readonly places: readonly number[];
}

export const ALTERNATIVES = 16;

export const one = <T>(random: Random, choices: readonly T[]): T => choices[random.below(choices.length)];
export const chance = (random: Random, one_in: number): boolean => random.below(one_in) === 0;
const valueRegister = (random: Random) => one(random, VALUES);
/** Mostly VALUES; any register may be read. */
const source = (random: Random) => (chance(random, 6) ? random.below(32) : valueRegister(random));

/** An instruction of the ALU with any operands. */
export function alu({ e, random }: Context): void {
  const operands: OperandValues = {
    rd: chance(random, 30) ? ZERO : valueRegister(random),
    rs1: source(random),
    rs2: source(random),
    imm: chance(random, 2) ? random.below(4096) : random.below(32) - 16,
    upper: random.below(2 ** 20),
    shamt5: random.below(32),
    shamt6: random.below(64),
  };
  e.put(one(random, ALU), operands);
}

/** Keeps VALUES from running dry: a step of a multiplicative generator. */
export function stir({ e, random }: Context): void {
  const [a, b] = [valueRegister(random), valueRegister(random)];
  e.put("ori", { rd: T1, rs1: b, imm: 1 });
  e.put("mul", { rd: a, rs1: a, rs2: T1 });
  e.put("addi", { rd: a, rs1: a, imm: 1 + random.below(2047) });
  e.put("srli", { rd: T1, rs1: a, shamt6: 1 + random.below(40) });
  e.put("xor", { rd: a, rs1: a, rs2: T1 });
}

const widthOf = (mnemonic: Mnemonic) => 2 ** ((patternOf(INSTRUCTIONS[mnemonic]).match >> 12) & 3);

/** A base register and a displacement at which there is data, mostly aligned to `width`. */
function place(c: Context, width: number): { rs1: number; at: number } {
  const { e, random, shape } = c;
  const aligned = (at: number) => (chance(random, 8) ? at : at - (((at % width) + width) % width));
  const kind = random.below(20);
  if (kind < 9) return { rs1: GP, at: aligned(random.below(4096) - 2048) };
  if (kind < 11)
    return { rs1: EDGE, at: random.below(3) === 0 ? random.below(16) - 8 : aligned(random.below(64) - 64) };
  if (kind < 15 || !scattered(c, kind)) {
    e.put("andi", { rd: T0, rs1: valueRegister(random), imm: aligned(2047) & (chance(random, 6) ? -1 : -width) });
    e.put("add", { rd: T0, rs1: T0, rs2: GP });
    return { rs1: T0, at: aligned(random.below(64)) };
  }
  return { rs1: T0, at: shape.has.has("faults") ? random.below(4096) - 2048 : aligned(random.below(256)) };
}

/** Puts an address farther away into T0. */
function scattered({ e, random, shape, islands }: Context, kind: number): boolean {
  const v = valueRegister(random);
  if (kind === 15 && islands.length > 0) {
    e.address(T0, one(random, islands));
    return true;
  }
  if (kind === 16) {
    e.put("lui", { rd: T0, upper: SUPER / PAGE + FRAMES.data + random.below(DATA_PAGES) });
    return true;
  }
  if (kind === 17 && shape.has.has("tables")) {
    e.put("lui", { rd: T0, upper: TABLES / PAGE });
    return true;
  }
  // Any page of the data, and what lies behind it.
  e.put("srli", { rd: T0, rs1: v, shamt6: 64 - (11 + random.below(shape.has.has("faults") ? 5 : 2)) });
  if (!chance(random, 4)) e.put("andi", { rd: T0, rs1: T0, imm: -8 });
  e.put("add", { rd: T0, rs1: T0, rs2: GP });
  return true;
}

export function load(c: Context): void {
  const { e, random } = c;
  const mnemonic = one(random, LOADS);
  const { rs1, at } = place(c, widthOf(mnemonic));
  e.put(mnemonic, { rd: chance(random, 20) ? ZERO : valueRegister(random), rs1, imm: at });
}

export function store(c: Context): void {
  const { e, random } = c;
  const mnemonic = one(random, STORES);
  const { rs1, at } = place(c, widthOf(mnemonic));
  e.put(mnemonic, { rs2: source(random), rs1, store: at });
}

/** An address in T0 for what takes no displacement. */
function pointer(c: Context, width: number): void {
  const { rs1, at } = place(c, width);
  c.e.put("addi", { rd: T0, rs1, imm: Math.max(-2048, Math.min(2047, at)) });
  if (!c.shape.has.has("faults") || !chance(c.random, 10)) c.e.put("andi", { rd: T0, rs1: T0, imm: -width });
}

export function amo(c: Context): void {
  const { e, random } = c;
  const mnemonic = one(random, AMOS);
  pointer(c, mnemonic.endsWith(".d") ? 8 : 4);
  const order = { aq: chance(random, 2), rl: chance(random, 2) };
  e.put(mnemonic, { rd: chance(random, 20) ? ZERO : valueRegister(random), rs1: T0, rs2: source(random), ...order });
}

/** Accesses near each other by one base, to which constants are added in between: some go over the end of a page. */
export function walk(c: Context): void {
  const { e, random } = c;
  pointer(c, 8);
  for (let n = 2 + random.below(4); n > 0; n--) {
    const mnemonic = one(random, chance(random, 2) ? LOADS : STORES);
    const width = widthOf(mnemonic);
    const at = chance(random, 10) ? random.below(64) - 32 : width * (random.below(12) - 6);
    if (LOADS.includes(mnemonic)) e.put(mnemonic, { rd: valueRegister(random), rs1: T0, imm: at });
    else e.put(mnemonic, { rs2: source(random), rs1: T0, store: at });
    if (chance(random, 2))
      e.put("addi", {
        rd: T0,
        rs1: T0,
        imm: chance(random, 6) ? random.below(4096) - 2048 : 8 * (random.below(9) - 4),
      });
  }
}

/** LR and SC, with something between that may end the reservation; SC alone; SC of another width or place. */
export function reserve(c: Context): void {
  const { e, random } = c;
  const wide = chance(random, 2);
  pointer(c, 8);
  if (!chance(random, 6)) e.put(wide ? "lr.d" : "lr.w", { rd: valueRegister(random), rs1: T0 });
  for (let n = random.below(3); n > 0; n--) alu(c);
  if (chance(random, 8)) e.put("sd", { rs2: valueRegister(random), rs1: T0, store: 0 });
  if (chance(random, 8)) e.put("addi", { rd: T0, rs1: T0, imm: 8 });
  e.put(wide !== chance(random, 8) ? "sc.d" : "sc.w", { rd: valueRegister(random), rs1: T0, rs2: source(random) });
}

export function counter({ e, random, shape }: Context): void {
  const rd = valueRegister(random);
  e.put("csrrs", { rd, csr: one(random, CSR_READS), rs1: ZERO });
  if (!shape.has.has("faults") || !chance(random, 4)) return;
  const any = chance(random, 2) ? one(random, CSR_READS) : random.below(4096);
  e.put(one(random, CSR_OPERATIONS), { rd, csr: any, rs1: source(random), uimm: random.below(32) });
}

export function fence({ e, random }: Context): void {
  e.put(one(random, ["fence", "fence.tso", "fence.i"]), { pred: random.below(16), succ: random.below(16) });
}

export function device({ e, random }: Context): void {
  const rd = valueRegister(random);
  const kind = random.below(4);
  // mtime, at the end of the first page; the UART's registers, in the second.
  if (kind === 0) e.put("lw", { rd, rs1: DEVICE, imm: -8 + 4 * random.below(2) });
  else if (kind === 1) e.put("ld", { rd, rs1: DEVICE, imm: -8 });
  else if (kind === 2) e.put("lbu", { rd, rs1: DEVICE, imm: random.below(8) });
  else e.put("sb", { rs2: source(random), rs1: DEVICE, store: one(random, [0, 0, 7, 3]) });
}

/** A word of any bits, or an instruction that user mode does not have. */
export function illegal({ e, random }: Context): void {
  const words = [0, 0xffff_ffff, 0x3020_0073, 0x1200_0073, 0x1050_0073, random.next(), random.next() & ~3];
  e.word(one(random, words) >>> 0);
}

/** A load, store or atomic through a register that may hold anything. */
export function wildAccess({ e, random }: Context): void {
  const rs1 = valueRegister(random);
  const rd = valueRegister(random);
  const kind = random.below(5);
  if (kind === 0) e.put(one(random, LOADS), { rd, rs1, imm: random.below(4096) });
  else if (kind === 1) e.put(one(random, STORES), { rs2: rd, rs1, store: random.below(4096) });
  else if (kind === 2) e.put(one(random, AMOS), { rd, rs1, rs2: rd });
  else {
    e.put("lui", { rd: T0, upper: NOWHERE / PAGE });
    if (kind === 3) e.put(one(random, LOADS), { rd, rs1: T0, imm: -random.below(8) });
    else e.put(one(random, STORES), { rs2: rd, rs1: T0, store: -random.below(8) });
  }
}

/** A jump to where no instruction is meant to begin. */
export function wildJump({ e, random, slots }: Context): void {
  const rd = chance(random, 2) ? RA : ZERO;
  const kind = random.below(6);
  if (kind === 0) e.put("jalr", { rd, rs1: valueRegister(random), imm: random.below(4096) });
  else if (kind === 1) e.word(0x6f + packField("rd", rd) + packField("jump", 2 * (random.below(64) - 32)));
  else if (kind === 2) {
    e.put("lui", { rd: T0, upper: one(random, [NOWHERE, CODE - PAGE, TABLES]) / PAGE });
    e.put("jalr", { rd, rs1: T0, imm: 4 * random.below(64) });
  } else {
    // To a slot or to what follows, or between two instructions.
    const next = e.label();
    e.address(T0, slots.length > 0 && chance(random, 2) ? one(random, slots) : next);
    e.put("jalr", { rd, rs1: T0, imm: random.below(8) });
    e.place(next);
  }
}

/** Overwrites an instruction: the next one, one before, one that comes later; through any of the code's addresses. */
export function overwrite(c: Context): void {
  const { e, random, alternatives } = c;
  e.put("andi", { rd: T1, rs1: chance(random, 2) ? PASS : valueRegister(random), imm: (4 * (ALTERNATIVES - 1)) & -4 });
  e.address(T0, alternatives);
  e.put("add", { rd: T1, rs1: T1, rs2: T0 });
  e.put("lw", { rd: T1, rs1: T1, imm: 0 });
  const next = e.label();
  const which = random.below(3);
  const target = which === 0 || c.slots.length === 0 ? next : one(random, c.slots);
  if (which === 1) c.pending.push(next);
  const aimed = which === 1 ? next : target;
  codeAddress(c, aimed);
  if (chance(random, 3)) fence(c);
  writeWord(c);
  if (chance(random, 4)) e.put("fence.i");
  if (which !== 1) slot(c, next);
}

/** T0 = where `label` can be written. */
function codeAddress({ e, random }: Context, label: Label): void {
  const kind = random.below(4);
  if (kind === 0) {
    e.address(T0, label);
    return;
  }
  e.offset(T0, label);
  if (kind === 1) e.put("lui", { rd: T2, upper: SUPER / PAGE + FRAMES.code });
  e.put("add", { rd: T0, rs1: T0, rs2: kind === 1 ? T2 : TP });
}

/** T1 to where T0 points, by one of the ways that there are to write. */
function writeWord({ e, random }: Context): void {
  const kind = random.below(12);
  if (kind === 0) e.put("sh", { rs2: T1, rs1: T0, store: 0 });
  else if (kind === 1) e.put("sb", { rs2: T1, rs1: T0, store: 3 });
  else if (kind === 2) e.put("amoswap.w", { rd: T2, rs2: T1, rs1: T0 });
  else if (kind === 3) {
    e.put("lr.w", { rd: T2, rs1: T0 });
    e.put("sc.w", { rd: T2, rs2: T1, rs1: T0 });
  } else if (kind === 4) e.put("amoadd.w", { rd: T2, rs2: ZERO, rs1: T0 });
  else e.put("sw", { rs2: T1, rs1: T0, store: 0 });
}

/** An instruction that may be overwritten. */
export function slot(c: Context, label = c.pending.pop() ?? c.e.label()): void {
  c.e.place(label);
  c.slots.push(label);
  c.e.put("addi", { rd: valueRegister(c.random), rs1: valueRegister(c.random), imm: c.random.below(64) });
}

/** What slots are overwritten with: mostly harmless, of every kind. */
export function alternative(c: Context): void {
  const { e, random, shape } = c;
  const kind = random.below(10);
  const rs1 = valueRegister(random);
  if (kind < 5) alu(c);
  else if (kind === 5) e.put(one(random, BRANCHES), { rs1, rs2: source(random), branch: 8 });
  else if (kind === 6) e.put("jal", { rd: ZERO, jump: 8 });
  else if (kind === 7) e.put("ld", { rd: rs1, rs1: GP, imm: 8 * random.below(64) });
  else if (kind === 8) e.put("sd", { rs2: rs1, rs1: GP, store: 8 * random.below(64) });
  else if (shape.has.has("faults")) illegal(c);
  else e.put("fence.i");
}

/** Offsets in GENERATED at which code is made: within a line, across lines, across the page's end. */
export const PLACES = [0, 32, 60, 120, 2048, PAGE - 20, PAGE - 8, PAGE - 4, PAGE];

/** Makes a function of a few alternatives, or changes a word of one that was made, and calls it; data beside it changes too. */
export function generate(c: Context): void {
  const { e, random } = c;
  const at = one(random, c.places);
  const base = chance(random, 4) ? SUPER + FRAMES.generated * PAGE : GENERATED;
  const count = 1 + random.below(4);
  e.put("andi", { rd: T1, rs1: chance(random, 2) ? PASS : valueRegister(random), imm: 4 * (ALTERNATIVES / 2 - 1) });
  e.address(T0, c.alternatives);
  e.put("add", { rd: T1, rs1: T1, rs2: T0 });
  e.constant(T0, base + at);
  // Not every word each time: most of what was decoded stays as it was.
  const first = chance(random, 2) ? 0 : count - 1;
  for (let n = first; n < count; n++) {
    e.put("lw", { rd: T2, rs1: T1, imm: 4 * n });
    e.put("sw", { rs2: T2, rs1: T0, store: 4 * n });
  }
  e.address(T2, c.returning);
  e.put("lw", { rd: T2, rs1: T2, imm: 0 });
  e.put("sw", { rs2: T2, rs1: T0, store: 4 * count });
  if (chance(random, 3)) e.put("sd", { rs2: valueRegister(random), rs1: T0, store: one(random, [24, 32, 64, 512]) });
  if (chance(random, 4)) e.put("fence.i");
  if (base !== GENERATED && chance(random, 2)) e.constant(T0, GENERATED + at);
  e.put("jalr", { rd: RA, rs1: T0, imm: 0 });
}

/** Looks for a value in memory, up to one that it has put there itself, in this page or the next; sometimes counting. */
export function scan(c: Context): void {
  const { e, random } = c;
  const mnemonic = one(random, LOADS);
  const width = widthOf(mnemonic);
  const v = valueRegister(random);
  e.put("addi", { rd: T0, rs1: chance(random, 3) ? EDGE : GP, imm: width * (random.below(64) - 40) });
  const length = random.below(chance(random, 4) ? 2000 : 60);
  e.put("addi", { rd: T2, rs1: T0, imm: length - (length % width) });
  e.put(one(random, STORES), { rs2: v, rs1: T2, store: 0 });
  e.put(mnemonic, { rd: v, rs1: T2, imm: 0 });
  const top = e.here();
  e.put(mnemonic, { rd: T1, rs1: T0, imm: 0 });
  e.put("addi", { rd: T0, rs1: T0, imm: width });
  if (chance(random, 3))
    e.put("addi", {
      rd: one(
        random,
        VALUES.filter((register) => register !== v),
      ),
      rs1: T1,
      imm: 1,
    });
  e.branch("bne", T1, v, top);
}

/** Reads and changes data that lies between instructions. */
export function island({ e, random, islands }: Context): void {
  if (islands.length === 0) return;
  const v = valueRegister(random);
  e.address(T0, one(random, islands));
  e.put("ld", { rd: v, rs1: T0, imm: 0 });
  e.put("addi", { rd: v, rs1: v, imm: 1 });
  e.put("sd", { rs2: v, rs1: T0, store: 0 });
}

/** Addresses at which the same code may be called. */
export const CALL_BASES = [CODE, "alias", SUPER + FRAMES.code * PAGE, HIGH] as const;
