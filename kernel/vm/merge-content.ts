/**
 * What frames hold, compared: their order in the stable and the unstable tree (memcmp's), and checksums that tell whether a
 * page has changed. Charged by what is read.
 */
import { COSTS } from "../../cpu/costs.ts";
import { type FrameNumber, PAGE_SIZE } from "../../cpu/paging.ts";
import type { VmKernel } from "./vm-kernel.ts";

const WORDS = PAGE_SIZE / 4;
const WORDS_PER_KIB = 256;

/** Reverses the bytes of a word of RAM, so that its first byte counts most. */
function bigEndian(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}

/** Words that the two pages have in common before the first difference. */
function commonWords(k: VmKernel, a: FrameNumber, b: FrameNumber): number {
  const { u32 } = k.machine.ram;
  const { first } = k.vm.frames;
  const [left, right] = [(a - first) * WORDS, (b - first) * WORDS];
  let at = 0;
  while (at < WORDS && u32[left + at] === u32[right + at]) at++;
  return at;
}

/** As memcmp of the two pages: negative, 0 for equal ones, positive. Charges nothing. */
export function orderOf(k: VmKernel, a: FrameNumber, b: FrameNumber, common = commonWords(k, a, b)): number {
  if (common === WORDS) return 0;
  const { u32 } = k.machine.ram;
  const word = (frame: FrameNumber) => bigEndian(u32[(frame - k.vm.frames.first) * WORDS + common]);
  return word(a) - word(b);
}

/** The same as the scanner does it, in its time. */
export function comparePages(k: VmKernel, a: FrameNumber, b: FrameNumber): number {
  const common = commonWords(k, a, b);
  k.machine.clock.charge(COSTS.compareKilobyte * Math.max(1, Math.ceil(common / WORDS_PER_KIB)));
  return orderOf(k, a, b, common);
}

// The primes of xxHash, 32 bits: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
const PRIME_1 = 0x9e3779b1 | 0;
const PRIME_2 = 0x85ebca77 | 0;
const PRIME_3 = 0xc2b2ae3d | 0;

const turn = (word: number, by: number) => (word << by) | (word >>> (32 - by));
const round = (lane: number, word: number) => Math.imul(turn((lane + Math.imul(word, PRIME_2)) | 0, 13), PRIME_1);

/** xxHash (32 bits, seed 0) of the page. Charges nothing. */
export function hashPage(k: VmKernel, frame: FrameNumber): number {
  const { u32 } = k.machine.ram;
  const start = (frame - k.vm.frames.first) * WORDS;
  let a = (PRIME_1 + PRIME_2) | 0;
  let b = PRIME_2;
  let c = 0;
  let d = -PRIME_1 | 0;
  for (let at = start; at < start + WORDS; at += 4) {
    a = round(a, u32[at] | 0);
    b = round(b, u32[at + 1] | 0);
    c = round(c, u32[at + 2] | 0);
    d = round(d, u32[at + 3] | 0);
  }
  let hash = (turn(a, 1) + turn(b, 7) + turn(c, 12) + turn(d, 18) + PAGE_SIZE) | 0;
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The checksum by which the scanner knows whether a page has changed. */
export function checksumOf(k: VmKernel, frame: FrameNumber): number {
  k.machine.clock.charge((COSTS.checksumKilobyte * PAGE_SIZE) / 1024);
  return hashPage(k, frame);
}
