/** Looking at what a slot of swap holds, from outside: nothing is read in, nothing changes. */
import { SECTOR_SIZE } from "../../cpu/devices/disk.ts";
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { FRAME, NO_FRAME } from "./frames.ts";
import { swapCacheFind } from "./swap-cache.ts";
import { swapSlotOf } from "./swap-entry.ts";
import { slotPosition } from "./swap-extents.ts";
import { areaOf } from "./swap-slots.ts";
import type { SwapEntry } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

const SECTORS = PAGE_SIZE / SECTOR_SIZE;
const UNUSABLE = FRAME.reading | FRAME.failed;

/** A copy of the page, from the swap cache or from the disk. */
export function peekSwapped(k: VmKernel, entry: SwapEntry): Uint8Array {
  const frame = swapCacheFind(k, entry);
  const inRam = frame !== NO_FRAME && !(k.vm.frames.flags[frame - k.vm.frames.first] & UNUSABLE);
  return inRam ? k.machine.ram.frame(frame).slice() : slotOnDisk(k, entry);
}

/** What the disk has of the slot now. */
export function slotOnDisk(k: VmKernel, entry: SwapEntry): Uint8Array {
  const area = areaOf(k, entry);
  const disk = k.machine.disks[area.disk];
  const first = slotPosition(area, swapSlotOf(entry)) / SECTOR_SIZE;
  const page = new Uint8Array(PAGE_SIZE);
  for (let i = 0; i < SECTORS; i++) page.set(disk.sector(first + i), i * SECTOR_SIZE);
  return page;
}
