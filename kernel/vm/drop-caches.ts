/**
 * vm.drop_caches: pages of files that are clean, that nobody maps and that nothing is doing with go; they can be read
 * again. What has no other home stays.
 */
import { backedBytes } from "../fs/backing.ts";
import { hasHome } from "../fs/traits.ts";
import type { Kernel } from "../kernel.ts";
import { FRAME } from "./frames.ts";
import { dropCleanPage } from "./page-cache.ts";
import type { PageObject } from "./types.ts";

/** Frees what it can. @returns pages */
export function dropCaches(k: Kernel): number {
  let dropped = 0;
  for (const object of k.vm.cache.files.values())
    for (const [index, frame] of [...object.pages]) {
      if (!mayGo(k, object, index, frame)) continue;
      dropCleanPage(k, object, frame);
      dropped++;
    }
  return dropped;
}

function mayGo(k: Kernel, { inode }: PageObject, index: number, frame: number): boolean {
  const { frames } = k.vm;
  const i = frame - frames.first;
  if (inode === null || frames.mappings[i] !== 0 || frames.pins[i] > 0 || frames.slot[i] !== 0) return false;
  const busy = FRAME.dirty | FRAME.reading | FRAME.writing | FRAME.leaving;
  const home = hasHome(inode) || backedBytes(inode, index) > 0;
  return home && (frames.flags[i] & busy) === 0;
}
