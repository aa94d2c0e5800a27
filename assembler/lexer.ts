/**
 * Tokens of one statement. Comments and statement separators are gone by then (statements.ts).
 *
 * (1) A token's type is all that the grammar looks at; its text is looked at when the tree is built (parse.ts).
 * (2) Every byte of the statement is in a token or is a blank between tokens; what fits nothing is a token "bad...".
 */
import moo from "moo";

// biome-ignore format: a table is read in columns
const RULES: moo.Rules = {
  blank:      /[ \t\f\v\r]+/,
  // `%hi(`: an operator only where its parenthesis follows, else "%" is the remainder or a type's sign.
  relocation: /%[a-z_0-9]+(?=[ \t]*\()/,
  // `1b` and `1f`, but 0b1 is binary.
  local:      /[0-9]+[bf](?![0-9A-Za-z_.$])/,
  // 0f1.5 is GNU as's older way to write a floating-point constant.
  float:      /(?:0[fFdDrR][-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)(?![0-9A-Za-z_.$])/,
  number:     /0[xX][0-9a-fA-F]+(?![0-9A-Za-z_.$])|0[bB][01]+(?![0-9A-Za-z_.$])|[0-9]+(?![0-9A-Za-z_.$])/,
  badNumber:  /[0-9][0-9A-Za-z_.$]*/,
  locator:    /\.(?:loc|file)(?![0-9A-Za-z_.$])/,
  name:       /[A-Za-z_.$\x80-\xff][0-9A-Za-z_.$\x80-\xff]*/,
  string:     /"(?:[^"\\\n]|\\[^\n])*"/,
  badString:  /"(?:[^"\\\n]|\\[^\n])*\\?/,
  char:       /'(?:\\(?:[0-7]{1,3}|x[0-9a-fA-F]+|[^\n])|[^\\\n])'?/,
  badChar:    /'\\?/,
  equal:      /==/,
  operator:   /<<|>>|<=|>=|<>|!=|&&|\|\||[*/&|^<>]/,
  sign:       /[-+!]/,
  tilde:      /~/,
  percent:    /%/,
  assign:     /=/,
  comma:      /,/,
  colon:      /:/,
  at:         /@/,
  open:       /\(/,
  close:      /\)/,
  bad:        /[^\n]/,
};

const lexer = moo.compile(RULES);

/** One character for each type of token: a statement's types as a string is its shape. */
const TYPE_LETTERS: ReadonlyMap<string, string> = new Map(
  Object.keys(RULES).map((type, i) => [type, String.fromCharCode("A".charCodeAt(0) + i)]),
);

export function shapeOf(tokens: readonly Token[]): string {
  let shape = "";
  for (const { type } of tokens) shape += TYPE_LETTERS.get(type)!;
  return shape;
}

/** How messages name a kind of token. */
// biome-ignore format: a table is read in columns
export const TOKEN_NAMES: Readonly<Record<string, string>> = {
  relocation: "an operand", local: "an operand", float: "an operand", number: "an operand", name: "an operand",
  string: "an operand", char: "an operand", operator: "an operator",
  tilde: "an operand", assign: "`=`", comma: "`,`", colon: "`:`", open: "`(`", close: "`)`",
};

export interface Token {
  readonly type: string;
  readonly value: string;
  /** Offset of its first character in the source line. */
  readonly at: number;
}

/** Tokens of `text`, which stands at offset `at` of its line. */
export function tokenize(text: string, at: number): Token[] {
  lexer.reset(text);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== undefined; token = lexer.next()) {
    if (token.type !== "blank") tokens.push({ type: token.type!, value: token.value, at: at + token.offset });
  }
  return tokens;
}
