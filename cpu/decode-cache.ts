/**
 * Decode cache: what is made of instruction words, for those who decode much. Taking a word apart is slow, and words repeat. Found
 * by the word itself, so nothing in it becomes wrong; it may serve all machines, and no result depends on what it holds.
 */

import { decode, type Insn } from "./decode.ts";

export class WordCache<T> {
  private readonly words: Int32Array;
  private readonly made: T[];

  /** @param shift log2 of how many words are kept; @param make gives the same for the same word */
  constructor(
    private readonly shift: number,
    private readonly make: (word: number) => T,
  ) {
    this.words = new Int32Array(1 << shift);
    this.made = new Array<T>(1 << shift).fill(make(0));
  }

  /** What `make` gives for the word; the same object for the same word, often. */
  get(word: number): T {
    const bits = word | 0;
    // Fibonacci hashing.
    const slot = Math.imul(bits, 0x9e37_79b1) >>> (32 - this.shift);
    if (this.words[slot] === bits) return this.made[slot];
    const made = this.make(bits);
    this.words[slot] = bits;
    this.made[slot] = made;
    return made;
  }
}

const insns = new WordCache<Insn | null>(14, decode);

/** The same as decode(word). */
export const decodeCached = (word: number): Insn | null => insns.get(word);
