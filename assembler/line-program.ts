/**
 * DWARF line programs, read: the bytes of .debug_line to rows of address, file and line.
 * Sources: DWARF 5, section 6.2; the older header of DWARF 2 to 4.
 *
 * (1) Whatever the bytes, readLinePrograms returns or throws ElfError.
 * (2) Rows of one sequence ascend; a sequence's last row has `end`, and stands for no code.
 */
import { ElfError, FileView } from "./elf.ts";

export interface ProgramRow {
  address: number;
  file: string;
  /** 1-based; 0 for code without a line. */
  line: number;
  end: boolean;
}

/** The sections that a line program refers to. */
export interface LineSections {
  line: Uint8Array;
  lineStrings: Uint8Array;
  strings: Uint8Array;
}

/** DW_LNS_* standard opcodes. */
// biome-ignore format: a table is read in columns
export const
  DW_LNS_copy = 1, DW_LNS_advance_pc = 2, DW_LNS_advance_line = 3, DW_LNS_set_file = 4, DW_LNS_set_column = 5,
  DW_LNS_negate_stmt = 6, DW_LNS_set_basic_block = 7, DW_LNS_const_add_pc = 8, DW_LNS_fixed_advance_pc = 9;

/** DW_LNE_* extended opcodes. */
// biome-ignore format: a table is read in columns
export const
  DW_LNE_end_sequence = 1, DW_LNE_set_address = 2, DW_LNE_define_file = 3;

/** DW_LNCT_* and the DW_FORM_* that version 5's file tables use. */
// biome-ignore format: a table is read in columns
const
  DW_LNCT_path = 1, DW_LNCT_directory_index = 2,
  DW_FORM_data2 = 0x05, DW_FORM_data4 = 0x06, DW_FORM_data8 = 0x07, DW_FORM_string = 0x08, DW_FORM_block = 0x09,
  DW_FORM_data1 = 0x0b, DW_FORM_strp = 0x0e, DW_FORM_udata = 0x0f, DW_FORM_data16 = 0x1e, DW_FORM_line_strp = 0x1f;

const WHAT = ".debug_line";

/** Reads onward through a section. */
class Cursor {
  constructor(
    readonly view: FileView,
    public at: number,
    readonly end: number,
  ) {}

  private take(size: number): number {
    const at = this.at;
    if (at + size > this.end) throw new ElfError(`${WHAT}: a line program ends in the middle, at offset ${at}`);
    this.at += size;
    return at;
  }

  u8 = (): number => this.view.u8(this.take(1), WHAT);
  u16 = (): number => this.view.u16(this.take(2), WHAT);
  u32 = (): number => this.view.u32(this.take(4), WHAT);
  word = (): number => this.view.word(this.take(8), WHAT);
  skip = (size: number): void => void this.take(size);

  /** An unsigned number of 1, 2, 4 or 8 bytes. */
  sized(size: number): number {
    const readers: Record<number, () => number> = { 1: this.u8, 2: this.u16, 4: this.u32, 8: this.word };
    const read = readers[size];
    if (read === undefined) throw new ElfError(`${WHAT}: an address of ${size} bytes`);
    return read();
  }

  uleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (!Number.isSafeInteger(value)) throw new ElfError(`${WHAT}: a LEB128 number is too large`);
      if (byte < 0x80) return value;
      if (scale > 2 ** 63) throw new ElfError(`${WHAT}: a LEB128 number is too long`);
    }
  }

  sleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return byte & 0x40 ? value - scale * 0x80 : value;
      if (scale > 2 ** 42) throw new ElfError(`${WHAT}: a LEB128 number is too large`);
    }
  }

  string(): string {
    const text = this.view.string(this.at, this.end, WHAT);
    while (this.u8() !== 0);
    return text;
  }
}

interface Header {
  version: number;
  minimumLength: number;
  lineBase: number;
  lineRange: number;
  /** Operand counts of the standard opcodes, from opcode 1 on. */
  operands: number[];
  /** File names by the number that DW_LNS_set_file uses. */
  files: string[];
}

const joined = (directory: string | undefined, name: string): string =>
  directory === undefined || directory === "" || name.startsWith("/") ? name : `${directory}/${name}`;

/** DWARF 2 to 4: directories and files as strings, both counted from 1; directory 0 is the compiler's own. */
function oldFiles(cursor: Cursor): string[] {
  const directories = [""];
  for (let name = cursor.string(); name !== ""; name = cursor.string()) directories.push(name);
  const files = [""];
  for (let name = cursor.string(); name !== ""; name = cursor.string()) {
    files.push(joined(directories[cursor.uleb()], name));
    cursor.uleb();
    cursor.uleb();
  }
  return files;
}

type Value = string | number;

function readForm(cursor: Cursor, form: number, sections: LineSections, offsetSize: number): Value {
  const text = (bytes: Uint8Array) => {
    const at = cursor.sized(offsetSize);
    return new FileView(bytes).string(at, bytes.length, WHAT);
  };
  switch (form) {
    case DW_FORM_string:
      return cursor.string();
    case DW_FORM_line_strp:
      return text(sections.lineStrings);
    case DW_FORM_strp:
      return text(sections.strings);
    case DW_FORM_udata:
      return cursor.uleb();
    case DW_FORM_data1:
      return cursor.u8();
    case DW_FORM_data2:
      return cursor.u16();
    case DW_FORM_data4:
      return cursor.u32();
    case DW_FORM_data8:
      return cursor.word();
    case DW_FORM_data16:
      cursor.skip(16);
      return 0;
    case DW_FORM_block:
      cursor.skip(cursor.uleb());
      return 0;
    default:
      throw new ElfError(`${WHAT}: form ${form} in a file table`);
  }
}

/** DWARF 5, 6.2.4.1: a table that describes its own columns. */
function describedTable(
  cursor: Cursor,
  sections: LineSections,
  offsetSize: number,
): { path: string; directory: number }[] {
  const columns: { content: number; form: number }[] = [];
  for (let left = cursor.u8(); left > 0; left--) columns.push({ content: cursor.uleb(), form: cursor.uleb() });
  const count = cursor.uleb();
  if (columns.length === 0 && count > 0) throw new ElfError(`${WHAT}: ${count} files without a column`);
  const rows: { path: string; directory: number }[] = [];
  for (let i = 0; i < count; i++) {
    const row = { path: "", directory: 0 };
    for (const { content, form } of columns) {
      const value = readForm(cursor, form, sections, offsetSize);
      if (content === DW_LNCT_path) row.path = String(value);
      else if (content === DW_LNCT_directory_index) row.directory = Number(value);
    }
    rows.push(row);
  }
  return rows;
}

/** Directory 0 is the compiler's own, as in older versions: names in it stay as they were given. */
function newFiles(cursor: Cursor, sections: LineSections, offsetSize: number): string[] {
  const directories = describedTable(cursor, sections, offsetSize).map(({ path }) => path);
  directories[0] = "";
  return describedTable(cursor, sections, offsetSize).map(({ path, directory }) =>
    joined(directories[directory], path),
  );
}

/** Reads a header; the cursor is then at the program's first opcode. */
function readHeader(cursor: Cursor, sections: LineSections, offsetSize: number): Header {
  const version = cursor.u16();
  if (version < 2 || version > 5) throw new ElfError(`${WHAT}: DWARF version ${version}, expected 2 to 5`);
  if (version === 5) cursor.skip(2);
  const length = cursor.sized(offsetSize);
  const program = cursor.at + length;
  const minimumLength = cursor.u8();
  if (version >= 4) cursor.skip(1);
  cursor.skip(1);
  const lineBase = (cursor.u8() << 24) >> 24;
  const lineRange = cursor.u8();
  if (lineRange === 0) throw new ElfError(`${WHAT}: line_range is 0`);
  const operands: number[] = [];
  for (let left = cursor.u8() - 1; left > 0; left--) operands.push(cursor.u8());
  const files = version === 5 ? newFiles(cursor, sections, offsetSize) : oldFiles(cursor);
  if (program > cursor.end) throw new ElfError(`${WHAT}: a header reaches beyond its program`);
  cursor.at = program;
  return { version, minimumLength, lineBase, lineRange, operands, files };
}

/** The line-number machine of DWARF 5, 6.2.2. */
class LineMachine {
  private address = 0;
  private file = 1;
  private line = 1;

  constructor(
    private readonly header: Header,
    private readonly rows: ProgramRow[],
  ) {}

  private advance(operation: number): void {
    this.address += operation * this.header.minimumLength;
    if (!Number.isSafeInteger(this.address)) throw new ElfError(`${WHAT}: an address beyond 2^53`);
  }

  private emit(end = false): void {
    const file = this.header.files[this.file] ?? "";
    this.rows.push({ address: this.address, file, line: Math.max(0, this.line), end });
  }

  private reset(): void {
    this.address = 0;
    this.file = 1;
    this.line = 1;
  }

  step(cursor: Cursor): void {
    const opcode = cursor.u8();
    const { operands, lineBase, lineRange } = this.header;
    if (opcode === 0) this.extended(cursor);
    else if (opcode <= operands.length) this.standard(opcode, cursor);
    else {
      const adjusted = opcode - operands.length - 1;
      this.advance(Math.floor(adjusted / lineRange));
      this.line += lineBase + (adjusted % lineRange);
      this.emit();
    }
  }

  private standard(opcode: number, cursor: Cursor): void {
    switch (opcode) {
      case DW_LNS_copy:
        this.emit();
        return;
      case DW_LNS_advance_pc:
        this.advance(cursor.uleb());
        return;
      case DW_LNS_advance_line:
        this.line += cursor.sleb();
        return;
      case DW_LNS_set_file:
        this.file = cursor.uleb();
        return;
      case DW_LNS_const_add_pc:
        this.advance(Math.floor((255 - this.header.operands.length - 1) / this.header.lineRange));
        return;
      case DW_LNS_fixed_advance_pc:
        this.address += cursor.u16();
        return;
      default:
        // Columns, flags and opcodes to come say nothing about lines.
        for (let left = this.header.operands[opcode - 1]!; left > 0; left--) cursor.uleb();
    }
  }

  private extended(cursor: Cursor): void {
    const size = cursor.uleb();
    const start = cursor.at;
    if (size === 0) return;
    const opcode = cursor.u8();
    if (opcode === DW_LNE_end_sequence) {
      this.emit(true);
      this.reset();
    } else if (opcode === DW_LNE_set_address) this.address = cursor.sized(size - 1);
    else if (opcode === DW_LNE_define_file) this.header.files.push(cursor.string());
    if (cursor.at > start + size) throw new ElfError(`${WHAT}: an extended opcode is longer than it says`);
    cursor.skip(start + size - cursor.at);
  }
}

/** All rows of all programs, in the order of the section. @throws ElfError where one is malformed. */
export function readLinePrograms(sections: LineSections): ProgramRow[] {
  const rows: ProgramRow[] = [];
  const view = new FileView(sections.line);
  for (let at = 0; at + 4 <= view.length; ) {
    const cursor = new Cursor(view, at, view.length);
    const short = cursor.u32();
    // DWARF 5, 7.4: 0xffffffff announces the 64-bit format.
    const offsetSize = short === 0xffffffff ? 8 : 4;
    const length = offsetSize === 8 ? cursor.word() : short;
    const end = cursor.at + length;
    if (end > view.length) throw new ElfError(`${WHAT}: the program at offset ${at} reaches beyond the section`);
    const inside = new Cursor(view, cursor.at, end);
    const machine = new LineMachine(readHeader(inside, sections, offsetSize), rows);
    while (inside.at < end) machine.step(inside);
    at = end;
  }
  return rows;
}
