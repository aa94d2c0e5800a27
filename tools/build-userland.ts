/**
 * Builds userland: the assembly header, the runtime library, every program, and the root image.
 * What goes where in the image derives from the folders alone:
 *
 *   userland/bin/NAME.s or userland/bin/NAME/*.s   ->  /bin/NAME
 *   userland/bin/init.s                            ->  /boot/init, position-independent: for computers without translation
 *   userland/demos/NAME.s                          ->  /demos/NAME and its source /demos/NAME.s
 *   userland/etc/FILE                              ->  /etc/FILE
 *
 * The image is made twice: root.ext2, a file system to boot from, and root.cpio, an archive that the kernel unpacks.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Archive, readArchive, writeArchive } from "../assembler/archive.ts";
import { assemble } from "../assembler/assemble.ts";
import { type Diagnostic, formatDiagnostic } from "../assembler/diagnostic.ts";
import type { ObjectFile } from "../assembler/elf.ts";
import { link } from "../assembler/link.ts";
import { type CpioEntry, packCpio } from "../kernel/fs/cpio.ts";
import { packSystem } from "./disk/system.ts";
import { AssemblyError } from "./errors.ts";
import { tryRead } from "./files.ts";
import { assemblyHeader, generatedSources } from "./generate.ts";
import { IMAGE_TIME } from "./image-time.ts";
import { withoutConstants } from "./strip.ts";

const DIRECTORIES = ["bin", "boot", "demos", "dev", "etc", "home", "host", "mnt", "proc", "root", "sys", "tmp", "var"];

/** Symbolic links of the image. */
const LINKS: Readonly<Record<string, string>> = { "etc/mtab": "/proc/self/mounts" };

/** Makes everything below dist/ that comes from userland/. Throws AssemblyError with all diagnostics of a bad source. */
export function buildUserland(root: string, dist: string): void {
  const userland = join(root, "userland");
  const headers = join(userland, "include");
  mkdirSync(headers, { recursive: true });
  writeFileSync(join(headers, "abi.s"), assemblyHeader());
  cpSync(headers, join(dist, "include"), { recursive: true });
  const includePaths = [headers, join(userland, "lib")];
  const archive = writeArchive(libraryObjects(join(userland, "lib"), includePaths));
  writeFileSync(join(dist, "libquire.a"), archive);
  const library = readArchive(archive, "libquire.a");
  const programs = (folder: string) => buildPrograms(join(userland, folder), folder, library, includePaths);
  const entries = [
    ...DIRECTORIES.map((name): CpioEntry => ({ path: name, mode: name === "tmp" ? 0o041777 : 0o040755 })),
    ...programs("bin"),
    bootProgram(join(userland, "bin/init.s"), library, includePaths),
    ...programs("demos"),
    ...files(join(userland, "demos"), "demos", ".s"),
    ...files(join(userland, "etc"), "etc", ""),
    ...Object.entries(LINKS).map(([path, to]): CpioEntry => ({ path, mode: 0o120777, data: Buffer.from(to) })),
  ];
  writeFileSync(join(dist, "root.cpio"), packCpio(entries.map((entry) => ({ ...entry, mtime: IMAGE_TIME }))));
  writeFileSync(join(dist, "root.ext2"), packSystem(entries));
}

function libraryObjects(folder: string, includePaths: string[]): ObjectFile[] {
  const written = sourcesIn(folder).map((name) => assembled(join(folder, name), includePaths));
  const generated = [...generatedSources()].map(([name, text]) => assembled(name, includePaths, text));
  return [...written, ...generated];
}

/** Process 1 where programs must be able to lie anywhere: kernel/schemes/bare.ts. */
function bootProgram(source: string, library: Archive, includePaths: string[]): CpioEntry {
  const { executable, diagnostics } = link([assembled(source, includePaths)], [library], { pie: true });
  if (executable === null) fail(diagnostics);
  return { path: `boot/${basename(source, ".s")}`, mode: 0o100755, data: executable };
}

function buildPrograms(folder: string, prefix: string, library: Archive, includePaths: string[]): CpioEntry[] {
  const single = sourcesIn(folder).map((name) => ({ name: basename(name, ".s"), sources: [join(folder, name)] }));
  const several = subfolders(folder).map((name) => ({
    name,
    sources: sourcesIn(join(folder, name)).map((source) => join(folder, name, source)),
  }));
  return [...single, ...several].map(({ name, sources }) => {
    const objects = sources.map((source) => assembled(source, includePaths));
    const { executable, diagnostics } = link(objects, [library], {});
    if (executable === null) fail(diagnostics);
    return { path: `${prefix}/${name}`, mode: 0o100755, data: executable };
  });
}

function assembled(path: string, includePaths: string[], text?: string): ObjectFile {
  const { object, diagnostics } = assemble(shown(path), text ?? readFileSync(path), {
    includePaths,
    readFile: tryRead,
    debugLines: false,
  });
  if (object === null) fail(diagnostics);
  return withoutConstants(object);
}

/** Paths in diagnostics and objects are relative, so that the same tree gives the same bytes anywhere. */
function shown(path: string): string {
  const at = path.indexOf("userland/");
  return at < 0 ? path : path.slice(at);
}

function fail(diagnostics: readonly Diagnostic[]): never {
  throw new AssemblyError(diagnostics.map((d) => formatDiagnostic(d, { color: false })).join("\n"));
}

function files(folder: string, prefix: string, suffix: string): CpioEntry[] {
  return listed(folder)
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => ({
      path: `${prefix}/${entry.name}`,
      mode: 0o100644,
      data: readFileSync(join(folder, entry.name)),
    }));
}

const sourcesIn = (folder: string) =>
  listed(folder)
    .filter((entry) => entry.isFile() && entry.name.endsWith(".s"))
    .map((entry) => entry.name);

const subfolders = (folder: string) =>
  listed(folder)
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

function listed(folder: string) {
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
}
