/**
 * Reclaim: taking frames back from those who can do without.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import type { Ram } from "../../cpu/ram.ts";
import type { ReclaimState } from "./types.ts";

/** Lists that a policy may have, the one of no frame included. */
const LISTS = 8;

/** Nothing in any list; watermarks as Linux works them out from the size of RAM. */
export function createReclaim(ram: Ram, channel: number): ReclaimState {
  const min = Math.max(4, Math.floor(Math.sqrt((ram.size / 1024) * 16) / (PAGE_SIZE / 1024)));
  return {
    watermarks: { min, low: min + Math.ceil(min / 4), high: min + Math.ceil(min / 2) },
    awake: false,
    shortage: 0,
    leaving: 0,
    channel,
    heads: new Int32Array(LISTS),
    tails: new Int32Array(LISTS),
    lengths: new Int32Array(LISTS),
  };
}
