/**
 * Which input section goes to which output section, in which order: SCRIPT applied to the sections of a link, and a
 * place for those that SCRIPT does not know (orphans).
 *
 * (1) Each wanted input section is in exactly one output section.
 * (2) An orphan's place depends on its flags alone, and orphans of one place keep the order of their appearance.
 */
import {
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_GROUP,
  SHF_LINK_ORDER,
  SHF_MERGE,
  SHF_STRINGS,
  SHF_WRITE,
  SHT_NOBITS,
  SHT_NOTE,
  SHT_NULL,
  SHT_PROGBITS,
} from "./elf.ts";
import { type InputSection, type LinkFile, type OutputSection, ownSections } from "./link-input.ts";
import { type MoveRow, matchRow, SCRIPT, type SectionRow, type SymbolRow } from "./link-script.ts";

/** An output section with the row it stems from; `row` is undefined for an orphan's. */
export interface SectionItem {
  readonly kind: "output";
  readonly row: SectionRow | undefined;
  readonly output: OutputSection;
}

/** The script made concrete: output sections instead of section rows. */
export type Item = SectionItem | SymbolRow | MoveRow;

/** The number at the end of a constructor array's name: .init_array.00100; .ctors.NNN count downwards. */
function priority(name: string): number {
  const digits = /\.(\d+)$/.exec(name)?.[1];
  if (digits === undefined) return Number.POSITIVE_INFINITY;
  return /^\.[cd]tors/.test(name) ? 65535 - Number(digits) : Number(digits);
}

function sortGroup(row: SectionRow, inputs: InputSection[]): InputSection[] {
  if (row.sort === undefined) return inputs;
  return inputs.sort((a, b) => priority(a.name) - priority(b.name));
}

const newOutput = (name: string): OutputSection => ({
  name,
  type: SHT_NULL,
  flags: 0,
  align: 1,
  entrySize: 0,
  address: 0,
  size: 0,
  inputs: [],
});

/** The script's row behind whose section an orphan of these flags goes (ld's lang_insert_orphan has the same list). */
function orphanNeighbour({ flags, type }: InputSection["section"]): string {
  if ((flags & SHF_ALLOC) === 0) return ".comment";
  if (type === SHT_NOBITS) return ".bss";
  if (flags & SHF_WRITE) return ".data";
  if (type === SHT_NOTE) return ".interp";
  return flags & SHF_EXECINSTR ? ".text" : ".rodata";
}

/** Adds an orphan's output section behind its neighbour and the neighbour's earlier orphans. */
function insertOrphan(items: Item[], output: OutputSection, neighbour: string, placed: Map<string, number>): void {
  let at = items.findIndex((item) => item.kind === "output" && item.row?.name === neighbour) + 1;
  at += placed.get(neighbour) ?? 0;
  placed.set(neighbour, (placed.get(neighbour) ?? 0) + 1);
  items.splice(at, 0, { kind: "output", row: undefined, output });
}

/** Takes over what the inputs have in common. */
function describeOutput(output: OutputSection): void {
  const sections = output.inputs.map((input) => input.section);
  const first = sections[0];
  if (first === undefined) return;
  const alike = sections.every(({ type }) => type === first.type);
  output.type = alike ? first.type : SHT_PROGBITS;
  const mergeable = SHF_MERGE | SHF_STRINGS;
  const same = ({ flags, entrySize }: typeof first) =>
    entrySize === first.entrySize && (flags & mergeable) === (first.flags & mergeable);
  const dropped = SHF_GROUP | SHF_LINK_ORDER | (sections.every(same) ? 0 : mergeable);
  for (const { flags } of sections) output.flags |= flags & ~dropped;
  output.entrySize = sections.every(same) ? first.entrySize : 0;
}

/** Applies SCRIPT to the sections of `files`; fills in `output` of each. */
export function placeSections(files: readonly LinkFile[]): Item[] {
  const inputs = files.flatMap(ownSections);
  const writable = new Set(inputs.filter(({ section }) => section.flags & SHF_WRITE).map(({ name }) => name));
  const byGroup = new Map<SectionRow, InputSection[][]>();
  const orphans = new Map<string, InputSection[]>();
  for (const input of inputs) {
    const match = matchRow(input.name, (name) => writable.has(name));
    if (match === undefined) orphans.set(input.name, [...(orphans.get(input.name) ?? []), input]);
    else {
      const groups = byGroup.get(match.row) ?? match.row.groups.map(() => []);
      byGroup.set(match.row, groups);
      groups[match.group]!.push(input);
    }
  }
  const items = SCRIPT.map((row): Item => {
    if (row.kind !== "section") return row;
    const output = newOutput(row.name);
    output.inputs = (byGroup.get(row) ?? []).flatMap((group) => sortGroup(row, group));
    return { kind: "output", row, output };
  });
  const placed = new Map<string, number>();
  for (const [name, sections] of orphans) {
    const output = newOutput(name);
    output.inputs = sections;
    insertOrphan(items, output, orphanNeighbour(sections[0]!.section), placed);
  }
  for (const item of items) {
    if (item.kind !== "output") continue;
    describeOutput(item.output);
    for (const input of item.output.inputs) input.output = item.output;
  }
  return items;
}
