/**
 * What the linker works on: the objects of one link, their sections and the global symbols that tie them together.
 * No step of its own; link.ts says in which order the others fill these fields in.
 *
 * (1) An input section has a place (output and offset) or was dropped (output is null): empty rest of a merge, COMDAT
 *     twin, .note.GNU-stack.
 * (2) Offsets of relocations and symbols are those of the object. place() is the only way from them to an address,
 *     since merging and alignment move bytes inside a section.
 */
import type { ObjectFile, ObjectSection, ObjectSymbol, Relocation } from "./elf.ts";

/** An output section: what has one name in the executable. */
export interface OutputSection {
  name: string;
  type: number;
  flags: number;
  align: number;
  entrySize: number;
  /** 0 for sections that are not loaded. */
  address: number;
  size: number;
  inputs: InputSection[];
}

/** A string or constant of a mergeable section, and the one place where its bytes are kept. */
export interface MergedPiece {
  /** Offset in the object's section. */
  start: number;
  home: InputSection;
  /** Offset in what is left of `home`. */
  offset: number;
}

/** From `at` on, `removed` bytes of the object's section are gone (R_RISCV_ALIGN). */
export interface Cut {
  at: number;
  removed: number;
}

export interface InputSection {
  file: LinkFile;
  name: string;
  section: ObjectSection;
  /** The bytes that go into the executable; empty for SHT_NOBITS. */
  data: Uint8Array;
  /** Bytes in memory, after merging and alignment. */
  size: number;
  relocations: readonly Relocation[];
  output: OutputSection | null;
  /** From the start of `output`. */
  offset: number;
  /** In ascending order of `at`. */
  cuts: Cut[];
  /** In ascending order of `start`; null for a section that is kept as it is. */
  pieces: MergedPiece[] | null;
}

export interface LinkFile {
  object: ObjectFile;
  /**
   * By the object's section index; undefined where the link has no use for the section. Of a COMDAT group that an
   * earlier file has too, it is that file's section: whose `file` is another.
   */
  sections: (InputSection | undefined)[];
  /** By the object's symbol index; undefined for local symbols. */
  globals: (GlobalSymbol | undefined)[];
}

export interface GlobalSymbol {
  name: string;
  state: "undefined" | "common" | "defined" | "linker";
  /** Of a definition: may be overridden. Of an undefined symbol: no reference demands a definition. */
  weak: boolean;
  /** Where it is defined, or first referred to. */
  file: LinkFile | null;
  /** Its entry there. */
  symbol: ObjectSymbol | null;
  /** Value of a "linker" symbol. */
  address: number;
  /** Output section of a "linker" symbol; undefined for an absolute one. */
  output: OutputSection | undefined;
}

/** A section of `file` as the link begins with it. */
export function newInput(file: LinkFile, section: ObjectSection): InputSection {
  const { name, data, size, relocations } = section;
  return { file, name, section, data, size, relocations, output: null, offset: 0, cuts: [], pieces: null };
}

/** The sections that `file` itself brings into the link. */
export function ownSections(file: LinkFile): InputSection[] {
  return file.sections.filter((input) => input !== undefined).filter((input) => input.file === file);
}

/** The address of byte `offset` of the object's section. null where the section was dropped. */
export function place(input: InputSection, offset: number): number | null {
  if (input.pieces !== null) {
    const piece = last(input.pieces, (candidate) => candidate.start <= offset);
    if (piece === undefined || piece.home.output === null) return null;
    return piece.home.output.address + piece.home.offset + piece.offset + (offset - piece.start);
  }
  if (input.output === null) return null;
  return input.output.address + input.offset + offset - removedBefore(input, offset);
}

/** How many bytes before `offset` are gone. */
export function removedBefore(input: InputSection, offset: number): number {
  let removed = 0;
  for (const cut of input.cuts) {
    if (cut.at >= offset) break;
    removed += cut.removed;
  }
  return removed;
}

/** The last element for which `holds`, which is true of a first part of `sorted` and false of the rest. */
export function last<T>(sorted: readonly T[], holds: (element: T) => boolean): T | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
}
