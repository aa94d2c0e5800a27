/**
 * Builders: how the grammar's postprocessors make a tree. A postprocessor sees stand-in tokens that know their position
 * alone, and yields a function from the tokens of a statement to its node. So the work of parsing is done once for each
 * sequence of token types, and every later statement of that shape costs a few calls.
 */
import {
  type Assignment,
  type BinaryOperator,
  type Command,
  type Label,
  type Node,
  PRECEDENCE,
  type Statement,
  type UnaryOperator,
} from "./ast.ts";
import { Fault } from "./fault.ts";
import type { Token } from "./lexer.ts";
import { parseCharacter, parseFloat64, parseInteger, parseString } from "./literals.ts";
import type { StandIn } from "./stand-in.ts";

export type Builder<T> = (tokens: readonly Token[]) => T;

/** A list in the making, last item first: sharing its rest, it takes constant time a step. */
export interface Chain<T> {
  readonly rest: Chain<T> | null;
  readonly item: T;
}

/** The flat chain of an expression: `rest operator factor`. */
export interface ExpressionChain {
  readonly rest: ExpressionChain | null;
  readonly operator: StandIn | null;
  readonly factor: Builder<Node>;
}

function inOrder<T>(chain: Chain<T> | null): T[] {
  const items: T[] = [];
  for (let link = chain; link !== null; link = link.rest) items.push(link.item);
  return items.reverse();
}

/**
 * The value of `make`, made when it is first asked for. Every beginning of a statement is a statement too, so the
 * grammar makes a builder at each token; only the last one is used, and only it may take time that grows with the list.
 */
function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

export const empty: Builder<null> = () => null;

export function statement(
  labels: Chain<Builder<Label>> | null,
  body: Builder<Command | Assignment | null>,
): Builder<Statement> {
  const builders = inOrder(labels);
  if (builders.length === 0) return (tokens) => ({ labels: [], body: body(tokens) });
  return (tokens) => ({ labels: builders.map((build) => build(tokens)), body: body(tokens) });
}

export function label({ index }: StandIn): Builder<Label> {
  return (tokens) => ({ name: tokens[index]!.value, at: tokens[index]!.at });
}

type OperandBuilder = Builder<Node> | null;

function operandBuilders(list: Chain<OperandBuilder> | null): OperandBuilder[] {
  const items = inOrder(list);
  // One missing operand between no commas is none at all.
  return items.length === 1 && items[0] === null ? [] : items;
}

export function command(head: StandIn, list: Chain<OperandBuilder> | null): Builder<Command> {
  const builders = once(() => operandBuilders(list));
  return (tokens) => {
    const { value, at } = tokens[head.index]!;
    return { kind: "command", name: value, at, operands: builders().map((build) => build?.(tokens) ?? null) };
  };
}

export function assignment(name: StandIn, sign: StandIn, value: ExpressionChain): Builder<Assignment> {
  const build = chain(value);
  return (tokens) => ({
    kind: "assignment",
    name: tokens[name.index]!.value,
    at: tokens[name.index]!.at,
    operator: tokens[sign.index]!.value as "=" | "==",
    value: build(tokens),
  });
}

export function number({ index }: StandIn): Builder<Node> {
  return (tokens) => {
    const { value, at } = tokens[index]!;
    return { kind: "number", value: parseInteger(value, at), at };
  };
}

export function character({ index }: StandIn): Builder<Node> {
  return (tokens) => {
    const { value, at } = tokens[index]!;
    return { kind: "number", value: parseCharacter(value, at), at };
  };
}

export function float({ index }: StandIn): Builder<Node> {
  return (tokens) => ({ kind: "float", value: parseFloat64(tokens[index]!.value), at: tokens[index]!.at });
}

export function name({ index }: StandIn): Builder<Node> {
  return (tokens) => ({ kind: "name", name: tokens[index]!.value, at: tokens[index]!.at });
}

export function local({ index }: StandIn): Builder<Node> {
  return (tokens) => {
    const { value, at } = tokens[index]!;
    return { kind: "local", number: value.slice(0, -1), forward: value.endsWith("f"), at };
  };
}

export function tag({ index }: StandIn): Builder<Node> {
  return (tokens) => ({ kind: "tag", name: tokens[index]!.value, at: tokens[index]!.at });
}

export function string(list: Chain<StandIn>): Builder<Node> {
  const parts = inOrder(list);
  return (tokens) => {
    const value = parts.map(({ index }) => parseString(tokens[index]!.value)).join("");
    return { kind: "string", value, at: tokens[parts[0]!.index]!.at };
  };
}

export function unary(sign: StandIn, operand: Builder<Node>): Builder<Node> {
  return (tokens) => {
    const { value, at } = tokens[sign.index]!;
    return { kind: "unary", operator: value as UnaryOperator, operand: operand(tokens), at };
  };
}

export function group(open: StandIn, inner: ExpressionChain): Builder<Node> {
  const build = chain(inner);
  return (tokens) => ({ kind: "group", inner: build(tokens), at: tokens[open.index]!.at });
}

export function relocation(operator: StandIn, operand: ExpressionChain): Builder<Node> {
  const build = chain(operand);
  return (tokens) => {
    const { value, at } = tokens[operator.index]!;
    return { kind: "relocation", operator: value.slice(1), operand: build(tokens), at };
  };
}

export function memory(offset: ExpressionChain, open: StandIn, base: StandIn): Builder<Node> {
  const build = chain(offset);
  return (tokens) => ({
    kind: "memory",
    offset: build(tokens),
    base: tokens[base.index]!.value,
    baseAt: tokens[base.index]!.at,
    at: tokens[open.index]!.at,
  });
}

export function suffixed(operand: ExpressionChain, sign: StandIn, suffix: StandIn): Builder<Node> {
  const build = chain(operand);
  return (tokens) => ({
    kind: "suffixed",
    operand: build(tokens),
    suffix: tokens[suffix.index]!.value,
    at: tokens[sign.index]!.at,
  });
}

/** Operators in one chain: the tree's depth, which everything that walks it must bear. */
const MAX_CHAIN = 1000;

function flatten(list: ExpressionChain): { factors: Builder<Node>[]; operators: number[] } {
  const links: ExpressionChain[] = [];
  for (let link: ExpressionChain | null = list; link !== null; link = link.rest) links.push(link);
  links.reverse();
  return {
    factors: links.map((link) => link.factor),
    operators: links.slice(1).map((link) => link.operator!.index),
  };
}

/** An expression as a tree, by precedence climbing over its flat chain. */
export function chain(list: ExpressionChain): Builder<Node> {
  if (list.rest === null) return list.factor;
  const flat = once(() => flatten(list));
  return (tokens) => {
    const { factors, operators } = flat();
    if (operators.length > MAX_CHAIN) {
      throw new Fault(tokens[operators[0]!]!.at, `an expression of more than ${MAX_CHAIN} operators`);
    }
    let next = 0;
    const climb = (floor: number): Node => {
      let left = factors[next]!(tokens);
      while (next < operators.length) {
        const { value, at } = tokens[operators[next]!]!;
        const precedence = PRECEDENCE[value as BinaryOperator];
        if (precedence <= floor) break;
        next++;
        left = { kind: "binary", operator: value as BinaryOperator, left, right: climb(precedence), at };
      }
      return left;
    };
    return climb(0);
  };
}
