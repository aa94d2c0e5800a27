/**
 * Files in use for swap: what nobody may do to them meanwhile. swapon(2), and Linux's IS_SWAPFILE.
 *
 * A leaf.
 */
import type { Inode } from "../fs/types.ts";
import type { VmState } from "./types.ts";

/** Whether the kernel swaps to the file: its contents may not change (ETXTBSY), nor its names (EPERM). */
export function isSwapFile({ vm }: { readonly vm: VmState }, inode: Inode): boolean {
  return vm.swap.areas.some((area) => area?.inode === inode);
}
