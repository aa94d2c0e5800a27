/** Swap from the first process on: the disk that the computer was given for it. */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { readNow } from "../drivers/read-now.ts";
import { inodeById } from "../fs/inode.ts";
import { describePath } from "../fs/names.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { allocateFrame, dropReference, NO_FRAME, OWNER } from "./frames.ts";
import { diskExtents } from "./swap-extents.ts";
import { addSwapArea } from "./swap-on.ts";

/** What swapon(2) of the disk would do, before there is a process. /dev is mounted. */
export function swapToDisk(k: Kernel, disk: number): void {
  const frame = allocateFrame(k, OWNER.kernel);
  if (frame === NO_FRAME) panic("boot: there is a frame for reading a header", { free: k.vm.frames.free });
  if (!readNow(k, disk, 0, PAGE_SIZE, frame)) panic("boot: the disk to swap to can be read", { disk });
  const node = inodeById(k, k.fs.disks[disk].node);
  addSwapArea(k, node, disk, diskExtents(node.size), describePath(k, node), k.machine.ram.frame(frame), null);
  dropReference(k, frame);
}
