/** Whole modules: their text as wabt reads it, their behaviour in this engine, and misuse of the builder. */

import { describe, expect, it } from "vitest";
import { FUNCTION_LABEL, type FunctionBody } from "../../../cpu/wasm/body.ts";
import { ModuleBuilder } from "../../../cpu/wasm/module.ts";
import { plainOpcode } from "../../../cpu/wasm/runs.ts";
import { EXTERNREF, F64, FUNCREF, type FunctionIndex, I32, I64, type Local } from "../../../cpu/wasm/types.ts";
import { canonical, compiled, instantiate, textOf } from "./modules.ts";

/** A module with something in every section. */
function everything(module = new ModuleBuilder()): Uint8Array<ArrayBuffer> {
  module.name("all");
  const binary = module.type([I64, I64], [I64]);
  const none = module.type([], []);
  expect(module.type([I64, I64], [I64])).toBe(binary);
  const log = module.importFunction("host", "log", module.type([I32], []), "log");
  module.importMemory("host", "memory", { minimum: 1, maximum: 4, shared: true });
  const imported = module.importTable("host", "table", { type: FUNCREF, minimum: 2 });
  const base = module.importGlobal("host", "base", { type: I32, mutable: false });
  const init = module.function(none, "init");
  const sum = module.function(binary, "sum");
  const own = module.table({ type: FUNCREF, minimum: 4, maximum: 9 });
  module.table({ type: EXTERNREF, minimum: 0 });
  const count = module.global({ type: I64, mutable: true }, { i64: -3n });
  module.global({ type: F64, mutable: false }, { f64: 0.5 });
  module.global({ type: FUNCREF, mutable: false }, { func: sum });
  module.global({ type: EXTERNREF, mutable: true }, { none: EXTERNREF });
  module.exportFunction("sum", sum);
  module.exportTable("own", own);
  module.exportGlobal("count", count);
  module.start(init);
  module.elements([sum, init], imported, { global: base });
  module.elements([sum], own, { i32: 3 });
  module.passiveElements([sum]);
  module.passiveElements([init], "declared");
  const passive = module.data(new Uint8Array([1, 2, 3]));
  module.data(new TextEncoder().encode("text"), { i32: 8 });
  // Written in another order than declared.
  const s = module.begin(sum);
  const [a, b] = [s.parameter(0), s.parameter(1)];
  const [c, d] = [s.local(I64), s.local(F64, 2)];
  s.nameLocal(d, "d");
  s.nameLocal(a, "a");
  s.local_get(a);
  s.local_get(b);
  s.i64_add();
  s.local_tee(c);
  module.end();
  const i = module.begin(init);
  for (const value of [0, 0, 3]) i.i32_const(value);
  i.memory_init(passive);
  i.data_drop(passive);
  i.i32_const(7);
  i.call(log);
  module.end();
  return module.finish();
}

const EVERYTHING = `(module $all
  (type (func (param i64 i64) (result i64))) (type (func)) (type (func (param i32)))
  (import "host" "log" (func $log (type 2)))
  (import "host" "memory" (memory 1 4 shared))
  (import "host" "table" (table 2 funcref))
  (import "host" "base" (global i32))
  (func $init (type 1) i32.const 0 i32.const 0 i32.const 3 memory.init 0 data.drop 0 i32.const 7 call $log)
  (func $sum (type 0) (param $a i64) (param i64) (result i64) (local i64) (local $d f64) (local f64)
    local.get $a local.get 1 i64.add local.tee 2)
  (table 4 9 funcref) (table 0 externref)
  (global (mut i64) (i64.const -3)) (global f64 (f64.const 0.5)) (global funcref (ref.func $sum))
  (global (mut externref) (ref.null extern))
  (export "sum" (func $sum)) (export "own" (table 1)) (export "count" (global 1))
  (start $init)
  (elem (table 0) (global.get 0) func $sum $init) (elem (table 1) (i32.const 3) func $sum) (elem func $sum)
  (elem declare func $init)
  (data "\\01\\02\\03") (data (i32.const 8) "text"))`;

describe("a module with something in every section", () => {
  it("reads as its text", () => expect(textOf(everything())).toBe(canonical(EVERYTHING)));

  it("shares memory, table and functions with its host", () => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 4, shared: true });
    const table = new WebAssembly.Table({ element: "anyfunc", initial: 3 });
    const logged: number[] = [];
    const host = { memory, table, base: 1, log: (value: number) => logged.push(value) };
    const { sum, count } = instantiate(everything(), { host }) as { sum: unknown; count: WebAssembly.Global };
    expect(logged).toEqual([7]);
    expect(table.get(1)).toBe(sum);
    expect((sum as (a: bigint, b: bigint) => bigint)(1n << 62n, 1n << 62n)).toBe(-(1n << 63n));
    expect([...new Uint8Array(memory.buffer, 0, 12)]).toEqual([
      1,
      2,
      3,
      0,
      0,
      0,
      0,
      0,
      ...new TextEncoder().encode("text"),
    ]);
    expect(count.value).toBe(-3n);
  });

  it("has the same bytes from a builder that was used before, also after misuse", () => {
    const builder = new ModuleBuilder();
    const first = everything(builder);
    for (let round = 0; round < 2; round++) {
      builder.reset();
      const body = builder.begin(builder.function(builder.type([I32], []), "half"));
      body.nameLocal(body.local(I64), "x");
      body.block();
      expect(() => builder.end()).toThrow("every block");
      builder.reset();
      expect(everything(builder)).toEqual(first);
    }
    expect(builder.finish()).toEqual(first);
  });

  it("has nothing but its preamble when nothing is in it", () => {
    expect(new ModuleBuilder().finish()).toEqual(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  });
});

describe("compiled functions", () => {
  it("chooses by br_table", () => {
    const f = compiled<(i: number) => number>([I32], [I32], (body) => {
      const labels = [0, 1, 2, 3].map(() => body.block()).reverse();
      body.local_get(body.parameter(0));
      body.br_table(labels, labels[1]!);
      for (const [index, label] of labels.entries()) {
        body.end(label);
        body.i32_const(100 + index);
        body.return();
      }
      body.unreachable();
    });
    expect([0, 1, 2, 3, 4, -1].map(f)).toEqual([100, 101, 102, 103, 101, 101]);
  });

  it("runs a million tail calls in no stack", () => {
    const module = new ModuleBuilder();
    const type = module.type([I32, I64], [I64]);
    const [even, odd] = [module.function(type), module.function(type)];
    const table = module.table({ type: FUNCREF, minimum: 1 });
    module.elements([even], table, { i32: 0 });
    module.exportFunction("even", even);
    const step = (index: FunctionIndex, call: (body: FunctionBody) => void) => {
      const body = module.begin(index);
      body.local_get(body.parameter(0));
      body.i32_eqz();
      body.if();
      body.local_get(body.parameter(1));
      body.return();
      body.end();
      body.local_get(body.parameter(0));
      body.i32_const(1);
      body.i32_sub();
      body.local_get(body.parameter(1));
      body.i64_const(3);
      body.i64_add();
      call(body);
      module.end();
    };
    step(even, (body) => body.return_call(odd));
    step(odd, (body) => {
      body.i32_const(0);
      body.return_call_indirect(type, table);
    });
    const exports = instantiate(module.finish()) as { even: (n: number, sum: bigint) => bigint };
    expect(exports.even(1_000_000, 0n)).toBe(3_000_000n);
  });

  it("takes and gives several values through a block", () => {
    const f = compiled<(a: bigint, b: bigint) => bigint>([I64, I64], [I64], (body, module) => {
      body.local_get(body.parameter(0));
      body.local_get(body.parameter(1));
      const swap = body.block(module.type([I64, I64], [I64, I64]));
      const [x, y] = [body.local(I64), body.local(I64)];
      body.local_set(y);
      body.local_set(x);
      body.local_get(y);
      body.local_get(x);
      body.br(swap);
      body.end(swap);
      body.i64_sub();
    });
    expect(f(3n, 10n)).toBe(7n);
  });

  it("goes on when blocks lie deep in each other", () => {
    const depth = 2000;
    const f = compiled<(i: number) => number>([I32], [I32], (body) => {
      const labels = Array.from({ length: depth }, () => body.block());
      body.local_get(body.parameter(0));
      body.br_if(labels[0]!);
      body.i32_const(1);
      body.br(FUNCTION_LABEL);
      for (const label of labels.reverse()) body.end(label);
      body.i32_const(2);
    });
    expect([f(0), f(1)]).toEqual([1, 2]);
  });
});

describe("runs of instructions in one call", () => {
  const VALUES = [0, -64, 63, 64, -65, 2 ** 31, -(2 ** 40)];
  const ADDRESSES = [0, 127, 128, 2 ** 32 - 8];

  /** The bytes of a function of eight i64 locals. The builder's buffer is small at first: it must grow within runs. */
  function bytesOf(write: (body: FunctionBody, locals: readonly Local[]) => void): Uint8Array {
    const module = new ModuleBuilder();
    module.memory({ minimum: 1 });
    const body = module.begin(module.function(module.type([], [])));
    const first = body.local(I64, 8);
    const locals = Array.from({ length: 8 }, (_, i) => (first + i) as Local);
    for (let i = 0; i < 50; i++) write(body, locals);
    module.end();
    return module.finish();
  }

  it("are the same as one by one", () => {
    const together = bytesOf((body, [a, b, c]) => {
      body.binary(a!, b!, plainOpcode("i64.xor"), c!);
      for (const value of VALUES) body.binaryConst(c!, a!, plainOpcode("i64.add"), value);
      for (const address of ADDRESSES) body.loadLocal(b!, address);
      for (const address of ADDRESSES) body.storeLocal(address, c!);
    });
    const apart = bytesOf((body, [a, b, c]) => {
      body.local_get(b!);
      body.local_get(c!);
      body.i64_xor();
      body.local_set(a!);
      for (const value of VALUES) {
        body.local_get(a!);
        body.i64_const(value);
        body.i64_add();
        body.local_set(c!);
      }
      for (const address of ADDRESSES) {
        body.i32_const(0);
        body.i64_load(address);
        body.local_set(b!);
      }
      for (const address of ADDRESSES) {
        body.i32_const(0);
        body.local_get(c!);
        body.i64_store(address);
      }
    });
    expect(together).toEqual(apart);
    expect(WebAssembly.validate(together as Uint8Array<ArrayBuffer>)).toBe(true);
  });

  it("are the same pasted as written, and making a phrase leaves nothing behind", () => {
    const write = (body: FunctionBody) => (x: Local, y: Local) => {
      body.local_get(x);
      body.i64_const(0x21_4020);
      body.i64_add();
      body.local_tee(y);
      body.i64_eqz();
      body.if();
      body.local_get(y);
      body.local_set(x);
      body.end();
    };
    const pasted = bytesOf((body, [a, b, c]) => {
      const phrase = body.phrase(write(body));
      body.paste(phrase, a!, b!);
      body.paste(phrase, c!, c!);
    });
    const apart = bytesOf((body, [a, b, c]) => {
      write(body)(a!, b!);
      write(body)(c!, c!);
    });
    expect(pasted).toEqual(apart);
    expect(() => bytesOf((body) => body.phrase(() => body.likely()))).toThrow(/no branch hints/);
  });

  it("take locals of the function alone, of one byte", () => {
    const wrong = (index: number, count: number) => () =>
      bytesOf((body) => {
        body.local(I64, count);
        body.loadLocal(index as Local, 0);
      });
    expect(wrong(9, 1)).toThrow(/such locals/);
    expect(wrong(128, 200)).toThrow(/such locals/);
  });
});

describe("branch hints", () => {
  it("stand before the code, by function, at the offset of each branch from the declaration of locals", () => {
    const module = new ModuleBuilder();
    const imported = module.importFunction("host", "f", module.type([], []));
    module.begin(module.function(module.type([], [])));
    module.end();
    const b = module.begin(module.function(module.type([I32], [])));
    const local = b.local(I64);
    const out = b.block();
    b.local_get(b.parameter(0));
    b.unlikely();
    b.br_if(out);
    b.local_get(b.parameter(0));
    b.likely();
    b.if();
    b.i64_const(7);
    b.local_set(local);
    b.end();
    b.end(out);
    module.end();
    const bytes = module.finish();
    const [hints, more] = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), "metadata.code.branch_hint");
    expect(more).toBeUndefined();
    // One group of one local: 3 bytes; block, local.get and their immediates.
    expect([...new Uint8Array(hints)]).toEqual([1, imported + 2, 2, 7, 1, 0, 11, 1, 1]);
    const body = bytes.lastIndexOf(0x0d) - 7;
    expect([...bytes.subarray(body, body + 12)]).toEqual([1, 1, 0x7e, 0x02, 0x40, 0x20, 0, 0x0d, 0, 0x20, 0, 0x04]);
  });

  it("are left out where there are none", () => {
    const module = new WebAssembly.Module(everything());
    expect(WebAssembly.Module.customSections(module, "metadata.code.branch_hint")).toEqual([]);
  });
});

describe("misuse", () => {
  const body = (): FunctionBody => {
    const module = new ModuleBuilder();
    return module.begin(module.function(module.type([I32], [])));
  };
  const attempts: Record<string, [(b: FunctionBody) => unknown, string]> = {
    "a branch to a block that has ended": [
      (b) => {
        const l = b.block();
        b.end();
        b.br(l);
      },
      "open block",
    ],
    "a branch to one that another has replaced": [
      (b) => {
        const l = b.block();
        b.end();
        b.block();
        b.br(l);
      },
      "open block",
    ],
    "a table of branches with such a one": [
      (b) => {
        const l = b.block();
        b.end();
        b.br_table([l], FUNCTION_LABEL);
      },
      "open block",
    ],
    "end of the function's own block": [(b) => b.end(), "a block to end"],
    "end of a block that is not the innermost": [
      (b) => {
        const l = b.block();
        b.block();
        b.end(l);
      },
      "innermost",
    ],
    "else outside of an if": [
      (b) => {
        b.block();
        b.else();
      },
      "else",
    ],
    "else twice": [
      (b) => {
        b.if();
        b.else();
        b.else();
      },
      "else",
    ],
    "else of the function": [(b) => b.else(), "else"],
    "a local that is not there": [(b) => b.local_get(1 as Local), "such a local"],
    "a negative local": [(b) => b.local_set(-1 as Local), "such a local"],
    "a parameter that is not there": [(b) => b.parameter(1), "such a parameter"],
    "a number that is no i32": [(b) => b.i32_const(2 ** 40), "s32"],
    "a negative offset": [(b) => b.i32_load(-8), "u32"],
    "blocks without end": [
      (b) => {
        for (;;) b.block();
      },
      "too deep",
    ],
  };
  it.each(Object.entries(attempts))("of a body is answered: %s", (_, [attempt, message]) => {
    expect(() => attempt(body())).toThrow(message);
  });

  it("of the builder is answered", () => {
    const module = new ModuleBuilder();
    const type = module.type([], []);
    const imported = module.importFunction("a", "b", type);
    const f = module.function(type);
    module.exportFunction("f", f);
    expect(() => module.importFunction("a", "b", type)).toThrow("imports come before");
    expect(() => module.exportFunction("f", f)).toThrow("different");
    expect(() => module.function(9 as typeof type)).toThrow("type of its module");
    expect(() => module.begin(imported)).toThrow("written once");
    expect(() => module.end()).toThrow("has begun");
    expect(() => module.finish()).toThrow("every function is written");
    module.begin(f);
    expect(() => module.begin(f)).toThrow("one body");
    expect(() => module.finish()).toThrow("every body has ended");
    module.end();
    expect(() => module.begin(f)).toThrow("written once");
    expect(() => module.memory({ minimum: 1, shared: true })).toThrow("maximum");
    expect(() => module.memory({ minimum: 2, maximum: 1 })).toThrow("maximum");
  });
});
