/**
 * Mergeable sections (SHF_MERGE): equal strings and constants of all objects are kept once, and a string that is the
 * end of a longer one lies inside it. The order of what is kept is GNU ld's, so that sections have the same bytes.
 *
 * (1) What is kept stays in the section that had it first, in the order of that section.
 * (2) Every offset at which an entry began is found in `pieces` and leads to equal bytes.
 * (3) An entry is aligned at least as it was in its own section.
 */
import { alignUp } from "./bytes.ts";
import { SHF_MERGE, SHF_STRINGS, SHT_NOBITS } from "./elf.ts";
import type { InputSection } from "./link-input.ts";

interface Entry {
  /** Its bytes, one character each, the zero at the end of a string included. */
  text: string;
  align: number;
  home: InputSection;
  offset: number;
  /** The longer string that this one is the end of. */
  inside: Entry | null;
}

/** What a section is cut into, before equal texts meet. */
interface Part {
  start: number;
  text: string;
  align: number;
}

/** Sections that can share entries have one key; undefined for a section that is kept as it is. */
function mergeKey(input: InputSection): string | undefined {
  const { flags, entrySize, align, type } = input.section;
  if ((flags & SHF_MERGE) === 0 || entrySize === 0 || type === SHT_NOBITS || input.size === 0) return undefined;
  if (input.relocations.length > 0 || input.size % entrySize !== 0) return undefined;
  const strings = (flags & SHF_STRINGS) !== 0;
  // A string's characters may be smaller than the alignment, a constant may not.
  if (entrySize < align && (!strings || (entrySize & (entrySize - 1)) !== 0)) return undefined;
  if (entrySize > align && entrySize % align !== 0) return undefined;
  if (strings && input.data.subarray(-entrySize).some((byte) => byte !== 0)) return undefined;
  return `${strings} ${entrySize} ${align}`;
}

/** Merges the mergeable ones among the inputs of one output section, and drops those of which nothing is left. */
export function mergeSections(inputs: readonly InputSection[]): void {
  const groups = new Map<string, InputSection[]>();
  for (const input of inputs) {
    const key = mergeKey(input);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [input]);
    else group.push(input);
  }
  for (const group of groups.values()) mergeGroup(group);
}

function mergeGroup(group: readonly InputSection[]): void {
  const entries = new Map<string, Entry>();
  const parts = group.map((input) => partsOf(input));
  group.forEach((home, i) => {
    for (const { text, align } of parts[i]!) {
      const known = entries.get(text);
      if (known !== undefined && known.align >= align) continue;
      // The better aligned copy wins, and takes its place in the order anew.
      entries.delete(text);
      entries.set(text, { text, align, home, offset: 0, inside: null });
    }
  });
  const { flags, entrySize } = group[0]!.section;
  if (flags & SHF_STRINGS) mergeEnds([...entries.values()], entrySize);
  placeEntries(entries.values(), group);
  group.forEach((input, i) => {
    input.pieces = parts[i]!.map(({ start, text }) => {
      const { home, offset } = settled(entries.get(text)!);
      return { start, home, offset };
    });
    if (input.size === 0) input.output = null;
  });
}

/** Where an entry's bytes are: its own, or the tail of the string that it lies in. */
function settled(entry: Entry): { home: InputSection; offset: number } {
  if (entry.inside === null) return entry;
  const outer = entry.inside;
  return { home: outer.home, offset: outer.offset + outer.text.length - entry.text.length };
}

function partsOf(input: InputSection): Part[] {
  const { flags, entrySize, align } = input.section;
  const { data } = input;
  const parts: Part[] = [];
  let emptyKnown = false;
  for (let start = 0; start < data.length; ) {
    const strings = (flags & SHF_STRINGS) !== 0;
    const end = strings ? stringEnd(data, start, entrySize) : start + entrySize;
    // Zeros behind a string are its padding, until an aligned one is taken to be the empty string.
    const padding = strings && entrySize === 1 && end - start === 1 && start > 0;
    emptyKnown ||= padding && start % align === 0;
    const own = padding ? align : alignmentAt(start, align);
    if (!padding || emptyKnown) parts.push({ start, text: textOf(data, start, end), align: strings ? own : 1 });
    start = end;
  }
  return parts;
}

/** Behind the zero character that ends the string at `start`. */
function stringEnd(data: Uint8Array, start: number, width: number): number {
  let at = start;
  while (at < data.length) {
    let zero = true;
    for (let i = 0; i < width; i++) zero &&= data[at + i] === 0;
    at += width;
    if (zero) break;
  }
  return at;
}

/** The largest power of two, at most the section's alignment, that divides the offset. */
function alignmentAt(offset: number, most: number): number {
  let align = 1;
  while (align < most && offset % (align * 2) === 0) align *= 2;
  return align;
}

function textOf(data: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(data[i]!);
  return text;
}

const reversed = (text: string): string => [...text].reverse().join("");

/** Finds strings that are ends of others: sorted from their ends, such strings are neighbours. */
function mergeEnds(entries: readonly Entry[], width: number): void {
  const aligns = new Set(entries.map((entry) => entry.align));
  // Where all are aligned alike, and more than their characters, lengths that differ within the alignment never fit.
  const common = aligns.size === 1 && entries[0]!.align > width ? entries[0]!.align : 1;
  const sorted = entries
    .map((entry) => ({ entry, tail: entry.text.length % common, key: reversed(entry.text.slice(0, -width)) }))
    .sort((a, b) => a.tail - b.tail || (a.key < b.key ? -1 : 1));
  let outer = sorted.pop()?.entry;
  while (outer !== undefined) {
    const inner = sorted.pop()?.entry;
    if (inner === undefined) break;
    const distance = outer.text.length - inner.text.length;
    if (outer.align >= inner.align && distance > 0 && distance % inner.align === 0 && outer.text.endsWith(inner.text)) {
      inner.inside = outer;
    } else outer = inner;
  }
}

function placeEntries(entries: Iterable<Entry>, group: readonly InputSection[]): void {
  const kept = new Map<InputSection, Entry[]>(group.map((input) => [input, []]));
  for (const entry of entries) if (entry.inside === null) kept.get(entry.home)!.push(entry);
  for (const [input, own] of kept) {
    let size = 0;
    for (const entry of own) {
      entry.offset = alignUp(size, entry.align);
      size = entry.offset + entry.text.length;
    }
    input.data = new Uint8Array(size);
    input.size = size;
    for (const { text, offset } of own) {
      for (let i = 0; i < text.length; i++) input.data[offset + i] = text.charCodeAt(i);
    }
  }
}
