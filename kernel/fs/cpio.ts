/**
 * cpio archives in the "newc" format (070701; 070702, with checksums, is read too): the root image. Knows bytes only.
 *
 * An archive is a row of files, each: a header of 110 ASCII characters (magic and thirteen fields of eight hexadecimal
 * digits), the name ended by NUL, padding to four bytes, the data, padding to four bytes. A file named TRAILER!!! ends it;
 * another archive may follow after zeroes (as Linux's initramfs has it).
 *
 * The writer lets data begin at whole sectors by padding the name with NULs, so that the disk can bring a page straight to
 * its frame.
 *
 * (1) readCpio never reads outside [0, size), whatever the bytes; what is wrong becomes a CpioError that says where.
 * (2) packCpio of equal entries gives equal bytes; its length is a multiple of SECTOR_SIZE.
 *
 * Source: Linux, Documentation/driver-api/early-userspace/buffer-format.rst; cpio(5).
 */
import { SECTOR_SIZE } from "../../cpu/devices/disk.ts";
import { CONSTANTS } from "../abi.ts";

/** The archive's bytes are not a newc archive. */
export class CpioError extends Error {
  override readonly name = "CpioError";
}

/** One file to be packed. `mode` holds type and permissions; a symbolic link's target is its data. */
export interface CpioEntry {
  /** Relative, without "." and ".."; as text (UTF-8). */
  readonly path: string;
  readonly mode: number;
  readonly data?: Uint8Array;
  /** Seconds since 1970; 0 unless given. */
  readonly mtime?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** One file of an archive as it lies there. */
export interface CpioFile {
  /** As stored, one character a byte. */
  readonly name: string;
  readonly ino: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  readonly mtime: number;
  /** Bytes of the data, and where they begin. */
  readonly size: number;
  readonly position: number;
  /** The device that holds it (two files are one when ino and device agree), and the one that it is. */
  readonly device: number;
  readonly rdev: number;
}

/** The fields after the magic, in order. */
const FIELDS = [
  "ino",
  "mode",
  "uid",
  "gid",
  "nlink",
  "mtime",
  "filesize",
  "devmajor",
  "devminor",
  "rdevmajor",
  "rdevminor",
  "namesize",
  "check",
] as const;
type Header = Record<(typeof FIELDS)[number], number>;

const MAGIC_LENGTH = 6;
const FIELD_LENGTH = 8;
const HEADER_LENGTH = MAGIC_LENGTH + FIELDS.length * FIELD_LENGTH;
const MAGICS = ["070701", "070702"];
const TRAILER = "TRAILER!!!";
const ALIGNMENT = 4;
const { PATH_MAX } = CONSTANTS.limits;
const { S_IFMT, S_IFDIR } = CONSTANTS.fileType;

const up = (n: number, to: number) => Math.ceil(n / to) * to;

/** Reads `length` bytes at `position`; fewer only at the end of what there is. They may be gone at the next read. */
export type ByteReader = (position: number, length: number) => Uint8Array;

/**
 * The files of all archives between 0 and `size`, in order, without their data and without the trailers.
 * @throws CpioError
 */
export function readCpio(read: ByteReader, size: number): CpioFile[] {
  const files: CpioFile[] = [];
  let position = 0;
  for (;;) {
    const start = skipZeroes(read, position, size);
    if (start >= size) return files;
    const { file, next } = readFile(read, start, size);
    if (file.name !== TRAILER) files.push(file);
    position = next;
  }
}

/** The first byte from `position` on that is not zero, or `size`. */
function skipZeroes(read: ByteReader, position: number, size: number): number {
  for (let at = position; at < size; ) {
    const bytes = read(at, Math.min(SECTOR_SIZE, size - at));
    for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return at + i;
    at += bytes.length;
  }
  return size;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function readFile(read: ByteReader, start: number, size: number): { file: CpioFile; next: number } {
  const wrong = (what: string) => new CpioError(`cpio archive: ${what} at byte ${start}`);
  if (start % ALIGNMENT !== 0) throw wrong("a header that is not aligned to four bytes");
  if (start + HEADER_LENGTH > size) throw wrong("a header that is cut off");
  const header = parseHeader(read(start, HEADER_LENGTH));
  if (header === null) throw wrong("no newc header (070701 and hexadecimal digits)");
  if (header.namesize < 1 || header.namesize > PATH_MAX) throw wrong(`a name of ${header.namesize} bytes`);
  const position = up(start + HEADER_LENGTH + header.namesize, ALIGNMENT);
  if (position + header.filesize > size)
    throw wrong(`a file that ends at ${position + header.filesize} of ${size} bytes`);
  const stored = read(start + HEADER_LENGTH, header.namesize);
  if (stored[header.namesize - 1] !== 0) throw wrong("a name without its NUL");
  const file = describe(header, latin1(stored.subarray(0, stored.indexOf(0))), position);
  return { file, next: up(position + header.filesize, ALIGNMENT) };
}

function parseHeader(bytes: Uint8Array): Header | null {
  if (!MAGICS.includes(latin1(bytes.subarray(0, MAGIC_LENGTH)))) return null;
  const header: Partial<Header> = {};
  let at = MAGIC_LENGTH;
  for (const name of FIELDS) {
    const value = parseField(bytes, at);
    if (value < 0) return null;
    header[name] = value;
    at += FIELD_LENGTH;
  }
  return header as Header;
}

/** The eight hexadecimal digits at `at`; -1: there is one that is none. */
function parseField(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + FIELD_LENGTH; i++) {
    const byte = bytes[i];
    const letter = byte | 0x20;
    if (byte >= 0x30 && byte <= 0x39) value = value * 16 + (byte - 0x30);
    else if (letter >= 0x61 && letter <= 0x66) value = value * 16 + (letter - 0x57);
    else return -1;
  }
  return value;
}

function describe(header: Header, name: string, position: number): CpioFile {
  const { ino, mode, uid, gid, nlink, mtime, filesize } = header;
  const device = header.devmajor * 2 ** 32 + header.devminor;
  const rdev = header.rdevmajor * 256 + header.rdevminor;
  return { name, ino, mode, uid, gid, nlink, mtime, size: filesize, position, device, rdev };
}

/** An archive of the entries in the given order. Parents are not added by themselves. */
export function packCpio(entries: readonly CpioEntry[]): Uint8Array {
  const trailer: CpioEntry = { path: TRAILER, mode: 0 };
  const encoder = new TextEncoder();
  const parts: { at: number; bytes: Uint8Array }[] = [];
  let at = 0;
  for (const [i, entry] of [...entries, trailer].entries()) {
    const name = encoder.encode(entry.path);
    const data = entry.data ?? new Uint8Array(0);
    const end = at + HEADER_LENGTH + name.length + 1;
    const begin = up(end, data.length > 0 ? SECTOR_SIZE : ALIGNMENT);
    // Without data the padding is not part of the name, as other writers have it.
    const namesize = data.length > 0 ? begin - at - HEADER_LENGTH : name.length + 1;
    const ino = entry === trailer ? 0 : i + 1;
    parts.push({ at, bytes: encoder.encode(formatHeader(entry, ino, data.length, namesize)) });
    parts.push({ at: at + HEADER_LENGTH, bytes: name }, { at: begin, bytes: data });
    at = up(begin + data.length, ALIGNMENT);
  }
  const archive = new Uint8Array(up(at, SECTOR_SIZE));
  for (const { at: position, bytes } of parts) archive.set(bytes, position);
  return archive;
}

function formatHeader(entry: CpioEntry, ino: number, filesize: number, namesize: number): string {
  const directory = (entry.mode & S_IFMT) === S_IFDIR;
  const header: Header = {
    ino,
    mode: entry.mode,
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    nlink: directory ? 2 : 1,
    mtime: entry.mtime ?? 0,
    filesize,
    devmajor: 0,
    devminor: 0,
    rdevmajor: 0,
    rdevminor: 0,
    namesize,
    check: 0,
  };
  return MAGICS[0] + FIELDS.map((name) => header[name].toString(16).toUpperCase().padStart(FIELD_LENGTH, "0")).join("");
}
