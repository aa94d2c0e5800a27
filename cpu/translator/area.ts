/** The translator's area when its machine is discarded. */

import { areaLayout, DECODED, DECODED_BYTES, DECODED_PAGES } from "./layout.ts";

/**
 * Clears the area at `area` of a machine's memory, of which nobody makes use any more. Decoded pages are taken in
 * ascending order, and one that was ever taken has an entry for the next page: the first without is the end.
 */
export function clearArea(memory: Uint8Array, area: number, ramBytes: number): void {
  const first = area + areaLayout(ramBytes).pages;
  let pages = 0;
  while (pages < DECODED_PAGES && memory[first + pages * DECODED_BYTES + DECODED.next] !== 0) pages++;
  memory.fill(0, area, first + pages * DECODED_BYTES);
}
