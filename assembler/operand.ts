/**
 * Operands of instructions: whether one as written fits a slot of a form, and its value there.
 */
import { CSRS, FIELDS, type FieldKind, type FieldName } from "../cpu/isa.ts";
import type { Assembly } from "./assembly.ts";
import type { Node } from "./ast.ts";
import type { Arguments, Immediate, OperandPattern, Slot } from "./encode.ts";
import { constant } from "./expression.ts";
import { Fault } from "./fault.ts";
import { rangeOf } from "./fields.ts";
import { REGISTERS } from "./registers.ts";
import { didYouMean } from "./suggest.ts";

const csrNumbers: ReadonlyMap<string, number> = new Map(Object.entries(CSRS));

type SlotKind = FieldKind | "symbol" | "constant";

/** What a slot takes: a field's kind, or one of the kinds that pseudo-instructions add. */
export function slotKind(slot: Slot): SlotKind {
  return slot in FIELDS ? FIELDS[slot as FieldName].kind : (slot as "symbol" | "constant");
}

/** A register alone, perhaps in parentheses: its number. */
function registerOf(node: Node): number | undefined {
  return node.kind === "name" ? REGISTERS.get(node.name) : undefined;
}

/** `(base)` or `offset(base)`. */
export function memoryParts(node: Node): { offset: Node | null; base: string; baseAt: number } | null {
  if (node.kind === "memory") return node;
  if (node.kind !== "group" || node.inner.kind !== "name") return null;
  return { offset: null, base: node.inner.name, baseAt: node.inner.at };
}

const isNumeric = (node: Node): boolean => !["memory", "string", "tag", "float", "suffixed"].includes(node.kind);
const SETS = /^i?o?r?w?$/;

function fitsSlot(slot: Slot, node: Node): boolean {
  switch (slotKind(slot)) {
    case "register":
      return registerOf(node) !== undefined;
    case "fence-set":
      return node.kind === "name" && SETS.test(node.name);
    case "target":
    case "symbol":
      return (isNumeric(node) && node.kind !== "relocation") || node.kind === "suffixed";
    case "constant":
    case "number":
    case "csr":
      return isNumeric(node) && registerOf(node) === undefined && !isBase(node);
  }
}

/** `(a0)` is an address, never a number. */
const isBase = (node: Node): boolean => node.kind === "group" && registerOf(node.inner) !== undefined;

/** Whether the operand has the form that the pattern asks for; its number is checked when it is encoded. */
export function fits(pattern: OperandPattern, node: Node | null): boolean {
  if (node === null) return false;
  if (!pattern.memory) return fitsSlot(pattern.slot, node);
  const parts = memoryParts(node);
  return parts !== null && REGISTERS.has(parts.base);
}

/** What an operand should have been, for messages. */
export function describe(pattern: OperandPattern): string {
  if (pattern.memory) return pattern.offset === null ? "an address like (a0)" : "an address like 8(sp)";
  const kind = slotKind(pattern.slot);
  switch (kind) {
    case "register":
      return "a register";
    case "target":
    case "symbol":
      return "a label";
    case "csr":
      return "a control register's name or number";
    case "fence-set":
      return "some of the letters i, o, r, w, in this order";
    case "constant":
      return "a number";
    case "number": {
      const { least, most } = rangeOf(pattern.slot as FieldName);
      return `a number from ${least} to ${most}`;
    }
  }
}

/** `a8` is none of a0 to a7. */
function registerFamily(name: string): string | undefined {
  const family = /^([a-z])[0-9]+$/.exec(name)?.[1];
  const numbers = [...REGISTERS.keys()].flatMap((known) => (known[0] === family ? [Number(known.slice(1))] : []));
  const present = numbers.filter((number) => !Number.isNaN(number));
  return present.length === 0
    ? undefined
    : `there are ${family}${Math.min(...present)} to ${family}${Math.max(...present)}`;
}

/** A misspelt register's place and name, or what else can be said of an operand that does not fit. */
export interface Misfit {
  readonly at: number;
  readonly message?: string;
  readonly hint: string | undefined;
}

/** Why `node` does not fit, where something can be said besides what was expected. */
export function explainMisfit(pattern: OperandPattern, node: Node): Misfit | undefined {
  const parts = pattern.memory ? memoryParts(node) : null;
  if (pattern.memory && parts === null) return undefined;
  const name = parts?.base ?? (node.kind === "name" ? node.name : undefined);
  if (name === undefined) return undefined;
  const at = parts?.baseAt ?? node.at;
  if (pattern.memory || slotKind(pattern.slot) === "register") {
    if (REGISTERS.has(name)) return undefined;
    return {
      at,
      message: `\`${name}\` is no register`,
      hint: registerFamily(name) ?? didYouMean(name, REGISTERS.keys()),
    };
  }
  return REGISTERS.has(name) ? { at, hint: `\`${name}\` is a register` } : undefined;
}

/** Letters of FENCE: bits 3 to 0 (Volume I, section 2.7). */
function setValue(node: Node): number {
  const letters = (node as Node & { kind: "name" }).name;
  return [..."iorw"].reduce((set, letter, i) => (letters.includes(letter) ? set | (8 >> i) : set), 0);
}

/** The operand's value in `slot`, which it fits. */
function slotValue(assembly: Assembly, slot: Slot, node: Node): number | Immediate {
  const kind = slotKind(slot);
  const { at } = node;
  if (kind === "register") return registerOf(node)!;
  if (kind === "fence-set") return setValue(node);
  if (kind === "csr" && node.kind === "name") {
    const number = csrNumbers.get(node.name);
    if (number !== undefined) return number;
    if (!assembly.symbols.find(node.name)?.isDefined) {
      throw new Fault(at, `unknown control register \`${node.name}\``, didYouMean(node.name, csrNumbers.keys()));
    }
  }
  if (node.kind === "relocation") {
    return { expression: assembly.expression(node.operand), operator: node.operator, at };
  }
  if (node.kind === "suffixed") {
    // `call f@plt`: there is no dynamic linking, so it is `call f`.
    if (node.suffix !== "plt")
      throw new Fault(at, `unknown suffix \`@${node.suffix}\``, "only @plt has a meaning here");
    return { expression: assembly.expression(node.operand), operator: null, at: node.operand.at };
  }
  return { expression: assembly.expression(node), operator: null, at };
}

/** Puts the values of an operand that fits into `args`. */
export function addArguments(assembly: Assembly, pattern: OperandPattern, node: Node, args: Arguments): void {
  if (!pattern.memory) {
    args[pattern.slot] = slotValue(assembly, pattern.slot, node);
    return;
  }
  const { offset, base } = memoryParts(node)!;
  args[pattern.base] = REGISTERS.get(base)!;
  if (pattern.offset !== null) {
    const zero: Immediate = { expression: constant(0n), operator: null, at: node.at };
    args[pattern.offset] = offset === null ? zero : slotValue(assembly, pattern.offset, offset);
  } else if (offset !== null && assembly.number(offset, "the offset") !== 0n) {
    throw new Fault(offset.at, "this instruction takes no offset", `write (${base})`);
  }
}
