/** Where the linker puts sections, and what it merges. */

import { describe, expect, it } from "vitest";
import { PF_W, PF_X, PT_LOAD, SHF_MERGE, SHF_STRINGS, STT_SECTION } from "../../assembler/elf.ts";
import {
  addressOf,
  bytesOf,
  CODE,
  CONSTANT,
  contents,
  DATA,
  linked,
  messages,
  NOP,
  ObjectBuilder,
  program,
  words,
  wordsOf,
} from "./objects.ts";

describe("sections", () => {
  it("of other rights never share a page, and none is writable and executable", () => {
    const { builder } = program("main.o", NOP);
    builder.section(".rodata", CONSTANT, words(1));
    builder.section(".data", DATA, words(2));
    builder.zeros(".bss", 100);
    for (const separateCode of [true, false]) {
      const loads = linked([builder.object], { separateCode }).programHeaders.filter(({ type }) => type === PT_LOAD);
      expect(loads.length).toBe(separateCode ? 4 : 2);
      loads.forEach(({ flags, virtualAddress }, i) => {
        expect(flags & PF_W && flags & PF_X).toBe(0);
        const before = loads[i - 1];
        if (before === undefined) return;
        const end = before.virtualAddress + before.memorySize;
        expect(Math.floor(virtualAddress / 4096)).toBeGreaterThan(Math.floor((end - 1) / 4096));
      });
    }
  });

  it("that are writable and executable are refused", () => {
    const { builder } = program("main.o", NOP);
    builder.section("both", CODE | DATA, words(NOP));
    expect(messages([builder.object])).toEqual(["section both is both writable and executable"]);
  });

  it("stand in the order of GNU ld's script, orphans behind their like", () => {
    const { builder } = program("main.o", NOP);
    builder.section("code", CODE, words(NOP));
    builder.section("constants", CONSTANT, words(1));
    builder.section("variables", DATA, words(2));
    builder.section(".sdata", DATA, words(3));
    builder.section(".rodata.x", CONSTANT, words(4));
    builder.section(".data", DATA, words(5));
    builder.section(".init_array", DATA, words(6));
    builder.section("note", 0, words(7));
    builder.section(".comment", 0, words(8));
    builder.zeros(".sbss", 4);
    builder.section(".text.unlikely", CODE, words(0x1111));
    const { sections } = linked([builder.object]);
    const expected = ".text code .rodata constants .init_array .data variables .sdata .sbss .comment note";
    expect(sections.slice(1, -3).map(({ name }) => name)).toEqual(expected.split(" "));
  });

  it("of unlikely code come before the rest of .text", () => {
    const { builder } = program("main.o", NOP);
    builder.section(".text.unlikely.f", CODE, words(0x1111));
    builder.section(".text.hot", CODE, words(0x2222));
    expect(wordsOf(linked([builder.object]), ".text")).toEqual([0x1111, 0x2222, NOP]);
  });

  it("of constructors are sorted by priority, between the symbols that start-up code walks", () => {
    const { builder, text } = program("main.o", NOP);
    for (const name of ["__init_array_start", "__init_array_end"]) {
      builder.relocate(text, 0, "R_RISCV_RELAX", builder.undefined(name));
    }
    for (const [name, word] of [
      [".init_array", 3],
      [".init_array.00200", 2],
      [".init_array.00100", 1],
    ] as const) {
      builder.section(name, DATA, words(word));
    }
    const executable = linked([builder.object]);
    expect(wordsOf(executable, ".init_array")).toEqual([1, 2, 3]);
    expect(addressOf(executable, "__init_array_end") - addressOf(executable, "__init_array_start")).toBe(12);
  });

  it("of one COMDAT group are kept once", () => {
    const shared = (file: string) => {
      const builder = new ObjectBuilder(file);
      const text = builder.section(".text.shared", CODE, words(0x77), { group: "shared" });
      builder.symbol("shared", text, 0);
      return builder.object;
    };
    const executable = linked([program("main.o", NOP).builder.object, shared("a.o"), shared("b.o")]);
    expect(wordsOf(executable, ".text")).toEqual([NOP, 0x77]);
  });

  it("of strings are merged: each once, and ends of others inside them", () => {
    const strings = (file: string, text: string) => {
      const builder = new ObjectBuilder(file);
      const at = builder.section(".rodata.str1.1", CONSTANT | SHF_MERGE | SHF_STRINGS, bytesOf(text), {
        align: 1,
        entrySize: 1,
      });
      return { builder, at };
    };
    const { builder, text } = program("main.o", ...new Array(8).fill(0));
    const first = strings("a.o", "hello\0world\0");
    const second = strings("b.o", "orld\0hello\0new\0");
    first.builder.symbol("world", first.at, 6);
    second.builder.symbol("orld", second.at, 0);
    second.builder.symbol("new", second.at, 11);
    ["world", "orld", "new"].forEach((name, i) => {
      builder.relocate(text, 8 * i, "R_RISCV_64", builder.undefined(name));
    });
    const executable = linked([builder.object, first.builder.object, second.builder.object]);
    expect(new TextDecoder().decode(contents(executable, ".rodata"))).toBe("hello\0world\0new\0");
    const [world, , orld, , added] = wordsOf(executable, ".text");
    expect([orld! - world!, added! - world!]).toEqual([1, 6]);
  });

  it("of strings that a section symbol and an addend point into are found after merging", () => {
    const { builder, text } = program("main.o", 0, 0);
    const data = bytesOf("same\0same\0last\0");
    const at = builder.section(".rodata.str1.1", CONSTANT | SHF_MERGE | SHF_STRINGS, data, { align: 1, entrySize: 1 });
    const symbol = builder.symbol("", at, 0, { type: STT_SECTION, binding: 0 });
    builder.relocate(text, 0, "R_RISCV_64", symbol, 10);
    const executable = linked([builder.object]);
    const { address } = executable.sections.find(({ name }) => name === ".rodata")!;
    expect(wordsOf(executable, ".text")[0]! - address).toBe(5);
  });
});
