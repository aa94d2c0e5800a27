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

/** Lines of the files that were read last, by their bytes, which do not change: what a host gives again is not cut again. */
const cut = new WeakMap<Uint8Array, readonly string[]>();

/** The lines of a source, without what ends them. */
export function linesOf(source: Uint8Array | string): readonly string[] {
  if (typeof source === "string") return cutLines(source);
  const lines = cut.get(source) ?? cutLines(source);
  cut.set(source, lines);
  return lines;
}

function cutLines(source: Uint8Array | string): string[] {
  const lines = byteString(source).split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  return lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}

/** One file, read statement by statement. */
export class FileSource {
  private number = 0;
  private comment: OpenComment | null = null;

  constructor(
    readonly file: string,
    private readonly lines: readonly string[],
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
    if (this.number === this.lines.length) return null;
    const text = this.lines[this.number]!;
    this.number++;
    const origin = { file: this.file, line: this.number };
    this.last = { file: this.file, number: this.number, text, trail: this.trail, origin };
    const statements: StatementText[] = [];
    this.comment = splitStatements(this.last, this.comment, statements);
    return statements;
  }
}
