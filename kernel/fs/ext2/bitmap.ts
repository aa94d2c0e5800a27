/** Bits of a bitmap block: bit n is bit n % 8 of byte n / 8; 1 is taken. */

export function isTaken(bitmap: Uint8Array, bit: number): boolean {
  return ((bitmap[bit >> 3] >> (bit & 7)) & 1) === 1;
}

export function take(bitmap: Uint8Array, bit: number): void {
  bitmap[bit >> 3] |= 1 << (bit & 7);
}

export function release(bitmap: Uint8Array, bit: number): void {
  bitmap[bit >> 3] &= ~(1 << (bit & 7));
}

/** The first free bit from `from` on, below `end`; -1: none. */
export function firstFree(bitmap: Uint8Array, from: number, end: number): number {
  for (let bit = from; bit < end; ) {
    if ((bit & 7) === 0 && bitmap[bit >> 3] === 0xff) bit += 8;
    else if (isTaken(bitmap, bit)) bit++;
    else return bit;
  }
  return -1;
}

/** The first of eight free bits that share a byte, from `from` on, below `end`; -1: none. */
export function firstFreeByte(bitmap: Uint8Array, from: number, end: number): number {
  for (let byte = (from + 7) >> 3; (byte + 1) * 8 <= end; byte++) if (bitmap[byte] === 0) return byte * 8;
  return -1;
}
