/**
 * DWARF for debuggers, written: .debug_line from an object's line rows, and the smallest .debug_info, .debug_abbrev and
 * .debug_ranges that make debuggers look at it. What `as -g` writes, in version 4.
 * Source: DWARF 4, sections 2.17, 3.1.1, 6.2 and 7.
 *
 * (1) Every address in these sections is a relocation, so they are right wherever the linker puts the code.
 * (2) The same object gives the same bytes.
 */
import { ByteWriter } from "./bytes.ts";
import {
  emptySection,
  emptySymbol,
  type LineRow,
  type ObjectFile,
  type ObjectSection,
  RELOCATIONS,
  type Relocation,
  SHT_PROGBITS,
  STT_SECTION,
} from "./elf.ts";
import {
  DW_LNE_end_sequence,
  DW_LNE_set_address,
  DW_LNS_advance_line,
  DW_LNS_advance_pc,
  DW_LNS_copy,
  DW_LNS_set_file,
} from "./line-program.ts";

export interface DebugUnit {
  /** The source file, as the assembler was given it. */
  name: string;
  /** What made the object. */
  producer: string;
  /** The folder that file names are relative to, where one is known. */
  directory?: string;
  /** Numbers that the source itself gave its files (`.file 1 "a.c"`), for debug information of its own. */
  files?: ReadonlyMap<number, string>;
}

const VERSION = 4;
const ADDRESS_SIZE = 8;

// Special opcodes: one byte moves on by up to 17 bytes and by -5 to 8 lines. GNU as uses the same window.
const LINE_BASE = -5;
const LINE_RANGE = 14;
const OPCODE_BASE = 13;
/** Operand counts of the standard opcodes 1 to 12 (DWARF 4, 6.2.5.2). */
const OPERAND_COUNTS = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

// biome-ignore format: a table is read in columns
const
  DW_TAG_compile_unit = 0x11, DW_LANG_Mips_Assembler = 0x8001,
  DW_AT_name = 0x03, DW_AT_stmt_list = 0x10, DW_AT_low_pc = 0x11, DW_AT_language = 0x13, DW_AT_comp_dir = 0x1b,
  DW_AT_producer = 0x25, DW_AT_ranges = 0x55,
  DW_FORM_addr = 0x01, DW_FORM_data2 = 0x05, DW_FORM_string = 0x08, DW_FORM_sec_offset = 0x17;

/** A debug section in the making: its bytes, and the places that the linker fills in. */
class Draft {
  readonly out = new ByteWriter();
  readonly relocations: Relocation[] = [];

  /** 8 bytes: the address `addend` bytes into the section of `symbol`. */
  address(symbol: number, addend: number): void {
    const type = RELOCATIONS.R_RISCV_64;
    this.relocations.push({ offset: this.out.length, type, symbol, addend: BigInt(addend) });
    this.out.u64(0);
  }

  /** 4 bytes: an offset into the debug section of `symbol`. */
  reference(symbol: number): void {
    this.relocations.push({ offset: this.out.length, type: RELOCATIONS.R_RISCV_32, symbol, addend: 0n });
    this.out.u32(0);
  }

  section(name: string): ObjectSection {
    const data = this.out.finish();
    const { relocations } = this;
    return { ...emptySection(), name, type: SHT_PROGBITS, data, size: data.length, relocations };
  }
}

/** Directories and files of a line program, numbered in order of first use. */
class FileTable {
  private readonly directories: string[] = [];
  private readonly files: string[] = [];

  constructor(given: ReadonlyMap<number, string>) {
    for (const [number, path] of given) if (number > 0) this.files[number - 1] = path;
  }

  numberOf(path: string): number {
    const known = this.files.indexOf(path);
    return known >= 0 ? known + 1 : this.files.push(path);
  }

  private directoryOf(path: string): number {
    const slash = path.lastIndexOf("/");
    if (slash < 0) return 0;
    const directory = slash === 0 ? "/" : path.slice(0, slash);
    const known = this.directories.indexOf(directory);
    return known >= 0 ? known + 1 : this.directories.push(directory);
  }

  write(out: ByteWriter): void {
    // A number that was left out must not end the table: it gets a name that no file has.
    const paths = Array.from(this.files, (path) => path || "?");
    const directories = paths.map((path) => this.directoryOf(path));
    for (const directory of this.directories) out.string(directory);
    out.u8(0);
    paths.forEach((path, i) => {
      out.string(path.slice(path.lastIndexOf("/") + 1));
      out.uleb(directories[i]!);
      out.uleb(0);
      out.uleb(0);
    });
    out.u8(0);
  }
}

function extended(out: ByteWriter, opcode: number, operandSize: number): void {
  out.u8(0);
  out.uleb(1 + operandSize);
  out.u8(opcode);
}

/** One row: onward by `bytes` of code and `lines` of source. */
function writeRow(out: ByteWriter, bytes: number, lines: number): void {
  const special = lines - LINE_BASE + LINE_RANGE * bytes + OPCODE_BASE;
  if (lines >= LINE_BASE && lines < LINE_BASE + LINE_RANGE && special <= 255) {
    out.u8(special);
    return;
  }
  if (bytes !== 0) {
    out.u8(DW_LNS_advance_pc);
    out.uleb(bytes);
  }
  if (lines !== 0) {
    out.u8(DW_LNS_advance_line);
    out.sleb(lines);
  }
  out.u8(DW_LNS_copy);
}

/** A sequence: the rows of one section, from its first row to its end. */
function writeSequence(draft: Draft, rows: readonly LineRow[], symbol: number, size: number, files: FileTable): void {
  const { out } = draft;
  let offset = rows[0]!.offset;
  let file = 1;
  let line = 1;
  extended(out, DW_LNE_set_address, ADDRESS_SIZE);
  draft.address(symbol, offset);
  for (const row of rows) {
    const number = files.numberOf(row.file);
    if (number !== file) {
      out.u8(DW_LNS_set_file);
      out.uleb(number);
    }
    writeRow(out, row.offset - offset, row.line - line);
    ({ offset, line } = row);
    file = number;
  }
  out.u8(DW_LNS_advance_pc);
  out.uleb(Math.max(0, size - offset));
  extended(out, DW_LNE_end_sequence, 0);
}

/** Puts the length of what follows it into the 4 bytes at `at`. */
const closeLength = (out: ByteWriter, at: number): void => out.patch32(at, out.length - at - 4);

/** .debug_line: the header (DWARF 4, 6.2.4), then the sequences. */
function lineSection(code: readonly CodeSection[], given: ReadonlyMap<number, string>): ObjectSection {
  const files = new FileTable(given);
  for (const { rows } of code) for (const row of rows) files.numberOf(row.file);
  const draft = new Draft();
  const { out } = draft;
  out.u32(0);
  out.u16(VERSION);
  const headerLength = out.length;
  out.u32(0);
  for (const byte of [1, 1, 1, LINE_BASE & 0xff, LINE_RANGE, OPCODE_BASE, ...OPERAND_COUNTS]) out.u8(byte);
  files.write(out);
  closeLength(out, headerLength);
  for (const { rows, symbol, size } of code) writeSequence(draft, rows, symbol, size, files);
  closeLength(out, 0);
  return draft.section(".debug_line");
}

/** What .debug_info says of the unit, in this order. */
function attributes({ directory }: DebugUnit): [attribute: number, form: number][] {
  return [
    [DW_AT_stmt_list, DW_FORM_sec_offset],
    [DW_AT_ranges, DW_FORM_sec_offset],
    [DW_AT_low_pc, DW_FORM_addr],
    [DW_AT_name, DW_FORM_string],
    ...(directory === undefined ? [] : ([[DW_AT_comp_dir, DW_FORM_string]] satisfies [number, number][])),
    [DW_AT_producer, DW_FORM_string],
    [DW_AT_language, DW_FORM_data2],
  ];
}

function abbreviationSection(unit: DebugUnit): ObjectSection {
  const draft = new Draft();
  const { out } = draft;
  out.uleb(1);
  out.uleb(DW_TAG_compile_unit);
  out.u8(0);
  for (const pair of attributes(unit)) for (const number of pair) out.uleb(number);
  out.zeros(3);
  return draft.section(".debug_abbrev");
}

/** .debug_info: one unit without children. The symbols are those of the sections it refers to. */
function infoSection(unit: DebugUnit, symbols: { line: number; abbrev: number; ranges: number }): ObjectSection {
  const draft = new Draft();
  const { out } = draft;
  out.u32(0);
  out.u16(VERSION);
  draft.reference(symbols.abbrev);
  out.u8(ADDRESS_SIZE);
  out.uleb(1);
  draft.reference(symbols.line);
  draft.reference(symbols.ranges);
  // With DW_AT_ranges, low_pc is the base that ranges count from (DWARF 4, 3.1.1).
  out.u64(0);
  out.string(unit.name);
  if (unit.directory !== undefined) out.string(unit.directory);
  out.string(unit.producer);
  out.u16(DW_LANG_Mips_Assembler);
  closeLength(out, 0);
  return draft.section(".debug_info");
}

/** .debug_ranges: where the unit's code is. */
function rangeSection(code: readonly CodeSection[]): ObjectSection {
  const draft = new Draft();
  for (const { symbol, size } of code) {
    draft.address(symbol, 0);
    draft.address(symbol, size);
  }
  draft.out.zeros(2 * ADDRESS_SIZE);
  return draft.section(".debug_ranges");
}

/** A section with rows, in ascending order of offset. */
interface CodeSection {
  rows: LineRow[];
  symbol: number;
  size: number;
}

/** The object's section symbols, made where they are missing. */
class SectionSymbols {
  constructor(private readonly object: ObjectFile) {}

  of(section: number): number {
    const { symbols } = this.object;
    const known = symbols.findIndex((symbol) => symbol.type === STT_SECTION && symbol.section === section);
    return known >= 0 ? known : symbols.push({ ...emptySymbol(), section, type: STT_SECTION }) - 1;
  }

  /** Adds a section, or fills in an empty one of its name; returns its symbol. */
  add(section: ObjectSection): number {
    const { sections } = this.object;
    const empty = sections.findIndex(({ name, size }) => name === section.name && size === 0);
    if (empty < 0) return this.of(sections.push(section) - 1);
    sections[empty] = section;
    return this.of(empty);
  }
}

function codeSections({ sections, lines = [] }: ObjectFile, symbols: SectionSymbols): CodeSection[] {
  const bySection = new Map<number, LineRow[]>();
  for (const row of lines) {
    const rows = bySection.get(row.section);
    if (rows === undefined) bySection.set(row.section, [row]);
    else rows.push(row);
  }
  return [...bySection]
    .sort(([a], [b]) => a - b)
    .map(([section, rows]) => ({
      rows: rows.sort((a, b) => a.offset - b.offset),
      symbol: symbols.of(section),
      size: sections[section]!.size,
    }));
}

/**
 * Adds debug sections made of `object.lines` to the object. A source that brings .debug_info of its own (a compiler's
 * output) gets .debug_line alone, in the section that it left empty for it; one with its own .debug_line gets nothing.
 */
export function addDebugSections(object: ObjectFile, unit: DebugUnit): void {
  const has = (name: string) => object.sections.some((section) => section.name === name && section.size > 0);
  if (has(".debug_line") || !object.lines?.length) return;
  const symbols = new SectionSymbols(object);
  const code = codeSections(object, symbols);
  const line = symbols.add(lineSection(code, unit.files ?? new Map()));
  if (has(".debug_info")) return;
  const abbrev = symbols.add(abbreviationSection(unit));
  const ranges = symbols.add(rangeSection(code));
  symbols.add(infoSection(unit, { line, abbrev, ranges }));
}
