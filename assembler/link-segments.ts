/**
 * Program headers: which output sections one PT_LOAD maps, and where in the file they are.
 *
 * (1) No segment is both writable and executable.
 * (2) A section's file offset and address are congruent modulo the page size; a segment is one run of the file.
 * (3) The first segment begins with the file's headers.
 */
import {
  EHDR_SIZE,
  PAGE_SIZE,
  PF_R,
  PF_W,
  PF_X,
  PHDR_SIZE,
  type ProgramHeader,
  PT_DYNAMIC,
  PT_GNU_STACK,
  PT_LOAD,
  PT_NOTE,
  PT_RISCV_ATTRIBUTES,
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_WRITE,
  SHT_DYNAMIC,
  SHT_NOBITS,
  SHT_NOTE,
  SHT_RISCV_ATTRIBUTES,
} from "./elf.ts";
import type { OutputSection } from "./link-input.ts";

export interface Segments {
  programHeaders: ProgramHeader[];
  /** File offset of each output section. */
  offsets: Map<OutputSection, number>;
  /** Bytes of the file that the output sections reach up to. */
  end: number;
}

const rights = ({ flags }: OutputSection): number =>
  PF_R | (flags & SHF_WRITE ? PF_W : 0) | (flags & SHF_EXECINSTR ? PF_X : 0);

interface Run {
  flags: number;
  /** Address of its first byte; the headers' in the first run. */
  address: number;
  sections: OutputSection[];
}

/** Neighbours that one segment can map: of the same rights, or (code with constants) none of them writable. */
function runsOf(loaded: readonly OutputSection[], textBase: number, separateCode: boolean): Run[] {
  const runs: Run[] = [{ flags: PF_R, address: textBase, sections: [] }];
  for (const section of loaded) {
    const run = runs.at(-1)!;
    const flags = rights(section);
    const joins = separateCode ? run.flags === flags : ((run.flags ^ flags) & PF_W) === 0;
    if (joins) {
      run.sections.push(section);
      run.flags |= flags;
    } else runs.push({ flags, address: section.address, sections: [section] });
  }
  return runs;
}

const end = (section: OutputSection): number => section.address + section.size;

/** The run's program header, if its first byte is at `offset` of the file. */
function loadSegment({ flags, address, sections }: Run, offset: number, headerSize: number): ProgramHeader {
  const filled = sections.filter((section) => section.type !== SHT_NOBITS);
  const headers = offset === 0 ? address + headerSize : address;
  const fileEnd = Math.max(headers, ...filled.map(end));
  const memoryEnd = Math.max(headers, ...sections.map(end));
  return {
    type: PT_LOAD,
    flags,
    offset,
    virtualAddress: address,
    fileSize: fileEnd - address,
    memorySize: memoryEnd - address,
    align: PAGE_SIZE,
  };
}

function noteSegments(loaded: readonly OutputSection[], offsets: ReadonlyMap<OutputSection, number>): ProgramHeader[] {
  const segments: ProgramHeader[] = [];
  let previous: OutputSection | undefined;
  for (const note of loaded.filter((section) => section.type === SHT_NOTE)) {
    const segment = segments.at(-1);
    if (segment !== undefined && previous?.align === note.align && end(previous) === note.address) {
      segment.fileSize = end(note) - segment.virtualAddress;
      segment.memorySize = segment.fileSize;
    } else segments.push(mapping(PT_NOTE, rights(note), note, offsets));
    previous = note;
  }
  return segments;
}

function mapping(type: number, flags: number, section: OutputSection, offsets: ReadonlyMap<OutputSection, number>) {
  const { address: virtualAddress, size, align } = section;
  const memorySize = section.flags & SHF_ALLOC ? size : 0;
  return { type, flags, offset: offsets.get(section)!, virtualAddress, fileSize: size, memorySize, align };
}

/** Places the output sections in the file and makes the program headers. `headerCount` is how many are expected. */
export function makeSegments(
  outputs: readonly OutputSection[],
  options: { textBase: number; separateCode: boolean; headerCount: number },
): Segments {
  const loaded = outputs.filter((section) => section.flags & SHF_ALLOC);
  const headerSize = EHDR_SIZE + options.headerCount * PHDR_SIZE;
  const offsets = new Map<OutputSection, number>();
  const loads: ProgramHeader[] = [];
  let at = 0;
  for (const run of runsOf(loaded, options.textBase, options.separateCode)) {
    // By invariant (2): onward to the offset that the address asks for.
    const start = at + ((((run.address - at) % PAGE_SIZE) + PAGE_SIZE) % PAGE_SIZE);
    const segment = loadSegment(run, start, headerSize);
    for (const section of run.sections) {
      const reach = Math.min(section.address - run.address, segment.fileSize);
      offsets.set(section, start + reach);
    }
    loads.push(segment);
    // A segment of zeros alone takes no room; its offset says no more than the place in the page.
    if (segment.fileSize === 0) segment.offset = run.address % PAGE_SIZE;
    else at = start + segment.fileSize;
  }
  for (const section of outputs) {
    if (section.flags & SHF_ALLOC) continue;
    at = Math.ceil(at / section.align) * section.align;
    offsets.set(section, at);
    at += section.size;
  }
  const attributes = outputs.filter((section) => section.type === SHT_RISCV_ATTRIBUTES);
  const dynamic = outputs.filter((section) => section.type === SHT_DYNAMIC);
  const stack = { offset: 0, virtualAddress: 0, fileSize: 0, memorySize: 0, align: 16 };
  const programHeaders = [
    ...attributes.map((section) => mapping(PT_RISCV_ATTRIBUTES, PF_R, section, offsets)),
    ...loads,
    ...dynamic.map((section) => mapping(PT_DYNAMIC, PF_R | PF_W, section, offsets)),
    ...noteSegments(loaded, offsets),
    { type: PT_GNU_STACK, flags: PF_R | PF_W, ...stack },
  ];
  return { programHeaders, offsets, end: at };
}
