/**
 * The parts of an ELF file that objects and executables share, as bytes: header, section headers, symbols.
 */
import type { ByteWriter, StringTable } from "./bytes.ts";
import {
  EHDR_SIZE,
  ELFCLASS64,
  ELFDATA2LSB,
  type ElfHeader,
  type ElfSection,
  EM_RISCV,
  EV_CURRENT,
  type ObjectSymbol,
  PHDR_SIZE,
  SHDR_SIZE,
} from "./elf.ts";

/** gabi 4, "ELF Header". */
export function writeHeader(out: ByteWriter, header: Omit<ElfHeader, "machine">): void {
  for (const byte of [0x7f, 0x45, 0x4c, 0x46, ELFCLASS64, ELFDATA2LSB, EV_CURRENT]) out.u8(byte);
  out.zeros(9);
  out.u16(header.type);
  out.u16(EM_RISCV);
  out.u32(EV_CURRENT);
  out.u64(header.entry);
  out.u64(header.programHeaderOffset);
  out.u64(header.sectionHeaderOffset);
  out.u32(header.flags);
  out.u16(EHDR_SIZE);
  out.u16(header.programHeaderCount === 0 ? 0 : PHDR_SIZE);
  out.u16(header.programHeaderCount);
  out.u16(SHDR_SIZE);
  out.u16(header.sectionHeaderCount);
  out.u16(header.sectionNameIndex);
}

/** gabi 4, "Section Header". */
export function writeSectionHeader(out: ByteWriter, section: ElfSection, names: StringTable): void {
  out.u32(names.add(section.name));
  out.u32(section.type);
  out.u64(section.flags);
  out.u64(section.address);
  out.u64(section.offset);
  out.u64(section.size);
  out.u32(section.link);
  out.u32(section.info);
  out.u64(section.type === 0 ? 0 : section.align);
  out.u64(section.entrySize);
}

/** gabi 4, "Symbol Table". `symbol.section` is already the file's index. */
export function writeSymbol(out: ByteWriter, symbol: ObjectSymbol, strings: StringTable): void {
  out.u32(strings.add(symbol.name));
  out.u8((symbol.binding << 4) | symbol.type);
  out.u8(symbol.visibility);
  out.u16(symbol.section);
  out.u64(symbol.value);
  out.u64(symbol.size);
}
