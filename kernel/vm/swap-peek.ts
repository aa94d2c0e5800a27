/** Looking at what a slot of swap holds, from outside: nothing is read in, nothing changes. */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { FRAME, NO_FRAME } from "./frames.ts";
import { swapCacheFind } from "./swap-cache.ts";
import { swapSlotOf } from "./swap-entry.ts";
import { slotPosition } from "./swap-extents.ts";
import { areaOf } from "./swap-slots.ts";
import type { SwapEntry } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

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
  return k.machine.disks[area.disk].bytes(slotPosition(area, swapSlotOf(entry)), PAGE_SIZE);
}
