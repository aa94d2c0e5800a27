/**
 * Instructions to words, derived from the rows of isa.ts: which operands an instruction takes, in which syntax, and
 * where their values go.
 */
import { FIELDS, type Field, type FieldName, INSTRUCTIONS, type InstructionRow } from "../cpu/isa.ts";
import { Fault } from "./fault.ts";
import { insert, rangeError, rangeOf } from "./fields.ts";
import type { Expression } from "./model.ts";
import { FIXUPS, type FixupKind, RELOCATION_OPERATORS } from "./relocate.ts";

/** What an operand may be, besides the fields: an address, or a number known at once. */
export type SlotName = FieldName | "symbol" | "constant";

export type Slot = SlotName;

/** One operand of a form: a slot alone, or `offset(base)` where the offset may be absent. */
export type OperandPattern =
  | { readonly memory: false; readonly slot: Slot }
  | { readonly memory: true; readonly offset: Slot | null; readonly base: Slot };

/** A number, address or set given for a slot. `operator` is `hi` of `%hi(x)`. */
export interface Immediate {
  readonly expression: Expression;
  readonly operator: string | null;
  /** Offset in the source line. */
  readonly at: number;
}

/** Slot values by slot: a register's number, or an immediate. */
export type Arguments = { [slot in Slot]?: number | Immediate };

/** Where code goes. */
export interface CodeSink {
  /** Appends an instruction. */
  word(word: number): void;
  /** Completes the next instruction when the value is known. */
  fixup(kind: FixupKind, expression: Expression, at: number): void;
  /** This place. */
  here(at: number): Expression;
  /** Appends a conditional branch, in the length that its target needs. */
  branch(word: number, target: Expression, at: number): void;
}

export interface Encoding {
  /** The operands, as isa.ts writes them. */
  readonly syntax: string;
  /** The fixed bits. */
  readonly match: number;
  readonly operands: readonly OperandPattern[];
  readonly fields: readonly { readonly name: FieldName; readonly field: Field }[];
}

/** The operands of "rd, imm(rs1)", the syntax that isa.ts and pseudo.ts share. */
export function parsePattern(syntax: string): OperandPattern[] {
  if (syntax === "") return [];
  return syntax.split(",").map((text) => {
    const [, slot, base] = /^\s*([a-z]+[0-9]*)?(?:\(([a-z]+[0-9]*)\))?\s*$/.exec(text)!;
    if (base === undefined) return { memory: false, slot: slot as Slot };
    return { memory: true, offset: (slot as Slot | undefined) ?? null, base: base as Slot };
  });
}

const slotsOf = (pattern: OperandPattern): (Slot | null)[] =>
  pattern.memory ? [pattern.offset, pattern.base] : [pattern.slot];

function encodingOf(row: InstructionRow, extraBits = 0): Encoding {
  const operands = parsePattern(row.operands);
  const names = operands.flatMap(slotsOf).filter((slot) => slot !== null) as FieldName[];
  const bits = row.bits.replaceAll(" ", "").replaceAll(".", "0");
  return {
    syntax: row.operands,
    match: (Number.parseInt(bits, 2) | extraBits) >>> 0,
    operands,
    fields: names.map((name) => ({ name, field: FIELDS[name] })),
  };
}

/** Volume I, section 8.1: the ordering bits of the atomic instructions. */
const AQ = 1 << 26;
const RL = 1 << 25;

function* allEncodings(): Generator<[string, Encoding]> {
  for (const [mnemonic, row] of Object.entries<InstructionRow>(INSTRUCTIONS)) {
    yield [mnemonic, encodingOf(row)];
    if (row.format !== "AMO") continue;
    yield [`${mnemonic}.aq`, encodingOf(row, AQ)];
    yield [`${mnemonic}.rl`, encodingOf(row, RL)];
    yield [`${mnemonic}.aqrl`, encodingOf(row, AQ | RL)];
  }
}

/** Every instruction of the machine by mnemonic, ordering suffixes included. */
export const ENCODINGS: ReadonlyMap<string, Encoding> = new Map(allEncodings());

/** Which fixup puts this immediate into that field. @throws Fault where the operator has no business there. */
function fixupKind(name: FieldName, { operator, at }: Immediate): FixupKind {
  if (operator === null) {
    if (name in FIXUPS) return name as FixupKind;
    throw new Fault(at, `${name} must be a number that is known here`);
  }
  const kind = RELOCATION_OPERATORS[operator]?.[name];
  if (kind !== undefined) return kind;
  const allowed = Object.entries(RELOCATION_OPERATORS).filter(([word, fields]) => fields[name] && word !== "CALL");
  const hint = allowed.map(([word]) => `%${word}`).join(", ");
  const known = operator in RELOCATION_OPERATORS ? "does not belong here" : "is no relocation operator";
  throw new Fault(at, `%${operator} ${known}`, hint === "" ? undefined : `what may stand here: ${hint}`);
}

/** One instruction with its operands' values. @throws Fault where a number does not fit its field. */
export function encode(encoding: Encoding, args: Arguments, sink: CodeSink): void {
  let word = encoding.match;
  for (const { name, field } of encoding.fields) {
    const value = args[name]!;
    if (typeof value === "number") {
      word = insert(word, field, value);
      continue;
    }
    if (name === "branch") {
      sink.branch(completed(encoding, args, word), value.expression, value.at);
      return;
    }
    const { expression } = value;
    if (expression.kind !== "constant" || value.operator !== null || field.kind === "target") {
      sink.fixup(fixupKind(name, value), expression, value.at);
      continue;
    }
    const error = rangeError(expression.value, rangeOf(name));
    if (error !== null) throw new Fault(value.at, error);
    word = insert(word, field, Number(expression.value));
  }
  sink.word(word);
}

/** A branch's word with its registers: they stand before the target in every row, and after it in none. */
function completed(encoding: Encoding, args: Arguments, word: number): number {
  const last = encoding.fields.at(-1)!;
  if (last.name !== "branch" || args.branch === undefined)
    throw new Error("isa.ts: a branch's target is its last operand");
  return word;
}
