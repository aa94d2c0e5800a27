/** `quire disasm FILE`: the code of a file as text, laid out as objdump lays it out. */
import { readExecutable } from "../../assembler/elf.ts";
import { fileKind, readingElf, WITH_ARTICLE } from "../compile.ts";
import { EXIT, UsageError } from "../errors.ts";
import { readHostFile } from "../files.ts";
import { listing } from "../listing.ts";
import { buildProgram } from "../program.ts";
import type { CommandBody } from "./command.ts";
import { programOptions } from "./options.ts";

export const run: CommandBody = async ([file], options) => {
  const bytes = readHostFile(file!);
  const kind = fileKind(bytes);
  if (kind !== "executable" && kind !== "object" && kind !== "source")
    throw new UsageError(`${file} is ${WITH_ARTICLE[kind]}, not an ELF file or assembly source`);
  const code = kind === "source" ? buildProgram([file!], programOptions(options)) : bytes;
  const executable = readingElf(file!, () => readExecutable(code));
  const symbol = options.symbol as string | undefined;
  const lines = listing(executable, { lines: options.lines !== false, ...(symbol === undefined ? {} : { symbol }) });
  if (lines.length === 0)
    throw new UsageError(symbol === undefined ? `${file} has no code` : `${file} has no function '${symbol}'`);
  process.stdout.write(`${lines.join("\n")}\n`);
  return EXIT.ok;
};
