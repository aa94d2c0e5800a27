/** Position-independent programs: as GNU ld makes them, and what cannot be one. */
import { describe, expect, it } from "vitest";
import { assemble } from "../../assembler/assemble.ts";
import { ET_DYN, type Executable, PT_DYNAMIC, readExecutable, SHN_ABS, SHT_NOBITS } from "../../assembler/elf.ts";
import { readObject } from "../../assembler/elf-object.ts";
import { type LinkOptions, link } from "../../assembler/link.ts";
import { contents, DATA, golden, NOP, program, words, wordsOf } from "./objects.ts";

const objectOf = (source: string) => assemble("pie.s", source, { includePaths: [], readFile: () => null }).object!;
const start = ".globl _start\n.text\n_start: ret\n";

function linkPie(source: string, options: LinkOptions = {}): Executable {
  const { executable, diagnostics } = link([objectOf(start + source)], [], { pie: true, ...options });
  expect(diagnostics).toEqual([]);
  return readExecutable(executable!);
}

/** The list of words to be relocated: [address, addend]. */
function relocations(pie: Executable): [number, number][] {
  if (!pie.sections.some(({ name }) => name === ".rela.dyn")) return [];
  const bytes = contents(pie, ".rela.dyn");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const rows = Array.from({ length: bytes.length / 24 }, (_, i) => 24 * i);
  return rows.map((at) => {
    expect(view.getBigUint64(at + 8, true)).toBe(3n);
    return [Number(view.getBigUint64(at, true)), Number(view.getBigInt64(at + 16, true))];
  });
}

const addressIn = (pie: Executable, name: string) => Number(pie.symbols.find((symbol) => symbol.name === name)!.value);

/** The values of .dynamic by tag. */
function dynamic(pie: Executable): Map<number, number> {
  const bytes = contents(pie, ".dynamic");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const tags = new Map<number, number>();
  for (let at = 0; at < bytes.length && view.getBigUint64(at, true) !== 0n; at += 16)
    tags.set(Number(view.getBigUint64(at, true)), Number(view.getBigUint64(at + 8, true)));
  return tags;
}

/** DT_RELA, DT_RELASZ, DT_TEXTREL, DT_RELACOUNT. */
const [RELA, RELASZ, TEXTREL, RELACOUNT] = [7, 8, 22, 0x6ffffff9];

describe("a position-independent program", () => {
  const ours = readExecutable(link([readObject(golden("pie.o"), "pie.o")], [], { pie: true }).executable!);
  const theirs = readExecutable(golden("pie.ld"));

  it("has GNU ld's sections with GNU ld's bytes, segments, entry and symbol values", () => {
    const tables = [".symtab", ".strtab", ".shstrtab"];
    const described = ({ sections }: Executable) => sections.filter(({ name }) => !tables.includes(name));
    expect(described(ours)).toEqual(described(theirs));
    expect(described(ours).length).toBeGreaterThan(15);
    for (const { name, type } of described(ours).slice(1))
      if (type !== SHT_NOBITS) expect([name, contents(ours, name)]).toEqual([name, contents(theirs, name)]);
    expect(ours.programHeaders).toEqual(theirs.programHeaders);
    expect(ours.header).toMatchObject({ type: ET_DYN, entry: theirs.header.entry });
    const values = ({ symbols }: Executable) => symbols.map(({ name, value }) => `${name} ${value}`);
    expect(values(ours)).toEqual(values(theirs));
  });

  it("lists each word that holds an address, in order, and no difference or number", () => {
    const pie = linkPie(`.data\nn: .dword 5\na: .dword _start\n .dword a - _start, 0x1234\n .byte 1\n b: .dword a+7
      .dword number, nobody\n .weak nobody\n .globl number\n .set number, 99\n .section .rodata\n .word b-a`);
    const [a, b] = [addressIn(pie, "a"), addressIn(pie, "b")];
    expect(relocations(pie)).toEqual([
      [a, addressIn(pie, "_start")],
      [b, a + 7],
    ]);
    expect(dynamic(pie).get(RELASZ)).toBe(48);
    expect(dynamic(pie).get(RELACOUNT)).toBe(2);
    const data = pie.sections.find(({ name }) => name === ".data")!;
    const bytes = contents(pie, ".data");
    const word = (at: number) => new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at - data.address, true);
    // The number and the symbol that nobody defines follow b, and are what they are at every address.
    expect([word(a), word(b), word(b + 8), word(b + 16)]).toEqual([0n, 0n, 99n, 0n]);
  });

  it("lists the slots of its global offset table that hold an address", () => {
    const { builder, text } = program("main.o", NOP, NOP, NOP);
    const data = builder.section(".data", DATA, words(1, 0));
    const symbols = [
      builder.symbol("thing", data, 4),
      builder.symbol("number", SHN_ABS, 5),
      builder.weak("nobody", 0, 0),
    ];
    for (const [i, symbol] of symbols.entries()) builder.relocate(text, 4 * i, "R_RISCV_GOT_HI20", symbol);
    const pie = readExecutable(link([builder.object], [], { pie: true }).executable!);
    const table = pie.sections.find(({ name }) => name === ".got")!;
    expect(relocations(pie).map(([, value]) => value)).toEqual([addressIn(pie, "thing")]);
    const [[slot]] = relocations(pie) as [[number, number]];
    expect(table.address < slot && slot < table.address + table.size).toBe(true);
    // The table: two words for a lazy binder, the dynamic section's address, the slots.
    const slots = wordsOf(pie, ".got").filter((_, i) => i % 2 === 0);
    expect(slots.slice(0, 3)).toEqual([0xffffffff, 0, addressIn(pie, "_DYNAMIC")]);
    expect(slots.slice(3).sort()).toEqual([0, 0, 5]);
  });

  it("counts the linker's symbols among addresses, also those that only the layout defines", () => {
    const pie = linkPie(
      '.data\n .dword _end, __start_own, __stop_own, __global_pointer$\n .section own,"aw"\n .zero 3',
    );
    const names = ["_end", "__start_own", "__stop_own", "__global_pointer$"];
    expect(relocations(pie).map(([, value]) => value)).toEqual(names.map((name) => addressIn(pie, name)));
  });

  it("has tables that are empty when there is nothing to relocate", () => {
    const pie = linkPie("");
    expect(relocations(pie)).toEqual([]);
    expect([dynamic(pie).get(RELA), dynamic(pie).get(RELASZ)]).toEqual([0, 0]);
    const segment = pie.programHeaders.find(({ type }) => type === PT_DYNAMIC)!;
    expect(segment.virtualAddress).toBe(addressIn(pie, "_DYNAMIC"));
  });

  it("says so when words of read-only data are to be changed", () => {
    expect(dynamic(linkPie(".section .rodata\n .dword _start")).has(TEXTREL)).toBe(true);
    expect(dynamic(linkPie('.section .data.rel.ro,"aw"\n .dword _start')).has(TEXTREL)).toBe(false);
  });

  it("leaves debugging information as it is", () => {
    const pie = linkPie(".section .debug_info\n .dword _start\n .word _start");
    expect(relocations(pie)).toEqual([]);
    expect(contents(pie, ".debug_info")[1]).toBe(addressIn(pie, "_start") >> 8);
  });

  it("is the same each time", () => {
    const bytes = () => link([readObject(golden("pie.o"), "pie.o")], [], { pie: true }).executable;
    expect(bytes()).toEqual(bytes());
  });

  it("leaves _DYNAMIC undefined in other programs: 0, for code that asks whether it must relocate itself", () => {
    const { executable } = link([objectOf(`${start} lla a0, _DYNAMIC\n .weak _DYNAMIC`)], []);
    const text = contents(readExecutable(executable!), ".text");
    // auipc a0, -0x11; addi a0, a0, -4: from 0x11004 to 0.
    expect(new Uint32Array(text.slice(4, 12).buffer)).toEqual(new Uint32Array([0xfffef517, 0xffc50513]));
  });
});

describe("what a position-independent program cannot hold", () => {
  const refusals = (source: string) =>
    link([objectOf(start + source)], [], { pie: true }).diagnostics.map(({ line, message, hint }) => [
      line,
      message,
      hint,
    ]);

  it("is refused with what to write instead: %hi", () => {
    expect(refusals(" lui a0, %hi(thing)\n addi a0, a0, %lo(thing)\n .data\nthing: .zero 4")).toEqual([
      [
        4,
        "%hi cannot give the address of `thing` in a position-independent program",
        "write `la rd, thing`, or %pcrel_hi and %pcrel_lo, which count from the instruction",
      ],
    ]);
  });

  it("is refused: an address in 32 bits", () => {
    expect(refusals(".data\n .word _start")).toEqual([
      [
        0,
        ".data+0x0: .word is too short for the address of `_start` in a position-independent program",
        "write `.dword _start`, or a difference such as `.word _start - .`",
      ],
    ]);
  });

  it("is refused: an address among code", () => {
    expect(refusals(" .dword _start")).toEqual([
      [
        3,
        "code is never changed, so it cannot hold the address of `_start` in a position-independent program",
        "put the .dword into .data.rel.ro, .rodata or .data",
      ],
    ]);
  });

  it("are only addresses: numbers may stand in each of these places", () => {
    expect(refusals(" lui a0, %hi(n)\n .word n\n .dword n\n .globl n\n .set n, 0x12345")).toEqual([]);
  });
});
