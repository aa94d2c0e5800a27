/** Bodies of macros and repetitions: collected as text, and read again at each expansion. */
import type { Assembly } from "./assembly.ts";
import type { StatementText } from "./ast.ts";
import { Fault } from "./fault.ts";
import { type Bindings, bindArguments, expandStatement, type Macro } from "./macro.ts";
import type { Site } from "./model.ts";

/** What opens a body and what ends it; bodies of one kind nest in each other. */
// biome-ignore format: a table is read in columns
const BODIES = {
  ".macro": { opens: new Set([".macro"]), ends: ".endm" },
  ".rept":  { opens: new Set([".rept", ".irp", ".irpc"]), ends: ".endr" },
} as const;

const FIRST_WORD =
  /^((?:\s*[0-9A-Za-z_.$\x80-\xff]+\s*:)*\s*)([0-9A-Za-z_.$\x80-\xff]+)(?![0-9A-Za-z_.$\x80-\xff])(?!\s*:)/;

/** A statement's text at its first word: labels before it, the word that says what it is, and the rest. */
export interface Parts {
  readonly labels: string;
  readonly word: string;
  readonly rest: string;
}

/** What splitHead gave, by the text: nothing else decides it. Forgotten when there is too much. */
const heads = new Map<string, Parts | null>();
const MAX_HEADS = 10_000;

export function splitHead(text: string): Parts | null {
  let parts = heads.get(text);
  if (parts !== undefined) return parts;
  parts = findHead(text);
  if (heads.size === MAX_HEADS) heads.clear();
  heads.set(text, parts);
  return parts;
}

function findHead(text: string): Parts | null {
  const match = FIRST_WORD.exec(text);
  return match && { labels: match[1]!, word: match[2]!, rest: text.slice(match[0].length) };
}

/** Reads statements up to the directive that ends the body. @throws Fault where the source ends before. */
export function collectBody(
  assembly: Assembly,
  kind: keyof typeof BODIES,
  start: Site,
  name: string = kind,
): StatementText[] {
  const { opens, ends } = BODIES[kind];
  const body: StatementText[] = [];
  const depth = assembly.reader.depth;
  for (let nesting = 0; ; ) {
    const statement = assembly.reader.next(depth);
    if (statement === null) throw new Fault(start.at, `${name} has no ${ends}`);
    const word = splitHead(statement.text)?.word.toLowerCase();
    if (word === ends && nesting-- === 0) return body;
    if (word !== undefined && opens.has(word)) nesting++;
    body.push(statement);
  }
}

/** The lines of one expansion after the other: `bindings` gives the values of each. */
export function repeat(
  assembly: Assembly,
  name: string,
  body: readonly StatementText[],
  start: Site,
  count: number,
  bindings: (index: number) => Bindings,
): void {
  if (body.length === 0 || count <= 0) return;
  let index = 0;
  let next = 0;
  let last = start.line;
  const plain = body.every(({ text }) => !text.includes("\\"));
  assembly.reader.push({
    kind: "expansion",
    name,
    conditionals: assembly.conditionals.depth,
    source: null,
    lastLine: () => last,
    next: () => {
      if (next === body.length) {
        next = 0;
        index++;
      }
      if (index >= count) return null;
      const statement = body[next++]!;
      last = statement.line;
      if (plain) return [statement];
      const { trail, origin } = statement.line;
      return expandStatement(statement, bindings(index), assembly.expansions, trail, origin);
    },
  });
}

/** A macro call: its body comes next. */
export function callMacro(assembly: Assembly, macro: Macro, text: string, at: number): void {
  const { line } = assembly.statement;
  const bindings = bindArguments(macro, text, at);
  const trail = [
    { note: `in macro \`${macro.name}\`, called here`, file: line.file, line: line.number },
    ...line.trail,
  ];
  const count = assembly.expansions++;
  let next = 0;
  assembly.reader.push({
    kind: "expansion",
    name: macro.name,
    conditionals: assembly.conditionals.depth,
    source: null,
    lastLine: () => macro.body[Math.max(0, next - 1)]?.line ?? line,
    next: () => {
      const statement = macro.body[next++];
      return statement === undefined ? null : expandStatement(statement, bindings, count, trail, line.origin);
    },
  });
}
