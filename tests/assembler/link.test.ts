/** What a link takes and refuses: archives, symbols, objects of other tools. Its sections: link-sections.test.ts; what it patches: link-relocations.test.ts. */

import { describe, expect, it } from "vitest";
import { readArchive, writeArchive } from "../../assembler/archive.ts";
import {
  EF_RISCV_RVC,
  type Executable,
  readExecutable,
  SHF_TLS,
  SHN_ABS,
  SHT_NOBITS,
  STB_WEAK,
} from "../../assembler/elf.ts";
import { readObject } from "../../assembler/elf-object.ts";
import { link } from "../../assembler/link.ts";
import {
  addressOf,
  CODE,
  contents,
  DATA,
  golden,
  linked,
  messages,
  NOP,
  ObjectBuilder,
  program,
  words,
  wordsOf,
} from "./objects.ts";

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
