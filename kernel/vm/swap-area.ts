/**
 * Swap areas: which devices hold pages that have left RAM, and how full they are. The maps of their slots are
 * swap-slots.ts', the frames that have a slot swap-cache.ts'; both are reached from here.
 */
import type { SwapArea, SwapState } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

export { dropSlotUse, swapCacheFind } from "./swap-cache.ts";
export { addSlotUse, allocateSlot, slotUses } from "./swap-slots.ts";

/** No area. */
export function createSwap(): SwapState {
  return {
    areas: [],
    cache: new Map(),
    turn: 0,
    readAhead: { hits: 0, slot: 0, window: 1 },
    pagesIn: 0,
    pagesOut: 0,
  };
}

/** Areas in use, by priority and then in the order of their numbers: /proc/swaps. */
export function swapAreas(k: VmKernel): SwapArea[] {
  return k.vm.swap.areas.filter((area) => area !== null).sort((a, b) => b.priority - a.priority);
}

/** Pages: SwapTotal, SwapFree, SwapCached. */
export function swapTotals(k: VmKernel): { total: number; free: number; cached: number } {
  const totals = { total: 0, free: 0, cached: k.vm.swap.cache.size };
  for (const area of k.vm.swap.areas) {
    if (area === null) continue;
    totals.total += area.usable;
    totals.free += area.usable - area.used;
  }
  return totals;
}

/** Linux's vm_swap_full: more than half is taken, so that slots are given back as soon as their page is in RAM. */
export function isSwapTight(k: VmKernel): boolean {
  const { total, free } = swapTotals(k);
  return 2 * free < total;
}
