/**
 * Collapsing: 512 small pages of private memory become one huge page, with the same content. Asked for (MADV_COLLAPSE), or in the
 * background (huge-scan.ts).
 *
 *   level-0 table: [ 7 rw ][   ][ 9 rw ][ slot 4 ]...      ─►   [ huge page: copy of 7, zeroes, copy of 9, copy of slot 4, ... ]
 *                                                                the table stays in reserve: pte-large.ts, (3)
 *
 * (1) Nothing changes before it is certain: the block is allocated first, and copying cannot fail.
 * (2) What a page shows is the same before and after, and so are the mapping's rights.
 *
 * The checks, limits and errors are Linux's: mm/khugepaged.c, hpage_collapse_scan_pmd, madvise_collapse_errno. What stands here
 * instead of its locks and reference counts: a page in transfer is left alone.
 */
import { COSTS } from "../../cpu/costs.ts";
import { PAGE_SIZE, PTE, PTES_PER_TABLE } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import { flushSpace } from "./flush.ts";
import { allocateFrame, FRAME, NO_FRAME, OWNER } from "./frames.ts";
import { allocateHugePage, isZeroFrame } from "./huge-page.ts";
import { findPte, levelOf, NO_PTE, retireTable } from "./page-table.ts";
import { clearPage, isResident, isSwapped, pteFrameOf, pteRights } from "./pte.ts";
import { putHugePage } from "./pte-large.ts";
import { countMappings } from "./reverse-map.ts";
import { mappingCount } from "./smaps.ts";
import { swapCacheFind } from "./swap-cache.ts";
import { NO_ENTRY, slotKey } from "./swap-entry.ts";
import { readInto } from "./swap-read.ts";
import { slotUses } from "./swap-slots.ts";
import type { AddressSpace, Vma } from "./types.ts";
import { isUsed } from "./working-set.ts";

/** How a range of 512 pages was left. */
export type Collapse =
  | "collapsed"
  | "already huge"
  | "empty"
  | "too many holes"
  | "too many in swap"
  | "too many shared"
  | "read-only"
  | "not used lately"
  | "busy"
  | "no memory";

/** What is allowed in the range; all of it for whoever asks himself. */
export interface CollapseLimits {
  readonly holes: number;
  readonly swapped: number;
  readonly shared: number;
  /** Some page of it must have been used. */
  readonly used: boolean;
}

export const NO_LIMITS: CollapseLimits = {
  holes: PTES_PER_TABLE,
  swapped: PTES_PER_TABLE,
  shared: PTES_PER_TABLE,
  used: false,
};

/** What the table of the range has. */
interface Found {
  holes: number;
  swapped: number;
  shared: number;
  writable: number;
  used: number;
  busy: boolean;
}

/** Collapses the 512 pages from `first` on, which lie in `v`, if the limits allow it. Never sleeps. */
export function collapse(k: Kernel, s: AddressSpace, v: Vma, first: number, limits: CollapseLimits): Collapse {
  const at = findPte(k, s, first);
  if (at === NO_PTE) return "empty";
  if (levelOf(k, at) > 0) return "already huge";
  const refusal = judge(look(k, at), limits);
  if (refusal !== null) return refusal;
  const head = allocateHugePage(k, OWNER.anonymous);
  if (head === NO_FRAME) {
    k.vm.statistics.hugeCollapseFailures++;
    return "no memory";
  }
  k.vm.statistics.hugeCollapses++;
  replace(k, s, v, at, first, head);
  return "collapsed";
}

/** Counts what is in the level-0 table whose first entry is at `at`. Pages in swap are fetched, for the next time. */
function look(k: Kernel, at: number): Found {
  const found: Found = { holes: 0, swapped: 0, shared: 0, writable: 0, used: 0, busy: false };
  const { u32 } = k.machine.ram;
  for (let i = 0; i < PTES_PER_TABLE; i++) {
    const low = u32[at + 2 * i];
    if (isResident(low)) lookAt(k, at + 2 * i, found);
    else if (isSwapped(low)) {
      found.swapped++;
      if (!isHere(k, low)) found.busy = true;
    } else found.holes++;
  }
  return found;
}

function lookAt(k: Kernel, at: number, found: Found): void {
  const low = k.machine.ram.u32[at];
  const { owner, pins, flags, first } = k.vm.frames;
  const index = pteFrameOf(low) - first;
  if (isZeroFrame(k, pteFrameOf(low))) {
    found.holes++;
    return;
  }
  if (owner[index] !== OWNER.anonymous || pins[index] > 0) found.busy = true;
  if (mappingCount(k, index) > 1) found.shared++;
  if (low & PTE.W) found.writable++;
  if (isUsed(k, at) || flags[index] & FRAME.referenced) found.used++;
}

/** Is what a slot has in RAM, ready? If not, it will be. */
function isHere(k: Kernel, entry: number): boolean {
  const frame = swapCacheFind(k, entry);
  if (frame === NO_FRAME) {
    if (k.vm.frames.free > k.vm.reclaim.watermarks.high) readInto(k, entry, allocateFrame(k, OWNER.anonymous));
    return false;
  }
  const index = frame - k.vm.frames.first;
  return (k.vm.frames.flags[index] & (FRAME.reading | FRAME.failed)) === 0 && k.vm.frames.pins[index] === 0;
}

function judge(found: Found, limits: CollapseLimits): Collapse | null {
  if (found.holes > limits.holes) return "too many holes";
  if (found.swapped > limits.swapped) return "too many in swap";
  if (found.shared > limits.shared) return "too many shared";
  if (found.writable === 0) return "read-only";
  if (limits.used && (found.used === 0 || (found.swapped > 0 && found.used < PTES_PER_TABLE / 2)))
    return "not used lately";
  return found.busy ? "busy" : null;
}

/** Is the entry the only one that has its page, in RAM or in swap? Else what it gets is a copy. */
function isOnlyOne(k: Kernel, low: number): boolean {
  if (!isResident(low)) return slotUses(k, low) === 1 && countMappings(k, swapCacheFind(k, low), 1) === 0;
  const slot = k.vm.frames.slot[pteFrameOf(low) - k.vm.frames.first];
  return countMappings(k, pteFrameOf(low), 2) === 1 && (slot === NO_ENTRY || slotUses(k, slot) === 0);
}

/** The table's pages go into the huge page, and it into their place. */
function replace(k: Kernel, s: AddressSpace, v: Vma, at: number, first: number, head: number): void {
  const { u32, u8 } = k.machine.ram;
  const base = k.vm.frames.first;
  for (let i = 0; i < PTES_PER_TABLE; i++) {
    const low = u32[at + 2 * i];
    if (low === 0) continue;
    const frame = isResident(low) ? pteFrameOf(low) : swapCacheFind(k, low);
    if (isOnlyOne(k, low)) k.references?.collapsed(frame - base, isResident(low) ? "" : slotKey(low), head - base + i);
    if (!isZeroFrame(k, frame)) {
      const from = (frame - base) * PAGE_SIZE;
      u8.copyWithin((head - base + i) * PAGE_SIZE, from, from + PAGE_SIZE);
      k.machine.clock.charge(COSTS.pageCopy);
      k.vm.statistics.pagesCopied++;
    }
    clearPage(k, s, at + 2 * i);
  }
  flushSpace(k, s);
  putHugePage(k, s, retireTable(k, s, first), head, pteRights(v.prot, true) | PTE.A | PTE.D, true);
}
