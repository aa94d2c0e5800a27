/** What the assembler makes of source, where GNU as is no judge: objects, files, debug lines, our own extensions. */
import { describe, expect, test } from "vitest";
import {
  RELOCATIONS,
  relocationName,
  SHN_ABS,
  SHN_COMMON,
  STB_GLOBAL,
  STB_LOCAL,
  STB_WEAK,
  STT_FUNC,
} from "../../assembler/elf.ts";
import { readObject, writeObject } from "../../assembler/elf-object.ts";
import { dataOf, messagesOf, objectOf, sectionOf, wordsOf } from "./source.ts";

const NOP = 0x13;

describe("the object", () => {
  const relocationsOf = (source: string) => {
    const { sections, symbols } = objectOf(source);
    return sections.flatMap(({ relocations }) =>
      relocations.map(({ offset, type, symbol, addend }) => ({
        offset,
        type: relocationName(type).replace("R_RISCV_", ""),
        symbol: symbols[symbol]!.name || sections[symbols[symbol]!.section]!.name,
        addend,
      })),
    );
  };

  test("has no relocation where everything is known", () => {
    expect(relocationsOf("f: beqz a0, f\nj f\ncall f\nla a0, f\nlw a1, f\n.word f - 1f\n1:\n")).toEqual([]);
  });

  test("names the symbol of another file", () => {
    expect(relocationsOf("call puts\nla a0, there + 4\n.data\n.dword there\n")).toEqual([
      { offset: 0, type: "CALL_PLT", symbol: "puts", addend: 0n },
      { offset: 8, type: "PCREL_HI20", symbol: "there", addend: 4n },
      { offset: 12, type: "PCREL_LO12_I", symbol: ".Lhere0", addend: 0n },
      { offset: 0, type: "64", symbol: "there", addend: 0n },
    ]);
  });

  test("names the section for labels that no other file sees", () => {
    expect(relocationsOf("nop\nlocal: nop\n.data\n.dword local, local + 1\n")).toEqual([
      { offset: 0, type: "64", symbol: ".text", addend: 4n },
      { offset: 8, type: "64", symbol: ".text", addend: 5n },
    ]);
  });

  test("leaves weak symbols to the linker, which may know another definition", () => {
    expect(relocationsOf(".weak w\nw: call w\nbeqz a0, w\n").map(({ type, offset }) => ({ type, offset }))).toEqual([
      { type: "CALL_PLT", offset: 0 },
      { type: "JAL", offset: 12 },
    ]);
  });

  test("subtracts symbols of two sections by a pair of relocations", () => {
    expect(relocationsOf("a: nop\n.data\nb: .word a - b\n").map(({ type }) => type)).toEqual(["ADD32", "SUB32"]);
  });

  test("lists symbols with binding, type, size and section", () => {
    const source =
      ".globl f\n.type f, @function\nf: ret\n.size f, . - f\n.weak w\nw:\nl:\n.Lhidden:\n1:\n.set k, 7\n.comm c, 8, 4\n";
    const symbols = new Map(objectOf(source).symbols.map((symbol) => [symbol.name, symbol]));
    expect(symbols.get("f")).toMatchObject({ section: 1, value: 0n, size: 4n, binding: STB_GLOBAL, type: STT_FUNC });
    expect(symbols.get("w")).toMatchObject({ section: 1, value: 4n, binding: STB_WEAK });
    expect(symbols.get("l")).toMatchObject({ binding: STB_LOCAL });
    expect(symbols.get("k")).toMatchObject({ section: SHN_ABS, value: 7n });
    expect(symbols.get("c")).toMatchObject({ section: SHN_COMMON, value: 4n, size: 8n, binding: STB_GLOBAL });
    expect(symbols.has(".Lhidden")).toBe(false);
    expect(symbols.get("undefined")).toBeUndefined();
  });

  test("is written and read back as it is", () => {
    const object = objectOf("call puts\n.data\n.dword 1, puts\n.bss\n.space 9\n");
    const again = readObject(writeObject(object), "test.s");
    expect(again.sections.map(({ name, size }) => [name, size])).toEqual(
      object.sections.map(({ name, size }) => [name, size]),
    );
  });

  test("is the same every time", () => {
    const source = "a: call b\n.data\n.dword a, c\n1: .uleb128 2f - 1b\n2:\n";
    expect(writeObject(objectOf(source))).toEqual(writeObject(objectOf(source)));
  });
});

describe("included files", () => {
  test("are found beside the including file, then in the include folders", () => {
    const files = {
      "sub/one.s": '.include "two.s"\n.byte 1\n',
      "sub/two.s": ".byte 2\n",
      "inc/three.s": ".byte 3\n",
      "inc/two.s": ".byte 9\n",
    };
    const source = '.include "sub/one.s"\n.include "three.s"\n.include "two.s"';
    expect(dataOf(source, files, { includePaths: ["inc"] })).toEqual([2, 1, 3, 9]);
  });

  test("have one name, whatever the way to them", () => {
    const files = { "a/b.s": '.include "../a/b.s"\n' };
    expect(messagesOf('.include "a/./b.s"\n', files)).toEqual(["1:10: `../a/b.s` includes itself"]);
  });

  test("that are missing are named with the places looked at", () => {
    expect(messagesOf('.include "x.s"\n.incbin "y"\n', {}, { includePaths: ["inc/"] })).toEqual([
      "1:10: there is no file `x.s`",
      "2:9: there is no file `y`",
    ]);
  });

  test(".incbin takes a part of a file as it is", () => {
    const files = { blob: new Uint8Array([0, 255, 10, 13, 128, 7]) };
    expect(dataOf('.incbin "blob"\n.incbin "blob", 4\n.incbin "blob", 1, 2', files)).toEqual([
      0, 255, 10, 13, 128, 7, 128, 7, 255, 10,
    ]);
  });

  test("leave no conditional open", () => {
    expect(messagesOf('.include "i.s"\nnop\n', { "i.s": ".if 1\n" })).toEqual(["1:1: .if has no .endif"]);
  });
});

describe("debug lines", () => {
  const linesOf = (source: string, files = {}) =>
    objectOf(source, files, { debugLines: true }).lines!.map(({ offset, file, line }) => `${offset} ${file}:${line}`);

  test("give each instruction its line, and code of macros the line of the call", () => {
    const source = "nop\nli a0, 0x12345678\n.macro two\nnop\nnop\n.endm\ntwo\nret\n";
    expect(linesOf(source)).toEqual(["0 test.s:1", "4 test.s:2", "12 test.s:7", "20 test.s:8"]);
  });

  test("name the included file", () => {
    expect(linesOf('.include "i.s"\nnop\n', { "i.s": "\nnop\n" })).toEqual(["0 i.s:2", "4 test.s:2"]);
  });

  test("are those of .loc where the source has any", () => {
    const source = '.file 1 "a.c"\nnop\n.loc 1 7 3\nnop\nnop\n.loc 1 9 0 is_stmt 0 view .LV1\nnop\n';
    expect(linesOf(source)).toEqual(["4 a.c:7", "12 a.c:9"]);
  });

  test("are left out when they are not wanted", () => {
    expect(objectOf("nop\n").sections.some(({ name }) => name.startsWith(".debug"))).toBe(false);
  });
});

describe("our own extensions", () => {
  test("// begins a comment, .rodata is a directive", () => {
    const object = objectOf("nop // twice\n.rodata\n.byte 1 // one\n");
    expect([...sectionOf(object, ".rodata").data]).toEqual([1]);
  });

  test("an immediate may be a number that is set later, or the distance of labels that follow", () => {
    expect(wordsOf("addi a0, a0, later\naddi a1, a1, b - a\n.set later, 5\na: nop\nb: nop\n").slice(0, 2)).toEqual([
      0x00550513, 0x00458593,
    ]);
  });

  test(".uleb128 of the distance of labels that follow, also where its own length matters", () => {
    const bytes = dataOf("1: .uleb128 2f - 1b\n.space 127\n2:\n.uleb128 4f - 3f\n3: .space 3\n4:");
    expect(bytes.slice(0, 2)).toEqual([0x81, 0x01]);
    expect(bytes.length).toBe(2 + 127 + 1 + 3);
    expect(bytes[129]).toBe(3);
  });

  test(".space up to a place that only layout knows", () => {
    const object = objectOf("start: beqz a0, end\n.space 64 - (. - start)\nend: nop\n");
    expect(sectionOf(object, ".text").size).toBe(68);
  });

  test("defines are symbols from the first line on", () => {
    expect(dataOf(".byte N\n.ifdef FLAG\n.byte 2\n.endif", {}, { defines: { N: 7, FLAG: 1n } })).toEqual([7, 2]);
  });
});

describe("source text", () => {
  test("keeps the bytes of strings, whatever they are", () => {
    const source = new Uint8Array([
      ...new TextEncoder().encode('.data\n.ascii "'),
      0xff,
      0xc3,
      0x28,
      0x80,
      ...new TextEncoder().encode('ü"\n'),
    ]);
    expect([...sectionOf(objectOf(source), ".data").data]).toEqual([0xff, 0xc3, 0x28, 0x80, 0xc3, 0xbc]);
  });

  test("may have the line ends of any system, and none at its end", () => {
    expect(wordsOf("nop\r\nnop\nnop")).toEqual([NOP, NOP, NOP]);
  });

  test("may be empty", () => {
    expect(wordsOf("")).toEqual([]);
  });

  test("ends at .end", () => {
    expect(wordsOf("nop\n.end\nthis is not read\n")).toEqual([NOP]);
  });
});

describe("branches", () => {
  /** A branch over `gap` bytes: its length. */
  const lengthOver = (gap: number): number =>
    sectionOf(objectOf(`beqz a0, 1f\n.space ${gap}\n1:\n`), ".text").size - gap;

  test("are short up to 4094 bytes, then an inverse branch over a jump", () => {
    expect(lengthOver(4092 - 4)).toBe(4);
    expect(lengthOver(4096 - 4)).toBe(8);
    expect(wordsOf("beqz a0, 1f\n.space 4092\n1:\n").slice(0, 2)).toEqual([0x00051463, 0x0000_106f]);
  });

  test("back reach 4096 bytes", () => {
    expect(sectionOf(objectOf("1: .space 4096\nbeqz a0, 1b\n"), ".text").size).toBe(4100);
    expect(sectionOf(objectOf("1: .space 4100\nbeqz a0, 1b\n"), ".text").size).toBe(4108);
  });

  test("to other files' symbols are long, for nobody knows how far", () => {
    const { relocations, size } = sectionOf(objectOf("bnez a0, elsewhere\n"), ".text");
    expect(size).toBe(8);
    expect(relocations.map(({ type, offset }) => [type, offset])).toEqual([[RELOCATIONS.R_RISCV_JAL, 4]]);
  });

  test("that push each other out of reach all grow", () => {
    const source = `${"beqz a0, 1f\n".repeat(20)}.space 4050\n1:\n`;
    expect(sectionOf(objectOf(source), ".text").size).toBeGreaterThan(4050 + 80);
  });
});
