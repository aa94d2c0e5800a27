/** What the tests of the module builder share: wabt as a second reader of our bytes, and functions built in a line. */

import wabt from "wabt";
import type { FunctionBody } from "../../../cpu/wasm/body.ts";
import { ModuleBuilder } from "../../../cpu/wasm/module.ts";
import type { ValueType } from "../../../cpu/wasm/types.ts";

const tools = await wabt();

const FEATURES = {
  threads: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  multi_value: true,
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
};

/** The module as wabt reads and prints it. Throws where wabt finds it malformed or not valid. `named`: uses have names too. */
export function textOf(bytes: Uint8Array, named = true): string {
  const module = tools.readWasm(bytes, { ...FEATURES, readDebugNames: true });
  try {
    // The typings have no parameter here; without it wabt knows no shared memories.
    (module as unknown as { validate(features: object): void }).validate(FEATURES);
    if (named) module.applyNames();
    return module.toText({ foldExprs: false, inlineExport: false });
  } finally {
    module.destroy();
  }
}

/** A text as wabt prints it when it has made a module of it and read it again. */
export function canonical(text: string): string {
  const module = tools.parseWat("test.wat", text, FEATURES);
  try {
    return textOf(module.toBinary({ write_debug_names: true }).buffer);
  } finally {
    module.destroy();
  }
}

export function instantiate(bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports = {}): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
}

/** A function of a module of its own. */
export function compiled<F>(
  takes: readonly ValueType[],
  gives: readonly ValueType[],
  write: (body: FunctionBody, module: ModuleBuilder) => void,
): F {
  const module = new ModuleBuilder();
  const f = module.function(module.type(takes, gives));
  module.exportFunction("f", f);
  write(module.begin(f), module);
  module.end();
  return instantiate(module.finish()).f as F;
}
