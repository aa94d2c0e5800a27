/**
 * `build-code.ts make [BYTES CODE]...` writes machine code for modules; `build-code.ts try [BYTES CODE]...` ends with status 1 where V8
 * does not take it. Processes of their own: v8-code.ts (1).
 */
import "./v8-flags.ts";
import { readFileSync, writeFileSync } from "node:fs";
import { seal, unseal } from "./sealed.ts";
import { machineCode, withMachineCode } from "./v8-code.ts";

const [step, ...files] = process.argv.slice(2);
for (let i = 0; i < files.length; i += 2) {
  const [path, code] = [files[i], files[i + 1]];
  const bytes = new Uint8Array(readFileSync(path));
  if (step === "make") writeFileSync(code, seal(machineCode(bytes), bytes));
  else {
    const made = unseal(readFileSync(code), bytes);
    if (made === null || withMachineCode(made, bytes) === null) process.exitCode = 1;
  }
}
