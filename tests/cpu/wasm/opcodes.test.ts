/** Every row of the table is what wabt, a second reader and writer of modules, knows under that name. */

import { describe, expect, it } from "vitest";
import { FUNCTION_LABEL, type FunctionBody, methodName } from "../../../cpu/wasm/body.ts";
import { ModuleBuilder } from "../../../cpu/wasm/module.ts";
import { OPCODES, type Opcode, type Row } from "../../../cpu/wasm/opcodes.ts";
import {
  EXTERNREF,
  F32,
  F64,
  FUNCREF,
  type FunctionIndex,
  type GlobalIndex,
  I32,
  I64,
  type NumberType,
  type TableIndex,
} from "../../../cpu/wasm/types.ts";
import { canonical, textOf } from "./modules.ts";

const TYPES: Record<string, NumberType> = { i32: I32, i64: I64, f32: F32, f64: F64 };
const rows = Object.entries<Row>(OPCODES) as [Opcode, Row][];
const words = (text: string): string[] => text.split(" ").filter((word) => word !== "");
const typesOf = (text: string): NumberType[] => words(text).map((name) => TYPES[name]!);

/** What stands around a function in these tests, built and as text. */
function surroundings(module: ModuleBuilder, f: FunctionIndex): void {
  module.memory({ minimum: 1 });
  module.data(new Uint8Array(1));
  module.data(new Uint8Array(1));
  module.table({ type: FUNCREF, minimum: 1 });
  module.table({ type: FUNCREF, minimum: 1 });
  module.global({ type: I64, mutable: true }, { i64: 1 });
  module.global({ type: F32, mutable: true }, { f32: 1 });
  module.passiveElements([f]);
  module.passiveElements([f]);
}
const SURROUNDINGS = `(memory 1) (data "\\00") (data "\\00") (table 1 funcref) (table 1 funcref)
  (global (mut i64) (i64.const 1)) (global (mut f32) (f32.const 1)) (elem func 0) (elem func 0)`;

/** Our module with one function of that type, and wabt's of the text. */
function pair(takes: string, gives: string, write: (body: FunctionBody) => void, text: string): [string, string] {
  const module = new ModuleBuilder();
  const f = module.function(module.type(typesOf(takes), typesOf(gives)));
  surroundings(module, f);
  write(module.begin(f));
  module.end();
  return [
    textOf(module.finish()),
    canonical(`(module (func (param ${takes}) (result ${gives}) ${text}) ${SURROUNDINGS})`),
  ];
}

/** A function which is its parameters, the instruction and nothing else. */
function alone(name: Opcode, immediates: readonly number[], text: string): [string, string] {
  const [, , takes, gives] = OPCODES[name];
  const parameters = [...words(takes).keys()];
  const write = (body: FunctionBody) => {
    for (const i of parameters) body.local_get(body.parameter(i));
    (body[methodName(name)] as (...immediates: number[]) => void)(...immediates);
  };
  return pair(takes, gives, write, `${parameters.map((i) => `local.get ${i} `).join("")}${name} ${text}`);
}

/** Immediates of the kinds that do not decide a type, and their text. */
const IMMEDIATES: Partial<Record<Row[1], [number[], string]>> = {
  none: [[], ""],
  access: [[40_000], "offset=40000"],
  memory: [[], ""],
  memories: [[], ""],
  data: [[1], "1"],
  segment: [[1], "1"],
  element: [[1], "1"],
  elements: [[1, 1], "1 1"],
  tables: [[1, 0], "1 0"],
  table: [[1], "1"],
  i32: [[-500], "-500"],
  i64: [[-500], "-500"],
  f32: [[1.5], "1.5"],
  f64: [[1.5], "1.5"],
};

describe("the table of instructions", () => {
  it("has each opcode once", () => {
    expect(new Set(rows.map(([, [opcode]]) => opcode)).size).toBe(rows.length);
  });

  const typed = rows.filter(([, [, , takes, gives]]) => takes !== "*" && gives !== "*");
  it("knows the types of most instructions", () => expect(typed.length).toBeGreaterThan(160));

  it.each(typed)("has %s as wabt has it, of the types of its row", (name, [, kind, , , bytes]) => {
    expect(bytes !== undefined).toBe(kind === "access");
    const [ours, wabts] = alone(name, ...IMMEDIATES[kind]!);
    expect(ours).toBe(wabts);
  });

  it.each(typed.filter(([, [, kind]]) => kind === "access"))("has the alignments of %s", (name, [, , , , bytes]) => {
    for (const align of [1, 2, 4, 8].filter((align) => align <= bytes!)) {
      const [ours, wabts] = alone(name, [0, align], `align=${align}`);
      expect(ours).toBe(wabts);
    }
    for (const align of [bytes! * 2, 0, 3, -4, 1.5, 2 ** 32, 2 ** 31]) {
      expect(() => alone(name, [0, align], "")).toThrow("an alignment");
    }
  });

  it("leaves no instruction without a comparison", () => {
    const shown = Object.values(UNTYPED).flatMap(({ text }) => text.match(/[a-z_0-9.]+/g)!);
    const untyped = rows.filter(([, row]) => row[2] === "*" || row[3] === "*").map(([name]) => name);
    expect(untyped.filter((name) => !shown.includes(name))).toEqual([]);
  });
});

/** Instructions whose types depend on their immediates or on what is on the stack. */
const UNTYPED: Record<string, { takes?: string; gives?: string; write: (b: FunctionBody) => void; text: string }> = {
  "block, loop, br, end": {
    write: (b) => {
      const out = b.block();
      const again = b.loop();
      const inner = b.block(I32);
      b.br(again);
      b.end(inner);
      b.drop();
      b.br(out);
      b.end(again);
      b.nop();
      b.br(FUNCTION_LABEL);
      b.end();
    },
    text: "block loop block (result i32) br 1 end drop br 1 end nop br 1 end",
  },
  "if, else, br_if": {
    takes: "i32",
    gives: "i64",
    write: (b) => {
      b.local_get(b.parameter(0));
      const out = b.if(I64);
      b.i64_const(1);
      b.local_get(b.parameter(0));
      b.br_if(out);
      b.else();
      b.i64_const(2);
      b.end(out);
    },
    text: "local.get 0 if (result i64) i64.const 1 local.get 0 br_if 0 else i64.const 2 end",
  },
  "br_table, return, unreachable": {
    takes: "i32",
    write: (b) => {
      const labels = [b.block(), b.loop(), b.block()];
      b.local_get(b.parameter(0));
      b.br_table([...labels, FUNCTION_LABEL], labels[1]!);
      for (const label of labels.reverse()) b.end(label);
      b.return();
      b.unreachable();
    },
    text: "block loop block local.get 0 br_table 2 1 0 3 1 end end end return unreachable",
  },
  "call and call_indirect, return_call and return_call_indirect": {
    takes: "i32",
    gives: "i64",
    write: (b) => {
      for (const call of [() => b.call(0 as FunctionIndex), () => b.return_call(0 as FunctionIndex)]) {
        b.local_get(b.parameter(0));
        call();
      }
      for (const write of [b.call_indirect, b.return_call_indirect]) {
        for (const table of [undefined, 1 as TableIndex]) {
          b.local_get(b.parameter(0));
          b.local_get(b.parameter(0));
          write.call(b, 0 as never, table);
        }
      }
    },
    text: `local.get 0 call 0 local.get 0 return_call 0
      local.get 0 local.get 0 call_indirect 0 (param i32) (result i64)
      local.get 0 local.get 0 call_indirect 1 (param i32) (result i64)
      local.get 0 local.get 0 return_call_indirect 0 (param i32) (result i64)
      local.get 0 local.get 0 return_call_indirect 1 (param i32) (result i64)`,
  },
  "drop, select, locals, globals": {
    takes: "i32 f64",
    gives: "f64",
    write: (b) => {
      const [i, f, x] = [b.parameter(0), b.parameter(1), b.local(F32)];
      const y = b.local(I64, 2);
      b.local_get(f);
      b.local_get(f);
      b.local_get(i);
      b.select();
      b.global_get(0 as GlobalIndex);
      b.local_tee(y);
      b.global_set(0 as GlobalIndex);
      b.global_get(1 as GlobalIndex);
      b.local_set(x);
      b.ref_null(EXTERNREF);
      b.ref_null(EXTERNREF);
      b.local_get(i);
      b.select(EXTERNREF);
      b.drop();
    },
    text: `(local f32 i64 i64) local.get 1 local.get 1 local.get 0 select global.get 0 local.tee 3 global.set 0
      global.get 1 local.set 2 ref.null extern ref.null extern local.get 0 select (result externref) drop`,
  },
  tables: {
    takes: "i32",
    gives: "i32",
    write: (b) => {
      const [i, table] = [b.parameter(0), 1 as TableIndex];
      b.local_get(i);
      b.local_get(i);
      b.table_get(table);
      b.table_set(table);
      b.ref_null(FUNCREF);
      b.local_get(i);
      b.table_grow(table);
      b.drop();
      b.local_get(i);
      b.ref_func(0 as FunctionIndex);
      b.local_get(i);
      b.table_fill(table);
      b.ref_null(FUNCREF);
      b.ref_is_null();
    },
    text: `local.get 0 local.get 0 table.get 1 table.set 1 ref.null func local.get 0 table.grow 1 drop
      local.get 0 ref.func 0 local.get 0 table.fill 1 ref.null func ref.is_null`,
  },
};

describe("instructions whose types depend on more than their name", () => {
  it.each(Object.entries(UNTYPED))("are as wabt has them: %s", (_, { takes, gives, write, text }) => {
    const [ours, wabts] = pair(takes ?? "", gives ?? "", write, text);
    expect(ours).toBe(wabts);
  });
});
