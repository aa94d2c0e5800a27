/**
 * Runs: several instructions in one call. A running program's code is emitted by methods that the host has not optimised yet, so
 * most of what it costs is calls: what is written most is written by one, and what is always the same is encoded once.
 *
 * (1) A run's bytes are those of its instructions written one by one.
 * (2) Locals in runs take one byte: they are among the function's first 128.
 */

import { panic } from "../panic.ts";
import { ByteBuffer } from "./bytes.ts";
import { OPCODES, type Opcode } from "./opcodes.ts";
import type { Local } from "./types.ts";

const LOCAL_GET = OPCODES["local.get"][0];
const LOCAL_SET = OPCODES["local.set"][0];
const I32_CONST = OPCODES["i32.const"][0];
const I64_CONST = OPCODES["i64.const"][0];
const I64_LOAD = OPCODES["i64.load"][0];
const I64_STORE = OPCODES["i64.store"][0];
/** log2 of the bytes of an i64. */
const I64_ALIGNMENT = 3;

declare const plain: unique symbol;
/** The opcode of an instruction of one byte without immediates. */
export type PlainOpcode = number & { readonly [plain]: true };

/** The opcode of such an instruction. */
export function plainOpcode(
  name: { [Name in Opcode]: (typeof OPCODES)[Name][1] extends "none" ? Name : never }[Opcode],
): PlainOpcode {
  const opcode = OPCODES[name][0];
  if (opcode > 0xff) panic("a plain instruction has one byte", { name, opcode });
  return opcode as number as PlainOpcode;
}

/** Instructions as bytes, and where in them locals stand: the offset of each, and 0 for the first local, 1 for the second. */
export interface Phrase {
  readonly bytes: Uint8Array;
  readonly holes: readonly number[];
}

/** The part of a function body that writes runs. */
export class RunWriter extends ByteBuffer {
  /** One more than the index of the last local. */
  locals = 0;
  /** Branch hints of the present function: where the instruction begins, 1 when it is likely to branch, else 0. */
  hints: number[] = [];

  /** local.get a; local.get b; the instruction; local.set to. */
  binary(to: Local, a: Local, opcode: PlainOpcode, b: Local): void {
    const at = this.room(7, to, a, b);
    const { bytes } = this;
    bytes[at] = LOCAL_GET;
    bytes[at + 1] = a;
    bytes[at + 2] = LOCAL_GET;
    bytes[at + 3] = b;
    bytes[at + 4] = opcode;
    bytes[at + 5] = LOCAL_SET;
    bytes[at + 6] = to;
    this.at = at + 7;
  }

  /** local.get a; i64.const value; the instruction; local.set to. */
  binaryConst(to: Local, a: Local, opcode: PlainOpcode, value: number): void {
    let at = this.room(16, to, a, a);
    const { bytes } = this;
    bytes[at] = LOCAL_GET;
    bytes[at + 1] = a;
    bytes[at + 2] = I64_CONST;
    if (value === (value | 0) && value >= -0x40 && value <= 0x3f) {
      bytes[at + 3] = value & 0x7f;
      at += 4;
    } else {
      this.at = at + 3;
      this.s64(value);
      at = this.at;
    }
    bytes[at] = opcode;
    bytes[at + 1] = LOCAL_SET;
    bytes[at + 2] = to;
    this.at = at + 3;
  }

  /** i32.const 0; i64.load address; local.set to. */
  loadLocal(to: Local, address: number): void {
    const at = this.room(12, to, to, to);
    const { bytes } = this;
    bytes[at] = I32_CONST;
    bytes[at + 1] = 0;
    bytes[at + 2] = I64_LOAD;
    bytes[at + 3] = I64_ALIGNMENT;
    this.at = at + 4;
    this.u32(address);
    bytes[this.at++] = LOCAL_SET;
    bytes[this.at++] = to;
  }

  /** i32.const 0; local.get from; i64.store address. */
  storeLocal(address: number, from: Local): void {
    const at = this.room(11, from, from, from);
    const { bytes } = this;
    bytes[at] = I32_CONST;
    bytes[at + 1] = 0;
    bytes[at + 2] = LOCAL_GET;
    bytes[at + 3] = from;
    bytes[at + 4] = I64_STORE;
    bytes[at + 5] = I64_ALIGNMENT;
    this.at = at + 6;
    this.u32(address);
  }

  /**
   * Encodes instructions that differ in two locals alone, to be pasted where they are needed. They have no branch hints and no
   * branches out of them. @param write writes them with these locals: called twice, and nothing is left in the function
   */
  phrase(write: (x: Local, y: Local) => void): Phrase {
    // What differs between two writings is where the locals stand.
    const [bytes, other] = [this.tried(write, 0x20, 0x40), this.tried(write, 0x21, 0x42)];
    const holes: number[] = [];
    for (const [at, byte] of bytes.entries()) if (other[at] !== byte) holes.push(at, other[at]! - byte - 1);
    return { bytes, holes };
  }

  private tried(write: (x: Local, y: Local) => void, x: number, y: number): Uint8Array {
    const { at, locals, hints } = this;
    const before = hints.length;
    this.locals = 0x80;
    write(x as Local, y as Local);
    if (hints.length !== before) panic("a phrase has no branch hints", { hints });
    const bytes = this.bytes.slice(at, this.at);
    this.at = at;
    this.locals = locals;
    return bytes;
  }

  /** The instructions of a phrase, with these locals. */
  paste({ bytes, holes }: Phrase, x: Local, y: Local): void {
    const at = this.room(bytes.length, x, y, y);
    const out = this.bytes;
    out.set(bytes, at);
    for (let i = 0; i < holes.length; i += 2) out[at + holes[i]!] = holes[i + 1] === 0 ? x : y;
    this.at = at + bytes.length;
  }

  /** Makes room for `count` bytes in which these locals take one byte each. @returns where they begin */
  private room(count: number, a: Local, b: Local, c: Local): number {
    if ((a | b | c) >>> 0 > 0x7f || a >= this.locals || b >= this.locals || c >= this.locals)
      panic("such locals of the function are among its first 128", { a, b, c, locals: this.locals });
    if (this.at + count > this.capacity) this.reserve(count);
    return this.at;
  }
}
