/**
 * Which line of source each instruction stems from: by itself, or as `.file` and `.loc` say (a compiler's output).
 *
 * (1) Once a source has a `.loc` of its own, only `.loc` counts.
 * (2) Neighbouring rows of a section differ in file or line.
 */
import type { SourceLine } from "./diagnostic.ts";
import type { Subsection } from "./model.ts";

export class DebugLines {
  /** Paths by the number that `.file` gave. */
  readonly files = new Map<number, string>();
  /** The source has its own `.loc`; its debug sections are its own too. */
  explicit = false;
  private pending: { file: string; line: number } | null = null;

  constructor(private readonly enabled: boolean) {}

  /** `.loc`: the next instruction is that line's. */
  locate(file: string, line: number): void {
    this.explicit = true;
    this.pending = { file, line };
  }

  atInstruction(subsection: Subsection, source: SourceLine): void {
    if (!this.enabled) return;
    const { lines } = subsection.section;
    const { file, line } = this.explicit ? (this.pending ?? { file: "", line: 0 }) : source.origin;
    if (this.explicit && this.pending === null) return;
    this.pending = null;
    const last = lines.at(-1);
    if (last?.file === file && last.line === line && last.place.fragment.subsection === subsection) return;
    lines.push({ place: subsection.here, file, line, explicit: this.explicit });
  }
}
