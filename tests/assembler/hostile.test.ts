/** Whatever the bytes of a source, the assembler answers with diagnostics: it never throws, and it ends. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assemble } from "../../assembler/assemble.ts";
import { formatDiagnostic } from "../../assembler/diagnostic.ts";

const OPTIONS = { includePaths: [], readFile: () => null };

function answer(source: Uint8Array | string): string[] {
  const { object, diagnostics } = assemble("hostile.s", source, OPTIONS);
  const errors = diagnostics.filter((d) => d.severity === "error");
  expect(object === null).toBe(errors.length > 0);
  return diagnostics.map((d) => formatDiagnostic(d, { color: false }));
}

/** Each name is the sum of the one before with itself. */
const doubling = (directive: string, count: number): string =>
  Array.from({ length: count }, (_, i) => `${directive} x${i + 1}, x${i} + x${i}\n`).join("");

/** Each name is the next one and one. */
const chained = (count: number): string =>
  Array.from({ length: count }, (_, i) => `.set x${i}, x${i + 1} + 1\n`).join("");

const WORDS = [
  "add",
  "li",
  "la",
  "lw",
  "sw",
  "beq",
  "call",
  "a0",
  "x31",
  "sp",
  "zero",
  "main",
  "1f",
  "1b",
  ".",
  ",",
  "(",
  ")",
  ":",
  ";",
  "\n",
  "\n",
  " ",
  "#",
  "/*",
  "*/",
  '"',
  "'",
  "\\",
  "%hi(",
  "%pcrel_lo(",
  "-1",
  "0x7fffffffffffffff",
  "99999999999999999999",
  "0b2",
  "'a'",
  "+",
  "*",
  "<<",
  "/",
  "0",
  "=",
  "==",
  "!",
  ".text",
  ".data",
  ".section",
  ".macro",
  ".endm",
  ".rept",
  ".endr",
  ".irp",
  ".if",
  ".else",
  ".endif",
  ".include",
  ".incbin",
  ".align",
  ".org",
  ".fill",
  ".skip",
  ".byte",
  ".dword",
  ".asciz",
  ".set",
  ".equ",
  ".globl",
  ".comm",
  ".uleb128",
  ".popsection",
  ".pushsection",
  ".previous",
  ".exitm",
  ".purgem",
  "\\@",
  "@progbits",
];

describe("hostile source", () => {
  test("of random bytes gives diagnostics", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void answer(bytes)),
      { seed: 1, numRuns: 1000 },
    );
  });

  test("of random text gives diagnostics", () => {
    const text = fc.string({ unit: "binary", maxLength: 200 });
    fc.assert(
      fc.property(text, (source) => void answer(source)),
      { seed: 2, numRuns: 1000 },
    );
  });

  test("of the language's own words in any order gives diagnostics", () => {
    const text = fc
      .array(fc.constantFrom(...WORDS), { maxLength: 60 })
      .map((words) => words.join(" ").replaceAll(" \n ", "\n"));
    fc.assert(
      fc.property(text, (source) => void answer(source)),
      { seed: 3, numRuns: 2000 },
    );
  });

  test.each([
    ["endless macros", ".macro m\nm\n.endm\nm\n"],
    [
      "macros that double",
      `${Array.from({ length: 40 }, (_, i) => `.macro m${i}\nm${i + 1}\nm${i + 1}\n.endm`).join("\n")}\n.macro m40\nnop\n.endm\nm0\n`,
    ],
    ["a giant repetition", ".rept 1000000000\nnop\n.endr\n"],
    ["a giant fill", ".fill 0x7fffffffffffffff, 8, 1\n"],
    ["a giant skip", ".skip 1 << 60\n"],
    ["a giant alignment", ".p2align 62\nnop\n"],
    ["a giant origin", ".org 1 << 50\n"],
    ["an unclosed macro", ".macro m\nnop\n"],
    ["an unclosed condition", ".if 1\nnop\n"],
    ["an unclosed string", '.asciz "abc\n'],
    ["an unclosed comment", "/* abc\n"],
    ["symbols that name each other", ".set a, b\n.set b, a\n.dword a\n.if a\n.endif\n"],
    ["deep brackets", `.dword ${"(".repeat(20000)}1${")".repeat(20000)}\n`],
    ["many signs", `.dword ${"-".repeat(50000)}1\n`],
    ["division by zero", ".dword 1 / 0\n"],
    ["a list that is too long", `.byte ${"1,".repeat(200_000)}1\n`],
    ["a sum that is too long", `.dword ${"1+".repeat(20_000)}x\n`],
    ["an argument that grows", '.macro g x\ng "\\x\\x"\n.endm\ng abcdefgh\n'],
    ["macros that branch and never end", ".macro m\nm\nm\n.endm\nm\n"],
    ["names that stand for ever longer sums", `${doubling(".eqv", 60)}.dword x60\n`],
    ["a long chain of names", `${chained(5000)}.dword x0\n`],
    ["alignments without end", ".rept 100000\n.p2align 28\nbeqz a0, 1f\n.endr\n1:\n"],
    ["more bytes than a section holds", ".rept 1000000\n.space 4096, 1\n.endr\n"],
    ["the same error for ever", ".rept 500000\nbad\n.endr\n"],
    ["a missing file", '.include "nosuch.s"\n'],
  ])("with %s is told off", (_, source) => {
    const shown = answer(source);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.join("\n")).toMatch(/^hostile\.s:\d+:\d+: (error|warning): /m);
    expect(shown.join("\n")).not.toMatch(/RangeError|TypeError|undefined is not/);
  });

  test("that includes itself is told so", () => {
    const source = new TextEncoder().encode('.include "hostile.s"\n');
    const { diagnostics } = assemble("hostile.s", source, { includePaths: [], readFile: () => source });
    expect(diagnostics.map((d) => d.message).join()).toMatch(/includes itself/);
  });
});
