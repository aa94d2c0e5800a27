import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDebugSections } from "../../assembler/debug-info.ts";
import { ElfError, type LineRow, readExecutable } from "../../assembler/elf.ts";
import { readObject, writeObject } from "../../assembler/elf-object.ts";
import { readLinePrograms } from "../../assembler/line-program.ts";
import { objectLines, readLineTable } from "../../assembler/line-table.ts";
import { symbolAt } from "../../assembler/symbolize.ts";
import { CODE, contents, golden, linked, NOP, ObjectBuilder, program, words } from "./objects.ts";

const UNIT = { name: "bin/a.s", producer: "Quire" };

/** An object of two code sections with line rows, and debug sections made from them. */
function withLines() {
  const { builder, text } = program("a.o", NOP, NOP, NOP, NOP);
  const hot = builder.section(".text.hot", CODE, words(NOP, NOP));
  const rows: LineRow[] = [
    { section: text, offset: 0, file: "bin/a.s", line: 10 },
    { section: text, offset: 4, file: "lib/macros.s", line: 4000 },
    { section: text, offset: 12, file: "bin/a.s", line: 11 },
    { section: hot, offset: 4, file: "b.s", line: 1 },
  ];
  builder.object.lines = rows;
  addDebugSections(builder.object, UNIT);
  return { object: builder.object, rows };
}

describe("a line table", () => {
  it("leads from every address to the line that its code stems from", () => {
    const lines = readLineTable(linked([withLines().object]));
    const at = (address: number) => {
      const found = lines.lookup(address);
      return found && `${found.file}:${found.line}`;
    };
    // .text.hot comes first: its two instructions are at 0x11000, .text is at 0x11008.
    const expected = [
      undefined,
      "b.s:1",
      "bin/a.s:10",
      "lib/macros.s:4000",
      "lib/macros.s:4000",
      "bin/a.s:11",
      undefined,
    ];
    expect(expected.map((_, i) => at(0x11000 + 4 * i))).toEqual(expected);
    expect([at(0), at(0x1100b), at(0x20000)]).toEqual([undefined, "bin/a.s:10", undefined]);
  });

  it("leads back from a line to the addresses where its code begins", () => {
    const lines = readLineTable(linked([withLines().object]));
    expect(lines.addressesOf("bin/a.s", 11)).toEqual([0x11014]);
    expect(lines.addressesOf("macros.s", 4000)).toEqual([0x1100c]);
    expect(lines.addressesOf("acros.s", 4000)).toEqual([]);
    expect(lines.addressesOf("bin/a.s", 12)).toEqual([]);
    expect(lines.files()).toEqual(["b.s", "bin/a.s", "lib/macros.s"]);
  });

  it("of several objects holds the lines of all", () => {
    const { object } = withLines();
    const other = new ObjectBuilder("c.o");
    const text = other.section(".text", CODE, words(NOP));
    other.object.lines = [{ section: text, offset: 0, file: "c.s", line: 3 }];
    addDebugSections(other.object, { ...UNIT, name: "c.s", directory: "/home" });
    const lines = readLineTable(linked([object, other.object]));
    expect(lines.lookup(0x11018)).toEqual({ file: "c.s", line: 3 });
    expect(lines.lookup(0x11008)).toEqual({ file: "bin/a.s", line: 10 });
  });

  it("is read from an object before it is linked", () => {
    const { object, rows } = withLines();
    expect(objectLines(readObject(writeObject(object), "a.o"))).toEqual(rows);
    expect(objectLines(new ObjectBuilder("empty.o").object)).toEqual([]);
  });

  it("is the same whatever the rows are: any steps of lines and bytes survive", () => {
    const step = fc.record({
      bytes: fc.nat(300),
      line: fc.integer({ min: 1, max: 100_000 }),
      file: fc.constantFrom("a.s", "d/b.s", "/e/c.s"),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const { builder, text } = program("a.o", ...new Array(2500).fill(NOP));
        let offset = 0;
        const rows = steps.map(({ bytes, line, file }) => {
          const row = { section: text, offset, file, line };
          offset += 4 * bytes + 4;
          return row;
        });
        builder.object.lines = rows.filter((row) => row.offset < 10_000);
        addDebugSections(builder.object, UNIT);
        expect(objectLines(builder.object)).toEqual(builder.object.lines);
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  it("made by gcc (DWARF 5, relaxable) leads to the lines of its source", () => {
    const executable = linked(["gcc-main.o", "gcc-helper.o"].map((name) => readObject(golden(name), name)));
    const lines = readLineTable(executable);
    const source = new TextDecoder().decode(golden("gcc-main.c")).split("\n");
    const start = executable.symbols.find(({ name }) => name === "_start")!;
    expect(lines.lookup(Number(start.value))).toEqual({
      file: "gcc-main.c",
      line: 1 + source.findIndex((text) => text.startsWith("void _start")),
    });
    expect(lines.files().sort()).toEqual(["gcc-helper.c", "gcc-main.c"]);
  });

  it("made by GNU ld is read like ours", () => {
    const theirs = readExecutable(golden("gcc.ld"));
    const ours = linked(["gcc-main.o", "gcc-helper.o"].map((name) => readObject(golden(name), name)));
    const [a, b] = [readLineTable(theirs), readLineTable(ours)];
    for (let address = 0x11000; address < 0x11200; address += 4) expect(a.lookup(address)).toEqual(b.lookup(address));
  });

  it("of an executable without one is empty", () => {
    const { builder } = program("a.o", NOP);
    expect(readLineTable(linked([builder.object])).lookup(0x11000)).toBeUndefined();
  });

  it("throws nothing but ElfError when damaged", () => {
    const good = contents(linked([withLines().object]), ".debug_line");
    const theirs = readExecutable(golden("gcc.ld"));
    const section = (name: string) => contents(theirs, name);
    let refused = 0;
    const edit = fc.record({ at: fc.nat(2000), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), fc.boolean(), (edits, old) => {
        const line = (old ? good : section(".debug_line")).slice();
        for (const { at, value } of edits) line[at % line.length] = value;
        try {
          readLinePrograms({ line, lineStrings: section(".debug_line_str"), strings: section(".debug_str") });
        } catch (error) {
          expect(error).toBeInstanceOf(ElfError);
          refused++;
        }
      }),
      { seed: 7, numRuns: 1000 },
    );
    expect(refused).toBeGreaterThan(50);
  });
});

describe("debug sections", () => {
  it("are left alone where the source brings its own, and .debug_line is filled in where it is empty", () => {
    const { builder, text } = program("a.o", NOP);
    builder.object.lines = [{ section: text, offset: 0, file: "a.c", line: 5 }];
    const info = builder.section(".debug_info", 0, words(1));
    const line = builder.section(".debug_line", 0, new Uint8Array(0));
    addDebugSections(builder.object, { ...UNIT, files: new Map([[3, "a.c"]]) });
    const names = builder.object.sections.map(({ name }) => name);
    expect(names).toEqual(["", ".text", ".debug_info", ".debug_line"]);
    expect(builder.object.sections[info]!.data).toEqual(words(1));
    expect(builder.object.sections[line]!.size).toBeGreaterThan(0);
    expect(objectLines(builder.object)).toEqual(builder.object.lines);
    const before = structuredClone(builder.object);
    addDebugSections(builder.object, UNIT);
    expect(builder.object).toEqual(before);
  });

  it("are not made without rows", () => {
    const { builder } = program("a.o", NOP);
    addDebugSections(builder.object, UNIT);
    expect(builder.object.sections).toHaveLength(2);
  });

  it("are the same bytes for the same rows", () => {
    expect(writeObject(withLines().object)).toEqual(writeObject(withLines().object));
  });
});

describe("the symbol at an address", () => {
  const { builder, text } = program("a.o", NOP, NOP, NOP, NOP);
  builder.local(".Lhidden", text, 4);
  builder.local("$x", text, 4);
  builder.local("local", text, 8);
  builder.symbol("global", text, 8);
  builder.symbol("function", text, 8, { type: 2 });
  builder.symbol("constant", 0xfff1, 0x11004);
  const executable = linked([builder.object]);

  it("is the nearest before it, as a name and a distance", () => {
    expect(symbolAt(executable, 0x11000)).toEqual({ name: "_start", offset: 0 });
    expect(symbolAt(executable, 0x11006)).toEqual({ name: "_start", offset: 6 });
  });

  it("is a function before a label, of several at one address", () => {
    expect(symbolAt(executable, 0x1100c)).toEqual({ name: "function", offset: 4 });
  });

  it("is none outside of its section", () => {
    expect(symbolAt(executable, 0x11010)).toBeUndefined();
    expect(symbolAt(executable, 0x10fff)).toBeUndefined();
    expect(symbolAt(executable, 0)).toBeUndefined();
  });
});
