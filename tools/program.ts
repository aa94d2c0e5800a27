/**
 * From files on the host to an executable: assembly sources, objects and executables, told apart by their content.
 */
import { dirname } from "node:path";
import { type Archive, readArchive } from "../assembler/archive.ts";
import { assemble } from "../assembler/assemble.ts";
import { type Diagnostic, formatDiagnostic } from "../assembler/diagnostic.ts";
import { ElfError, ET_REL, type ObjectFile, readHeader } from "../assembler/elf.ts";
import { readObject } from "../assembler/elf-object.ts";
import { link } from "../assembler/link.ts";
import { AssemblyError, UsageError } from "./errors.ts";
import { BUILT, readBuilt, readHostFile, tryRead } from "./files.ts";
import { useColor } from "./style.ts";

export interface ProgramOptions {
  /** Folders searched for .include and .incbin after the including file's own. */
  readonly include: readonly string[];
  /** Whether undefined symbols are taken from the runtime library. */
  readonly library: boolean;
  /** Make a position-independent program, which the kernel loads anywhere. */
  readonly pie?: boolean;
  /** Symbols defined before the first line, as with `.set`. */
  readonly defines?: Record<string, bigint>;
  /** Where warnings go. */
  readonly warn: (text: string) => void;
}

export type FileKind = "executable" | "object" | "archive" | "script" | "source";

/** The kinds in a sentence. */
export const WITH_ARTICLE: Readonly<Record<FileKind, string>> = {
  executable: "an executable",
  object: "an object file",
  archive: "an archive",
  script: "a script",
  source: "assembly source",
};

/** What a file is, by its first bytes. */
export function fileKind(bytes: Uint8Array): FileKind {
  const starts = (text: string) => [...text].every((c, i) => bytes[i] === c.charCodeAt(0));
  if (starts("\x7fELF")) return elfKind(bytes);
  if (starts("!<arch>\n")) return "archive";
  return starts("#!") ? "script" : "source";
}

function elfKind(bytes: Uint8Array): FileKind {
  try {
    return readHeader(bytes).type === ET_REL ? "object" : "executable";
  } catch (error) {
    // Who uses it says what is wrong with it.
    if (error instanceof ElfError) return "executable";
    throw error;
  }
}

/** Assembles and links what `paths` name. Throws AssemblyError with every diagnostic, UsageError for an unreadable file. */
export function buildProgram(paths: readonly string[], options: ProgramOptions): Uint8Array {
  const objects: ObjectFile[] = [];
  const archives: Archive[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) {
    const bytes = readHostFile(path);
    const kind = fileKind(bytes);
    if (kind === "archive") archives.push(readingElf(path, () => readArchive(bytes, path)));
    else if (kind === "object") objects.push(readingElf(path, () => readObject(bytes, path)));
    else if (kind === "source") compile(path, bytes, options, objects, diagnostics);
    else throw new UsageError(`${path} is ${WITH_ARTICLE[kind]}, not assembly source or an object file`);
  }
  settle(diagnostics, options);
  if (options.library) archives.push(readArchive(readBuilt(BUILT.library), "libquire.a"));
  const linked = link(objects, archives, { pie: options.pie === true });
  settle(linked.diagnostics, options);
  if (linked.executable === null) throw new AssemblyError("the program could not be linked");
  return linked.executable;
}

/** Assembles one source to an object. Throws AssemblyError with every diagnostic, UsageError for what is no source. */
export function buildObject(path: string, options: ProgramOptions): ObjectFile {
  const objects: ObjectFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const bytes = readHostFile(path);
  const kind = fileKind(bytes);
  if (kind !== "source") throw new UsageError(`${path} is ${WITH_ARTICLE[kind]}, not assembly source`);
  compile(path, bytes, options, objects, diagnostics);
  settle(diagnostics, options);
  return objects[0]!;
}

function compile(
  path: string,
  bytes: Uint8Array,
  options: ProgramOptions,
  objects: ObjectFile[],
  diagnostics: Diagnostic[],
) {
  const result = assemble(path, bytes, {
    includePaths: [dirname(path), ...options.include, BUILT.include],
    readFile: tryRead,
    ...(options.defines === undefined ? {} : { defines: options.defines }),
  });
  diagnostics.push(...result.diagnostics);
  if (result.object !== null) objects.push(result.object);
}

/** Prints warnings; throws when there is an error among the diagnostics. */
function settle(diagnostics: readonly Diagnostic[], options: ProgramOptions): void {
  const print = (d: Diagnostic) => formatDiagnostic(d, { color: useColor(process.stderr) });
  const errors = diagnostics.filter((d) => d.severity === "error");
  const shown = diagnostics.map(print).join("\n");
  if (errors.length > 0)
    throw new AssemblyError(`${shown}\n${errors.length === 1 ? "1 error" : `${errors.length} errors`}`);
  if (diagnostics.length > 0) options.warn(shown);
}

/** Calls `read`; its ElfError becomes an AssemblyError that names the file. */
export function readingElf<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ElfError) throw new AssemblyError(`${path}: ${error.message}`);
    throw error;
  }
}
