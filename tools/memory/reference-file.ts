/**
 * The file of a recorded run's references: --record-references writes it, `quire memory` reads it. Version 3, little-endian:
 *
 *   "QUIREREF"  u32 version  u32 length  u32 CRC-32 of the JSON  JSON: StringOrigin
 *   chunks:     u32 bytes  u32 packed bytes  u32 CRC-32 of the bytes  packed bytes (zlib)
 *   end:        u32 0  u32 number of events  u32 0
 *
 * The bytes of all chunks together are varints (7 bits each, the lowest first, the top bit says that more follow): one
 * for an event, 4 * argument + kind, which some follow with more:
 *
 *   kind 0  read   of a name          kind 2  arrival: argument is 2 * name + dirty
 *   kind 1  write  to a name          kind 3  anything else: the argument is a row of OTHER
 *
 * Names and pages are defined in the order of their numbers before their first use. Each address space has a clock, the processor
 * time of those who run in it; `passed` moves that of the space that was made active last, and a reference is at the time of its
 * name's space.
 */
import { crc32, deflateSync, inflateSync } from "node:zlib";
import type { PageKind } from "../../kernel/vm/reference-observer.ts";
import {
  codeOf,
  EVENT,
  MOST_ARGUMENT,
  type ReferenceString,
  type StringOrigin,
  SWAP_ROOMS,
} from "./reference-string.ts";

const MAGIC = "QUIREREF";
const VERSION = 3;
const PREFIX = 20;
const CHUNK_HEADER = 12;
/** Bytes of a chunk before they are packed, at most. */
const CHUNK = 2 ** 20;
/** What one event may take. */
const WIDEST = 64;

const KIND = { read: 0, write: 1, arrival: 2, other: 3 } as const;

/** Other events, and how many varints follow each. */
const OTHER = {
  /** Kind, by its place in PAGE_KINDS. */
  newPage: [0, 1],
  /** Page, space, page number. */
  newName: [1, 3],
  unnamed: [2, 1],
  gone: [3, 1],
  used: [4, 1],
  held: [5, 1],
  released: [6, 1],
  cooled: [7, 1],
  /** Cycles since the last moment, pid, cycles of its virtual time. */
  moment: [8, 3],
  tick: [9, 0],
  progress: [10, 0],
  disposable: [11, 1],
  /** Space, pid: it runs there from now on. */
  active: [12, 2],
  /** Cycles of the active space's clock. */
  passed: [13, 1],
  taken: [14, 1],
  stayed: [15, 1],
  dirtied: [16, 1],
  cleaned: [17, 1],
  stuck: [18, 1],
  becomesCode: [19, 1],
  becomesData: [20, 1],
  /** Name. */
  cleared: [21, 1],
  /** By its place in SWAP_ROOMS; per cent; pid. */
  room: [22, 1],
  swappiness: [23, 1],
  clockEnds: [24, 1],
} as const;

type OtherName = keyof typeof OTHER;

const PAGE_KINDS: readonly PageKind[] = ["anonymous", "shared", "file", "code"];

/** Events whose argument is the one that follows, and what that may be. */
const SIMPLE = {
  unnamed: "name",
  gone: "page",
  used: "page",
  held: "page",
  released: "page",
  cooled: "page",
  disposable: "page",
  taken: "page",
  stayed: "page",
  dirtied: "page",
  cleaned: "page",
  stuck: "page",
  becomesCode: "page",
  becomesData: "page",
  cleared: "name",
  room: "room",
  swappiness: "number",
  clockEnds: "number",
} as const;

/** By row of OTHER. */
const SIMPLE_ROWS = new Map(
  (Object.keys(SIMPLE) as (keyof typeof SIMPLE)[]).map((name) => [OTHER[name][0] as number, name]),
);

/** Writes such a file, piece by piece. */
export class ReferenceFileWriter {
  private readonly bytes = new Uint8Array(CHUNK);
  private length = 0;
  private events = 0;
  private now = 0;

  /** @param write takes bytes in their order; they may not be kept */
  constructor(
    origin: StringOrigin,
    private readonly write: (bytes: Uint8Array) => void,
  ) {
    const json = Buffer.from(JSON.stringify(origin));
    const prefix = Buffer.alloc(PREFIX);
    prefix.write(MAGIC, "latin1");
    prefix.writeUInt32LE(VERSION, 8);
    prefix.writeUInt32LE(json.length, 12);
    prefix.writeUInt32LE(crc32(json), 16);
    this.write(prefix);
    this.write(json);
  }

  reference(name: number, isWrite: boolean): void {
    this.begin(4 * name + (isWrite ? KIND.write : KIND.read));
  }

  arrival(name: number, dirty: boolean): void {
    this.begin(4 * (2 * name + (dirty ? 1 : 0)) + KIND.arrival);
  }

  other(name: Exclude<OtherName, "newPage" | "moment">, ...rest: number[]): void {
    this.begin(4 * OTHER[name][0] + KIND.other);
    for (const value of rest) this.varint(value);
  }

  newPage(kind: PageKind): void {
    this.begin(4 * OTHER.newPage[0] + KIND.other);
    this.varint(PAGE_KINDS.indexOf(kind));
  }

  moment(now: number, pid: number, virtual: number): void {
    this.begin(4 * OTHER.moment[0] + KIND.other);
    for (const value of [now - this.now, pid, virtual]) this.varint(value);
    this.now = now;
  }

  /** The end of the file. */
  end(): void {
    this.flush();
    const end = Buffer.alloc(CHUNK_HEADER);
    end.writeUInt32LE(this.events % 2 ** 32, 4);
    this.write(end);
  }

  private begin(value: number): void {
    if (this.length > CHUNK - WIDEST) this.flush();
    this.events++;
    this.varint(value);
  }

  private varint(value: number): void {
    let left = value;
    while (left >= 0x80) {
      this.bytes[this.length++] = (left % 0x80) | 0x80;
      left = Math.floor(left / 0x80);
    }
    this.bytes[this.length++] = left;
  }

  private flush(): void {
    if (this.length === 0) return;
    const raw = this.bytes.subarray(0, this.length);
    const packed = deflateSync(raw);
    const header = Buffer.alloc(CHUNK_HEADER);
    header.writeUInt32LE(raw.length, 0);
    header.writeUInt32LE(packed.length, 4);
    header.writeUInt32LE(crc32(raw), 8);
    this.write(header);
    this.write(packed);
    this.length = 0;
  }
}

/** What is wrong with a file; the message without its name. */
export class ReferenceFileError extends Error {}

/** Reads such a file. @param withTimes with `uses`, 12 bytes a reference @throws ReferenceFileError */
export function readReferenceFile(file: Buffer, withTimes = false): ReferenceString {
  const { origin, end } = readPrefix(file);
  const decoder = new Decoder(origin, withTimes);
  let at = end;
  for (let chunk = 1; ; chunk++) {
    if (at + CHUNK_HEADER > file.length)
      throw new ReferenceFileError(`it ends at byte ${file.length}, in the middle of the run (recording was cut off?)`);
    const [raw, packed, crc] = [0, 4, 8].map((field) => file.readUInt32LE(at + field)) as [number, number, number];
    at += CHUNK_HEADER;
    if (raw === 0 && crc !== 0) throw new ReferenceFileError("its end is damaged");
    if (raw === 0) return decoder.end(packed, file.length - at);
    decoder.chunk(unpack(file.subarray(at, at + packed), { chunk, at, raw, packed, crc }));
    at += packed;
  }
}

function readPrefix(file: Buffer): { origin: StringOrigin; end: number } {
  if (file.length < PREFIX || file.toString("latin1", 0, 8) !== MAGIC)
    throw new ReferenceFileError("it is no file of references (quire run --record-references makes them)");
  const version = file.readUInt32LE(8);
  if (version !== VERSION)
    throw new ReferenceFileError(`it is of version ${version}, and this Quire reads ${VERSION}: record the run again`);
  const end = PREFIX + file.readUInt32LE(12);
  if (end > file.length) throw new ReferenceFileError("it ends in its header");
  const json = file.subarray(PREFIX, end);
  try {
    if (crc32(json) === file.readUInt32LE(PREFIX - 4)) return { origin: checkOrigin(JSON.parse(json.toString())), end };
  } catch {
    // Nothing that Quire has written.
  }
  throw new ReferenceFileError("its header is damaged");
}

function checkOrigin(value: unknown): StringOrigin {
  const origin = value as StringOrigin;
  const numbers = [origin.frames, origin.seed, origin.resident];
  const good = numbers.every((n) => Number.isSafeInteger(n) && n >= 0) && origin.frames > 0;
  if (!good || typeof origin.hasSwap !== "boolean" || typeof origin.replacement !== "string") throw new Error();
  return origin;
}

interface ChunkHeader {
  readonly chunk: number;
  readonly at: number;
  readonly raw: number;
  readonly packed: number;
  readonly crc: number;
}

function unpack(bytes: Buffer, { chunk, at, raw, packed, crc }: ChunkHeader): Uint8Array {
  const damaged = `chunk ${chunk}, at byte ${at}, is damaged`;
  if (bytes.length < packed)
    throw new ReferenceFileError(
      `it ends in the middle of the run: chunk ${chunk}, at byte ${at}, has ${bytes.length} of its ${packed} bytes`,
    );
  if (raw > CHUNK) throw new ReferenceFileError(`${damaged}: it says that it has ${raw} bytes`);
  let whole: Uint8Array;
  try {
    whole = inflateSync(bytes, { maxOutputLength: CHUNK });
  } catch {
    throw new ReferenceFileError(`${damaged}: it cannot be unpacked`);
  }
  if (whole.length !== raw || crc32(whole) !== crc) throw new ReferenceFileError(`${damaged}: its checksum is wrong`);
  return whole;
}

/** Grows as needed. */
class Numbers<T extends Int32Array | Float64Array> {
  length = 0;

  constructor(
    private values: T,
    private readonly make: (length: number) => T,
  ) {}

  push(value: number): void {
    if (this.length === this.values.length) {
      const bigger = this.make(2 * this.length);
      bigger.set(this.values);
      this.values = bigger;
    }
    this.values[this.length++] = value;
  }

  at(index: number): number {
    return this.values[index]!;
  }

  done(): T {
    return this.values.subarray(0, this.length) as T;
  }
}

const FIRST_ROOM = 1024;
const integers = () => new Numbers(new Int32Array(FIRST_ROOM), (length) => new Int32Array(length));
const floats = () => new Numbers(new Float64Array(FIRST_ROOM), (length) => new Float64Array(length));

/** The bytes of the chunks to a ReferenceString. */
class Decoder {
  private readonly codes = integers();
  private readonly pageOfName = integers();
  private readonly spaceOfName = integers();
  private readonly placeOfName = floats();
  private readonly kinds: PageKind[] = [];
  private readonly now = floats();
  private readonly pid = integers();
  private readonly virtual = floats();
  private clock = 0;
  private events = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;

  /** By space. */
  private readonly clocks = new Map<number, number>();
  private readonly active = { space: 0, pid: 0 };
  private readonly useTime = floats();
  private readonly usePid = integers();

  constructor(
    private readonly origin: StringOrigin,
    private readonly withTimes: boolean,
  ) {}

  chunk(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.at = 0;
    while (this.at < bytes.length) this.event();
  }

  /** @param events that the file says there are @param behind bytes after the end */
  end(events: number, behind: number): ReferenceString {
    if (this.events % 2 ** 32 !== events)
      throw new ReferenceFileError(`${events} events are announced, and ${this.events} are there`);
    if (behind > 0) throw new ReferenceFileError(`${behind} bytes follow its end`);
    return {
      origin: this.origin,
      codes: this.codes.done(),
      pageOfName: this.pageOfName.done(),
      spaceOfName: this.spaceOfName.done(),
      placeOfName: this.placeOfName.done(),
      kinds: this.kinds,
      uses: this.withTimes ? { time: this.useTime.done(), pid: this.usePid.done() } : null,
      moments: { now: this.now.done(), pid: this.pid.done(), virtual: this.virtual.done() },
    };
  }

  private event(): void {
    const value = this.varint();
    const kind = value % 4;
    const argument = Math.floor(value / 4);
    this.events++;
    if (kind === KIND.read) this.reference(EVENT.read, argument);
    else if (kind === KIND.write) this.reference(EVENT.write, argument);
    else if (kind === KIND.arrival) {
      const event = argument % 2 === 1 ? EVENT.arrivesDirty : EVENT.arrives;
      this.codes.push(codeOf(event, this.name(Math.floor(argument / 2))));
    } else this.other(argument);
  }

  private reference(event: number, name: number): void {
    this.codes.push(codeOf(event, this.name(name)));
    if (!this.withTimes) return;
    this.useTime.push(this.clocks.get(this.spaceOfName.at(name)) ?? 0);
    this.usePid.push(this.active.pid);
  }

  private other(row: number): void {
    if (row === OTHER.newPage[0]) this.newPage();
    else if (row === OTHER.newName[0]) this.newName();
    else if (row === OTHER.moment[0]) this.moment();
    else if (row === OTHER.active[0]) {
      this.active.space = this.varint();
      this.active.pid = this.varint();
    } else if (row === OTHER.passed[0]) {
      const { space } = this.active;
      this.clocks.set(space, (this.clocks.get(space) ?? 0) + this.varint());
    } else if (row === OTHER.tick[0]) this.codes.push(codeOf(EVENT.tick, 0));
    else if (row === OTHER.progress[0]) this.codes.push(codeOf(EVENT.progress, 0));
    else {
      const name = SIMPLE_ROWS.get(row);
      if (name === undefined) throw new ReferenceFileError(`event ${this.events} is of an unknown kind, ${row}`);
      this.codes.push(codeOf(EVENT[name], this.argument(SIMPLE[name], this.varint())));
    }
  }

  private argument(what: (typeof SIMPLE)[keyof typeof SIMPLE], value: number): number {
    if (what === "name") return this.name(value);
    if (what === "page") return this.page(value);
    if (value >= (what === "room" ? SWAP_ROOMS.length : MOST_ARGUMENT))
      throw new ReferenceFileError(`event ${this.events}: ${value} is too large a number`);
    return value;
  }

  private newPage(): void {
    const kind = PAGE_KINDS[this.varint()];
    if (kind === undefined) throw new ReferenceFileError(`event ${this.events}: a page of an unknown kind`);
    if (this.kinds.length > MOST_ARGUMENT) throw new ReferenceFileError("it has more pages than can be replayed");
    this.kinds.push(kind);
  }

  private newName(): void {
    if (this.pageOfName.length > MOST_ARGUMENT) throw new ReferenceFileError("it has more names than can be replayed");
    this.pageOfName.push(this.page(this.varint()));
    this.spaceOfName.push(this.varint());
    this.placeOfName.push(this.varint());
    this.codes.push(codeOf(EVENT.named, this.pageOfName.length - 1));
  }

  private moment(): void {
    if (this.now.length > MOST_ARGUMENT) throw new ReferenceFileError("it is longer than can be replayed");
    this.codes.push(codeOf(EVENT.moment, this.now.length));
    this.clock += this.varint();
    this.now.push(this.clock);
    this.pid.push(this.varint());
    this.virtual.push(this.varint());
  }

  private name(name: number): number {
    if (name >= this.pageOfName.length)
      throw new ReferenceFileError(`event ${this.events}: name ${name} is not defined`);
    return name;
  }

  private page(page: number): number {
    if (page >= this.kinds.length) throw new ReferenceFileError(`event ${this.events}: page ${page} is not defined`);
    return page;
  }

  private varint(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 0x80) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new ReferenceFileError(`event ${this.events} is cut off at the end of its chunk`);
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
      if (unit > 2 ** 49) throw new ReferenceFileError(`event ${this.events}: a number is too large`);
    }
  }
}
