/**
 * The order in which statements are read: files, what they include, and the expansions of macros and repetitions, each
 * a frame on top of the one it came from.
 *
 * (1) At most MAX_DEPTH frames are open, and MAX_STATEMENTS statements are read in a run: whatever the source says,
 *     reading ends.
 */
import type { StatementText } from "./ast.ts";
import type { SourceLine } from "./diagnostic.ts";
import { Fault } from "./fault.ts";
import type { FileSource } from "./source.ts";

export const MAX_DEPTH = 100;
export const MAX_STATEMENTS = 1_000_000;

export interface Frame {
  /** "file" for sources and included files, "expansion" for macros and repetitions. */
  readonly kind: "file" | "expansion";
  /** Path of the file, or the macro's name. */
  readonly name: string;
  /** Conditionals that were open when the frame began; what it opens itself must be closed in it. */
  readonly conditionals: number;
  /** The next statements, or null at its end. */
  readonly next: () => StatementText[] | null;
  /** The last line of it that was read; for messages about its end. */
  readonly lastLine: () => SourceLine;
  readonly source: FileSource | null;
}

export class Reader {
  private readonly frames: Frame[] = [];
  private pending: readonly StatementText[] = [];
  private index = 0;
  private readonly suspended: { pending: readonly StatementText[]; index: number }[] = [];
  private count = 0;

  /** Called with each frame that was read to its end. */
  onEnd: (frame: Frame) => void = () => {};

  get depth(): number {
    return this.frames.length;
  }

  get top(): Frame | undefined {
    return this.frames.at(-1);
  }

  /** Whether a file is being read already, here or further out. */
  isOpen(path: string): boolean {
    return this.frames.some((frame) => frame.kind === "file" && frame.name === path);
  }

  /** Reads `frame` before what is left of the current one. @throws Fault by invariant (1). */
  push(frame: Frame): void {
    if (this.frames.length >= MAX_DEPTH) {
      const cause = frame.kind === "file" ? "files include each other" : `\`${frame.name}\` expands itself`;
      throw new Fault(-1, `nested more than ${MAX_DEPTH} deep: ${cause} without an end`);
    }
    this.suspended.push({ pending: this.pending, index: this.index });
    this.frames.push(frame);
    this.pending = [];
    this.index = 0;
  }

  pushFile(path: string, source: FileSource, conditionals: number): void {
    const next = () => source.next();
    this.push({ kind: "file", name: path, conditionals, next, lastLine: () => source.last, source });
  }

  /**
   * Counts the statements of a file that is not read since what it says is known.
   * @returns false: it must be read, because invariant (1) has to be told of
   */
  pass(statements: number): boolean {
    if (this.frames.length >= MAX_DEPTH || this.count + statements > MAX_STATEMENTS) return false;
    this.count += statements;
    return true;
  }

  /** Leaves the innermost frame, whether or not it has been read to its end. */
  pop(): Frame {
    const { pending, index } = this.suspended.pop()!;
    this.pending = pending;
    this.index = index;
    return this.frames.pop()!;
  }

  /** Forgets all that is left to read. */
  stop(): void {
    while (this.frames.length > 0) this.pop();
    this.pending = [];
    this.pending = [];
    this.index = 0;
  }

  /**
   * The next statement of all, or null at the end: of everything, or of frame number `within` (from 1) where given.
   * @throws Fault by invariant (1).
   */
  next(within = 0): StatementText | null {
    for (;;) {
      if (this.index < this.pending.length) {
        if (++this.count > MAX_STATEMENTS) {
          this.stop();
          throw new Fault(-1, `more than ${MAX_STATEMENTS} statements`, "does a macro or .rept repeat without need?");
        }
        return this.pending[this.index++]!;
      }
      const frame = this.frames.at(-1);
      if (frame === undefined) return null;
      const statements = frame.next();
      if (statements !== null) {
        this.pending = statements;
        this.index = 0;
        continue;
      }
      if (this.frames.length === within) return null;
      this.onEnd(this.pop());
    }
  }
}
