/**
 * The second pass: layout, fixups, and the object file that comes of the sections and symbols.
 *
 * (1) Relocations against labels that other files cannot see name the section, with the label's offset as addend.
 * (2) Symbols that are nowhere defined become references to other files' symbols, as in GNU as.
 */
import type { Assembly } from "./assembly.ts";
import {
  emptySection,
  emptySymbol,
  type LineRow,
  type ObjectFile,
  type ObjectSymbol,
  SHF_MERGE,
  SHF_STRINGS,
  SHF_TLS,
  SHN_ABS,
  SHN_COMMON,
  SHT_PROGBITS,
  STB_GLOBAL,
  STB_LOCAL,
  STT_FILE,
  STT_NOTYPE,
  STT_SECTION,
  STT_TLS,
} from "./elf.ts";
import { isAbsolute, reduce } from "./expression.ts";
import { layOut } from "./layout.ts";
import type { SourceSymbol } from "./model.ts";
import { offsetOf, type Place, type Section } from "./model.ts";
import { NAMES_ITS_SYMBOL, type PendingRelocation, resolveSection } from "./resolve.ts";

/** What `.ident` says goes to .comment, as GNU as has it: a zero byte first, then the strings. */
function addComment(assembly: Assembly): void {
  if (assembly.idents.length === 0) return;
  const section = assembly.section(".comment", SHT_PROGBITS, SHF_MERGE | SHF_STRINGS, 1);
  assembly.enter(section.subsection(0));
  const text = `\0${assembly.idents.map((ident) => `${ident}\0`).join("")}`;
  assembly.bytes(Uint8Array.from(text, (char) => char.charCodeAt(0)));
}

class ObjectBuilder {
  readonly symbols: ObjectSymbol[] = [emptySymbol()];
  private readonly sections: readonly Section[];
  private readonly indices = new Map<Section, number>();
  private readonly symbolIndices = new Map<SourceSymbol, number>();
  private readonly sectionSymbols = new Map<number, number>();
  private unnamed = 0;

  constructor(private readonly assembly: Assembly) {
    this.sections = [...assembly.sections.values()];
    this.sections.forEach((section, i) => {
      this.indices.set(section, i + 1);
    });
  }

  private indexOf(place: Place): number {
    return this.indices.get(place.fragment.subsection.section)!;
  }

  build(name: string): ObjectFile {
    const bodies = this.sections.map((section) => resolveSection(section, this.assembly.complain));
    const referenced = new Set(bodies.flatMap(({ relocations }) => relocations.map(({ symbol }) => symbol)));
    this.addFile();
    this.addSectionSymbols();
    for (const symbol of this.assembly.symbols.all()) this.addSymbol(symbol, referenced.has(symbol));
    const sections = this.sections.map((section, i) => ({
      name: section.name,
      type: section.type,
      flags: section.flags,
      align: section.align,
      entrySize: section.entrySize,
      data: bodies[i]!.data,
      size: section.size,
      relocations: bodies[i]!.relocations.map((relocation) => this.relocation(relocation)),
      link: section.linkedTo === null ? undefined : this.sections.findIndex((one) => one.name === section.linkedTo) + 1,
    }));
    return { name, flags: 0, sections: [emptySection(), ...sections], symbols: this.symbols, lines: this.lines() };
  }

  private add(symbol: Partial<ObjectSymbol>): number {
    this.symbols.push({ ...emptySymbol(), ...symbol });
    return this.symbols.length - 1;
  }

  private addFile(): void {
    const { sourceName } = this.assembly;
    if (sourceName !== null) this.add({ name: sourceName, section: SHN_ABS, type: STT_FILE });
  }

  private addSectionSymbols(): void {
    this.sections.forEach((_, i) => {
      this.sectionSymbols.set(i + 1, this.add({ section: i + 1, type: STT_SECTION }));
    });
  }

  /** Where a symbol is, as the symbol table says it; null where it is not this file's. */
  private location(symbol: SourceSymbol): { section: number; value: bigint; tls: boolean } | null {
    if (symbol.common !== null) return { section: SHN_COMMON, value: BigInt(symbol.common.align), tls: false };
    if (symbol.place !== null) return this.placed(symbol.place, 0n);
    if (symbol.equation === null) return null;
    const value = reduce(symbol.equation);
    if (typeof value === "string") {
      if (symbol.defined !== null) this.assembly.complain(symbol.defined, value);
      return null;
    }
    if (isAbsolute(value)) return { section: SHN_ABS, value: BigInt.asUintN(64, value.number), tls: false };
    if (value.plus?.place == null || value.minus !== null) return null;
    return this.placed(value.plus.place, value.number);
  }

  private placed(place: Place, addend: bigint): { section: number; value: bigint; tls: boolean } {
    const { flags } = place.fragment.subsection.section;
    const value = BigInt.asUintN(64, BigInt(offsetOf(place)) + addend);
    return { section: this.indexOf(place), value, tls: (flags & SHF_TLS) !== 0 };
  }

  private sizeOf(symbol: SourceSymbol): bigint {
    if (symbol.common !== null) return symbol.common.size;
    if (symbol.size === null) return 0n;
    const { expression, site } = symbol.size;
    const value = reduce(expression);
    if (typeof value !== "string" && isAbsolute(value)) return BigInt.asUintN(64, value.number);
    this.assembly.complain(site, `the size of \`${symbol.name}\` is no number`);
    return 0n;
  }

  private addSymbol(symbol: SourceSymbol, referenced: boolean): void {
    const location = this.location(symbol);
    if (location === null) {
      const asked = symbol.declared && symbol.binding === STB_GLOBAL;
      if (!referenced && !asked) return;
    } else if (symbol.isTemporary && symbol.binding === STB_LOCAL) return;
    const binding = location === null && symbol.binding === STB_LOCAL ? STB_GLOBAL : symbol.binding;
    const type = location?.tls && symbol.type === STT_NOTYPE ? STT_TLS : symbol.type;
    const { name, visibility } = symbol;
    const { section, value } = location ?? { section: 0, value: 0n };
    const index = this.add({ name, section, value, size: this.sizeOf(symbol), binding, type, visibility });
    this.symbolIndices.set(symbol, index);
  }

  /** By invariant (1). */
  private relocation({ offset, type, symbol, addend }: PendingRelocation) {
    if (symbol === null) return { offset, type, symbol: 0, addend };
    if (symbol.place !== null && symbol.binding === STB_LOCAL && !NAMES_ITS_SYMBOL.has(type)) {
      const index = this.sectionSymbols.get(this.indexOf(symbol.place))!;
      return { offset, type, symbol: index, addend: addend + BigInt(offsetOf(symbol.place)) };
    }
    return { offset, type, symbol: this.symbolIndex(symbol), addend };
  }

  /** The symbol's entry; labels that have none but are needed get one. */
  private symbolIndex(symbol: SourceSymbol): number {
    const known = this.symbolIndices.get(symbol);
    if (known !== undefined) return known;
    const name = symbol.name === "" ? `.Lhere${this.unnamed++}` : symbol.name;
    const location = this.location(symbol);
    const index = this.add({ name, section: location?.section ?? 0, value: location?.value ?? 0n });
    if (location === null) this.symbols[index]!.binding = STB_GLOBAL;
    this.symbolIndices.set(symbol, index);
    return index;
  }

  private lines(): LineRow[] {
    const { explicit } = this.assembly.debug;
    return this.sections.flatMap((section) =>
      section.lines
        .filter((row) => row.explicit === explicit)
        .map(({ place, file, line }) => ({ section: this.indices.get(section)!, offset: offsetOf(place), file, line }))
        .sort((a, b) => a.offset - b.offset),
    );
  }
}

/** The object file of what has been read; errors go to the assembly's diagnostics. */
export function buildObject(assembly: Assembly, name: string): ObjectFile | null {
  addComment(assembly);
  for (const section of assembly.sections.values()) {
    const problem = layOut(section);
    if (problem === null) continue;
    const { message, site } = problem;
    if (site !== null) assembly.complain(site, message);
    else assembly.diagnostics.add({ severity: "error", file: name, line: 0, column: 0, message });
    return null;
  }
  return new ObjectBuilder(assembly).build(name);
}
