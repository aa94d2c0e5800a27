import { describe, expect, it } from "vitest";
import { readArchive, writeArchive } from "../../assembler/archive.ts";
import {
  EF_RISCV_RVC,
  type Executable,
  PF_W,
  PF_X,
  PT_LOAD,
  type RelocationName,
  readExecutable,
  SHF_MERGE,
  SHF_STRINGS,
  SHF_TLS,
  SHN_ABS,
  SHT_NOBITS,
  STB_WEAK,
  STT_SECTION,
} from "../../assembler/elf.ts";
import { readObject } from "../../assembler/elf-object.ts";
import { link } from "../../assembler/link.ts";
import {
  addressOf,
  bytesOf,
  CODE,
  CONSTANT,
  contents,
  DATA,
  golden,
  linked,
  NOP,
  ObjectBuilder,
  program,
  words,
  wordsOf,
} from "./objects.ts";

const messages = (objects: Parameters<typeof link>[0], archives: Parameters<typeof link>[1] = []) =>
  link(objects, archives).diagnostics.map(({ message }) => message);

/** A library member: one function that may call another. */
function member(file: string, name: string, calls?: string): ObjectBuilder {
  const builder = new ObjectBuilder(file);
  const text = builder.section(".text", CODE, words(NOP, NOP));
  builder.symbol(name, text, 0);
  if (calls !== undefined) builder.relocate(text, 0, "R_RISCV_JAL", builder.undefined(calls));
  return builder;
}

const library = (...members: ObjectBuilder[]) =>
  readArchive(writeArchive(members.map(({ object }) => object)), "lib.a");

function caller(name: string, binding?: number) {
  const { builder, text } = program("main.o", NOP);
  builder.relocate(text, 0, "R_RISCV_JAL", builder.undefined(name, binding));
  return builder.object;
}

const defines = (executable: Executable, name: string) => executable.symbols.some((symbol) => symbol.name === name);

describe("archives", () => {
  it("give only the members that define an undefined symbol, and what those need in turn", () => {
    const archive = library(member("a.o", "a", "c"), member("b.o", "b"), member("c.o", "c"));
    const executable = readExecutable(link([caller("a")], [archive]).executable!);
    expect(["a", "b", "c"].map((name) => defines(executable, name))).toEqual([true, false, true]);
    expect(wordsOf(executable, ".text").length).toBe(5);
  });

  it("are searched again for what another archive needs", () => {
    const first = library(member("a.o", "a", "b"), member("c.o", "c"));
    const second = library(member("b.o", "b", "c"));
    expect(link([caller("a")], [first, second]).diagnostics).toEqual([]);
  });

  it("give nothing for a weak reference or a defined name", () => {
    const archive = library(member("a.o", "a"), member("start.o", "_start"));
    const executable = readExecutable(link([caller("a", STB_WEAK)], [archive]).executable!);
    expect(defines(executable, "a")).toBe(false);
  });

  it("give the entry", () => {
    const builder = new ObjectBuilder("main.o");
    builder.symbol("main", builder.section(".text", CODE, words(NOP)), 0);
    const executable = readExecutable(
      link([builder.object], [library(member("start.o", "_start", "main"))]).executable!,
    );
    expect(executable.header.entry).toBe(addressOf(executable, "_start"));
  });

  it("with a member that is no object are a message, not a crash", () => {
    const bytes = writeArchive([member("a.o", "a").object]);
    bytes[String.fromCharCode(...bytes).indexOf("\x7fELF")] = 0;
    expect(messages([caller("a")], [readArchive(bytes, "lib.a")])).toEqual([
      expect.stringContaining("not an ELF file"),
    ]);
  });
});

describe("symbols", () => {
  const defining = (file: string, binding: "symbol" | "weak", value: number) => {
    const builder = new ObjectBuilder(file);
    builder[binding]("x", SHN_ABS, value);
    return builder.object;
  };
  const start = () => program("start.o", NOP).builder.object;

  it("strong wins over weak, and the first weak over the second, whatever the order", () => {
    const weak = () => defining("weak.o", "weak", 1);
    const strong = () => defining("strong.o", "symbol", 2);
    expect(addressOf(linked([start(), weak(), strong()]), "x")).toBe(2);
    expect(addressOf(linked([start(), strong(), weak()]), "x")).toBe(2);
    expect(addressOf(linked([start(), weak(), defining("other.o", "weak", 3)]), "x")).toBe(1);
  });

  it("defined twice are an error that names both places", () => {
    const result = link([start(), defining("a.o", "symbol", 1), defining("b.o", "symbol", 2)], []);
    expect(result.executable).toBeNull();
    expect(result.diagnostics).toEqual([
      {
        severity: "error",
        file: "b.o",
        line: 0,
        column: 0,
        message: "`x` is defined twice; the first definition is at a.o",
      },
    ]);
  });

  it("defined twice are named by source line where the objects tell", () => {
    const twice = (file: string) => {
      const builder = member(file.replace(".s", ".o"), "f");
      builder.object.lines = [{ section: 1, offset: 0, file, line: 7 }];
      return builder.object;
    };
    expect(link([start(), twice("a.s"), twice("b.s")], []).diagnostics).toEqual([
      {
        severity: "error",
        file: "b.s",
        line: 7,
        column: 1,
        message: "`f` is defined twice; the first definition is at a.s:7",
      },
    ]);
  });

  it("COMMON take the largest size and alignment, and give way to a definition", () => {
    const common = (file: string, size: number, align: number) => {
      const builder = new ObjectBuilder(file);
      builder.common("c", size, align);
      return builder.object;
    };
    const executable = linked([start(), common("a.o", 8, 64), common("b.o", 24, 8)]);
    expect(addressOf(executable, "c") % 64).toBe(0);
    expect(executable.symbols.find(({ name }) => name === "c")!.size).toBe(24n);
    expect(executable.sections.find(({ name }) => name === ".bss")).toMatchObject({
      type: SHT_NOBITS,
      size: 24,
      align: 64,
    });
    const builder = new ObjectBuilder("d.o");
    builder.symbol("c", builder.section(".data", DATA, words(5)), 0);
    const data = linked([start(), common("a.o", 8, 8), builder.object]);
    expect(data.sections.some(({ name }) => name === ".bss")).toBe(false);
    expect(addressOf(data, "c")).toBe(data.sections.find(({ name }) => name === ".data")!.address);
  });

  it("undefined are reported once each, at their first use, with a suggestion", () => {
    const { builder, text } = program("main.o", NOP, NOP, NOP);
    const prinft = builder.undefined("prinft");
    builder.relocate(text, 4, "R_RISCV_JAL", prinft).relocate(text, 8, "R_RISCV_JAL", prinft);
    builder.symbol("printf", text, 0);
    builder.object.lines = [
      { section: text, offset: 0, file: "main.s", line: 2 },
      { section: text, offset: 4, file: "main.s", line: 3 },
    ];
    expect(link([builder.object], []).diagnostics).toEqual([
      {
        severity: "error",
        file: "main.s",
        line: 3,
        column: 1,
        message: "undefined symbol `prinft`",
        hint: "did you mean `printf`?",
      },
    ]);
  });

  it("undefined are suggested from the archives too", () => {
    const [diagnostic] = link([caller("prinft")], [library(member("printf.o", "printf"))]).diagnostics;
    expect(diagnostic!.hint).toBe("did you mean `printf`?");
  });

  it("undefined because of a missing .globl are explained", () => {
    const other = new ObjectBuilder("other.o");
    other.local("f", other.section(".text", CODE, words(NOP)), 0);
    expect(link([caller("f"), other.object], []).diagnostics[0]).toMatchObject({
      message: ".text+0x0: undefined symbol `f`",
      hint: "other.o defines it, but without `.globl f`",
    });
  });

  it("a missing _start is explained, with and without main", () => {
    const builder = new ObjectBuilder("main.o");
    const text = builder.section(".text", CODE, words(NOP));
    const [without] = link([builder.object], []).diagnostics;
    expect(without).toMatchObject({ message: expect.stringContaining("undefined symbol `_start`") });
    expect(without!.hint).toContain("define `main`");
    builder.symbol("main", text, 0);
    expect(link([builder.object], []).diagnostics[0]!.hint).toContain("runtime library");
  });

  it("of the linker have the values that GNU ld gives", () => {
    const { builder, text } = program("main.o", NOP);
    for (const name of ["etext", "__start_mine", "__stop_mine"])
      builder.relocate(text, 0, "R_RISCV_RELAX", builder.undefined(name));
    builder.section("mine", DATA, words(1, 2));
    builder.section(".data", DATA, words(1));
    builder.zeros(".bss", 5);
    const executable = linked([builder.object]);
    const at = (name: string) => executable.sections.find((section) => section.name === name)!.address;
    expect(addressOf(executable, "etext")).toBe(at(".text") + 4);
    expect(addressOf(executable, "__DATA_BEGIN__")).toBe(at(".data"));
    expect(addressOf(executable, "_edata")).toBe(at("mine") + 8);
    expect(addressOf(executable, "__bss_start")).toBe(at(".bss"));
    const end = Math.ceil((at(".bss") + 5) / 8) * 8;
    expect(addressOf(executable, "_end")).toBe(end);
    expect(addressOf(executable, "__BSS_END__")).toBe(end);
    expect(addressOf(executable, "__global_pointer$")).toBe(at(".data") + 0x800);
    expect(addressOf(executable, "__stop_mine") - addressOf(executable, "__start_mine")).toBe(8);
    expect(defines(executable, "end")).toBe(false);
  });
});

describe("relocations", () => {
  const AUIPC = 0x00000517;
  const LUI = 0x00000537;
  const ADDI = 0x00050513;
  const SD = 0x00b53023;
  const JALR = 0x000500e7;
  /** .text is at 0x11000, `x` at 0x13808 in .data, which is 0x13000 or so behind it. */
  function patchedWords(
    code: number[],
    relocations: [offset: number, type: RelocationName, addend?: number][],
  ): number[] {
    const { builder, text } = program("main.o", ...code);
    const x = builder.symbol("x", SHN_ABS, 0x13808);
    const high = builder.local("high", text, 0);
    for (const [offset, type, addend] of relocations) {
      builder.relocate(text, offset, type, type.includes("PCREL_LO12") ? high : x, addend);
    }
    return wordsOf(linked([builder.object]), ".text");
  }

  it.each<[string, number[], [number, RelocationName, number?][], number[]]>([
    [
      "HI20 and LO12_I",
      [LUI, ADDI],
      [
        [0, "R_RISCV_HI20"],
        [4, "R_RISCV_LO12_I"],
      ],
      [0x00014537, 0x80850513],
    ],
    [
      "HI20 and LO12_S",
      [LUI, SD],
      [
        [0, "R_RISCV_HI20"],
        [4, "R_RISCV_LO12_S"],
      ],
      [0x00014537, 0x80b53423],
    ],
    [
      "PCREL_HI20 and PCREL_LO12_I",
      [AUIPC, ADDI],
      [
        [0, "R_RISCV_PCREL_HI20"],
        [4, "R_RISCV_PCREL_LO12_I"],
      ],
      [0x00003517, 0x80850513],
    ],
    [
      "PCREL_HI20 and PCREL_LO12_S",
      [AUIPC, SD],
      [
        [0, "R_RISCV_PCREL_HI20"],
        [4, "R_RISCV_PCREL_LO12_S"],
      ],
      [0x00003517, 0x80b53423],
    ],
    ["CALL_PLT", [AUIPC, JALR], [[0, "R_RISCV_CALL_PLT"]], [0x00003517, 0x808500e7]],
    ["CALL with an addend", [AUIPC, JALR], [[0, "R_RISCV_CALL", -8]], [0x00003517, 0x800500e7]],
    ["JAL", [NOP, 0x6f], [[4, "R_RISCV_JAL"]], [NOP, 0x0050206f]],
    ["BRANCH", [0x63], [[0, "R_RISCV_BRANCH", -0x2800 - 4]], [0x00000263]],
    ["32", [7], [[0, "R_RISCV_32", 1]], [0x13809]],
    ["64", [7, 7], [[0, "R_RISCV_64"]], [0x13808, 0]],
    [
      "ADD32 and SUB32",
      [7],
      [
        [0, "R_RISCV_ADD32", 5],
        [0, "R_RISCV_SUB32"],
      ],
      [12],
    ],
    [
      "ADD64 and SUB64",
      [7, 0],
      [
        [0, "R_RISCV_ADD64"],
        [0, "R_RISCV_SUB64", 8],
      ],
      [0xffffffff, 0xffffffff],
    ],
    [
      "ADD16 and SUB16",
      [0x00ffffff],
      [
        [0, "R_RISCV_ADD16", 2],
        [0, "R_RISCV_SUB16"],
      ],
      [0x00ff0001],
    ],
    [
      "ADD8 and SUB8",
      [0x01020304],
      [
        [1, "R_RISCV_ADD8", 2],
        [1, "R_RISCV_SUB8"],
      ],
      [0x01020504],
    ],
    [
      "SET8, SET16 and SET32",
      [0, 0, 0],
      [
        [0, "R_RISCV_SET8"],
        [4, "R_RISCV_SET16"],
        [8, "R_RISCV_SET32"],
      ],
      [0x08, 0x3808, 0x13808],
    ],
    [
      "SET6 and SUB6",
      [0xc1, 0x7f],
      [
        [0, "R_RISCV_SET6"],
        [4, "R_RISCV_SUB6"],
      ],
      [0xc8, 0x77],
    ],
    ["32_PCREL", [NOP, 0], [[4, "R_RISCV_32_PCREL"]], [NOP, 0x2804]],
    [
      "RELAX and NONE",
      [NOP],
      [
        [0, "R_RISCV_RELAX"],
        [0, "R_RISCV_NONE"],
      ],
      [NOP],
    ],
  ])("%s are applied", (_, code, relocations, expected) => {
    expect(patchedWords(code, relocations)).toEqual(expected);
  });

  it.each<[RelocationName, number, RegExp]>([
    ["R_RISCV_BRANCH", 0x12000, /`x` is 0x1000 bytes away, and a branch reaches 0x1000 at most/],
    ["R_RISCV_BRANCH", 0x11003, /odd distance/],
    ["R_RISCV_JAL", 0x11000 - 0x100002, /`x` is -0x100002 bytes away, and jal reaches 0x100000/],
    ["R_RISCV_CALL", 0x1_8000_0000, /too far away: the distance 0x17ffef000 does not fit/],
    ["R_RISCV_HI20", 0x7fff_f800, /too high: the address 0x7ffff800/],
    ["R_RISCV_32", 0x1_0000_0000, /too high for .word/],
    ["R_RISCV_TPREL_HI20", 0, /thread-local/],
    ["R_RISCV_RVC_JUMP", 0, /compressed instruction/],
    ["R_RISCV_COPY", 0, /static executable cannot have/],
  ])("%s to 0x%x is a message with the place", (type, value, message) => {
    const { builder, text } = program("main.o", NOP, NOP);
    builder.relocate(text, 0, type, builder.symbol("x", SHN_ABS, value));
    const result = link([builder.object], []);
    expect(result.executable).toBeNull();
    expect(result.diagnostics).toHaveLength(1);
    expect(result.diagnostics[0]!.message).toMatch(message);
    expect(result.diagnostics[0]).toMatchObject({ file: "main.o" });
  });

  it("%pcrel_lo without its %pcrel_hi is a message", () => {
    const { builder, text } = program("main.o", ADDI);
    builder.relocate(text, 0, "R_RISCV_PCREL_LO12_I", builder.local("here", text, 0));
    expect(messages([builder.object])[0]).toMatch(/names no instruction with %pcrel_hi/);
  });

  it("a relocation at the very end of a section is a message", () => {
    const { builder, text } = program("main.o", AUIPC);
    builder.relocate(text, 0, "R_RISCV_CALL", 1);
    expect(messages([builder.object])[0]).toMatch(/end of its section/);
  });

  it("a call of an undefined weak symbol goes to address 0", () => {
    const { builder, text } = program("main.o", AUIPC, JALR);
    builder.relocate(text, 0, "R_RISCV_CALL_PLT", builder.undefined("nowhere", STB_WEAK));
    expect(wordsOf(linked([builder.object]), ".text")).toEqual([AUIPC, 0x000000e7]);
  });

  it("GOT_HI20 gets a slot for each symbol", () => {
    const { builder, text } = program("main.o", AUIPC, 0x00053503, AUIPC, 0x00053503);
    const x = builder.symbol("x", SHN_ABS, 0x1234);
    const labels = [builder.local("h1", text, 0), builder.local("h2", text, 8)];
    for (const [i, label] of labels.entries()) {
      builder.relocate(text, 8 * i, "R_RISCV_GOT_HI20", x).relocate(text, 8 * i + 4, "R_RISCV_PCREL_LO12_I", label);
    }
    const executable = linked([builder.object]);
    expect(wordsOf(executable, ".got")).toEqual([0xffffffff, 0xffffffff, 0, 0, 0, 0, 0x1234, 0]);
    const got = executable.sections.find(({ name }) => name === ".got")!.address + 24;
    const [high, low] = wordsOf(executable, ".text");
    expect(0x11000 + (high! >> 12) * 4096 + (low! >> 20)).toBe(got);
  });

  it("ALIGN takes away surplus no-operations, and labels behind move with their code", () => {
    const { builder, text } = program("main.o", NOP, NOP, NOP, NOP, 0x6f);
    builder.object.sections[text]!.align = 16;
    builder
      .relocate(text, 4, "R_RISCV_ALIGN", 0, 12)
      .relocate(text, 16, "R_RISCV_JAL", builder.symbol("behind", text, 16));
    const { builder: cut, text: code } = program("cut.o", NOP, NOP, NOP, NOP, NOP, NOP, 0x6f);
    cut.object.sections[code]!.align = 8;
    cut.relocate(code, 4, "R_RISCV_ALIGN", 0, 4).relocate(code, 12, "R_RISCV_ALIGN", 0, 4);
    cut.relocate(code, 24, "R_RISCV_JAL", cut.symbol("behind", code, 24));
    expect(wordsOf(linked([builder.object]), ".text")).toEqual([NOP, NOP, NOP, NOP, 0x6f]);
    const executable = linked([cut.object]);
    // At offset 4 the alignment needs its no-operation, at 12 again: nothing goes.
    expect(wordsOf(executable, ".text")).toHaveLength(7);
    const { builder: surplus, text: tight } = program("surplus.o", NOP, NOP, NOP, 0x6f);
    surplus.object.sections[tight]!.align = 8;
    surplus
      .relocate(tight, 8, "R_RISCV_ALIGN", 0, 4)
      .relocate(tight, 12, "R_RISCV_JAL", surplus.symbol("behind", tight, 12));
    const shorter = linked([surplus.object]);
    expect(wordsOf(shorter, ".text")).toEqual([NOP, NOP, 0x6f]);
    expect(addressOf(shorter, "behind")).toBe(0x11008);
  });
});

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

describe("what cannot be linked", () => {
  it("is refused by name: compressed code, floating-point arguments, thread-local data", () => {
    const flagged = (flags: number) => {
      const builder = new ObjectBuilder("c.o", flags);
      builder.symbol("_start", builder.section(".text", CODE, words(NOP)), 0);
      return builder.object;
    };
    expect(messages([flagged(EF_RISCV_RVC)])).toEqual([expect.stringContaining("compressed instructions")]);
    expect(messages([flagged(4)])).toEqual([expect.stringContaining("floating-point registers")]);
    const { builder } = program("tls.o", NOP);
    builder.section(".tdata", DATA | SHF_TLS, words(1));
    expect(messages([builder.object])).toEqual([expect.stringContaining("thread-local data (.tdata)")]);
  });

  it("is refused when it is absurdly large", () => {
    const { builder } = program("main.o", NOP);
    builder.zeros(".bss", 2 ** 50);
    expect(messages([builder.object])[0]).toMatch(/would reach up to 0x4000000/);
    const { builder: wide } = program("wide.o", NOP);
    wide.section(".data", DATA, words(1));
    wide.section(".data.x", DATA, words(1), { align: 2 ** 32 });
    expect(messages([wide.object])[0]).toMatch(/the executable would have \d+ bytes/);
  });
});

describe("a link of objects made by gcc", () => {
  const objects = () => ["gcc-main.o", "gcc-helper.o"].map((name) => readObject(golden(name), name));

  it("gives every section, address and segment that GNU ld gives", () => {
    const ours = linked(objects());
    const theirs = readExecutable(golden("gcc.ld"));
    const tables = [".symtab", ".strtab", ".shstrtab"];
    const described = ({ sections }: Executable) => sections.filter(({ name }) => !tables.includes(name));
    expect(described(ours)).toEqual(described(theirs));
    for (const { name, type } of described(ours).slice(1)) {
      if (type !== SHT_NOBITS) expect([name, contents(ours, name)]).toEqual([name, contents(theirs, name)]);
    }
    expect(ours.programHeaders).toEqual(theirs.programHeaders);
    expect(ours.header.entry).toBe(theirs.header.entry);
    const placed = ({ symbols }: Executable) => symbols.map(({ name, value }) => `${name} ${value}`);
    const known = theirs.symbols.filter(({ section, name }) => section !== 0 && name !== "");
    expect(placed(ours)).toEqual(expect.arrayContaining(known.map(({ name, value }) => `${name} ${value}`)));
  });

  it("gives the same from an archive", () => {
    const fromArchive = link([], [readArchive(golden("gcc.a"), "gcc.a")]).executable;
    expect(fromArchive).toEqual(linked(objects()).bytes);
  });

  it("gives the same bytes each time", () => {
    expect(linked(objects()).bytes).toEqual(linked(objects()).bytes);
  });
});
