/**
 * `li` and `la`: a 64-bit number or an address into a register, in the very instructions that GNU as takes.
 */
import { type Arguments, type CodeSink, ENCODINGS, encode, type Immediate } from "./encode.ts";
import { constant } from "./expression.ts";
import { Fault } from "./fault.ts";
import type { Expression } from "./model.ts";

const instruction = (mnemonic: string, args: Arguments, sink: CodeSink): void =>
  encode(ENCODINGS.get(mnemonic)!, args, sink);

const number = (value: bigint): Immediate => ({ expression: constant(value), operator: null, at: -1 });

const ZERO = 0;
const fitsIn = (bits: number, value: bigint): boolean => BigInt.asIntN(bits, value) === value;

/** A signed 32-bit number: LUI for the upper twenty bits, ADDIW for the lower twelve, either alone where it suffices. */
function load32(rd: number, value: bigint, sink: CodeSink): void {
  const low = BigInt.asIntN(12, value);
  const upper = BigInt.asUintN(20, (value - low) >> 12n);
  if (upper !== 0n) instruction("lui", { rd, upper: number(upper) }, sink);
  if (low !== 0n || upper === 0n) {
    instruction("addiw", { rd, rs1: upper === 0n ? ZERO : rd, imm: number(low) }, sink);
  }
}

/**
 * Any 64-bit number: what is above its lowest twelve bits, without its trailing zeros, is loaded in the same way, then
 * shifted into place, then the twelve bits are added. At most eight instructions.
 */
function load64(rd: number, value: bigint, sink: CodeSink): void {
  if (fitsIn(32, value)) {
    load32(rd, value, sink);
    return;
  }
  const low = BigInt.asIntN(12, value);
  let upper = BigInt.asIntN(64, value - low) >> 12n;
  let shift = 12n;
  for (; (upper & 1n) === 0n; shift++) upper >>= 1n;
  load64(rd, upper, sink);
  instruction("slli", { rd, rs1: rd, shamt6: number(shift) }, sink);
  if (low !== 0n) instruction("addi", { rd, rs1: rd, imm: number(low) }, sink);
}

/** The number that `expression` is by now. @throws Fault where it is none. */
function known(expression: Expression, at: number): bigint {
  if (expression.kind === "constant") return expression.value;
  throw new Fault(
    at,
    "li needs a number that is known here",
    "an address is loaded by `la`; a symbol must be set before",
  );
}

/** `li rd, constant`. */
export function loadConstant(args: Arguments, sink: CodeSink): void {
  const { expression, at, operator } = args.constant as Immediate;
  const rd = args.rd as number;
  if (operator !== null)
    throw new Fault(at, `%${operator} does not belong here`, "use it with lui, addi, a load or a store");
  const value = known(expression, at);
  if (fitsIn(12, value)) instruction("addi", { rd, rs1: ZERO, imm: number(value) }, sink);
  else load64(rd, value, sink);
}

/** `la rd, symbol`: relative to this place; a number is loaded as such. */
export function loadAddress(args: Arguments, sink: CodeSink): void {
  const { expression, at } = args.symbol as Immediate;
  const rd = args.rd as number;
  if (expression.kind === "constant") {
    load64(rd, expression.value, sink);
    return;
  }
  const start = sink.here(at);
  instruction("auipc", { rd, upper: { expression, operator: "pcrel_hi", at } }, sink);
  instruction("addi", { rd, rs1: rd, imm: { expression: start, operator: "pcrel_lo", at } }, sink);
}
