/** Programs built from the host's files: compile.ts with the host of the command line. */
import { dirname } from "node:path";
import type { ObjectFile } from "../assembler/elf.ts";
import * as compile from "./compile.ts";
import { BUILT, builtOnce, readHostFile, tryRead } from "./files.ts";
import { useColor } from "./style.ts";

const HOST: compile.BuildHost = {
  read: readHostFile,
  tryRead,
  dirname,
  library: () => builtOnce(BUILT.library),
  include: BUILT.include,
  color: () => useColor(process.stderr),
};

/** Assembles and links what `paths` name. Throws AssemblyError with every diagnostic, UsageError for an unreadable file. */
export const buildProgram = (paths: readonly string[], options: compile.ProgramOptions): Uint8Array =>
  compile.buildProgram(HOST, paths, options);

/** Assembles one source to an object. Throws AssemblyError with every diagnostic, UsageError for what is no source. */
export const buildObject = (path: string, options: compile.ProgramOptions): ObjectFile =>
  compile.buildObject(HOST, path, options);
