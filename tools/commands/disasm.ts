/** `quire disasm FILE`: the code of a file as text, laid out as objdump lays it out. */
import { ElfError, type Executable, readExecutable } from "../../assembler/elf.ts";
import { AssemblyError, EXIT, UsageError } from "../errors.ts";
import { readHostFile } from "../files.ts";
import { listing } from "../listing.ts";
import { buildProgram, fileKind } from "../program.ts";
import type { CommandBody } from "./command.ts";
import { programOptions } from "./options.ts";

export const run: CommandBody = async ([file], options) => {
  const bytes = readHostFile(file!);
  const kind = fileKind(bytes);
  if (kind === "archive" || kind === "script")
    throw new UsageError(`${file} is ${kind === "script" ? "a" : "an"} ${kind}, not an ELF file or assembly source`);
  const executable = parse(file!, kind === "source" ? buildProgram([file!], programOptions(options)) : bytes);
  const symbol = options.symbol as string | undefined;
  const lines = listing(executable, { lines: options.lines !== false, ...(symbol === undefined ? {} : { symbol }) });
  if (lines.length === 0)
    throw new UsageError(symbol === undefined ? `${file} has no code` : `${file} has no function '${symbol}'`);
  process.stdout.write(`${lines.join("\n")}\n`);
  return EXIT.ok;
};

function parse(file: string, bytes: Uint8Array): Executable {
  try {
    return readExecutable(bytes);
  } catch (error) {
    if (error instanceof ElfError) throw new AssemblyError(`${file}: ${error.message}`);
    throw error;
  }
}
