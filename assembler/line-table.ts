/**
 * From addresses to source lines and back: .debug_line of executables and objects, ours and gcc's.
 *
 * (1) Rows ascend by address; a row holds up to the next one, and a row with `end` for nothing.
 */
import { ElfError, type Executable, type LineRow, type ObjectFile, SHF_ALLOC, SHN_ABS } from "./elf.ts";
import { type ProgramRow, readLinePrograms } from "./line-program.ts";
import { last } from "./link-input.ts";
import { applyRelocation } from "./relocate-apply.ts";

export interface SourceLine {
  /** As the assembler or compiler was given it, relative to the folder where it ran. */
  file: string;
  /** 1-based. */
  line: number;
}

export class LineTable {
  /** By invariant (1). */
  private readonly rows: readonly ProgramRow[];

  constructor(rows: readonly ProgramRow[]) {
    // Where one sequence ends and another begins, the beginning counts. Rows at 0 are of code that was left out.
    this.rows = rows
      .filter((row) => row.address !== 0)
      .sort((a, b) => a.address - b.address || Number(b.end) - Number(a.end));
  }

  /** The source line of the instruction at `address`; undefined for an address that no line stands for. */
  lookup(address: number): SourceLine | undefined {
    const row = last(this.rows, (candidate) => candidate.address <= address);
    if (row === undefined || row.end || row.line === 0) return undefined;
    return { file: row.file, line: row.line };
  }

  /**
   * Where the code of a line begins, ascending; none where the line has no code. `file` may leave out leading folders.
   */
  addressesOf(file: string, line: number): number[] {
    const matches = (known: string) => known === file || known.endsWith(`/${file}`);
    const hits = this.rows.filter((row, i) => {
      const before = this.rows[i - 1];
      const goesOn = before !== undefined && !before.end && before.line === line && before.file === row.file;
      return !row.end && row.line === line && matches(row.file) && !goesOn;
    });
    return [...new Set(hits.map((row) => row.address))];
  }

  /** Every source file that has code, in order of address. */
  files(): string[] {
    return [...new Set(this.rows.filter((row) => !row.end).map((row) => row.file))];
  }
}

const NOTHING = new Uint8Array(0);

/**
 * The line table of an executable; empty where it has no .debug_line.
 * @throws ElfError where .debug_line is malformed.
 */
export function readLineTable({ bytes, sections }: Executable): LineTable {
  const contents = (name: string): Uint8Array => {
    const section = sections.find((candidate) => candidate.name === name);
    return section === undefined ? NOTHING : bytes.subarray(section.offset, section.offset + section.size);
  };
  return new LineTable(
    readLinePrograms({
      line: contents(".debug_line"),
      lineStrings: contents(".debug_line_str"),
      strings: contents(".debug_str"),
    }),
  );
}

/** Apart by this much, sections of an object that has no addresses yet are told apart by them. */
const SECTION_DISTANCE = 2 ** 36;

/** The rows of an object's .debug_line, relocated as if section i began at i * SECTION_DISTANCE. Never throws. */
export function objectLines(object: ObjectFile): LineRow[] {
  const contents = (name: string) => object.sections.find((section) => section.name === name)?.data ?? NOTHING;
  try {
    const rows = readLinePrograms({
      line: relocatedLines(object),
      lineStrings: contents(".debug_line_str"),
      strings: contents(".debug_str"),
    });
    return rows
      .filter((row) => !row.end && row.line > 0)
      .map(({ address, file, line }) => {
        const section = Math.floor(address / SECTION_DISTANCE);
        return { section, offset: address - section * SECTION_DISTANCE, file, line };
      });
  } catch (error) {
    // A message without its line is better than no message.
    if (error instanceof ElfError) return [];
    throw error;
  }
}

function relocatedLines({ sections, symbols }: ObjectFile): Uint8Array {
  const section = sections.find(({ name }) => name === ".debug_line");
  if (section === undefined) return NOTHING;
  const data = new Uint8Array(section.data);
  const view = new DataView(data.buffer);
  for (const { type, offset, symbol, addend } of section.relocations) {
    const { section: home, value } = symbols[symbol]!;
    const loaded = home !== SHN_ABS && ((sections[home]?.flags ?? 0) & SHF_ALLOC) !== 0;
    const base = loaded ? BigInt(home * SECTION_DISTANCE) : 0n;
    applyRelocation(type, { view, at: offset, value: base + value + addend, pc: 0n });
  }
  return data;
}
