/**
 * A bundle of the build, run with what V8 made of it when it was built. Without that, V8 reads 2 MB of source for each process and each
 * worker thread, and makes bytecode of each function that is called: a quarter of the time from start to prompt.
 *
 * V8 refuses a cache that was made under other flags, and compiles, as it does where there is none. So a process sets its flags before it
 * loads a bundle.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { unseal } from "./sealed.ts";

export interface Bundle<Exports> {
  readonly exports: Exports;
  readonly script: Script;
}

/** The files of a bundle, by the URL of what starts it: dist/NAME.js starts dist/NAME.cjs, and V8's cache for that is dist/NAME.cache. */
export const bundleOf = (start: string) => ({
  source: fileURLToPath(start).replace(/js$/, "cjs"),
  cache: fileURLToPath(start).replace(/js$/, "cache"),
});

/**
 * Runs a bundle, which the build has wrapped as CommonJS modules are.
 * @param start URL of what starts it
 * @throws the host's error where it cannot be read
 */
export function loadBundle<Exports>(start: string): Bundle<Exports> {
  const { source, cache } = bundleOf(start);
  const bytes = readFileSync(source);
  // V8 takes the name from the cache: so it has no folder. esbuild leaves nothing in a bundle that is not ASCII.
  const script = new Script(bytes.toString("latin1"), { filename: basename(source), cachedData: cached(cache, bytes) });
  const module = { exports: {} as Exports };
  script.runInThisContext()(module.exports, createRequire(source), module, source);
  return { exports: module.exports, script };
}

function cached(path: string, source: Buffer): Uint8Array | undefined {
  try {
    return unseal(readFileSync(path), source) ?? undefined;
  } catch {
    return undefined;
  }
}
