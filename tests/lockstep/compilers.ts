/**
 * V8's compilers of WebAssembly, by name. Left alone, V8 compiles a function with its baseline compiler and, where it is called often, with
 * the optimising one on another thread: which of the two made what was wrong depends on the host's speed. Here one of them makes everything, from the
 * first call, so that a fault of a compiler shows in each run that comes to it.
 *
 *   optimising   TurboFan alone
 *   baseline     Liftoff alone
 *   both         as V8 does by itself
 */

import { setFlagsFromString } from "node:v8";

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  optimising: ["--no-liftoff"],
  baseline: ["--liftoff", "--no-wasm-tier-up", "--no-wasm-dynamic-tiering"],
  both: ["--liftoff", "--wasm-tier-up", "--wasm-dynamic-tiering"],
};

export const COMPILERS: readonly string[] = Object.keys(FLAGS);

let used = "both";

/** From now on it compiles every module. @throws Error there is no such compiler */
export function useCompiler(name: string): void {
  const flags = FLAGS[name];
  if (flags === undefined) throw new Error(`no compiler is called ${name}; there are ${COMPILERS.join(", ")}`);
  for (const flag of flags) setFlagsFromString(flag);
  used = name;
}

/** What chooses the same on a command line: empty, or with a space before it. */
export const compilerWords = (): string => (used === "both" ? "" : ` --compiler ${used}`);
