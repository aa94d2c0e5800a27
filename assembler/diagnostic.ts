/**
 * Diagnostics: what is wrong with a source file, where, and how to mend it. The one form in which bad source is answered;
 * the linker's complaints take it too. Owns the collected list of a run and the text shown to people.
 *
 * (1) No two diagnostics of one list say the same of one place.
 * (2) A list holds at most MAX_ERRORS errors; the last then says that more were left out.
 */

/** A step that led to the place: an enclosing macro call or `.include`. Innermost first in a trail. */
export interface TrailFrame {
  /** For example "in macro `push`, called here" or "included here". */
  readonly note: string;
  readonly file: string;
  readonly line: number;
}

export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly file: string;
  /** 1-based; 0 where the whole file is meant. */
  readonly line: number;
  /** 1-based, in characters; 0 where the whole line is meant. */
  readonly column: number;
  readonly message: string;
  /** How to mend it: what was expected, or the word probably meant. */
  readonly hint?: string;
  /** The line's text (in a macro: after its arguments were put in). */
  readonly sourceLine?: string;
  readonly trail?: readonly TrailFrame[];
}

/** Errors kept of one run. */
export const MAX_ERRORS = 200;

/** Times that something said already may come up again, in a repetition, before reading on is given up. */
const MAX_REPEATED = 10_000;

/** A line of source as the reader delivered it. */
export interface SourceLine {
  readonly file: string;
  /** 1-based. */
  readonly number: number;
  /** Bytes as characters 0 to 255, without the line's end. */
  readonly text: string;
  readonly trail: readonly TrailFrame[];
  /** Where a debugger shows the code: the outermost macro call, else the line itself. */
  readonly origin: { readonly file: string; readonly line: number };
}

const utf8 = new TextDecoder();

/** A byte string as text for people: UTF-8 where it is such. */
export function readable(bytes: string): string {
  // Plain ASCII, the usual case, is its own reading.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is the set of ASCII characters
  if (/^[\x00-\x7f]*$/.test(bytes)) return bytes;
  return utf8.decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** The diagnostics of one run. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];
  errors = 0;
  /** Those left out by invariant (1). */
  private repeated = 0;
  private readonly seen = new Set<string>();

  /** True once so much is wrong that looking further helps nobody. */
  get full(): boolean {
    return this.errors >= MAX_ERRORS || this.repeated >= MAX_REPEATED;
  }

  /** `at` is the 0-based offset into the line's text, or -1 for the whole line. */
  report(severity: "error" | "warning", line: SourceLine, at: number, message: string, hint?: string): void {
    const source = readable(line.text.slice(0, Math.max(at, 0)));
    this.add({
      severity,
      file: line.file,
      line: line.number,
      column: at < 0 ? 0 : source.length + 1,
      message: readable(message),
      ...(hint === undefined ? {} : { hint: readable(hint) }),
      sourceLine: readable(line.text),
      ...(line.trail.length === 0 ? {} : { trail: line.trail }),
    });
  }

  /** In the order of the source: by the outermost line that led to each, as they came where that is the same. */
  inOrder(): Diagnostic[] {
    const line = ({ trail, line: own }: Diagnostic) => trail?.at(-1)?.line ?? own;
    const end = ({ severity, column }: Diagnostic) => this.full && severity === "error" && column === 0;
    return [...this.list].sort((a, b) => Number(end(a)) - Number(end(b)) || line(a) - line(b));
  }

  add(diagnostic: Diagnostic): void {
    const key = `${diagnostic.file}:${diagnostic.line}:${diagnostic.column}:${diagnostic.message}`;
    if (this.full) return;
    if (this.seen.has(key)) {
      this.repeated++;
      return;
    }
    this.seen.add(key);
    this.list.push(diagnostic);
    if (diagnostic.severity === "warning") return;
    this.errors++;
    if (this.full) {
      const { file, line } = diagnostic;
      this.list.push({
        severity: "error",
        file,
        line,
        column: 0,
        message: `${plural(MAX_ERRORS, "error")}; no more are listed`,
      });
    }
  }
}

/** Columns shown of a very long line. */
const WINDOW = 120;

/** Text that a terminal shows and does not obey. Tabs become one space. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these would garble the terminal
const harmless = (text: string) => text.replace(/[\x00-\x1f\x7f-\x9f]/g, " ");

/** The part of a long line around `column` (0-based), with where the caret goes in it. */
function excerpt(text: string, column: number): { shown: string; caret: number } {
  const clean = harmless(text);
  if (clean.length <= WINDOW) return { shown: clean, caret: column };
  const start = Math.max(0, Math.min(column - WINDOW / 2, clean.length - WINDOW));
  const left = start > 0 ? "..." : "";
  const right = start + WINDOW < clean.length ? "..." : "";
  return { shown: left + clean.slice(start, start + WINDOW) + right, caret: column - start + left.length };
}

/** Frames shown at each end of a very long trail. */
const TRAIL_ENDS = 4;

function shownTrail(trail: readonly TrailFrame[]): readonly TrailFrame[] {
  const hidden = trail.length - 2 * TRAIL_ENDS;
  if (hidden <= 1) return trail;
  const { file, line } = trail[TRAIL_ENDS]!;
  return [...trail.slice(0, TRAIL_ENDS), { file, line, note: `and ${hidden} more` }, ...trail.slice(-TRAIL_ENDS)];
}

const PAINT = {
  error: "\u001b[1;31m",
  warning: "\u001b[1;35m",
  caret: "\u001b[1;32m",
  bold: "\u001b[1m",
  off: "\u001b[0m",
};

/**
 * The diagnostic as text of several lines, without a newline at its end:
 *
 *     prog.s:3:8: error: unknown instruction `adi`
 *         3 |         adi a0, a0, 1
 *           |         ^
 *       hint: did you mean `addi`?
 *       called.s:9: in macro `twice`, called here
 */
export function formatDiagnostic(diagnostic: Diagnostic, options: { color: boolean }): string {
  const { severity, file, line, column, message, hint, sourceLine, trail } = diagnostic;
  const paint = (kind: keyof typeof PAINT, text: string) => (options.color ? PAINT[kind] + text + PAINT.off : text);
  const place = line === 0 ? file : column === 0 ? `${file}:${line}` : `${file}:${line}:${column}`;
  const out = [`${paint("bold", `${place}:`)} ${paint(severity, `${severity}:`)} ${harmless(message)}`];
  if (sourceLine !== undefined && line > 0 && sourceLine.trim() !== "") {
    const { shown, caret } = excerpt(sourceLine, Math.max(0, column - 1));
    const gutter = String(line).padStart(5);
    out.push(`${gutter} | ${shown.trimEnd()}`);
    if (column > 0) out.push(`${" ".repeat(gutter.length)} | ${" ".repeat(caret)}${paint("caret", "^")}`);
  }
  if (hint !== undefined) out.push(`  hint: ${hint}`);
  for (const { file: from, line: at, note } of shownTrail(trail ?? [])) out.push(`  ${from}:${at}: ${note}`);
  return out.join("\n");
}
