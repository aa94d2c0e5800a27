/** That one of V8's compilers makes everything where it is told to, and what the optimising one makes of regions; in processes of their own. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const node = (...words: string[]) =>
  execFileSync(process.execPath, ["--import", "tsx", ...words], { cwd: ROOT, encoding: "utf8" });

/** Prints which compiler has made a function that has been called a thousand times, for each of them. */
const WHICH = `
  import { useCompiler } from "./tests/lockstep/compilers.ts";
  import { ModuleBuilder } from "./cpu/wasm/module.ts";
  import { I64 } from "./cpu/wasm/types.ts";
  for (const name of ["optimising", "baseline"]) {
    useCompiler(name);
    const module = new ModuleBuilder();
    const f = module.function(module.type([], [I64]));
    module.exportFunction(name, f);
    module.begin(f).i64_const(7);
    module.end();
    const made = new WebAssembly.Instance(new WebAssembly.Module(module.finish())).exports[name];
    for (let i = 0; i < 1000; i++) made();
    console.log(name, %IsLiftoffFunction(made));
  }`;

describe("V8's compilers", { timeout: 60_000 }, () => {
  it("compile what they are chosen for, however often it is called", () => {
    const said = node("--allow-natives-syntax", "--input-type=module", "--eval", WHICH);
    expect(said).toBe("optimising false\nbaseline true\n");
  });

  it("make of a program's regions what the reference does, the optimising one from the first call", () => {
    const words = ["random", "25", "--instructions", "20000", "--engine", "translator:heat=30,misses=2"];
    const said = node("tests/lockstep/replay.ts", ...words, "--compiler", "optimising");
    expect(said).toMatch(/^random 25 --instructions 20000: equal over \d{5} instructions/);
  });
});
