/**
 * User copies: the kernel's one way to a process's memory.
 *
 * Every access is checked like one of the process's own: address in user space, entry with the right bits, else the very
 * decision that its fault would meet (vm/fault.ts), and A and D set as the hardware sets them. Bytes move by page slices.
 *
 *   va ─► entry valid with the right? ── no ─► handleFault ── signal ─► EFAULT (the process gets no signal)
 *            └ yes ─► A, D ─► bytes                └ resolved ─► again
 *
 * (1) Nothing is written before all of the range is known to be writable, so EFAULT leaves memory as it was.
 * (2) After prepareUser() and until the handler ends, copies to the range neither fault nor sleep.
 *
 * All may sleep (a page on disk) and throw EFAULT. `s` is p's space, unless exec is building another one.
 */
import { COSTS } from "../cpu/costs.ts";
import { PAGE_SIZE, type VirtualAddress } from "../cpu/paging.ts";
import type { Ram } from "../cpu/ram.ts";
import { CONSTANTS, type ErrnoName, type FieldType, STRUCTURES, type StructureName } from "./abi.ts";
import { errno } from "./errno.ts";
import type { Kernel } from "./kernel.ts";
import { moveBytes } from "./move-bytes.ts";
import type { Process } from "./process.ts";
import { NOWHERE } from "./schemes/scheme.ts";
import { type SignalSet, setOfWords } from "./signal-set.ts";
import type { Access, AddressSpace } from "./vm/types.ts";

/** Offset of `va` in its page. Not by %, which for addresses beyond 2^31 is a division of floating-point numbers. */
function inPage(va: VirtualAddress): number {
  return va & (PAGE_SIZE - 1);
}

/** Offset in RAM of the byte at `va`, made resident if need be; NOWHERE where the process itself would get a signal. */
function locate(k: Kernel, p: Process, s: AddressSpace, va: VirtualAddress, access: Access): number {
  if (!(va >= 0 && va < k.vm.userLimit)) return NOWHERE;
  return k.scheme.locate(k, p, s, va, access);
}

/** Bytes from `va` to the end of its page, at most `length`. */
function sliceLength(va: VirtualAddress, length: number): number {
  return Math.min(length, PAGE_SIZE - inPage(va));
}

/** Virtual time of moving bytes. */
function charge(k: Kernel, bytes: number): void {
  k.machine.clock.charge(Math.ceil((bytes * COSTS.pageCopy) / PAGE_SIZE));
}

/**
 * Makes va to va + length - 1 resident and accessible.
 * @returns how many bytes from `va` on are; 0: EFAULT (or no length)
 */
export function prepareUser(
  k: Kernel,
  p: Process,
  va: VirtualAddress,
  length: number,
  access: Access,
  s: AddressSpace = p.space!,
): number {
  let usable = 0;
  while (usable < length) {
    if (locate(k, p, s, va + usable, access) === NOWHERE) break;
    usable += sliceLength(va + usable, length - usable);
  }
  return usable;
}

/** Offset in RAM of the byte at `va`, which prepareUser has made resident for reading. */
export function offsetOf(k: Kernel, p: Process, va: VirtualAddress): number {
  return locate(k, p, p.space!, va, "read");
}

/**
 * A range that lies in one page, to be read or written in place at once: its offset in RAM, and it counts as copied. What
 * is written there may be code until now, and is not afterwards.
 * @returns null: it lies in two, or is not accessible. Then copies say which
 */
export function openInPage(
  k: Kernel,
  p: Process,
  va: VirtualAddress,
  length: number,
  access: "read" | "write",
): number | null {
  if (inPage(va) + length > PAGE_SIZE) return null;
  const at = locate(k, p, p.space!, va, access);
  if (at === NOWHERE) return null;
  if (access === "write") k.machine.ram.wrote(at, length);
  charge(k, length);
  return at;
}

/** Throws EFAULT unless all of the range is accessible. */
function prepareAll(k: Kernel, p: Process, s: AddressSpace, va: VirtualAddress, length: number, access: Access): void {
  // Beyond user space there is nothing, and the length may be absurd: do not walk up to there first.
  if (!(va >= 0 && va + length <= k.vm.userLimit)) throw errno("EFAULT");
  if (prepareUser(k, p, va, length, access, s) < length) throw errno("EFAULT");
}

/**
 * Most ranges are short: a structure, a path. One that is no longer than a page lies in one page or two, and once both are found
 * they need not be looked for again. Offsets in RAM of its parts; those of the range that locateShort was asked for last.
 */
const parts = { first: 0, second: 0 };

/** Finds a range of 1 to PAGE_SIZE bytes. @returns how many bytes are in the first part. @throws EFAULT unless all of it is accessible */
function locateShort(
  k: Kernel,
  p: Process,
  s: AddressSpace,
  va: VirtualAddress,
  length: number,
  access: Access,
): number {
  if (!(va >= 0 && va + length <= k.vm.userLimit)) throw errno("EFAULT");
  const size = sliceLength(va, length);
  const first = locate(k, p, s, va, access);
  const second = first === NOWHERE || size === length ? NOWHERE : locate(k, p, s, va + size, access);
  if (first === NOWHERE || (size < length && second === NOWHERE)) throw errno("EFAULT");
  parts.first = first;
  parts.second = second;
  return size;
}

const isShort = (length: number) => length > 0 && length <= PAGE_SIZE;

/** The bytes va to va + length - 1, as a copy. */
export function copyIn(
  k: Kernel,
  p: Process,
  va: VirtualAddress,
  length: number,
  s: AddressSpace = p.space!,
): Uint8Array<ArrayBuffer> {
  // Before there is room for them: the length may be absurd.
  if (!isShort(length)) prepareAll(k, p, s, va, length, "read");
  const bytes = new Uint8Array(length);
  if (isShort(length)) copyShort(k, p, s, va, bytes);
  else copyPrepared(k, p, s, va, bytes);
  return bytes;
}

/** The bytes from `va` on into `bytes`, as many as it has room for. */
export function copyInto(k: Kernel, p: Process, va: VirtualAddress, bytes: Uint8Array): void {
  const s = p.space!;
  if (isShort(bytes.length)) {
    copyShort(k, p, s, va, bytes);
    return;
  }
  prepareAll(k, p, s, va, bytes.length, "read");
  copyPrepared(k, p, s, va, bytes);
}

function copyShort(k: Kernel, p: Process, s: AddressSpace, va: VirtualAddress, bytes: Uint8Array): void {
  const { u8 } = k.machine.ram;
  const { length } = bytes;
  const size = locateShort(k, p, s, va, length, "read");
  moveBytes(bytes, 0, u8, parts.first, size);
  if (size < length) moveBytes(bytes, size, u8, parts.second, length - size);
  charge(k, length);
}

function copyPrepared(k: Kernel, p: Process, s: AddressSpace, va: VirtualAddress, bytes: Uint8Array): void {
  const { u8 } = k.machine.ram;
  const { length } = bytes;
  for (let done = 0; done < length; ) {
    const size = sliceLength(va + done, length - done);
    const from = locate(k, p, s, va + done, "read");
    moveBytes(bytes, done, u8, from, size);
    done += size;
  }
  charge(k, length);
}

/** Writes `bytes` to `va`: all of them, or none. */
export function copyOut(
  k: Kernel,
  p: Process,
  va: VirtualAddress,
  bytes: Uint8Array,
  s: AddressSpace = p.space!,
): void {
  const { length } = bytes;
  const { ram } = k.machine;
  if (isShort(length)) {
    const size = locateShort(k, p, s, va, length, "write");
    writeRam(ram, parts.first, bytes, 0, size);
    if (size < length) writeRam(ram, parts.second, bytes, size, length - size);
    charge(k, length);
    return;
  }
  prepareAll(k, p, s, va, length, "write");
  for (let done = 0; done < length; ) {
    const size = sliceLength(va + done, length - done);
    const to = locate(k, p, s, va + done, "write");
    writeRam(ram, to, bytes, done, size);
    done += size;
  }
  charge(k, length);
}

/** Puts source[from..] into RAM at `to`, which may hold code. */
function writeRam(ram: Ram, to: number, source: Uint8Array, from: number, length: number): void {
  moveBytes(ram.u8, to, source, from, length);
  ram.wrote(to, length);
}

/** Writes zeroes. */
export function zeroUser(k: Kernel, p: Process, va: VirtualAddress, length: number, s: AddressSpace = p.space!): void {
  prepareAll(k, p, s, va, length, "write");
  for (let done = 0; done < length; ) {
    const size = sliceLength(va + done, length - done);
    const to = locate(k, p, s, va + done, "write");
    k.machine.ram.u8.fill(0, to, to + size);
    k.machine.ram.wrote(to, size);
    done += size;
  }
  charge(k, length);
}

/**
 * A NUL-terminated string, without the NUL.
 * @param max bytes that it may have, the NUL included; @param tooLong thrown when it has more
 */
export function copyInString(
  k: Kernel,
  p: Process,
  va: VirtualAddress,
  max: number,
  tooLong: ErrnoName,
  s: AddressSpace = p.space!,
): Uint8Array<ArrayBuffer> {
  const { u8 } = k.machine.ram;
  for (let length = 0; length < max; ) {
    const size = sliceLength(va + length, max - length);
    const from = locate(k, p, s, va + length, "read");
    if (from === NOWHERE) throw errno("EFAULT");
    const end = u8.subarray(from, from + size).indexOf(0);
    if (end >= 0) return copyIn(k, p, va, length + end, s);
    length += size;
  }
  throw errno(tooLong);
}

/** A path as a string of bytes, one character (0 to 255) each. ENAMETOOLONG from PATH_MAX bytes on. */
export function copyInPath(k: Kernel, p: Process, va: VirtualAddress): string {
  const bytes = copyInString(k, p, va, CONSTANTS.limits.PATH_MAX, "ENAMETOOLONG");
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Bytes of a pointer. */
const POINTER_SIZE = 8;
/** Linux's MAX_ARG_STRLEN: 32 pages for one string. */
const MAX_STRING = CONSTANTS.limits.ARG_PAGES * PAGE_SIZE;

/**
 * A NULL-terminated vector of strings (argv), each without its NUL. A null `va` is an empty vector, as on Linux.
 * @param maxBytes that all strings with their NULs and pointers may have: E2BIG beyond
 */
export function copyInStrings(k: Kernel, p: Process, va: VirtualAddress, maxBytes: number): Uint8Array<ArrayBuffer>[] {
  const strings: Uint8Array<ArrayBuffer>[] = [];
  if (va === 0) return strings;
  for (let total = 0; ; ) {
    const pointer = readField(k, p, va + strings.length * POINTER_SIZE, "u64");
    if (pointer === 0) return strings;
    const string = copyInString(k, p, pointer, MAX_STRING, "E2BIG");
    total += string.length + 1 + POINTER_SIZE;
    if (total > maxBytes) throw errno("E2BIG");
    strings.push(string);
  }
}

const FIELD_BYTES: Readonly<Record<FieldType, number>> = { u8: 1, u16: 2, u32: 4, s32: 4, u64: 8, s64: 8 };

/** The field at `at` of little-endian bytes; 64-bit ones are exact up to 2^53. */
export function getField(view: DataView, at: number, type: FieldType): number {
  switch (type) {
    case "u8":
      return view.getUint8(at);
    case "u16":
      return view.getUint16(at, true);
    case "u32":
      return view.getUint32(at, true);
    case "s32":
      return view.getInt32(at, true);
    case "u64":
      return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
    case "s64":
      return view.getUint32(at, true) + view.getInt32(at + 4, true) * 2 ** 32;
  }
}

/** Writes the low bits of `value`. */
export function setField(view: DataView, at: number, type: FieldType, value: number | bigint): void {
  const size = FIELD_BYTES[type];
  if (size === 8 && typeof value === "bigint") {
    view.setBigUint64(at, BigInt.asUintN(64, value), true);
    return;
  }
  const low = Number(value);
  if (size === 8) {
    view.setUint32(at, low, true);
    view.setUint32(at + 4, Math.floor(low / 2 ** 32), true);
  } else if (size === 4) view.setUint32(at, low, true);
  else if (size === 2) view.setUint16(at, low, true);
  else view.setUint8(at, low);
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** One number of user memory; 64-bit ones are exact up to 2^53. */
export function readField(k: Kernel, p: Process, va: VirtualAddress, type: FieldType): number {
  return getField(viewOf(copyIn(k, p, va, FIELD_BYTES[type])), 0, type);
}

/** An exact unsigned 64-bit number. */
export function readField64(k: Kernel, p: Process, va: VirtualAddress): bigint {
  return viewOf(copyIn(k, p, va, 8)).getBigUint64(0, true);
}

/** A sigset_t. */
export function readSignalSet(k: Kernel, p: Process, va: VirtualAddress): SignalSet {
  const view = viewOf(copyIn(k, p, va, 8));
  return setOfWords(view.getInt32(0, true), view.getInt32(4, true));
}

export function writeField(k: Kernel, p: Process, va: VirtualAddress, type: FieldType, value: number | bigint): void {
  const bytes = new Uint8Array(FIELD_BYTES[type]);
  setField(viewOf(bytes), 0, type, value);
  copyOut(k, p, va, bytes);
}

type FieldsOf<N extends StructureName> = keyof (typeof STRUCTURES)[N]["fields"] & string;
type Fields = Readonly<Record<string, readonly [number, FieldType]>>;

/** All fields of a structure in user memory, by name; 64-bit ones are exact up to 2^53. */
export function loadStructure<N extends StructureName>(
  k: Kernel,
  p: Process,
  va: VirtualAddress,
  name: N,
): Record<FieldsOf<N>, number> {
  const { size, fields } = STRUCTURES[name];
  const view = viewOf(copyIn(k, p, va, size));
  const found: Record<string, number> = {};
  for (const [field, [at, type]] of Object.entries(fields as Fields)) found[field] = getField(view, at, type);
  return found as Record<FieldsOf<N>, number>;
}

/** Writes a whole structure; fields that are not given, and padding, become 0. */
export function storeStructure<N extends StructureName>(
  k: Kernel,
  p: Process,
  va: VirtualAddress,
  name: N,
  values: Partial<Record<FieldsOf<N>, number | bigint>>,
): void {
  copyOut(k, p, va, encodeStructure(name, values));
}

/** The bytes of a structure; fields that are not given, and padding, are 0. */
export function encodeStructure<N extends StructureName>(
  name: N,
  values: Partial<Record<FieldsOf<N>, number | bigint>>,
): Uint8Array<ArrayBuffer> {
  const { size, fields } = STRUCTURES[name];
  const bytes = new Uint8Array(size);
  const view = viewOf(bytes);
  for (const [field, value] of Object.entries(values as Record<string, number | bigint>)) {
    const [at, type] = (fields as Fields)[field];
    setField(view, at, type, value);
  }
  return bytes;
}
