/** Directives that put data into the section, or leave room. */
import type { Assembly } from "../assembly.ts";
import type { Command, Node } from "../ast.ts";
import { bind, isAbsolute, reduce } from "../expression.ts";
import { Fault } from "../fault.ts";
import type { Expression } from "../model.ts";
import { Alignment, DeferredSpace, type Fill, type Filler, Leb128, leb128, Origin, Space, writeFill } from "../tail.ts";
import { floatBytes } from "./float.ts";
import { type DirectiveTable, MANY, MAX_ALIGN_LOG, MAX_COUNT, operand, row, stringOf } from "./row.ts";

/** `size` bytes of a number, least first. */
function littleEndian(value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0, rest = value; at < size; at += 4, rest >>= 32n) {
    let low = Number(BigInt.asUintN(32, rest));
    for (let i = at; i < Math.min(at + 4, size); i++, low >>>= 8) bytes[i] = low;
  }
  return bytes;
}

/** A number as written, of any size: expressions are of 64 bits, but a literal alone may be longer. */
function literal(node: Node): bigint | null {
  if (node.kind === "number") return node.value;
  if (node.kind !== "unary" || node.operator !== "-" || node.operand.kind !== "number") return null;
  return -node.operand.value;
}

function warnIfTruncated(assembly: Assembly, node: Node, value: bigint, size: number): void {
  const bits = BigInt(8 * size);
  if (value >= -(1n << (bits - 1n)) && value < 1n << bits) return;
  assembly.warn(node.at, `${value} does not fit in ${size} byte${size === 1 ? "" : "s"} and is cut to its lowest bits`);
}

function integer(assembly: Assembly, node: Node, size: 1 | 2 | 4 | 8): void {
  const long = literal(node);
  const expression: Expression = long === null ? assembly.expression(node) : { kind: "constant", value: long };
  if (expression.kind !== "constant") {
    assembly.datum(`data${size}`, expression, node.at);
    return;
  }
  warnIfTruncated(assembly, node, expression.value, size);
  assembly.bytes(littleEndian(expression.value, size));
}

/** A directive that does the same to each of its operands. */
function each(syntax: string, least: number, put: (assembly: Assembly, node: Node) => void) {
  return row(syntax, least, MANY, (assembly, command) => {
    for (let i = 0; i < command.operands.length; i++) put(assembly, operand(command, i));
  });
}

const integers = (size: 1 | 2 | 4 | 8) => each("expression, ...", 0, (assembly, node) => integer(assembly, node, size));

/** `.octa`: 128-bit numbers. */
const octa = each("number, ...", 0, (assembly, node) => {
  const value = literal(node) ?? assembly.number(node, "128-bit data");
  warnIfTruncated(assembly, node, value, 16);
  assembly.bytes(littleEndian(value, 16));
});

const floats = (size: 4 | 8) =>
  each("number, ...", 0, (assembly, node) => assembly.bytes(floatBytes(assembly, node, size)));

const strings = (end: string) =>
  each('"string", ...', 0, (assembly, node) => {
    assembly.bytes(Uint8Array.from(stringOf(node) + end, (char) => char.charCodeAt(0)));
  });

const leb = (signed: boolean) =>
  each("expression, ...", 1, (assembly, node) => {
    const expression = assembly.expression(node);
    if (expression.kind !== "constant") {
      assembly.tail(new Leb128(expression, signed, assembly.site(node.at), assembly.complain));
      return;
    }
    const value = literal(node) ?? expression.value;
    assembly.bytes(leb128(!signed && value < 0n ? BigInt.asUintN(64, value) : value, signed));
  });

/** Room that is written out at once; more is left to layout, which checks the section's size first. */
const AT_ONCE = 4096;

/** `count` units of `unit` bytes, made by `fill`. */
function leaveRoom(assembly: Assembly, node: Node, unit: number, zeros: boolean, fill: Filler): void {
  if (assembly.current.section.isNobits && !zeros) {
    throw new Fault(node.at, `data other than zeros in ${assembly.current.section.name}, which holds zeros only`);
  }
  const expression = assembly.expression(node);
  if (expression.kind !== "constant") {
    assembly.tail(new DeferredSpace(expression, unit, fill, assembly.site(node.at), assembly.complain));
    return;
  }
  const size = Number(expression.value) * unit;
  if (size < 0) throw new Fault(node.at, `the count ${expression.value} is negative`);
  if (size > MAX_COUNT)
    throw new Fault(node.at, `the count ${expression.value} is too large`, `at most ${MAX_COUNT} bytes`);
  if (size > AT_ONCE) {
    assembly.tail(new Space(size, fill));
    return;
  }
  const bytes = new Uint8Array(size);
  fill(bytes, 0, size);
  assembly.bytes(bytes);
}

/** The optional operand `index` as a number, else `otherwise`. */
function optional(assembly: Assembly, command: Command, index: number, what: string, otherwise: bigint): bigint {
  const node = command.operands[index];
  return node == null ? otherwise : assembly.number(node, what);
}

const space = row("size [, fill]", 1, 2, (assembly, command) => {
  const value = optional(assembly, command, 1, "the fill", 0n);
  const fillNode = command.operands[1];
  if (fillNode != null) warnIfTruncated(assembly, fillNode, value, 1);
  const byte = Number(value & 0xffn);
  leaveRoom(assembly, operand(command, 0), 1, byte === 0, (out, at, size) => out.fill(byte, at, at + size));
});

/** A pattern has eight bytes at most, of which the upper four are always zero (GNU as manual, ".fill"). */
const FILL_WIDTH = 8;
const FILL_BYTES = 4n;

const fill = row("count [, size [, value]]", 1, 3, (assembly, command) => {
  const sizeNode = command.operands[1];
  const width = sizeNode == null ? 1 : Math.min(assembly.integer(sizeNode, "the size", 0, MAX_COUNT), FILL_WIDTH);
  const number = optional(assembly, command, 2, "the value", 0n);
  const value = width > FILL_BYTES ? BigInt.asUintN(32, number) : number;
  leaveRoom(assembly, operand(command, 0), width, value === 0n, (out, at, size) => {
    if (width > 0) writeFill(out, at, size, { value, width });
  });
});

/** Instructions are aligned anyway: code is not padded to less (as GNU as has it). */
const INSTRUCTION_BYTES = 4;

function align(assembly: Assembly, command: Command, boundary: number, width: number): void {
  const { current } = assembly;
  const { section } = current;
  const valueNode = command.operands[1];
  const most = command.operands[2];
  const limit = most == null ? MAX_COUNT : assembly.integer(most, "the limit", 0, MAX_COUNT);
  section.align = Math.max(section.align, boundary);
  const nops = valueNode == null && section.isCode;
  if (boundary === 1 || (nops && boundary <= INSTRUCTION_BYTES)) return;
  const value = valueNode == null ? 0n : assembly.number(valueNode, "the fill");
  if (section.isNobits && value !== 0n) throw new Fault(valueNode!.at, `fill other than zeros in ${section.name}`);
  const pattern: Fill["pattern"] = nops ? "nops" : { value, width };
  // Without a limit, none is as good as all the padding there can be (".align 4,,0" in GNU as).
  const position = isCertain(assembly) ? current.position : null;
  const alignment = new Alignment(boundary, pattern, limit === 0 ? MAX_COUNT : limit, position);
  if (position === null) {
    assembly.tail(alignment);
    return;
  }
  const bytes = new Uint8Array(alignment.size);
  alignment.write(bytes, 0);
  assembly.bytes(bytes);
}

/** Offsets of the first subsection are offsets of the section. */
const isCertain = ({ current }: Assembly): boolean => current.section.subsections[0] === current;

const byPower = (width: number) =>
  row("power of two [, fill [, limit]]", 1, 3, (assembly, command) => {
    align(assembly, command, 2 ** assembly.integer(operand(command, 0), "the power of two", 0, MAX_ALIGN_LOG), width);
  });

const byBytes = (width: number) =>
  row("bytes [, fill [, limit]]", 1, 3, (assembly, command) => {
    const node = operand(command, 0);
    const boundary = Math.max(1, assembly.integer(node, "the alignment", 0, 2 ** MAX_ALIGN_LOG));
    if (!Number.isInteger(Math.log2(boundary)))
      throw new Fault(node.at, `the alignment ${boundary} is no power of two`);
    align(assembly, command, boundary, width);
  });

const org = row("offset or label [, fill]", 1, 2, (assembly, command) => {
  const node = operand(command, 0);
  const { current } = assembly;
  const expression = bind(node, assembly);
  const byte = Number(optional(assembly, command, 1, "the fill", 0n) & 0xffn);
  const value = reduce(expression);
  if (typeof value === "string") throw new Fault(node.at, value);
  const { position } = current;
  if (isAbsolute(value)) {
    const to = assembly.integer(node, "the offset", 0, MAX_COUNT);
    if (position !== null && to < position) throw new Fault(node.at, `.org would go back from ${position} to ${to}`);
  }
  const known = isCertain(assembly) ? position : null;
  assembly.tail(new Origin(current.section, expression, byte, assembly.site(node.at), assembly.complain, known));
});

export const DATA_DIRECTIVES: DirectiveTable = {
  ".byte": integers(1),
  ".half": integers(2),
  ".hword": integers(2),
  ".short": integers(2),
  ".2byte": integers(2),
  ".word": integers(4),
  ".long": integers(4),
  ".int": integers(4),
  ".4byte": integers(4),
  ".dword": integers(8),
  ".quad": integers(8),
  ".8byte": integers(8),
  ".octa": octa,
  ".float": floats(4),
  ".single": floats(4),
  ".double": floats(8),
  ".ascii": strings(""),
  ".asciz": strings("\0"),
  ".string": strings("\0"),
  ".uleb128": leb(false),
  ".sleb128": leb(true),
  ".zero": space,
  ".skip": space,
  ".space": space,
  ".fill": fill,
  ".align": byPower(1),
  ".p2align": byPower(1),
  ".p2alignw": byPower(2),
  ".p2alignl": byPower(4),
  ".balign": byBytes(1),
  ".balignw": byBytes(2),
  ".balignl": byBytes(4),
  ".org": org,
};
