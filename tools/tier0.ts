/**
 * Tier 0 of the default computer, as the build has emitted it: the translator need not emit it when it starts. Imported
 * for its effect by what the build bundles. Run from source it does nothing: a build of other sources may number operations
 * differently, and nothing would tell.
 */
import { readFileSync } from "node:fs";
import { keepTier0 } from "../cpu/translator/tier0-instance.ts";
import { BUILT, IS_BUNDLED } from "./files.ts";

keepTier0((key) => {
  if (!IS_BUNDLED) return null;
  try {
    return readFileSync(BUILT.tier0Key, "utf8") === key ? readFileSync(BUILT.tier0) : null;
  } catch {
    // Not built: then it is emitted.
    return null;
  }
});
