/** Segment descriptors: their bits, and what is none. */

import { describe, expect, it } from "vitest";
import { Random } from "../../cpu/random.ts";
import { satpMode, schemeOf } from "../../cpu/satp.ts";
import {
  DESCRIPTOR,
  decodeDescriptor,
  encodeDescriptor,
  FRAME_NUMBERS,
  isWellFormed,
  offsetsOf,
  SEGMENT_SIZE,
  segmentFrame,
  segmentOf,
  segmentOffset,
} from "../../cpu/segments.ts";

const { V, R, W, U, D } = DESCRIPTOR;
const MODES = ["segments", "segmented-paging"] as const;

describe("A segment descriptor", () => {
  it("has its fields where the picture shows them", () => {
    const base = 0x812_3456_789a;
    const [low, high, limit, zero] = encodeDescriptor({ flags: V | R | W | U | D, base, limit: SEGMENT_SIZE });
    const word0 = (BigInt(high) << 32n) | BigInt(low);
    expect(word0 & 0x3ffn).toBe(0b110111n);
    expect((word0 >> 10n) & 0xfff_ffff_ffffn).toBe(BigInt(base));
    expect(word0 >> 54n).toBe(0n);
    expect([limit, zero]).toEqual([2 ** 30, 0]);
  });

  it("is decoded to what was encoded", () => {
    const random = new Random(1);
    for (let n = 0; n < 200; n++) {
      const base = (random.next() % 4096) * 2 ** 32 + random.next();
      const descriptor = { flags: random.below(64), base, limit: random.below(SEGMENT_SIZE + 1) };
      const words = Uint32Array.from([0, 0, ...encodeDescriptor(descriptor)]);
      expect(decodeDescriptor(words, 2)).toEqual(descriptor);
      expect(decodeDescriptor(Int32Array.from(words), 2)).toEqual(descriptor);
    }
  });

  it("takes a base below zero modulo 2^44", () => {
    const words = encodeDescriptor({ flags: V, base: -3, limit: 0 });
    expect(decodeDescriptor(words, 0).base).toBe(FRAME_NUMBERS - 3);
    expect(segmentFrame(FRAME_NUMBERS - 3, 3 * 4096)).toBe(0);
    expect(segmentFrame(FRAME_NUMBERS - 3, 2 * 4096 + 4095)).toBe(FRAME_NUMBERS - 1);
  });

  it("is malformed with any bit that must be zero, and with W alone", () => {
    for (let bit = 0; bit < 128; bit++) {
      const words = Int32Array.from(encodeDescriptor({ flags: V | R | U, base: 5, limit: 8192 }));
      words[bit >> 5] ^= 1 << (bit & 31);
      const mustBeZero = (bit >= 6 && bit < 10) || (bit >= 54 && bit < 64) || bit > 64 + 30;
      for (const mode of MODES) {
        const isLimit = bit === 64 + 30 || (mode === "segmented-paging" && bit >= 64 && bit < 64 + 12);
        const isWriteOnly = (words[0] & (R | W)) === W;
        expect(isWellFormed(mode, words, 0), `${mode} ${bit}`).toBe(!(mustBeZero || isLimit || isWriteOnly));
      }
    }
    expect(isWellFormed("segments", encodeDescriptor({ flags: V | W | U, base: 0, limit: 0 }), 0)).toBe(false);
    for (const mode of MODES)
      expect(isWellFormed(mode, encodeDescriptor({ flags: V, base: 0, limit: SEGMENT_SIZE }), 0)).toBe(true);
  });

  it("says which offsets are valid, from below or from above", () => {
    expect(offsetsOf(V, 100)).toEqual({ from: 0, to: 100 });
    expect(offsetsOf(V | D, 100)).toEqual({ from: 100, to: SEGMENT_SIZE });
  });
});

describe("A segmented address", () => {
  it("has the segment's number above 30 bits of offset", () => {
    expect([segmentOf(0x3f_ffff_ffff), segmentOffset(0x3f_ffff_ffff)]).toEqual([255, 2 ** 30 - 1]);
    expect([segmentOf(0x4000_1234), segmentOffset(0x4000_1234)]).toEqual([1, 0x1234]);
    expect([segmentOf(0x3fff_ffff), segmentOffset(0x3fff_ffff)]).toEqual([0, 2 ** 30 - 1]);
  });
});

describe("satp.MODE", () => {
  it("names a scheme by each of its values", () => {
    const names = Array.from({ length: 16 }, (_, number) => satpMode(number));
    expect(names.filter((name) => name !== "bare")).toEqual(["sv39", "sv48", "segments", "segmented-paging"]);
    expect([8, 9, 14, 15].map(satpMode)).toEqual(["sv39", "sv48", "segments", "segmented-paging"]);
    expect(names.map(schemeOf).filter((scheme) => scheme === "paging")).toHaveLength(2);
  });
});
