import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readArchive } from "../../assembler/archive.ts";
import {
  ElfError,
  ET_DYN,
  ET_EXEC,
  ET_REL,
  type ObjectFile,
  PF_R,
  PF_W,
  PF_X,
  PT_GNU_STACK,
  PT_INTERP,
  PT_LOAD,
  readExecutable,
  readHeader,
  readProgramHeaders,
  SHN_ABS,
  SHT_NOBITS,
  STB_LOCAL,
} from "../../assembler/elf.ts";
import { readObject, writeObject } from "../../assembler/elf-object.ts";
import { objectLines, readLineTable } from "../../assembler/line-table.ts";
import { link } from "../../assembler/link.ts";
import { CODE, DATA, golden, linked, NOP, ObjectBuilder, program, words } from "./objects.ts";

const sample = (): Uint8Array => {
  const { builder } = program("a.o", NOP, NOP);
  const data = builder.section(".data", DATA, words(1, 2));
  builder.symbol("counter", data, 4);
  return linked([builder.object]).bytes;
};

/** A copy of `bytes` with one field changed. */
function patched(bytes: Uint8Array, at: number, width: 1 | 2 | 4 | 8, value: number): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  if (width === 8) view.setBigUint64(at, BigInt(value), true);
  else if (width === 4) view.setUint32(at, value, true);
  else if (width === 2) view.setUint16(at, value, true);
  else view.setUint8(at, value);
  return copy;
}

/** Runs `read`; true when it returned, false when it threw ElfError. Anything else fails the test. */
function readsOrRefuses(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof ElfError) return false;
    throw error;
  }
}

const FIRST_SEGMENT = 64;

describe("reading an executable", () => {
  it("gives the entry, the segments, the sections and the symbols", () => {
    const { header, programHeaders, sections, symbols } = readExecutable(sample());
    expect(header.type).toBe(ET_EXEC);
    expect(header.entry).toBe(0x11000);
    expect(programHeaders.filter(({ type }) => type === PT_LOAD).map(({ flags }) => flags)).toEqual([
      PF_R,
      PF_R | PF_X,
      PF_R | PF_W,
    ]);
    expect(programHeaders.at(-1)).toMatchObject({ type: PT_GNU_STACK, flags: PF_R | PF_W });
    expect(sections.map(({ name }) => name)).toEqual(["", ".text", ".data", ".symtab", ".strtab", ".shstrtab"]);
    expect(symbols.find(({ name }) => name === "counter")).toMatchObject({ section: 2 });
  });

  it("needs only 64 bytes for the header, and only a prefix for the program headers", () => {
    const bytes = sample();
    const header = readHeader(bytes.subarray(0, 64));
    expect(header).toEqual(readExecutable(bytes).header);
    const prefix = bytes.subarray(0, 64 + 56 * header.programHeaderCount);
    expect(readProgramHeaders(prefix, header, bytes.length)).toEqual(readExecutable(bytes).programHeaders);
    expect(() => readProgramHeaders(prefix.subarray(0, -1), header, bytes.length)).toThrow(ElfError);
  });

  it("reports ET_DYN and PT_INTERP for the caller to decide about", () => {
    const dynamic = patched(sample(), 16, 2, ET_DYN);
    expect(readExecutable(dynamic).header.type).toBe(ET_DYN);
    const interpreted = patched(sample(), FIRST_SEGMENT, 4, PT_INTERP);
    expect(readExecutable(interpreted).programHeaders[0]!.type).toBe(PT_INTERP);
  });

  const text = FIRST_SEGMENT + 56;
  const wrong: [what: string, at: number, width: 1 | 2 | 4 | 8, value: number, message: RegExp][] = [
    ["another magic", 0, 1, 0x7e, /not an ELF file/],
    ["32 bits", 4, 1, 1, /EI_CLASS.* is 1/],
    ["big-endian order", 5, 1, 2, /EI_DATA.* is 2/],
    ["another version", 6, 1, 9, /EI_VERSION.* is 9/],
    ["another machine", 18, 2, 62, /e_machine.* is 62, expected 243/],
    ["an object", 16, 2, ET_REL, /not yet linked/],
    ["a core file", 16, 2, 4, /of type 4/],
    ["an entry beyond 2^53", 31, 1, 0x80, /e_entry/],
    ["program headers beyond the file", 32, 8, 1 << 20, /program headers/],
    ["another size of program headers", 54, 2, 32, /e_phentsize is 32/],
    ["section headers beyond the file", 40, 8, 1 << 20, /section headers/],
    ["names in a section that is no string table", 62, 2, 1, /section names/],
    ["a segment beyond the file", text + 32, 8, 1 << 20, /program header 1: bytes .* reach beyond/],
    ["a segment with less memory than file", text + 40, 8, 1, /8 bytes of file for 1 bytes of memory/],
    ["a segment that is not congruent", text + 16, 8, 0x11004, /differ within the page/],
    ["an alignment that is no power of two", text + 48, 8, 3000, /alignment 3000/],
    ["a segment that ends beyond 2^53", text + 40, 8, Number.MAX_SAFE_INTEGER, /ends beyond/],
  ];
  it.each(wrong)("refuses %s", (_, at, width, value, message) => {
    const bytes = patched(sample(), at, width, value);
    expect(() => readExecutable(bytes)).toThrow(ElfError);
    expect(() => readExecutable(bytes)).toThrow(message);
  });

  it("throws nothing but ElfError on random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (tail) => {
        const bytes = new Uint8Array(64 + tail.length);
        bytes.set(sample().subarray(0, 64));
        bytes.set(tail, 64);
        readsOrRefuses(() => readExecutable(tail));
        readsOrRefuses(() => readExecutable(bytes));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("throws nothing but ElfError on damaged files, its line table and symbols included", () => {
    const good = golden("gcc.ld");
    let read = 0;
    const damage = fc.record({ at: fc.nat(good.length - 1), value: fc.nat(255) });
    const headers = fc.record({ at: fc.nat(63 + 5 * 56), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 30 }), fc.array(headers, { maxLength: 2 }), (anywhere, ahead) => {
        const bytes = good.slice();
        for (const { at, value } of [...anywhere, ...ahead]) bytes[at] = value;
        if (readsOrRefuses(() => readLineTable(readExecutable(bytes)))) read++;
      }),
      { seed: 2, numRuns: 300 },
    );
    // Some damage hits what nobody reads: both ends of the property were seen.
    expect(read).toBeGreaterThan(10);
    expect(read).toBeLessThan(290);
  });

  it("throws nothing but ElfError on truncated files", () => {
    const good = sample();
    for (let length = 0; length < good.length; length += 7) {
      expect(readsOrRefuses(() => readExecutable(good.subarray(0, length)))).toBe(false);
    }
  });
});

describe("objects", () => {
  const name = fc.stringMatching(/^[a-z_.]{1,12}$/);
  const section = fc.record({
    name,
    flags: fc.constantFrom(CODE, DATA, 0),
    align: fc.constantFrom(1, 2, 4, 8, 16),
    data: fc.uint8Array({ maxLength: 40 }),
    relocations: fc.array(
      fc.record({
        offset: fc.nat(30),
        type: fc.nat(61),
        symbol: fc.nat(20),
        addend: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      }),
      {
        maxLength: 4,
      },
    ),
  });
  const symbol = fc.record({
    name,
    home: fc.nat(7),
    value: fc.bigInt(0n, 2n ** 64n - 1n),
    size: fc.bigInt(0n, 2n ** 64n - 1n),
    binding: fc.nat(2),
    type: fc.nat(6),
    visibility: fc.nat(3),
  });

  const object = fc
    .tuple(fc.array(section, { maxLength: 6 }), fc.array(symbol, { maxLength: 8 }))
    .map(([sections, symbols]) => {
      const builder = new ObjectBuilder("random.o", 5);
      for (const { name: own, flags, align, data } of sections) builder.section(own, flags, data, { align });
      const homes = [...sections.map((_, i) => i + 1), 0, SHN_ABS];
      const sorted = symbols.sort((a, b) => Number(a.binding !== STB_LOCAL) - Number(b.binding !== STB_LOCAL));
      for (const { name: own, home, value, ...more } of sorted) {
        builder.symbol(own, homes[home % homes.length]!, 0, { ...more, value });
      }
      sections.forEach(({ relocations }, i) => {
        const target = builder.object.sections[i + 1]!;
        for (const relocation of relocations) {
          if (relocation.offset > target.size) continue;
          target.relocations.push({ ...relocation, symbol: relocation.symbol % builder.object.symbols.length });
        }
      });
      return builder.object;
    });

  it("are read back as they were written", () => {
    fc.assert(
      fc.property(object, (original: ObjectFile) => {
        const bytes = writeObject(original);
        expect(readObject(bytes, "random.o")).toEqual(original);
        expect(writeObject(original)).toEqual(bytes);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it("have their local symbols first, and relocations follow their symbols", () => {
    const builder = new ObjectBuilder("a.o");
    const text = builder.section(".text", CODE, words(NOP));
    const far = builder.symbol("far", text, 0);
    builder.local("near", text, 0);
    builder.relocate(text, 0, "R_RISCV_BRANCH", far);
    const { symbols, sections } = readObject(writeObject(builder.object), "a.o");
    expect(symbols.map((own) => own.name)).toEqual(["", "near", "far"]);
    expect(sections[1]!.relocations).toEqual([{ offset: 0, type: 16, symbol: 2, addend: 0n }]);
  });

  it("keep their COMDAT groups", () => {
    const builder = new ObjectBuilder("a.o");
    const text = builder.section(".text.shared", CODE, words(NOP, NOP), { group: "shared" });
    const shared = builder.symbol("shared", text, 0);
    builder.relocate(text, 4, "R_RISCV_JAL", shared);
    const { sections } = readObject(writeObject(builder.object), "a.o");
    expect(sections[1]).toMatchObject({ name: ".text.shared", group: "shared" });
  });

  it("made by gcc are read, with relocations, .bss and DWARF lines", () => {
    const main = readObject(golden("gcc-main.o"), "gcc-main.o");
    expect(main.symbols.map((own) => own.name)).toEqual(
      expect.arrayContaining(["_start", "factorial", "table", "nowhere"]),
    );
    const helper = readObject(golden("gcc-helper.o"), "gcc-helper.o");
    expect(helper.sections.filter(({ type }) => type === SHT_NOBITS).map(({ size }) => size)).toContain(20000);
    const lines = objectLines(main).filter(({ section: at }) => main.sections[at]!.name === ".text");
    expect(new Set(lines.map(({ file }) => file))).toEqual(new Set(["gcc-main.c"]));
    const source = new TextDecoder().decode(golden("gcc-main.c")).split("\n");
    const factorial = 1 + source.findIndex((text) => text.startsWith("int factorial"));
    expect(lines.map(({ line }) => line)).toContain(factorial);
  });

  it("throw nothing but ElfError when damaged, read or linked", () => {
    const good = golden("gcc-helper.o");
    const edit = fc.record({ at: fc.nat(good.length - 1), value: fc.nat(255) });
    let read = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 20 }), (edits) => {
        const bytes = good.slice();
        for (const { at, value } of edits) bytes[at] = value;
        const result = readsOrRefuses(() => {
          const damaged = readObject(bytes, "damaged.o");
          objectLines(damaged);
          const { executable, diagnostics } = link([damaged], [], { entry: "helper" });
          if (executable === null) expect(diagnostics.length).toBeGreaterThan(0);
        });
        if (result) read++;
      }),
      { seed: 4, numRuns: 400 },
    );
    expect(read).toBeGreaterThan(50);
  });
});

describe("archives", () => {
  it("throw nothing but ElfError when damaged", () => {
    const good = golden("gcc.a");
    const edit = fc.record({ at: fc.nat(300), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
        const bytes = good.slice();
        for (const { at, value } of edits) bytes[at] = value;
        readsOrRefuses(() => {
          const archive = readArchive(bytes, "damaged.a");
          for (const i of archive.members.keys()) archive.object(i);
        });
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});
