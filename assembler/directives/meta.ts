/** Directives about the source itself: conditionals, macros, repetitions, included files, messages. */
import type { Assembly } from "../assembly.ts";
import type { Command, StatementText } from "../ast.ts";
import { collectBody, repeat } from "../expand.ts";
import { Fault } from "../fault.ts";
import { openInclude, readIncluded } from "../include.ts";
import { parseHeader, splitArguments, squeeze } from "../macro.ts";
import { parseOperand } from "../parse.ts";
import { type DirectiveTable, MAX_COUNT, operand, raw, row, splitCommas, stringOf, unquote } from "./row.ts";

const always = (syntax: string, run: (assembly: Assembly, text: string, at: number) => void) =>
  ({ ...raw(syntax, run), always: true }) as const;

/** A conditional whose test reads the text behind it. */
function opens(name: string, syntax: string, test: (assembly: Assembly, text: string, at: number) => boolean) {
  return always(syntax, (assembly, text, at) => {
    assembly.conditionals.open(name, assembly.site(-1), () => test(assembly, text, at));
  });
}

/** The number that the text is. */
function numberOf(assembly: Assembly, text: string, at: number): bigint {
  return assembly.number(parseOperand(text, at), "the condition");
}

const compares = (name: string, holds: (value: bigint) => boolean) =>
  opens(name, "expression", (assembly, text, at) => holds(numberOf(assembly, text, at)));

const definedTest = (name: string, wanted: boolean) =>
  opens(name, "symbol", (assembly, text, at) => {
    const symbol = text.trim();
    if (!/^[A-Za-z_.$\x80-\xff][0-9A-Za-z_.$\x80-\xff]*$/.test(symbol))
      throw new Fault(at, `${name} needs a symbol's name`);
    return (assembly.symbols.find(symbol)?.isDefined ?? false) === wanted;
  });

/** Both texts of `.ifc`, blanks at their ends aside. */
function twoTexts(text: string, at: number, name: string): [string, string] {
  const parts = splitCommas(text, at);
  if (parts.length < 2) throw new Fault(at, `${name} needs two texts with a comma between`);
  return [
    squeeze(parts[0]!.text),
    squeeze(
      parts
        .slice(1)
        .map((part) => part.text)
        .join(","),
    ),
  ];
}

const textsTest = (name: string, wanted: boolean) =>
  opens(name, "text, text", (_assembly, text, at) => {
    const [a, b] = twoTexts(text, at, name);
    return (a === b) === wanted;
  });

const blankTest = (name: string, wanted: boolean) =>
  opens(name, "[text]", (_assembly, text) => (text.trim() === "") === wanted);

const CONDITIONALS: DirectiveTable = {
  ".if": compares(".if", (value) => value !== 0n),
  ".ifne": compares(".ifne", (value) => value !== 0n),
  ".ifeq": compares(".ifeq", (value) => value === 0n),
  ".iflt": compares(".iflt", (value) => value < 0n),
  ".ifle": compares(".ifle", (value) => value <= 0n),
  ".ifgt": compares(".ifgt", (value) => value > 0n),
  ".ifge": compares(".ifge", (value) => value >= 0n),
  ".ifdef": definedTest(".ifdef", true),
  ".ifndef": definedTest(".ifndef", false),
  ".ifnotdef": definedTest(".ifnotdef", false),
  ".ifc": textsTest(".ifc", true),
  ".ifnc": textsTest(".ifnc", false),
  ".ifeqs": textsTest(".ifeqs", true),
  ".ifnes": textsTest(".ifnes", false),
  ".ifb": blankTest(".ifb", true),
  ".ifnb": blankTest(".ifnb", false),
  ".elseif": always("expression", (assembly, text, at) => {
    assembly.conditionals.elseIf(() => numberOf(assembly, text, at) !== 0n);
  }),
  ".else": always("", (assembly) => assembly.conditionals.else()),
  ".endif": always("", (assembly) => assembly.conditionals.end()),
};

/** Defines a macro: its header is read before its body, so that the body is skipped even where the header is wrong. */
function defineMacro(assembly: Assembly, text: string, at: number): void {
  const defined = assembly.site(-1);
  const body = collectBody(assembly, ".macro", defined);
  const { name, parameters } = parseHeader(text, at);
  const key = name.toLowerCase();
  const old = assembly.macros.get(key);
  if (old !== undefined) {
    const { file, number } = old.defined.line;
    assembly.report(
      "error",
      defined,
      `macro \`${name}\` is defined already`,
      `first defined at ${file}:${number}; .purgem removes it`,
    );
    return;
  }
  assembly.macros.set(key, { name, parameters, body, defined });
}

/** Repetitions by `.rept`: each is a statement or more, so that the reader's limit holds them. */
function rept(assembly: Assembly, text: string, at: number): void {
  const start = assembly.site(-1);
  const body = collectBody(assembly, ".rept", start);
  const count = assembly.integer(parseOperand(text, at), "the count", -MAX_COUNT, MAX_COUNT);
  repeat(assembly, ".rept", body, start, count, () => new Map());
}

/** `.irp symbol, value, ...` and `.irpc symbol, characters`. */
function iterate(name: string, valuesOf: (text: string) => string[]) {
  return raw(name === ".irp" ? "symbol, value, ..." : "symbol, characters", (assembly, text, at) => {
    const start = assembly.site(-1);
    const body: readonly StatementText[] = collectBody(assembly, ".rept", start, name);
    const header = /^\s*([A-Za-z_.$][\w.$]*)\s*,?\s*/.exec(text);
    if (header === null) throw new Fault(at, `${name} needs a symbol and its values`);
    const values = valuesOf(squeeze(text.slice(header[0].length)));
    if (values.length === 0) values.push("");
    repeat(assembly, name, body, start, values.length, (i) => new Map([[header[1]!, values[i]!]]));
  });
}

const stray = (name: string, opener: string) =>
  raw("", () => {
    throw new Fault(-1, `${name} without ${opener}`);
  });

function message(severity: "error" | "warning", otherwise: string) {
  return row('["text"]', 0, 1, (assembly: Assembly, command: Command) => {
    const text = command.operands.length === 0 ? otherwise : stringOf(operand(command, 0));
    assembly.report(severity, assembly.site(command.at), text);
  });
}

export const META_DIRECTIVES: DirectiveTable = {
  ...CONDITIONALS,
  ".macro": raw("name [parameter, ...]", defineMacro),
  ".endm": stray(".endm", ".macro"),
  ".endr": stray(".endr", ".rept, .irp or .irpc"),
  ".rept": raw("count", rept),
  ".irp": iterate(".irp", splitArguments),
  ".irpc": iterate(".irpc", (text) => [...unquote(text)]),
  ".exitm": row("", 0, 0, (assembly, command) => {
    const top = assembly.reader.top;
    if (top?.kind !== "expansion") throw new Fault(command.at, ".exitm outside a macro");
    assembly.reader.pop();
    assembly.conditionals.truncate(top.conditionals);
  }),
  ".purgem": row("macro", 1, 1, (assembly, command) => {
    const node = operand(command, 0);
    if (node.kind !== "name" || !assembly.macros.delete(node.name.toLowerCase())) {
      throw new Fault(node.at, "there is no such macro to remove");
    }
  }),

  ".include": row('"file"', 1, 1, (assembly, command) => {
    const node = operand(command, 0);
    openInclude(assembly, stringOf(node), node.at);
  }),
  ".incbin": row('"file" [, skip [, count]]', 1, 3, (assembly, command) => {
    const node = operand(command, 0);
    const bytes = readIncluded(assembly, stringOf(node), node.at).bytes;
    const [, skipNode, countNode] = command.operands;
    const skip = skipNode == null ? 0 : assembly.integer(skipNode, "the part to skip", 0, bytes.length);
    const rest = bytes.length - skip;
    const count = countNode == null ? rest : assembly.integer(countNode, "the count", 0, rest);
    assembly.bytes(bytes.subarray(skip, skip + count));
  }),

  ".error": message("error", ".error directive"),
  ".err": row("", 0, 0, (_assembly, command) => {
    throw new Fault(command.at, ".err directive");
  }),
  ".warning": message("warning", ".warning directive"),
  ".end": row("[symbol]", 0, 1, (assembly) => {
    assembly.endOfSource = true;
  }),
};
