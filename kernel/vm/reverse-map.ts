/**
 * The reverse map: from a frame to every page-table entry that names it.
 * Owns `mappings` and `chunk` of the frame table, and the links below. It holds no translation: only where one is.
 *
 * Every page table of level 0, and every other one that has a leaf, has a chunk of 512 links, one a PTE, so an entry's number says where its PTE is, and
 * a PTE's place says its entry. Adding and removing take constant time; nothing is searched.
 *
 *   frames.mappings[f] ─► entry 517 ─► entry 1032 ─► 0        entry e: chunk (e-1) >> 9, PTE (e-1) & 511
 *                           │                                 chunk c: page table reverse.table[c]
 *                           └ chunk 1, PTE 4                  that table: its space and first page
 *
 * (1) Entry e is in frame f's list exactly when PTE e names f and f is not the kernel's (zero frame, trampoline). A large leaf
 *     is in the list of the first frame of its huge page only; the functions below find it for the others too.
 * (2) A list has no circle, and `previous` is `next` backwards.
 */
import { type FrameNumber, PTES_PER_TABLE } from "../../cpu/paging.ts";
import { panic } from "../panic.ts";
import type { ReverseMap } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** 32-bit words of a page table. */
export const WORDS_PER_TABLE = 2 * PTES_PER_TABLE;

const FIRST_CHUNKS = 16;

export function createReverseMap(): ReverseMap {
  return {
    next: new Int32Array(FIRST_CHUNKS * PTES_PER_TABLE + 1),
    previous: new Int32Array(FIRST_CHUNKS * PTES_PER_TABLE + 1),
    table: new Int32Array(FIRST_CHUNKS),
    freeChunks: [],
    chunks: 1,
  };
}

/** Twice the room, old links kept. */
function grow(r: ReverseMap): void {
  const chunks = 2 * r.table.length;
  const larger = (old: Int32Array, length: number) => {
    const bigger = new Int32Array(length);
    bigger.set(old);
    return bigger;
  };
  r.table = larger(r.table, chunks);
  r.next = larger(r.next, chunks * PTES_PER_TABLE + 1);
  r.previous = larger(r.previous, chunks * PTES_PER_TABLE + 1);
}

/** Gives the table in frame index `table` its links. */
export function addChunk(k: VmKernel, table: number): void {
  const r = k.vm.reverse;
  const chunk = r.freeChunks.pop() ?? r.chunks++;
  if (chunk >= r.table.length) grow(r);
  r.table[chunk] = table;
  k.vm.frames.chunk[table] = chunk;
}

/** Takes them back; the table is empty. */
export function dropChunk(k: VmKernel, table: number): void {
  const chunk = k.vm.frames.chunk[table];
  k.vm.frames.chunk[table] = 0;
  k.vm.reverse.table[chunk] = 0;
  k.vm.reverse.freeChunks.push(chunk);
}

/** The entry of the PTE whose low half is word `at` of RAM. */
export function entryOf(k: VmKernel, at: number): number {
  return k.vm.frames.chunk[at >> 10] * PTES_PER_TABLE + ((at >> 1) & (PTES_PER_TABLE - 1)) + 1;
}

/** The word of RAM that holds the low half of an entry's PTE. */
export function pteOfEntry(k: VmKernel, entry: number): number {
  const table = k.vm.reverse.table[(entry - 1) >> 9];
  return table * WORDS_PER_TABLE + 2 * ((entry - 1) & (PTES_PER_TABLE - 1));
}

/** Pages that an entry maps, by its table's level. */
const PAGES_AT: readonly number[] = [1, PTES_PER_TABLE, PTES_PER_TABLE ** 2, PTES_PER_TABLE ** 3];

/** The first page number that the PTE at word `at` of RAM maps. */
export function pageOfPte(k: VmKernel, at: number): number {
  const { position, order } = k.vm.frames;
  return position[at >> 10] + ((at >> 1) & (PTES_PER_TABLE - 1)) * PAGES_AT[order[at >> 10]];
}

/** The id of the space whose PTE this is. */
export function spaceOfPte(k: VmKernel, at: number): number {
  return k.vm.frames.holder[at >> 10];
}

/** The PTE at word `at` names `frame` from now on. */
export function addMapping(k: VmKernel, frame: FrameNumber, at: number): void {
  const { reverse, frames } = k.vm;
  if (frames.chunk[at >> 10] === 0) addChunk(k, at >> 10);
  const entry = entryOf(k, at);
  const index = frame - frames.first;
  const head = frames.mappings[index];
  reverse.next[entry] = head;
  reverse.previous[entry] = 0;
  if (head !== 0) reverse.previous[head] = entry;
  frames.mappings[index] = entry;
  // As if it had been used just now: it is about to be.
  if (k.vm.use.window > 0) k.vm.use.marks[entry] = 0;
}

/** The PTE at word `at` names `frame` no longer. */
export function removeMapping(k: VmKernel, frame: FrameNumber, at: number): void {
  const { reverse, frames } = k.vm;
  const entry = entryOf(k, at);
  const next = reverse.next[entry];
  const previous = reverse.previous[entry];
  if (previous !== 0) reverse.next[previous] = next;
  else if (frames.mappings[frame - frames.first] === entry) frames.mappings[frame - frames.first] = next;
  else panic("reverse map (1): a removed entry was in its frame's list", { frame, entry });
  if (next !== 0) reverse.previous[next] = previous;
  reverse.next[entry] = 0;
  reverse.previous[entry] = 0;
}

/** Words of RAM of all PTEs that show `frame`, large leaves included. */
export function mappingsOf(k: VmKernel, frame: FrameNumber): number[] {
  const found: number[] = [];
  const { reverse, frames } = k.vm;
  const index = frame - frames.first;
  for (let e = frames.mappings[index]; e !== 0; e = reverse.next[e]) found.push(pteOfEntry(k, e));
  if (isTail(k, index)) found.push(...largeMappingsOf(k, firstOf(k, index)));
  return found;
}

/** Words of RAM of the large leaves that name the huge page whose first frame has index `head`. */
export function largeMappingsOf(k: VmKernel, head: number): number[] {
  const found: number[] = [];
  const { reverse, frames } = k.vm;
  for (let e = frames.mappings[head]; e !== 0; e = reverse.next[e]) if (isLarge(k, e)) found.push(pteOfEntry(k, e));
  return found;
}

/** Whether there is such a leaf. */
export function hasLargeMapping(k: VmKernel, head: number): boolean {
  const { reverse, frames } = k.vm;
  for (let e = frames.mappings[head]; e !== 0; e = reverse.next[e]) if (isLarge(k, e)) return true;
  return false;
}

/** Is the entry's PTE in a table above level 0? */
function isLarge(k: VmKernel, entry: number): boolean {
  return k.vm.frames.order[k.vm.reverse.table[(entry - 1) >> 9]] > 0;
}

/** Is the frame part of a huge page, and not its first? */
function isTail(k: VmKernel, index: number): boolean {
  return k.vm.frames.block[index] !== 0 && firstOf(k, index) !== index;
}

/** The first frame of the huge page that a frame is part of: huge-page.ts, headOf. */
function firstOf(k: VmKernel, index: number): number {
  return index & -(1 << k.vm.frames.block[index]);
}

/** How many PTEs show `frame`, counted up to `most`. */
export function countMappings(k: VmKernel, frame: FrameNumber, most = Number.POSITIVE_INFINITY): number {
  const { reverse, frames } = k.vm;
  const index = frame - frames.first;
  let count = 0;
  for (let e = frames.mappings[index]; e !== 0 && count < most; e = reverse.next[e]) count++;
  return isTail(k, index) ? Math.min(most, count + largeMappingsOf(k, firstOf(k, index)).length) : count;
}
