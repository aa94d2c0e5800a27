/** Directives that define symbols and say what they are. */
import type { Assembly } from "../assembly.ts";
import type { Command, Node } from "../ast.ts";
import {
  STB_GLOBAL,
  STB_LOCAL,
  STB_WEAK,
  STT_COMMON,
  STT_FUNC,
  STT_NOTYPE,
  STT_OBJECT,
  STT_TLS,
  STV_HIDDEN,
  STV_INTERNAL,
  STV_PROTECTED,
} from "../elf.ts";
import { bind, constant } from "../expression.ts";
import { Fault } from "../fault.ts";
import type { SourceSymbol } from "../model.ts";
import { didYouMean } from "../suggest.ts";
import { Alignment, Space } from "../tail.ts";
import { type DirectiveTable, MANY, MAX_ALIGN_LOG, MAX_COUNT, nameOf, operand, row } from "./row.ts";

// biome-ignore format: a table is read in columns
const TYPES: Readonly<Record<string, number>> = {
  function: STT_FUNC, STT_FUNC, object: STT_OBJECT, STT_OBJECT, tls_object: STT_TLS, STT_TLS, common: STT_COMMON, STT_COMMON,
  notype: STT_NOTYPE, STT_NOTYPE, gnu_unique_object: STT_OBJECT,
};

/** A directive that does the same to each symbol it names. */
function each(change: (symbol: SourceSymbol, assembly: Assembly) => void) {
  return row("symbol, ...", 1, MANY, (assembly, command) => {
    command.operands.forEach((_, i) => {
      const node = operand(command, i);
      const symbol = assembly.symbols.symbol(nameOf(node));
      symbol.used ??= assembly.site(node.at);
      change(symbol, assembly);
    });
  });
}

const visibility = (value: number) =>
  each((symbol) => {
    symbol.visibility = value;
  });

const global = each((symbol) => {
  if (symbol.binding !== STB_WEAK) symbol.binding = STB_GLOBAL;
  symbol.declared = true;
});

/** The greatest power of two that is not more than `size`, up to 8: how GNU as aligns `.lcomm`. */
const naturalAlign = (size: number): number => (size >= 8 ? 8 : size >= 4 ? 4 : size >= 2 ? 2 : 1);

/** The least power of two that is not less than `size`, up to 16: how GNU as aligns `.comm`. */
const commonAlign = (size: number): number => [1, 2, 4, 8].find((align) => align >= size) ?? 16;

/** Room in .bss, in a subsection of its own as in GNU as. */
function allocate(assembly: Assembly, symbol: SourceSymbol, size: number, align: number, node: Node): void {
  const bss = assembly.sections.get(".bss")!;
  const subsection = bss.subsection(1);
  bss.align = Math.max(bss.align, align);
  const zeros = { value: 0n, width: 1 };
  symbol.defined = assembly.site(node.at);
  if (align > 1) subsection.append(new Alignment(align, zeros, align, subsection.position), symbol.defined);
  symbol.place = subsection.here;
  symbol.common = null;
  symbol.type = STT_OBJECT;
  symbol.size = { expression: constant(BigInt(size)), site: symbol.defined };
  if (size > 0) subsection.append(new Space(size, () => {}), symbol.defined);
}

function common(assembly: Assembly, command: Command): void {
  const nameNode = operand(command, 0);
  const symbol = assembly.symbols.symbol(nameOf(nameNode));
  const size = assembly.integer(operand(command, 1), "the size", 0, MAX_COUNT);
  const alignNode = command.operands[2];
  const given = alignNode == null ? null : alignment(assembly, alignNode);
  if (symbol.common !== null && symbol.common.size === BigInt(size)) return;
  if (symbol.isDefined) throw assembly.redefined(symbol, nameNode.at);
  if (symbol.declared && symbol.binding === STB_LOCAL) {
    allocate(assembly, symbol, size, given ?? naturalAlign(size), nameNode);
    return;
  }
  if (symbol.binding === STB_LOCAL) symbol.binding = STB_GLOBAL;
  symbol.common = { size: BigInt(size), align: given ?? commonAlign(size) };
  symbol.type = STT_OBJECT;
  symbol.defined = assembly.site(nameNode.at);
}

function alignment(assembly: Assembly, node: Node): number {
  const value = assembly.integer(node, "the alignment", 0, 2 ** MAX_ALIGN_LOG);
  if (value === 0) return 1;
  if (!Number.isInteger(Math.log2(value))) throw new Fault(node.at, `the alignment ${value} is no power of two`);
  return value;
}

function setTo(once: boolean) {
  return row("symbol, expression", 2, 2, (assembly, command) => {
    const node = operand(command, 0);
    assembly.set(nameOf(node), node.at, assembly.expression(operand(command, 1)), once);
  });
}

/** `.eqv`: the expression is read again wherever the symbol is used. */
function define(assembly: Assembly, command: Command): void {
  const node = operand(command, 0);
  const body = operand(command, 1);
  const symbol = assembly.symbols.symbol(nameOf(node));
  if (symbol.isDefined) throw assembly.redefined(symbol, node.at);
  let reading = false;
  symbol.defined = assembly.site(node.at);
  symbol.lazy = (site) => {
    if (reading) throw new Fault(site.at, `\`${symbol.name}\` is defined by itself`);
    reading = true;
    try {
      return bind(body, assembly);
    } finally {
      reading = false;
    }
  };
}

export const SYMBOL_DIRECTIVES: DirectiveTable = {
  ".globl": global,
  ".global": global,
  ".weak": each((symbol) => {
    symbol.binding = STB_WEAK;
    symbol.declared = true;
  }),
  ".local": each((symbol, assembly) => {
    symbol.binding = STB_LOCAL;
    symbol.declared = true;
    const { common, defined } = symbol;
    if (common === null || defined === null) return;
    const node: Node = { kind: "name", name: symbol.name, at: -1 };
    allocate(assembly, symbol, Number(common.size), common.align, node);
  }),
  ".hidden": visibility(STV_HIDDEN),
  ".internal": visibility(STV_INTERNAL),
  ".protected": visibility(STV_PROTECTED),
  // All that is not defined is external already.
  ".extern": row("symbol, ...", 1, MANY, () => {}),

  ".comm": row("symbol, size [, alignment]", 2, 3, common),
  ".lcomm": row("symbol, size [, alignment]", 2, 3, (assembly, command) => {
    const node = operand(command, 0);
    const symbol = assembly.symbols.symbol(nameOf(node));
    if (symbol.isDefined) throw assembly.redefined(symbol, node.at);
    const size = assembly.integer(operand(command, 1), "the size", 0, MAX_COUNT);
    const alignNode = command.operands[2];
    allocate(assembly, symbol, size, alignNode == null ? naturalAlign(size) : alignment(assembly, alignNode), node);
  }),

  ".type": row("symbol, @function | @object", 2, 2, (assembly, command) => {
    const symbol = assembly.symbols.symbol(nameOf(operand(command, 0)));
    const node = operand(command, 1);
    const word = node.kind === "tag" || node.kind === "name" ? node.name : node.kind === "string" ? node.value : "";
    const type = TYPES[word];
    if (type === undefined) {
      throw new Fault(
        node.at,
        "a symbol's type is expected here",
        didYouMean(word, Object.keys(TYPES)) ?? "@function, @object",
      );
    }
    symbol.type = type;
  }),
  ".size": row("symbol, expression", 2, 2, (assembly, command) => {
    const node = operand(command, 1);
    const size = { expression: assembly.expression(node), site: assembly.site(node.at) };
    assembly.symbols.symbol(nameOf(operand(command, 0))).size = size;
  }),

  ".set": setTo(false),
  ".equ": setTo(false),
  ".equiv": setTo(true),
  ".eqv": row("symbol, expression", 2, 2, define),
};
