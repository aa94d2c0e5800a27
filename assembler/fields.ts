/** Numbers into the bit fields of instructions. Derived from isa.ts alone. */
import { FIELDS, type Field, type FieldName } from "../cpu/isa.ts";

/** `word` with `value` in the field's bits, which must be zero before. */
export function insert(word: number, field: Field, value: number): number {
  let result = word;
  for (const { at, width, to } of field.pieces) result |= ((value >> to) & ((1 << width) - 1)) << at;
  return result >>> 0;
}

/** The numbers that a field holds. */
export interface Range {
  readonly least: bigint;
  readonly most: bigint;
  /** Distances between instructions are even. */
  readonly step: bigint;
}

function computeRange(field: Field): Range {
  const width = BigInt(Math.max(...field.pieces.map(({ to, width }) => to + width)));
  const step = 1n << BigInt(Math.min(...field.pieces.map(({ to }) => to)));
  if (!field.signed) return { least: 0n, most: (1n << width) - step, step };
  return { least: -(1n << (width - 1n)), most: (1n << (width - 1n)) - step, step };
}

const ranges = new Map(Object.entries(FIELDS).map(([name, field]) => [name, computeRange(field)]));

export function rangeOf(name: FieldName): Range {
  return ranges.get(name)!;
}

/** Null where `value` fits, else a sentence with the value and the limits. */
export function rangeError(value: bigint, { least, most, step }: Range): string | null {
  if (value < least || value > most) return `${value} is out of range: ${least} to ${most}`;
  if (value % step !== 0n) return `${value} is not a multiple of ${step}`;
  return null;
}
