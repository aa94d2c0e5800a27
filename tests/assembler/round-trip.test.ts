/** Words to text and back: assembling what the disassembler prints gives the word again. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shapeOf, tokenize } from "../../assembler/lexer.ts";
import { decode } from "../../cpu/decode.ts";
import { disassemble } from "../../cpu/disassemble.ts";
import { INSTRUCTIONS, type InstructionRow } from "../../cpu/isa.ts";
import { wordsOf } from "./source.ts";

/** A word of a row: its fixed bits, and random ones where fields lie. */
function wordOf({ bits }: InstructionRow, random: number): number {
  const pattern = bits.replaceAll(" ", "");
  return [...pattern].reduce((word, bit, i) => {
    const value = bit === "." ? (random >>> (pattern.length - 1 - i)) & 1 : Number(bit);
    return ((word << 1) | value) >>> 0;
  }, 0);
}

/** Targets are printed as addresses; in source they are told from the place of the instruction, which is 0 here. */
function asSource(text: string, row: InstructionRow): string {
  if (row.format !== "B" && row.format !== "J") return text;
  return text.replace(/0x[0-9a-f]+$/, (address) => `. + ${BigInt.asIntN(64, BigInt(address))}`);
}

describe("a disassembly assembles to its word", () => {
  test.each(Object.entries<InstructionRow>(INSTRUCTIONS))("%s", (_, row) => {
    const words = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(words, (randoms) => {
        const valid = randoms
          .map((random) => wordOf(row, random))
          .filter((word) => decode(word) !== null && !/unknown|^\.4byte/.test(disassemble(word, 0)));
        for (const word of valid) expect(wordsOf(asSource(disassemble(word, 0), row))[0]).toBe(word);
      }),
      { seed: 1, numRuns: 5 },
    );
  });
});

describe("tokens", () => {
  test("cover every byte of a line that is no blank", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((c) => String.fromCharCode(c)) }), (text) => {
        const line = text.replaceAll("\n", "");
        const tokens = tokenize(line, 0);
        expect(tokens.map((token) => token.value).join("")).toBe(
          line.replace(/[ \t\f\v\r]/g, (c) => (inToken(tokens, line, c) ? c : "")),
        );
        expect(shapeOf(tokens)).toHaveLength(tokens.length);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

/** Whether blanks of this kind are inside tokens (strings, characters) only; then they stay. */
function inToken(tokens: readonly { value: string }[], line: string, blank: string): boolean {
  return tokens.reduce((n, { value }) => n + value.split(blank).length - 1, 0) === line.split(blank).length - 1;
}
