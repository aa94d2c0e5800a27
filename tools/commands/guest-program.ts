/** The program that a command runs in the guest: an executable or script as it is, a source or object file built first. */
import { basename } from "node:path";
import { EF_RISCV_FLOAT_ABI, EF_RISCV_RVC, PT_INTERP, readHeader, readProgramHeaders } from "../../assembler/elf.ts";
import { fileKind, type ProgramOptions, readingElf } from "../compile.ts";
import { AssemblyError } from "../errors.ts";
import { readHostFile } from "../files.ts";
import { buildProgram } from "../program.ts";

/**
 * What lies in the guest, and its name there.
 * @throws AssemblyError it cannot be built, or cannot run here; UsageError it cannot be read
 */
export function guestProgram(file: string, options: ProgramOptions): { name: string; program: Uint8Array } {
  const source = readHostFile(file);
  const kind = fileKind(source);
  if (kind === "executable") checkExecutable(file, source);
  const program = kind === "executable" || kind === "script" ? source : buildProgram([file], options);
  return { name: guestName(file), program };
}

/** The options of gcc for a program that runs here. */
const GCC_OPTIONS = "-march=rv64ima_zicsr_zifencei -mabi=lp64 -static";

/**
 * The kernel would only say "Exec format error", and the hart "illegal instruction".
 * Throws AssemblyError with what is wrong and what was expected.
 */
function checkExecutable(file: string, bytes: Uint8Array): void {
  const { header, segments } = readingElf(file, () => {
    const header = readHeader(bytes);
    return { header, segments: readProgramHeaders(bytes, header) };
  });
  if (segments.some(({ type }) => type === PT_INTERP))
    throw new AssemblyError(`${file}: wants a dynamic linker, which there is not: link it with -static`);
  const missing = [
    ...(header.flags & EF_RISCV_RVC ? ["compressed instructions"] : []),
    ...(header.flags & EF_RISCV_FLOAT_ABI ? ["floating point in hardware"] : []),
  ];
  if (missing.length > 0)
    throw new AssemblyError(
      `${file}: uses ${missing.join(" and ")}, which there is not: compile it with ${GCC_OPTIONS}`,
    );
}

/** The base name; of a source without its suffix, as the executable would be called. */
function guestName(file: string): string {
  return basename(file).replace(/\.(s|S|asm|o)$/, "") || basename(file);
}
