/** Names code addresses of an executable by symbol and source line. */
import { ElfError, readExecutable } from "../assembler/elf.ts";
import { readLineTable } from "../assembler/line-table.ts";
import { symbolAt } from "../assembler/symbolize.ts";
import type { Locate } from "./explain.ts";

/** A locator for `bytes`; it knows nothing when they are not an ELF file that can be read. */
export function locator(bytes: Uint8Array): Locate {
  try {
    const executable = readExecutable(bytes);
    const lines = readLineTable(executable);
    return (address) => {
      const symbol = symbolAt(executable, address);
      const line = lines.lookup(address);
      if (symbol === undefined) return undefined;
      const place = symbol.offset === 0 ? symbol.name : `${symbol.name}+${symbol.offset}`;
      return line === undefined ? place : `${place} (${line.file}:${line.line})`;
    };
  } catch (error) {
    if (error instanceof ElfError) return () => undefined;
    throw error;
  }
}
