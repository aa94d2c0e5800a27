import { describe, expect, test } from "vitest";
import { fieldWidth, operandsOf, patternOf } from "../../cpu/fields.ts";
import { CSRS, FIELDS, INSTRUCTIONS, type InstructionRow, type Mnemonic, REGISTER_NAMES } from "../../cpu/isa.ts";

const rows = Object.entries(INSTRUCTIONS) as [Mnemonic, InstructionRow][];
const bitsOf = ({ bits }: InstructionRow) => bits.replaceAll(" ", "");

/** Bit numbers at which the row's pattern has a dot. */
function dots(row: InstructionRow): number[] {
  const bits = bitsOf(row);
  return [...bits].flatMap((bit, index) => (bit === "." ? [bits.length - 1 - index] : [])).sort((a, b) => a - b);
}

/** Bit numbers that the row's operands occupy. */
function occupied(row: InstructionRow): number[] {
  const bits = operandsOf(row).flatMap((name) =>
    FIELDS[name].pieces.flatMap(({ at, width }) => Array.from({ length: width }, (_, i) => at + i)),
  );
  return [...bits, ...(row.format === "AMO" ? [25, 26] : [])].sort((a, b) => a - b);
}

describe.each(rows)("the row of %s", (_name, row) => {
  test("has a pattern of 16 or 32 bits, of 0, 1 and dots (1)", () => {
    expect(bitsOf(row)).toMatch(/^[01.]+$/);
    expect([16, 32]).toContain(bitsOf(row).length);
  });

  test("names only fields that exist (2), and its dots are exactly their bits (3)", () => {
    for (const name of operandsOf(row)) expect(FIELDS).toHaveProperty(name);
    expect(dots(row)).toEqual(occupied(row));
  });

  test("reserves only fixed bits (5)", () => {
    const reserved = row.reserved.replaceAll(" ", "");
    expect(["", "0".repeat(bitsOf(row).length).slice(reserved.length) + reserved]).toContain(reserved);
    for (const [index, bit] of [...reserved].entries()) if (bit === "1") expect(bitsOf(row)[index]).not.toBe(".");
  });

  test("says what it does", () => expect(row.meaning).not.toBe(""));
});

test("two rows that match one word never have equally many fixed bits (4)", () => {
  const fixed = (row: InstructionRow) => bitsOf(row).replaceAll(".", "").length;
  for (const [name, row] of rows) {
    for (const [other, otherRow] of rows) {
      if (name === other) continue;
      const [a, b] = [patternOf(row), patternOf(otherRow)];
      const common = a.mask & b.mask;
      const overlap = a.length === b.length && (a.match & common) === (b.match & common);
      if (overlap) expect(fixed(row), `${name} and ${other}`).not.toBe(fixed(otherRow));
    }
  }
});

test("the pieces of a field cover its value without a gap, but for the low bits that are always zero", () => {
  for (const [name, { pieces }] of Object.entries(FIELDS)) {
    const width = fieldWidth(name as keyof typeof FIELDS);
    const covered = pieces.reduce((set, piece) => set + (2 ** piece.width - 1) * 2 ** piece.to, 0);
    const lowest = Math.min(...pieces.map(({ to }) => to));
    expect(covered, name).toBe(2 ** width - 2 ** lowest);
  }
});

test("there are 32 registers and no two of a name, and no two CSRs of a number", () => {
  expect(new Set(REGISTER_NAMES).size).toBe(32);
  expect(new Set(Object.values(CSRS)).size).toBe(Object.keys(CSRS).length);
});
