/**
 * Macros: their definitions, the arguments of a call, and the text that comes of both. All of it works on text, before
 * any token is made, as in GNU as.
 *
 * Source: GNU as manual, ".macro", ".irp", ".irpc", ".rept".
 */
import type { StatementText } from "./ast.ts";
import type { SourceLine, TrailFrame } from "./diagnostic.ts";
import { Fault } from "./fault.ts";
import type { Site } from "./model.ts";
import { splitStatements } from "./statements.ts";

export interface Parameter {
  readonly name: string;
  readonly kind: "optional" | "required" | "rest";
  readonly default: string;
}

export interface Macro {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly StatementText[];
  readonly defined: Site;
}

/** A name and its value in an expansion. */
export type Bindings = ReadonlyMap<string, string>;

const NAME = "[A-Za-z_.$\\x80-\\xff][0-9A-Za-z_.$\\x80-\\xff]*";

const PIECE = /"(?:[^"\\]|\\.)*"?|'(?:\\.|[^\\])'?|\s+|[^\s"']+/g;
const WORD = /[0-9A-Za-z_.$\\"'\x80-\xff]/;

/** Text as GNU as hands it to macros: one blank where two words would run together, none elsewhere. */
export function squeeze(text: string): string {
  const pieces = text.trim().match(PIECE) ?? [];
  return pieces
    .map((piece, i) => {
      if (piece.trim() !== "") return piece;
      return WORD.test(pieces[i - 1]!.at(-1)!) && WORD.test(pieces[i + 1]![0]!) ? " " : "";
    })
    .join("");
}

/** The next argument of `text` from `from`: up to a comma or a blank outside parentheses and quotes. */
function nextArgument(text: string, from: number): { value: string; end: number } {
  const quoted = /"((?:[^"\\]|\\.)*)"(?=[\s,]|$)/y;
  quoted.lastIndex = from;
  const match = quoted.exec(text);
  if (match !== null) return { value: match[1]!, end: quoted.lastIndex };
  const step = /"(?:[^"\\]|\\.)*"?|'(?:\\.|[^\\])'?|[\s\S]/y;
  let depth = 0;
  let end = from;
  while (end < text.length) {
    const char = text[end]!;
    if (char === "," || (depth === 0 && /\s/.test(char))) break;
    if (char === "(" || char === "[") depth++;
    if (char === ")" || char === "]") depth--;
    step.lastIndex = end;
    end += step.exec(text)![0].length;
  }
  return { value: text.slice(from, end), end };
}

/** Skips blanks, one comma, and blanks. */
function skipSeparator(text: string, from: number): number {
  const blanks = /\s*,?\s*/y;
  blanks.lastIndex = from;
  blanks.exec(text);
  return blanks.lastIndex;
}

/** All arguments of `.irp` and the like. */
export function splitArguments(text: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < text.length; ) {
    const { value, end } = nextArgument(text, at);
    values.push(value);
    at = skipSeparator(text, end);
    if (at >= text.length && text.trimEnd().endsWith(",")) values.push("");
  }
  return values;
}

const HEADER = new RegExp(`^\\s*(${NAME})\\s*,?\\s*`);
const PARAMETER = new RegExp(`(${NAME})(?:\\s*:\\s*([A-Za-z]+))?(?:\\s*=\\s*)?`, "y");
const KINDS: Readonly<Record<string, Parameter["kind"]>> = { req: "required", vararg: "rest" };

/** `.macro name a, b=1, c:req, d:vararg`. `at` is where the text stands in its line. */
export function parseHeader(text: string, at: number): { name: string; parameters: Parameter[] } {
  const header = HEADER.exec(text);
  if (header === null) throw new Fault(at, ".macro needs a name", ".macro name parameter, parameter=default, ...");
  const parameters: Parameter[] = [];
  for (let from = header[0].length; from < text.trimEnd().length; ) {
    PARAMETER.lastIndex = from;
    const match = PARAMETER.exec(text);
    if (match === null) throw new Fault(at + from, "this is no parameter", "a name, then :req, :vararg or =default");
    const [all, name, qualifier] = match;
    const kind = qualifier === undefined ? "optional" : KINDS[qualifier.toLowerCase()];
    if (kind === undefined)
      throw new Fault(at + from, `a parameter cannot be \`:${qualifier}\``, "use :req or :vararg");
    if (parameters.some((one) => one.name === name)) throw new Fault(at + from, `two parameters are named \`${name}\``);
    if (parameters.at(-1)?.kind === "rest") throw new Fault(at + from, "nothing can follow the :vararg parameter");
    from += all.length;
    const value = all.includes("=") ? nextArgument(text, from) : { value: "", end: from };
    parameters.push({ name: name!, kind, default: value.value });
    from = skipSeparator(text, value.end);
  }
  return { name: header[1]!, parameters };
}

const KEYWORD = new RegExp(`(${NAME})\\s*=(?!=)\\s*`, "y");

/** The values of a call's arguments. @throws Fault where they do not suit the parameters. */
export function bindArguments(macro: Macro, written: string, at: number): Bindings {
  const text = squeeze(written);
  const values = new Map<string, string>();
  let next = 0;
  for (let from = 0; from < text.length; ) {
    KEYWORD.lastIndex = from;
    const keyword = KEYWORD.exec(text);
    const named = keyword === null ? undefined : macro.parameters.find((one) => one.name === keyword[1]);
    const parameter = named ?? macro.parameters[next];
    if (parameter === undefined) {
      const form = [macro.name, macro.parameters.map((one) => one.name).join(", ")].join(" ").trim();
      const most = macro.parameters.length;
      const limit = most === 0 ? "no arguments" : most === 1 ? "1 argument" : `at most ${most} arguments`;
      throw new Fault(at, `macro \`${macro.name}\` takes ${limit}`, `its form: ${form}`);
    }
    if (named === undefined) next++;
    const start = named === undefined ? from : KEYWORD.lastIndex;
    const { value, end } =
      parameter.kind === "rest" ? { value: text.slice(start), end: text.length } : nextArgument(text, start);
    if (value !== "" || !values.has(parameter.name)) values.set(parameter.name, value);
    from = skipSeparator(text, end);
  }
  for (const { name, kind, default: fallback } of macro.parameters) {
    if ((values.get(name) ?? "") !== "") continue;
    if (kind === "required") throw new Fault(at, `macro \`${macro.name}\` needs its argument \`${name}\``);
    values.set(name, fallback);
  }
  return values;
}

const REFERENCE = new RegExp(`\\\\(?:\\(([^)]*)\\)|(@)|(${NAME}))`, "g");

/** Text with `\name`, `\@` and `\()` put in. */
export function substitute(text: string, bindings: Bindings, count: number): string {
  if (!text.includes("\\")) return text;
  return text.replace(REFERENCE, (all, literal?: string, at?: string, name?: string) => {
    if (literal !== undefined) return literal;
    if (at !== undefined) return String(count);
    return bindings.get(name!) ?? all;
  });
}

/** Characters that one expansion of a line may come to. */
const MAX_LINE = 1_000_000;

/** A body's statement in an expansion: `trail` tells how it came about, `call` is the line that a debugger shows. */
export function expandStatement(
  body: StatementText,
  bindings: Bindings,
  count: number,
  trail: readonly TrailFrame[],
  origin: SourceLine["origin"],
): StatementText[] {
  const text = substitute(body.text, bindings, count);
  if (text.length > MAX_LINE) throw new Fault(-1, `a line of ${text.length} characters comes of this expansion`);
  const line: SourceLine = { file: body.line.file, number: body.line.number, text, trail, origin };
  const statements: StatementText[] = [];
  splitStatements(line, null, statements);
  return statements;
}
