/**
 * 9P2000.L, the part that is spoken here: one table of messages, and an encoder and a decoder that read it. The kernel and
 * the host's side both use this file.
 *
 *   size[4] type[1] tag[2] and then the fields of the message, little-endian
 *
 * (1) What decode accepts, encode turns into the same bytes.
 * (2) decode never throws and never reads outside its bytes: what is no message is null.
 * (3) Integers of 8 bytes above 2^53 - 1 are refused: no file has such a size, place or number here.
 *
 * Source: "9P2000.L" in the protocol.md of diod, the messages without an L in section 5 of the Plan 9 manual. A leaf.
 */

/** What names a file to the server: the kind of file, a number that changes with its content, and its inode number. */
export interface Qid {
  readonly type: number;
  readonly version: number;
  readonly path: number;
}

/** Strings hold one character (0 to 255) a byte: names are bytes. */
interface FieldTypes {
  readonly u8: number;
  readonly u16: number;
  readonly u32: number;
  readonly u64: number;
  /** Seconds since 1970, which may be before. */
  readonly s64: number;
  /** length[2], bytes. */
  readonly string: string;
  /** count[2], strings. */
  readonly strings: readonly string[];
  readonly qid: Qid;
  /** count[2], qids. */
  readonly qids: readonly Qid[];
  /** length[4], bytes. */
  readonly data: Uint8Array;
}

type FieldType = keyof FieldTypes;
type Fields = Readonly<Record<string, FieldType>>;

const ATTRIBUTE_TIMES = { atimeSec: "s64", atimeNsec: "u64", mtimeSec: "s64", mtimeNsec: "u64" } as const;

/** Type number and fields of each message, in the order in which they are sent. */
// biome-ignore format: a table is read in columns
export const MESSAGES = {
  Rlerror:   { type: 7,   fields: { ecode: "u32" } },
  Tstatfs:   { type: 8,   fields: { fid: "u32" } },
  Rstatfs:   { type: 9,   fields: { type: "u32", bsize: "u32", blocks: "u64", bfree: "u64", bavail: "u64", files: "u64", ffree: "u64", fsid: "u64", namelen: "u32" } },
  Tlopen:    { type: 12,  fields: { fid: "u32", flags: "u32" } },
  Rlopen:    { type: 13,  fields: { qid: "qid", iounit: "u32" } },
  /** `fid` is the directory before, and the opened new file afterwards. */
  Tlcreate:  { type: 14,  fields: { fid: "u32", name: "string", flags: "u32", mode: "u32", gid: "u32" } },
  Rlcreate:  { type: 15,  fields: { qid: "qid", iounit: "u32" } },
  Tsymlink:  { type: 16,  fields: { dfid: "u32", name: "string", target: "string", gid: "u32" } },
  Rsymlink:  { type: 17,  fields: { qid: "qid" } },
  Treadlink: { type: 22,  fields: { fid: "u32" } },
  Rreadlink: { type: 23,  fields: { target: "string" } },
  Tgetattr:  { type: 24,  fields: { fid: "u32", mask: "u64" } },
  Rgetattr:  { type: 25,  fields: { valid: "u64", qid: "qid", mode: "u32", uid: "u32", gid: "u32", nlink: "u64", rdev: "u64", size: "u64", blksize: "u64", blocks: "u64",
                                    ...ATTRIBUTE_TIMES, ctimeSec: "s64", ctimeNsec: "u64", btimeSec: "s64", btimeNsec: "u64", gen: "u64", dataVersion: "u64" } },
  Tsetattr:  { type: 26,  fields: { fid: "u32", valid: "u32", mode: "u32", uid: "u32", gid: "u32", size: "u64", ...ATTRIBUTE_TIMES } },
  Rsetattr:  { type: 27,  fields: {} },
  /** `data`: entries, each as ENTRY_FIELDS says. */
  Treaddir:  { type: 40,  fields: { fid: "u32", offset: "u64", count: "u32" } },
  Rreaddir:  { type: 41,  fields: { data: "data" } },
  Tfsync:    { type: 50,  fields: { fid: "u32", dataOnly: "u32" } },
  Rfsync:    { type: 51,  fields: {} },
  Tlink:     { type: 70,  fields: { dfid: "u32", fid: "u32", name: "string" } },
  Rlink:     { type: 71,  fields: {} },
  Tmkdir:    { type: 72,  fields: { dfid: "u32", name: "string", mode: "u32", gid: "u32" } },
  Rmkdir:    { type: 73,  fields: { qid: "qid" } },
  Trenameat: { type: 74,  fields: { oldDfid: "u32", oldName: "string", newDfid: "u32", newName: "string" } },
  Rrenameat: { type: 75,  fields: {} },
  Tunlinkat: { type: 76,  fields: { dfid: "u32", name: "string", flags: "u32" } },
  Runlinkat: { type: 77,  fields: {} },
  Tversion:  { type: 100, fields: { msize: "u32", version: "string" } },
  Rversion:  { type: 101, fields: { msize: "u32", version: "string" } },
  Tattach:   { type: 104, fields: { fid: "u32", afid: "u32", uname: "string", aname: "string", nUname: "u32" } },
  Rattach:   { type: 105, fields: { qid: "qid" } },
  /** Without names `newFid` becomes the same file. */
  Twalk:     { type: 110, fields: { fid: "u32", newFid: "u32", names: "strings" } },
  Rwalk:     { type: 111, fields: { qids: "qids" } },
  Tread:     { type: 116, fields: { fid: "u32", offset: "u64", count: "u32" } },
  Rread:     { type: 117, fields: { data: "data" } },
  Twrite:    { type: 118, fields: { fid: "u32", offset: "u64", data: "data" } },
  Rwrite:    { type: 119, fields: { count: "u32" } },
  Tclunk:    { type: 120, fields: { fid: "u32" } },
  Rclunk:    { type: 121, fields: {} },
} as const satisfies Record<string, { readonly type: number; readonly fields: Fields }>;

export type MessageName = keyof typeof MESSAGES;
export type RequestName = Extract<MessageName, `T${string}`>;
/** The reply that a request has when it succeeds. */
export type ReplyName<N extends RequestName> = N extends `T${infer Rest}` ? Extract<`R${Rest}`, MessageName> : never;
/** The fields of a message as values. */
export type Body<N extends MessageName> = {
  readonly [F in keyof (typeof MESSAGES)[N]["fields"]]: (typeof MESSAGES)[N]["fields"][F] extends FieldType
    ? FieldTypes[(typeof MESSAGES)[N]["fields"][F]]
    : never;
};
export type Message = {
  readonly [N in MessageName]: { readonly name: N; readonly tag: number; readonly body: Body<N> };
}[MessageName];

export const VERSION = "9P2000.L";
/** Tag of Tversion. */
export const NO_TAG = 0xffff;
/** Tattach: no authentication, and a user by name only. */
export const NO_FID = 0xffff_ffff;
export const NO_UNAME = 0xffff_ffff;
/** Most names of one Twalk. */
export const MAX_WALK = 16;

/** Qid.type. */
export const QID_TYPE = { directory: 0x80, symlink: 0x02, file: 0x00 } as const;

/** Tgetattr.mask, Rgetattr.valid: all that stat(2) has. */
export const GETATTR_BASIC = 0x7ff;

/** Tsetattr.valid. A time without its Set bit becomes the server's present time. */
export const SETATTR = {
  mode: 0x001,
  uid: 0x002,
  gid: 0x004,
  size: 0x008,
  atime: 0x010,
  mtime: 0x020,
  atimeSet: 0x080,
  mtimeSet: 0x100,
} as const;

/** Flags of Tlopen and Tlcreate: Linux's open(2) on most processors. Others may be given and mean nothing here. */
export const LOPEN = { readOnly: 0, writeOnly: 1, readWrite: 2, accessMode: 3, truncate: 0o1000 } as const;

/** Flag of Tunlinkat. */
export const UNLINK_DIRECTORY = 0x200;

/** Bytes before the fields, and before the data of Rread and of Twrite. An Rlerror is as long as the header of Rread. */
export const HEADER_BYTES = 7;
export const READ_HEADER_BYTES = 11;
export const WRITE_HEADER_BYTES = 23;

const BY_TYPE = new Map<number, MessageName>(
  (Object.keys(MESSAGES) as MessageName[]).map((name) => [MESSAGES[name].type, name]),
);
const WORD = 2 ** 32;

/** Bytes being written; grows. */
class Writer {
  bytes = new Uint8Array(64);
  length = 0;

  /** Room for so many more; @returns where they begin */
  private room(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, 2 * this.bytes.length));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    return at;
  }

  integer(value: number, bytes: number): void {
    const at = this.room(bytes);
    let rest = value;
    for (let i = 0; i < bytes; i++) {
      this.bytes[at + i] = ((rest % 256) + 256) % 256;
      rest = Math.floor(rest / 256);
    }
  }

  raw(data: Uint8Array): void {
    const at = this.room(data.length);
    this.bytes.set(data, at);
  }

  string(text: string): void {
    this.integer(text.length, 2);
    const at = this.room(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[at + i] = text.charCodeAt(i);
  }
}

/** Reads until `bad`: then what it returns means nothing. */
class Reader {
  bad = false;

  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
    /** Bytes that belong to the message and are elsewhere, after these. */
    private readonly following: number,
  ) {}

  get atEnd(): boolean {
    return this.at === this.bytes.length;
  }

  /** @returns where the next `count` bytes begin */
  private take(count: number): number {
    const from = this.at;
    if (from + count > this.bytes.length) {
      this.bad = true;
      return 0;
    }
    this.at += count;
    return from;
  }

  integer(bytes: number): number {
    const from = this.take(bytes);
    let value = 0;
    for (let i = bytes - 1; i >= 0 && !this.bad; i--) value = value * 256 + this.bytes[from + i];
    if (value > Number.MAX_SAFE_INTEGER) this.bad = true;
    return value;
  }

  /** Of 8 bytes, in two's complement. */
  signed(): number {
    const low = this.integer(4);
    const high = this.integer(4);
    const value = (high | 0) * WORD + low;
    if (!Number.isSafeInteger(value)) this.bad = true;
    return value;
  }

  string(): string {
    const length = this.integer(2);
    const from = this.take(length);
    return this.bad ? "" : String.fromCharCode(...this.bytes.subarray(from, from + length));
  }

  data(): Uint8Array {
    const length = this.integer(4) - this.following;
    if (length < 0) this.bad = true;
    const from = this.bad ? 0 : this.take(length);
    return this.bad ? new Uint8Array(0) : this.bytes.slice(from, from + length);
  }
}

interface Codec<T> {
  write(to: Writer, value: T): void;
  read(from: Reader): T;
}

const integer = (bytes: number): Codec<number> => ({
  write: (to, value) => to.integer(value, bytes),
  read: (from) => from.integer(bytes),
});

function list<T>(of: Codec<T>): Codec<readonly T[]> {
  return {
    write(to, values) {
      to.integer(values.length, 2);
      for (const value of values) of.write(to, value);
    },
    read(from) {
      const values: T[] = [];
      for (let left = from.integer(2); left > 0 && !from.bad; left--) values.push(of.read(from));
      return values;
    },
  };
}

const STRING: Codec<string> = { write: (to, text) => to.string(text), read: (from) => from.string() };
const QID: Codec<Qid> = {
  write(to, { type, version, path }) {
    to.integer(type, 1);
    to.integer(version, 4);
    to.integer(path, 8);
  },
  read: (from) => ({ type: from.integer(1), version: from.integer(4), path: from.integer(8) }),
};

const CODECS: { readonly [T in FieldType]: Codec<FieldTypes[T]> } = {
  u8: integer(1),
  u16: integer(2),
  u32: integer(4),
  u64: integer(8),
  s64: { write: (to, value) => to.integer(value, 8), read: (from) => from.signed() },
  string: STRING,
  strings: list(STRING),
  qid: QID,
  qids: list(QID),
  data: {
    write(to, data) {
      to.integer(data.length, 4);
      to.raw(data);
    },
    read: (from) => from.data(),
  },
};

function writeFields(to: Writer, fields: Fields, body: Readonly<Record<string, unknown>>): void {
  for (const [field, type] of Object.entries(fields)) (CODECS[type] as Codec<unknown>).write(to, body[field]);
}

function readFields(from: Reader, fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([field, type]) => [field, CODECS[type].read(from)]));
}

/** The bytes of a message. Integers must fit their fields. */
export function encode<N extends MessageName>(name: N, tag: number, body: Body<N>): Uint8Array {
  const { type, fields } = MESSAGES[name];
  const to = new Writer();
  to.integer(0, 4);
  to.integer(type, 1);
  to.integer(tag, 2);
  writeFields(to, fields, body);
  const bytes = to.bytes.subarray(0, to.length);
  new DataView(bytes.buffer).setUint32(0, bytes.length, true);
  return bytes;
}

/** The bytes of a Twrite but for its data, `count` bytes, which lie elsewhere. */
export function encodeWriteHeader(tag: number, fid: number, offset: number, count: number): Uint8Array {
  const bytes = encode("Twrite", tag, { fid, offset, data: new Uint8Array(0) });
  const view = new DataView(bytes.buffer);
  view.setUint32(0, WRITE_HEADER_BYTES + count, true);
  view.setUint32(WRITE_HEADER_BYTES - 4, count, true);
  return bytes;
}

/**
 * The message that the bytes are, all of them; null: they are none.
 * @param following so many bytes of its data lie elsewhere, after these: an Rread whose data went to a page
 */
export function decode(bytes: Uint8Array, following = 0): Message | null {
  const from = new Reader(bytes, 0, following);
  const size = from.integer(4);
  const name = BY_TYPE.get(from.integer(1));
  const tag = from.integer(2);
  if (from.bad || name === undefined || size !== bytes.length + following) return null;
  const body = readFields(from, MESSAGES[name].fields);
  return from.bad || !from.atEnd ? null : ({ name, tag, body } as unknown as Message);
}

/** The tag of what may be a message, so that even one that is not understood gets an answer. */
export function tagOf(bytes: Uint8Array): number {
  return bytes.length < HEADER_BYTES ? NO_TAG : bytes[5] + bytes[6] * 256;
}

/** One entry of a directory in Rreaddir. */
export interface Entry {
  readonly qid: Qid;
  /** Where to go on after it. */
  readonly offset: number;
  /** DT_ number: type bits of the mode, shifted by 12. */
  readonly type: number;
  readonly name: string;
}

const ENTRY_FIELDS = { qid: "qid", offset: "u64", type: "u8", name: "string" } as const satisfies Fields;
/** Bytes of an entry beside those of its name. */
export const ENTRY_BYTES = 24;

export function encodeEntries(entries: readonly Entry[]): Uint8Array {
  const to = new Writer();
  for (const entry of entries) writeFields(to, ENTRY_FIELDS, { ...entry });
  return to.bytes.subarray(0, to.length);
}

/** null: they are no entries. */
export function decodeEntries(bytes: Uint8Array): Entry[] | null {
  const from = new Reader(bytes, 0, 0);
  const entries: Entry[] = [];
  while (!from.atEnd && !from.bad) entries.push(readFields(from, ENTRY_FIELDS) as unknown as Entry);
  return from.bad ? null : entries;
}
