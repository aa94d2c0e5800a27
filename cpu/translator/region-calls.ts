/**
 * Region calls: what regions call in tier 0's module. Owns the type under which it exports, and regions' modules import, `enter` and
 * the slow paths.
 *
 *     enter(base, acc, 0, entry)      load(va, acc, rest, width)      store(va, acc, rest, width)      fetch(pc, acc, 0, 0)
 *
 * It is one type for all, since each costs: for the case that JavaScript stands behind an import, V8 (Node 20) compiles a wrapper for each
 * type of the functions that a module imports, in each module. With four of them a small module takes 0.5 ms of the processor, with
 * one 0.3.
 */
import type { ModuleBuilder } from "../wasm/module.ts";
import { I32, I64, type TypeIndex } from "../wasm/types.ts";
import type { MemoryPath } from "./memory-path.ts";

/** `tier` of README.md, which says that a region stores. */
const TIER = 1;

/** The type of the functions. */
export const regionCall = (module: ModuleBuilder): TypeIndex => module.type([I64, I64, I64, I32], [I64]);

/**
 * The slow paths as regions call them. `load` has the type already.
 *
 *     store(va, acc, rest, width): return_call store(va, acc, rest, width, 1)
 *     fetch(pc, acc, _, _): return_call fetch(pc, acc)
 */
export function emitRegionCalls(module: ModuleBuilder, { load, store, fetch }: MemoryPath): MemoryPath {
  const type = regionCall(module);
  const stores = module.function(type);
  let b = module.begin(stores);
  for (let n = 0; n < 4; n++) b.local_get(b.parameter(n));
  b.i32_const(TIER);
  b.return_call(store);
  module.end();
  const fetches = module.function(type);
  b = module.begin(fetches);
  for (let n = 0; n < 2; n++) b.local_get(b.parameter(n));
  b.return_call(fetch);
  module.end();
  return { load, store: stores, fetch: fetches };
}
