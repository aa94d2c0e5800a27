/** The registers by every name that assembly has for them. Derived from isa.ts. */
import { REGISTER_ALIASES, REGISTER_NAMES } from "../cpu/isa.ts";

/** Number by name: ABI names, x0 to x31, and aliases such as fp. */
export const REGISTERS: ReadonlyMap<string, number> = new Map([
  ...REGISTER_NAMES.map((name, number): [string, number] => [name, number]),
  ...REGISTER_NAMES.map((_, number): [string, number] => [`x${number}`, number]),
  ...Object.entries(REGISTER_ALIASES),
]);
