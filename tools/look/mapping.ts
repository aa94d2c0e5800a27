/**
 * What the kernel knows of an address: the mapping that promises the page, where the page comes from, and the frame that
 * has it, with everybody who maps that frame. Looks only.
 */
import { type FrameNumber, PAGE_SIZE, PTE, type VirtualAddress } from "../../cpu/paging.ts";
import { describePath } from "../../kernel/fs/names.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { segmentOf } from "../../kernel/shm.ts";
import { describeRights, mappingName } from "../../kernel/vm/describe.ts";
import { FRAME, OWNER } from "../../kernel/vm/frames.ts";
import { LIST } from "../../kernel/vm/page-lists.ts";
import { pteFrameOf } from "../../kernel/vm/pte.ts";
import { mappingsOf, pageOfPte, spaceOfPte } from "../../kernel/vm/reverse-map.ts";
import { swapAreaOf, swapSlotOf } from "../../kernel/vm/swap-entry.ts";
import { slotUses } from "../../kernel/vm/swap-slots.ts";
import type { AddressSpace, PageObject, SwapEntry, Vma } from "../../kernel/vm/types.ts";
import { objectIndex, VMA } from "../../kernel/vm/vma.ts";
import { firstEndingAbove, lastStartingBelow } from "../../kernel/vm/vma-tree.ts";

export interface MappingLook {
  readonly start: VirtualAddress;
  readonly end: VirtualAddress;
  /** As /proc/PID/maps has it: "rw-p". */
  readonly rights: string;
  /** The name in /proc/PID/maps, "" for none. */
  readonly name: string;
  /** A sentence's part: "file /home/a, byte 4096 on". */
  readonly origin: string;
  /** Names of VMA's bits. */
  readonly flags: readonly string[];
  /** Of a mapping with an object: which page of it, and where that is. */
  readonly page: { readonly index: number; readonly state: string } | null;
}

export interface SlotLook {
  readonly area: number;
  readonly slot: number;
  /** Page-table entries and page objects that name the slot. */
  readonly uses: number;
}

export interface FrameLook {
  readonly frame: FrameNumber;
  /** Names of OWNER and of FRAME's bits. */
  readonly owner: string;
  readonly flags: readonly string[];
  readonly references: number;
  readonly pins: number;
  /** The list of the replacement policy that it is in; null: none. */
  readonly list: string | null;
  /** The slot of swap that it has; null: it is not in the swap cache. */
  readonly slot: SlotLook | null;
  /** Of a page in the page cache: whose. */
  readonly cached: { readonly of: string; readonly index: number } | null;
  /** Of a huge page: how many bytes it has, and which of its frames this is. */
  readonly large: { readonly bytes: number; readonly part: number } | null;
  /** Several equal pages were made one: merge.ts. */
  readonly merged: boolean;
  readonly mappers: readonly MapperLook[];
}

/** One entry that names the frame. */
export interface MapperLook {
  /** Processes with that space; none while it is being built. */
  readonly pids: readonly number[];
  readonly va: VirtualAddress;
  /** W of the entry. */
  readonly writable: boolean;
}

/** The name of a number in a table of numbers. */
export function nameIn(table: Readonly<Record<string, number>>, value: number): string {
  return Object.keys(table).find((name) => table[name] === value) ?? String(value);
}

/** The names of the bits that are set. */
export function bitsIn(table: Readonly<Record<string, number>>, value: number): string[] {
  return Object.keys(table).filter((name) => (value & table[name]!) !== 0);
}

/** The mapping that holds `va`; null: none does. */
export function vmaAt(s: AddressSpace, va: VirtualAddress): Vma | null {
  const v = firstEndingAbove(s.vmas, va);
  return v === null || v.start > va ? null : v;
}

/** The mappings next to an address that none holds. */
export function neighbours(s: AddressSpace, va: VirtualAddress): { below: Vma | null; above: Vma | null } {
  return { below: lastStartingBelow(s.vmas, va), above: firstEndingAbove(s.vmas, va) };
}

/** @param va an address within the mapping: which page of its object is told */
export function lookAtMapping(k: Kernel, v: Vma, va: VirtualAddress): MappingLook {
  const { start, end, object } = v;
  const page =
    object === null ? null : { index: objectIndex(v, va), state: stateInObject(k, object, objectIndex(v, va)) };
  const origin = originOf(k, v);
  return { start, end, rights: describeRights(v), name: mappingName(k, v), origin, flags: bitsIn(VMA, v.flags), page };
}

/** Where the pages of a mapping come from. */
export function originOf(k: Kernel, v: Vma): string {
  const { object } = v;
  if (v.special !== 0) return "a page of the kernel's, code that ends signal handlers";
  if (object !== null) return `${nameOfObject(k, object)}, from byte ${v.offset} on`;
  if (v.name === "[heap]") return "the heap: anonymous memory of brk";
  if (v.name === "[stack]") return "the stack: anonymous memory that grows down";
  return v.flags & VMA.shared ? "anonymous memory, shared" : "anonymous memory";
}

function nameOfObject(k: Kernel, object: PageObject): string {
  if (object.segment !== null) return `System V segment ${segmentOf(k, object).name}`;
  return object.inode === null ? "shared anonymous memory" : `file ${describePath(k, object.inode)}`;
}

function stateInObject(k: Kernel, object: PageObject, index: number): string {
  const frame = object.pages.get(index);
  const swapped = object.swapped.get(index);
  if (swapped !== undefined) return `in swap, area ${swapAreaOf(swapped)}, slot ${swapSlotOf(swapped)}`;
  if (frame === undefined) return "not in the page cache";
  const flags = bitsIn(FRAME, k.vm.frames.flags[frame - k.vm.frames.first]);
  return `in the page cache, frame ${hex(frame)}${flags.length > 0 ? ` (${flags.join(", ")})` : ""}`;
}

/** The slot that an entry of a page table or of a page object names. */
export function lookAtSlot(k: Kernel, entry: SwapEntry): SlotLook {
  return { area: swapAreaOf(entry), slot: swapSlotOf(entry), uses: slotUses(k, entry) };
}

/** Null: no frame of RAM. */
export function lookAtFrame(k: Kernel, frame: FrameNumber): FrameLook | null {
  const { frames, cache, zeroFrame, trampolineFrame } = k.vm;
  const index = frame - frames.first;
  if (index < 0 || index >= frames.count) return null;
  const special = frame === zeroFrame ? " (the page of zeroes)" : frame === trampolineFrame ? " (signal code)" : "";
  const holder = cache.objects.get(frames.holder[index]!);
  const isCached = frames.owner[index]! > OWNER.anonymous && holder?.pages.get(frames.position[index]!) === frame;
  return {
    frame,
    owner: nameIn(OWNER, frames.owner[index]!) + special,
    flags: bitsIn(FRAME, frames.flags[index]!),
    references: frames.references[index]!,
    pins: frames.pins[index]!,
    list: frames.list[index] === LIST.none ? null : nameIn(LIST, frames.list[index]!),
    slot: frames.slot[index] === 0 ? null : lookAtSlot(k, frames.slot[index]!),
    cached: isCached ? { of: nameOfObject(k, holder!), index: frames.position[index]! } : null,
    large: largeOf(frames.block[index]!, index),
    merged: frames.merged[index] !== 0,
    mappers: mappersOf(k, frame),
  };
}

/** @param order of the huge page; 0: the frame is of none */
function largeOf(order: number, index: number): FrameLook["large"] {
  return order === 0 ? null : { bytes: PAGE_SIZE * 2 ** order, part: index % 2 ** order };
}

function mappersOf(k: Kernel, frame: FrameNumber): MapperLook[] {
  const pidsOf = (space: number) =>
    [...k.processes.values()].filter((p) => p.space?.id === space).map(({ pid }) => pid);
  return mappingsOf(k, frame)
    .map((at) => ({
      pids: pidsOf(spaceOfPte(k, at)),
      // A large leaf names the first frame of its page.
      va: (pageOfPte(k, at) + frame - pteFrameOf(k.machine.ram.u32[at]!)) * PAGE_SIZE,
      writable: (k.machine.ram.u32[at]! & PTE.W) !== 0,
    }))
    .sort((a, b) => (a.pids[0] ?? 0) - (b.pids[0] ?? 0) || a.va - b.va);
}

const hex = (value: number) => `0x${value.toString(16)}`;
