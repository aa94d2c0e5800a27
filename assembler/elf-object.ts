/**
 * Relocatable objects: ObjectFile to bytes, and the .o files of ours, of GNU as and of gcc to ObjectFile.
 *
 * (1) readObject(writeObject(o)) is o, save that local symbols come first and `lines` is left out.
 * (2) The same object gives the same bytes.
 */
import { ByteWriter, StringTable } from "./bytes.ts";
import {
  ElfError,
  type ElfSection,
  ET_REL,
  emptySection,
  FileView,
  type ObjectFile,
  type ObjectSection,
  type ObjectSymbol,
  RELA_SIZE,
  type Relocation,
  readHeader,
  readSections,
  readSymbols,
  relocationName,
  SHF_COMPRESSED,
  SHF_GROUP,
  SHF_INFO_LINK,
  SHN_ABS,
  SHN_LORESERVE,
  SHT_GROUP,
  SHT_NOBITS,
  SHT_NULL,
  SHT_REL,
  SHT_RELA,
  SHT_STRTAB,
  SHT_SYMTAB,
  SHT_SYMTAB_SHNDX,
  STB_LOCAL,
  SYM_SIZE,
} from "./elf.ts";
import { writeHeader, writeSectionHeader, writeSymbol } from "./elf-write.ts";

/** GRP_COMDAT, the first word of a group section. */
const GRP_COMDAT = 1;

/** Section types that say something about others, and so are not listed in ObjectFile.sections. */
const DERIVED = new Set([SHT_SYMTAB, SHT_STRTAB, SHT_RELA, SHT_GROUP, SHT_SYMTAB_SHNDX]);

/** A section on its way to the file: its header and its bytes. */
interface Draft {
  header: ElfSection;
  data: Uint8Array;
}

const draft = (header: Partial<ElfSection>, data: Uint8Array): Draft => ({
  header: {
    name: "",
    type: SHT_NULL,
    flags: 0,
    address: 0,
    offset: 0,
    size: data.length,
    link: 0,
    info: 0,
    align: 1,
    entrySize: 0,
    ...header,
  },
  data,
});

/** Old index of each symbol in its new order (locals first, gabi 4), and the way back. */
function symbolOrder(symbols: readonly ObjectSymbol[]): { order: number[]; position: number[]; locals: number } {
  const indices = symbols.map((_, i) => i);
  const local = indices.filter((i) => symbols[i]!.binding === STB_LOCAL);
  const order = [...local, ...indices.filter((i) => symbols[i]!.binding !== STB_LOCAL)];
  const position: number[] = [];
  order.forEach((old, now) => {
    position[old] = now;
  });
  return { order, position, locals: local.length };
}

function relocationBytes(relocations: readonly Relocation[], position: readonly number[]): Uint8Array {
  const out = new ByteWriter();
  for (const { offset, type, symbol, addend } of relocations) {
    out.u64(offset);
    out.u32(type);
    out.u32(position[symbol]!);
    out.u64(addend);
  }
  return out.finish();
}

/** Which signature has which sections, in order of appearance. */
function groupsOf(object: ObjectFile): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  object.sections.forEach(({ group }, i) => {
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), i]);
  });
  return groups;
}

/** Where each listed section's header will be: groups come first, and a relocation section follows its target. */
function fileIndices(object: ObjectFile, groupCount: number): number[] {
  let next = 1 + groupCount;
  return object.sections.map((section, i) => {
    if (i === 0) return 0;
    const index = next;
    next += section.relocations.length > 0 ? 2 : 1;
    return index;
  });
}

function groupDrafts(object: ObjectFile, indexOf: readonly number[], position: readonly number[]): Draft[] {
  return [...groupsOf(object)].map(([signature, members]) => {
    const data = new ByteWriter();
    data.u32(GRP_COMDAT);
    for (const member of members) {
      data.u32(indexOf[member]!);
      if (object.sections[member]!.relocations.length > 0) data.u32(indexOf[member]! + 1);
    }
    const symbol = object.symbols.findIndex((candidate) => candidate.name === signature);
    if (symbol < 0) throw new ElfError(`${object.name}: group ${signature} has no symbol of its name`);
    const info = position[symbol]!;
    return draft({ name: ".group", type: SHT_GROUP, info, align: 4, entrySize: 4 }, data.finish());
  });
}

/** The file's sections without the tables at its end; `symtab` is the symbol table's index. */
function sectionDrafts(
  object: ObjectFile,
  indexOf: readonly number[],
  position: readonly number[],
  symtab: number,
): Draft[] {
  const drafts: Draft[] = [];
  object.sections.forEach((section, i) => {
    if (i === 0) return;
    const { name, type, flags, align, entrySize, size, relocations } = section;
    drafts.push(draft({ name, type, flags, align, entrySize, size }, section.data));
    if (relocations.length === 0) return;
    const bytes = relocationBytes(relocations, position);
    const rela = { name: `.rela${name}`, type: SHT_RELA, flags: SHF_INFO_LINK | (flags & SHF_GROUP), link: symtab };
    drafts.push(draft({ ...rela, info: indexOf[i]!, align: 8, entrySize: RELA_SIZE }, bytes));
  });
  return drafts;
}

function symbolBytes(object: ObjectFile, order: readonly number[], indexOf: readonly number[], strings: StringTable) {
  const out = new ByteWriter();
  for (const old of order) {
    const symbol = object.symbols[old]!;
    const section = symbol.section >= SHN_LORESERVE ? symbol.section : indexOf[symbol.section]!;
    writeSymbol(out, { ...symbol, section }, strings);
  }
  return out.finish();
}

/** An object as an ELF file of type ET_REL. */
export function writeObject(object: ObjectFile): Uint8Array {
  const { order, position, locals } = symbolOrder(object.symbols);
  const groupCount = groupsOf(object).size;
  const indexOf = fileIndices(object, groupCount);
  const relocated = object.sections.filter((section) => section.relocations.length > 0).length;
  const symtab = groupCount + object.sections.length + relocated;
  const strings = new StringTable();
  const symbols = symbolBytes(object, order, indexOf, strings);
  const groups = groupDrafts(object, indexOf, position);
  for (const group of groups) group.header.link = symtab;
  const names = new StringTable();
  const drafts = [
    draft({}, new Uint8Array(0)),
    ...groups,
    ...sectionDrafts(object, indexOf, position, symtab),
    draft(
      { name: ".symtab", type: SHT_SYMTAB, link: symtab + 1, info: locals, align: 8, entrySize: SYM_SIZE },
      symbols,
    ),
    draft({ name: ".strtab", type: SHT_STRTAB }, strings.finish()),
  ];
  for (const { header } of drafts) names.add(header.name);
  names.add(".shstrtab");
  drafts.push(draft({ name: ".shstrtab", type: SHT_STRTAB }, names.finish()));
  return layOut(drafts, names, object.flags);
}

function layOut(drafts: readonly Draft[], names: StringTable, flags: number): Uint8Array {
  const body = new ByteWriter();
  body.zeros(64);
  for (const { header, data } of drafts) {
    if (header.type === SHT_NULL) continue;
    body.align(header.align);
    header.offset = body.length;
    body.bytes(data);
  }
  body.align(8);
  const sectionHeaderOffset = body.length;
  for (const { header } of drafts) writeSectionHeader(body, header, names);
  const bytes = body.finish();
  const head = new ByteWriter();
  writeHeader(head, {
    type: ET_REL,
    entry: 0,
    flags,
    programHeaderOffset: 0,
    programHeaderCount: 0,
    sectionHeaderOffset,
    sectionHeaderCount: drafts.length,
    sectionNameIndex: drafts.length - 1,
  });
  bytes.set(head.finish());
  return bytes;
}

function readRelocations(file: FileView, table: ElfSection, size: number, symbols: number): Relocation[] {
  const relocations: Relocation[] = [];
  const what = `relocations ${table.name}`;
  for (let at = table.offset; at + RELA_SIZE <= table.offset + table.size; at += RELA_SIZE) {
    const relocation: Relocation = {
      offset: file.word(at, what),
      type: file.u32(at + 8, what),
      symbol: file.u32(at + 12, what),
      addend: file.i64(at + 16, what),
    };
    const { offset, type, symbol } = relocation;
    if (offset > size) throw new ElfError(`${what}: ${relocationName(type)} at ${offset} is outside of the section`);
    if (symbol >= symbols) throw new ElfError(`${what}: symbol ${symbol} of ${symbols}`);
    relocations.push(relocation);
  }
  return relocations;
}

function readContents(file: FileView, header: ElfSection): ObjectSection {
  const { name, type, flags, align, entrySize, size, offset } = header;
  if (flags & SHF_COMPRESSED) throw new ElfError(`section ${name} is compressed (assemble with -gz=none)`);
  const data = type === SHT_NOBITS ? new Uint8Array(0) : file.bytes.slice(offset, offset + size);
  return { name, type, flags: flags, align, entrySize, data, size, relocations: [] };
}

/** Notes each member section's COMDAT signature. */
function readGroups(
  file: FileView,
  headers: readonly ElfSection[],
  symbols: readonly ObjectSymbol[],
  ours: Map<number, ObjectSection>,
) {
  for (const group of headers.filter((header) => header.type === SHT_GROUP)) {
    if (group.size < 4 || file.u32(group.offset, "group") !== GRP_COMDAT) continue;
    const signature = symbols[group.info];
    if (signature === undefined) throw new ElfError(`group: symbol ${group.info} of ${symbols.length}`);
    for (let at = 4; at + 4 <= group.size; at += 4) {
      const member = ours.get(file.u32(group.offset + at, "group"));
      if (member !== undefined) member.group = signature.name;
    }
  }
}

/**
 * A relocatable object's structure. `name` is what messages call it.
 * @throws ElfError, and nothing else, where the bytes are malformed or of another kind.
 */
export function readObject(bytes: Uint8Array, name: string): ObjectFile {
  const header = readHeader(bytes);
  if (header.type !== ET_REL) throw new ElfError(`not a relocatable object (e_type is ${header.type})`);
  const file = new FileView(bytes);
  const headers = readSections(bytes, header);
  const symbols = readSymbols(bytes, headers);
  const ours = new Map<number, ObjectSection>();
  const indexOf = new Map<number, number>([[0, 0]]);
  const sections = [emptySection()];
  headers.forEach((section, i) => {
    if (section.type === SHT_REL) throw new ElfError(`section ${section.name}: RISC-V has no SHT_REL relocations`);
    if (i === 0 || section.type === SHT_NULL || DERIVED.has(section.type)) return;
    indexOf.set(i, sections.length);
    const contents = readContents(file, section);
    ours.set(i, contents);
    sections.push(contents);
  });
  for (const table of headers.filter((section) => section.type === SHT_RELA)) {
    const target = ours.get(table.info);
    if (target === undefined) throw new ElfError(`relocations ${table.name}: section ${table.info} has no contents`);
    target.relocations.push(...readRelocations(file, table, target.size, symbols.length));
  }
  readGroups(file, headers, symbols, ours);
  for (const symbol of symbols) {
    // A symbol of a section that is not listed (a group's signature) belongs nowhere.
    if (symbol.section < SHN_LORESERVE) symbol.section = indexOf.get(symbol.section) ?? SHN_ABS;
  }
  return { name, flags: header.flags, sections, symbols };
}
