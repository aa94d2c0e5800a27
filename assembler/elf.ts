/**
 * CONTRACT: the object format. ELF64, little-endian, RISC-V: constants, structures, and the reading of executables.
 * Imports nothing. Objects are read and written in elf-object.ts, executables are written in elf-executable.ts.
 *
 * Sources: System V ABI, chapters 4 and 5 (gabi 4.1); RISC-V ELF psABI specification 1.0.
 *
 * (1) Whatever the bytes, a reading function returns or throws ElfError; it throws nothing else.
 * (2) Offsets, sizes and addresses of what is read are safe integers (below 2^53); larger ones are malformed.
 *     Symbol values and addends are 64-bit quantities, hence bigints.
 * (3) A ProgramHeader or ElfSection that was returned lies inside the file, save what takes no room there.
 */

/** A file that breaks the format. `message` says what is wrong and where. */
export class ElfError extends Error {
  override readonly name = "ElfError";
}

/** Unit of memory protection; the linker keeps segments of different rights this far apart. Bytes. */
export const PAGE_SIZE = 4096;

// biome-ignore format: a table is read in columns
export const
  EHDR_SIZE = 64, PHDR_SIZE = 56, SHDR_SIZE = 64, SYM_SIZE = 24, RELA_SIZE = 24;

// biome-ignore format: a table is read in columns
export const
  ELFCLASS64 = 2, ELFDATA2LSB = 1, EV_CURRENT = 1, EM_RISCV = 243;

/** e_type. */
// biome-ignore format: a table is read in columns
export const
  ET_REL = 1, ET_EXEC = 2, ET_DYN = 3, ET_CORE = 4;

/** e_flags of RISC-V (psABI, "File Header"). 0 is soft-float lp64 without compressed instructions. */
// biome-ignore format: a table is read in columns
export const
  EF_RISCV_RVC = 0x1, EF_RISCV_FLOAT_ABI = 0x6, EF_RISCV_RVE = 0x8, EF_RISCV_TSO = 0x10;

/** p_type. */
// biome-ignore format: a table is read in columns
export const
  PT_NULL = 0, PT_LOAD = 1, PT_DYNAMIC = 2, PT_INTERP = 3, PT_NOTE = 4, PT_PHDR = 6, PT_TLS = 7,
  PT_GNU_EH_FRAME = 0x6474e550, PT_GNU_STACK = 0x6474e551, PT_GNU_RELRO = 0x6474e552,
  PT_RISCV_ATTRIBUTES = 0x70000003;

/** p_flags. */
// biome-ignore format: a table is read in columns
export const
  PF_X = 1, PF_W = 2, PF_R = 4;

/** sh_type. */
// biome-ignore format: a table is read in columns
export const
  SHT_NULL = 0, SHT_PROGBITS = 1, SHT_SYMTAB = 2, SHT_STRTAB = 3, SHT_RELA = 4, SHT_HASH = 5, SHT_DYNAMIC = 6,
  SHT_NOTE = 7, SHT_NOBITS = 8, SHT_REL = 9, SHT_DYNSYM = 11, SHT_INIT_ARRAY = 14, SHT_FINI_ARRAY = 15,
  SHT_PREINIT_ARRAY = 16, SHT_GROUP = 17, SHT_SYMTAB_SHNDX = 18, SHT_GNU_HASH = 0x6ffffff6,
  SHT_RISCV_ATTRIBUTES = 0x70000003;

/** sh_flags. */
// biome-ignore format: a table is read in columns
export const
  SHF_WRITE = 0x1, SHF_ALLOC = 0x2, SHF_EXECINSTR = 0x4, SHF_MERGE = 0x10, SHF_STRINGS = 0x20, SHF_INFO_LINK = 0x40,
  SHF_LINK_ORDER = 0x80, SHF_GROUP = 0x200, SHF_TLS = 0x400, SHF_COMPRESSED = 0x800, SHF_EXCLUDE = 0x80000000;

/** Special section indices of symbols, and the one that says "look in the first section header". */
// biome-ignore format: a table is read in columns
export const
  SHN_UNDEF = 0, SHN_ABS = 0xfff1, SHN_COMMON = 0xfff2, SHN_XINDEX = 0xffff, SHN_LORESERVE = 0xff00;

// biome-ignore format: a table is read in columns
export const
  STB_LOCAL = 0, STB_GLOBAL = 1, STB_WEAK = 2;

// biome-ignore format: a table is read in columns
export const
  STT_NOTYPE = 0, STT_OBJECT = 1, STT_FUNC = 2, STT_SECTION = 3, STT_FILE = 4, STT_COMMON = 5, STT_TLS = 6;

// biome-ignore format: a table is read in columns
export const
  STV_DEFAULT = 0, STV_INTERNAL = 1, STV_HIDDEN = 2, STV_PROTECTED = 3;

/** r_type by name (psABI, "Relocations"). What each one changes is in relocate-apply.ts. */
// biome-ignore format: a table is read in columns
export const RELOCATIONS = {
  R_RISCV_NONE: 0, R_RISCV_32: 1, R_RISCV_64: 2, R_RISCV_RELATIVE: 3, R_RISCV_COPY: 4, R_RISCV_JUMP_SLOT: 5,
  R_RISCV_TLS_DTPMOD32: 6, R_RISCV_TLS_DTPMOD64: 7, R_RISCV_TLS_DTPREL32: 8, R_RISCV_TLS_DTPREL64: 9,
  R_RISCV_TLS_TPREL32: 10, R_RISCV_TLS_TPREL64: 11,
  R_RISCV_BRANCH: 16, R_RISCV_JAL: 17, R_RISCV_CALL: 18, R_RISCV_CALL_PLT: 19, R_RISCV_GOT_HI20: 20,
  R_RISCV_TLS_GOT_HI20: 21, R_RISCV_TLS_GD_HI20: 22, R_RISCV_PCREL_HI20: 23, R_RISCV_PCREL_LO12_I: 24,
  R_RISCV_PCREL_LO12_S: 25, R_RISCV_HI20: 26, R_RISCV_LO12_I: 27, R_RISCV_LO12_S: 28,
  R_RISCV_TPREL_HI20: 29, R_RISCV_TPREL_LO12_I: 30, R_RISCV_TPREL_LO12_S: 31, R_RISCV_TPREL_ADD: 32,
  R_RISCV_ADD8: 33, R_RISCV_ADD16: 34, R_RISCV_ADD32: 35, R_RISCV_ADD64: 36,
  R_RISCV_SUB8: 37, R_RISCV_SUB16: 38, R_RISCV_SUB32: 39, R_RISCV_SUB64: 40,
  R_RISCV_GNU_VTINHERIT: 41, R_RISCV_GNU_VTENTRY: 42, R_RISCV_ALIGN: 43, R_RISCV_RVC_BRANCH: 44,
  R_RISCV_RVC_JUMP: 45, R_RISCV_RVC_LUI: 46, R_RISCV_RELAX: 51, R_RISCV_SUB6: 52,
  R_RISCV_SET6: 53, R_RISCV_SET8: 54, R_RISCV_SET16: 55, R_RISCV_SET32: 56, R_RISCV_32_PCREL: 57,
  R_RISCV_IRELATIVE: 58, R_RISCV_PLT32: 59, R_RISCV_SET_ULEB128: 60, R_RISCV_SUB_ULEB128: 61,
} as const;

export type RelocationName = keyof typeof RELOCATIONS;

const relocationNames = new Map<number, string>(Object.entries(RELOCATIONS).map(([name, type]) => [type, name]));

/** The psABI's name of an r_type, or "R_RISCV_<number>" where it has none. */
export function relocationName(type: number): string {
  return relocationNames.get(type) ?? `R_RISCV_${type}`;
}

export interface Relocation {
  /** Bytes from the start of the section that is patched. */
  offset: number;
  /** A value of RELOCATIONS. */
  type: number;
  /** Index into ObjectFile.symbols; 0 is the empty symbol, whose value is zero. */
  symbol: number;
  addend: bigint;
}

export interface ObjectSection {
  name: string;
  /** SHT_*. */
  type: number;
  /** SHF_*. */
  flags: number;
  /** A power of two; 1 where the file says 0. */
  align: number;
  /** Bytes of one entry of a table or of a mergeable constant; 0 where there are none. */
  entrySize: number;
  /** Empty for SHT_NOBITS. */
  data: Uint8Array;
  /** Bytes in memory: data.length, save for SHT_NOBITS. */
  size: number;
  relocations: Relocation[];
  /** Signature of its COMDAT group: of several objects' groups of one signature, the linker keeps the first. */
  group?: string | undefined;
}

export interface ObjectSymbol {
  name: string;
  /** Index into the file's `sections`, or SHN_UNDEF, SHN_ABS or SHN_COMMON. */
  section: number;
  /** Offset in its section (object), address (executable), or alignment (SHN_COMMON). */
  value: bigint;
  size: bigint;
  /** STB_*. */
  binding: number;
  /** STT_*. */
  type: number;
  /** STV_*. */
  visibility: number;
}

/** From `offset` of a section on, machine code or data stems from `line` (1-based) of `file`. */
export interface LineRow {
  /** Index into ObjectFile.sections. */
  section: number;
  offset: number;
  file: string;
  line: number;
}

/**
 * A relocatable object. `sections[0]` and `symbols[0]` are the empty section and symbol that ELF demands (see
 * emptySection, emptySymbol). Symbol tables, string tables, relocation and group sections are not listed: writeObject
 * derives them, and puts local symbols before all others, as ELF demands.
 */
export interface ObjectFile {
  /** Path, or archive(member), for messages. */
  name: string;
  /** e_flags. */
  flags: number;
  sections: ObjectSection[];
  symbols: ObjectSymbol[];
  /** Where the code came from, for the linker's messages; in a file this is .debug_line. */
  lines?: readonly LineRow[] | undefined;
}

export const emptySection = (): ObjectSection => ({
  name: "",
  type: SHT_NULL,
  flags: 0,
  align: 1,
  entrySize: 0,
  data: new Uint8Array(0),
  size: 0,
  relocations: [],
});

export const emptySymbol = (): ObjectSymbol => ({
  name: "",
  section: SHN_UNDEF,
  value: 0n,
  size: 0n,
  binding: STB_LOCAL,
  type: STT_NOTYPE,
  visibility: STV_DEFAULT,
});

/** The fields of the ELF header that are not fixed by the class and the machine. */
export interface ElfHeader {
  /** ET_*. */
  type: number;
  /** EM_*; readHeader accepts EM_RISCV only. */
  machine: number;
  /** Address of the first instruction. */
  entry: number;
  /** EF_RISCV_*. */
  flags: number;
  programHeaderOffset: number;
  programHeaderCount: number;
  sectionHeaderOffset: number;
  sectionHeaderCount: number;
  /** Index of the section that holds section names; 0 for none. */
  sectionNameIndex: number;
}

export interface ProgramHeader {
  /** PT_*. */
  type: number;
  /** PF_*. */
  flags: number;
  /** Bytes from the start of the file. */
  offset: number;
  virtualAddress: number;
  fileSize: number;
  /** At least fileSize for PT_LOAD; the rest is zeros. */
  memorySize: number;
  /** 0, or a power of two. */
  align: number;
}

export interface ElfSection {
  name: string;
  type: number;
  flags: number;
  address: number;
  offset: number;
  size: number;
  link: number;
  info: number;
  align: number;
  entrySize: number;
}

/** ET_EXEC or ET_DYN, linked and ready to be loaded. */
export interface Executable {
  bytes: Uint8Array;
  header: ElfHeader;
  programHeaders: ProgramHeader[];
  sections: ElfSection[];
  /** .symtab, the empty symbol first; no symbol at all in a stripped file. */
  symbols: ObjectSymbol[];
}

/** No name in a file may be longer: names overlap in a string table, so a hostile file could ask for a square of its size. */
const MAX_NAME = 4096;

/** Bytes of a file by offset. Every read is checked, by invariant (1). */
export class FileView {
  readonly bytes: Uint8Array;
  readonly length: number;
  private readonly view: DataView;
  private readonly decoder = new TextDecoder();

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    // A plain one, whatever subclass was given: their slice() may not copy.
    this.bytes = new Uint8Array(buffer, byteOffset, byteLength);
    this.length = byteLength;
    this.view = new DataView(buffer, byteOffset, byteLength);
  }

  /** Throws ElfError unless `size` bytes at `offset` lie in the file. `what` names them. */
  check(offset: number, size: number, what: string): void {
    if (offset < 0 || size < 0 || offset + size > this.length) {
      throw new ElfError(`${what}: ${size} bytes at offset ${offset} reach beyond the file's ${this.length} bytes`);
    }
  }

  u8(offset: number, what: string): number {
    this.check(offset, 1, what);
    return this.view.getUint8(offset);
  }

  u16(offset: number, what: string): number {
    this.check(offset, 2, what);
    return this.view.getUint16(offset, true);
  }

  u32(offset: number, what: string): number {
    this.check(offset, 4, what);
    return this.view.getUint32(offset, true);
  }

  u64(offset: number, what: string): bigint {
    this.check(offset, 8, what);
    return this.view.getBigUint64(offset, true);
  }

  i64(offset: number, what: string): bigint {
    this.check(offset, 8, what);
    return this.view.getBigInt64(offset, true);
  }

  /** A 64-bit field that must be a safe integer, by invariant (2). */
  word(offset: number, what: string): number {
    const value = this.u64(offset, what);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ElfError(`${what}: 0x${value.toString(16)} is too large`);
    return Number(value);
  }

  /** The string that ends with a zero byte before `end`. */
  string(offset: number, end: number, what: string): string {
    this.check(offset, 1, what);
    const most = this.bytes.subarray(offset, Math.min(end, offset + MAX_NAME + 1));
    const length = most.indexOf(0);
    if (length >= 0) return this.decoder.decode(most.subarray(0, length));
    const problem = offset + MAX_NAME < end ? `is longer than ${MAX_NAME} bytes` : "has no zero byte at its end";
    throw new ElfError(`${what}: the string at offset ${offset} ${problem}`);
  }
}

const isPowerOfTwo = (n: number): boolean => n > 0 && Number.isInteger(Math.log2(n));

/**
 * The ELF header. `bytes` may be a prefix of the file (64 bytes do).
 * @throws ElfError unless this is a little-endian 64-bit RISC-V file of known version.
 */
export function readHeader(bytes: Uint8Array): ElfHeader {
  const file = new FileView(bytes);
  file.check(0, EHDR_SIZE, "ELF header");
  if (file.u32(0, "magic") !== 0x464c457f) throw new ElfError("not an ELF file: it does not begin with 7f 45 4c 46");
  const expect = (value: number, wanted: number, what: string) => {
    if (value !== wanted) throw new ElfError(`${what} is ${value}, expected ${wanted}`);
  };
  expect(bytes[4]!, ELFCLASS64, "class (EI_CLASS)");
  expect(bytes[5]!, ELFDATA2LSB, "byte order (EI_DATA)");
  expect(bytes[6]!, EV_CURRENT, "version (EI_VERSION)");
  expect(file.u16(18, "e_machine"), EM_RISCV, "machine (e_machine)");
  const header: ElfHeader = {
    type: file.u16(16, "e_type"),
    machine: EM_RISCV,
    entry: file.word(24, "e_entry"),
    programHeaderOffset: file.word(32, "e_phoff"),
    sectionHeaderOffset: file.word(40, "e_shoff"),
    flags: file.u32(48, "e_flags"),
    programHeaderCount: file.u16(56, "e_phnum"),
    sectionHeaderCount: file.u16(60, "e_shnum"),
    sectionNameIndex: file.u16(62, "e_shstrndx"),
  };
  if (header.programHeaderCount > 0) expect(file.u16(54, "e_phentsize"), PHDR_SIZE, "e_phentsize");
  if (header.sectionHeaderCount > 0) expect(file.u16(58, "e_shentsize"), SHDR_SIZE, "e_shentsize");
  return header;
}

function checkSegment(segment: ProgramHeader, fileLength: number, what: string): void {
  const { type, offset, virtualAddress, fileSize, memorySize, align } = segment;
  if (align !== 0 && !isPowerOfTwo(align)) throw new ElfError(`${what}: alignment ${align} is no power of two`);
  if (offset + fileSize > fileLength) {
    throw new ElfError(`${what}: bytes ${offset} to ${offset + fileSize} reach beyond the file's ${fileLength} bytes`);
  }
  if (type !== PT_LOAD) return;
  if (fileSize > memorySize) throw new ElfError(`${what}: ${fileSize} bytes of file for ${memorySize} bytes of memory`);
  if (virtualAddress + memorySize > Number.MAX_SAFE_INTEGER) throw new ElfError(`${what}: ends beyond 2^53`);
  // gabi 5, "Program Header": p_vaddr and p_offset are congruent, so that pages of the file can be mapped.
  if (virtualAddress % PAGE_SIZE !== offset % PAGE_SIZE) {
    throw new ElfError(`${what}: address 0x${virtualAddress.toString(16)} and offset ${offset} differ within the page`);
  }
}

/**
 * The program headers. `bytes` may be a prefix of the file that holds them; then give the file's own length.
 * @throws ElfError where a header lies outside `bytes`, or a segment outside the file.
 */
export function readProgramHeaders(bytes: Uint8Array, header: ElfHeader, fileLength = bytes.length): ProgramHeader[] {
  const file = new FileView(bytes);
  const { programHeaderOffset, programHeaderCount } = header;
  file.check(programHeaderOffset, programHeaderCount * PHDR_SIZE, "program headers");
  const segments: ProgramHeader[] = [];
  for (let i = 0; i < programHeaderCount; i++) {
    const at = programHeaderOffset + i * PHDR_SIZE;
    const what = `program header ${i}`;
    const type = file.u32(at, what);
    if (type === PT_NULL) continue;
    const segment: ProgramHeader = {
      type,
      flags: file.u32(at + 4, what),
      offset: file.word(at + 8, `${what}: p_offset`),
      virtualAddress: file.word(at + 16, `${what}: p_vaddr`),
      fileSize: file.word(at + 32, `${what}: p_filesz`),
      memorySize: file.word(at + 40, `${what}: p_memsz`),
      align: file.word(at + 48, `${what}: p_align`),
    };
    checkSegment(segment, fileLength, what);
    segments.push(segment);
  }
  return segments;
}

/** sh_type whose bytes are not in the file. */
const takesNoRoom = (type: number): boolean => type === SHT_NULL || type === SHT_NOBITS;

function readSection(file: FileView, at: number, what: string): ElfSection {
  const section: ElfSection = {
    name: "",
    type: file.u32(at + 4, what),
    flags: file.word(at + 8, `${what}: sh_flags`),
    address: file.word(at + 16, `${what}: sh_addr`),
    offset: file.word(at + 24, `${what}: sh_offset`),
    size: file.word(at + 32, `${what}: sh_size`),
    link: file.u32(at + 40, what),
    info: file.u32(at + 44, what),
    align: file.word(at + 48, `${what}: sh_addralign`) || 1,
    entrySize: file.word(at + 56, `${what}: sh_entsize`),
  };
  if (!isPowerOfTwo(section.align)) throw new ElfError(`${what}: alignment ${section.align} is no power of two`);
  if (!takesNoRoom(section.type)) file.check(section.offset, section.size, what);
  return section;
}

/**
 * The section headers with their names, the empty section 0 included; none in a file without them.
 * @throws ElfError where a header, a section's bytes or a name lies outside the file.
 */
export function readSections(bytes: Uint8Array, header: ElfHeader): ElfSection[] {
  const file = new FileView(bytes);
  const { sectionHeaderOffset, sectionHeaderCount, sectionNameIndex } = header;
  file.check(sectionHeaderOffset, sectionHeaderCount * SHDR_SIZE, "section headers");
  const sections: ElfSection[] = [];
  for (let i = 0; i < sectionHeaderCount; i++) {
    sections.push(readSection(file, sectionHeaderOffset + i * SHDR_SIZE, `section ${i}`));
  }
  if (sectionNameIndex === 0 || sectionHeaderCount === 0) return sections;
  const names = stringTable(sections, sectionNameIndex, "section names (e_shstrndx)");
  sections.forEach((section, i) => {
    const offset = names.offset + file.u32(sectionHeaderOffset + i * SHDR_SIZE, "sh_name");
    section.name = file.string(offset, names.offset + names.size, `name of section ${i}`);
  });
  return sections;
}

function stringTable(sections: readonly ElfSection[], index: number, what: string): ElfSection {
  const table = sections[index];
  if (table?.type !== SHT_STRTAB) throw new ElfError(`${what}: section ${index} is no string table`);
  return table;
}

function readSymbol(file: FileView, at: number, strings: ElfSection, count: number, what: string): ObjectSymbol {
  const info = file.u8(at + 4, what);
  const section = file.u16(at + 6, what);
  if (section >= count && section !== SHN_ABS && section !== SHN_COMMON) {
    throw new ElfError(`${what}: it is in section ${section} of ${count}`);
  }
  return {
    name: file.string(strings.offset + file.u32(at, what), strings.offset + strings.size, what),
    section,
    value: file.u64(at + 8, what),
    size: file.u64(at + 16, what),
    binding: info >> 4,
    type: info & 15,
    visibility: file.u8(at + 5, what) & 3,
  };
}

/**
 * The symbol table, the empty symbol 0 included; nothing where the file has none.
 * @throws ElfError where a symbol, its name or its section does not exist.
 */
export function readSymbols(bytes: Uint8Array, sections: readonly ElfSection[]): ObjectSymbol[] {
  const table = sections.find((section) => section.type === SHT_SYMTAB);
  if (table === undefined) return [];
  const file = new FileView(bytes);
  const strings = stringTable(sections, table.link, "symbol names (sh_link)");
  const symbols: ObjectSymbol[] = [];
  for (let i = 0; i < Math.floor(table.size / SYM_SIZE); i++) {
    symbols.push(readSymbol(file, table.offset + i * SYM_SIZE, strings, sections.length, `symbol ${i}`));
  }
  return symbols;
}

/**
 * A whole executable, of type ET_EXEC or ET_DYN; what to do with ET_DYN or PT_INTERP is the caller's decision.
 * exec of a kernel wants readHeader and readProgramHeaders alone: broken section headers hinder no program.
 * @throws ElfError, and nothing else, whatever the bytes.
 */
export function readExecutable(bytes: Uint8Array): Executable {
  const header = readHeader(bytes);
  if (header.type !== ET_EXEC && header.type !== ET_DYN) {
    const kind = header.type === ET_REL ? "a relocatable object, not yet linked" : `of type ${header.type}`;
    throw new ElfError(`not an executable: the file is ${kind}`);
  }
  const sections = readSections(bytes, header);
  return {
    bytes,
    header,
    programHeaders: readProgramHeaders(bytes, header),
    sections,
    symbols: readSymbols(bytes, sections),
  };
}
