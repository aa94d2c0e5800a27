/** Objects made by hand, and files made by other tools, for the tests of the linker and its formats. */
import { readFileSync } from "node:fs";
import {
  type Executable,
  emptySection,
  emptySymbol,
  type ObjectFile,
  type ObjectSection,
  type ObjectSymbol,
  RELOCATIONS,
  type RelocationName,
  readExecutable,
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_WRITE,
  SHN_COMMON,
  SHN_UNDEF,
  SHT_NOBITS,
  SHT_PROGBITS,
  STB_GLOBAL,
  STB_LOCAL,
  STB_WEAK,
} from "../../assembler/elf.ts";
import { type LinkOptions, link } from "../../assembler/link.ts";

export const golden = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../golden/assembler/${name}`, import.meta.url)));

export const CODE = SHF_ALLOC | SHF_EXECINSTR;
export const DATA = SHF_ALLOC | SHF_WRITE;
export const CONSTANT = SHF_ALLOC;

export const NOP = 0x00000013;

/** 32-bit words as bytes. */
export function words(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setUint32(i * 4, value, true);
  });
  return bytes;
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Puts an object together; every method returns the index of what it added. */
export class ObjectBuilder {
  readonly object: ObjectFile;

  constructor(name: string, flags = 0) {
    this.object = { name, flags, sections: [emptySection()], symbols: [emptySymbol()] };
  }

  section(name: string, flags: number, data: Uint8Array, more: Partial<ObjectSection> = {}): number {
    const section = { ...emptySection(), name, type: SHT_PROGBITS, flags, data, size: data.length, align: 4 };
    return this.object.sections.push({ ...section, ...more, relocations: [] }) - 1;
  }

  zeros(name: string, size: number, align = 1): number {
    return this.section(name, DATA, new Uint8Array(0), { type: SHT_NOBITS, size, align });
  }

  symbol(name: string, section: number, value: number, more: Partial<ObjectSymbol> = {}): number {
    const symbol = { ...emptySymbol(), name, section, value: BigInt(value), binding: STB_GLOBAL };
    return this.object.symbols.push({ ...symbol, ...more }) - 1;
  }

  local(name: string, section: number, value: number): number {
    return this.symbol(name, section, value, { binding: STB_LOCAL });
  }

  weak(name: string, section: number, value: number): number {
    return this.symbol(name, section, value, { binding: STB_WEAK });
  }

  undefined(name: string, binding = STB_GLOBAL): number {
    return this.symbol(name, SHN_UNDEF, 0, { binding });
  }

  common(name: string, size: number, align: number): number {
    return this.symbol(name, SHN_COMMON, align, { size: BigInt(size) });
  }

  relocate(section: number, offset: number, type: RelocationName, symbol: number, addend = 0): this {
    const relocation = { offset, type: RELOCATIONS[type], symbol, addend: BigInt(addend) };
    this.object.sections[section]!.relocations.push(relocation);
    return this;
  }
}

/** An object whose .text is `code` and begins with `_start`; what follows may add to it. */
export function program(name: string, ...code: number[]): { builder: ObjectBuilder; text: number } {
  const builder = new ObjectBuilder(name);
  const text = builder.section(".text", CODE, words(...code));
  builder.symbol("_start", text, 0);
  return { builder, text };
}

/** Links, and insists that it worked. */
export function linked(objects: ObjectFile[], options: LinkOptions = {}): Executable {
  const { executable, diagnostics } = link(objects, [], options);
  if (executable === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return readExecutable(executable);
}

/** The bytes of a section of an executable. */
export function contents({ bytes, sections }: Executable, name: string): Uint8Array {
  const section = sections.find((candidate) => candidate.name === name);
  if (section === undefined) throw new Error(`no section ${name}`);
  return new Uint8Array(bytes.subarray(section.offset, section.offset + section.size));
}

/** The 32-bit words of a section. */
export function wordsOf(executable: Executable, name: string): number[] {
  const data = contents(executable, name);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Array.from({ length: data.length / 4 }, (_, i) => view.getUint32(i * 4, true));
}

/** The value of a symbol of an executable. */
export function addressOf({ symbols }: Executable, name: string): number {
  const symbol = symbols.find((candidate) => candidate.name === name);
  if (symbol === undefined) throw new Error(`no symbol ${name}`);
  return Number(symbol.value);
}

/** What a link says of these objects and archives. */
export const messages = (objects: Parameters<typeof link>[0], archives: Parameters<typeof link>[1] = []) =>
  link(objects, archives).diagnostics.map(({ message }) => message);
