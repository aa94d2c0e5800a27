/**
 * From files to an executable: assembly sources, objects and executables, told apart by their content. Where the files
 * are is the caller's (`BuildHost`), so that a browser page builds programs too; the command line's is program.ts.
 */
import { type Archive, readArchive } from "../assembler/archive.ts";
import { assemble } from "../assembler/assemble.ts";
import { type Diagnostic, formatDiagnostic } from "../assembler/diagnostic.ts";
import { ElfError, ET_REL, type ObjectFile, readHeader } from "../assembler/elf.ts";
import { readObject } from "../assembler/elf-object.ts";
import { link } from "../assembler/link.ts";
import { SEGMENT_SIZE } from "../cpu/segments.ts";
import type { Options } from "../kernel/options.ts";
import { AssemblyError, UsageError } from "./errors.ts";

/** What building asks of its host. */
export interface BuildHost {
  /** A file that the user named. Throws UsageError. */
  read(path: string): Uint8Array;
  /** null where there is no such file. */
  tryRead(path: string): Uint8Array | null;
  dirname(path: string): string;
  /** The runtime library, libquire.a. Where it is the same array again, it is not read again. */
  library(): Uint8Array;
  /** The folder of the headers that the build made. */
  readonly include: string;
  /** Whether diagnostics are coloured. */
  color(): boolean;
}

export interface ProgramOptions {
  /** Folders searched for .include and .incbin after the including file's own. */
  readonly include: readonly string[];
  /** Whether undefined symbols are taken from the runtime library. */
  readonly library: boolean;
  /** Make a position-independent program, which the kernel loads anywhere. */
  readonly pie?: boolean;
  /** Addresses of the first page and of the data segment, multiples of 4096; undefined: the linker's. */
  readonly textBase?: number | undefined;
  readonly dataBase?: number | undefined;
  /** Symbols defined before the first line, as with `.set`. */
  readonly defines?: Record<string, bigint>;
  /** Where warnings go. */
  readonly warn: (text: string) => void;
}

/**
 * How programs are linked for a translation scheme, where nobody says otherwise: without translation so that they can lie anywhere,
 * for segments with data and heap in a segment of their own.
 */
export function layoutFor({ translation = "paging" }: Partial<Options>): Pick<ProgramOptions, "pie" | "dataBase"> {
  if (translation === "bare") return { pie: true };
  return translation === "segments" ? { dataBase: SEGMENT_SIZE } : {};
}

export type FileKind = "executable" | "object" | "archive" | "script" | "data" | "source";

/** The kinds in a sentence. */
export const WITH_ARTICLE: Readonly<Record<FileKind, string>> = {
  executable: "an executable",
  object: "an object file",
  archive: "an archive",
  script: "a script",
  data: "binary data",
  source: "assembly source",
};

/** Text has no byte 0. */
const LOOKED_AT = 1024;

/** What a file is, by its first bytes. */
export function fileKind(bytes: Uint8Array): FileKind {
  const starts = (text: string) => [...text].every((c, i) => bytes[i] === c.charCodeAt(0));
  if (starts("\x7fELF")) return elfKind(bytes);
  if (starts("!<arch>\n")) return "archive";
  if (starts("#!")) return "script";
  return bytes.subarray(0, LOOKED_AT).includes(0) ? "data" : "source";
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
export function buildProgram(host: BuildHost, paths: readonly string[], options: ProgramOptions): Uint8Array {
  const objects: ObjectFile[] = [];
  const archives: Archive[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) {
    const bytes = host.read(path);
    const kind = fileKind(bytes);
    if (kind === "archive") archives.push(readingElf(path, () => readArchive(bytes, path)));
    else if (kind === "object") objects.push(readingElf(path, () => readObject(bytes, path)));
    else if (kind === "source") compile(host, path, bytes, options, objects, diagnostics);
    else throw new UsageError(`${path} is ${WITH_ARTICLE[kind]}, not assembly source or an object file`);
  }
  settle(host, diagnostics, options);
  if (options.library) archives.push(libraryOf(host));
  const { textBase, dataBase } = options;
  const linked = link(objects, archives, {
    pie: options.pie === true,
    ...(textBase !== undefined && { textBase }),
    ...(dataBase !== undefined && { dataBase }),
  });
  settle(host, linked.diagnostics, options);
  if (linked.executable === null) throw new AssemblyError("the program could not be linked");
  return linked.executable;
}

/** By their bytes, which do not change. A link changes nothing in an archive or in its objects. */
const libraries = new WeakMap<Uint8Array, Archive>();

function libraryOf(host: BuildHost): Archive {
  const bytes = host.library();
  const library = libraries.get(bytes) ?? readArchive(bytes, "libquire.a");
  libraries.set(bytes, library);
  return library;
}

/** Assembles one source to an object. Throws AssemblyError with every diagnostic, UsageError for what is no source. */
export function buildObject(host: BuildHost, path: string, options: ProgramOptions): ObjectFile {
  const objects: ObjectFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const bytes = host.read(path);
  const kind = fileKind(bytes);
  if (kind !== "source") throw new UsageError(`${path} is ${WITH_ARTICLE[kind]}, not assembly source`);
  compile(host, path, bytes, options, objects, diagnostics);
  settle(host, diagnostics, options);
  return objects[0]!;
}

function compile(
  host: BuildHost,
  path: string,
  bytes: Uint8Array,
  options: ProgramOptions,
  objects: ObjectFile[],
  diagnostics: Diagnostic[],
) {
  const result = assemble(path, bytes, {
    includePaths: [host.dirname(path), ...options.include, host.include],
    readFile: host.tryRead,
    ...(options.defines === undefined ? {} : { defines: options.defines }),
  });
  diagnostics.push(...result.diagnostics);
  if (result.object !== null) objects.push(result.object);
}

/** Prints warnings; throws when there is an error among the diagnostics. */
function settle(host: BuildHost, diagnostics: readonly Diagnostic[], options: ProgramOptions): void {
  const print = (d: Diagnostic) => formatDiagnostic(d, { color: host.color() });
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
