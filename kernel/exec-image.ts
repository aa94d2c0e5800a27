/**
 * An ELF file becomes a new address space: its segments mapped, the rest of each zeroed, heap and trampoline placed.
 * The process's present space is not touched.
 *
 * (1) A space that is not finished goes back whole: loadImage throws (or sleeps) and leaves nothing behind.
 *
 * Source: System V gABI, chapter 5; Linux fs/binfmt_elf.c for where things go.
 */
import {
  ElfError,
  type ElfHeader,
  ET_DYN,
  ET_EXEC,
  PF_R,
  PF_W,
  PF_X,
  PHDR_SIZE,
  type ProgramHeader,
  PT_GNU_STACK,
  PT_INTERP,
  PT_LOAD,
  PT_PHDR,
  readHeader,
  readProgramHeaders,
} from "../assembler/elf.ts";
import { PAGE_SIZE } from "../cpu/paging.ts";
import { FLAGS } from "./abi.ts";
import { Errno, errno } from "./errno.ts";
import { readBytes } from "./fs/content.ts";
import { describePath } from "./fs/names.ts";
import { resolve } from "./fs/path.ts";
import type { Inode } from "./fs/types.ts";
import type { Kernel } from "./kernel.ts";
import { wantsPageZero } from "./personality.ts";
import type { Process } from "./process.ts";
import { prepareUser, zeroUser } from "./usercopy.ts";
import type { LayoutChoice } from "./vm/layout.ts";
import { impliedProt } from "./vm/prot.ts";
import type { AddressSpace } from "./vm/types.ts";

/** Linux reads no more program headers than fit here. */
const MOST_HEADER_BYTES = 65536;
const HEADER_BYTES = 64;
const { PROT_READ, PROT_WRITE, PROT_EXEC } = FLAGS.prot;
const { MAP_PRIVATE, MAP_ANONYMOUS, MAP_FIXED_NOREPLACE } = FLAGS.map;

/** What the ELF file says, checked. */
export interface Image {
  readonly inode: Inode;
  readonly header: ElfHeader;
  readonly segments: readonly ProgramHeader[];
}

/** An image and where it goes. */
interface PlacedImage extends Image {
  /** Added to every address: 0 but for ET_DYN. */
  readonly bias: number;
}

/** How a program wants its space laid out. */
export interface LoadOptions extends LayoutChoice {
  readonly personality: number;
}

/** What the program needs to know about itself: for the auxiliary vector. */
export interface LoadedImage {
  readonly entry: number;
  readonly programHeaders: number;
  readonly programHeaderCount: number;
  readonly bias: number;
  /** PT_GNU_STACK asks for a stack that can be executed. */
  readonly executableStack: boolean;
}

const pageStart = (va: number) => va - (va % PAGE_SIZE);
const pageEnd = (va: number) => pageStart(va + PAGE_SIZE - 1);

/** Reads and checks header and segments. @throws Errno ENOEXEC; ENOENT when a dynamic linker is asked for and missing */
export function readImage(k: Kernel, p: Process, inode: Inode): Image {
  try {
    const header = readHeader(readBytes(k, p, inode, 0, HEADER_BYTES));
    const { type, programHeaderOffset, programHeaderCount } = header;
    const bytes = programHeaderCount * PHDR_SIZE;
    if ((type !== ET_EXEC && type !== ET_DYN) || bytes === 0 || bytes > MOST_HEADER_BYTES) throw errno("ENOEXEC");
    const table = readBytes(k, p, inode, programHeaderOffset, bytes);
    const segments = readProgramHeaders(table, { ...header, programHeaderOffset: 0 }, inode.size);
    refuseInterpreter(k, p, inode, segments);
    const image = { inode, header, segments };
    checkPlaces(k, image);
    return image;
  } catch (failure) {
    if (failure instanceof ElfError) throw errno("ENOEXEC");
    throw failure;
  }
}

const loads = ({ segments }: Pick<Image, "segments">) =>
  segments.filter(({ type, memorySize }) => type === PT_LOAD && memorySize > 0);

/** Programs are static: whoever names a dynamic linker is told that it is missing, or that it cannot be used. */
function refuseInterpreter(k: Kernel, p: Process, inode: Inode, segments: readonly ProgramHeader[]): void {
  const segment = segments.find(({ type }) => type === PT_INTERP);
  if (segment === undefined) return;
  const bytes = readBytes(k, p, inode, segment.offset, Math.min(segment.fileSize, PAGE_SIZE));
  const end = bytes.indexOf(0);
  if (end <= 0) throw errno("ENOEXEC");
  resolve(k, p, p.cwd, String.fromCharCode(...bytes.subarray(0, end)), { follow: true });
  throw errno("ENOEXEC");
}

function checkPlaces(k: Kernel, image: Pick<Image, "segments">): void {
  const segments = loads(image);
  if (segments.length === 0) throw errno("ENOEXEC");
  for (const { virtualAddress, memorySize } of segments)
    if (virtualAddress + memorySize > k.vm.userLimit) throw errno("ENOMEM");
}

/**
 * A position-independent program goes where its size fits the mmap area. (Linux has another place, two thirds up, for
 * programs that name a dynamic linker; those are refused here.)
 */
function placeImage(k: Kernel, s: AddressSpace, image: Image): PlacedImage {
  if (image.header.type !== ET_DYN) return { ...image, bias: 0 };
  const segments = loads(image);
  const first = pageStart(Math.min(...segments.map(({ virtualAddress }) => virtualAddress)));
  const align = Math.max(PAGE_SIZE, ...segments.map(({ align }) => align).filter(isPowerOfTwo));
  return { ...image, bias: k.scheme.placeProgram(k, s, pageEnd(endOf(image)) - first, align) - first };
}

const isPowerOfTwo = (n: number) => n > 0 && Number.isInteger(Math.log2(n));

const endOf = (image: Pick<Image, "segments">) =>
  Math.max(...loads(image).map(({ virtualAddress, memorySize }) => virtualAddress + memorySize));

/** Maps the program into `s`, whose layout was chosen. May sleep; the caller destroys `s` then. */
export function loadImage(k: Kernel, p: Process, s: AddressSpace, unplaced: Image, options: LoadOptions): LoadedImage {
  const image = placeImage(k, s, unplaced);
  const { header, bias, inode } = image;
  const path = describePath(k, inode);
  for (const segment of loads(image)) mapSegment(k, p, s, image, segment, { path, personality: options.personality });
  placeParts(s, image);
  k.scheme.placeHeap(k, s, endOf(image) + bias, header.type === ET_DYN, options);
  k.scheme.mapTrampoline(k, s);
  if (wantsPageZero(options.personality)) mapPageZero(k, p, s);
  return {
    entry: header.entry + bias,
    programHeaders: programHeadersAt(image),
    programHeaderCount: header.programHeaderCount,
    bias,
    executableStack: image.segments.some(({ type, flags }) => type === PT_GNU_STACK && (flags & PF_X) !== 0),
  };
}

/** personality(2), MMAP_PAGE_ZERO: as System V had it, for whoever may have it. */
function mapPageZero(k: Kernel, p: Process, s: AddressSpace): void {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  try {
    k.scheme.mapAnonymous(k, s, {
      address: 0,
      length: PAGE_SIZE,
      prot: PROT_READ | PROT_EXEC,
      flags,
      limits: p.limits,
    });
  } catch (refusal) {
    if (!(refusal instanceof Errno) || refusal.number === errno("ENOMEM").number) throw refusal;
  }
}

function protection(flags: number): number {
  return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) | (flags & PF_X ? PROT_EXEC : 0);
}

/** One PT_LOAD: pages of the file, zeroes to the end of the last of them, anonymous pages for the rest. */
function mapSegment(
  k: Kernel,
  p: Process,
  s: AddressSpace,
  image: PlacedImage,
  segment: ProgramHeader,
  { path, personality }: { path: string; personality: number },
): void {
  const { fileSize, memorySize, offset } = segment;
  const start = segment.virtualAddress + image.bias;
  const prot = protection(segment.flags);
  const place = { prot, flags: MAP_PRIVATE | MAP_FIXED_NOREPLACE, limits: p.limits };
  const inPage = start % PAGE_SIZE;
  if (fileSize > 0) {
    const file = { inode: image.inode, offset: offset - inPage, mayWrite: false, name: path };
    k.scheme.mapFile(k, p, s, {
      ...place,
      ...file,
      prot: impliedProt(personality, prot),
      address: start - inPage,
      length: fileSize + inPage,
    });
  }
  const fileEnd = fileSize > 0 ? pageEnd(start + fileSize) : pageStart(start);
  const end = pageEnd(start + memorySize);
  if (end > fileEnd)
    k.scheme.mapAnonymous(k, s, {
      ...place,
      flags: place.flags | MAP_ANONYMOUS,
      address: fileEnd,
      length: end - fileEnd,
    });
  // As Linux: a segment that cannot be written keeps what the file has behind its last byte.
  if (fileSize > 0 && memorySize > fileSize && (prot & PROT_WRITE) !== 0)
    zeroTail(k, p, s, start + fileSize, Math.min(start + memorySize, fileEnd));
}

/** The last page of the file's part may show bytes behind it, where .bss begins. */
function zeroTail(k: Kernel, p: Process, s: AddressSpace, from: number, to: number): void {
  if (to <= from) return;
  // The only thing that a writable page can lack is a frame.
  if (prepareUser(k, p, from, to - from, "write", s) < to - from) throw errno("ENOMEM");
  zeroUser(k, p, from, to - from, s);
}

/** For /proc/PID/stat. */
function placeParts(s: AddressSpace, image: PlacedImage): void {
  const bounds = (flag: number) => {
    const segments = loads(image).filter(({ flags }) => (flags & flag) !== 0);
    if (segments.length === 0) return [0, 0] as const;
    const starts = segments.map(({ virtualAddress }) => virtualAddress + image.bias);
    const ends = segments.map(({ virtualAddress, fileSize }) => virtualAddress + fileSize + image.bias);
    return [Math.min(...starts), Math.max(...ends)] as const;
  };
  [s.layout.codeStart, s.layout.codeEnd] = bounds(PF_X);
  [s.layout.dataStart, s.layout.dataEnd] = bounds(PF_W);
}

/** Where the program headers are in memory: PT_PHDR says it, or the segment that holds them. 0: nowhere. */
function programHeadersAt({ segments, header, bias }: PlacedImage): number {
  const own = segments.find(({ type }) => type === PT_PHDR);
  if (own !== undefined) return own.virtualAddress + bias;
  const at = header.programHeaderOffset;
  const holder = loads({ segments }).find(({ offset, fileSize }) => offset <= at && at < offset + fileSize);
  return holder === undefined ? 0 : at - holder.offset + holder.virtualAddress + bias;
}
