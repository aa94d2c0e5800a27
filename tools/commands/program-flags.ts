/** Flags of the commands that build a program from its source. */
import type { FlagRow } from "./command.ts";

function define(text: string): [string, bigint] {
  const match = /^([A-Za-z_.$][\w.$]*)(?:=(-?(?:0x[0-9a-f]+|0b[01]+|\d+)))?$/i.exec(text);
  if (match === null) throw new Error("expected NAME or NAME=NUMBER");
  const [, name, number = "1"] = match;
  return [name!, number.startsWith("-") ? -BigInt(number.slice(1)) : BigInt(number)];
}

export const INCLUDE: FlagRow = {
  flags: "-I <DIR>",
  help: "search DIR for .include and .incbin (repeatable)",
  repeatable: true,
};
export const NO_LIB: FlagRow = { flags: "--no-lib", help: "do not take undefined symbols from the runtime library" };
export const PIE: FlagRow = {
  flags: "--pie",
  help: "link a position-independent program, which is loaded where chance (--seed) puts it",
};
export const DEFINE: FlagRow = {
  flags: "-D <NAME=VALUE>",
  help: "define a symbol before the first line (repeatable)",
  parse: define,
  repeatable: true,
};

/** All of them. */
export const BUILD_FLAGS: readonly FlagRow[] = [INCLUDE, NO_LIB, PIE, DEFINE];
