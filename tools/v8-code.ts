/**
 * V8's machine code for a module of WebAssembly, as bytes to be kept in a file. V8 has that for browsers, and shows it to JavaScript only by its own
 * names, behind --allow-natives-syntax (src/runtime/runtime-test-wasm.cc).
 *
 * (1) What is wrong about the call or the code ends the process, so `machineCode` is for a process that may (build-tier0.ts), and
 *     `withMachineCode` for the executable for which that process has tried it, and for the code as it was made (sealed.ts).
 * (2) V8 takes code only from its own version, for the present processor's features and under the present flags: else `withMachineCode` gives
 *     null. So v8-flags.ts comes first, where code is made and where it is used.
 * (3) Flags are those of all threads, so only one may call: the main thread.
 */

import { setFlagsFromString } from "node:v8";

const setFlags = (flags: readonly string[]) => flags.forEach(setFlagsFromString);

/** A function of V8's own. Functions that JavaScript has parsed stay when the syntax is gone again. */
function native<T>(parameters: string, call: string): T {
  setFlags(["--allow-natives-syntax"]);
  try {
    return new Function(parameters, `return %${call}`) as T;
  } finally {
    setFlags(["--no-allow-natives-syntax"]);
  }
}

/** What has each function compiled by the optimising compiler at once, and the flags as V8 has them otherwise: (2). */
const OPTIMISE = ["--no-liftoff", "--no-wasm-lazy-compilation"];
const USUAL = ["--liftoff", "--wasm-dynamic-tiering", "--wasm-tier-up", "--wasm-lazy-compilation"];

/** The module of these bytes, compiled by the optimising compiler and written down. */
export function machineCode(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  const serialize = native<(module: WebAssembly.Module) => ArrayBuffer>("module", "SerializeWasmModule(module)");
  setFlags(OPTIMISE);
  const module = new WebAssembly.Module(bytes);
  setFlags(USUAL);
  return new Uint8Array(serialize(module));
}

/** The module of these bytes with the code that `machineCode` gave for them; null where V8 does not take it: (2). */
export function withMachineCode(code: Uint8Array, bytes: Uint8Array): WebAssembly.Module | null {
  type Deserialize = (code: ArrayBuffer, bytes: Uint8Array) => WebAssembly.Module | undefined;
  try {
    const deserialize = native<Deserialize>("code, bytes", "DeserializeWasmModule(code, bytes)");
    // V8 takes both as wholes: no part of a larger buffer.
    return deserialize(new Uint8Array(code).buffer, new Uint8Array(bytes)) ?? null;
  } catch (error) {
    // Under --disallow-code-generation-from-strings there is no such function.
    if (error instanceof EvalError) return null;
    throw error;
  }
}
