/**
 * Swap areas: which slots of which devices hold pages, and how many names each slot has.
 */
import type { SwapState } from "./types.ts";

/** No area. */
export function createSwap(channel: number): SwapState {
  return { areas: [], cache: new Map(), channel, pagesIn: 0, pagesOut: 0 };
}
