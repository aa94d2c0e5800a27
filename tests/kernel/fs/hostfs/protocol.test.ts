import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  type Body,
  decode,
  decodeEntries,
  ENTRY_BYTES,
  encode,
  encodeEntries,
  encodeWriteHeader,
  MESSAGES,
  type MessageName,
  READ_HEADER_BYTES,
  tagOf,
  WRITE_HEADER_BYTES,
} from "../../../../kernel/fs/hostfs/protocol.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const QID = { type: 0x80, version: 0x01020304, path: 0x1122334455 };
const QID_HEX = "80 04030201 5544332211000000";
const RUN = { seed: 9, numRuns: 300 };

/** Messages written out by hand from the specification: size[4] type[1] tag[2] and the fields. */
const WRITTEN: readonly { [N in MessageName]: readonly [N, number, Body<N>, string] }[MessageName][] = [
  ["Tversion", 0xffff, { msize: 8192, version: "9P2000.L" }, "15000000 64 ffff 00200000 0800 395032303030 2e4c"],
  ["Rlerror", 5, { ecode: 2 }, "0b000000 07 0500 02000000"],
  [
    "Tattach",
    1,
    { fid: 7, afid: 0xffffffff, uname: "root", aname: "", nUname: 0xffffffff },
    "1b000000 68 0100 07000000 ffffffff 0400 726f6f74 0000 ffffffff",
  ],
  ["Rattach", 1, { qid: QID }, `14000000 69 0100 ${QID_HEX}`],
  [
    "Twalk",
    2,
    { fid: 1, newFid: 2, names: ["usr", "\xe9"] },
    "19000000 6e 0200 01000000 02000000 0200 0300 757372 0100 e9",
  ],
  ["Rwalk", 2, { qids: [QID] }, `16000000 6f 0200 0100 ${QID_HEX}`],
  ["Tlopen", 3, { fid: 2, flags: 2 }, "0f000000 0c 0300 02000000 02000000"],
  ["Rlopen", 3, { qid: QID, iounit: 0 }, `18000000 0d 0300 ${QID_HEX} 00000000`],
  [
    "Tlcreate",
    4,
    { fid: 2, name: "a", flags: 2, mode: 0o644, gid: 5 },
    "1a000000 0e 0400 02000000 0100 61 02000000 a4010000 05000000",
  ],
  ["Tread", 5, { fid: 2, offset: 2 ** 40, count: 4096 }, "17000000 74 0500 02000000 0000000000010000 00100000"],
  ["Rread", 5, { data: Uint8Array.of(1, 2) }, "0d000000 75 0500 02000000 0102"],
  [
    "Twrite",
    5,
    { fid: 2, offset: 3, data: Uint8Array.of(9) },
    "18000000 76 0500 02000000 0300000000000000 01000000 09",
  ],
  ["Rwrite", 5, { count: 1 }, "0b000000 77 0500 01000000"],
  ["Tgetattr", 6, { fid: 2, mask: 0x7ff }, "13000000 18 0600 02000000 ff07000000000000"],
  [
    "Tsetattr",
    7,
    {
      ...{ fid: 2, valid: 0x1ff, mode: 0o600, uid: 1, gid: 2, size: 3 },
      ...{ atimeSec: -1, atimeNsec: 4, mtimeSec: 5, mtimeNsec: 6 },
    },
    "43000000 1a 0700 02000000 ff010000 80010000 01000000 02000000 0300000000000000" +
      "ffffffffffffffff 0400000000000000 0500000000000000 0600000000000000",
  ],
  ["Treaddir", 8, { fid: 2, offset: 3, count: 100 }, "17000000 28 0800 02000000 0300000000000000 64000000"],
  ["Tfsync", 8, { fid: 2, dataOnly: 1 }, "0f000000 32 0800 02000000 01000000"],
  ["Tsymlink", 8, { dfid: 1, name: "l", target: "to", gid: 0 }, "16000000 10 0800 01000000 0100 6c 0200 746f 00000000"],
  ["Tlink", 8, { dfid: 1, fid: 2, name: "h" }, "12000000 46 0800 01000000 02000000 0100 68"],
  ["Tmkdir", 8, { dfid: 1, name: "d", mode: 0o755, gid: 0 }, "16000000 48 0800 01000000 0100 64 ed010000 00000000"],
  [
    "Trenameat",
    8,
    { oldDfid: 1, oldName: "a", newDfid: 2, newName: "b" },
    "15000000 4a 0800 01000000 0100 61 02000000 0100 62",
  ],
  ["Tunlinkat", 8, { dfid: 1, name: "d", flags: 0x200 }, "12000000 4c 0800 01000000 0100 64 00020000"],
  ["Tclunk", 8, { fid: 2 }, "0b000000 78 0800 02000000"],
  [
    "Rstatfs",
    8,
    { type: 0xef53, bsize: 4096, blocks: 1, bfree: 2, bavail: 3, files: 4, ffree: 5, fsid: 6, namelen: 255 },
    "43000000 09 0800 53ef0000 00100000 0100000000000000 0200000000000000 0300000000000000" +
      "0400000000000000 0500000000000000 0600000000000000 ff000000",
  ],
];

describe("messages of 9P2000.L", () => {
  it.each(WRITTEN)("%s is written as the specification says, and read", (name, tag, body, written) => {
    const bytes = encode(name, tag, body as never);
    expect(hex(bytes)).toBe(written.replaceAll(" ", ""));
    expect(decode(bytes)).toEqual({ name, tag, body });
    expect(tagOf(bytes)).toBe(tag);
  });

  it("has the fields of Rgetattr at the specification's places", () => {
    const zeroes = Object.fromEntries(Object.keys(MESSAGES.Rgetattr.fields).map((field) => [field, 0]));
    const body = { ...zeroes, qid: QID, mode: 0o100644, size: 0x55, mtimeSec: 0x66, ctimeNsec: 0x77 };
    const bytes = encode("Rgetattr", 1, body as unknown as Body<"Rgetattr">);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    // 7 header, 8 valid, 13 qid, 4 mode, 4 uid, 4 gid, 8 nlink, 8 rdev; then size, blksize, blocks, times.
    expect([bytes.length, view.getUint32(28, true), view.getUint32(56, true)]).toEqual([160, 0o100644, 0x55]);
    expect([view.getUint32(96, true), view.getUint32(120, true)]).toEqual([0x66, 0x77]);
  });
});

const ARBITRARY = {
  u8: fc.nat(0xff),
  u16: fc.nat(0xffff),
  u32: fc.nat(0xffffffff),
  u64: fc.maxSafeNat(),
  s64: fc.maxSafeInteger(),
  string: fc.array(fc.nat(255)).map((codes) => String.fromCharCode(...codes)),
  qid: fc.record({ type: fc.nat(255), version: fc.nat(0xffffffff), path: fc.maxSafeNat() }),
  data: fc.uint8Array({ maxLength: 300 }),
} as const;
const TYPES = { ...ARBITRARY, strings: fc.array(ARBITRARY.string), qids: fc.array(ARBITRARY.qid) };

/** Any message with any fields. */
const anyMessage = fc.constantFrom(...(Object.keys(MESSAGES) as MessageName[])).chain((name) => {
  const fields: Record<string, keyof typeof TYPES> = MESSAGES[name].fields;
  const values = Object.fromEntries(Object.entries(fields).map(([field, type]) => [field, TYPES[type]]));
  return fc.record({
    name: fc.constant(name),
    tag: fc.nat(0xffff),
    body: fc.record(values as Record<string, fc.Arbitrary<unknown>>),
  });
});

test("every message comes back as it was", () => {
  fc.assert(
    fc.property(anyMessage, ({ name, tag, body }) => {
      expect(decode(encode(name, tag, body as never))).toEqual({ name, tag, body: { ...body } });
    }),
    RUN,
  );
});

test("what is read from damaged messages is written to the same bytes, or is no message", () => {
  let understood = 0;
  fc.assert(
    fc.property(
      anyMessage,
      fc.array(fc.tuple(fc.nat(40), fc.nat(255))),
      fc.nat(12),
      ({ name, tag, body }, changes, cut) => {
        const whole = encode(name, tag, body as never);
        const bytes = whole.slice(0, Math.max(0, whole.length - (cut > 8 ? cut - 8 : 0)));
        for (const [at, value] of changes) if (at >= 4 && at < bytes.length) bytes[at] = value;
        new DataView(bytes.buffer).byteLength >= 4 && new DataView(bytes.buffer).setUint32(0, bytes.length, true);
        const message = decode(bytes);
        if (message === null) return;
        understood++;
        expect(hex(encode(message.name, message.tag, message.body as never))).toBe(hex(bytes));
      },
    ),
    { ...RUN, numRuns: 2000 },
  );
  expect(understood).toBeGreaterThan(100);
});

test("no bytes make decode fail", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(100), (bytes, following) => {
      decode(bytes, following);
      decodeEntries(bytes);
      tagOf(bytes);
    }),
    { ...RUN, numRuns: 5000 },
  );
});

test("integers that are not exact are refused", () => {
  const bytes = encode("Tread", 1, { fid: 1, offset: Number.MAX_SAFE_INTEGER, count: 1 });
  expect(decode(bytes)).not.toBeNull();
  bytes[17] = 0x20;
  expect(decode(bytes)).toBeNull();
});

test("the data of a page may lie elsewhere", () => {
  const data = Uint8Array.from({ length: 4096 }, (_, i) => i);
  const write = encode("Twrite", 3, { fid: 1, offset: 8192, data });
  expect(hex(encodeWriteHeader(3, 1, 8192, data.length))).toBe(hex(write.subarray(0, WRITE_HEADER_BYTES)));
  const read = encode("Rread", 3, { data }).subarray(0, READ_HEADER_BYTES);
  expect(decode(read, 4096)).toEqual({ name: "Rread", tag: 3, body: { data: new Uint8Array(0) } });
  expect([decode(read), decode(read, 4095), decode(read, 4097)]).toEqual([null, null, null]);
});

test("entries of directories", () => {
  const entries = [
    { qid: QID, offset: 1, type: 4, name: "a" },
    { qid: { ...QID, type: 0 }, offset: 2, type: 8, name: "b\xff" },
  ];
  const bytes = encodeEntries(entries);
  expect(bytes.length).toBe(2 * ENTRY_BYTES + 3);
  expect(hex(bytes.subarray(0, ENTRY_BYTES + 1))).toBe(`${QID_HEX} 0100000000000000 04 0100 61`.replaceAll(" ", ""));
  expect(decodeEntries(bytes)).toEqual(entries);
  expect(decodeEntries(bytes.subarray(1))).toBeNull();
});
