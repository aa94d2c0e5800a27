/** Source files as lines. A byte is a character of 0 to 255 here, so that strings keep whatever bytes they hold. */
import type { StatementText } from "./ast.ts";
import type { SourceLine, TrailFrame } from "./diagnostic.ts";
import { type OpenComment, splitStatements } from "./statements.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const PIECE = 8192;

/** Bytes as a string of as many characters. */
export function byteString(source: Uint8Array | string): string {
  const bytes = typeof source === "string" ? encoder.encode(source) : source;
  // Plain ASCII, the usual case, is the same in UTF-8.
  if (isAscii(bytes)) return decoder.decode(bytes);
  const pieces: string[] = [];
  for (let i = 0; i < bytes.length; i += PIECE) pieces.push(String.fromCharCode(...bytes.subarray(i, i + PIECE)));
  return pieces.join("");
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! >= 0x80) return false;
  return true;
}

/** One file, read statement by statement. */
export class FileSource {
  private position = 0;
  private number = 0;
  private comment: OpenComment | null = null;

  constructor(
    readonly file: string,
    private readonly text: string,
    private readonly trail: readonly TrailFrame[],
  ) {
    this.last = { file, number: 0, text: "", trail, origin: { file, line: 0 } };
  }

  /** The comment that no line closed, once the file has been read. */
  get openComment(): OpenComment | null {
    return this.comment;
  }

  /** The last line read, or an empty one before the first. */
  last: SourceLine;

  /** The statements of the next line (none when it is blank), or null at the end. */
  next(): StatementText[] | null {
    if (this.position >= this.text.length) return null;
    const found = this.text.indexOf("\n", this.position);
    const end = found < 0 ? this.text.length : found;
    const text = this.text.slice(this.position, this.text[end - 1] === "\r" && end > this.position ? end - 1 : end);
    this.position = end + 1;
    this.number++;
    const origin = { file: this.file, line: this.number };
    this.last = { file: this.file, number: this.number, text, trail: this.trail, origin };
    const statements: StatementText[] = [];
    this.comment = splitStatements(this.last, this.comment, statements);
    return statements;
  }
}
