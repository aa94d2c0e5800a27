/**
 * Tier 0 of the default computer, as the build has emitted it: the translator need not emit it when it starts. Imported
 * for its effect by what the build bundles.
 */
import { readFileSync } from "node:fs";
import { keepTier0 } from "../cpu/translator/tier0-instance.ts";
import { BUILT } from "./files.ts";

keepTier0((key) => {
  try {
    return readFileSync(BUILT.tier0Key, "utf8") === key ? readFileSync(BUILT.tier0) : null;
  } catch {
    // Not built: then it is emitted.
    return null;
  }
});
