/**
 * What is to be executed: from a path to an ELF file, through `#!` scripts. Reads, and changes nothing; may sleep
 * while the disk works.
 *
 * Source: execve(2), "Interpreter scripts"; Linux fs/binfmt_script.c for what counts as the interpreter's line.
 */
import { errno } from "./errno.ts";
import { readBytes } from "./fs/content.ts";
import { isRegular } from "./fs/inode.ts";
import { forbidsPrograms } from "./fs/mount-flags.ts";
import { resolve } from "./fs/path.ts";
import { checkAccess, X_OK } from "./fs/permissions.ts";
import type { ByteString, Inode } from "./fs/types.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";

/** Linux's BINPRM_BUF_SIZE: an interpreter's line must end within these bytes. */
const LINE_BYTES = 256;
/** Scripts whose interpreters are scripts: as many rewrites as Linux does, then ELOOP. */
const MOST_SCRIPTS = 5;

/** A program found, and the arguments that it is to get. */
export interface ProgramFile {
  readonly inode: Inode;
  /** With the script's interpreter, its argument and the script's path in front, if it was one. */
  readonly arguments: readonly ByteString[];
}

/** Finds what `path` stands for. @throws Errno EACCES, ENOENT, ENOEXEC, ELOOP and what path resolution throws */
export function findProgram(k: Kernel, p: Process, path: ByteString, argv: readonly ByteString[]): ProgramFile {
  let [name, args] = [path, argv];
  for (let scripts = 0; scripts <= MOST_SCRIPTS; scripts++) {
    const inode = openProgram(k, p, name);
    const start = readBytes(k, p, inode, 0, Math.min(LINE_BYTES, inode.size));
    if (start[0] !== 0x23 || start[1] !== 0x21) return { inode, arguments: args };
    const { interpreter, argument } = parseInterpreter(start);
    args = [interpreter, ...(argument === null ? [] : [argument]), name, ...args.slice(1)];
    name = interpreter;
  }
  throw errno("ELOOP");
}

/** execve(2): a regular file with execute permission. */
function openProgram(k: Kernel, p: Process, path: ByteString): Inode {
  const inode = resolve(k, p, p.cwd, path, { follow: true });
  if (!isRegular(inode) || forbidsPrograms(k, inode)) throw errno("EACCES");
  checkAccess(p.credentials, inode, X_OK);
  if (inode.writers > 0) throw errno("ETXTBSY");
  return inode;
}

const isBlank = (c: string) => c === " " || c === "\t";

/**
 * Takes "#! interpreter [argument]" apart: one argument, which may hold blanks.
 * @throws Errno ENOEXEC, EACCES when no interpreter is named, or its name may be cut off
 */
export function parseInterpreter(start: Uint8Array): { interpreter: ByteString; argument: ByteString | null } {
  const text = String.fromCharCode(...start.subarray(2));
  const newline = text.indexOf("\n");
  const line = newline < 0 ? text : text.slice(0, newline);
  const match = /^[ \t]*([^ \t\0]+)([ \t\0]?)[ \t]*([^\0]*)/.exec(line);
  // A file that ends in blanks names "" as Linux reads it, the working directory, which cannot be executed.
  if (match === null) throw errno(newline < 0 && start.length < LINE_BYTES ? "EACCES" : "ENOEXEC");
  const [, interpreter, terminator, rest] = match;
  // Without newline or blank behind it the name may go on beyond what was read.
  if (newline < 0 && terminator === "" && start.length === LINE_BYTES) throw errno("ENOEXEC");
  let end = rest.length;
  while (end > 0 && isBlank(rest[end - 1])) end--;
  return { interpreter, argument: end > 0 && terminator !== "\0" ? rest.slice(0, end) : null };
}
