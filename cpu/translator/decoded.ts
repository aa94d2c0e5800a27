/**
 * Decoded pages: which frames have one, what is decoded in it, and that it is dropped when bytes change. Owns decodedOf and
 * the decoded pages of the translator's area (layout.ts).
 *
 * (1) decodedOf[frame] is the address of the frame's page, whose header names the frame; 0 where there is none.
 * (2) An entry that is not undecoded says what the bytes in RAM say, and its granule's bit is set.
 * (3) A frame's page is given back when no granule of it is decoded: then stores to the frame are fast again.
 *
 * check() asserts (1) and (2).
 */

import { decodeCached, WordCache } from "../decode-cache.ts";
import { panic } from "../panic.ts";
import type { Ram } from "../ram.ts";
import {
  areaLayout,
  DECODED,
  DECODED_BYTES,
  DECODED_PAGES,
  ENTRIES_PER_PAGE,
  ENTRY,
  ENTRY_BYTES,
  GRANULE_SHIFT,
  INSTRUCTION_SHIFT,
} from "./layout.ts";
import { type EntryFields, encodeEntry, fuse, OP, placed } from "./operations.ts";

const ENTRIES_PER_GRANULE = 1 << (GRANULE_SHIFT - INSTRUCTION_SHIFT);
const WORDS_PER_PAGE = ENTRIES_PER_PAGE;

/** The entries of instruction words, for all machines. */
const entries = new WordCache<EntryFields>(14, (word) => encodeEntry(decodeCached(word)));

export class DecodedPages {
  /** By frame of RAM: address of its page, or 0. */
  readonly of: Uint32Array;
  private readonly u8: Uint8Array;
  private readonly u16: Uint16Array;
  private readonly i32: Int32Array;
  private readonly first: number;
  /** Pages never used yet begin here; used ones that were given back are in `free`. */
  private fresh = 0;
  private readonly free: number[] = [];

  /** @param area address of the translator's area */
  constructor(
    memory: WebAssembly.Memory,
    area: number,
    private readonly ram: Ram,
  ) {
    const { buffer } = memory;
    const layout = areaLayout(ram.size);
    this.of = new Uint32Array(buffer, area + layout.decodedOf, ram.size >>> 12);
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.first = area + layout.pages;
  }

  /** The frame that the page at that address is of. */
  frameOf(page: number): number {
    return this.i32[(page + DECODED.frame) >>> 2];
  }

  /** Makes the frame's page, nothing in it decoded. @returns its address, or 0: there are too many */
  make(frame: number): number {
    if (this.of[frame] !== 0) panic("a frame has one decoded page", { frame });
    const page = this.free.pop() ?? this.takeFresh();
    if (page === 0) return 0;
    this.i32[(page + DECODED.frame) >>> 2] = frame;
    this.of[frame] = page;
    return page;
  }

  /** Pages behind `fresh` are all zero: nobody has touched them. */
  private takeFresh(): number {
    if (this.fresh === DECODED_PAGES) return 0;
    const page = this.first + this.fresh++ * DECODED_BYTES;
    this.u8[page + DECODED.next + ENTRY.op] = OP.next;
    this.u8[page + DECODED.next + ENTRY.plain] = OP.next;
    return page;
  }

  /** Decodes the granule of the instruction at `offset` in the page. */
  decode(page: number, offset: number): void {
    const granule = offset >>> GRANULE_SHIFT;
    const code = this.frameOf(page) * WORDS_PER_PAGE;
    const first = granule * ENTRIES_PER_GRANULE;
    for (let index = first; index < first + ENTRIES_PER_GRANULE; index++)
      this.write(page, index, entries.get(this.ram.i32[code + index]));
    this.fuse(page + first * ENTRY_BYTES);
    this.i32[((page + DECODED.granules) >>> 2) + (granule >>> 5)] |= 1 << (granule & 31);
  }

  /** Pairs lie in one granule, so that both go together; `first` is the address of its first entry. */
  private fuse(first: number): void {
    const { u8 } = this;
    for (let at = first; at < first + (ENTRIES_PER_GRANULE - 1) * ENTRY_BYTES; at += ENTRY_BYTES)
      u8[at + ENTRY.op] = fuse(u8[at + ENTRY.plain], u8[at + ENTRY_BYTES + ENTRY.plain]);
  }

  /** Gives the entry at that address the operation that it had before a region began there. */
  restore(entry: number): void {
    const { u8 } = this;
    const granule = ENTRIES_PER_GRANULE * ENTRY_BYTES;
    const isLast = ((entry - this.first) % DECODED_BYTES) % granule === granule - ENTRY_BYTES;
    const plain = u8[entry + ENTRY.plain];
    u8[entry + ENTRY.op] = isLast ? plain : fuse(plain, u8[entry + ENTRY_BYTES + ENTRY.plain]);
  }

  private write(page: number, index: number, fields: EntryFields): void {
    const { u16, i32 } = this;
    const { rd, rs1, rs2, imm } = fields;
    const at = page + index * ENTRY_BYTES;
    const op = placed(fields, index);
    this.u8[at + ENTRY.op] = op;
    this.u8[at + ENTRY.plain] = op;
    u16[(at + ENTRY.rd) >>> 1] = rd;
    u16[(at + ENTRY.rs1) >>> 1] = rs1;
    u16[(at + ENTRY.rs2) >>> 1] = rs2;
    i32[(at + ENTRY.imm) >>> 2] = imm;
    i32[(at + ENTRY.heat) >>> 2] = 0;
  }

  /** Whether something is decoded in that granule of the page. */
  isDecoded(page: number, granule: number): boolean {
    return (this.i32[((page + DECODED.granules) >>> 2) + (granule >>> 5)] & (1 << (granule & 31))) !== 0;
  }

  /** Whether something is decoded in the granules of bytes from..to-1. */
  isDecodedIn(page: number, from: number, to: number): boolean {
    for (let granule = from >>> GRANULE_SHIFT; granule <= (to - 1) >>> GRANULE_SHIFT; granule++)
      if (this.isDecoded(page, granule)) return true;
    return false;
  }

  /** Forgets what was decoded from bytes from..to-1 of the page's frame; the page too when nothing is left. */
  forget(page: number, from: number, to: number): void {
    for (let granule = from >>> GRANULE_SHIFT; granule <= (to - 1) >>> GRANULE_SHIFT; granule++)
      if (this.isDecoded(page, granule)) this.clear(page, granule);
    const bits = (page + DECODED.granules) >>> 2;
    if (this.i32[bits] === 0 && this.i32[bits + 1] === 0) this.giveBack(page);
  }

  private clear(page: number, granule: number): void {
    const at = page + granule * ENTRIES_PER_GRANULE * ENTRY_BYTES;
    this.u8.fill(0, at, at + ENTRIES_PER_GRANULE * ENTRY_BYTES);
    this.i32[((page + DECODED.granules) >>> 2) + (granule >>> 5)] &= ~(1 << (granule & 31));
  }

  private giveBack(page: number): void {
    this.of[this.frameOf(page)] = 0;
    this.free.push(page);
  }

  /** Forgets everything. */
  forgetAll(): void {
    for (let frame = 0; frame < this.of.length; frame++) {
      const page = this.of[frame];
      if (page !== 0) this.forget(page, 0, 4096);
    }
  }

  /** How many pages there are. */
  get count(): number {
    return this.fresh - this.free.length;
  }

  /** Asserts the invariants by their numbers; for tests. */
  check(): void {
    for (const [frame, page] of this.of.entries()) {
      if (page === 0) continue;
      if (this.frameOf(page) !== frame) panic("decoded pages (1): a page names its frame", { frame, page });
      for (let index = 0; index < ENTRIES_PER_PAGE; index++) this.checkEntry(frame, page, index);
    }
  }

  private checkEntry(frame: number, page: number, index: number): void {
    const at = page + index * ENTRY_BYTES;
    const plain = this.u8[at + ENTRY.plain];
    if (plain === OP.undecoded) return;
    if (!this.isDecoded(page, (index << INSTRUCTION_SHIFT) >>> GRANULE_SHIFT))
      panic("decoded pages (2): what is decoded is in a decoded granule", { frame, index });
    const fields = entries.get(this.ram.i32[frame * WORDS_PER_PAGE + index]);
    const { rd, rs1, rs2, imm } = fields;
    const same =
      plain === placed(fields, index) &&
      this.u16[(at + ENTRY.rd) >>> 1] === rd &&
      this.u16[(at + ENTRY.rs1) >>> 1] === rs1 &&
      this.u16[(at + ENTRY.rs2) >>> 1] === rs2 &&
      this.i32[(at + ENTRY.imm) >>> 2] === imm;
    if (!same) panic("decoded pages (2): what is decoded is what lies in RAM", { frame, index, plain });
  }
}
