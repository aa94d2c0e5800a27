/**
 * Random expressions, compiled and run, against an evaluator in bigints that follows core specification 4.3.2. Integer
 * instructions of all operand types come from OPCODES; the evaluator has a meaning for each.
 */

import fc from "fast-check";
import { expect, it } from "vitest";
import { type FunctionBody, methodName } from "../../../cpu/wasm/body.ts";
import { ModuleBuilder } from "../../../cpu/wasm/module.ts";
import { OPCODES, type Opcode, type Row } from "../../../cpu/wasm/opcodes.ts";
import { I32, I64 } from "../../../cpu/wasm/types.ts";
import { instantiate } from "./modules.ts";

type Type = "i32" | "i64";
const widthOf = (type: Type): number => (type === "i32" ? 32 : 64);
const unsigned = (width: number, value: bigint): bigint => BigInt.asUintN(width, value);
const signed = (width: number, value: bigint): bigint => BigInt.asIntN(width, value);
const flag = (condition: boolean): bigint => (condition ? 1n : 0n);
const bits = (width: number, value: bigint): string => unsigned(width, value).toString(2).padStart(width, "0");
class GuestTrap extends Error {}
const nonzero = (value: bigint): bigint => {
  if (value === 0n) throw new GuestTrap();
  return value;
};
function quotient(width: number, a: bigint, b: bigint): bigint {
  const result = a / nonzero(b);
  if (signed(width, result) !== result) throw new GuestTrap();
  return result;
}
const rotated = (width: number, value: bigint, by: bigint): bigint =>
  (unsigned(width, value) << by) | (unsigned(width, value) >> (BigInt(width) - by));

/** What an instruction makes of signed operands of `w` bits; the caller cuts the result to its type. */
const MEANING: Record<string, (w: number, a: bigint, b: bigint) => bigint> = {
  eqz: (_, a) => flag(a === 0n),
  eq: (_, a, b) => flag(a === b),
  ne: (_, a, b) => flag(a !== b),
  lt_s: (_, a, b) => flag(a < b),
  lt_u: (w, a, b) => flag(unsigned(w, a) < unsigned(w, b)),
  gt_s: (_, a, b) => flag(a > b),
  gt_u: (w, a, b) => flag(unsigned(w, a) > unsigned(w, b)),
  le_s: (_, a, b) => flag(a <= b),
  le_u: (w, a, b) => flag(unsigned(w, a) <= unsigned(w, b)),
  ge_s: (_, a, b) => flag(a >= b),
  ge_u: (w, a, b) => flag(unsigned(w, a) >= unsigned(w, b)),
  clz: (w, a) => BigInt(`${bits(w, a)}1`.indexOf("1")),
  ctz: (w, a) => BigInt([...`1${bits(w, a)}`].reverse().indexOf("1")),
  popcnt: (w, a) => BigInt(bits(w, a).replaceAll("0", "").length),
  add: (_, a, b) => a + b,
  sub: (_, a, b) => a - b,
  mul: (_, a, b) => a * b,
  div_s: (w, a, b) => quotient(w, a, b),
  div_u: (w, a, b) => unsigned(w, a) / nonzero(unsigned(w, b)),
  rem_s: (_, a, b) => a % nonzero(b),
  rem_u: (w, a, b) => unsigned(w, a) % nonzero(unsigned(w, b)),
  and: (_, a, b) => a & b,
  or: (_, a, b) => a | b,
  xor: (_, a, b) => a ^ b,
  shl: (w, a, b) => a << (unsigned(w, b) % BigInt(w)),
  shr_s: (w, a, b) => a >> (unsigned(w, b) % BigInt(w)),
  shr_u: (w, a, b) => unsigned(w, a) >> (unsigned(w, b) % BigInt(w)),
  rotl: (w, a, b) => rotated(w, a, unsigned(w, b) % BigInt(w)),
  rotr: (w, a, b) => rotated(w, a, unsigned(w, -b) % BigInt(w)),
  wrap_i64: (_, a) => a,
  extend_i32_s: (_, a) => a,
  extend_i32_u: (_, a) => unsigned(32, a),
  extend8_s: (_, a) => signed(8, a),
  extend16_s: (_, a) => signed(16, a),
  extend32_s: (_, a) => signed(32, a),
};

const INTEGER = /^(i32|i64)( (i32|i64))?$/;
const operations = (Object.entries<Row>(OPCODES) as [Opcode, Row][]).filter(
  ([name, [, kind, takes, gives]]) =>
    kind === "none" && INTEGER.test(takes) && INTEGER.test(gives) && name.startsWith("i"),
);

type Tree =
  | { kind: "constant"; type: Type; value: bigint }
  | { kind: "parameter"; type: Type; index: number }
  | { kind: "choice"; type: Type; how: "select" | "if"; from: Tree[] }
  | { kind: "operation"; type: Type; name: Opcode; from: Tree[] };

/** Parameters: two of each type. */
const PARAMETERS: Type[] = ["i32", "i64", "i32", "i64"];
const value = (width: number) =>
  fc.oneof(
    fc.bigInt({ min: -(1n << BigInt(width - 1)), max: (1n << BigInt(width - 1)) - 1n }),
    fc.bigInt({ min: -3n, max: 65n }),
    fc.constantFrom(-(1n << BigInt(width - 1)), (1n << BigInt(width - 1)) - 1n, -(1n << 31n), (1n << 31n) - 1n),
  );

const { i32, i64 } = fc.letrec<{ i32: Tree; i64: Tree }>((tie) => {
  const trees = (type: Type): fc.Arbitrary<Tree> => {
    const leaves: fc.Arbitrary<Tree>[] = [
      value(widthOf(type)).map((value) => ({ kind: "constant", type, value })),
      fc
        .constantFrom(...PARAMETERS.keys())
        .filter((i) => PARAMETERS[i] === type)
        .map((index) => ({ kind: "parameter", type, index })),
    ];
    const made = operations
      .filter(([, [, , , gives]]) => gives === type)
      .map(([name, [, , takes]]) =>
        fc
          .tuple(...takes.split(" ").map((t) => tie(t as Type)))
          .map((from): Tree => ({ kind: "operation", type, name, from })),
      );
    const choice = fc
      .tuple(fc.constantFrom("select" as const, "if" as const), tie(type), tie(type), tie("i32"))
      .map(([how, ...from]): Tree => ({ kind: "choice", type, how, from }));
    return fc.oneof({ maxDepth: 7, depthSize: "large" }, fc.oneof(...leaves), fc.oneof(...made), choice);
  };
  return { i32: trees("i32"), i64: trees("i64") };
});

function evaluate(tree: Tree, parameters: readonly bigint[]): bigint {
  if (tree.kind === "constant") return tree.value;
  if (tree.kind === "parameter") return parameters[tree.index]!;
  const { from, type } = tree;
  if (tree.kind === "operation") {
    const [a, b] = from.map((operand) => evaluate(operand, parameters));
    const meaning = MEANING[tree.name.split(".")[1]!]!;
    return signed(widthOf(type), meaning(widthOf(from[0]!.type), a!, b ?? 0n));
  }
  // select evaluates both, in order; if only one. Which one traps does not show.
  if (tree.how === "if") return evaluate(from[evaluate(from[2]!, parameters) !== 0n ? 0 : 1]!, parameters);
  const [a, b, condition] = from.map((operand) => evaluate(operand, parameters));
  return condition !== 0n ? a! : b!;
}

function write(body: FunctionBody, tree: Tree): void {
  if (tree.kind === "constant") {
    if (tree.type === "i32") body.i32_const(Number(tree.value));
    else body.i64_const(tree.value);
  } else if (tree.kind === "parameter") {
    body.local_get(body.parameter(tree.index));
  } else if (tree.kind === "choice" && tree.how === "if") {
    write(body, tree.from[2]!);
    const label = body.if(tree.type === "i32" ? I32 : I64);
    write(body, tree.from[0]!);
    body.else();
    write(body, tree.from[1]!);
    body.end(label);
  } else {
    for (const operand of tree.from) write(body, operand);
    (body[methodName(tree.kind === "choice" ? "select" : tree.name)] as () => void)();
  }
}

function run(
  f: (...parameters: (number | bigint)[]) => number | bigint,
  parameters: readonly bigint[],
): bigint | "trap" {
  try {
    return BigInt(f(...parameters.map((value, i) => (PARAMETERS[i] === "i32" ? Number(value) : value))));
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return "trap";
    throw error;
  }
}

function expected(tree: Tree, parameters: readonly bigint[]): bigint | "trap" {
  try {
    return evaluate(tree, parameters);
  } catch (error) {
    if (error instanceof GuestTrap) return "trap";
    throw error;
  }
}

const values = fc.tuple(...PARAMETERS.map((type) => value(widthOf(type))));

it("have a meaning here for every integer instruction", () => {
  expect(operations.length).toBe(2 * 29 + 3 + 2 + 3);
  expect(operations.filter(([name]) => MEANING[name.split(".")[1]!] === undefined)).toEqual([]);
});

it("give what the evaluator says, or trap where it does", () => {
  const seen = { traps: 0, values: 0, names: new Set<string>() };
  const note = (tree: Tree): void => {
    if (tree.kind === "operation") seen.names.add(tree.name);
    if (tree.kind === "operation" || tree.kind === "choice") tree.from.forEach(note);
  };
  const property = fc.property(
    fc.array(fc.oneof(i32, i64), { minLength: 4, maxLength: 8 }),
    fc.array(values, { minLength: 8, maxLength: 8 }),
    (trees, inputs) => {
      const module = new ModuleBuilder();
      const types = PARAMETERS.map((type) => (type === "i32" ? I32 : I64));
      for (const [index, tree] of trees.entries()) {
        const f = module.function(module.type(types, [tree.type === "i32" ? I32 : I64]));
        write(module.begin(f), tree);
        module.end();
        module.exportFunction(String(index), f);
        note(tree);
      }
      const exports = instantiate(module.finish()) as Record<string, () => bigint>;
      for (const [index, tree] of trees.entries()) {
        for (const parameters of inputs) {
          const result = expected(tree, parameters);
          expect(run(exports[index]!, parameters)).toBe(result);
          seen[result === "trap" ? "traps" : "values"]++;
        }
      }
    },
  );
  fc.assert(property, { seed: 5, numRuns: 400 });
  expect(seen.names.size).toBe(operations.length);
  expect(Math.min(seen.traps, seen.values)).toBeGreaterThan(100);
});
