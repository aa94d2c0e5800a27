/**
 * A physical line to its statements: comments become blanks, so that columns stay, and `;` separates.
 * Strings and character constants are stepped over, for a `#` or `;` in them is none.
 */
import type { StatementText } from "./ast.ts";
import type { SourceLine } from "./diagnostic.ts";

/** Where an open comment began. */
export interface OpenComment {
  readonly line: SourceLine;
  readonly at: number;
}

const SPECIAL = /[;#"'/]/;
/** One step over a line: plain text, a string, a character, the start of a comment, a separator. */
const STEP = /[^;#"'/]+|"(?:[^"\\]|\\.)*"?|'(?:\\?.)?'?|\/\*|\/\/|[\s\S]/y;

/**
 * Appends the statements of `line` to `out`. `open` is the comment that earlier lines left open; what is returned is
 * what this line leaves open, or null.
 */
export function splitStatements(line: SourceLine, open: OpenComment | null, out: StatementText[]): OpenComment | null {
  const { text } = line;
  if (open === null && !SPECIAL.test(text)) {
    out.push({ line, text, at: 0 });
    return null;
  }
  let start = 0;
  let statement = "";
  const flush = (end: number) => {
    out.push({ line, text: statement, at: start });
    start = end;
    statement = "";
  };
  let position = 0;
  let comment = open;
  while (position < text.length) {
    if (comment !== null) {
      const close = text.indexOf("*/", position);
      const end = close < 0 ? text.length : close + 2;
      statement += " ".repeat(end - position);
      position = end;
      if (close >= 0) comment = null;
      continue;
    }
    STEP.lastIndex = position;
    const step = STEP.exec(text)![0];
    if (step === "#" || step === "//") break;
    if (step === "/*") {
      comment = { line, at: position };
      statement += "  ";
    } else if (step !== ";") statement += step;
    position += step.length;
    if (step === ";") flush(position);
  }
  flush(position);
  return comment;
}
