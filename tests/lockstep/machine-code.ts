/**
 * To be imported first, with `npx tsx --import ./tests/lockstep/machine-code.ts`: each tier 0 comes as V8's machine code, made by another process, as it
 * does to the command `quire` (tools/v8-code.ts). That it is taken is asserted.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "../../tools/v8-flags.ts";
import type { Surroundings } from "../../cpu/translator/layout.ts";
import { emitTier0 } from "../../cpu/translator/tier0.ts";
import { keepTier0 } from "../../cpu/translator/tier0-instance.ts";
import { unseal } from "../../tools/sealed.ts";
import { withMachineCode } from "../../tools/v8-code.ts";

const BUILD = join(import.meta.dirname, "../../tools/build-code.ts");

keepTier0((key) => {
  const bytes = emitTier0(JSON.parse(key) as Surroundings);
  const folder = mkdtempSync(join(tmpdir(), "quire-code-"));
  const [wasm, code] = [join(folder, "wasm"), join(folder, "code")];
  try {
    writeFileSync(wasm, bytes);
    execFileSync(process.execPath, ["--import", "tsx", BUILD, "make", wasm, code]);
    const made = unseal(readFileSync(code), bytes);
    const module = made && withMachineCode(made, bytes);
    if (module === null) throw new Error("V8 does not take machine code that it made under the same flags");
    return module;
  } finally {
    rmSync(folder, { recursive: true });
  }
});
