/**
 * Tier 0 of computers that are often asked for, as the build has emitted it, and as V8 has optimised it: the translator need not emit it when it
 * starts, V8 not compile it. Imported for its effect by what the build bundles. Run from source it does nothing: a build of other sources may number
 * operations differently, and nothing would tell.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { keepTier0 } from "../cpu/translator/tier0-instance.ts";
import { BUILT, IS_BUNDLED, tier0Files } from "./files.ts";
import { unseal } from "./sealed.ts";
import { withMachineCode } from "./v8-code.ts";

function tryBuilt(path: string): Uint8Array<ArrayBuffer> | null {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    // Not built: then it is emitted, or compiled.
    return null;
  }
}

/** A module with its machine code, or without it, as far as there is that in these files. Code is for the main thread: v8-code.ts (3). */
function load(files: ReturnType<typeof tier0Files>): WebAssembly.Module | Uint8Array<ArrayBuffer> | null {
  const bytes = tryBuilt(files.bytes);
  const kept = isMainThread ? tryBuilt(files.code) : null;
  if (bytes === null || kept === null) return bytes;
  const code = unseal(kept, bytes);
  return code === null ? bytes : (withMachineCode(code, bytes) ?? bytes);
}

/** With machine code, by files. */
type Modules = ReadonlyMap<string, WebAssembly.Module>;
let taken: Modules = new Map();

/** All that there are, for threads of the same build. */
export function allTier0(): Modules {
  const names = existsSync(BUILT.tier0) ? readdirSync(BUILT.tier0).filter((name) => name.endsWith(".wasm")) : [];
  const found = new Map<string, WebAssembly.Module>();
  for (const name of names) {
    const files = tier0Files(name.slice(0, -".wasm".length));
    const module = load(files);
    if (module instanceof WebAssembly.Module) found.set(files.bytes, module);
  }
  return found;
}

/** Takes over what another thread has. */
export function takeTier0(modules: Modules): void {
  taken = modules;
}

keepTier0((key) => {
  if (!IS_BUNDLED) return null;
  const files = tier0Files(key);
  return taken.get(files.bytes) ?? load(files);
});
