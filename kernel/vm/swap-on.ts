/** Taking a block device or a file into use for swap: what swapon(2) and boot share. */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { errno } from "../errno.ts";
import type { Inode } from "../fs/types.ts";
import type { Kernel } from "../kernel.ts";
import { LOG_LEVEL, log } from "../log.ts";
import { MOST_AREAS, MOST_SLOTS } from "./swap-entry.ts";
import { missingSlots } from "./swap-extents.ts";
import { decodeSwapHeader } from "./swap-header.ts";
import { newSlotMap } from "./swap-slots.ts";
import type { SwapArea, SwapExtent, SwapState } from "./types.ts";

const PAGE_KIB = PAGE_SIZE / 1024;

/** Whether there is no room for one more area: EPERM, swapon(2). */
export function areAllAreasTaken(k: Kernel): boolean {
  return k.vm.swap.areas.filter((area) => area !== null).length >= MOST_AREAS;
}

/** Linux gives areas without a priority -2, -3, ...: the first one is used first. */
function nextPriority(swap: SwapState): number {
  return swap.areas.reduce((least, area) => Math.min(least, area?.priority ?? -1), -1) - 1;
}

/**
 * Begins to use a disk or a file.
 * @param inode the disk's one node, which /dev keeps for ever, or the file, which is kept until the area is removed
 * @param extents where its pages are on the disk @param path as /proc/swaps shows it @param header its first page
 * @param priority 0 to 32767; null: below those of all areas so far
 * @throws Errno EINVAL no header, or one that says more than the disk has
 */
export function addSwapArea(
  k: Kernel,
  inode: Inode,
  disk: number,
  extents: readonly SwapExtent[],
  path: string,
  header: Uint8Array,
  priority: number | null,
): SwapArea {
  const { swap } = k.vm;
  const found = decodeSwapHeader(header);
  if (found === null) throw errno("EINVAL");
  const pages = Math.min(found.lastPage + 1, MOST_SLOTS);
  if (pages * PAGE_SIZE > inode.size) throw errno("EINVAL");
  const map = newSlotMap(pages, [...found.badPages, ...missingSlots(extents, pages)]);
  if (map.usable === 0) throw errno("EINVAL");
  const gap = swap.areas.indexOf(null);
  const area: SwapArea = {
    number: gap < 0 ? swap.areas.length : gap,
    path,
    inode,
    disk,
    extents,
    priority: priority ?? nextPriority(swap),
    ...map,
    used: 0,
    next: 1,
    closing: 0,
  };
  swap.areas[area.number] = area;
  const size = `${area.usable * PAGE_KIB}k`;
  const text = `Adding ${size} swap on ${path}.  Priority:${area.priority} extents:${extents.length} across:${acrossKib(extents)}k `;
  log(k, LOG_LEVEL.information, text);
  return area;
}

/** From where the first slot lies on the disk to where the last one ends; the header is none. */
function acrossKib(extents: readonly SwapExtent[]): number {
  const starts = extents.map(({ position, slot }) => (slot === 0 ? position + PAGE_SIZE : position));
  const ends = extents.map(({ position, count }) => position + count * PAGE_SIZE);
  return (Math.max(...ends) - Math.min(...starts)) / 1024;
}

/** Forgets an area that is empty. Areas whose priority Linux made up move up behind it. */
export function removeSwapArea(k: Kernel, area: SwapArea): void {
  const { areas } = k.vm.swap;
  areas[area.number] = null;
  while (areas.length > 0 && areas[areas.length - 1] === null) areas.pop();
  for (const other of areas)
    if (area.priority < 0 && other !== null && other.priority < area.priority) other.priority++;
}
