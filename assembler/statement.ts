/** What one statement does: its labels, then its assignment, directive, macro call or instruction. */
import type { Assembly } from "./assembly.ts";
import type { Assignment, Command, Label, StatementText } from "./ast.ts";
import type { DirectiveRow } from "./directives/row.ts";
import { DIRECTIVES } from "./directives.ts";
import { callMacro, splitHead } from "./expand.ts";
import { Fault } from "./fault.ts";
import { FORMS } from "./forms.ts";
import { assembleInstruction } from "./instruction.ts";
import { parse } from "./parse.ts";
import { didYouMean } from "./suggest.ts";

function defineLabels(assembly: Assembly, labels: readonly Label[]): void {
  for (const { name, at } of labels) assembly.label(name, at);
}

function assign(assembly: Assembly, { name, at, operator, value }: Assignment): void {
  if (name === ".") {
    runDirective(assembly, DIRECTIVES.get(".org")!, { kind: "command", name: ".org", at, operands: [value] });
    return;
  }
  assembly.set(name, at, assembly.expression(value), operator === "==");
}

function runDirective(assembly: Assembly, row: DirectiveRow, command: Command): void {
  if (!("run" in row)) throw new Error(`${command.name} reads text`);
  const count = command.operands.length;
  if (count < row.least || count > row.most) {
    const { least, most, syntax } = row;
    const wanted = least === most ? `${least}` : count < least ? `at least ${least}` : `at most ${most}`;
    const message = `${command.name} takes ${wanted} operand${wanted.endsWith("1") ? "" : "s"}, not ${count}`;
    throw new Fault(
      command.at,
      message.replace(/ 0 operands/, " no operands"),
      `its form: ${command.name} ${syntax}`.trimEnd(),
    );
  }
  row.run(assembly, command);
}

function unknown(assembly: Assembly, { name, at }: Command): Fault {
  const macros = [...assembly.macros.values()].map((macro) => macro.name);
  if (name.startsWith(".")) {
    return new Fault(at, `unknown directive \`${name}\``, didYouMean(name, [...DIRECTIVES.keys(), ...macros]));
  }
  return new Fault(at, `unknown instruction \`${name}\``, didYouMean(name, [...FORMS.keys(), ...macros]));
}

function runCommand(assembly: Assembly, command: Command): void {
  const row = command.name.startsWith(".") ? DIRECTIVES.get(command.name.toLowerCase()) : undefined;
  if (row !== undefined) runDirective(assembly, row, command);
  else if (!assembleInstruction(assembly, command)) throw unknown(assembly, command);
}

/** What reads its operands as text; true where the statement was such. */
function runTextual(assembly: Assembly, statement: StatementText): boolean {
  const parts = splitHead(statement.text);
  if (parts === null) return false;
  const word = parts.word.toLowerCase();
  const row = word.startsWith(".") ? DIRECTIVES.get(word) : undefined;
  const { skipping } = assembly.conditionals;
  const isRaw = row !== undefined && "raw" in row;
  if (skipping && !(isRaw && row.always)) return true;
  const macro = row === undefined ? assembly.macros.get(word) : undefined;
  if (!isRaw && (macro === undefined || /^\s*=/.test(parts.rest))) return false;
  if (!skipping && parts.labels.trim() !== "") {
    defineLabels(assembly, parse({ text: parts.labels, at: statement.at }).labels);
  }
  const at = statement.at + statement.text.length - parts.rest.length;
  const blanks = parts.rest.search(/\S|$/);
  if (isRaw) row.raw(assembly, parts.rest.slice(blanks), at + blanks);
  else callMacro(assembly, macro!, parts.rest, at + blanks);
  return true;
}

/** Carries out one statement. @throws Fault for what is wrong with it. */
export function execute(assembly: Assembly, statement: StatementText): void {
  assembly.begin(statement);
  if (runTextual(assembly, statement) || assembly.conditionals.skipping) return;
  const { labels, body } = parse(statement);
  defineLabels(assembly, labels);
  if (body?.kind === "assignment") assign(assembly, body);
  else if (body !== null) runCommand(assembly, body);
}
