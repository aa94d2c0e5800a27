/**
 * Statements to trees: the lexer's tokens, one parse by nearley for each new sequence of token types, and messages of our
 * own where there is none.
 *
 * (1) A statement has exactly one parse or a Fault.
 * (2) What is kept of a shape depends on nothing but the shape, and of a line on nothing but its text; nobody changes a
 *     tree. So parsing has no memory that could be seen.
 */
import nearley from "nearley";
import type { Node, Statement, StatementText } from "./ast.ts";
import type { Builder } from "./build.ts";
import { Fault } from "./fault.ts";
import grammarRules from "./grammar.ts";
import { shapeOf, TOKEN_NAMES, type Token, tokenize } from "./lexer.ts";
import { standIns } from "./stand-in.ts";

const grammar = nearley.Grammar.fromCompiled(grammarRules);

/** Builders by the statement's token types. Longer statements than SHAPE_TOKENS are parsed each time. */
const shapes = new Map<string, Builder<Statement>>();
const SHAPE_TOKENS = 40;
const MAX_SHAPES = 5000;

/** Parentheses and signs in each other; the tree is walked recursively. */
const MAX_DEPTH = 100;
const MAX_TOKENS = 100_000;

const BAD_TOKENS: Readonly<Record<string, (text: string) => [message: string, hint?: string]>> = {
  bad: (text) => [`unexpected character ${visible(text)}`],
  badNumber: (text) => [
    `\`${text}\` is no number`,
    "0x hexadecimal, 0b binary, 0 octal, else decimal; 1b and 1f are labels",
  ],
  badString: () => ["this string does not end", 'put a `"` at its end, on the same line'],
  badChar: () => ["a character is missing after `'`"],
};

/** A character for a message; by its number where a terminal would obey it. */
function visible(character: string): string {
  const code = character.codePointAt(0)!;
  const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
  return isControl ? `0x${code.toString(16).padStart(2, "0")}` : `\`${character}\``;
}

/** Refuses tokens that are none, and nesting that would exhaust the stack. */
function checkTokens(tokens: readonly Token[]): void {
  let depth = 0;
  let signs = 0;
  for (const { type, value, at } of tokens) {
    const bad = BAD_TOKENS[type];
    if (bad !== undefined) throw new Fault(at, ...bad(value));
    if (type === "open") depth++;
    else if (type === "close") depth--;
    signs = type === "sign" || type === "tilde" ? signs + 1 : 0;
    if (depth > MAX_DEPTH || signs > MAX_DEPTH) throw new Fault(at, `nested more than ${MAX_DEPTH} deep`);
  }
  if (tokens.length > MAX_TOKENS)
    throw new Fault(tokens[MAX_TOKENS]!.at, `a statement of more than ${MAX_TOKENS} words`);
}

/** What nearley would have taken next, in words, from the last column of its table. */
function expectedAfter(parser: nearley.Parser, column: number): string {
  const { table } = parser as unknown as { table: { scannable: { rule: { symbols: unknown[] }; dot: number }[] }[] };
  const names = new Set<string>();
  for (const { rule, dot } of table[column]?.scannable ?? []) {
    const symbol = rule.symbols[dot] as { type?: string };
    const name = TOKEN_NAMES[symbol.type ?? ""];
    if (name !== undefined) names.add(name);
  }
  return [...names].sort((a, b) => Number(a < b) - Number(a > b)).join(" or ");
}

/** The builder of a shape, by nearley. */
function learn(tokens: readonly Token[], end: number): Builder<Statement> {
  const parser = new nearley.Parser(grammar);
  standIns.load(tokens);
  try {
    parser.feed("");
  } catch (error) {
    const offset = (error as { offset?: number }).offset;
    if (offset === undefined) throw error;
    const { value, at } = tokens[offset]!;
    const expected = expectedAfter(parser, offset);
    throw new Fault(at, `unexpected \`${value}\``, expected === "" ? undefined : `expected ${expected} here`);
  }
  const results = parser.results as Builder<Statement>[];
  if (results.length === 0) {
    throw new Fault(end, "the statement ends too early", `expected ${expectedAfter(parser, tokens.length)} here`);
  }
  if (results.length > 1)
    throw new Error(`grammar: ${results.length} parses of ${tokens.map((t) => t.type).join(" ")}`);
  return results[0]!;
}

/** Trees of whole lines by their text: what programs include, each of them says again. Forgotten when there are too many. */
const lines = new Map<string, Statement>();
const MAX_LINES = 10_000;

/**
 * The tree of one statement. It is everybody's who parses the same.
 * @throws Fault where it is no statement.
 */
export function parse({ text, at }: Pick<StatementText, "text" | "at">): Statement {
  if (at !== 0) return parseAnew(text, at);
  const known = lines.get(text);
  if (known !== undefined) return known;
  const statement = parseAnew(text, at);
  if (lines.size === MAX_LINES) lines.clear();
  lines.set(text, statement);
  return statement;
}

function parseAnew(text: string, at: number): Statement {
  const tokens = tokenize(text, at);
  const shape = shapeOf(tokens);
  let builder = shapes.get(shape);
  if (builder === undefined) {
    checkTokens(tokens);
    builder = learn(tokens, at + text.trimEnd().length);
    if (shapes.size < MAX_SHAPES && tokens.length <= SHAPE_TOKENS) shapes.set(shape, builder);
  }
  return builder(tokens);
}

/** What stands before an operand that is parsed alone: the grammar knows whole statements only. */
const HEAD = "_ ";

/**
 * One operand alone, such as the condition of `.if`, at offset `at` of its line.
 * @throws Fault where it is none.
 */
export function parseOperand(text: string, at: number): Node {
  const { body } = parse({ text: HEAD + text, at: at - HEAD.length });
  if (body?.kind !== "command" || body.operands.length !== 1 || body.operands[0] == null) {
    throw new Fault(at, "one expression is expected here");
  }
  return body.operands[0];
}
