/** Floating-point constants as data: IEEE 754 single and double, little-endian. */
import type { Assembly } from "../assembly.ts";
import type { Node } from "../ast.ts";
import { Fault } from "../fault.ts";

/** The NaN that GNU as writes: every bit of the fraction set. */
const NAN_BITS = { 4: 0x7fff_ffffn, 8: 0x7fff_ffff_ffff_ffffn } as const;
const SIGN_BIT = { 4: 31n, 8: 63n } as const;

const WORDS: Readonly<Record<string, number>> = {
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  nan: Number.NaN,
};

/** An integer among floating-point constants is decimal, whatever it begins with. */
function decimal(assembly: Assembly, node: Node & { kind: "number" }): number {
  const written = /^\w*/.exec(assembly.statement.line.text.slice(node.at))![0];
  if (/^[0-9]+$/.test(written)) return Number(written);
  throw new Fault(node.at, "a floating-point constant is written in decimal");
}

/** The magnitude of a constant without its signs. */
function magnitude(assembly: Assembly, node: Node): number {
  if (node.kind === "float") return node.value;
  if (node.kind === "name") {
    const word = WORDS[node.name.toLowerCase()];
    if (word !== undefined) return word;
  }
  if (node.kind === "number") return decimal(assembly, node);
  return Number(assembly.number(node, "floating-point data"));
}

/** The bytes of a constant such as 1.5, -inf or 3. @throws Fault where it is none. */
export function floatBytes(assembly: Assembly, node: Node, size: 4 | 8): Uint8Array {
  let negative = false;
  let inner = node;
  while (inner.kind === "unary" && (inner.operator === "-" || inner.operator === "+")) {
    if (inner.operator === "-") negative = !negative;
    inner = inner.operand;
  }
  const value = magnitude(assembly, inner);
  const view = new DataView(new ArrayBuffer(8));
  if (size === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  let bits = BigInt.asUintN(8 * size, view.getBigUint64(0, true));
  if (Number.isNaN(value)) bits = NAN_BITS[size];
  if (negative) bits ^= 1n << SIGN_BIT[size];
  view.setBigUint64(0, bits, true);
  return new Uint8Array(view.buffer, 0, size);
}
