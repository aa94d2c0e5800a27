/** What symbols are worth, once sections have their places. */
import { type ObjectSymbol, SHN_ABS, SHN_UNDEF } from "./elf.ts";
import { type LinkFile, place } from "./link-input.ts";

/** The value of symbol `index` of `file`, 0 where it is undefined. */
export function symbolValue(file: LinkFile, index: number): bigint {
  const global = file.globals[index];
  if (global === undefined) return definedValue(file, file.object.symbols[index]!);
  if (global.state === "undefined") return 0n;
  if (global.state !== "defined") return BigInt(global.address);
  return definedValue(global.file!, global.symbol!);
}

/** The value of a symbol that `file` itself defines. */
export function definedValue(file: LinkFile, symbol: ObjectSymbol): bigint {
  if (symbol.section === SHN_ABS) return symbol.value;
  const input = file.sections[symbol.section];
  return BigInt((input === undefined ? null : place(input, Number(symbol.value))) ?? 0);
}

/** Whether the value of symbol `index` of `file` is an address: not if it is a number, or undefined. */
export function isAddress(file: LinkFile, index: number): boolean {
  const global = file.globals[index];
  if (global?.state === "linker") return true;
  if (global !== undefined && global.state !== "defined") return false;
  const { section } = global?.symbol ?? file.object.symbols[index]!;
  return section !== SHN_ABS && section !== SHN_UNDEF && (global?.file ?? file).sections[section] !== undefined;
}
