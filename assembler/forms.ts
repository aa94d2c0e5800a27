/**
 * Every form of every mnemonic: the instructions of isa.ts and the rows of pseudo.ts, compiled once to functions.
 */
import { CSRS, type CsrName, FIELDS, type FieldName } from "../cpu/isa.ts";
import {
  type Arguments,
  type CodeSink,
  ENCODINGS,
  type Encoding,
  encode,
  type Immediate,
  type OperandPattern,
  parsePattern,
  type Slot,
} from "./encode.ts";
import { constant } from "./expression.ts";
import { PSEUDO_INSTRUCTIONS } from "./pseudo.ts";
import { REGISTERS } from "./registers.ts";

export interface Form {
  /** The operands, as a manual writes them. */
  readonly syntax: string;
  readonly operands: readonly OperandPattern[];
  readonly emit: (args: Arguments, sink: CodeSink) => void;
}

/** What makes one argument of an expansion's instruction; `start` is where the expansion begins. */
type ArgumentOf = (args: Arguments, start: () => Immediate["expression"]) => number | Immediate;

const number = (value: bigint): Immediate => ({ expression: constant(value), operator: null, at: -1 });

/** The letters of FENCE's sets, as operand.ts reads them; expansions only use the full set. */
const ALL_ACCESSES = "iorw";

/** One operand of an expansion: a slot of the pseudo-instruction, `%op(slot)`, `%op(.)`, a register, a CSR or a number. */
function compileOperand(text: string, slots: ReadonlySet<string>): ArgumentOf {
  const operator = /^%([A-Za-z_]+)\((.+)\)$/.exec(text);
  if (operator !== null) {
    const [, name, inner] = operator;
    if (inner === ".") return (_args, start) => ({ expression: start(), operator: name!, at: -1 });
    return (args) => ({ ...(args[inner as Slot] as Immediate), operator: name! });
  }
  if (slots.has(text)) return (args) => args[text as Slot]!;
  const register = REGISTERS.get(text);
  if (register !== undefined) return () => register;
  if (text === ALL_ACCESSES) return () => 15;
  if (text in CSRS) return () => CSRS[text as CsrName];
  const value = number(BigInt(text));
  return () => value;
}

interface Step {
  readonly encoding: Encoding;
  readonly arguments: readonly (readonly [FieldName, ArgumentOf])[];
}

/** Slot names of a pattern in the order in which they are written. */
const slotsOf = (pattern: OperandPattern): string[] =>
  pattern.memory ? [...(pattern.offset === null ? [] : [pattern.offset]), pattern.base] : [pattern.slot];

/** `addi rd, rs1, 0` of an expansion. */
function compileStep(text: string, slots: ReadonlySet<string>): Step {
  const [, mnemonic, rest] = /^\s*([a-z.]+)\s*(.*)$/.exec(text)!;
  const encoding = ENCODINGS.get(mnemonic!)!;
  const written = rest === "" ? [] : rest!.split(/\s*,\s*/);
  const args = encoding.operands.flatMap((pattern, i): [FieldName, ArgumentOf][] => {
    if (!pattern.memory) return [[pattern.slot as FieldName, compileOperand(written[i]!, slots)]];
    const [, offset, base] = /^(.*)\(([^()]+)\)$/.exec(written[i]!)!;
    return [
      [pattern.offset as FieldName, compileOperand(offset!, slots)],
      [pattern.base as FieldName, compileOperand(base!, slots)],
    ];
  });
  if (args.length !== Object.keys(encoding.fields).length) throw new Error(`pseudo.ts: operands of \`${text}\``);
  for (const [name] of args) if (!(name in FIELDS)) throw new Error(`pseudo.ts: \`${name}\` in \`${text}\``);
  return { encoding, arguments: args };
}

/** An expansion's text as a function. */
function compileExpansion(text: string, operands: readonly OperandPattern[]): Form["emit"] {
  const slots = new Set(operands.flatMap(slotsOf));
  const steps = text.split(";").map((part) => compileStep(part, slots));
  return (args, sink) => {
    const here = steps.length > 1 ? sink.here(-1) : undefined;
    for (const step of steps) {
      const values: Arguments = {};
      for (const [name, argument] of step.arguments) values[name] = argument(args, () => here!);
      encode(step.encoding, values, sink);
    }
  };
}

function collectForms(): Map<string, Form[]> {
  const forms = new Map<string, Form[]>();
  const add = (mnemonic: string, form: Form) => {
    const list = forms.get(mnemonic);
    if (list === undefined) forms.set(mnemonic, [form]);
    else list.push(form);
  };
  for (const [mnemonic, encoding] of ENCODINGS) {
    const emit: Form["emit"] = (args, sink) => encode(encoding, args, sink);
    add(mnemonic, { syntax: encoding.syntax, operands: encoding.operands, emit });
  }
  for (const [mnemonic, syntax, expansion] of PSEUDO_INSTRUCTIONS) {
    const operands = parsePattern(syntax);
    const emit = typeof expansion === "string" ? compileExpansion(expansion, operands) : expansion;
    add(mnemonic, { syntax, operands, emit });
  }
  return forms;
}

/** Forms by mnemonic, in the order in which they are tried. */
export const FORMS: ReadonlyMap<string, readonly Form[]> = collectForms();
