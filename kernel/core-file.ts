/**
 * The file that a core dump goes to: its name, from kernel.core_pattern, and its making. core(5), "Naming of core dump
 * files".
 *
 * (1) A core file is always a new one, of the process's user, mode 0600: what has its name is removed first, so that
 *     neither links nor files of others are written through.
 *
 * Source: Linux 6.1 fs/coredump.c, format_corename and do_coredump.
 */
import { CONSTANTS } from "./abi.ts";
import { Errno } from "./errno.ts";
import { createFile } from "./fs/create.ts";
import { currentTime, isRegular, retain, startWriting } from "./fs/inode.ts";
import { describePath } from "./fs/names.ts";
import { type Walked, walk } from "./fs/path.ts";
import { removeName } from "./fs/rename.ts";
import type { ByteString, Inode } from "./fs/types.ts";
import type { Kernel } from "./kernel.ts";
import { toRlim } from "./limits.ts";
import type { Process } from "./process.ts";

const { S_IFREG } = CONSTANTS.fileType;
const { RLIMIT_CORE } = CONSTANTS.rlimit;
const CORE_MODE = 0o600;
/** Permission bits that must come out so, whatever the umask: else the file would not be the user's to keep. */
const CHECKED_MODE = 0o677;

/** What may begin a core_pattern and is not done here: a program that takes the dump. */
const PIPE_PATTERN = "|";

/** Text of a process, as one component of a path. */
function component(text: ByteString): ByteString {
  if (text === ".") return "!";
  return (text.startsWith("..") && text.length === 2 ? "!." : text).replaceAll("/", "!");
}

/** Specifiers of core_pattern by letter. */
// biome-ignore format: a table is read in columns
const SPECIFIERS: Readonly<Record<string, (k: Kernel, p: Process, signo: number) => ByteString>> = {
  "%": () => "%",
  p: (_k, p) => String(p.pid),
  P: (_k, p) => String(p.pid),
  i: (_k, p) => String(p.pid),
  I: (_k, p) => String(p.pid),
  u: (_k, p) => String(p.credentials.uid),
  g: (_k, p) => String(p.credentials.gid),
  d: (_k, p) => (p.dumpable ? "1" : "0"),
  s: (_k, _p, signo) => String(signo),
  t: (k) => String(currentTime(k).seconds),
  h: (k) => component(k.hostname),
  e: (_k, p) => component(p.name),
  f: (k, p) => component(programPath(k, p).replace(/^.*\//, "")),
  E: (k, p) => component(programPath(k, p)),
  c: (_k, p) => String(toRlim(p.limits[RLIMIT_CORE].soft)),
};

/** core_pattern's %E and %f: of a program without a file, its name. */
function programPath(k: Kernel, p: Process): ByteString {
  return p.program.inode === null ? p.name : describePath(k, p.program.inode);
}

/** The path of the core file of `p`, which signal `signo` ends. Unknown specifiers are left out. */
function coreName(k: Kernel, p: Process, signo: number): ByteString {
  const { pattern, usesPid } = k.core;
  const name = pattern.replace(/%(.?)/gs, (_all, letter: string) => SPECIFIERS[letter]?.(k, p, signo) ?? "");
  const hasPid = [...pattern.matchAll(/%(.?)/gs)].some(([, letter]) => letter === "p");
  return usesPid !== 0 && !hasPid ? `${name}.${p.pid}` : name;
}

/** Makes the file, open for writing. Null: there is to be none, for want of permission, room or a directory. */
export function createCoreFile(k: Kernel, p: Process, signo: number): Inode | null {
  if (k.core.pattern.startsWith(PIPE_PATTERN)) return null;
  try {
    const inode = makeCoreFile(k, p, coreName(k, p, signo));
    if (inode !== null) startWriting(retain(inode));
    return inode;
  } catch (failure) {
    if (failure instanceof Errno) return null;
    throw failure;
  }
}

function makeCoreFile(k: Kernel, p: Process, name: ByteString): Inode | null {
  let place = walkTo(k, p, name);
  if (place.inode !== null) {
    removeName(k, p, place, false);
    place = walkTo(k, p, name);
  }
  if (!place.normal || place.slash || place.inode !== null) return null;
  const data = { kind: "file", backing: null } as const;
  const inode = createFile(k, p, place, S_IFREG | CORE_MODE, data);
  return isRegular(inode) && (inode.mode & CHECKED_MODE) === CORE_MODE ? inode : null;
}

function walkTo(k: Kernel, p: Process, name: ByteString): Walked {
  return walk(k, p, p.cwd, name, { follow: false, nameOnly: true });
}
