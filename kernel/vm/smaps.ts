/**
 * What the pages of a mapping are, for /proc/PID/smaps: resident, shared with whom, clean or dirty, in swap. Worked out
 * from page tables and frames each time. proc(5).
 *
 * A resident page counts once for each mapping that shows it; its share (Pss) is a page divided by their number. The
 * zero frame and the page of signal code are nobody's and do not count.
 *
 * Source: Linux 6.1 fs/proc/task_mmu.c, smaps_account.
 */
import { type FrameNumber, PAGE_SIZE, PTE } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import { FRAME, isListed, OWNER } from "./frames.ts";
import { isWritten } from "./page-references.ts";
import { forEachPte, frameUnder } from "./page-table.ts";
import { isResident, isSwapped } from "./pte.ts";
import { slotUses } from "./swap-slots.ts";
import type { AddressSpace, Vma } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";
import { VMA } from "./vma.ts";
import { isUsed } from "./working-set.ts";

/** Shares are kept in 4096ths of a byte, as Linux does: its rounding is part of the format. */
const SHARE_UNIT = 4096;

/** In bytes, but for the shares, which are in bytes / SHARE_UNIT. */
export interface MappingFigures {
  resident: number;
  share: number;
  dirtyShare: number;
  anonymousShare: number;
  fileShare: number;
  sharedShare: number;
  lockedShare: number;
  sharedClean: number;
  sharedDirty: number;
  privateClean: number;
  privateDirty: number;
  referenced: number;
  anonymous: number;
  /** Of `anonymous`: shown by large leaves. */
  hugeAnonymous: number;
  lazyFree: number;
  /** Pages of the pool of huge pages: of more than one entry, of one. They are in nothing else. */
  sharedHugetlb: number;
  privateHugetlb: number;
  swap: number;
  swapShare: number;
}

/** Nothing yet. */
export function noFigures(): MappingFigures {
  return {
    resident: 0,
    share: 0,
    dirtyShare: 0,
    anonymousShare: 0,
    fileShare: 0,
    sharedShare: 0,
    lockedShare: 0,
    sharedClean: 0,
    sharedDirty: 0,
    privateClean: 0,
    privateDirty: 0,
    referenced: 0,
    anonymous: 0,
    hugeAnonymous: 0,
    lazyFree: 0,
    sharedHugetlb: 0,
    privateHugetlb: 0,
    swap: 0,
    swapShare: 0,
  };
}

/** Page-table entries that name a frame: its references less those of caches and transfers. */
export function mappingCount(k: VmKernel, index: number): number {
  const { owner, references, pins, slot, holder } = k.vm.frames;
  // The pool's own reference.
  if (owner[index] === OWNER.huge) return references[index] - 1;
  if (!isListed(owner[index])) return 0;
  const cached = owner[index] !== OWNER.anonymous && holdsFrame(k, index, holder[index]) ? 1 : 0;
  return references[index] - pins[index] - cached - (slot[index] === 0 ? 0 : 1);
}

/** Whether the page object still has the frame: not once it is dropped during a transfer. */
function holdsFrame(k: VmKernel, index: number, object: number): boolean {
  const { first, position } = k.vm.frames;
  return k.vm.cache.objects.get(object)?.pages.get(position[index]) === index + first;
}

/** Adds the pages of `v` to the figures. */
export function addMapping(k: Kernel, s: AddressSpace, v: Vma, figures: MappingFigures): void {
  const { u32 } = k.machine.ram;
  const seen = new Set<number>();
  forEachPte(k, s, v.start / PAGE_SIZE, v.end / PAGE_SIZE, (at, page, pages) => {
    const low = u32[at];
    if (v.object !== null) seen.add(page);
    if (isResident(low)) addPages(k, v, at, frameUnder(k, at, page), pages, figures);
    else if (isSwapped(low)) addSwapped(k, low, figures);
    return true;
  });
  addObjectSwap(v, seen, figures);
}

/** The pages that one entry shows, from `frame` on. */
function addPages(k: Kernel, v: Vma, at: number, frame: FrameNumber, pages: number, f: MappingFigures): void {
  const low = k.machine.ram.u32[at] | (isUsed(k, at) ? PTE.A : 0);
  const { first, owner } = k.vm.frames;
  if (owner[frame - first] === OWNER.huge) {
    f[mappingCount(k, frame - first) > 1 ? "sharedHugetlb" : "privateHugetlb"] += pages * PAGE_SIZE;
    return;
  }
  for (let i = 0; i < pages; i++) addPage(k, v, low, frame + i - first, f);
  if (pages > 1 && owner[frame - first] === OWNER.anonymous) f.hugeAnonymous += pages * PAGE_SIZE;
}

function addPage(k: Kernel, v: Vma, low: number, index: number, f: MappingFigures): void {
  const { flags, owner } = k.vm.frames;
  const count = mappingCount(k, index);
  if (count <= 0) return;
  const dirty = (low & PTE.D) !== 0 || (flags[index] & FRAME.dirty) !== 0 || isDirtyElsewhere(k, index);
  const share = Math.floor((PAGE_SIZE * SHARE_UNIT) / count);
  f.resident += PAGE_SIZE;
  f.share += share;
  if (dirty) f.dirtyShare += share;
  if (v.flags & VMA.locked) f.lockedShare += share;
  if (low & PTE.A || flags[index] & FRAME.referenced) f.referenced += PAGE_SIZE;
  if (owner[index] === OWNER.anonymous) {
    f.anonymous += PAGE_SIZE;
    f.anonymousShare += share;
    if (flags[index] & FRAME.lazyFree && !dirty) f.lazyFree += PAGE_SIZE;
  } else if (owner[index] === OWNER.file) f.fileShare += share;
  else f.sharedShare += share;
  if (count > 1) f[dirty ? "sharedDirty" : "sharedClean"] += PAGE_SIZE;
  else f[dirty ? "privateDirty" : "privateClean"] += PAGE_SIZE;
}

/** Of a private page that fork made shared only the writer's entry has D. Linux copies it along. */
function isDirtyElsewhere(k: Kernel, index: number): boolean {
  return k.vm.frames.owner[index] === OWNER.anonymous && isWritten(k, index);
}

function addSwapped(k: Kernel, entry: number, f: MappingFigures): void {
  f.swap += PAGE_SIZE;
  f.swapShare += Math.floor((PAGE_SIZE * SHARE_UNIT) / Math.max(1, slotUses(k, entry)));
}

/** Pages of the object that are in swap, where the mapping shows none of its own. Linux has no share of them. */
function addObjectSwap(v: Vma, seen: ReadonlySet<number>, f: MappingFigures): void {
  if (v.object === null) return;
  const shift = (v.start - v.offset) / PAGE_SIZE;
  for (const index of v.object.swapped.keys()) {
    const page = index + shift;
    if (page >= v.start / PAGE_SIZE && page < v.end / PAGE_SIZE && !seen.has(page)) f.swap += PAGE_SIZE;
  }
}

/** Bytes of figures that are shares. */
export function wholeBytes(share: number): number {
  return Math.floor(share / SHARE_UNIT);
}
