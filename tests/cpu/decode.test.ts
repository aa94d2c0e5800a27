import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode } from "../../cpu/decode.ts";
import { encode, fieldWidth, type OperandValues, operandsOf, packField, unpackField } from "../../cpu/fields.ts";
import { FIELDS, type FieldName, INSTRUCTIONS, type Mnemonic } from "../../cpu/isa.ts";

const SEED = { seed: 20191213, numRuns: 200 };
const mnemonics = Object.keys(INSTRUCTIONS) as Mnemonic[];
const fieldNames = Object.keys(FIELDS) as FieldName[];

/** Values that fit a field, its unrepresentable low bits zero. */
function fieldValue(name: FieldName): fc.Arbitrary<number> {
  const width = fieldWidth(name);
  const lowest = Math.min(...FIELDS[name].pieces.map(({ to }) => to));
  const [min, max] = FIELDS[name].signed ? [-(2 ** (width - 1)), 2 ** (width - 1) - 1] : [0, 2 ** width - 1];
  return fc.integer({ min, max }).map((value) => value - (((value % 2 ** lowest) + 2 ** lowest) % 2 ** lowest));
}

function operands(mnemonic: Mnemonic): fc.Arbitrary<OperandValues> {
  const names = operandsOf(INSTRUCTIONS[mnemonic]);
  return fc
    .tuple(...names.map(fieldValue))
    .map((values) => Object.fromEntries(names.map((name, i) => [name, values[i]])));
}

test.each(fieldNames)("the field %s comes back from the bits it was packed into", (name) => {
  fc.assert(
    fc.property(fieldValue(name), (value) => {
      expect(unpackField(name, packField(name, value))).toBe(value);
    }),
    SEED,
  );
});

describe("decode(encode(x)) = x", () => {
  test.each(mnemonics)("for %s", (mnemonic) => {
    fc.assert(
      fc.property(operands(mnemonic), fc.boolean(), fc.boolean(), (values, aq, rl) => {
        const row = INSTRUCTIONS[mnemonic];
        const word = encode(mnemonic, { ...values, aq, rl });
        const insn = decode(word);
        // fence.tso is also a FENCE with certain operands: the row with more fixed bits.
        if (mnemonic !== "fence") expect(insn?.mnemonic).toBe(mnemonic);
        for (const [name, value] of Object.entries(values)) {
          const immediate = FIELDS[name as FieldName].kind === "number" || FIELDS[name as FieldName].kind === "target";
          const member = immediate ? "imm" : (name as "rd" | "rs1" | "rs2" | "csr");
          if (row.format !== "FENCE") expect(insn?.[member]).toBe(value);
        }
        expect(insn?.word).toBe(word);
        expect(insn?.length).toBe(4);
      }),
      SEED,
    );
  });
});

test("a word is decoded only if encoding what was decoded gives it back, reserved bits excepted", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (word) => {
      const insn = decode(word);
      if (insn === null) return;
      const row = INSTRUCTIONS[insn.mnemonic];
      const values: OperandValues = { aq: (word & (1 << 26)) !== 0, rl: (word & (1 << 25)) !== 0 };
      for (const name of operandsOf(row)) values[name] = unpackField(name, word);
      if (row.reserved === "") expect(encode(insn.mnemonic, values)).toBe(insn.word);
    }),
    { seed: 1, numRuns: 5000 },
  );
});

describe("what execution ignores", () => {
  test("FENCE with any fm, rs1 and rd is a fence", () => {
    for (const word of [0x0ff0_000f, 0x4ff0_000f, 0x0ff0_808f, 0xfff0_8f8f])
      expect(decode(word)?.mnemonic).toBe("fence");
  });
  test("FENCE.I with any immediate, rs1 and rd is a fence.i", () => {
    for (const word of [0x0000_100f, 0xfff0_100f, 0x0000_908f]) expect(decode(word)?.mnemonic).toBe("fence.i");
  });
  test("fence.tso is told from a fence that orders the same", () => {
    expect(decode(0x8330_000f)?.mnemonic).toBe("fence.tso");
    expect(decode(0x0330_000f)?.mnemonic).toBe("fence");
  });
});

test.each([
  ["all zeros", 0x0000_0000],
  ["all ones", 0xffff_ffff],
  ["LR with rs2", encode("lr.w") | (1 << 20)],
  ["a shift of 32 bits or more in a W instruction", encode("slliw") | (1 << 25)],
  ["SRAI with a stray bit", encode("srai") | (1 << 26)],
  ["a load of 128 bits", 0x0000_7003],
  ["a branch with funct3 2", 0x0000_2063],
  ["ecall with rd", encode("ecall") | (1 << 7)],
  ["a floating-point load", 0x0000_2007],
])("%s is illegal", (_what, word) => expect(decode(word)).toBeNull());
