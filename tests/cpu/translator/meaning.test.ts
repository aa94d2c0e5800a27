/** Each row of MEANINGS, compiled, gives what execute.ts's function of the same name gives. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, type Insn } from "../../../cpu/decode.ts";
import { encode } from "../../../cpu/fields.ts";
import { CSR_SLOT } from "../../../cpu/hart.ts";
import { FIELDS, type FieldName, INSTRUCTIONS, type Mnemonic } from "../../../cpu/isa.ts";
import { RAM_BASE } from "../../../cpu/machine.ts";
import { immediateOf, MEANINGS, type Operand } from "../../../cpu/translator/meaning.ts";
import type { FunctionBody } from "../../../cpu/wasm/body.ts";
import { ModuleBuilder } from "../../../cpu/wasm/module.ts";
import { I32, I64, type Local, type NumberType } from "../../../cpu/wasm/types.ts";
import { machine } from "../machines.ts";
import { instantiate, textOf } from "../wasm/modules.ts";

const mnemonics = Object.keys(INSTRUCTIONS) as Mnemonic[];
const ofKind = (...kinds: string[]) => mnemonics.filter((name) => kinds.includes(MEANINGS[name].kind));

const X5 = 5;
const X6 = 6;
const X7 = 7;

// The reference: one word at the beginning of RAM, with x5 and x6 given.

const m = machine({ engine: "reference" });
const hart = m.harts[0]!;
const DATA = RAM_BASE + 0x1000;

function reference(word: number, x5: bigint, x6: bigint): void {
  m.ram.u32[0] = word;
  hart.x[X5] = x5;
  hart.x[X6] = x6;
  hart.csr[CSR_SLOT.sepc] = BigInt(RAM_BASE);
  expect(m.run(Number.MAX_SAFE_INTEGER, hart.counters.instret + 1)).toBe("limit");
}

// Ours: a function of x[rs1], x[rs2], the immediate and pc (for AMOs memory comes first).

type Compute = (rs1: bigint, rs2: bigint, imm: bigint, pc: bigint) => bigint;
type Amo = (rs1: bigint, rs2: bigint, imm: bigint, pc: bigint, old: bigint) => bigint;

function operandOf(b: FunctionBody): Operand {
  const first = b.local(I64, 4);
  const get = (parameter: number) => () => b.local_get(b.parameter(parameter));
  const low = (parameter: number) => () => {
    b.local_get(b.parameter(parameter));
    b.i32_wrap_i64();
  };
  const temporary = (n: number) => (first + n) as Local;
  return {
    b,
    rs1: get(0),
    rs2: get(1),
    rs1Low: low(0),
    rs2Low: low(1),
    imm: get(2),
    immLow: low(2),
    pc: get(3),
    temporary,
  };
}

/** All rows of some kinds as functions of one module, in their order. */
function emitRows(names: readonly Mnemonic[]): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.exportMemory("memory", module.memory({ minimum: 1 }));
  for (const name of names) {
    const meaning = MEANINGS[name];
    if (!("emit" in meaning)) throw new Error(`${name} has nothing to emit`);
    const isAmo = meaning.kind === "amo";
    const takes: NumberType[] = isAmo ? [I64, I64, I64, I64, I64] : [I64, I64, I64, I64];
    const gives: NumberType[] = meaning.kind === "store" ? [] : [meaning.kind === "branch" ? I32 : I64];
    const f = module.function(module.type(takes, gives));
    module.exportFunction(name, f);
    const b = module.begin(f);
    const o = operandOf(b);
    if (isAmo) {
      b.local_get(b.parameter(4));
      b.local_set(o.temporary(0));
    }
    if (meaning.kind === "load" || meaning.kind === "store") {
      o.rs1Low();
      if (meaning.kind === "store") o.rs2();
    }
    meaning.emit(o);
    module.end();
  }
  return module.finish();
}

const compileRows = (names: readonly Mnemonic[]) => instantiate(emitRows(names)) as Record<string, CallableFunction>;

const EDGES = [
  0n,
  1n,
  2n,
  31n,
  32n,
  63n,
  64n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  1n << 32n,
  1n << 62n,
  (1n << 63n) - 1n,
];
const value = fc.oneof(
  fc.constantFrom(...EDGES.flatMap((edge) => [edge, -edge, ~edge])).map((edge) => BigInt.asIntN(64, edge)),
  fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
  fc.bigInt({ min: -(1n << 31n), max: (1n << 31n) - 1n }),
);
/** Any immediate that the row has a field for. */
function wordsOf(name: Mnemonic): fc.Arbitrary<number> {
  const field = INSTRUCTIONS[name].operands
    .split(/[^a-z0-9]+/)
    .find((each) => FIELDS[each as FieldName]?.kind === "number");
  const operands = { rd: X7, rs1: X5, rs2: X6 };
  if (field === undefined) return fc.constant(encode(name, operands));
  const { signed, pieces } = FIELDS[field as FieldName];
  const bits = Math.max(...pieces.map(({ width, to }) => width + to));
  const range = signed ? { min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 } : { min: 0, max: 2 ** bits - 1 };
  return fc.integer(range).map((imm) => encode(name, { ...operands, [field]: imm }));
}
const immediateOfWord = (word: number) => BigInt(immediateOf(decode(word) as Insn));
const runs = { seed: 20, numRuns: 150 };

describe("a row that computes", () => {
  const names = ofKind("compute");
  const functions = compileRows(names);
  it.each(names)("gives x[rd] of %s as the reference does", (name) => {
    const f = functions[name] as Compute;
    const same = (word: number, x5: bigint, x6: bigint) => {
      reference(word, x5, x6);
      expect(f(x5, x6, immediateOfWord(word), BigInt(RAM_BASE))).toBe(hart.x[X7]);
    };
    fc.assert(fc.property(wordsOf(name), value, value, same), runs);
  });
});

describe("a row that gives x[rd]", () => {
  /** What ends in an i64 that V8 holds as 32 bits with zeros above: the loads of words, and what is extended unless it is a condition. */
  const NARROW = /i64\.load32_u|i64\.extend_i32_u/;
  const WIDENED = /i64\.load32_u.*\n\s*i64\.const 4294967295\n\s*i64\.and|i64\.(lt|ge|eq|ne)\w*\n\s*i64\.extend_i32_u/g;
  const names = ofKind("compute", "load", "amo");
  const functions = textOf(emitRows(names)).split("\n  (func ").slice(1);
  it.each(names.map((name, i) => [name, functions[i]]))("leaves 64 bits for V8, too: %s", (_, text) => {
    expect(text).toContain("i64");
    expect(text.replace(WIDENED, "")).not.toMatch(NARROW);
  });
});

describe("a row that branches", () => {
  const names = ofKind("branch");
  const functions = compileRows(names);
  it.each(names)("holds for %s where the reference jumps", (name) => {
    const f = functions[name] as Compute;
    const word = encode(name, { rs1: X5, rs2: X6, branch: 64 });
    const same = (x5: bigint, x6: bigint) => {
      reference(word, x5, x6);
      const went = Number(hart.csr[CSR_SLOT.sepc]! - BigInt(RAM_BASE));
      expect(Number(f(x5, x6, 0n, 0n)) !== 0 ? 64 : 4).toBe(went);
    };
    fc.assert(
      fc.property(value, fc.boolean(), (x5, equal) => same(x5, equal ? x5 : ~x5)),
      runs,
    );
    fc.assert(fc.property(value, value, same), runs);
  });
});

describe("a row of memory", () => {
  const names = ofKind("load", "store");
  const functions = compileRows(names);
  const ours = new BigInt64Array((functions.memory as unknown as WebAssembly.Memory).buffer, 0, 2);
  const theirs = new BigInt64Array(m.memory.buffer, m.ram.u8.byteOffset + DATA - RAM_BASE, 2);
  it.each(names)("moves with %s the same bytes as the reference, at any alignment", (name) => {
    const isLoad = MEANINGS[name].kind === "load";
    const word = encode(name, isLoad ? { rd: X7, rs1: X5, imm: 0 } : { rs1: X5, rs2: X6, store: 0 });
    const same = (before: bigint[], offset: number, x6: bigint) => {
      ours.set(before);
      theirs.set(before);
      reference(word, BigInt(DATA + offset), x6);
      const result = (functions[name] as Compute)(BigInt(offset), x6, 0n, 0n);
      if (isLoad) expect(result).toBe(hart.x[X7]);
      expect([...ours]).toEqual([...theirs]);
    };
    fc.assert(fc.property(fc.array(value, { minLength: 2, maxLength: 2 }), fc.nat(8), value, same), runs);
  });
});

describe("a row of an AMO", () => {
  const names = ofKind("amo");
  const functions = compileRows(names);
  const theirs = new BigInt64Array(m.memory.buffer, m.ram.u8.byteOffset + DATA - RAM_BASE, 1);
  it.each(names)("gives memory what the reference's %s gives it", (name) => {
    const meaning = MEANINGS[name];
    const bits = meaning.kind === "amo" ? 8 * meaning.bytes : 0;
    const same = (old: bigint, x6: bigint) => {
      theirs[0] = old;
      reference(encode(name, { rd: X7, rs1: X5, rs2: X6 }), BigInt(DATA), x6);
      const result = (functions[name] as Amo)(0n, x6, 0n, 0n, BigInt.asIntN(bits, old));
      expect(BigInt.asIntN(bits, result)).toBe(BigInt.asIntN(bits, theirs[0]));
    };
    fc.assert(fc.property(value, value, same), runs);
  });
});

it("leaves to the reference what traps always or writes a CSR, and no more", () => {
  expect(ofKind("reference")).toEqual(mnemonics.filter((name) => /^(csrrw|ebreak|sret|mret|wfi|sfence)/.test(name)));
  expect(ofKind("csr")).toEqual(mnemonics.filter((name) => /^csrr[sc]/.test(name)));
  expect(ofKind("nothing")).toEqual(mnemonics.filter((name) => name.startsWith("fence")));
  expect(ofKind("call")).toEqual(["ecall"]);
});
