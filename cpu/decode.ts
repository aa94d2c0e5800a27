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
  readonly operands: readonly FieldName[];
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
    const candidate = { mnemonic, pattern, operands, immediate: operands.find(isImmediate) };
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
  for (const { mnemonic, pattern, operands, immediate } of CANDIDATES.get(opcodeOf(bits)) ?? []) {
    if ((bits & pattern.executedMask) >>> 0 !== (pattern.match & pattern.executedMask) >>> 0) continue;
    const field = (name: FieldName) => (operands.includes(name) ? unpackField(name, bits) : 0);
    return {
      mnemonic,
      word: bits,
      length: pattern.length,
      rd: field("rd"),
      rs1: field("rs1"),
      rs2: field("rs2"),
      imm: immediate === undefined ? 0 : unpackField(immediate, bits),
      csr: field("csr"),
    };
  }
  return null;
}
