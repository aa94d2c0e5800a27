/**
 * What a position-independent program (`ld -pie --no-dynamic-linker`) has beyond a static one: the list of its words
 * that hold an address, so that its start-up code can add to each where it was loaded, and the tables that lead there.
 *
 *   _DYNAMIC -> .dynamic   tag and value in turn: DT_RELA, DT_RELASZ, ...
 *                  └-> .rela.dyn   R_RISCV_RELATIVE: at offset, the load address plus addend
 *
 * The other tables are for dynamic linkers, which there are not; they are as GNU ld writes them, and empty.
 *
 * (1) .rela.dyn has one entry for each word of loaded memory that holds an address, in order of their addresses, and
 *     no other: differences and absolute numbers stay as they are.
 * (2) Nothing in code is to be changed at run time: what would need that is refused.
 * (3) Unlike GNU ld 2.40, a symbol with a slot in the global offset table does not become a dynamic one.
 *
 * Source: gabi 5, "Dynamic Section"; psABI, "Dynamic Linking".
 */
import { ByteWriter, StringTable } from "./bytes.ts";
import {
  emptySection,
  emptySymbol,
  type ObjectSection,
  type ObjectSymbol,
  RELA_SIZE,
  RELOCATIONS,
  type Relocation,
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_WRITE,
  SHT_DYNAMIC,
  SHT_DYNSYM,
  SHT_GNU_HASH,
  SHT_HASH,
  SHT_NOBITS,
  SHT_PROGBITS,
  SHT_RELA,
  SHT_STRTAB,
  STT_SECTION,
  SYM_SIZE,
} from "./elf.ts";
import { writeSymbol } from "./elf-write.ts";
import type { GlobalOffsetTable } from "./link-got.ts";
import {
  type InputSection,
  type LinkFile,
  newInput,
  type OutputSection,
  ownSections,
  removedBefore,
} from "./link-input.ts";
import type { LinkReport } from "./link-report.ts";
import { isAddress, symbolValue } from "./link-values.ts";

const { R_RISCV_32, R_RISCV_64, R_RISCV_HI20, R_RISCV_RELATIVE } = RELOCATIONS;
/** d_tag (gabi 5, "Dynamic Section"; GNU's above 0x6ffffef5). */
// biome-ignore format: a table is read in columns
const DT = {
  HASH: 4, STRTAB: 5, SYMTAB: 6, RELA: 7, RELASZ: 8, RELAENT: 9, STRSZ: 10, SYMENT: 11, DEBUG: 21, TEXTREL: 22,
  INIT_ARRAY: 25, FINI_ARRAY: 26, INIT_ARRAYSZ: 27, FINI_ARRAYSZ: 28, FLAGS: 30, PREINIT_ARRAY: 32, PREINIT_ARRAYSZ: 33,
  GNU_HASH: 0x6ffffef5, RELACOUNT: 0x6ffffff9, FLAGS_1: 0x6ffffffb,
} as const;

/** Functions to be called at the start and the end: section, and the tags of its address and size. */
const ARRAYS = [
  [".preinit_array", DT.PREINIT_ARRAY, DT.PREINIT_ARRAYSZ],
  [".init_array", DT.INIT_ARRAY, DT.INIT_ARRAYSZ],
  [".fini_array", DT.FINI_ARRAY, DT.FINI_ARRAYSZ],
] as const;

const WORD = 8;
const DYNAMIC_ENTRY = 16;
/** Room for tags that tools may add later (`ld -z spare-dynamic-tags`), and DT_NULL at the end. */
const SPARE_ENTRIES = 5 + 1;
const DF_TEXTREL = 4;
const DF_1_PIE = 0x800_0000;

/** The tables in which GNU ld has no entries here, with one bucket: gabi 5, "Hash Table"; .gnu.hash has a filter too. */
const EMPTY_HASH = [1, 2, 0, 0, 0];
const EMPTY_GNU_HASH = [1, 1, 1, 0, 0, 0, 0];

// biome-ignore format: a table is read in columns
const SECTIONS = {
  ".hash":     { type: SHT_HASH, flags: SHF_ALLOC, entrySize: 4, size: 4 * EMPTY_HASH.length },
  ".gnu.hash": { type: SHT_GNU_HASH, flags: SHF_ALLOC, entrySize: 0, size: 4 * EMPTY_GNU_HASH.length },
  ".dynsym":   { type: SHT_DYNSYM, flags: SHF_ALLOC, entrySize: SYM_SIZE, size: 2 * SYM_SIZE },
  ".dynstr":   { type: SHT_STRTAB, flags: SHF_ALLOC, entrySize: 0, size: 1 },
  ".rela.dyn": { type: SHT_RELA, flags: SHF_ALLOC, entrySize: RELA_SIZE, size: 0 },
  ".dynamic":  { type: SHT_DYNAMIC, flags: SHF_ALLOC | SHF_WRITE, entrySize: DYNAMIC_ENTRY, size: 0 },
} as const;

type TableName = keyof typeof SECTIONS;

/** A word that holds an address. `value` is what it would hold if the program were loaded at 0. */
interface Site {
  readonly output: OutputSection;
  readonly address: number;
  readonly value: () => bigint;
}

/** Whether the loader's list is to have the word that `relocation` fills. */
export function isRelative(input: InputSection, { type, symbol }: Relocation): boolean {
  const loaded = input.output !== null && (input.output.flags & SHF_ALLOC) !== 0;
  return loaded && type === R_RISCV_64 && isAddress(input.file, symbol);
}

/** S + A of a relocation. */
export type ValueOf = (input: InputSection, relocation: Relocation) => bigint;

export class DynamicTables {
  readonly file: LinkFile;
  private readonly tables: Readonly<Record<TableName, InputSection>>;
  private sites: Site[] = [];

  constructor(
    private readonly files: readonly LinkFile[],
    private readonly got: GlobalOffsetTable,
    private readonly compute: ValueOf,
  ) {
    const names = Object.keys(SECTIONS) as TableName[];
    const sections = names.map(
      (name): ObjectSection => ({
        ...emptySection(),
        ...SECTIONS[name],
        name,
        align: name === ".dynstr" ? 1 : WORD,
        data: new Uint8Array(SECTIONS[name].size),
      }),
    );
    this.file = { object: { name: "", flags: 0, sections, symbols: [] }, sections: [], globals: [] };
    this.file.sections = sections.map((section) => newInput(this.file, section));
    this.tables = Object.fromEntries(names.map((name, i) => [name, this.file.sections[i]!])) as typeof this.tables;
  }

  /** Where _DYNAMIC is. */
  get dynamic(): OutputSection {
    return this.tables[".dynamic"].output!;
  }

  /**
   * Counts again, now that `outputs` have their places.
   * @returns whether the tables have the size that the places were made for
   */
  settle(outputs: readonly OutputSection[]): boolean {
    this.sites = this.findSites();
    const relocations = this.resize(".rela.dyn", this.sites.length * RELA_SIZE);
    return this.resize(".dynamic", (this.tags(outputs).length + SPARE_ENTRIES) * DYNAMIC_ENTRY) && relocations;
  }

  private resize(name: TableName, size: number): boolean {
    const table = this.tables[name];
    if (table.size === size) return true;
    table.size = size;
    table.data = new Uint8Array(size);
    return false;
  }

  private findSites(): Site[] {
    const sites: Site[] = [];
    for (const input of this.files.flatMap(ownSections)) {
      for (const relocation of input.relocations) {
        if (!isRelative(input, relocation)) continue;
        const { offset } = relocation;
        const address = input.output!.address + input.offset + offset - removedBefore(input, offset);
        sites.push({ output: input.output!, address, value: () => this.compute(input, relocation) });
      }
    }
    return [...sites, ...this.slotSites()].sort((a, b) => a.address - b.address);
  }

  private slotSites(): Site[] {
    const { section, users } = this.got;
    return users.flatMap(({ file, symbol }, i) =>
      isAddress(file, symbol)
        ? [
            {
              output: section!.output!,
              address: section!.output!.address + section!.offset + this.got.slotOffset(i),
              value: () => symbolValue(file, symbol),
            },
          ]
        : [],
    );
  }

  /** Every tag but DT_RELACOUNT, which GNU ld puts into a spare place. */
  private tags(outputs: readonly OutputSection[]): [tag: number, value: number][] {
    const arrays = ARRAYS.flatMap(([name, start, size]): [number, number][] => {
      const array = outputs.find((output) => output.name === name);
      return array === undefined
        ? []
        : [
            [start, array.address],
            [size, array.size],
          ];
    });
    const at = (name: TableName) => this.tables[name].output?.address ?? 0;
    const relocations = this.sites.length * RELA_SIZE;
    const readOnly = this.sites.some(({ output }) => (output.flags & SHF_WRITE) === 0);
    return [
      ...arrays,
      [DT.HASH, at(".hash")],
      [DT.GNU_HASH, at(".gnu.hash")],
      [DT.STRTAB, at(".dynstr")],
      [DT.SYMTAB, at(".dynsym")],
      [DT.STRSZ, SECTIONS[".dynstr"].size],
      [DT.SYMENT, SYM_SIZE],
      [DT.DEBUG, 0],
      [DT.RELA, relocations === 0 ? 0 : at(".rela.dyn")],
      [DT.RELASZ, relocations],
      [DT.RELAENT, RELA_SIZE],
      ...(readOnly
        ? ([
            [DT.TEXTREL, 0],
            [DT.FLAGS, DF_TEXTREL],
          ] as [number, number][])
        : []),
      [DT.FLAGS_1, DF_1_PIE],
    ];
  }

  /** Writes the tables, once everything has its place. */
  fill(outputs: readonly OutputSection[]): void {
    this.tables[".hash"].data.set(words(EMPTY_HASH));
    this.tables[".gnu.hash"].data.set(words(EMPTY_GNU_HASH));
    this.tables[".dynsym"].data.set(this.symbols(outputs));
    const rela = new ByteWriter();
    for (const { address, value } of this.sites) {
      rela.u64(address);
      rela.u64(R_RISCV_RELATIVE);
      rela.u64(BigInt.asUintN(64, value()));
    }
    this.tables[".rela.dyn"].data.set(rela.finish());
    const dynamic = new ByteWriter();
    const count: [number, number][] = this.sites.length > 0 ? [[DT.RELACOUNT, this.sites.length]] : [];
    for (const word of [...this.tags(outputs), ...count].flat()) dynamic.u64(word);
    this.tables[".dynamic"].data.set(dynamic.finish());
  }

  /** The symbol that there must be, and the first section that is not one of these tables. */
  private symbols(outputs: readonly OutputSection[]): Uint8Array {
    const own = new Set(this.file.sections.map((input) => input!.output));
    const index = outputs.findIndex(
      (output) => [SHT_PROGBITS, SHT_NOBITS].includes(output.type) && output.flags & SHF_ALLOC && !own.has(output),
    );
    const out = new ByteWriter();
    const names = new StringTable();
    writeSymbol(out, emptySymbol(), names);
    const value = BigInt(outputs[index]?.address ?? 0);
    if (index >= 0) writeSymbol(out, { ...emptySymbol(), section: index + 1, value, type: STT_SECTION }, names);
    return out.finish();
  }

  /** Refuses what cannot be had at an unknown address. */
  check(report: LinkReport): void {
    for (const input of this.files.flatMap(ownSections)) {
      if (input.output === null || (input.output.flags & SHF_ALLOC) === 0) continue;
      for (const relocation of input.relocations) {
        const refused = this.refusal(input, relocation);
        if (refused === undefined) continue;
        const name = nameOf(input.file, relocation);
        const message = `${refused.why} \`${name}\` in a position-independent program`;
        report.errorAt(input, relocation.offset, message, refused.hint(name));
      }
    }
  }

  private refusal(input: InputSection, { type, symbol }: Relocation): Refusal | undefined {
    if (!isAddress(input.file, symbol)) return undefined;
    if (type === R_RISCV_HI20) return ABSOLUTE_CODE;
    if (type === R_RISCV_32) return SHORT_WORD;
    return type === R_RISCV_64 && input.output!.flags & SHF_EXECINSTR ? WORD_IN_CODE : undefined;
  }
}

/** How the source calls what a relocation names: assemblers put a section and an offset in the place of local labels. */
function nameOf({ object }: LinkFile, { symbol, addend }: Relocation): string {
  const own = object.symbols[symbol]!;
  if (own.type !== STT_SECTION) return own.name;
  const isLabel = ({ type, section, value }: ObjectSymbol) =>
    type !== STT_SECTION && section === own.section && value === own.value + addend;
  return object.symbols.find(isLabel)?.name ?? `${object.sections[own.section]!.name}+${addend}`;
}

interface Refusal {
  readonly why: string;
  readonly hint: (name: string) => string;
}

const ABSOLUTE_CODE: Refusal = {
  why: "%hi cannot give the address of",
  hint: (name) => `write \`la rd, ${name}\`, or %pcrel_hi and %pcrel_lo, which count from the instruction`,
};
const SHORT_WORD: Refusal = {
  why: ".word is too short for the address of",
  hint: (name) => `write \`.dword ${name}\`, or a difference such as \`.word ${name} - .\``,
};
const WORD_IN_CODE: Refusal = {
  why: "code is never changed, so it cannot hold the address of",
  hint: () => "put the .dword into .data.rel.ro, .rodata or .data",
};

function words(values: readonly number[]): Uint8Array {
  const out = new ByteWriter();
  for (const value of values) out.u32(value);
  return out.finish();
}
