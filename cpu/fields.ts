/**
 * Fields: an instruction's bits to operand values and back, and a row's pattern as mask and match. Derived from isa.ts;
 * for decoder, disassembler, encoders and tests.
 *
 * (1) unpackField(f, packField(f, v)) = v for every value that fits the field.
 */

import { FIELDS, type Field, type FieldName, INSTRUCTIONS, type InstructionRow, type Mnemonic } from "./isa.ts";

/** Bits of a value of the field, counting the low bits that are always zero (a branch's bit 0). */
export function fieldWidth(name: FieldName): number {
  return Math.max(...FIELDS[name].pieces.map(({ to, width }) => to + width));
}

/** The instruction bits of `value`, unsigned. Bits of `value` that the field has no place for are dropped. */
export function packField(name: FieldName, value: number): number {
  let word = 0;
  for (const { at, width, to } of FIELDS[name].pieces) word |= ((value >>> to) & (2 ** width - 1)) << at;
  return word >>> 0;
}

/** What unpackField works with: it takes apart every word that is decoded. */
interface Prepared {
  readonly pieces: readonly { readonly at: number; readonly mask: number; readonly to: number }[];
  /** Bits of a signed field's value above its sign; 0 of others. */
  readonly unused: number;
}

function prepare(name: FieldName): Prepared {
  const { pieces, signed }: Field = FIELDS[name];
  return {
    pieces: pieces.map(({ at, width, to }) => ({ at, mask: 2 ** width - 1, to })),
    unused: signed ? 32 - fieldWidth(name) : 0,
  };
}

const PREPARED = Object.fromEntries(
  (Object.keys(FIELDS) as FieldName[]).map((name) => [name, prepare(name)]),
) as Record<FieldName, Prepared>;

/** The field's value in `word`, sign-extended where the field is signed. No field has 32 bits. */
export function unpackField(name: FieldName, word: number): number {
  const { pieces, unused } = PREPARED[name];
  let value = 0;
  for (let i = 0; i < pieces.length; i++) {
    const { at, mask, to } = pieces[i]!;
    value |= ((word >>> at) & mask) << to;
  }
  return (value << unused) >> unused;
}

/** The names of a row's operands, in the order of assembly syntax. */
export function operandsOf(row: InstructionRow): FieldName[] {
  return (row.operands.match(/[a-z][a-z0-9]*/g) ?? []) as FieldName[];
}

export interface Pattern {
  /** Bytes: 2 or 4. */
  readonly length: number;
  /** Unsigned. A word belongs to the row when (word & mask) === match. */
  readonly mask: number;
  readonly match: number;
  /** `mask` without the reserved bits: what execution compares. */
  readonly executedMask: number;
}

/** Bits 26 and 25 of an AMO row, its only dots that are no operand. */
export const AQ = 1 << 26;
export const RL = 1 << 25;

export function patternOf(row: InstructionRow): Pattern {
  const bits = row.bits.replaceAll(" ", "");
  const word = (text: string) => Number.parseInt(text, 2) >>> 0;
  const mask = word(bits.replace(/[01]/g, "1").replaceAll(".", "0"));
  const reserved = row.reserved === "" ? 0 : word(row.reserved.replaceAll(" ", ""));
  const match = word(bits.replaceAll(".", "0"));
  return { length: bits.length / 8, mask, match, executedMask: (mask & ~reserved) >>> 0 };
}

/** Operand values by field; `aq` and `rl` for AMO rows. What is absent is 0. */
export type OperandValues = Partial<Record<FieldName, number>> & { aq?: boolean; rl?: boolean };

/** The instruction word of a row and its operands, unsigned. Values are taken as they are: nothing is checked. */
export function encode(mnemonic: Mnemonic, values: OperandValues = {}): number {
  const row = INSTRUCTIONS[mnemonic];
  let word = patternOf(row).match;
  for (const name of operandsOf(row)) word |= packField(name, values[name] ?? 0);
  if (row.format === "AMO") word |= (values.aq ? AQ : 0) | (values.rl ? RL : 0);
  return word >>> 0;
}
