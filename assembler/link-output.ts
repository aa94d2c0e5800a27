/**
 * The executable's symbol table and section headers from a finished link.
 */
import {
  type ElfSection,
  emptySymbol,
  type ObjectSymbol,
  SHN_ABS,
  STB_GLOBAL,
  STB_LOCAL,
  STT_FILE,
  STT_OBJECT,
  STT_SECTION,
  STV_HIDDEN,
  STV_INTERNAL,
} from "./elf.ts";
import type { GlobalSymbol, LinkFile, OutputSection } from "./link-input.ts";
import { definedValue } from "./link-values.ts";

const encoder = new TextEncoder();

/** The number that GNU ld's symbol table sorts by (the hash of bfd_hash_hash). */
function nameHash(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code >= 0x80) return bytesHash(encoder.encode(name));
    hash = stirred(hash, code);
  }
  return stirred(hash, name.length);
}

function bytesHash(bytes: Uint8Array): number {
  let hash = 0;
  for (const byte of bytes) hash = stirred(hash, byte);
  return stirred(hash, bytes.length);
}

function stirred(hash: number, value: number): number {
  const sum = (hash + value + Math.imul(value, 1 << 17)) >>> 0;
  return (sum ^ (sum >>> 2)) >>> 0;
}

/** Buckets of ld's symbol table while a link has less than some 3,000 names. */
const BUCKETS = 4051;

/**
 * Globals in the order in which GNU ld visits them, which is that of its hash table: COMMON symbols, slots of the global
 * offset table and the symbol table are laid out in it. `globals` are in order of their appearance in the link.
 */
export function inHashOrder(globals: readonly GlobalSymbol[]): GlobalSymbol[] {
  return globals
    .map((global, i) => ({ global, i, bucket: nameHash(global.name) % BUCKETS }))
    .sort((a, b) => a.bucket - b.bucket || b.i - a.i)
    .map(({ global }) => global);
}

/** Whether a local symbol is worth keeping: assemblers' own labels (.L*) are not. */
function isKept({ name, type }: ObjectSymbol): boolean {
  return name !== "" && !name.startsWith(".L") && type !== STT_SECTION;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The linker's symbols that only the program itself sees. */
const HIDDEN = ["_DYNAMIC", "_PROCEDURE_LINKAGE_TABLE_", "_GLOBAL_OFFSET_TABLE_"];

export class SymbolTableBuilder {
  private readonly locals: ObjectSymbol[] = [emptySymbol()];
  /** HIDDEN ones, which come behind an unnamed file. */
  private readonly hidden: ObjectSymbol[] = [];
  private readonly others: ObjectSymbol[] = [];
  private readonly indexOf: Map<OutputSection, number>;

  constructor(outputs: readonly OutputSection[]) {
    this.indexOf = new Map(outputs.map((output, i) => [output, i + 1]));
    for (const output of outputs) {
      const section = this.indexOf.get(output)!;
      const symbol = { ...emptySymbol(), section, value: BigInt(output.address), type: STT_SECTION };
      this.locals.push(symbol);
    }
  }

  addFile(file: LinkFile): void {
    const { sections, symbols } = file.object;
    const signatures = new Set(sections.map(({ group }) => group));
    const kept = symbols.filter(
      (symbol, i) => i > 0 && symbol.binding === STB_LOCAL && isKept(symbol) && !signatures.has(symbol.name),
    );
    if (kept.length === 0) return;
    if (kept[0]!.type !== STT_FILE) {
      this.locals.push({ ...emptySymbol(), name: baseName(file.object.name), section: SHN_ABS, type: STT_FILE });
    }
    for (const symbol of kept) this.locals.push(this.placed(file, symbol));
  }

  private placed(file: LinkFile, symbol: ObjectSymbol): ObjectSymbol {
    const output = file.sections[symbol.section]?.output;
    const section = symbol.type !== STT_FILE && output ? this.indexOf.get(output) : undefined;
    return { ...symbol, section: section ?? SHN_ABS, value: definedValue(file, symbol) };
  }

  addGlobal(global: GlobalSymbol): void {
    const symbol = this.globalEntry(global);
    if (symbol === undefined) return;
    if (global.state === "linker" && HIDDEN.includes(global.name)) {
      if (this.hidden.length === 0) this.hidden.push({ ...emptySymbol(), section: SHN_ABS, type: STT_FILE });
      this.hidden.push({ ...symbol, binding: STB_LOCAL, section: SHN_ABS, type: STT_OBJECT });
      return;
    }
    const hidden = symbol.visibility === STV_HIDDEN || symbol.visibility === STV_INTERNAL;
    if (hidden) this.locals.push({ ...symbol, binding: STB_LOCAL });
    else this.others.push(symbol);
  }

  private globalEntry({ name, state, file, symbol, address, output }: GlobalSymbol): ObjectSymbol | undefined {
    if (state === "defined") return this.placed(file!, symbol!);
    const base = { ...emptySymbol(), name, binding: STB_GLOBAL, value: BigInt(address) };
    if (state === "linker") return { ...base, section: (output && this.indexOf.get(output)) ?? SHN_ABS };
    // An undefined weak symbol is a zero that the code knows already.
    return undefined;
  }

  finish(): ObjectSymbol[] {
    return [...this.locals, ...this.hidden, ...this.others];
  }
}

/** The section header of an output section at `offset` of the file. */
export function sectionHeader(output: OutputSection, offset: number): ElfSection {
  const { name, type, flags, address, size, align, entrySize } = output;
  return { name, type, flags, address, offset, size, link: 0, info: 0, align, entrySize };
}

/** Which section the header of another names, of a position-independent program: gabi 4, "sh_link and sh_info". */
const LINKED: Readonly<Record<string, string>> = {
  ".hash": ".dynsym",
  ".gnu.hash": ".dynsym",
  ".dynsym": ".dynstr",
  ".rela.dyn": ".dynsym",
  ".dynamic": ".dynstr",
};

/** Fills in `link` and `info` of the headers, which stand in the file's order from 1 on. */
export function linkHeaders(headers: readonly ElfSection[]): void {
  const index = new Map(headers.map(({ name }, i) => [name, i + 1]));
  if (!index.has(".dynamic")) return;
  for (const header of headers) {
    header.link = index.get(LINKED[header.name] ?? "") ?? 0;
    // Symbols up to the first that is not local: the table's two.
    if (header.name === ".dynsym") header.info = header.size / header.entrySize;
  }
}
