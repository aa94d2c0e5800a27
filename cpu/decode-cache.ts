/**
 * Decode cache: decode() for those who decode much. Taking a word apart is slow, and words repeat. Found by the word itself, so
 * nothing in it becomes wrong; it serves all machines, and no result depends on what it holds.
 */

import { decode, type Insn } from "./decode.ts";

/** log2 of how many words are kept. */
const KEPT_SHIFT = 12;

const words = new Int32Array(1 << KEPT_SHIFT);
const insns: (Insn | null)[] = new Array(1 << KEPT_SHIFT).fill(decode(0));

/** The same as decode(word); the same object for the same word, often. */
export function decodeCached(word: number): Insn | null {
  const bits = word | 0;
  // Fibonacci hashing.
  const slot = Math.imul(bits, 0x9e37_79b1) >>> (32 - KEPT_SHIFT);
  if (words[slot] === bits) return insns[slot];
  const insn = decode(bits);
  words[slot] = bits;
  insns[slot] = insn;
  return insn;
}
