/**
 * Tier 0 of computers that are often asked for, as the build has emitted it, and as V8 has optimised it: the translator need not emit it when it
 * starts, V8 not compile it. Imported for its effect by what the build bundles. Run from source it does nothing: a build of other sources may number
 * operations differently, and nothing would tell.
 */
import { readFileSync } from "node:fs";
import { keepTier0 } from "../cpu/translator/tier0-instance.ts";
import { IS_BUNDLED, tier0Files } from "./files.ts";
import { withMachineCode } from "./v8-code.ts";

function tryBuilt(path: string): Uint8Array<ArrayBuffer> | null {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    // Not built: then it is emitted, or compiled.
    return null;
  }
}

keepTier0((key) => {
  if (!IS_BUNDLED) return null;
  const files = tier0Files(key);
  const bytes = tryBuilt(files.bytes);
  const code = tryBuilt(files.code);
  return bytes === null || code === null ? bytes : (withMachineCode(code, bytes) ?? bytes);
});
