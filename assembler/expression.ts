/**
 * Expressions: from the written tree to symbols (`bind`), and from symbols to a value (`reduce`).
 *
 * Values are 64-bit two's complement. What has no number yet is `plus - minus + number`: the one form that relocations
 * can carry. Operators other than + and - want numbers.
 *
 * Source: GNU as manual, "Expressions". A comparison gives -1 or 0, `&&` and `||` give 1 or 0, `>>` shifts zeros in.
 */
import type { BinaryOperator, Node, UnaryOperator } from "./ast.ts";
import { Fault } from "./fault.ts";
import { distance, type Expression, type SourceSymbol } from "./model.ts";

/** `plus - minus + number`; without symbols it is absolute. */
export interface Value {
  readonly number: bigint;
  readonly plus: SourceSymbol | null;
  readonly minus: SourceSymbol | null;
}

/** What names mean at the place of an expression. */
export interface Scope {
  /** The value of a name; throws Fault where it can have none. */
  name(name: string, at: number): Expression;
  /** `.` */
  here(at: number): Expression;
  local(digits: string, forward: boolean, at: number): Expression;
}

export const constant = (value: bigint): Expression => ({ kind: "constant", value });

export const absolute = (number: bigint): Value => ({ number, plus: null, minus: null });

export const isAbsolute = (value: Value): boolean => value.plus === null && value.minus === null;

const WHAT: Partial<Record<Node["kind"], string>> = {
  string: "a string",
  tag: "a type",
  memory: "a memory operand",
  float: "a floating-point number",
  relocation: "a relocation operator",
  suffixed: "a suffix",
};

/** The tree with its names looked up. @throws Fault where a part is no integer expression. */
export function bind(node: Node, scope: Scope): Expression {
  switch (node.kind) {
    case "number":
      return constant(BigInt.asIntN(64, node.value));
    case "name":
      return node.name === "." ? scope.here(node.at) : scope.name(node.name, node.at);
    case "local":
      return scope.local(node.number, node.forward, node.at);
    case "group":
      return bind(node.inner, scope);
    case "unary": {
      const operand = bind(node.operand, scope);
      if (operand.kind === "constant") return constant(unary(node.operator, operand.value));
      return { kind: "unary", operator: node.operator, operand };
    }
    case "binary":
      return bindBinary(node, scope);
    default:
      throw new Fault(node.at, `${WHAT[node.kind]} stands where a number or a symbol is expected`);
  }
}

function bindBinary(node: Node & { kind: "binary" }, scope: Scope): Expression {
  const left = bind(node.left, scope);
  const right = bind(node.right, scope);
  if (left.kind === "constant" && right.kind === "constant") {
    const result = binary(node.operator, left.value, right.value);
    if (typeof result === "string") throw new Fault(node.at, result);
    return constant(result);
  }
  return { kind: "binary", operator: node.operator, left, right };
}

function unary(operator: UnaryOperator, value: bigint): bigint {
  switch (operator) {
    case "-":
      return BigInt.asIntN(64, -value);
    case "+":
      return value;
    case "~":
      return ~value;
    case "!":
      return value === 0n ? 1n : 0n;
  }
}

const truth = (value: boolean): bigint => (value ? -1n : 0n);
const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
/** GNU as gives 0 for a shift by 64 or more. */
const shifted = (count: bigint, shift: () => bigint): bigint => (unsigned(count) > 63n ? 0n : shift());

type Arithmetic = (a: bigint, b: bigint) => bigint;

// biome-ignore format: a table is read in columns
const ARITHMETIC: Readonly<Record<BinaryOperator, Arithmetic>> = {
  "*":  (a, b) => a * b,
  "/":  (a, b) => a / b,
  "%":  (a, b) => a % b,
  "<<": (a, b) => shifted(b, () => a << b),
  ">>": (a, b) => shifted(b, () => unsigned(a) >> b),
  "|":  (a, b) => a | b,
  "&":  (a, b) => a & b,
  "^":  (a, b) => a ^ b,
  "!":  (a, b) => a | ~b,
  "+":  (a, b) => a + b,
  "-":  (a, b) => a - b,
  "==": (a, b) => truth(a === b),
  "!=": (a, b) => truth(a !== b),
  "<>": (a, b) => truth(a !== b),
  "<":  (a, b) => truth(a < b),
  ">":  (a, b) => truth(a > b),
  "<=": (a, b) => truth(a <= b),
  ">=": (a, b) => truth(a >= b),
  "&&": (a, b) => (a !== 0n && b !== 0n ? 1n : 0n),
  "||": (a, b) => (a !== 0n || b !== 0n ? 1n : 0n),
};

/** Two numbers joined, in 64 bits; a string says why that cannot be. */
function binary(operator: BinaryOperator, a: bigint, b: bigint): bigint | string {
  if ((operator === "/" || operator === "%") && b === 0n) return "division by zero";
  return BigInt.asIntN(64, ARITHMETIC[operator](a, b));
}

/** Steps that one value may cost: definitions that refer to each other many times over end here. */
const MAX_STEPS = 20_000;
const MAX_DEPTH = 1500;

/** One reduction, with its budget. */
class Reduction {
  private steps = 0;
  /** Symbols whose values are being looked for. */
  private readonly open = new Set<SourceSymbol>();

  reduce(expression: Expression, depth: number): Value | string {
    if (++this.steps > MAX_STEPS || depth > MAX_DEPTH) return "the expression is too complex";
    switch (expression.kind) {
      case "constant":
        return absolute(expression.value);
      case "symbol":
        return this.symbol(expression.symbol, depth);
      case "unary": {
        const operand = this.reduce(expression.operand, depth + 1);
        if (typeof operand === "string") return operand;
        if (isAbsolute(operand)) return absolute(unary(expression.operator, operand.number));
        if (expression.operator === "+") return operand;
        if (expression.operator === "-") return subtract(absolute(0n), operand);
        return notConstant(operand, expression.operator);
      }
      case "binary":
        return this.binary(expression, depth);
    }
  }

  private symbol(symbol: SourceSymbol, depth: number): Value | string {
    // A weak definition may give way to another file's.
    if (symbol.equation === null || symbol.isWeak) return { number: 0n, plus: symbol, minus: null };
    if (this.open.has(symbol)) return `\`${symbol.name}\` is defined by itself`;
    this.open.add(symbol);
    const value = this.reduce(symbol.equation, depth + 1);
    this.open.delete(symbol);
    return value;
  }

  private binary(expression: Expression & { kind: "binary" }, depth: number): Value | string {
    const left = this.reduce(expression.left, depth + 1);
    if (typeof left === "string") return left;
    const right = this.reduce(expression.right, depth + 1);
    if (typeof right === "string") return right;
    const { operator } = expression;
    if (isAbsolute(left) && isAbsolute(right)) {
      const result = binary(operator, left.number, right.number);
      return typeof result === "string" ? result : absolute(result);
    }
    if (operator === "+") return subtract(left, subtract(absolute(0n), right) as Value);
    if (operator === "-") return subtract(left, right);
    return compare(operator, left, right);
  }
}

/** Addresses of one section can be compared by their distance. */
function compare(operator: BinaryOperator, left: Value, right: Value): Value | string {
  const difference = subtract(left, right);
  const comparison = /^(==|!=|<>|<|>|<=|>=)$/.test(operator);
  if (typeof difference === "string" || !comparison || !isAbsolute(difference)) {
    return notConstant(isAbsolute(left) ? right : left, operator);
  }
  return absolute(ARITHMETIC[operator](difference.number, 0n));
}

function notConstant({ plus, minus }: Value, operator: string): string {
  const name = (plus ?? minus)!.name;
  return `\`${operator}\` needs numbers, but ${name === "" ? "a label's address" : `\`${name}\``} is not known here`;
}

/** `a - b`, where symbols that cancel each other out have a known distance. */
function subtract(a: Value, b: Value): Value | string {
  let number = a.number - b.number;
  const plus = [a.plus, b.minus].filter((symbol) => symbol !== null);
  const minus = [a.minus, b.plus].filter((symbol) => symbol !== null);
  for (let i = plus.length - 1; i >= 0; i--) {
    for (let j = 0; j < minus.length; j++) {
      const apart = symbolDistance(plus[i]!, minus[j]!);
      if (apart === null) continue;
      number += BigInt(apart);
      plus.splice(i, 1);
      minus.splice(j, 1);
      break;
    }
  }
  if (plus.length > 1 || minus.length > 1) return "no relocation can express this sum of symbols";
  return { number: BigInt.asIntN(64, number), plus: plus[0] ?? null, minus: minus[0] ?? null };
}

function symbolDistance(a: SourceSymbol, b: SourceSymbol): number | null {
  if (a === b) return 0;
  if (a.place === null || b.place === null || a.isWeak || b.isWeak) return null;
  return distance(a.place, b.place);
}

/** The value as far as it is known now; a string says why it has none. */
export function reduce(expression: Expression): Value | string {
  if (expression.kind === "constant") return absolute(expression.value);
  return new Reduction().reduce(expression, 0);
}

/** The expression as a constant where it already is one. */
export function settle(expression: Expression): Expression {
  if (expression.kind === "constant") return expression;
  const value = reduce(expression);
  return typeof value !== "string" && isAbsolute(value) ? constant(value.number) : expression;
}
