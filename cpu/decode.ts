/**
 * Decode: an instruction word to its row and operands. Derived from isa.ts, so a new row needs nothing here.
 *
 * (1) decode(word) is null exactly when no row matches: the instruction is illegal.
 * (2) Of several matching rows the one with most fixed bits is taken (isa.ts (4)).
 */

import { operandsOf, type Pattern, patternOf, unpackField } from "./fields.ts";
import { FIELDS, type FieldName, INSTRUCTIONS, type Mnemonic } from "./isa.ts";

/** The bits of an instruction, taken apart. Operands that its row does not have are 0. */
export interface Operands {
  /** The instruction's bits, unsigned. */
  readonly word: number;
  /** Bytes. */
  readonly length: number;
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  /** The row's one number or target: imm, store, branch, upper, jump, shamt5, shamt6 or uimm. */
  readonly imm: number;
  readonly csr: number;
}

/** A decoded instruction. */
export interface Insn extends Operands {
  readonly mnemonic: Mnemonic;
}

/** A row, prepared. */
interface Candidate {
  readonly mnemonic: Mnemonic;
  readonly pattern: Pattern;
  /** The bits of `pattern.executedMask`, and what a word of the row has in them. */
  readonly mask: number;
  readonly match: number;
  readonly has: Readonly<Record<"rd" | "rs1" | "rs2" | "csr", boolean>>;
  readonly immediate: FieldName | undefined;
}

const isImmediate = (name: FieldName) => FIELDS[name].kind === "number" || FIELDS[name].kind === "target";

/** Bytes of the instruction that begins with `word`: the low two bits are 11 in all but 16-bit ones (Volume I, 1.5). */
export function instructionLength(word: number): number {
  return (word & 3) === 3 ? 4 : 2;
}

/** Rows of one length whose opcode bits are alike stand together: 32-bit rows by bits 6:0, 16-bit rows by bits 1:0. */
function opcodeOf(word: number): number {
  return (word & 3) === 3 ? word & 0x7f : word & 3;
}

function fixedBits(pattern: Pattern): number {
  return pattern.executedMask.toString(2).replaceAll("0", "").length;
}

function candidatesByOpcode(): Map<number, Candidate[]> {
  const table = new Map<number, Candidate[]>();
  for (const mnemonic of Object.keys(INSTRUCTIONS) as Mnemonic[]) {
    const operands = operandsOf(INSTRUCTIONS[mnemonic]);
    const pattern = patternOf(INSTRUCTIONS[mnemonic]);
    const opcode = opcodeOf(pattern.match);
    const mask = pattern.executedMask | 0;
    const has = (name: FieldName) => operands.includes(name);
    const candidate = {
      mnemonic,
      pattern,
      mask,
      match: pattern.match & mask,
      has: { rd: has("rd"), rs1: has("rs1"), rs2: has("rs2"), csr: has("csr") },
      immediate: operands.find(isImmediate),
    };
    table.set(opcode, [...(table.get(opcode) ?? []), candidate]);
  }
  for (const rows of table.values()) rows.sort((a, b) => fixedBits(b.pattern) - fixedBits(a.pattern));
  return table;
}

const CANDIDATES = candidatesByOpcode();

/** Whether 16-bit instructions exist. Without them a jump to an address that is no multiple of 4 traps (Volume I, 2.2). */
export const HAS_COMPRESSED = [...CANDIDATES.values()].flat().some(({ pattern }) => pattern.length === 2);

/** The instruction of `word`, or null. Of a 16-bit one only the low half counts. */
export function decode(word: number): Insn | null {
  const bits = instructionLength(word) === 2 ? word & 0xffff : word >>> 0;
  const candidates = CANDIDATES.get(opcodeOf(bits));
  if (candidates === undefined) return null;
  for (let i = 0; i < candidates.length; i++) {
    const { mask, match } = candidates[i]!;
    if ((bits & mask) === match) return takeApart(candidates[i]!, bits);
  }
  return null;
}

function takeApart({ mnemonic, pattern, has, immediate }: Candidate, bits: number): Insn {
  return {
    mnemonic,
    word: bits,
    length: pattern.length,
    rd: has.rd ? unpackField("rd", bits) : 0,
    rs1: has.rs1 ? unpackField("rs1", bits) : 0,
    rs2: has.rs2 ? unpackField("rs2", bits) : 0,
    imm: immediate === undefined ? 0 : unpackField(immediate, bits),
    csr: has.csr ? unpackField("csr", bits) : 0,
  };
}
