/**
 * The reverse map: from a frame to every page-table entry that names it.
 * Owns `mappings` and `chunk` of the frame table, and the links below. It holds no translation: only where one is.
 *
 * Every page table of level 0 has a chunk of 512 links, one a PTE, so an entry's number says where its PTE is, and
 * a PTE's place says its entry. Adding and removing take constant time; nothing is searched.
 *
 *   frames.mappings[f] ─► entry 517 ─► entry 1032 ─► 0        entry e: chunk (e-1) >> 9, PTE (e-1) & 511
 *                           │                                 chunk c: page table reverse.table[c]
 *                           └ chunk 1, PTE 4                  that table: its space and first page
 *
 * (1) Entry e is in frame f's list exactly when PTE e names f and f is not the kernel's (zero frame, trampoline).
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

/** Gives the level-0 table in frame index `table` its links. */
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

/** The page number that the PTE at word `at` of RAM maps. */
export function pageOfPte(k: VmKernel, at: number): number {
  return k.vm.frames.position[at >> 10] + ((at >> 1) & (PTES_PER_TABLE - 1));
}

/** The id of the space whose PTE this is. */
export function spaceOfPte(k: VmKernel, at: number): number {
  return k.vm.frames.holder[at >> 10];
}

/** The PTE at word `at` names `frame` from now on. */
export function addMapping(k: VmKernel, frame: FrameNumber, at: number): void {
  const { reverse, frames } = k.vm;
  const entry = entryOf(k, at);
  const index = frame - frames.first;
  const head = frames.mappings[index];
  reverse.next[entry] = head;
  reverse.previous[entry] = 0;
  if (head !== 0) reverse.previous[head] = entry;
  frames.mappings[index] = entry;
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

/** Words of RAM of all PTEs that name `frame`. */
export function mappingsOf(k: VmKernel, frame: FrameNumber): number[] {
  const found: number[] = [];
  const { reverse, frames } = k.vm;
  for (let e = frames.mappings[frame - frames.first]; e !== 0; e = reverse.next[e]) found.push(pteOfEntry(k, e));
  return found;
}

/** How many PTEs name `frame`, counted up to `most`. */
export function countMappings(k: VmKernel, frame: FrameNumber, most = Number.POSITIVE_INFINITY): number {
  const { reverse, frames } = k.vm;
  let count = 0;
  for (let e = frames.mappings[frame - frames.first]; e !== 0 && count < most; e = reverse.next[e]) count++;
  return count;
}
