/**
 * The state of one run of the assembler, and what directives and instructions do to it.
 * Owns the sections, symbols, conditionals, macros and the reader; assemble.ts drives it.
 *
 * (1) `current` is a subsection of a section in `sections`.
 * (2) What is written into a section goes through word(), bytes(), fixup(), branch() or tail().
 */
import type { Node, StatementText } from "./ast.ts";
import { Conditionals } from "./conditional.ts";
import { DebugLines } from "./debug-lines.ts";
import { Diagnostics } from "./diagnostic.ts";
import { SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE, SHT_NOBITS, SHT_PROGBITS } from "./elf.ts";
import type { CodeSink } from "./encode.ts";
import { bind, constant, isAbsolute, reduce, type Scope, settle, type Value } from "./expression.ts";
import { Fault } from "./fault.ts";
import type { Macro } from "./macro.ts";
import { type Expression, Section, type Site, SourceSymbol, type Subsection, type Tail } from "./model.ts";
import { Reader } from "./reader.ts";
import { FIXUPS, type FixupKind } from "./relocate.ts";
import { SymbolTable } from "./symbols.ts";
import { Branch } from "./tail.ts";

export interface AssembleOptions {
  /** Where `.include` and `.incbin` look after the including file's own folder, in this order. */
  includePaths: readonly string[];
  /** The bytes of a file, or null where there is none. */
  readFile(path: string): Uint8Array | null;
  /** Symbols that are set before the first line. */
  defines?: Readonly<Record<string, number | bigint>>;
  /** Line numbers for debuggers; on unless set to false. */
  debugLines?: boolean;
}

/** Symbols that stand for expressions of such symbols could else double without end. */
const MAX_LAZY_READINGS = 1000;

/** Code is aligned to instructions without a word from the source (4 bytes; compressed code is not made). */
const CODE_ALIGN = 4;

export class Assembly implements Scope, CodeSink {
  readonly diagnostics = new Diagnostics();
  readonly symbols = new SymbolTable();
  readonly reader = new Reader();
  readonly conditionals = new Conditionals();
  readonly macros = new Map<string, Macro>();
  readonly sections = new Map<string, Section>();
  readonly debug: DebugLines;
  current: Subsection;
  previous: Subsection;
  readonly sectionStack: { current: Subsection; previous: Subsection }[] = [];
  /** The statement in hand. */
  private inHand!: StatementText;
  /** Expansions so far, for `\@`. */
  expansions = 0;
  /** What `.ident` said, and the name of the source that `.file` gave. */
  readonly idents: string[] = [];
  sourceName: string | null = null;
  /** Times that `.eqv` symbols were read again in the statement in hand. */
  private lazyReadings = 0;
  /** `.end` was read. */
  endOfSource = false;
  /** `.option push` without its pop. */
  optionDepth = 0;
  /** Where the open `.cfi_startproc` stands. */
  inProcedure: Site | null = null;

  constructor(readonly options: AssembleOptions) {
    const text = this.section(".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR);
    text.align = CODE_ALIGN;
    this.section(".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE);
    this.section(".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE);
    this.current = text.subsection(0);
    this.previous = this.current;
    this.debug = new DebugLines(options.debugLines ?? true);
  }

  get statement(): StatementText {
    return this.inHand;
  }

  begin(statement: StatementText): void {
    this.inHand = statement;
    this.lazyReadings = 0;
  }

  // Messages

  /** The place `at` in the statement in hand; -1 is where it begins. */
  site(at: number): Site {
    return { line: this.statement.line, at: at < 0 ? this.start : at };
  }

  private get start(): number {
    const { text, at } = this.statement;
    return at + Math.max(0, text.search(/\S/));
  }

  report(severity: "error" | "warning", site: Site, message: string, hint?: string): void {
    this.diagnostics.report(severity, site.line, site.at, message, hint);
  }

  warn(at: number, message: string, hint?: string): void {
    this.report("warning", this.site(at), message, hint);
  }

  // Sections

  /** The section of that name, made where there is none. */
  section(name: string, type: number, flags: number, entrySize = 0, group: string | null = null): Section {
    const key = group === null ? name : `${name}\0${group}`;
    let section = this.sections.get(key);
    if (section === undefined) {
      section = new Section(name, type, flags, entrySize);
      section.group = group;
      this.sections.set(key, section);
    }
    return section;
  }

  enter(subsection: Subsection): void {
    this.previous = this.current;
    this.current = subsection;
  }

  // Scope: what names mean

  name(name: string, at: number): Expression {
    const symbol = this.symbols.symbol(name);
    symbol.used ??= this.site(at);
    if (symbol.lazy !== null) {
      if (++this.lazyReadings > MAX_LAZY_READINGS) throw new Fault(at, "the expression is too complex");
      return symbol.lazy(this.site(at));
    }
    if (symbol.equation?.kind === "constant" && !symbol.isWeak) return symbol.equation;
    return { kind: "symbol", symbol };
  }

  here(_at: number): Expression {
    return { kind: "symbol", symbol: this.unnamed() };
  }

  /** A symbol without a name for this place. */
  unnamed(): SourceSymbol {
    const symbol = new SourceSymbol("");
    symbol.place = this.current.here;
    return symbol;
  }

  local(digits: string, forward: boolean, at: number): Expression {
    const symbol = forward ? this.symbols.forward(digits) : this.symbols.backward(digits);
    if (symbol === undefined) {
      throw new Fault(at, `no label \`${digits}:\` comes before this`, `\`${digits}f\` means one that follows`);
    }
    symbol.used ??= this.site(at);
    return { kind: "symbol", symbol };
  }

  /** The expression, as a constant where it is one by now. */
  expression(node: Node): Expression {
    return settle(bind(node, this));
  }

  /** The value as far as it is known now. @throws Fault where it has none. */
  value(node: Node): Value {
    const value = reduce(bind(node, this));
    if (typeof value === "string") throw new Fault(node.at, value);
    return value;
  }

  /** A number that must be known now. `what` names it in the message. */
  number(node: Node, what: string): bigint {
    const expression = bind(node, this);
    const value = reduce(expression);
    if (typeof value === "string") throw new Fault(node.at, value);
    if (isAbsolute(value)) return value.number;
    const name = (value.plus ?? value.minus)!.name;
    const why = name === "" ? "an address" : `\`${name}\``;
    throw new Fault(node.at, `${what} must be a number that is known here, but ${why} is not`);
  }

  /** A number from `least` to `most`. */
  integer(node: Node, what: string, least: number, most: number): number {
    const value = this.number(node, what);
    if (value < BigInt(least) || value > BigInt(most)) {
      throw new Fault(node.at, `${what} is out of range: ${value} is not in ${least} to ${most}`);
    }
    return Number(value);
  }

  // Definitions

  label(name: string, at: number): void {
    const site = this.site(at);
    if (/^[0-9]/.test(name)) {
      this.place(this.symbols.defineNumeric(name), site);
      return;
    }
    if (name === ".") throw new Fault(at, "`.` cannot be a label");
    const symbol = this.symbols.symbol(name);
    if (symbol.isDefined) throw this.redefined(symbol, at);
    this.place(symbol, site);
  }

  private place(symbol: SourceSymbol, site: Site): void {
    symbol.place = this.current.here;
    symbol.defined = site;
  }

  redefined(symbol: SourceSymbol, at: number): Fault {
    const { defined } = symbol;
    const where = defined === null ? undefined : `first defined at ${defined.line.file}:${defined.line.number}`;
    return new Fault(at, `symbol \`${symbol.name}\` is defined already`, where);
  }

  /** `name = value`; `once` refuses a name that has a value already. */
  set(name: string, at: number, value: Expression, once: boolean): void {
    const old = this.symbols.find(name);
    if (old?.isDefined && (once || !old.redefinable)) throw this.redefined(old, at);
    this.equate(name, value, this.site(at));
  }

  /** `name = value`, said at `site`, of a name that can be set. */
  equate(name: string, value: Expression, site: Site): void {
    const symbol = this.symbols.forEquation(name);
    symbol.equation = value;
    symbol.redefinable = true;
    symbol.defined = site;
  }

  define(name: string, value: bigint): void {
    const symbol = this.symbols.forEquation(name);
    symbol.equation = constant(BigInt.asIntN(64, value));
    symbol.redefinable = true;
  }

  // What is written

  /** @throws Fault where the section has no contents. */
  private demandContents(what: string): void {
    const { section } = this.current;
    if (section.isNobits) throw new Fault(-1, `${what} in ${section.name}, which holds zeros only`);
  }

  /** An instruction, at `this` place. */
  word(word: number): void {
    this.demandContents("an instruction");
    this.debug.atInstruction(this.current, this.statement.line);
    const at = this.current.take(4);
    this.current.view.setUint32(at, word, true);
  }

  /** Data, already in the machine's order. */
  bytes(bytes: ArrayLike<number>): void {
    const { current } = this;
    if (current.section.isNobits && Array.prototype.some.call(bytes, (byte: number) => byte !== 0)) {
      this.demandContents("data other than zeros");
    }
    const at = current.take(bytes.length);
    current.buffer.set(bytes, at);
  }

  fixup(kind: FixupKind, expression: Expression, at: number): void {
    this.demandContents("an address");
    const { section, here } = this.current;
    section.fixups.push({ place: here, kind, expression, site: this.site(at) });
  }

  /** Data whose value is not known yet. */
  datum(kind: FixupKind, expression: Expression, at: number): void {
    this.fixup(kind, expression, at);
    this.current.take(FIXUPS[kind].size);
  }

  branch(word: number, target: Expression, at: number): void {
    this.demandContents("an instruction");
    this.debug.atInstruction(this.current, this.statement.line);
    this.tail(new Branch(this.current.section, word, target, this.site(at)));
  }

  tail(tail: Tail): void {
    this.current.append(tail, this.site(-1));
  }

  /** For tails, which find out late. */
  readonly complain = (site: Site, message: string, hint?: string): void => {
    this.report("error", site, message, hint);
  };
}
