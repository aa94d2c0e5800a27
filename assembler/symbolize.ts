/**
 * From addresses to names: which symbol of an executable an address belongs to.
 */
import {
  type ElfSection,
  type Executable,
  type ObjectSymbol,
  SHN_ABS,
  SHN_UNDEF,
  STB_LOCAL,
  STT_FILE,
  STT_FUNC,
  STT_OBJECT,
  STT_SECTION,
} from "./elf.ts";
import { last } from "./link-input.ts";

export interface SymbolicAddress {
  name: string;
  /** Bytes from the symbol's own address. */
  offset: number;
}

interface Entry {
  name: string;
  address: number;
  /** Where the symbol's section ends: it names no address behind. */
  end: number;
  /** Which of several symbols of one address people mean: a function or object before a label, a global before a local. */
  rank: number;
}

const tables = new WeakMap<Executable, Entry[]>();

function isNaming({ name, section, type }: ObjectSymbol): boolean {
  // $x and $d mark code and data for disassemblers (psABI, "Mapping Symbol").
  if (name === "" || name.startsWith("$") || name.startsWith(".L")) return false;
  return section !== SHN_UNDEF && section !== SHN_ABS && type !== STT_FILE && type !== STT_SECTION;
}

function entryOf(symbol: ObjectSymbol, section: ElfSection): Entry {
  const typed = symbol.type === STT_FUNC || symbol.type === STT_OBJECT ? 2 : 0;
  const rank = typed + (symbol.binding === STB_LOCAL ? 0 : 1);
  return { name: symbol.name, address: Number(symbol.value), end: section.address + section.size, rank };
}

function tableOf(executable: Executable): Entry[] {
  let table = tables.get(executable);
  if (table === undefined) {
    table = executable.symbols
      .filter(isNaming)
      .flatMap((symbol) => {
        const section = executable.sections[symbol.section];
        return section === undefined ? [] : [entryOf(symbol, section)];
      })
      .sort((a, b) => a.address - b.address || a.rank - b.rank);
    tables.set(executable, table);
  }
  return table;
}

/** The nearest symbol at or before `address` in its section; undefined where there is none. */
export function symbolAt(executable: Executable, address: number): SymbolicAddress | undefined {
  const entry = last(tableOf(executable), (candidate) => candidate.address <= address);
  if (entry === undefined || address >= Math.max(entry.end, entry.address + 1)) return undefined;
  return { name: entry.name, offset: address - entry.address };
}
