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

/** What a host may have of tier 0: emitted, or, as a module, with the machine code of its optimising compiler. */
type Kept = WebAssembly.Module | Uint8Array<ArrayBuffer>;

/** By keyOf: what has been asked for, or made. */
const known = new Map<string, Kept>();

let kept: (key: string) => Kept | null = () => null;

/** Lets tier 0 come from where the host keeps it, which is sooner there than emitted. @param find by keyOf; null where there is none */
export function keepTier0(find: typeof kept): void {
  kept = find;
}

/** What the module depends on. */
export const keyOf = (s: Surroundings): string => JSON.stringify(s);

function ready(key: string): Kept | null {
  const found = known.get(key) ?? kept(key);
  if (found !== null) known.set(key, found);
  return found;
}

/**
 * How many instructions the reference engine executes, as slowly as it does in a new process, in the time that it takes to
 * have tier 0: to compile it, or to emit it first.
 */
export function priceOfTier0(s: Surroundings): number {
  const found = ready(keyOf(s));
  if (found instanceof WebAssembly.Module) return 0;
  return found === null ? 300_000 : 100_000;
}

function moduleFor(s: Surroundings): WebAssembly.Module {
  const key = keyOf(s);
  const found = ready(key);
  if (found instanceof WebAssembly.Module) return found;
  const module = new WebAssembly.Module(found ?? emitTier0(s));
  known.set(key, module);
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
