/**
 * Leaves V8's cache beside a bundle: uses it for a while, as its users do, and writes what V8 has compiled meanwhile. A step of the build, in
 * a process of its own, whose standard input is for the shell:
 *
 *     warm-up.ts quire|worker FOLDER        FOLDER/quire.js or FOLDER/worker.js
 *
 * What is not used here is compiled when it is first called, as without a cache.
 */
import "./v8-flags.ts";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { bundleOf, loadBundle } from "./bundle.ts";
import type * as Main from "./main.ts";
import { seal } from "./sealed.ts";
import type * as Worker from "./suite/worker.ts";
import { optimiseLate } from "./v8-flags.ts";

/** They fork, map, write, wait and are killed; scheduling and shared-memory are at it long enough for regions. */
const PROGRAMS = [
  "copy-on-write",
  "catch-segv",
  "fork-tree",
  "map-file",
  "pipes",
  "scheduling",
  "shared-memory",
  "signals",
].map((name) => join(import.meta.dirname, "../userland/demos", `${name}.s`));

async function useQuire(start: string) {
  const { exports, script } = loadBundle<typeof Main>(start);
  const commands = [
    ["boot"],
    ["--help"],
    ["run", "--engine", "reference", PROGRAMS[0]],
    ...PROGRAMS.map((program) => ["run", program]),
  ];
  for (const command of commands) await exports.main(command);
  return script;
}

async function useWorker(start: string) {
  optimiseLate();
  const { exports, script } = loadBundle<typeof Worker>(start);
  for (const path of PROGRAMS) exports.default({ path, update: false, machine: {} });
  return script;
}

const [name, folder] = process.argv.slice(2);
const start = pathToFileURL(join(folder, `${name}.js`)).href;
// V8 forgets what has not been called for some time. The flag is part of what the cache is good for, so it does not stay.
setFlagsFromString("--no-flush-bytecode");
const script = await (name === "quire" ? useQuire(start) : useWorker(start));
setFlagsFromString("--flush-bytecode");
const { source, cache } = bundleOf(start);
writeFileSync(cache, seal(script.createCachedData(), readFileSync(source)));
// Programs that end by signals say so in the exit status.
process.exitCode = 0;
