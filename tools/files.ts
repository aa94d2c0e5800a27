/**
 * Files of the host: where the built parts lie, and reading with messages that a user can act on.
 */
import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "./errors.ts";

const here = dirname(fileURLToPath(import.meta.url));

/** Whether this is a bundle: then what lies in DIST was made from the same sources. */
export const IS_BUNDLED = basename(here) !== "tools";

/** The folder of built parts: the bundles' own folder, or dist/ beside tools/ when run from source. */
export const DIST = IS_BUNDLED ? here : join(here, "..", "dist");

/** What the build leaves in DIST. */
export const BUILT = {
  /** The system as an ext2 file system, up to its last block that is not all zeroes: disk/system.ts. */
  rootImage: join(DIST, "root.ext2"),
  /** The system as a cpio archive. */
  rootArchive: join(DIST, "root.cpio"),
  library: join(DIST, "libquire.a"),
  include: join(DIST, "include"),
  /** Tier 0 of some computers: tier0Files. */
  tier0: join(DIST, "tier0"),
  /** Sources of the workloads of `quire bench`. */
  bench: join(DIST, "bench"),
} as const;

/** Where tier 0 of computers with this key (keyOf), or under this name, is: as WebAssembly, and as machine code of V8. */
export function tier0Files(key: string, folder = BUILT.tier0): { bytes: string; code: string } {
  const name = join(folder, key.replace(/^\W+|\W+$/g, "").replace(/\W+/g, "-"));
  return { bytes: `${name}.wasm`, code: `${name}.code` };
}

/** Reads a part that the build made. Throws an error that names the remedy where it is missing. */
export function readBuilt(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    throw new UsageError(`${path} is missing: run "npm run build" first`);
  }
}

const builtBytes = new Map<string, Uint8Array>();

/** The same, read once: a part does not change while a process lives. The bytes are everybody's, so nobody's to change. */
export function builtOnce(path: string): Uint8Array {
  const bytes = builtBytes.get(path) ?? readBuilt(path);
  builtBytes.set(path, bytes);
  return bytes;
}

/** Reads a file that the user named. Throws UsageError with the system's own reason. */
export function readHostFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${reason(error)}`);
  }
}

/** Reads a file for the assembler: null where there is none. */
export function tryRead(path: string): Uint8Array | null {
  // An exception costs more than looking, and most folders that are searched do not have the file.
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return null;
  try {
    return dirname(path) === BUILT.include ? builtOnce(path) : readFileSync(path);
  } catch {
    return null;
  }
}

/** The plain words of a host system error ("no such file or directory"). */
export function reason(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === "EISDIR") return "is a directory";
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
