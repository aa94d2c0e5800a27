/** Flags of the commands that build a program from its source. */
import { PAGE_SIZE } from "../../cpu/paging.ts";
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
const MOST_ADDRESS = 2 ** 47;

/** @throws Error it is no address of a page */
function pageAddress(text: string): number {
  const address = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN;
  if (!(address % PAGE_SIZE === 0 && address < MOST_ADDRESS))
    throw new Error("expected an address that is a multiple of 4096, like 0x80400000");
  return address;
}

export const TEXT_BASE: FlagRow = {
  flags: "--text-base <ADDRESS>",
  help: "link the program to lie there, also where others would be linked to lie anywhere (--translation bare)",
  parse: pageAddress,
};
export const DATA_BASE: FlagRow = {
  flags: "--data-base <ADDRESS>",
  help: "link the program's data to lie there (--translation segments: 0x40000000 unless said otherwise)",
  parse: pageAddress,
};
export const DEFINE: FlagRow = {
  flags: "-D <NAME=VALUE>",
  help: "define a symbol before the first line (repeatable)",
  parse: define,
  repeatable: true,
};

/** All of them. */
export const BUILD_FLAGS: readonly FlagRow[] = [INCLUDE, NO_LIB, PIE, TEXT_BASE, DATA_BASE, DEFINE];
