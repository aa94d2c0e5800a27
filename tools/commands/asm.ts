/** `quire asm FILE...`: assemble and link, or assemble alone with -c. */
import { chmodSync, writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { writeObject } from "../../assembler/elf-object.ts";
import { EXIT, UsageError } from "../errors.ts";
import { reason } from "../files.ts";
import { buildObject, buildProgram } from "../program.ts";
import type { CommandBody } from "./command.ts";
import { programOptions } from "./options.ts";

export const run: CommandBody = async (files, options) => {
  const output = options.o as string | undefined;
  if (files.some((file) => output !== undefined && resolve(file) === resolve(output)))
    throw new UsageError(`-o ${output}: the output would replace its own source`);
  if (options.c === true) {
    if (files.length > 1 && output !== undefined) throw new UsageError("-c with -o takes one source");
    for (const file of files)
      write(output ?? objectName(file), writeObject(buildObject(file, programOptions(options))), false);
  } else write(output ?? "a.out", buildProgram(files, programOptions(options)), true);
  return EXIT.ok;
};

const objectName = (file: string) => `${basename(file).replace(/\.(s|S|asm)$/, "")}.o`;

function write(path: string, bytes: Uint8Array, executable: boolean): void {
  try {
    writeFileSync(path, bytes);
    if (executable) chmodSync(path, 0o755);
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${reason(error)}`);
  }
}
