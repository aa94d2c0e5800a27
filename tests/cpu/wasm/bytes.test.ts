/** Numbers in WebAssembly's formats, against encoders that only know the definition. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteBuffer, u32Length } from "../../../cpu/wasm/bytes.ts";

function written(write: (out: ByteBuffer) => void, capacity = 1): number[] {
  const out = new ByteBuffer(capacity);
  write(out);
  return [...out.bytes.subarray(0, out.at)];
}

/** The shortest LEB128, by the definition in core 5.2.2. */
function unsigned(value: bigint): number[] {
  const byte = Number(value & 0x7fn);
  return value < 0x80n ? [byte] : [byte | 0x80, ...unsigned(value >> 7n)];
}
function signed(value: bigint): number[] {
  const byte = Number(value & 0x7fn);
  return value >= -0x40n && value < 0x40n ? [byte] : [byte | 0x80, ...signed(value >> 7n)];
}

/** Where LEB128 takes another byte, and the ends of the types. */
const EDGES = Array.from({ length: 65 }, (_, bit) =>
  [-1n, 0n, 1n].flatMap((d) => [(1n << BigInt(bit)) + d, -(1n << BigInt(bit)) + d]),
).flat();
const edges = (from: bigint, to: bigint): bigint[] => EDGES.filter((value) => value >= from && value < to);
const PARAMETERS = { seed: 5, numRuns: 2000 };

describe("LEB128", () => {
  it("writes every u32", () => {
    const check = (value: bigint) => {
      const bytes = written((out) => out.u32(Number(value)));
      expect(bytes).toEqual(unsigned(value));
      expect(u32Length(Number(value))).toBe(bytes.length);
    };
    edges(0n, 1n << 32n).forEach(check);
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }), check), PARAMETERS);
  });

  it("writes every s32, whichever sign the number has that stands for it", () => {
    const check = (value: bigint) => {
      expect(written((out) => out.s32(Number(value)))).toEqual(signed(BigInt.asIntN(32, value)));
    };
    edges(-(1n << 31n), 1n << 32n).forEach(check);
    fc.assert(fc.property(fc.bigInt({ min: -(1n << 31n), max: (1n << 32n) - 1n }), check), PARAMETERS);
  });

  it("writes every s64 from a bigint, from halves and, where it is one, from a safe integer", () => {
    const check = (value: bigint) => {
      const expected = signed(BigInt.asIntN(64, value));
      expect(written((out) => out.s64(value))).toEqual(expected);
      const [low, high] = [BigInt.asUintN(32, value), BigInt.asUintN(32, value >> 32n)];
      expect(written((out) => out.s64Halves(Number(low), Number(high)))).toEqual(expected);
      expect(written((out) => out.s64Halves(Number(low) | 0, Number(high) | 0))).toEqual(expected);
      if (Number.isSafeInteger(Number(value))) expect(written((out) => out.s64(Number(value)))).toEqual(expected);
    };
    edges(-(1n << 63n), 1n << 64n).forEach(check);
    fc.assert(fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 64n) - 1n }), check), PARAMETERS);
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => check(BigInt(value))),
      PARAMETERS,
    );
  });

  it("has no code for what is out of range or no integer", () => {
    for (const value of [-1, 2 ** 32, 0.5, Number.NaN]) expect(() => written((out) => out.u32(value))).toThrow("u32");
    for (const value of [-(2 ** 31) - 1, 2 ** 32, 0.5, Number.NaN]) {
      expect(() => written((out) => out.s32(value))).toThrow("s32");
    }
    for (const value of [-(1n << 63n) - 1n, 1n << 64n, 2 ** 53, 0.5, Number.NaN]) {
      expect(() => written((out) => out.s64(value))).toThrow("s64");
    }
  });
});

describe("other formats", () => {
  it("writes floats, the sign of zero and infinities", () => {
    const check = (value: number) => {
      expect(written((out) => out.f64(value))).toEqual([...new Uint8Array(new Float64Array([value]).buffer)]);
      expect(written((out) => out.f32(value))).toEqual([...new Uint8Array(new Float32Array([value]).buffer)]);
    };
    [0, -0, 1, -1.5, Infinity, -Infinity, Number.NaN, 5e-324].forEach(check);
    fc.assert(fc.property(fc.double(), check), PARAMETERS);
  });

  it("writes names in UTF-8 behind their length", () => {
    expect(written((out) => out.name("a\u00e9\u{1f600}"))).toEqual([7, 0x61, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80]);
  });

  it("grows from any capacity and keeps what was written; clearing forgets it", () => {
    for (const capacity of [1, 2, 3, 100]) {
      const write = (out: ByteBuffer) => {
        for (let i = 0; i < 300; i++) out.u8(i);
        out.copy(new Uint8Array(1000).fill(7));
        out.vector(new Uint8Array([1, 2]));
      };
      const expected = [...Array.from({ length: 300 }, (_, i) => i & 0xff), ...Array(1000).fill(7), 2, 1, 2];
      expect(written(write, capacity)).toEqual(expected);
      expect(written((out) => [write(out), out.clear(), out.u8(9)], capacity)).toEqual([9]);
    }
  });
});
