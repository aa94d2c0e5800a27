/**
 * Random: the machine's one source of chance, seeded, so that equal seeds give equal runs.
 * xoshiro128** (Blackman and Vigna), its state filled from the seed by SplitMix32.
 *
 * (1) The state is four 32-bit words, not all zero, and nothing else: saving it saves the future.
 */

/** One step of SplitMix32: a well-mixed 32-bit word for each counter value. */
function splitMix(counter: number): number {
  let z = counter | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0_aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a_2d97);
  return z ^ (z >>> 15);
}

const rotateLeft = (word: number, by: number) => (word << by) | (word >>> (32 - by));

export class Random {
  /** See (1). Plain data: copy it out to save, `set` it to restore. */
  readonly state = new Uint32Array(4);

  /** @param seed any integer; its low 53 bits count. */
  constructor(seed: number) {
    const high = Math.floor(seed / 2 ** 32);
    for (let i = 0; i < 4; i++) this.state[i] = splitMix(seed + Math.imul(i + 1, 0x9e37_79b9) + splitMix(high));
    if (this.state.every((word) => word === 0)) this.state[0] = 1;
  }

  /** The next 32 bits, 0 to 2^32 - 1. */
  next(): number {
    const s = this.state;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }

  /** An integer 0 to n - 1, each equally likely. @param n 1 to 2^53 */
  below(n: number): number {
    const limit = 2 ** 53 - (2 ** 53 % n);
    for (;;) {
      const draw = (this.next() >>> 11) * 2 ** 32 + this.next();
      if (draw < limit) return draw % n;
    }
  }

  /** A generator that goes on from here by itself. Setting this one's state to its makes its draws count. */
  copy(): Random {
    const copy = new Random(0);
    copy.state.set(this.state);
    return copy;
  }

  /** `length` random bytes. */
  bytes(length: number): Uint8Array {
    const out = new Uint8Array(length);
    let word = 0;
    for (let i = 0; i < length; i++) {
      if (i % 4 === 0) word = this.next();
      out[i] = word >>> (8 * (i % 4));
    }
    return out;
  }
}
