/**
 * Memories of machines that are not used any more, for the next machines of the same size. A new one of 64 MiB costs the
 * host a collection of garbage, and each of its pages a page fault; clearing what a short program has touched costs less.
 *
 * (1) A memory is zero when it is given out, as a new one is.
 * (2) At most KEPT are kept; the ones that were given back first go first.
 */
import { createMemory, WASM_PAGE } from "./state.ts";

const KEPT = 6;
const spare: WebAssembly.Memory[] = [];

/** A memory of `bytes`, rounded up to WebAssembly's pages; all zero. */
export function takeMemory(bytes: number): WebAssembly.Memory {
  const size = Math.ceil(bytes / WASM_PAGE) * WASM_PAGE;
  const found = spare.findIndex(({ buffer }) => buffer.byteLength === size);
  return found < 0 ? createMemory(bytes) : spare.splice(found, 1)[0];
}

/** Keeps a memory that nobody will look at again, and that is all zero. */
export function keepMemory(memory: WebAssembly.Memory): void {
  spare.push(memory);
  if (spare.length > KEPT) spare.shift();
}
