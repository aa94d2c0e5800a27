/** Directives that choose the section, and where in it. */
import type { Assembly } from "../assembly.ts";
import {
  SHF_ALLOC,
  SHF_EXCLUDE,
  SHF_EXECINSTR,
  SHF_GROUP,
  SHF_LINK_ORDER,
  SHF_MERGE,
  SHF_STRINGS,
  SHF_TLS,
  SHF_WRITE,
  SHT_FINI_ARRAY,
  SHT_INIT_ARRAY,
  SHT_NOBITS,
  SHT_NOTE,
  SHT_PREINIT_ARRAY,
  SHT_PROGBITS,
} from "../elf.ts";
import { Fault } from "../fault.ts";
import type { Section } from "../model.ts";
import { didYouMean } from "../suggest.ts";
import { type DirectiveTable, MAX_COUNT, operand, raw, row, splitCommas, type TextPart, unquote } from "./row.ts";

// biome-ignore format: a table is read in columns
const FLAGS: Readonly<Record<string, number>> = {
  a: SHF_ALLOC, w: SHF_WRITE, x: SHF_EXECINSTR, M: SHF_MERGE, S: SHF_STRINGS, G: SHF_GROUP, T: SHF_TLS, o: SHF_LINK_ORDER,
  e: SHF_EXCLUDE,
};

// biome-ignore format: a table is read in columns
const TYPES: Readonly<Record<string, number>> = {
  progbits: SHT_PROGBITS, nobits: SHT_NOBITS, note: SHT_NOTE, init_array: SHT_INIT_ARRAY, fini_array: SHT_FINI_ARRAY,
  preinit_array: SHT_PREINIT_ARRAY,
};

const A = SHF_ALLOC;
const AW = SHF_ALLOC | SHF_WRITE;
const AX = SHF_ALLOC | SHF_EXECINSTR;

interface Kind {
  readonly type: number;
  readonly flags: number;
  readonly entrySize?: number;
}

/** What sections of well-known names are, themselves and with a suffix as in .text.main. The first match counts. */
// biome-ignore format: a table is read in columns
const WELL_KNOWN: readonly (readonly [name: string, kind: Kind])[] = [
  [".text",           { type: SHT_PROGBITS, flags: AX }],
  [".init_array",     { type: SHT_INIT_ARRAY, flags: AW, entrySize: 8 }],
  [".fini_array",     { type: SHT_FINI_ARRAY, flags: AW, entrySize: 8 }],
  [".preinit_array",  { type: SHT_PREINIT_ARRAY, flags: AW, entrySize: 8 }],
  [".init",           { type: SHT_PROGBITS, flags: AX }],
  [".fini",           { type: SHT_PROGBITS, flags: AX }],
  [".data",           { type: SHT_PROGBITS, flags: AW }],
  [".sdata",          { type: SHT_PROGBITS, flags: AW }],
  [".tdata",          { type: SHT_PROGBITS, flags: AW | SHF_TLS }],
  [".rodata",         { type: SHT_PROGBITS, flags: A }],
  [".bss",            { type: SHT_NOBITS, flags: AW }],
  [".sbss",           { type: SHT_NOBITS, flags: AW }],
  [".tbss",           { type: SHT_NOBITS, flags: AW | SHF_TLS }],
  [".note.GNU-stack", { type: SHT_PROGBITS, flags: 0 }],
  [".note",           { type: SHT_NOTE, flags: 0 }],
];

const ORDINARY: Kind = { type: SHT_PROGBITS, flags: 0 };

function kindOf(name: string): Kind {
  return WELL_KNOWN.find(([known]) => name === known || name.startsWith(`${known}.`))?.[1] ?? ORDINARY;
}

function parseFlags({ text, at }: TextPart): number {
  const letters = unquote(text);
  if (/^[0-9]/.test(letters)) return Number(letters) >>> 0;
  let flags = 0;
  for (const letter of letters) {
    const flag = FLAGS[letter];
    if (flag === undefined)
      throw new Fault(at, `\`${letter}\` is no section flag`, `the flags: ${Object.keys(FLAGS).join("")}`);
    flags |= flag;
  }
  return flags >>> 0;
}

function parseType({ text, at }: TextPart): number {
  const word = unquote(text).replace(/^[@%]/, "");
  if (/^[0-9]/.test(word)) return Number(word) >>> 0;
  const type = TYPES[word];
  if (type === undefined) throw new Fault(at, `\`${text}\` is no section type`, didYouMean(word, Object.keys(TYPES)));
  return type;
}

/** What follows the type: entry size (M), group (G), the section to be ordered by (o). */
function parseRest(
  flags: number,
  parts: readonly TextPart[],
): { entrySize: number; group: string | null; link: string | null } {
  const rest = parts.slice(3);
  const take = (what: string): string => {
    const part = rest.shift();
    if (part === undefined || part.text === "")
      throw new Fault(parts.at(-1)!.at, `the section's flags ask for ${what}`);
    return unquote(part.text);
  };
  const entrySize = flags & SHF_MERGE ? Number(take("an entry size")) : 0;
  if (!Number.isInteger(entrySize) || entrySize < 0) throw new Fault(parts[3]!.at, "the entry size must be a number");
  const link = flags & SHF_LINK_ORDER ? take("the section it belongs to") : null;
  const group = flags & SHF_GROUP ? take("a group's name") : null;
  return { entrySize, group, link };
}

/** The section that `.section` and `.pushsection` name. */
function parseSection(assembly: Assembly, text: string, at: number): Section {
  const parts = splitCommas(text, at);
  const name = unquote(parts[0]!.text);
  if (name === "" || /[\s"]/.test(name)) throw new Fault(parts[0]!.at, "a section's name is expected here");
  const known = kindOf(name);
  const [, flagsPart, typePart] = parts;
  const flags = flagsPart && flagsPart.text !== "" ? parseFlags(flagsPart) : known.flags;
  const type = typePart && typePart.text !== "" ? parseType(typePart) : known.type;
  const { entrySize, group, link } = parseRest(flags, parts);
  const kept = (flags & ~SHF_GROUP) >>> 0;
  const section = assembly.section(name, type, kept, entrySize || (known.entrySize ?? 0), group);
  section.linkedTo = link;
  const asked = flagsPart !== undefined && flagsPart.text !== "";
  if ((asked && section.flags !== kept) || (typePart !== undefined && section.type !== type)) {
    assembly.warn(parts[0]!.at, `section ${name} had other flags or another type before; those stay`);
  }
  return section;
}

/** `.text`, `.data`, ...: the section of that name, at the subsection that may be given. */
function standard(name: string) {
  return row("[subsection]", 0, 1, (assembly, command) => {
    const { type, flags } = kindOf(name);
    const number = command.operands.length === 0 ? 0 : assembly.integer(operand(command, 0), "the subsection", 0, 8192);
    assembly.enter(assembly.section(name, type, flags).subsection(number));
  });
}

const SECTION = 'name [, "flags" [, @type [, entry size] [, group [, comdat]]]]';

export const SECTION_DIRECTIVES: DirectiveTable = {
  ".text": standard(".text"),
  ".data": standard(".data"),
  ".bss": standard(".bss"),
  ".rodata": standard(".rodata"),

  ".section": raw(SECTION, (assembly, text, at) => {
    assembly.enter(parseSection(assembly, text, at).subsection(0));
  }),

  ".pushsection": raw(SECTION, (assembly, text, at) => {
    const { current, previous, sectionStack } = assembly;
    // `.pushsection name, 1` is a subsection's number.
    const number = /^([^,]*),\s*([0-9]+)\s*$/.exec(text);
    const section = parseSection(assembly, number?.[1] ?? text, at);
    if (sectionStack.length >= 1000) throw new Fault(at, "more than 1000 sections are pushed");
    sectionStack.push({ current, previous });
    assembly.enter(section.subsection(Math.min(Number(number?.[2] ?? 0), 8192)));
  }),

  ".popsection": row("", 0, 0, (assembly, command) => {
    const saved = assembly.sectionStack.pop();
    if (saved === undefined) throw new Fault(command.at, ".popsection without .pushsection");
    assembly.current = saved.current;
    assembly.previous = saved.previous;
  }),

  ".previous": row("", 0, 0, (assembly) => {
    assembly.enter(assembly.previous);
  }),

  ".subsection": row("number", 1, 1, (assembly, command) => {
    const number = assembly.integer(operand(command, 0), "the subsection", 0, Math.min(8192, MAX_COUNT));
    assembly.enter(assembly.current.section.subsection(number));
  }),
};
