/**
 * The words of WebAssembly's type system and index spaces (core specification, chapter 2), as the builder's callers use
 * them. No behaviour.
 *
 * (1) A value type is the signed number that its byte is when read as LEB128 (core 5.3.1). So one signed number says a
 *     block's type: a value type where negative, the index of a function type from 0 on (core 5.3.5).
 * (2) Each index space has a type of its own: a local cannot be given where a global or a function is meant.
 */

/** The types of numbers. */
export const I32 = -0x01;
export const I64 = -0x02;
export const F32 = -0x03;
export const F64 = -0x04;
/** The types of references: to a function, to something of the host. */
export const FUNCREF = -0x10;
export const EXTERNREF = -0x11;
/** The type of a block that takes nothing and leaves nothing. */
export const EMPTY = -0x40;

export type NumberType = typeof I32 | typeof I64 | typeof F32 | typeof F64;
export type ReferenceType = typeof FUNCREF | typeof EXTERNREF;
export type ValueType = NumberType | ReferenceType;

declare const space: unique symbol;
type Index<Space extends string> = number & { readonly [space]: Space };

/** The index of a function type. */
export type TypeIndex = Index<"type">;
export type FunctionIndex = Index<"function">;
export type TableIndex = Index<"table">;
export type MemoryIndex = Index<"memory">;
export type GlobalIndex = Index<"global">;
export type ElementIndex = Index<"element">;
export type DataIndex = Index<"data">;
/** A parameter or local variable of a function. */
export type Local = Index<"local">;
/** An open block, as block(), loop() and if() return it; good until its end. */
export type Label = Index<"label">;

/** Nothing, one result, or a function type: its parameters are taken from the stack, its results left there. */
export type BlockType = typeof EMPTY | ValueType | TypeIndex;

/** Entries of a table, or pages of 64 KiB of a memory. A shared memory needs a maximum. */
export interface Limits {
  readonly minimum: number;
  readonly maximum?: number;
}

export interface MemoryType extends Limits {
  readonly shared?: boolean;
}

export interface TableType extends Limits {
  readonly type: ReferenceType;
}

export interface GlobalType {
  readonly type: ValueType;
  readonly mutable: boolean;
}

/** An expression that is known when a module is instantiated (core 3.3.10). A global must be an imported constant. */
export type Constant =
  | { readonly i32: number }
  | { readonly i64: number | bigint }
  | { readonly f32: number }
  | { readonly f64: number }
  | { readonly global: GlobalIndex }
  | { readonly func: FunctionIndex }
  | { readonly none: ReferenceType };
