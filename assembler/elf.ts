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

export const EHDR_SIZE = 64;
export const PHDR_SIZE = 56;
export const SHDR_SIZE = 64;
export const SYM_SIZE = 24;
export const RELA_SIZE = 24;

export const ELFCLASS64 = 2;
export const ELFDATA2LSB = 1;
export const EV_CURRENT = 1;
export const EM_RISCV = 243;

/** e_type. */
export const ET_REL = 1;
export const ET_EXEC = 2;
export const ET_DYN = 3;

/** e_flags of RISC-V (psABI, "File Header"). 0 is soft-float lp64 without compressed instructions. */
export const EF_RISCV_RVC = 0x1;
export const EF_RISCV_FLOAT_ABI = 0x6;
export const EF_RISCV_RVE = 0x8;
export const EF_RISCV_TSO = 0x10;

/** p_type. */
export const PT_NULL = 0;
export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;
export const PT_NOTE = 4;
export const PT_PHDR = 6;
export const PT_TLS = 7;
export const PT_GNU_EH_FRAME = 0x6474e550;
export const PT_GNU_STACK = 0x6474e551;
export const PT_GNU_RELRO = 0x6474e552;
export const PT_RISCV_ATTRIBUTES = 0x70000003;

/** p_flags. */
export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;

/** sh_type. */
export const SHT_NULL = 0;
export const SHT_PROGBITS = 1;
export const SHT_SYMTAB = 2;
export const SHT_STRTAB = 3;
export const SHT_RELA = 4;
export const SHT_NOTE = 7;
export const SHT_NOBITS = 8;
export const SHT_REL = 9;
export const SHT_INIT_ARRAY = 14;
export const SHT_FINI_ARRAY = 15;
export const SHT_PREINIT_ARRAY = 16;
export const SHT_GROUP = 17;
export const SHT_SYMTAB_SHNDX = 18;
export const SHT_RISCV_ATTRIBUTES = 0x70000003;

/** sh_flags. */
export const SHF_WRITE = 0x1;
export const SHF_ALLOC = 0x2;
export const SHF_EXECINSTR = 0x4;
export const SHF_MERGE = 0x10;
export const SHF_STRINGS = 0x20;
export const SHF_INFO_LINK = 0x40;
export const SHF_LINK_ORDER = 0x80;
export const SHF_GROUP = 0x200;
export const SHF_TLS = 0x400;
export const SHF_COMPRESSED = 0x800;
export const SHF_EXCLUDE = 0x80000000;

/** Special section indices of symbols, and the one that says "look in the first section header". */
export const SHN_UNDEF = 0;
export const SHN_ABS = 0xfff1;
export const SHN_COMMON = 0xfff2;
export const SHN_XINDEX = 0xffff;
export const SHN_LORESERVE = 0xff00;

export const STB_LOCAL = 0;
export const STB_GLOBAL = 1;
export const STB_WEAK = 2;

export const STT_NOTYPE = 0;
export const STT_OBJECT = 1;
export const STT_FUNC = 2;
export const STT_SECTION = 3;
export const STT_FILE = 4;
export const STT_COMMON = 5;
export const STT_TLS = 6;

export const STV_DEFAULT = 0;
export const STV_INTERNAL = 1;
export const STV_HIDDEN = 2;
export const STV_PROTECTED = 3;

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
  /** Index into ObjectFile.sections of the section this one belongs to (SHF_LINK_ORDER). */
  link?: number | undefined;
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
 * emptySection, emptySymbol), so indices are the file's own. Symbol and string tables, relocation sections
 * are not listed: they are derived on writing. Local symbols precede all others in the file; writeObject sorts.
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
