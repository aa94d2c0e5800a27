/**
 * Bytes: a byte buffer that grows, and the number formats of the WebAssembly binary format (core specification, chapter
 * 5.2). It is allocated once and reused; writing allocates nothing unless the buffer has to grow.
 *
 * (1) bytes[0..at-1] is what was written; what lies behind is left over from earlier uses.
 * (2) Every LEB128 number is the shortest one for its value, so a module's bytes follow from its contents alone.
 */

import { panic } from "../panic.ts";

const TWO_32 = 2 ** 32;

/** Scratch for the bits of floats. */
const floatBits = new DataView(new ArrayBuffer(8));
const utf8 = new TextEncoder();

/** How many bytes ByteBuffer.u32 takes for `value`. */
export function u32Length(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
}

export class ByteBuffer {
  bytes: Uint8Array<ArrayBuffer>;
  /** How many bytes were written. */
  at = 0;
  /** bytes.length: code that the host has not optimised is faster with it. */
  capacity: number;

  /** @param capacity bytes to begin with, at least 1 */
  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
    this.capacity = capacity;
  }

  /** Forgets what was written and keeps the storage. */
  clear(): void {
    this.at = 0;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.at + count > this.capacity) this.grow(count);
  }

  private grow(count: number): void {
    this.capacity = Math.max(this.capacity * 2, this.at + count);
    const bytes = new Uint8Array(this.capacity);
    bytes.set(this.bytes.subarray(0, this.at));
    this.bytes = bytes;
  }

  /** The low eight bits of `value`. */
  u8(value: number): void {
    if (this.at === this.capacity) this.grow(1);
    this.bytes[this.at++] = value;
  }

  /** LEB128 of a number from 0 to 2^32-1. */
  u32(value: number): void {
    if (value >>> 0 !== value) panic("a u32 is an integer from 0 to 2^32-1", { value });
    let { at } = this;
    if (at + 5 > this.capacity) this.grow(5);
    const { bytes } = this;
    let rest = value;
    while (rest > 0x7f) {
      bytes[at++] = rest | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.at = at;
  }

  /** Signed LEB128 of a 32-bit number; from 2^31 to 2^32-1 it stands for the negative number of the same bits. */
  s32(value: number): void {
    let rest = value | 0;
    if (rest !== value && value >>> 0 !== value) panic("an s32 has 32 bits", { value });
    let { at } = this;
    if (at + 5 > this.capacity) this.grow(5);
    const { bytes } = this;
    while (rest < -0x40 || rest > 0x3f) {
      bytes[at++] = rest | 0x80;
      rest >>= 7;
    }
    bytes[at++] = rest & 0x7f;
    this.at = at;
  }

  /** Signed LEB128 of a 64-bit number in two halves; each half may be signed or unsigned. */
  s64Halves(low: number, high: number): void {
    let rest = low | 0;
    let upper = high | 0;
    let { at } = this;
    if (at + 10 > this.capacity) this.grow(10);
    const { bytes } = this;
    while (upper !== rest >> 31) {
      bytes[at++] = rest | 0x80;
      rest = (rest >>> 7) | (upper << 25);
      upper >>= 7;
    }
    this.at = at;
    this.s32(rest);
  }

  /**
   * Signed LEB128 of a 64-bit number: a safe integer, or a bigint from -2^63 to 2^64-1, where 2^63 and above stand for
   * the negative number of the same bits.
   */
  s64(value: number | bigint): void {
    if (typeof value === "bigint") {
      const signed = BigInt.asIntN(64, value);
      if (signed !== value && BigInt.asUintN(64, value) !== value) panic("an s64 has 64 bits", { value });
      this.s64Halves(Number(BigInt.asIntN(32, signed)), Number(signed >> 32n));
    } else if (value === (value | 0)) this.s32(value);
    else {
      if (!Number.isSafeInteger(value)) panic("an s64 that is a number is a safe integer", { value });
      this.s64Halves(value, Math.floor(value / TWO_32));
    }
  }

  /** Four bytes, the least significant first. JavaScript may change a NaN's payload. */
  f32(value: number): void {
    floatBits.setFloat32(0, value, true);
    for (let i = 0; i < 4; i++) this.u8(floatBits.getUint8(i));
  }

  /** Eight bytes, the least significant first. JavaScript may change a NaN's payload. */
  f64(value: number): void {
    floatBits.setFloat64(0, value, true);
    for (let i = 0; i < 8; i++) this.u8(floatBits.getUint8(i));
  }

  /** Bytes `from` to `to`-1 of `source`, as they are. */
  copy(source: Uint8Array, from = 0, to = source.length): void {
    this.reserve(to - from);
    this.bytes.set(source.subarray(from, to), this.at);
    this.at += to - from;
  }

  /** A vector of bytes: its length and the bytes. */
  vector(source: Uint8Array): void {
    this.u32(source.length);
    this.copy(source);
  }

  /** A name: a vector of UTF-8. */
  name(text: string): void {
    this.reserve(1 + text.length);
    const { at, bytes } = this;
    // ASCII without an encoder, as most names are.
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f || text.length > 0x7f) {
        this.vector(utf8.encode(text));
        return;
      }
      bytes[at + 1 + i] = code;
    }
    bytes[at] = text.length;
    this.at = at + 1 + text.length;
  }
}
