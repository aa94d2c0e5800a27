/** Invariants (15), (16) and (19): slots of swap, and the frames that have one. See check.ts. */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { panic } from "../panic.ts";
import type { Census } from "./check-tables.ts";
import { FRAME, OWNER } from "./frames.ts";
import { isWritten } from "./page-references.ts";
import { isWanted } from "./swap-cache.ts";
import { NO_ENTRY, swapAreaOf, swapEntry, swapSlotOf } from "./swap-entry.ts";
import { slotOnDisk } from "./swap-peek.ts";
import { CLUSTER, HELD, NO_SLOT, slotUses } from "./swap-slots.ts";
import type { SwapArea } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

const PAGE_WORDS = PAGE_SIZE / Uint32Array.BYTES_PER_ELEMENT;
const IN_TRANSFER = FRAME.reading | FRAME.writing;

/** Asserts (15), (16) and (19). The census has all tables. */
export function checkSwap(k: VmKernel, census: Census): void {
  checkObjects(k, census);
  for (const [entry, uses] of census.slots) {
    const area = k.vm.swap.areas[swapAreaOf(entry)] ?? null;
    const slot = swapSlotOf(entry);
    if (area === null || !(slot < area.uses.length) || area.uses[slot] === NO_SLOT)
      panic("vm (15): a swap entry names a slot of an area in use", { entry, uses });
    checkUses(area, slot, uses);
  }
  let held = 0;
  for (const area of k.vm.swap.areas) if (area !== null) held += checkArea(k, census, area);
  if (held !== k.vm.swap.cache.size)
    panic("vm (16): a slot is held exactly while the swap cache has it", { held, size: k.vm.swap.cache.size });
  checkFrames(k);
}

function checkObjects(k: VmKernel, census: Census): void {
  for (const object of k.vm.cache.objects.values()) {
    for (const [index, entry] of object.swapped) {
      census.slots.set(entry, (census.slots.get(entry) ?? 0) + 1);
      if (object.pages.has(index))
        panic("vm (15): no page of an object is in RAM and in swap", { object: object.id, index });
    }
  }
}

function checkUses({ number, uses }: SwapArea, slot: number, found: number): void {
  if (uses[slot] % HELD !== found)
    panic("vm (15): a slot's uses are the entries that name it", { area: number, slot, uses: uses[slot], found });
}

/** That no entry names a free slot, the census has shown. @returns slots that the swap cache must have */
function checkArea(k: VmKernel, census: Census, area: SwapArea): number {
  const free = new Uint16Array(area.free.length);
  let used = 0;
  let held = 0;
  for (let slot = 0; slot < area.uses.length; slot++) {
    const uses = area.uses[slot];
    if (uses === NO_SLOT) continue;
    if (uses === 0) {
      free[Math.floor(slot / CLUSTER)]++;
      continue;
    }
    used++;
    const entry = swapEntry(area.number, slot);
    checkUses(area, slot, census.slots.get(entry) ?? 0);
    if (uses < HELD) continue;
    held++;
    if (!k.vm.swap.cache.has(entry))
      panic("vm (16): a slot is held exactly while the swap cache has it", { area: area.number, slot, uses });
  }
  if (used !== area.used || free.some((count, cluster) => count !== area.free[cluster]))
    panic("vm (15): taken and free slots are counted", { area: area.number, used, counted: area.used });
  return held;
}

function checkFrames(k: VmKernel): void {
  const { frames, swap, reclaim } = k.vm;
  let cached = 0;
  let leaving = 0;
  for (let index = 0; index < frames.count; index++) {
    if (frames.flags[index] & FRAME.leaving) leaving++;
    if (frames.slot[index] === NO_ENTRY) continue;
    cached++;
    checkCached(k, index);
  }
  if (cached !== swap.cache.size)
    panic("vm (16): every frame of the swap cache has a slot", { cached, size: swap.cache.size });
  if (leaving !== reclaim.leaving) panic("vm (16): frames on their way out are counted", { leaving });
}

function checkCached(k: VmKernel, index: number): void {
  const { frames, swap } = k.vm;
  const entry = frames.slot[index];
  const where = { index, entry, owner: frames.owner[index], flags: frames.flags[index] };
  if (swap.cache.get(entry) !== index + frames.first) panic("vm (16): the swap cache finds a slot's frame", where);
  if (frames.owner[index] < OWNER.anonymous) panic("vm (16): only pages are in the swap cache", where);
  const moves = (frames.flags[index] & IN_TRANSFER) !== 0;
  if (moves !== frames.pins[index] > 0) panic("vm (16): a frame in transfer, and no other, is pinned", where);
  if (moves) return;
  if (!isWanted(k, index) && slotUses(k, entry) === 0) panic("vm (16): what nobody wants has gone", where);
  if (frames.flags[index] & (FRAME.failed | FRAME.dirty) || isWritten(k, index)) return;
  if (!isCopy(k, index)) panic("vm (19): a clean frame is what its slot has", where);
}

function isCopy(k: VmKernel, index: number): boolean {
  const kept = slotOnDisk(k, k.vm.frames.slot[index]);
  const words = new Uint32Array(kept.buffer, kept.byteOffset, PAGE_WORDS);
  const { u32 } = k.machine.ram;
  const at = index * PAGE_WORDS;
  for (let i = 0; i < PAGE_WORDS; i++) if (u32[at + i] !== words[i]) return false;
  return true;
}
