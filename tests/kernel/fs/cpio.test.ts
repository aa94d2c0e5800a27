import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CpioError, type CpioFile, packCpio, readCpio } from "../../../kernel/fs/cpio.ts";
import { bytes, directory, file, text } from "./computers.ts";

const reader = (archive: Uint8Array) => (position: number, length: number) => {
  if (position < 0 || length < 0 || position > archive.length)
    throw new Error(`read of ${length} bytes at ${position} of ${archive.length}`);
  return archive.subarray(position, position + length);
};
const read = (archive: Uint8Array) => readCpio(reader(archive), archive.length);
const dataOf = (archive: Uint8Array, { position, size }: CpioFile) => text(archive.subarray(position, position + size));

const names = fc.string({ unit: fc.constantFrom(..."abc.-é/"), minLength: 1, maxLength: 12 });
const entries = fc.array(
  fc.record({
    path: names.filter((name) => name !== "TRAILER!!!"),
    mode: fc.constantFrom(0o100644, 0o100755, 0o040755, 0o120777),
    data: fc.uint8Array({ maxLength: 2000 }),
    mtime: fc.nat(2 ** 32 - 1),
    uid: fc.nat(65535),
    gid: fc.nat(65535),
  }),
  { maxLength: 8 },
);

describe("cpio archives", () => {
  it("give back what was packed", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const archive = packCpio(list);
        const found = read(archive).map((one) => ({
          path: Buffer.from(one.name, "latin1").toString("utf8"),
          mode: one.mode,
          data: Uint8Array.from(bytes(dataOf(archive, one))),
          mtime: one.mtime,
          uid: one.uid,
          gid: one.gid,
        }));
        expect(found).toEqual(list.map((entry) => ({ ...entry, data: Uint8Array.from(entry.data) })));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("are the same bytes for the same entries, whole sectors, with data at sectors", () => {
    const list = [directory("d"), file("d/a", "x".repeat(1000)), file("b", ""), file("c", "y")];
    const archive = packCpio(list);
    expect(packCpio(list)).toEqual(archive);
    expect(archive.length % 512).toBe(0);
    for (const one of read(archive)) if (one.size > 0) expect(one.position % 512).toBe(0);
  });

  it("can follow each other, with zeroes between", () => {
    const joined = [packCpio([file("a", "1")]), new Uint8Array(1024), packCpio([file("b", "2")]), new Uint8Array(512)];
    expect(read(Uint8Array.from(Buffer.concat(joined))).map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("are nothing when there are only zeroes", () => expect(read(new Uint8Array(4096))).toEqual([]));

  const broken = (change: (archive: Uint8Array) => Uint8Array) => {
    const archive = packCpio([file("name", "data"), file("other", "data")]);
    return () => read(change(archive));
  };
  const overwrite = (at: number, what: string) => (archive: Uint8Array) => {
    archive.set(bytes(what), at);
    return archive;
  };
  it("name the byte at which they are wrong", () => {
    expect(broken(overwrite(0, "070707"))).toThrow(
      "cpio archive: no newc header (070701 and hexadecimal digits) at byte 0",
    );
    expect(broken(overwrite(54, "0000000z"))).toThrow("no newc header");
    expect(broken(overwrite(54, "FFFFFFFF"))).toThrow(/a file that ends at \d+ of \d+ bytes at byte 0/);
    expect(broken(overwrite(94, "00000000"))).toThrow("a name of 0 bytes at byte 0");
    expect(broken(overwrite(94, "00002000"))).toThrow("a name of 8192 bytes at byte 0");
    expect(broken(overwrite(94, "00000004"))).toThrow("a name without its NUL at byte 0");
    expect(broken((archive) => archive.subarray(0, 600))).toThrow(CpioError);
  });

  it("that are damaged anywhere are read or refused, never read beyond their end", () => {
    const archive = packCpio([directory("d"), file("d/a", "x".repeat(700)), file("l", "target")]);
    const damage = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    const cut = fc.nat(archive.length);
    fc.assert(
      fc.property(damage, cut, fc.boolean(), (changes, end, cuts) => {
        const copy = archive.slice(0, cuts ? end : undefined);
        for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
        try {
          for (const one of read(copy)) expect(one.position + one.size).toBeLessThanOrEqual(copy.length);
        } catch (failure) {
          if (!(failure instanceof CpioError)) throw failure;
        }
      }),
      { seed: 2, numRuns: 3000 },
    );
  });
});
