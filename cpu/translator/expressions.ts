/**
 * Expressions: WebAssembly written as it is read, operands inside. A Code pushes its value, or does something, when it is
 * given a body; nothing is written before. For functions that are emitted once; tier 1 writes to the body directly.
 */

import type { FunctionBody, Instructions, MethodName } from "../wasm/body.ts";
import type { OPCODES, Opcode } from "../wasm/opcodes.ts";
import type { FunctionIndex, Label, Local } from "../wasm/types.ts";

export type Code = (b: FunctionBody) => void;

/** Instructions without immediates. */
type Plain = { [N in Opcode]: (typeof OPCODES)[N][1] extends "none" ? MethodName<N> : never }[Opcode];
type Load = Extract<keyof Instructions, `${string}_load${string}`>;
type Store = Extract<keyof Instructions, `${string}_store${string}`>;

/** The operands, then the instruction. */
export function op(name: Plain, ...operands: Code[]): Code {
  return (b) => {
    for (const operand of operands) operand(b);
    b[name]();
  };
}

export const get =
  (local: Local): Code =>
  (b) =>
    b.local_get(local);

export function set(local: Local, value: Code): Code {
  return (b) => {
    value(b);
    b.local_set(local);
  };
}

/** Sets the local and leaves its value. */
export function tee(local: Local, value: Code): Code {
  return (b) => {
    value(b);
    b.local_tee(local);
  };
}

export const i32 =
  (value: number): Code =>
  (b) =>
    b.i32_const(value);
export const i64 =
  (value: number | bigint): Code =>
  (b) =>
    b.i64_const(value);
export const f64 =
  (value: number): Code =>
  (b) =>
    b.f64_const(value);

/** Reads memory at `at` + `offset`, unsigned and exact. */
export function load(name: Load, at: Code, offset = 0): Code {
  return (b) => {
    at(b);
    b[name](offset);
  };
}

export function store(name: Store, at: Code, value: Code, offset = 0): Code {
  return (b) => {
    at(b);
    value(b);
    b[name](offset);
  };
}

export function when(condition: Code, ...then: Code[]): Code {
  return (b) => {
    condition(b);
    const label = b.if();
    for (const code of then) code(b);
    b.end(label);
  };
}

export function choose(condition: Code, ifSo: readonly Code[], ifNot: readonly Code[]): Code {
  return (b) => {
    condition(b);
    const label = b.if();
    for (const code of ifSo) code(b);
    b.else();
    for (const code of ifNot) code(b);
    b.end(label);
  };
}

/** The one value or the other; both are worked out. */
export function either(condition: Code, ifSo: Code, ifNot: Code): Code {
  return (b) => {
    ifSo(b);
    ifNot(b);
    condition(b);
    b.select();
  };
}

export const br =
  (label: Label): Code =>
  (b) =>
    b.br(label);

export function brIf(label: Label, condition: Code): Code {
  return (b) => {
    condition(b);
    b.br_if(label);
  };
}

export function call(f: FunctionIndex, ...operands: Code[]): Code {
  return (b) => {
    for (const operand of operands) operand(b);
    b.call(f);
  };
}

export function giveBack(value: Code): Code {
  return (b) => {
    value(b);
    b.return();
  };
}

export function seq(...codes: Code[]): Code {
  return (b) => {
    for (const code of codes) code(b);
  };
}

/** Code in a block; what it gives is written where the label means its end. */
export function block(inside: (end: Label) => Code): Code {
  return (b) => {
    const label = b.block();
    inside(label)(b);
    b.end(label);
  };
}

/** Code in a loop; the label means its beginning. */
export function loop(inside: (again: Label) => Code): Code {
  return (b) => {
    const label = b.loop();
    inside(label)(b);
    b.end(label);
  };
}

/** The low half of an i64. */
export const low = (value: Code): Code => op("i32_wrap_i64", value);
