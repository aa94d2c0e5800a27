/**
 * Archives of objects (libquire.a), in GNU ar's format: a symbol index "/", a table of long names "//", members.
 * Source: ar(5), and the System V ABI's chapter 7, "Archive File".
 *
 * (1) The same objects give the same bytes: dates, owners and modes are those of `ar rcD`.
 * (2) A member is parsed when it is first asked for, and once.
 */
import { ByteWriter } from "./bytes.ts";
import {
  ElfError,
  FileView,
  type ObjectFile,
  type ObjectSymbol,
  SHN_COMMON,
  SHN_UNDEF,
  STB_LOCAL,
  STT_FILE,
  STT_SECTION,
} from "./elf.ts";
import { readObject, writeObject } from "./elf-object.ts";

const MAGIC = "!<arch>\n";
const HEADER_SIZE = 60;
/** Names up to here stand in the header itself, ended by "/". */
const SHORT_NAME = 15;

export interface Archive {
  name: string;
  /** File names of the members, in order. */
  members: string[];
  /** Defined global symbol to the member that defines it first. */
  index: ReadonlyMap<string, number>;
  /** Member number `i`. @throws ElfError where it is no well-formed object. */
  object(i: number): ObjectFile;
}

/** Whether an object that defines `symbol` can satisfy another's reference to its name. */
export function isExported(symbol: ObjectSymbol): boolean {
  const { binding, section, type } = symbol;
  return binding !== STB_LOCAL && section !== SHN_UNDEF && type !== STT_FILE && type !== STT_SECTION;
}

function writeMemberHeader(out: ByteWriter, name: string, mode: string, size: number): void {
  const fields: [string, number][] = [
    [name, 16],
    ["0", 12],
    ["0", 6],
    ["0", 6],
    [mode, 8],
    [String(size), 10],
  ];
  for (const [text, width] of fields) out.text(text.padEnd(width));
  out.text("`\n");
}

/** Members start at even offsets. */
const padded = (size: number): number => size + (size % 2);

/** An archive of `objects`, each under the last part of its name. */
export function writeArchive(objects: readonly ObjectFile[]): Uint8Array {
  const names = objects.map((object) => object.name.slice(object.name.lastIndexOf("/") + 1));
  const files = objects.map(writeObject);
  const longNames = new ByteWriter();
  const headerNames = names.map((name) => {
    if (name.length <= SHORT_NAME) return `${name}/`;
    const at = longNames.length;
    longNames.text(`${name}/\n`);
    return `/${at}`;
  });
  const exported = objects.map((object) => object.symbols.filter(isExported).map((symbol) => symbol.name));
  const text = exported
    .flat()
    .map((name) => `${name}\0`)
    .join("");
  const symbolText = new TextEncoder().encode(text);
  const count = exported.flat().length;
  const indexSize = padded(4 + 4 * count + symbolText.length);
  const namesSize = longNames.length === 0 ? 0 : HEADER_SIZE + padded(longNames.length);
  let offset = MAGIC.length + HEADER_SIZE + indexSize + namesSize;
  const out = new ByteWriter();
  out.text(MAGIC);
  writeMemberHeader(out, "/", "0", indexSize);
  out.u32be(count);
  files.forEach((file, i) => {
    for (const _ of exported[i]!) out.u32be(offset);
    offset += HEADER_SIZE + padded(file.length);
  });
  out.bytes(symbolText);
  out.align(2);
  if (longNames.length > 0) writeMember(out, "//", "", longNames.finish());
  files.forEach((file, i) => {
    writeMember(out, headerNames[i]!, "644", file);
  });
  return out.finish();
}

function writeMember(out: ByteWriter, name: string, mode: string, data: Uint8Array): void {
  writeMemberHeader(out, name, mode, data.length);
  out.bytes(data);
  if (data.length % 2 === 1) out.text("\n");
}

interface Member {
  name: string;
  at: number;
  data: Uint8Array;
}

const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

function readMembers(file: FileView): Member[] {
  const members: Member[] = [];
  for (let at = MAGIC.length; at < file.length; ) {
    file.check(at, HEADER_SIZE, "archive member header");
    const header = ascii(file.bytes.subarray(at, at + HEADER_SIZE));
    const size = /^\d+ *$/.test(header.slice(48, 58)) ? Number.parseInt(header.slice(48, 58), 10) : Number.NaN;
    if (!header.endsWith("`\n") || Number.isNaN(size)) throw new ElfError(`no archive member header at offset ${at}`);
    const start = at + HEADER_SIZE;
    file.check(start, size, "archive member");
    members.push({ name: header.slice(0, 16).trimEnd(), at, data: file.bytes.subarray(start, start + size) });
    at = start + padded(size);
  }
  return members;
}

/** A member's name, looked up in the table "//" where it is `/offset`. */
function memberName(name: string, longNames: Uint8Array): string {
  if (!/^\/\d+$/.test(name)) return name.endsWith("/") ? name.slice(0, -1) : name;
  const rest = longNames.subarray(Number.parseInt(name.slice(1), 10));
  const end = rest.indexOf(0x0a);
  if (end < 0) throw new ElfError(`archive member name ${name} is not in the table of long names`);
  const text = new TextDecoder().decode(rest.subarray(0, end));
  return text.endsWith("/") ? text.slice(0, -1) : text;
}

/** The symbol index "/": a count, that many big-endian offsets of member headers, and as many names. */
function readIndex(data: Uint8Array, numberAt: ReadonlyMap<number, number>): Map<string, number> {
  const index = new Map<string, number>();
  const file = new FileView(data);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  file.check(0, 4, "archive symbol index");
  const count = view.getUint32(0);
  file.check(4, 4 * count, "archive symbol index");
  let at = 4 + 4 * count;
  const encoder = new TextEncoder();
  for (let i = 0; i < count; i++) {
    const name = file.string(at, file.length, "archive symbol index");
    at += encoder.encode(name).length + 1;
    const member = numberAt.get(view.getUint32(4 + 4 * i));
    if (member === undefined) throw new ElfError(`archive symbol index: ${name} is in no member`);
    if (!index.has(name)) index.set(name, member);
  }
  return index;
}

/** The index of an archive that has none, from the members themselves. */
function makeIndex(count: number, object: (i: number) => ObjectFile): Map<string, number> {
  const index = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    for (const symbol of object(i).symbols.filter(isExported)) {
      if (symbol.section !== SHN_COMMON && !index.has(symbol.name)) index.set(symbol.name, i);
    }
  }
  return index;
}

/**
 * Opens an archive of ours or GNU ar's. `name` is what messages call it.
 * @throws ElfError where it is malformed.
 */
export function readArchive(bytes: Uint8Array, name: string): Archive {
  if (ascii(bytes.subarray(0, MAGIC.length)) !== MAGIC)
    throw new ElfError('not an archive: it does not begin with "!<arch>"');
  const all = readMembers(new FileView(bytes));
  const longNames = all.find((member) => member.name === "//")?.data ?? new Uint8Array(0);
  const files = all.filter((member) => member.name !== "/" && member.name !== "//");
  const members = files.map((member) => memberName(member.name, longNames));
  const numberAt = new Map(files.map((member, i) => [member.at, i]));
  const parsed = new Map<number, ObjectFile>();
  const object = (i: number): ObjectFile => {
    const known = parsed.get(i) ?? readObject(files[i]!.data, `${name}(${members[i]})`);
    parsed.set(i, known);
    return known;
  };
  const indexData = all.find((member) => member.name === "/")?.data;
  const index = indexData === undefined ? makeIndex(files.length, object) : readIndex(indexData, numberAt);
  return { name, members, index, object };
}
