/**
 * The linker's messages: each names the source line that it is about, from the object's line rows, else the object
 * and the place in its section.
 */
import type { Diagnostic } from "./diagnostic.ts";
import type { LineRow } from "./elf.ts";
import { objectLines } from "./line-table.ts";
import { type InputSection, type LinkFile, last } from "./link-input.ts";

export class LinkReport {
  readonly diagnostics: Diagnostic[] = [];
  private readonly lines = new WeakMap<LinkFile, Map<number, LineRow[]>>();

  get failed(): boolean {
    return this.diagnostics.some((diagnostic) => diagnostic.severity === "error");
  }

  /** An error about a file as a whole. */
  error(file: string, message: string, hint?: string): void {
    this.add({ file, line: 0 }, message, hint);
  }

  /** An error about byte `offset` of an object's section. */
  errorAt(input: InputSection, offset: number, message: string, hint?: string): void {
    const row = this.lineOf(input, offset);
    const place = `${input.name}+0x${offset.toString(16)}`;
    if (row === undefined) this.add({ file: input.file.object.name, line: 0 }, `${place}: ${message}`, hint);
    else this.add(row, message, hint);
  }

  /** `file:line` of byte `offset`, or `object(.section+0x10)` where the object does not tell. */
  describe(input: InputSection, offset: number): string {
    const row = this.lineOf(input, offset);
    if (row !== undefined) return `${row.file}:${row.line}`;
    return `${input.file.object.name}(${input.name}+0x${offset.toString(16)})`;
  }

  private add({ file, line }: { file: string; line: number }, message: string, hint?: string): void {
    const place = { file, line, column: line === 0 ? 0 : 1 };
    this.diagnostics.push({ severity: "error", ...place, message, ...(hint === undefined ? {} : { hint }) });
  }

  private lineOf(input: InputSection, offset: number): LineRow | undefined {
    const rows = this.rowsOf(input.file).get(input.file.sections.indexOf(input));
    return rows === undefined ? undefined : last(rows, (row) => row.offset <= offset);
  }

  private rowsOf(file: LinkFile): Map<number, LineRow[]> {
    const known = this.lines.get(file);
    if (known !== undefined) return known;
    const bySection = new Map<number, LineRow[]>();
    for (const row of file.object.lines ?? objectLines(file.object)) {
      const rows = bySection.get(row.section);
      if (rows === undefined) bySection.set(row.section, [row]);
      else rows.push(row);
    }
    for (const rows of bySection.values()) rows.sort((a, b) => a.offset - b.offset);
    this.lines.set(file, bySection);
    return bySection;
  }
}
