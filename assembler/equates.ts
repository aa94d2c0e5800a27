/**
 * Files of nothing but `.equ NAME, number`, as the build makes them from tables: what they say is found out once for each
 * content, not once for each program that includes them.
 *
 * (1) To take a file's equates leaves the assembly as reading the file would; where reading it would complain, nothing is
 *     taken, and it is to be read.
 */
import type { Assembly } from "./assembly.ts";
import type { SourceLine, TrailFrame } from "./diagnostic.ts";
import { bind, type Scope } from "./expression.ts";
import { Fault } from "./fault.ts";
import type { Expression, Site } from "./model.ts";
import { parse } from "./parse.ts";
import { FileSource } from "./source.ts";

/** One definition, and where in its file it stands. */
interface Equate {
  readonly name: string;
  readonly value: Expression;
  /** Number and text of its line, and the name's offset in it. */
  readonly number: number;
  readonly text: string;
  readonly at: number;
}

interface EquateFile {
  readonly equates: readonly Equate[];
  /** Blank ones included. */
  readonly statements: number;
}

/** By their lines, which do not change; null: they hold something else too. */
const files = new WeakMap<readonly string[], EquateFile | null>();

/** Defines what the file says, if it is such a file and nothing of it is wrong here. @returns whether it did */
export function takeEquates(
  assembly: Assembly,
  path: string,
  lines: readonly string[],
  trail: readonly TrailFrame[],
): boolean {
  let file = files.get(lines);
  if (file === undefined) {
    file = readEquates(path, lines);
    files.set(lines, file);
  }
  if (file === null) return false;
  const { symbols, reader } = assembly;
  for (const { name } of file.equates) {
    const old = symbols.find(name);
    if (old?.isDefined && !old.redefinable) return false;
  }
  if (!reader.pass(file.statements)) return false;
  for (const equate of file.equates) assembly.equate(equate.name, equate.value, new EquateSite(equate, path, trail));
  return true;
}

/** Where an equate stands. Hardly ever does somebody ask, so the line is not made before. */
class EquateSite implements Site {
  constructor(
    private readonly equate: Equate,
    private readonly path: string,
    private readonly trail: readonly TrailFrame[],
  ) {}

  get at(): number {
    return this.equate.at;
  }

  get line(): SourceLine {
    const { path, trail, equate } = this;
    const { number, text } = equate;
    return { file: path, number, text, trail, origin: { file: path, line: number } };
  }
}

function readEquates(path: string, lines: readonly string[]): EquateFile | null {
  const source = new FileSource(path, lines, []);
  const equates: Equate[] = [];
  let statements = 0;
  for (let next = source.next(); next !== null; next = source.next()) {
    for (const statement of next) {
      statements++;
      const equate = equateOf(statement.text, statement.at);
      if (equate === null) return null;
      if (equate !== "blank") equates.push({ ...equate, number: source.last.number, text: source.last.text });
    }
  }
  return source.openComment === null ? { equates, statements } : null;
}

const unknown = (at: number): never => {
  throw new Fault(at, "no number by itself");
};
/** Where expressions are numbers and what is done with them. */
const NO_NAMES: Scope = {
  name: (_, at) => unknown(at),
  here: unknown,
  local: (_digits, _forward, at) => unknown(at),
};

/** What one statement defines; null: it is something else. */
function equateOf(text: string, start: number): Pick<Equate, "name" | "value" | "at"> | "blank" | null {
  if (text.trim() === "") return "blank";
  if (!/^\s*\.equ\s/.test(text)) return null;
  try {
    const { body } = parse({ text, at: start });
    if (body?.kind !== "command" || body.operands.length !== 2) return null;
    const [name, value] = body.operands;
    if (name?.kind !== "name" || name.name === "." || value == null) return null;
    return { name: name.name, value: bind(value, NO_NAMES), at: name.at };
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}
