import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DiskError, type DiskStore, isDiskStore, MemoryStore, SECTOR_SIZE } from "../../../cpu/devices/disk-store.ts";
import { sameBytes } from "../same-bytes.ts";

const pattern = (sectors: number) =>
  Uint8Array.from({ length: sectors * SECTOR_SIZE }, (_, i) => (i / SECTOR_SIZE) ^ (i & 0xff));

function bytesOf(store: DiskStore, position = 0, length = store.size): Uint8Array {
  const bytes = new Uint8Array(length).fill(0xee);
  store.read(position, bytes);
  return bytes;
}

describe("A store in memory", () => {
  test("is told from an image", () => {
    expect([isDiskStore(new MemoryStore(pattern(1))), isDiskStore(pattern(1))]).toEqual([true, false]);
    expect(isDiskStore({ size: 512, start: new Uint8Array(0) })).toBe(false);
  });

  test("holds what was written last, whatever the pieces, as an array does; the image stays as it was", () => {
    const sectors = 41;
    const piece = fc.tuple(fc.nat(sectors - 1), fc.integer({ min: 1, max: 20 }), fc.nat(255));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const image = pattern(sectors);
        const store = new MemoryStore({ size: 50 * SECTOR_SIZE, start: image });
        const model = new Uint8Array(50 * SECTOR_SIZE);
        model.set(image);
        for (const [sector, count, byte] of pieces) {
          const bytes = new Uint8Array(Math.min(count, 50 - sector) * SECTOR_SIZE).fill(byte);
          store.write(sector * SECTOR_SIZE, bytes);
          model.set(bytes, sector * SECTOR_SIZE);
          bytes.fill(0x55);
          const position = sector * SECTOR_SIZE;
          const length = Math.min(12 * SECTOR_SIZE, store.size - position);
          expect(sameBytes(bytesOf(store, position, length), model.subarray(position, position + length))).toBe(true);
        }
        expect(sameBytes(bytesOf(store), model) && sameBytes(image, pattern(sectors))).toBe(true);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test("goes back to what it saved, more than once, and what it saved is plain data", () => {
    const store = new MemoryStore(pattern(16));
    store.write(3 * SECTOR_SIZE, new Uint8Array(SECTOR_SIZE).fill(1));
    const saved = structuredClone(store.save());
    const then = bytesOf(store);
    for (let again = 0; again < 2; again++) {
      store.write(2 * SECTOR_SIZE, new Uint8Array(4 * SECTOR_SIZE).fill(again + 7));
      expect(bytesOf(store)).not.toEqual(then);
      store.restore(saved);
      expect(bytesOf(store)).toEqual(then);
    }
  });

  test("of which only the beginning is given holds zeroes behind it", () => {
    const store = new MemoryStore({ size: 2 ** 34, start: pattern(3) });
    expect(bytesOf(store, 0, 3 * SECTOR_SIZE)).toEqual(pattern(3));
    expect(
      bytesOf(store, 2 * SECTOR_SIZE, 8 * SECTOR_SIZE)
        .subarray(SECTOR_SIZE)
        .every((byte) => byte === 0),
    ).toBe(true);
    store.write(2 ** 34 - SECTOR_SIZE, new Uint8Array(SECTOR_SIZE).fill(3));
    expect(bytesOf(store, 2 ** 34 - 2 * SECTOR_SIZE, 2 * SECTOR_SIZE)[SECTOR_SIZE]).toBe(3);
  });

  test("is whole sectors", () => {
    expect(() => new MemoryStore(new Uint8Array(100))).toThrow(/whole sectors/);
    expect(() => new MemoryStore({ size: 512, start: new Uint8Array(1024) })).toThrow(/whole sectors/);
  });
});

test("what a store throws is an Error that can be told from others", () => {
  expect(new DiskError("bad sector")).toBeInstanceOf(Error);
});
