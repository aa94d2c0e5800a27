/** The tree of one statement. Nodes say what was written, not what it means; `at` is the offset in the source line. */
import type { SourceLine } from "./diagnostic.ts";

export type UnaryOperator = "-" | "+" | "~" | "!";
// biome-ignore format: as the precedence table has them
export type BinaryOperator =
  | "*" | "/" | "%" | "<<" | ">>" | "|" | "&" | "^" | "!" | "+" | "-"
  | "==" | "!=" | "<>" | "<" | ">" | "<=" | ">=" | "&&" | "||";

export type Node =
  /** An integer or a character; not reduced to 64 bits. */
  | { readonly kind: "number"; readonly value: bigint; readonly at: number }
  | { readonly kind: "float"; readonly value: number; readonly at: number }
  /** A symbol, a register, a CSR: its place decides. "." is this place. */
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  /** `1b` or `1f`. */
  | { readonly kind: "local"; readonly number: string; readonly forward: boolean; readonly at: number }
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: Node; readonly at: number }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Node;
      readonly right: Node;
      readonly at: number;
    }
  | { readonly kind: "group"; readonly inner: Node; readonly at: number }
  /** `%hi(x)`; operator without its sign. */
  | { readonly kind: "relocation"; readonly operator: string; readonly operand: Node; readonly at: number }
  /** `offset(base)`. A base alone in parentheses is a group. */
  | {
      readonly kind: "memory";
      readonly offset: Node;
      readonly base: string;
      readonly baseAt: number;
      readonly at: number;
    }
  /** `name@plt`. */
  | { readonly kind: "suffixed"; readonly operand: Node; readonly suffix: string; readonly at: number }
  /** Neighbouring strings are one. Bytes as characters 0 to 255, escapes done. */
  | { readonly kind: "string"; readonly value: string; readonly at: number }
  /** `@function`, `%progbits`; without its sign. */
  | { readonly kind: "tag"; readonly name: string; readonly at: number };

/** The binary operators and how tightly each binds (GNU as, "Infix Operators"); all group to the left. */
export const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  "*": 6,
  "/": 6,
  "%": 6,
  "<<": 6,
  ">>": 6,
  "|": 5,
  "&": 5,
  "^": 5,
  "!": 5,
  "+": 4,
  "-": 4,
  "==": 3,
  "!=": 3,
  "<>": 3,
  "<": 3,
  ">": 3,
  "<=": 3,
  ">=": 3,
  "&&": 2,
  "||": 1,
};

export interface Label {
  /** A name, or the digits of a numeric label. */
  readonly name: string;
  readonly at: number;
}

/** An instruction, a directive or a macro call; operands that are missing between commas are null. */
export interface Command {
  readonly kind: "command";
  readonly name: string;
  readonly at: number;
  readonly operands: readonly (Node | null)[];
}

export interface Assignment {
  readonly kind: "assignment";
  readonly name: string;
  readonly at: number;
  /** `==` may not redefine a symbol. */
  readonly operator: "=" | "==";
  readonly value: Node;
}

export interface Statement {
  readonly labels: readonly Label[];
  readonly body: Command | Assignment | null;
}

/** A statement's text, as the reader delivers it: one line may hold several. */
export interface StatementText {
  readonly line: SourceLine;
  /** Comments are gone; no separator is left. */
  readonly text: string;
  /** Offset of `text` in the line. */
  readonly at: number;
}
