/**
 * An instruction statement: its form is found by its operands, its bytes follow; or a message that says which operand
 * is wrong and what the forms are.
 */
import type { Assembly } from "./assembly.ts";
import type { Command } from "./ast.ts";
import type { Arguments } from "./encode.ts";
import { Fault } from "./fault.ts";
import { FORMS, type Form } from "./forms.ts";
import { addArguments, describe, explainMisfit, fits } from "./operand.ts";

/** Slots by the names that people know; the others are called as they are. */
// biome-ignore format: a table is read in columns
const SPOKEN: Readonly<Record<string, string>> = {
  store: "imm", upper: "imm", branch: "label", jump: "label", shamt5: "shamt", shamt6: "shamt", constant: "number",
};

const usage = (mnemonic: string, forms: readonly Form[]): string => {
  const spoken = ({ syntax }: Form) => syntax.replace(/[a-z]+[0-9]*/g, (slot) => SPOKEN[slot] ?? slot);
  const written = [...new Set(forms.map((form) => `${mnemonic} ${spoken(form)}`.trim()))];
  return `its form${written.length > 1 ? "s" : ""}: ${written.join("; ")}`;
};

/** Operands, from the first, that fit. */
function fitting({ operands }: Form, command: Command): number {
  const wrong = operands.findIndex((pattern, i) => !fits(pattern, command.operands[i]!));
  return wrong < 0 ? operands.length : wrong;
}

/** Why no form fits. */
function mismatch(command: Command, forms: readonly Form[]): Fault {
  const { name, operands, at } = command;
  const counts = [...new Set(forms.map((form) => form.operands.length))].sort();
  const candidates = forms.filter((form) => form.operands.length === operands.length);
  if (candidates.length === 0) {
    const many = counts.length === 1 && counts[0] === 1 ? "1 operand" : `${counts.join(" or ")} operands`;
    return new Fault(at, `\`${name}\` takes ${many.replace(/^0 /, "no ")}, not ${operands.length}`, usage(name, forms));
  }
  const best = candidates.reduce((a, b) => (fitting(b, command) > fitting(a, command) ? b : a));
  const wrong = fitting(best, command);
  const patterns = candidates.filter((form) => fitting(form, command) === wrong).map((form) => form.operands[wrong]!);
  const expected = [...new Set(patterns.map(describe))].join(" or ");
  const node = operands[wrong]!;
  const what = `operand ${wrong + 1} of \`${name}\` must be ${expected}`;
  if (node === null) return new Fault(at, `${what}; it is missing`, usage(name, forms));
  const misfit = patterns.map((pattern) => explainMisfit(pattern, node)).find((one) => one !== undefined);
  const message = misfit?.message === undefined ? what : `${misfit.message}; ${what}`;
  return new Fault(misfit?.at ?? node.at, message, misfit?.hint ?? usage(name, forms));
}

/** Assembles the instruction. False where there is none of that name. @throws Fault where it cannot be. */
export function assembleInstruction(assembly: Assembly, command: Command): boolean {
  const forms = FORMS.get(command.name);
  if (forms === undefined) return false;
  const { operands } = command;
  const form = forms.find(
    (one) => one.operands.length === operands.length && one.operands.every((pattern, i) => fits(pattern, operands[i]!)),
  );
  if (form === undefined) throw mismatch(command, forms);
  const args: Arguments = {};
  form.operands.forEach((pattern, i) => {
    addArguments(assembly, pattern, operands[i]!, args);
  });
  form.emit(args, assembly);
  return true;
}
