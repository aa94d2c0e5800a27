/**
 * Page tables: trees of 512-entry tables in guest RAM, and nowhere else. This file makes, finds and frees tables;
 * what a level-0 entry says is pte.ts', what a leaf above level 0 (a large leaf: a huge page) is pte-large.ts'.
 *
 *   root ─[vpn 3]─► table ─[vpn 2]─► table ─[vpn 1]─► level-0 table ─[vpn 0]─► PTE        Sv39 begins at vpn 2
 *
 * Under segmented paging the root is a segment table: 256 descriptors, each with the pointer to a table of level 1 in its first
 * word, as a PTE has it, and with limit and rights, which schemes/segmented-paging.ts fills in (s.unsettled).
 *
 * A PTE is named by `at`: the index of its low half in ram.u32. Its table's frame index is at >> 10.
 *
 * Whoever finds or walks over entries meets large leaves too. findPte gives the entry that maps the page, of whatever level;
 * frameUnder says which frame it shows there. forEachPte hands over how many pages an entry covers of the range asked for. Who
 * changes entries of a range splits first what lies across its borders (pte-large.ts: splitAround).
 *
 * (1) frames.entries of a table is the number of its entries that are not zero. A table goes when nothing is mapped in its range any
 *     more (munmap: Linux's free_pgtables), or with its last entry where pages are taken from a mapping by others (reclaim,
 *     truncation). So memory that was small pages, and has none now, gets a huge page only after it was unmapped, as on Linux.
 * (2) A table's frame has `holder` the space's id, `position` the first page number it maps, `order` its level.
 * (3) counts.tables of a space is the number of its tables, the root and those in `deposits` included.
 * (4) `deposits` of a space are level-0 tables with nothing in them, outside the tree: one for each transparent large leaf, so
 *     that splitting one never lacks a frame.
 * (5) An entry above level 0 is 0, a pointer (V alone), or a leaf (U, or NO_ACCESS). A descriptor is 0 or a pointer, with rights.
 *
 * RAM ends far below 2^34, so the ppn of every entry lies whole in the low half and the high half is 0.
 */
import { type FrameNumber, PTE, PTE_PPN_SHIFT, PTES_PER_TABLE } from "../../cpu/paging.ts";
import { panic } from "../panic.ts";
import { allocateFrame, dropReference, NO_FRAME, OWNER } from "./frames.ts";
import { addChunk, dropChunk, WORDS_PER_TABLE } from "./reverse-map.ts";
import { NO_ACCESS } from "./swap-entry.ts";
import type { AddressSpace } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** "No entry". */
export const NO_PTE = -1;

/** Bits of which every leaf has one, and no pointer any: (5). */
const LEAF = PTE.U | NO_ACCESS;
const INDEX_MASK = PTES_PER_TABLE - 1;
const INDEX_BITS = 9;

/** The entry of `page` in a table of `level`: page numbers have up to 35 bits. */
function indexAt(page: number, level: number): number {
  return level < 3 ? (page >>> (level * INDEX_BITS)) & INDEX_MASK : Math.floor(page / 2 ** 27) & INDEX_MASK;
}

/** Pages that one entry of a table at `level` covers. */
export function pagesAt(level: number): number {
  return PTES_PER_TABLE ** level;
}

/** A new table with one reference; NO_FRAME when out of memory. @param first page number of its first entry */
export function allocateTable(k: VmKernel, s: AddressSpace, level: number, first: number): FrameNumber {
  const frame = allocateFrame(k, OWNER.table);
  if (frame === NO_FRAME) return NO_FRAME;
  const { frames } = k.vm;
  const index = frame - frames.first;
  frames.holder[index] = s.id;
  frames.position[index] = first;
  frames.order[index] = level;
  frames.entries[index] = 0;
  if (level === 0) addChunk(k, index);
  s.counts.tables++;
  return frame;
}

export function freeTable(k: VmKernel, s: AddressSpace, frame: FrameNumber): void {
  const index = frame - k.vm.frames.first;
  if (k.vm.frames.chunk[index] !== 0) dropChunk(k, index);
  k.vm.frames.entries[index] = 0;
  s.counts.tables--;
  dropReference(k, frame);
}

/** Whether an entry of a table of `level`, above 0, is a leaf: invariant (5). */
export function isLargeLeaf(k: VmKernel, low: number, level: number): boolean {
  return (low & LEAF) !== 0 && level !== k.vm.descriptorLevel;
}

/** Words of RAM that an entry of a table of `level` has: a descriptor has four. */
function wordsOf(k: VmKernel, level: number): number {
  return level === k.vm.descriptorLevel ? 4 : 2;
}

/** The first word of the entry of `page` in the table with frame index `table`. */
function entryIn(k: VmKernel, table: number, level: number, page: number): number {
  return table * WORDS_PER_TABLE + wordsOf(k, level) * indexAt(page, level);
}

/** Entries of a table of `level`. */
export function entriesAt(k: VmKernel, level: number): number {
  return WORDS_PER_TABLE / wordsOf(k, level);
}

/** The low word of entry `i`, as an index of ram.u32, of the table with frame index `table`. */
export function nthEntry(k: VmKernel, table: number, level: number, i: number): number {
  return table * WORDS_PER_TABLE + wordsOf(k, level) * i;
}

/** A pointer comes or goes: the hart may have to hear of it. */
function setPointer(k: VmKernel, s: AddressSpace, level: number, at: number, low: number): void {
  const { u32 } = k.machine.ram;
  u32[at] = low;
  k.vm.frames.entries[at >> 10] += low === 0 ? -1 : 1;
  if (level !== k.vm.descriptorLevel) return;
  u32.fill(0, at + 1, at + 4);
  s.unsettled = true;
}

/** The level of the table in which the entry lies. */
export function levelOf(k: VmKernel, at: number): number {
  return k.vm.frames.order[at >> 10];
}

/** The frame that the resident entry at `at` shows at `page`, which it maps. */
export function frameUnder(k: VmKernel, at: number, page: number): FrameNumber {
  const frame = k.machine.ram.u32[at] >>> PTE_PPN_SHIFT;
  const level = k.vm.frames.order[at >> 10];
  return level === 0 ? frame : frame + (page % pagesAt(level));
}

/** Puts a table by for a transparent large leaf: invariant (4). @returns false when out of memory */
export function depositTable(k: VmKernel, s: AddressSpace): boolean {
  const table = allocateTable(k, s, 0, 0);
  if (table === NO_FRAME) return false;
  s.deposits.push(table);
  return true;
}

/** A table that was put by, for the pages from `first` on. The caller fills it whole and makes an entry point to it. */
export function takeDeposit(k: VmKernel, s: AddressSpace, first: number): FrameNumber {
  const table =
    s.deposits.pop() ?? panic("page table (4): a large leaf has a table in reserve", { space: s.id, first });
  k.vm.frames.position[table - k.vm.frames.first] = first;
  return table;
}

/**
 * The level-0 table of `page`, whose entries have all been emptied, is put by for the large leaf that comes into its place.
 * @returns the entry that pointed to it, empty now
 */
export function retireTable(k: VmKernel, s: AddressSpace, page: number): number {
  const { frames } = k.vm;
  const table = findPte(k, s, page) >> 10;
  if (frames.entries[table] !== 0)
    panic("page table: a table that is put by is empty", { page, entries: frames.entries[table] });
  let at = entryIn(k, s.root - frames.first, k.vm.levels - 1, page);
  for (let level = k.vm.levels - 2; level > 0; level--)
    at = entryIn(k, (k.machine.ram.u32[at] >>> PTE_PPN_SHIFT) - frames.first, level, page);
  k.machine.ram.u32[at] = 0;
  frames.entries[at >> 10]--;
  s.deposits.push(table + frames.first);
  return at;
}

/** The large leaf is gone for which it was put by. */
export function freeDeposit(k: VmKernel, s: AddressSpace): void {
  freeTable(k, s, s.deposits.pop() ?? panic("page table (4): a large leaf has a table in reserve", { space: s.id }));
}

/** The PTE that maps `page`, or would: of level 0, or a large leaf (levelOf); NO_PTE where a table is missing. */
export function findPte(k: VmKernel, s: AddressSpace, page: number): number {
  const { u32 } = k.machine.ram;
  const { first } = k.vm.frames;
  let table = s.root - first;
  let level = k.vm.levels - 1;
  if (level === k.vm.descriptorLevel) {
    // Without pages there are no tables: -1 is no level.
    if (level < 0) return NO_PTE;
    const low = u32[entryIn(k, table, level, page)];
    if (low === 0) return NO_PTE;
    table = (low >>> PTE_PPN_SHIFT) - first;
    level--;
  }
  for (; level > 0; level--) {
    const low = u32[table * WORDS_PER_TABLE + 2 * indexAt(page, level)];
    if (low === 0) return NO_PTE;
    if (low & LEAF) return table * WORDS_PER_TABLE + 2 * indexAt(page, level);
    table = (low >>> PTE_PPN_SHIFT) - first;
  }
  return table * WORDS_PER_TABLE + 2 * (page & INDEX_MASK);
}

/**
 * The PTE of `page` in a table of level `leafLevel`, tables made as needed; NO_PTE when out of memory. No large leaf maps it yet.
 * @param leafLevel with 1 or 2, what is there may be a pointer: who wants to put a leaf there must see that it is 0, or prune
 */
export function ensurePte(k: VmKernel, s: AddressSpace, page: number, leafLevel = 0): number {
  const { u32 } = k.machine.ram;
  const { frames, levels, descriptorLevel } = k.vm;
  let table = s.root - frames.first;
  for (let level = levels - 1; level > leafLevel; level--) {
    const words = level === descriptorLevel ? 4 : 2;
    const at = table * WORDS_PER_TABLE + words * indexAt(page, level);
    let low = u32[at];
    if (low === 0) {
      const made = allocateTable(k, s, level - 1, page - (page % pagesAt(level)));
      if (made === NO_FRAME) {
        pruneTables(k, s, page);
        return NO_PTE;
      }
      low = ((made << PTE_PPN_SHIFT) | PTE.V) >>> 0;
      setPointer(k, s, level, at, low);
    } else if (low & LEAF && level !== descriptorLevel)
      panic("page table: no large leaf where an entry is made", { space: s.id, page, level });
    table = (low >>> PTE_PPN_SHIFT) - frames.first;
  }
  return table * WORDS_PER_TABLE + 2 * indexAt(page, leafLevel);
}

/** Frees the tables on the way to `page` that have no entry left. */
export function pruneTables(k: VmKernel, s: AddressSpace, page: number): void {
  if (k.vm.levels > 0) pruneBelow(k, s, s.root, k.vm.levels - 1, page);
}

/** @returns whether `table` itself is empty now */
function pruneBelow(k: VmKernel, s: AddressSpace, table: FrameNumber, level: number, page: number): boolean {
  const { frames } = k.vm;
  const index = table - frames.first;
  if (level > 0) {
    const at = entryIn(k, index, level, page);
    const low = k.machine.ram.u32[at];
    if (low !== 0 && !isLargeLeaf(k, low, level) && pruneBelow(k, s, low >>> PTE_PPN_SHIFT, level - 1, page)) {
      setPointer(k, s, level, at, 0);
      freeTable(k, s, low >>> PTE_PPN_SHIFT);
    }
  }
  return frames.entries[index] === 0;
}

/**
 * Calls `visit` with every non-zero PTE of pages first to last - 1, upwards: those of level 0 with their page and 1, large
 * leaves with the first page that they map in the range and how many from there on. Tables that are missing are
 * stepped over whole, so the cost follows what is resident. `visit` may clear the PTE, or split it (its parts are not visited),
 * and makes no other of the range; it returns false to stop.
 * @returns whether all were visited
 */
export function forEachPte(
  k: VmKernel,
  s: AddressSpace,
  first: number,
  last: number,
  visit: (at: number, page: number, pages: number) => boolean,
): boolean {
  return k.vm.levels === 0 || visitTable(k, s.root, k.vm.levels - 1, 0, first, last, visit);
}

function visitTable(
  k: VmKernel,
  table: FrameNumber,
  level: number,
  base: number,
  first: number,
  last: number,
  visit: (at: number, page: number, pages: number) => boolean,
): boolean {
  const { u32 } = k.machine.ram;
  const start = (table - k.vm.frames.first) * WORDS_PER_TABLE;
  const size = pagesAt(level);
  const from = Math.max(0, Math.floor((first - base) / size));
  const to = Math.min(entriesAt(k, level), Math.ceil((last - base) / size));
  const words = wordsOf(k, level);
  let left = k.vm.frames.entries[table - k.vm.frames.first];
  for (let i = from; i < to && left > 0; i++) {
    const low = u32[start + words * i];
    if (low === 0) continue;
    left--;
    const page = base + i * size;
    let goOn: boolean;
    if (level === 0) goOn = visit(start + 2 * i, page, 1);
    else if (isLargeLeaf(k, low, level)) {
      const from = Math.max(page, first);
      goOn = visit(start + 2 * i, from, Math.min(page + size, last) - from);
    } else goOn = visitTable(k, low >>> PTE_PPN_SHIFT, level - 1, page, first, last, visit);
    if (!goOn) return false;
  }
  return true;
}

/** Pages in which nothing is mapped: whole tables of them may go. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

const EVERYTHING: Gap = { from: 0, to: Number.POSITIVE_INFINITY };

/** Frees the tables of pages first to last - 1 that have no entry left and lie whole in the gap. */
export function pruneRange(k: VmKernel, s: AddressSpace, first: number, last: number, gap = EVERYTHING): void {
  if (k.vm.levels > 0) pruneTable(k, s, s.root, k.vm.levels - 1, 0, first, last, gap);
}

/** @returns whether `table` has no entry now */
function pruneTable(
  k: VmKernel,
  s: AddressSpace,
  table: FrameNumber,
  level: number,
  base: number,
  first: number,
  last: number,
  gap: Gap,
): boolean {
  const { frames } = k.vm;
  const index = table - frames.first;
  let left = level > 0 ? frames.entries[index] : 0;
  if (left > 0) {
    const { u32 } = k.machine.ram;
    const size = pagesAt(level);
    const from = Math.max(0, Math.floor((first - base) / size));
    const to = Math.min(entriesAt(k, level), Math.ceil((last - base) / size));
    const start = index * WORDS_PER_TABLE;
    const words = wordsOf(k, level);
    for (let i = from; i < to && left > 0; i++) {
      const at = start + words * i;
      const low = u32[at];
      if (low === 0) continue;
      left--;
      if (isLargeLeaf(k, low, level)) continue;
      const page = base + i * size;
      if (!pruneTable(k, s, low >>> PTE_PPN_SHIFT, level - 1, page, first, last, gap)) continue;
      if (page < gap.from || page + size > gap.to) continue;
      setPointer(k, s, level, at, 0);
      freeTable(k, s, low >>> PTE_PPN_SHIFT);
    }
  }
  return frames.entries[index] === 0;
}

/**
 * Calls `visit` with the part of each level-0 table, and of each large leaf with its level, that lies in pages first to last - 1,
 * upwards. It returns false to stop.
 * @returns whether all were visited
 */
export function forEachTable(
  k: VmKernel,
  s: AddressSpace,
  first: number,
  last: number,
  visit: (from: number, to: number, level: number) => boolean,
): boolean {
  const visitBelow = (table: FrameNumber, level: number, base: number): boolean => {
    const size = pagesAt(level);
    const to = Math.min(entriesAt(k, level), Math.ceil((last - base) / size));
    for (let i = Math.max(0, Math.floor((first - base) / size)); i < to; i++) {
      const low = k.machine.ram.u32[nthEntry(k, table - k.vm.frames.first, level, i)];
      if (low === 0) continue;
      const page = base + i * size;
      const leafLevel = isLargeLeaf(k, low, level) ? level : level - 1;
      const goOn =
        leafLevel === level || level === 1
          ? visit(Math.max(page, first), Math.min(page + size, last), leafLevel)
          : visitBelow(low >>> PTE_PPN_SHIFT, level - 1, page);
      if (!goOn) return false;
    }
    return true;
  };
  return k.vm.levels === 0 || visitBelow(s.root, k.vm.levels - 1, 0);
}
