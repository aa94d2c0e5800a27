/**
 * Executables as bytes: headers, segments, sections, symbol table.
 *
 * (1) The same input gives the same bytes.
 */
import { alignUp, ByteWriter, StringTable } from "./bytes.ts";
import {
  EHDR_SIZE,
  type ElfSection,
  type ObjectSymbol,
  PHDR_SIZE,
  type ProgramHeader,
  SHT_NULL,
  SHT_STRTAB,
  SHT_SYMTAB,
  STB_LOCAL,
  SYM_SIZE,
} from "./elf.ts";
import { writeHeader, writeSectionHeader, writeSymbol } from "./elf-write.ts";

export interface ExecutableImage {
  /** ET_EXEC, or ET_DYN of a position-independent one. */
  type: number;
  entry: number;
  /** e_flags. */
  flags: number;
  programHeaders: readonly ProgramHeader[];
  /** In order; section 0 and the tables are added. */
  sections: readonly { header: ElfSection; data: Uint8Array }[];
  /** Local ones first; `section` counts from 1. */
  symbols: readonly ObjectSymbol[];
}

/** gabi 5, "Program Header". */
function writeProgramHeader(out: ByteWriter, segment: ProgramHeader): void {
  out.u32(segment.type);
  out.u32(segment.flags);
  out.u64(segment.offset);
  out.u64(segment.virtualAddress);
  out.u64(segment.virtualAddress);
  out.u64(segment.fileSize);
  out.u64(segment.memorySize);
  out.u64(segment.align);
}

const table = (header: Partial<ElfSection>): ElfSection => ({
  name: "",
  type: SHT_NULL,
  flags: 0,
  address: 0,
  offset: 0,
  size: 0,
  link: 0,
  info: 0,
  align: 1,
  entrySize: 0,
  ...header,
});

/** The file. `fileEnd` is where the sections of the image end. */
export function writeExecutable(image: ExecutableImage, fileEnd: number): Uint8Array {
  const symbolStrings = new StringTable();
  const symbols = new ByteWriter();
  for (const symbol of image.symbols) writeSymbol(symbols, symbol, symbolStrings);
  const count = image.sections.length;
  const locals = image.symbols.filter((symbol) => symbol.binding === STB_LOCAL).length;
  const headers = [table({}), ...image.sections.map(({ header }) => header)];
  const tables = [
    { name: ".symtab", type: SHT_SYMTAB, link: count + 2, info: locals, align: 8, entrySize: SYM_SIZE },
    { name: ".strtab", type: SHT_STRTAB },
    { name: ".shstrtab", type: SHT_STRTAB },
  ].map(table);
  headers.push(...tables);
  const names = new StringTable();
  for (const { name } of headers) names.add(name);
  const tableBytes = [symbols.finish(), symbolStrings.finish(), names.finish()];
  let at = fileEnd;
  tables.forEach((header, i) => {
    header.offset = alignUp(at, header.align);
    header.size = tableBytes[i]!.length;
    at = header.offset + header.size;
  });
  const sectionHeaderOffset = alignUp(at, 8);
  const bytes = new Uint8Array(sectionHeaderOffset + headers.length * 64);
  for (const { header, data } of image.sections) if (data.length > 0) bytes.set(data, header.offset);
  tables.forEach((header, i) => {
    bytes.set(tableBytes[i]!, header.offset);
  });
  const head = new ByteWriter();
  writeHeader(head, {
    type: image.type,
    entry: image.entry,
    flags: image.flags,
    programHeaderOffset: EHDR_SIZE,
    programHeaderCount: image.programHeaders.length,
    sectionHeaderOffset,
    sectionHeaderCount: headers.length,
    sectionNameIndex: headers.length - 1,
  });
  for (const segment of image.programHeaders) writeProgramHeader(head, segment);
  bytes.set(head.finish());
  const tail = new ByteWriter();
  for (const header of headers) writeSectionHeader(tail, header, names);
  bytes.set(tail.finish(), sectionHeaderOffset);
  return bytes;
}

/** Bytes of an executable's headers. */
export const headersSize = (programHeaderCount: number): number => EHDR_SIZE + programHeaderCount * PHDR_SIZE;
