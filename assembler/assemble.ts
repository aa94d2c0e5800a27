/**
 * Assembly source to a relocatable object. The first pass reads statements in order, and writes what is known; the
 * second (object.ts) settles sizes and addresses.
 *
 * (1) Whatever the bytes of the source, an object or at least one error comes of it; nothing is thrown.
 * (2) The result depends on nothing but the source, the options and the files read through them.
 */
import { type AssembleOptions, Assembly } from "./assembly.ts";
import { addDebugSections } from "./debug-info.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { ObjectFile } from "./elf.ts";
import { Fault } from "./fault.ts";
import { buildObject } from "./object.ts";
import type { Frame } from "./reader.ts";
import { REGISTERS } from "./registers.ts";
import { FileSource, linesOf } from "./source.ts";
import { execute } from "./statement.ts";

export type { AssembleOptions } from "./assembly.ts";

/** What a file or an expansion leaves open at its end. */
function checkEnd(assembly: Assembly, frame: Frame): void {
  const comment = frame.source?.openComment;
  if (comment != null) assembly.report("error", comment, "this comment does not end", "put `*/` at its end");
  const open = assembly.conditionals.truncate(frame.conditionals);
  if (open !== undefined) assembly.report("error", open.site, `${open.name} has no .endif`);
}

/** Reads all statements; a statement that is wrong is reported and passed over. */
function readAll(assembly: Assembly): void {
  while (!assembly.endOfSource && !assembly.diagnostics.full) {
    try {
      const statement = assembly.reader.next();
      if (statement === null) return;
      execute(assembly, statement);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      report(assembly, error);
    }
  }
  assembly.reader.stop();
}

function report(assembly: Assembly, { at, message, hint }: Fault): void {
  assembly.report("error", assembly.site(at), message, hint);
}

/** What can only be seen when all has been read. */
function checkWhole(assembly: Assembly): void {
  for (const [digits, { used }] of assembly.symbols.danglingForward()) {
    if (used === null) continue;
    assembly.report("error", used, `no label \`${digits}:\` follows this`, `\`${digits}b\` means one that came before`);
  }
  if (assembly.inProcedure !== null) {
    assembly.report("error", assembly.inProcedure, ".cfi_startproc has no .cfi_endproc");
  }
  for (const symbol of assembly.symbols.all()) {
    const { used, name } = symbol;
    if (symbol.isDefined || used === null || !REGISTERS.has(name)) continue;
    assembly.report("warning", used, `\`${name}\` is taken for a label here, not for the register`);
  }
}

const PRODUCER = "Quire assembler";

/** Line numbers for debuggers. A compiler's `.loc` go with debug information of its own, which numbers the files. */
function addDebug(assembly: Assembly, object: ObjectFile): void {
  if (object.lines === undefined || object.lines.length === 0) return;
  const { files, explicit } = assembly.debug;
  addDebugSections(object, { name: object.name, producer: PRODUCER, ...(explicit ? { files } : {}) });
}

/**
 * Assembles one source file.
 * @param name its path, for messages, debug information, and to find included files beside it.
 * @param source its text, or bytes in any encoding (strings keep them as they are).
 * @returns the object, or null where a diagnostic is an error; and all diagnostics, in the order of the source.
 */
export function assemble(
  name: string,
  source: Uint8Array | string,
  options: AssembleOptions,
): { object: ObjectFile | null; diagnostics: Diagnostic[] } {
  const assembly = new Assembly(options);
  for (const [symbol, value] of Object.entries(options.defines ?? {})) assembly.define(symbol, BigInt(value));
  assembly.reader.onEnd = (frame) => checkEnd(assembly, frame);
  assembly.reader.pushFile(name, new FileSource(name, linesOf(source), []), 0);
  readAll(assembly);
  checkWhole(assembly);
  const object = assembly.diagnostics.full ? null : buildObject(assembly, name);
  const { errors } = assembly.diagnostics;
  const diagnostics = assembly.diagnostics.inOrder();
  if (errors > 0 || object === null) return { object: null, diagnostics };
  addDebug(assembly, object);
  return { object, diagnostics };
}
