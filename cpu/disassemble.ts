/**
 * Disassemble: an instruction word to the text that `objdump -d -M no-aliases` prints after the bytes. From isa.ts.
 *
 * (1) Assembling the text at the same address gives the same word.
 * (2) A word that no row has, or whose reserved bits are not as encoders write them, is printed as data.
 */

import { decode, instructionLength } from "./decode.ts";
import { AQ, operandsOf, patternOf, RL, unpackField } from "./fields.ts";
import { CSRS, FIELDS, type FieldName, INSTRUCTIONS, REGISTER_NAMES } from "./isa.ts";

/** The symbol at or before an address as it is to be shown, such as "main+0x8"; undefined when there is none. */
export type SymbolAt = (address: number) => string | undefined;

/** Fields that are written in hexadecimal; other numbers are decimal. */
const HEXADECIMAL: ReadonlySet<FieldName> = new Set(["upper", "shamt5", "shamt6"]);

const CSR_NAMES = new Map<number, string>(Object.entries(CSRS).map(([name, number]) => [number, name]));

function target(distance: number, pc: number | bigint, symbolAt: SymbolAt | undefined): string {
  const address = BigInt.asUintN(64, BigInt(pc) + BigInt(distance));
  const symbol = symbolAt?.(Number(address));
  return symbol === undefined ? `0x${address.toString(16)}` : `${address.toString(16)} <${symbol}>`;
}

function fenceSet(set: number): string {
  const letters = ["i", "o", "r", "w"].filter((_, index) => set & (8 >> index));
  return letters.length === 0 ? "unknown" : letters.join("");
}

function operand(name: FieldName, word: number, pc: number | bigint, symbolAt: SymbolAt | undefined): string {
  const value = unpackField(name, word);
  switch (FIELDS[name].kind) {
    case "register":
      return REGISTER_NAMES[value];
    case "csr":
      return CSR_NAMES.get(value) ?? `0x${value.toString(16)}`;
    case "target":
      return target(value, pc, symbolAt);
    case "fence-set":
      return fenceSet(value);
    case "number":
      return HEXADECIMAL.has(name) ? `0x${value.toString(16)}` : String(value);
  }
}

function ordering(word: number): string {
  return `${word & (AQ | RL) ? "." : ""}${word & AQ ? "aq" : ""}${word & RL ? "rl" : ""}`;
}

/**
 * @param word the instruction's bits
 * @param pc its address: jumps and branches show where they lead
 * @returns mnemonic and operands with a tab between, or `.4byte 0x…` (`.2byte`) for what is no instruction
 */
export function disassemble(word: number, pc: number | bigint, symbolAt?: SymbolAt): string {
  const insn = decode(word);
  const length = instructionLength(word);
  const data = length === 2 ? word & 0xffff : word >>> 0;
  if (insn === null) return `.${length}byte\t0x${data.toString(16)}`;
  const row = INSTRUCTIONS[insn.mnemonic];
  const { mask, match } = patternOf(row);
  if ((insn.word & mask) >>> 0 !== match) return `.${length}byte\t0x${data.toString(16)}`;
  const mnemonic = row.format === "AMO" ? insn.mnemonic + ordering(insn.word) : insn.mnemonic;
  if (row.operands === "") return mnemonic;
  const text = row.operands.replaceAll(" ", "");
  const operands = new Set(operandsOf(row));
  const filled = text.replace(/[a-z][a-z0-9]*/g, (name) =>
    operands.has(name as FieldName) ? operand(name as FieldName, insn.word, pc, symbolAt) : name,
  );
  return `${mnemonic}\t${filled}`;
}
