/** What a directive's row holds, and the few ways in which rows read their operands. */
import type { Assembly } from "../assembly.ts";
import type { Command, Node } from "../ast.ts";
import { Fault } from "../fault.ts";

/** A directive whose operands are parsed like an instruction's. */
export interface ParsedRow {
  /** Its operands, as a manual writes them. */
  readonly syntax: string;
  readonly least: number;
  readonly most: number;
  readonly run: (assembly: Assembly, command: Command) => void;
}

/** A directive that reads the rest of its statement as text. */
export interface RawRow {
  readonly syntax: string;
  readonly raw: (assembly: Assembly, text: string, at: number) => void;
  /** It is obeyed where conditionals skip statements, too. */
  readonly always?: true;
}

export type DirectiveRow = ParsedRow | RawRow;
export type DirectiveTable = Readonly<Record<string, DirectiveRow>>;

export function row(syntax: string, least: number, most: number, run: ParsedRow["run"]): ParsedRow {
  return { syntax, least, most, run };
}

export function raw(syntax: string, run: RawRow["raw"]): RawRow {
  return { syntax, raw: run };
}

/** Operands that fill a list of any length. */
export const MANY = Number.MAX_SAFE_INTEGER;

/** The operand that must be there. */
export function operand(command: Command, index: number): Node {
  const node = command.operands[index];
  if (node == null) throw new Fault(command.at, `operand ${index + 1} of ${command.name} is missing`);
  return node;
}

/** A symbol's name. */
export function nameOf(node: Node): string {
  if (node.kind === "name" && node.name !== ".") return node.name;
  throw new Fault(node.at, "a symbol's name is expected here");
}

/** The bytes of a string. */
export function stringOf(node: Node): string {
  if (node.kind === "string") return node.value;
  throw new Fault(node.at, "a string in quotes is expected here");
}

export interface TextPart {
  readonly text: string;
  readonly at: number;
}

/** Text between commas that are in no quotes, without the blanks around it. */
export function splitCommas(text: string, at: number): TextPart[] {
  const parts: TextPart[] = [];
  const piece = /\s*((?:"(?:[^"\\]|\\.)*"?|[^",])*)(,|$)/y;
  for (let more = true; more; ) {
    const start = piece.lastIndex;
    const match = piece.exec(text);
    if (match === null) break;
    const blanks = text.slice(start).search(/\S|$/);
    parts.push({ text: match[1]!.trim(), at: at + start + blanks });
    more = match[2] === ",";
  }
  return parts;
}

/** A quoted string's contents, or the word itself. */
export function unquote(text: string): string {
  return text.startsWith('"') ? text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined) : text;
}

/** No statement needs more bytes at once. */
export const MAX_COUNT = 2 ** 40;

/** The largest alignment, 2^MAX_ALIGN_LOG. */
export const MAX_ALIGN_LOG = 28;
