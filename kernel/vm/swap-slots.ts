/**
 * Slot maps: which slots of a swap area are taken, by how many names, and which one is given out next.
 *
 *   free ──allocateSlot──► held by the swap cache ──addSlotUse──► in use, held or not ──last use, no hold──► free
 *
 * (1) uses[slot] counts page-table entries and page objects that name the slot; its top bit says that the swap cache
 *     holds the slot. 0: free.
 * (2) `used` counts slots that are not free, `free[c]` the free ones of cluster c (CLUSTER slots).
 * (3) Slots are given out one after the other within a cluster, then from the next cluster that is wholly free, so that
 *     what leaves RAM together lies together on the disk.
 */
import { SYSCALLS } from "../abi.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { MOST_SLOTS, NO_ENTRY, swapAreaOf, swapEntry, swapSlotOf } from "./swap-entry.ts";
import type { SwapArea, SwapEntry } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** In SwapArea.uses: the swap cache has a frame for the slot. */
export const HELD = 2 ** 31;
/** In SwapArea.uses: the header, or a bad page; never given out. */
export const NO_SLOT = 2 ** 32 - 1;

const SWAPOFF = SYSCALLS.swapoff.nr;

/** Slots of a cluster: 256 KiB of the disk. */
export const CLUSTER = 64;

/** Uses, and slots not in use, of an area with `pages` pages. @param bad pages that cannot be used */
export function newSlotMap(pages: number, bad: readonly number[]): Pick<SwapArea, "uses" | "free" | "usable"> {
  const slots = Math.min(pages, MOST_SLOTS);
  const uses = new Uint32Array(slots);
  const free = new Uint16Array(Math.ceil(slots / CLUSTER)).fill(CLUSTER);
  if (slots % CLUSTER !== 0) free[free.length - 1] = slots % CLUSTER;
  let usable = slots;
  for (const slot of [0, ...bad]) {
    if (slot >= slots || uses[slot] === NO_SLOT) continue;
    uses[slot] = NO_SLOT;
    free[Math.floor(slot / CLUSTER)]--;
    usable--;
  }
  return { uses, free, usable };
}

/** The area of an entry. */
export function areaOf(k: VmKernel, entry: SwapEntry): SwapArea {
  const area = k.vm.swap.areas[swapAreaOf(entry)] ?? null;
  return area ?? panic("swap: an entry names an area that is in use", { entry });
}

/** Page-table entries and page objects that name the slot. */
export function slotUses(k: VmKernel, entry: SwapEntry): number {
  const uses = areaOf(k, entry).uses[swapSlotOf(entry)];
  return uses % HELD;
}

/** Whether swapoff(2) is emptying the area: its process, which may have been killed in it, is inside of the call. */
function isClosing(k: Kernel, area: SwapArea): boolean {
  if (area.closing === 0) return false;
  const p = k.processes.get(area.closing);
  const inside = p !== undefined && p.state !== "zombie" && p.call.active && p.call.number === SWAPOFF;
  if (!inside) area.closing = 0;
  return inside;
}

/** Whether a slot can be given out. */
function hasRoom(k: Kernel, area: SwapArea): boolean {
  return area.used < area.usable && !isClosing(k, area);
}

/** Slots that can be given out. */
export function freeSlots(k: Kernel): number {
  let free = 0;
  for (const area of k.vm.swap.areas) if (area !== null && hasRoom(k, area)) free += area.usable - area.used;
  return free;
}

/** Highest priority first; areas of one priority take turns. */
function chooseArea(k: Kernel): SwapArea | null {
  const { swap } = k.vm;
  let best: SwapArea | null = null;
  for (let i = 1; i <= swap.areas.length; i++) {
    const area = swap.areas[(swap.turn + i) % swap.areas.length];
    if (area !== null && hasRoom(k, area) && (best === null || area.priority > best.priority)) best = area;
  }
  if (best !== null) swap.turn = best.number;
  return best;
}

/** The first free slot from `from` to `to` - 1; 0: none. */
function findFree(area: SwapArea, from: number, to: number): number {
  for (let slot = from; slot < to; slot++) if (area.uses[slot] === 0) return slot;
  return 0;
}

/** Invariant (3). The area has a free slot. */
function nextSlot(area: SwapArea): number {
  const present = Math.floor(area.next / CLUSTER);
  const here = findFree(area, area.next, Math.min((present + 1) * CLUSTER, area.uses.length));
  if (here !== 0) return here;
  const clusters = area.free.length;
  for (const least of [CLUSTER, 1])
    for (let i = 1; i <= clusters; i++) {
      const cluster = (present + i) % clusters;
      if (area.free[cluster] < least) continue;
      return findFree(area, cluster * CLUSTER, Math.min((cluster + 1) * CLUSTER, area.uses.length));
    }
  return panic("swap (2): an area with room has a free slot", { area: area.number, used: area.used });
}

/**
 * A slot without uses that the swap cache holds: the caller enters its frame there at once (addToSwapCache).
 * @returns NO_ENTRY when all of swap is full
 */
export function allocateSlot(k: Kernel): SwapEntry {
  const area = chooseArea(k);
  if (area === null) return NO_ENTRY;
  const slot = nextSlot(area);
  area.uses[slot] = HELD;
  area.used++;
  area.free[Math.floor(slot / CLUSTER)]--;
  area.next = slot + 1 < area.uses.length ? slot + 1 : 0;
  return swapEntry(area.number, slot);
}

/** One more name for a slot that is not free. */
export function addSlotUse(k: VmKernel, entry: SwapEntry): void {
  const { uses } = areaOf(k, entry);
  const slot = swapSlotOf(entry);
  if (uses[slot] === 0 || uses[slot] === NO_SLOT) panic("swap (1): only a slot in use gets more uses", { entry });
  uses[slot]++;
}

/** One name less. @returns whether the slot has none left */
export function takeSlotUse(k: VmKernel, entry: SwapEntry): boolean {
  const area = areaOf(k, entry);
  const slot = swapSlotOf(entry);
  if (area.uses[slot] % HELD === 0 || area.uses[slot] === NO_SLOT)
    panic("swap (1): a slot's uses are never negative", { entry });
  area.uses[slot]--;
  freeUnused(area, slot);
  return area.uses[slot] % HELD === 0;
}

/** The swap cache has a frame for the slot. */
export function holdSlot(k: VmKernel, entry: SwapEntry): void {
  const { uses } = areaOf(k, entry);
  const slot = swapSlotOf(entry);
  if (uses[slot] < HELD) uses[slot] += HELD;
}

/** It has none any more. */
export function unholdSlot(k: VmKernel, entry: SwapEntry): void {
  const area = areaOf(k, entry);
  const slot = swapSlotOf(entry);
  area.uses[slot] -= HELD;
  freeUnused(area, slot);
}

function freeUnused(area: SwapArea, slot: number): void {
  if (area.uses[slot] !== 0) return;
  area.used--;
  area.free[Math.floor(slot / CLUSTER)]++;
}
