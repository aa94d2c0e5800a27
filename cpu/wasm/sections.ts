/**
 * Sections: the numbers of a module's sections and the encodings of what stands in them (core specification, chapters
 * 5.3 and 5.5). Owns nothing; modules are put together in module.ts.
 */

import { panic } from "../panic.ts";
import { type ByteBuffer, u32Length } from "./bytes.ts";
import { OPCODES } from "./opcodes.ts";
import type { Constant, GlobalType, Limits, MemoryType, TableType, ValueType } from "./types.ts";

/** "\0asm" and version 1. */
export const PREAMBLE: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** The first byte of a section (core 5.5.2). dataCount stands before code. */
// biome-ignore format: a table is read in columns
export const SECTION = {
  custom: 0, type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, start: 8, element: 9, code: 10,
  data: 11, dataCount: 12,
} as const;

/** What an import or export is: its byte, and so the number of its index space. */
export const EXTERNAL = { function: 0, table: 1, memory: 2, global: 3 } as const;

/** Parts of the name section (core, appendix "custom sections"). */
export const NAMES = { module: 0, functions: 1, locals: 2 } as const;

/** A section of `count` entries, which are in `entries`. Nothing where there are none. */
export function writeSection(out: ByteBuffer, id: number, count: number, entries: ByteBuffer): void {
  if (count === 0) return;
  out.u8(id);
  out.u32(u32Length(count) + entries.at);
  out.u32(count);
  out.copy(entries.bytes, 0, entries.at);
}

export function writeTypes(out: ByteBuffer, types: readonly ValueType[]): void {
  out.u32(types.length);
  for (const type of types) out.u8(type & 0x7f);
}

/** A function type. */
export function writeFunctionType(out: ByteBuffer, takes: readonly ValueType[], gives: readonly ValueType[]): void {
  out.u8(0x60);
  writeTypes(out, takes);
  writeTypes(out, gives);
}

function writeLimits(out: ByteBuffer, { minimum, maximum }: Limits, shared: boolean): void {
  if (maximum !== undefined && maximum < minimum) panic("a maximum is no less than its minimum", { minimum, maximum });
  out.u8((maximum === undefined ? 0 : 1) | (shared ? 2 : 0));
  out.u32(minimum);
  if (maximum !== undefined) out.u32(maximum);
}

export function writeMemoryType(out: ByteBuffer, type: MemoryType): void {
  const shared = type.shared ?? false;
  if (shared && type.maximum === undefined) panic("a shared memory has a maximum", { minimum: type.minimum });
  writeLimits(out, type, shared);
}

export function writeTableType(out: ByteBuffer, type: TableType): void {
  out.u8(type.type & 0x7f);
  writeLimits(out, type, false);
}

export function writeGlobalType(out: ByteBuffer, { type, mutable }: GlobalType): void {
  out.u8(type & 0x7f);
  out.u8(mutable ? 1 : 0);
}

/** A constant expression with its end. */
export function writeConstant(out: ByteBuffer, constant: Constant): void {
  if ("i32" in constant) {
    out.u8(OPCODES["i32.const"][0]);
    out.s32(constant.i32);
  } else if ("i64" in constant) {
    out.u8(OPCODES["i64.const"][0]);
    out.s64(constant.i64);
  } else if ("f32" in constant) {
    out.u8(OPCODES["f32.const"][0]);
    out.f32(constant.f32);
  } else if ("f64" in constant) {
    out.u8(OPCODES["f64.const"][0]);
    out.f64(constant.f64);
  } else if ("global" in constant) {
    out.u8(OPCODES["global.get"][0]);
    out.u32(constant.global);
  } else if ("func" in constant) {
    out.u8(OPCODES["ref.func"][0]);
    out.u32(constant.func);
  } else {
    out.u8(OPCODES["ref.null"][0]);
    out.u8(constant.none & 0x7f);
  }
  out.u8(OPCODES.end[0]);
}

/** Names by index, in ascending order. */
export function writeNameMap(out: ByteBuffer, names: ReadonlyMap<number, string>): void {
  out.u32(names.size);
  for (const [index, name] of [...names].sort(([a], [b]) => a - b)) {
    out.u32(index);
    out.name(name);
  }
}
