/** Swap-out. */
import type { Kernel } from "../kernel.ts";

/** What came of taking a page: its frame is free, will be when a transfer ends, or is where it was. */
export type Eviction = "freed" | "started" | "kept";

/** Takes the page in frame `index` out of RAM. */
export function swapOutFrame(_k: Kernel, _index: number): Eviction {
  return "kept";
}
