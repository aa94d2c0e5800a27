/**
 * A picture of memory as data: what each frame of RAM is, in cells of one frame or several, and what each process's address
 * space has of its pages. Looks only.
 */
import { PAGE_SIZE, type PhysicalAddress, PTE, type VirtualAddress } from "../../cpu/paging.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { vmaList } from "../../kernel/vm/address-space.ts";
import { describeRights, mappingName } from "../../kernel/vm/describe.ts";
import { FRAME, OWNER } from "../../kernel/vm/frames.ts";
import { forEachPte, frameUnder } from "../../kernel/vm/page-table.ts";
import { isResident, isSwapped } from "../../kernel/vm/pte.ts";
import { countMappings, mappingsOf } from "../../kernel/vm/reverse-map.ts";
import type { AddressSpace, Vma } from "../../kernel/vm/types.ts";
import { VMA } from "../../kernel/vm/vma.ts";

/** What a frame is: the names of OWNER. */
export const KINDS = Object.keys(OWNER) as readonly (keyof typeof OWNER)[];
export type Kind = (typeof KINDS)[number];

/** What else there may be to say of a frame. */
export const MARKS = ["transfer", "locked", "merged", "shared", "dirty", "large"] as const;
export type Mark = (typeof MARKS)[number];

/** One cell of the picture: a run of frames. */
export interface Cell {
  /** The commonest of those that are not free; "free" only where all are. */
  readonly kind: Kind;
  /** Frames that are not free, and of how many. */
  readonly used: number;
  readonly frames: number;
  /** Those that at least one frame has. */
  readonly marks: ReadonlySet<Mark>;
}

export interface FreeRuns {
  readonly frames: number;
  /** Frames that lie together. */
  readonly runs: number;
  readonly largest: number;
}

export interface MappingMap {
  readonly start: VirtualAddress;
  readonly end: VirtualAddress;
  readonly rights: string;
  readonly name: string;
  /** Runs of pages, upwards, that together are the mapping. */
  readonly runs: readonly { readonly state: PageState; readonly pages: number }[];
}

/** large: resident as part of a leaf above level 0. */
export type PageState = "resident" | "large" | "swapped" | "untouched";

export interface SpaceMap {
  readonly pids: readonly number[];
  /** The program of the first of them. */
  readonly program: string;
  readonly mappings: readonly MappingMap[];
  /** Pages. */
  readonly totals: Readonly<Record<PageState, number>>;
}

export interface MemoryMap {
  /** Where RAM begins. */
  readonly base: PhysicalAddress;
  readonly frames: number;
  readonly framesPerCell: number;
  readonly cells: readonly Cell[];
  /** Frames of each kind, and with each mark. */
  readonly kinds: Readonly<Record<Kind, number>>;
  readonly marks: Readonly<Record<Mark, number>>;
  readonly free: FreeRuns;
  readonly spaces: readonly SpaceMap[];
}

/** @param framesPerCell a power of two */
export function mapMemory(k: Kernel, framesPerCell: number): MemoryMap {
  const { frames } = k.vm;
  const locked = lockedFrames(k);
  const kinds = zeroes(KINDS);
  const marks = zeroes(MARKS);
  const cells: Cell[] = [];
  for (let first = 0; first < frames.count; first += framesPerCell) {
    const here = Array.from({ length: Math.min(framesPerCell, frames.count - first) }, (_, i) => first + i);
    const kindOf = here.map((index) => KINDS[frames.owner[index]!]!);
    const marksOf = here.map((index) => marksAt(k, index, locked));
    for (const kind of kindOf) kinds[kind]++;
    for (const mark of marksOf.flat()) marks[mark]++;
    const used = kindOf.filter((kind) => kind !== "free");
    cells.push({ kind: commonest(used), used: used.length, frames: here.length, marks: new Set(marksOf.flat()) });
  }
  const spaces = [...k.vm.spaces.values()].map((s) => mapSpace(k, s)).filter(({ pids }) => pids.length > 0);
  const base = frames.first * PAGE_SIZE;
  return { base, frames: frames.count, framesPerCell, cells, kinds, marks, free: freeRuns(k), spaces };
}

const zeroes = <T extends string>(names: readonly T[]) =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<T, number>;

/** The first of those that are there most often. */
function commonest(kinds: readonly Kind[]): Kind {
  const counts = zeroes(KINDS);
  for (const kind of kinds) counts[kind]++;
  return KINDS.reduce((best, kind) => (counts[kind] > counts[best] ? kind : best), "free" as Kind);
}

/** What is marked at a frame in use. */
function marksAt(k: Kernel, index: number, locked: ReadonlySet<number>): Mark[] {
  const { frames } = k.vm;
  if (frames.owner[index]! < OWNER.anonymous) return [];
  const frame = index + frames.first;
  const flags = frames.flags[index]!;
  const holds: Readonly<Record<Mark, boolean>> = {
    transfer: frames.pins[index]! > 0 || (flags & (FRAME.reading | FRAME.writing)) !== 0,
    locked: locked.has(frame),
    shared: countMappings(k, frame, 2) > 1,
    dirty: isDirty(k, index),
    merged: frames.merged[index] !== 0,
    large: frames.block[index] !== 0,
  };
  return MARKS.filter((mark) => holds[mark]);
}

/** Differs from its file, or from its slot of swap. Of a page that has neither there is nothing to say. */
function isDirty(k: Kernel, index: number): boolean {
  const { owner, flags, slot, first } = k.vm.frames;
  if (owner[index] === OWNER.huge || (owner[index] === OWNER.anonymous && slot[index] === 0)) return false;
  if (flags[index]! & FRAME.dirty) return true;
  return mappingsOf(k, index + first).some((at) => (k.machine.ram.u32[at]! & PTE.D) !== 0);
}

/** Frames that a locked mapping shows. */
function lockedFrames(k: Kernel): ReadonlySet<number> {
  const locked = new Set<number>();
  for (const s of k.vm.spaces.values()) {
    if (s.counts.locked === 0 || k.vm.levels === 0) continue;
    for (const v of vmaList(s).filter(({ flags }) => flags & VMA.locked)) {
      forEachPte(k, s, v.start / PAGE_SIZE, v.end / PAGE_SIZE, (at, page, pages) => {
        if (isResident(k.machine.ram.u32[at]!)) for (let i = 0; i < pages; i++) locked.add(frameUnder(k, at, page + i));
        return true;
      });
    }
  }
  return locked;
}

function freeRuns(k: Kernel): FreeRuns {
  const { owner, count } = k.vm.frames;
  const free = { frames: 0, runs: 0, largest: 0 };
  for (let index = 0, run = 0; index < count; index++) {
    run = owner[index] === OWNER.free ? run + 1 : 0;
    if (run === 0) continue;
    free.frames++;
    if (run === 1) free.runs++;
    free.largest = Math.max(free.largest, run);
  }
  return free;
}

function mapSpace(k: Kernel, s: AddressSpace): SpaceMap {
  const users = [...k.processes.values()].filter(({ space }) => space === s);
  const totals = { resident: 0, large: 0, swapped: 0, untouched: 0 };
  const mappings = vmaList(s).map((v) => mapVma(k, s, v));
  for (const { runs } of mappings) for (const { state, pages } of runs) totals[state] += pages;
  return { pids: users.map(({ pid }) => pid), program: users[0]?.program.path ?? "", mappings, totals };
}

function mapVma(k: Kernel, s: AddressSpace, v: Vma): MappingMap {
  const runs: { state: PageState; pages: number }[] = [];
  const add = (state: PageState, pages: number) => {
    const last = runs.at(-1);
    if (last?.state === state) last.pages += pages;
    else if (pages > 0) runs.push({ state, pages });
  };
  const describe = () => ({ start: v.start, end: v.end, rights: describeRights(v), name: mappingName(k, v), runs });
  let next = v.start / PAGE_SIZE;
  const last = v.end / PAGE_SIZE;
  if (k.vm.levels === 0) {
    // Memory that is not made of pages: the scheme says where it is.
    for (; next < last; next++) add(isThere(k, s, next) ? "resident" : "untouched", 1);
    return describe();
  }
  forEachPte(k, s, next, last, (at, page, pages) => {
    const low = k.machine.ram.u32[at]!;
    addWithout(v, next, page, add);
    add(isSwapped(low) ? "swapped" : pages > 1 || k.vm.frames.order[at >> 10]! > 0 ? "large" : "resident", pages);
    next = page + pages;
    return true;
  });
  addWithout(v, next, last, add);
  return describe();
}

const isThere = (k: Kernel, s: AddressSpace, page: number) => k.scheme.peek(k, s, page * PAGE_SIZE) >= 0;

/** Pages without an entry: those of an object may be in swap all the same. */
function addWithout(v: Vma, first: number, last: number, add: (state: PageState, pages: number) => void): void {
  const swapped = v.object?.swapped;
  if (swapped === undefined || swapped.size === 0) {
    add("untouched", last - first);
    return;
  }
  const shift = (v.offset - v.start) / PAGE_SIZE;
  for (let page = first; page < last; page++) add(swapped.has(page + shift) ? "swapped" : "untouched", 1);
}
