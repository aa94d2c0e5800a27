/**
 * Function body: the locals and instructions of one function, written in order. One method an instruction, named as in
 * WebAssembly's text with "_" for ".": body.i32_add(), body.local_get(x), body.if(I64). The methods and their types
 * derive from OPCODES; what operands are on the stack is for the module's validation to judge.
 *
 * (1) open[0..depth] are the labels of the open blocks, outermost first; open[0] is the function itself.
 * (2) A label is (how many blocks were opened before) * DEPTHS + depth, so that a label of a block that has ended is not
 *     mistaken for the one now open at its depth (until OPENINGS blocks later).
 * (3) Nothing is allocated for an instruction, unless the buffer grows.
 *
 * The commonest instructions are written at once where the buffer has room, the others byte by byte: a running program's code is
 * emitted by methods that the host has not optimised yet.
 */

import { panic } from "../panic.ts";
import type { Immediates } from "./immediates.ts";
import { OPCODES, type Opcode, type Row } from "./opcodes.ts";
import { RunWriter } from "./runs.ts";
import { type BlockType, EMPTY, type Label, type Local, type TypeIndex, type ValueType } from "./types.ts";

/** How deep blocks may lie in each other. */
const DEPTHS = 1 << 12;
/** Labels stay small integers. */
const OPENINGS = 1 << 18;

/** The label of the function: a branch to it returns. */
export const FUNCTION_LABEL = 0 as Label;

/** What may follow in a block: `else` only in an `if` that has had none. */
const PLAIN = 0;
const CONDITIONAL = 1;

/** What the methods below work on; the ByteBuffer takes the instructions. */
class Body extends RunWriter {
  private readonly open = new Int32Array(DEPTHS);
  private readonly kinds = new Uint8Array(DEPTHS);
  private depth = -1;
  private openings = 0;
  private parameters = 0;
  /** Runs of locals of one type after the parameters: type, count, type, count... */
  private readonly runs: number[] = [];
  /** Names of locals, for the name section. */
  names = new Map<Local, string>();

  /** Whether a function is being written. */
  get busy(): boolean {
    return this.depth >= 0;
  }

  /** Starts a function with so many parameters. What was written before is kept: bodies follow each other. */
  begin(parameters: number): void {
    this.depth = 0;
    this.openings = 0;
    this.parameters = parameters;
    this.locals = parameters;
    this.runs.length = 0;
    this.hints = [];
    if (this.names.size > 0) this.names = new Map();
  }

  /** Ends a function whose blocks have all ended. */
  finish(): void {
    if (this.depth !== 0) panic("every block has ended where its function ends", { open: this.depth });
    this.depth = -1;
    this.u8(OPCODES.end[0]);
  }

  /** Gives up what is being written. */
  abandon(): void {
    this.depth = -1;
  }

  /** The declaration of the locals (core 5.4.13), which goes before the instructions. */
  declareLocals(): void {
    const { runs } = this;
    this.u32(runs.length >> 1);
    for (let i = 0; i < runs.length; i += 2) {
      this.u32(runs[i + 1]!);
      this.u8(runs[i]! & 0x7f);
    }
  }

  /** The parameter of that number, from 0 on. */
  parameter(index: number): Local {
    if (!(index >= 0 && index < this.parameters)) {
      panic("the function has such a parameter", { index, parameters: this.parameters });
    }
    return index as Local;
  }

  /** A new local variable; 0 or null at first. Of several, `count`, the first is returned and the others follow it. */
  local(type: ValueType, count = 1): Local {
    const { runs } = this;
    const first = this.locals;
    if (runs[runs.length - 2] === type) runs[runs.length - 1]! += count;
    else runs.push(type, count);
    this.locals += count;
    return first as Local;
  }

  /** Names a local for those who read the module as text. */
  nameLocal(index: Local, name: string): void {
    this.checkLocal(index);
    this.names.set(index, name);
  }

  /**
   * The condition of the br_if or if that comes next hardly ever holds: a branch hint (proposal "branch hinting"), for hosts that
   * know such. To validation it is nothing.
   */
  unlikely(): void {
    this.hints.push(this.at, 0);
  }

  /** The same, when it nearly always holds. */
  likely(): void {
    this.hints.push(this.at, 1);
  }

  /** i64.const from its halves, each signed or unsigned. */
  i64_const_halves(low: number, high: number): void {
    this.u8(OPCODES["i64.const"][0]);
    this.s64Halves(low, high);
  }

  opcode(opcode: number): void {
    if (opcode > 0xff) this.u8(opcode >> 8);
    this.u8(opcode & 0xff);
  }

  checkLocal(index: Local): void {
    if (!(index >= 0 && index < this.locals)) panic("the function has such a local", { index, locals: this.locals });
  }

  push(type: BlockType, conditional: boolean): Label {
    const depth = ++this.depth;
    if (depth === 0 || depth >= DEPTHS) panic("blocks are in a function, and not too deep", { depth, DEPTHS });
    this.openings = (this.openings + 1) % OPENINGS;
    const label = this.openings * DEPTHS + depth;
    this.open[depth] = label;
    this.kinds[depth] = conditional ? CONDITIONAL : PLAIN;
    this.s32(type);
    return label as Label;
  }

  otherwise(): void {
    const { depth } = this;
    if (depth < 1 || this.kinds[depth] !== CONDITIONAL) panic("else is in an if, once", { depth });
    this.kinds[depth] = PLAIN;
  }

  pop(label?: Label): void {
    const { depth } = this;
    if (depth < 1) panic("end has a block to end", { depth });
    if (label !== undefined && this.open[depth] !== label) {
      panic("the block that ends is the innermost one", { label, innermost: this.open[depth] });
    }
    this.depth = depth - 1;
  }

  /** How many blocks lie between here and the one with that label. */
  distance(label: Label): number {
    const depth = label & (DEPTHS - 1);
    if (depth > this.depth || this.open[depth] !== label) panic("a branch goes to an open block", { label });
    return this.depth - depth;
  }
}

type Maker<Kind extends keyof Immediates> = (
  opcode: number,
  bytes: number,
) => (this: Body, ...immediates: Parameters<Immediates[Kind]>) => ReturnType<Immediates[Kind]>;

/** An opcode and one index. */
const indexed: Maker<"function" | "table" | "element" | "segment" | "global"> = (opcode) =>
  function (index) {
    this.opcode(opcode);
    this.u32(index);
  };

/** The method for an opcode, by its kind of immediates. */
const MAKERS: { readonly [Kind in keyof Immediates]: Maker<Kind> } = {
  none: (opcode) =>
    function () {
      const { at } = this;
      if (opcode > 0xff || at >= this.capacity) this.opcode(opcode);
      else {
        this.bytes[at] = opcode;
        this.at = at + 1;
      }
    },
  select: (opcode) =>
    function (type) {
      if (type === undefined) this.opcode(opcode);
      else {
        // The next opcode is the form with types, of which there is one (core 5.4.3).
        this.opcode(opcode + 1);
        this.u8(1);
        this.u8(type & 0x7f);
      }
    },
  open: (opcode) => {
    const conditional = opcode === OPCODES.if[0];
    return function (type = EMPTY) {
      this.u8(opcode);
      return this.push(type, conditional);
    };
  },
  otherwise: (opcode) =>
    function () {
      this.otherwise();
      this.opcode(opcode);
    },
  close: (opcode) =>
    function (label) {
      this.pop(label);
      this.opcode(opcode);
    },
  label: (opcode) =>
    function (label) {
      this.u8(opcode);
      this.u32(this.distance(label));
    },
  labels: (opcode) =>
    function (labels, otherwise) {
      this.opcode(opcode);
      this.u32(labels.length);
      for (let i = 0; i < labels.length; i++) this.u32(this.distance(labels[i]!));
      this.u32(this.distance(otherwise));
    },
  local: (opcode) =>
    function (index) {
      const { at } = this;
      if (!(index >= 0 && index < this.locals)) this.checkLocal(index);
      if (index > 0x7f || at + 2 > this.capacity) {
        this.opcode(opcode);
        this.u32(index);
      } else {
        this.bytes[at] = opcode;
        this.bytes[at + 1] = index;
        this.at = at + 2;
      }
    },
  signature: (opcode) =>
    function (type: TypeIndex, table = 0 as never) {
      this.opcode(opcode);
      this.u32(type);
      this.u32(table);
    },
  tables: (opcode) =>
    function (to, from) {
      this.opcode(opcode);
      this.u32(to);
      this.u32(from);
    },
  elements: (opcode) =>
    function (index, table = 0 as never) {
      this.opcode(opcode);
      this.u32(index);
      this.u32(table);
    },
  reference: (opcode) =>
    function (type) {
      this.opcode(opcode);
      this.u8(type & 0x7f);
    },
  access: (opcode, bytes) => {
    const most = Math.log2(bytes);
    return function (offset = 0, align = bytes) {
      const exponent = align === bytes ? most : 31 - Math.clz32(align);
      if (1 << exponent !== align || exponent > most)
        panic("an alignment is a power of two up to the access", { align });
      const { at } = this;
      if (at + 2 > this.capacity) this.reserve(2);
      this.bytes[at] = opcode;
      this.bytes[at + 1] = exponent;
      this.at = at + 2;
      this.u32(offset);
    };
  },
  memory: (opcode) =>
    function () {
      this.opcode(opcode);
      this.u8(0);
    },
  memories: (opcode) =>
    function () {
      this.opcode(opcode);
      this.u8(0);
      this.u8(0);
    },
  data: (opcode) =>
    function (index) {
      this.opcode(opcode);
      this.u32(index);
      this.u8(0);
    },
  function: indexed,
  table: indexed,
  element: indexed,
  segment: indexed,
  global: indexed,
  i32: (opcode) =>
    function (value) {
      const { at } = this;
      if (value !== (value | 0) || value > 0x3f || value < -0x40 || at + 2 > this.capacity) {
        this.opcode(opcode);
        this.s32(value);
      } else {
        this.bytes[at] = opcode;
        this.bytes[at + 1] = value & 0x7f;
        this.at = at + 2;
      }
    },
  i64: (opcode) =>
    function (value) {
      const { at } = this;
      if (
        typeof value === "bigint" ||
        value !== (value | 0) ||
        value > 0x3f ||
        value < -0x40 ||
        at + 2 > this.capacity
      ) {
        this.opcode(opcode);
        this.s64(value);
      } else {
        this.bytes[at] = opcode;
        this.bytes[at + 1] = value & 0x7f;
        this.at = at + 2;
      }
    },
  f32: (opcode) =>
    function (value) {
      this.opcode(opcode);
      this.f32(value);
    },
  f64: (opcode) =>
    function (value) {
      this.opcode(opcode);
      this.f64(value);
    },
};

/** An instruction's name as a method. */
export type MethodName<Name extends string> = Name extends `${infer Group}.${infer Rest}` ? `${Group}_${Rest}` : Name;

export function methodName<Name extends Opcode>(name: Name): MethodName<Name> {
  return name.replace(".", "_") as MethodName<Name>;
}

/** One method an instruction. */
export type Instructions = {
  [Name in Opcode as MethodName<Name>]: Immediates[(typeof OPCODES)[Name][1]];
};

for (const [name, [opcode, kind, , , bytes]] of Object.entries<Row>(OPCODES)) {
  const value = MAKERS[kind](opcode, bytes ?? 0);
  Object.defineProperty(Body.prototype, methodName(name as Opcode), { value });
}

/** What callers of a module builder see of a body. */
export type FunctionBody = Instructions &
  Pick<
    Body,
    | "parameter"
    | "local"
    | "nameLocal"
    | "i64_const_halves"
    | "likely"
    | "unlikely"
    | "binary"
    | "binaryConst"
    | "loadLocal"
    | "storeLocal"
    | "phrase"
    | "paste"
  >;

/** The same with what the builder alone needs. */
export type BodyWriter = Instructions & Body;

export function bodyWriter(): BodyWriter {
  return new Body() as BodyWriter;
}
