/** Code as text: addresses, words, instructions, with symbols as headings and source lines between. */
import {
  type ElfSection,
  type Executable,
  type ObjectSymbol,
  SHF_EXECINSTR,
  SHT_PROGBITS,
  STT_FUNC,
  STT_NOTYPE,
} from "../assembler/elf.ts";
import { type LineTable, readLineTable } from "../assembler/line-table.ts";
import { symbolAt } from "../assembler/symbolize.ts";
import { disassemble } from "../cpu/disassemble.ts";

export interface ListingOptions {
  /** Whether `file:line` stands before the first instruction of each source line. */
  readonly lines: boolean;
  /** Only the code of this symbol. */
  readonly symbol?: string;
}

const WORD = 4;

/** The lines of the listing; none where there is no code, or no such symbol. */
export function listing(executable: Executable, options: ListingOptions): string[] {
  const labels = codeLabels(executable);
  const lines = options.lines ? readLineTable(executable) : null;
  const code = executable.sections.filter((s) => s.type === SHT_PROGBITS && (s.flags & SHF_EXECINSTR) !== 0);
  return code.flatMap((section) => {
    const range = options.symbol === undefined ? wholeOf(section) : rangeOf(options.symbol, section, labels);
    if (range === null) return [];
    const head = ["", `Disassembly of section ${section.name}:`];
    return [...head, ...instructions(executable, section, range, labels, lines)];
  });
}

interface Range {
  readonly start: number;
  readonly end: number;
}

const wholeOf = (section: ElfSection): Range => ({ start: section.address, end: section.address + section.size });

/** Names at each address that starts something: functions and plain labels, in the order of the symbol table. */
function codeLabels({ symbols }: Executable): Map<number, ObjectSymbol[]> {
  const labels = new Map<number, ObjectSymbol[]>();
  for (const symbol of symbols) {
    if (symbol.name === "" || symbol.section === 0 || (symbol.type !== STT_FUNC && symbol.type !== STT_NOTYPE))
      continue;
    const address = Number(symbol.value);
    labels.set(address, [...(labels.get(address) ?? []), symbol]);
  }
  return labels;
}

/** From the symbol to the next one after its size, or after itself where it has none. */
function rangeOf(name: string, section: ElfSection, labels: ReadonlyMap<number, ObjectSymbol[]>): Range | null {
  const { start: first, end: last } = wholeOf(section);
  const found = [...labels.values()].flat().find((symbol) => symbol.name === name);
  const start = Number(found?.value ?? -1n);
  if (found === undefined || start < first || start >= last) return null;
  if (found.size > 0n) return { start, end: Math.min(start + Number(found.size), last) };
  const next = [...labels.keys()].filter((address) => address > start && address < last);
  return { start, end: Math.min(last, ...next) };
}

function instructions(
  executable: Executable,
  section: ElfSection,
  range: Range,
  labels: ReadonlyMap<number, ObjectSymbol[]>,
  lines: LineTable | null,
): string[] {
  const view = new DataView(executable.bytes.buffer, executable.bytes.byteOffset + section.offset, section.size);
  const out: string[] = [];
  let lastLine = "";
  for (let address = range.start; address < range.end; address += WORD) {
    for (const label of labels.get(address) ?? [])
      out.push("", `${address.toString(16).padStart(16, "0")} <${label.name}>:`);
    const line = lines?.lookup(address);
    const place = line === undefined ? "" : `${line.file}:${line.line}`;
    if (place !== "" && place !== lastLine) out.push(place);
    lastLine = place;
    out.push(instruction(executable, view, address, range.end - address, address - section.address));
  }
  return out;
}

function instruction(executable: Executable, view: DataView, address: number, room: number, offset: number): string {
  const at = address.toString(16).padStart(8);
  if (room < WORD) return `${at}:\t${view.getUint8(offset).toString(16).padStart(2, "0")}\t\t\t.byte`;
  const word = view.getUint32(offset, true);
  const name = (target: number | bigint) => symbolName(executable, Number(target));
  return `${at}:\t${word.toString(16).padStart(8, "0")}\t\t${disassemble(word, address, name)}`;
}

function symbolName(executable: Executable, address: number): string | undefined {
  const symbol = symbolAt(executable, address);
  if (symbol === undefined) return undefined;
  return symbol.offset === 0 ? symbol.name : `${symbol.name}+0x${symbol.offset.toString(16)}`;
}
