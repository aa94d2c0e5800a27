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

/** Where a host keeps modules that were emitted before: by keyOf, null where it has none. */
let kept: (key: string) => Uint8Array | null = () => null;

/** Lets tier 0 come from where the host keeps it, which is sooner there than emitted. @param find gives what emitTier0 gives */
export function keepTier0(find: typeof kept): void {
  kept = find;
}

/** What the module depends on. */
export const keyOf = (s: Surroundings): string => JSON.stringify(s);

/**
 * How many instructions the reference engine executes, as slowly as it does in a new process, in the time that it takes to
 * have tier 0: to compile it, or to emit it first.
 */
export function priceOfTier0(s: Surroundings): number {
  const key = keyOf(s);
  if (modules.has(key)) return 0;
  return kept(key) === null ? 300_000 : 100_000;
}

function moduleFor(s: Surroundings): WebAssembly.Module {
  const key = keyOf(s);
  const known = modules.get(key);
  if (known !== undefined) return known;
  const module = new WebAssembly.Module((kept(key) ?? emitTier0(s)) as Uint8Array<ArrayBuffer>);
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
