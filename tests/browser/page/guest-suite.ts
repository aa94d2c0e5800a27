/** Guest programs in a page: the suite's own `runProgram` with files that were embedded. */
import type { EngineName } from "../../../cpu/engines.ts";
import { archiveDisk } from "../../../tools/archive-disk.ts";
import { type BuildHost, buildProgram } from "../../../tools/compile.ts";
import { UsageError } from "../../../tools/errors.ts";
import { runProgram, type SuiteHost } from "../../../tools/suite/program.ts";
import type { TestResult } from "../../../tools/suite/report/result.ts";
import { basename, dirname, join } from "./paths.ts";
import type { SuiteFiles } from "./protocol.ts";

export type RunGuest = (path: string) => TestResult;

/** A runner of the suite's programs on `engine`, unless a program asks for another. */
export function guestRunner({ files, built }: SuiteFiles, engine: EngineName): RunGuest {
  const decoded = new Map<string, Uint8Array>();
  const tryRead = (path: string): Uint8Array | null => {
    const found = decoded.get(path);
    if (found !== undefined || files[path] === undefined) return found ?? null;
    const bytes = Uint8Array.from(atob(files[path]), (c) => c.charCodeAt(0));
    decoded.set(path, bytes);
    return bytes;
  };
  const read = (path: string): Uint8Array => {
    const bytes = tryRead(path);
    if (bytes === null) throw new UsageError(`cannot read ${path}: no such file or directory`);
    return bytes;
  };
  const builder: BuildHost = {
    read,
    tryRead,
    dirname,
    library: () => read(built.library),
    include: built.include,
    color: () => false,
  };
  const host: SuiteHost = {
    read,
    write: (path) => {
      throw new UsageError(`cannot write ${path}: the files of the page are embedded`);
    },
    dirname,
    basename,
    join,
    build: (sources, options) => buildProgram(builder, sources, options),
    openDisks: (drives, program) => ({
      disks: [archiveDisk(read(built.rootArchive), [program]), ...drives.map(read)],
      close: () => {},
    }),
  };
  return (path) => runProgram({ path, update: false, machine: { engine } }, host);
}
