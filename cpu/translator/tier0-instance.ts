/**
 * Tier 0 of a machine: its module, compiled once for all machines of the same shape, as an instance over the machine's memory.
 */

import type { Surroundings } from "./layout.ts";
import { emitTier0 } from "./tier0.ts";

export interface Tier0 {
  /** Runs from context.pc. @returns a value of EXIT */
  run(): number;
  /** What modules of regions import. */
  readonly imports: { readonly machine: { memory: WebAssembly.Memory }; readonly tier0: WebAssembly.Exports };
  /** The regions by their slots. */
  readonly table: WebAssembly.Table;
}

const modules = new Map<string, WebAssembly.Module>();

/** Whether the module is there already: then an instance costs next to nothing. */
export function isTier0Known(s: Surroundings): boolean {
  return modules.has(JSON.stringify(s));
}

function moduleFor(s: Surroundings): WebAssembly.Module {
  const key = JSON.stringify(s);
  const known = modules.get(key);
  if (known !== undefined) return known;
  const module = new WebAssembly.Module(emitTier0(s) as Uint8Array<ArrayBuffer>);
  modules.set(key, module);
  return module;
}

export function tier0(s: Surroundings, memory: WebAssembly.Memory): Tier0 {
  const machine = { memory };
  const { exports } = new WebAssembly.Instance(moduleFor(s), { machine });
  return {
    run: exports.run as () => number,
    imports: { machine, tier0: exports },
    table: exports.table as WebAssembly.Table,
  };
}
