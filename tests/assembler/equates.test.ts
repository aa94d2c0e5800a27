/** Headers of nothing but `.equ`: taken at once, they leave what reading them leaves. */
import { describe, expect, test } from "vitest";
import { Assembly } from "../../assembler/assembly.ts";
import { takeEquates } from "../../assembler/equates.ts";
import { MAX_STATEMENTS } from "../../assembler/reader.ts";
import { linesOf } from "../../assembler/source.ts";
import { dataOf, diagnosticsOf, messagesOf, objectOf } from "./source.ts";

const HEADER =
  "# numbers\n.equ ONE, 1\n\n  .equ  LESS, -(1 + 1) # two less\n.equ WIDE, 0xffffffffffffffff; .equ CHAR, 'a'\n";
const STATEMENTS = 6;
/** The same with one more statement, for which it must be read. */
const READ = `${HEADER}.set MORE, 0\n`;

const taken = (source: string, before = "") => {
  const assembly = new Assembly({ includePaths: [], readFile: () => null });
  for (const name of before.split(" ").filter(Boolean)) assembly.define(name, 5n);
  return takeEquates(assembly, "h.s", linesOf(source), []) ? [...assembly.symbols.names()] : null;
};

describe("a header of equates", () => {
  test("is taken at once, numbers with signs and in parentheses too", () => {
    expect(taken(HEADER)).toEqual(["ONE", "LESS", "WIDE", "CHAR"]);
    expect(taken(HEADER, "ONE")).toEqual(["ONE", "LESS", "WIDE", "CHAR"]);
  });

  test.each([
    "a: .equ X, 1",
    ".equ X, Y",
    ".equ X, .",
    ".equ X",
    ".equ X, 1, 2",
    ".equ X, 1 / 0",
    ".equiv X, 1",
    ".equ 1, 2",
    ".equ X, 1f",
    "/* open",
    ".if 1\n.endif",
    "nop",
    "X = 1",
    '.equ X, "a"',
  ])("is read when it holds %j", (line) => {
    expect(taken(`${HEADER}${line}\n`)).toBeNull();
  });

  test("means what reading it means: values, order, lines of debug information, places in messages", () => {
    const source = '.include "h.s"\n.data\n.byte ONE, LESS, CHAR\n.dword WIDE\n.equ ONE, 3\n.byte ONE\n.globl LESS\n';
    const { symbols, ...rest } = objectOf(source, { "h.s": HEADER }, { debugLines: true });
    const read = objectOf(source, { "h.s": READ }, { debugLines: true });
    expect(symbols).toEqual(read.symbols.filter(({ name }) => name !== "MORE"));
    expect(rest.sections.map(({ data }) => data)).toEqual(read.sections.map(({ data }) => data));
    expect(dataOf(source, { "h.s": HEADER })).toEqual([1, 254, 97, 255, 255, 255, 255, 255, 255, 255, 255, 3]);
    const wrong = `${source}LESS: nop\n`;
    expect(diagnosticsOf(wrong, { "h.s": HEADER })).toEqual(diagnosticsOf(wrong, { "h.s": READ }));
    expect(diagnosticsOf(wrong, { "h.s": HEADER })[0]?.hint).toBe("first defined at h.s:4");
  });

  test("may not define what cannot be set: each such line is told", () => {
    const files = { "h.s": HEADER };
    const expected = ["2:6: symbol `ONE` is defined already", "4:9: symbol `LESS` is defined already"];
    expect(messagesOf('ONE: LESS: nop\n.include "h.s"\n', files)).toEqual(expected);
    expect(messagesOf('.include "h.s"\n.include "h.s"\n', files)).toEqual([]);
  });

  test("counts among the statements that a source may have", () => {
    const assembly = new Assembly({ includePaths: [], readFile: () => null });
    const lines = linesOf(HEADER);
    expect(assembly.reader.pass(MAX_STATEMENTS - 2 * STATEMENTS)).toBe(true);
    expect([1, 2, 3].map(() => takeEquates(assembly, "h.s", lines, []))).toEqual([true, true, false]);
  });
});
