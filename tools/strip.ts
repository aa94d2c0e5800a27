/**
 * Objects without the constants of included headers.
 *
 * As GNU as does, the assembler keeps each `.equ` as a local absolute symbol. abi.s defines some nine hundred, so that
 * they would be most of every program in the root image and of the library, while no relocation names one.
 */
import { type ObjectFile, SHN_ABS, STB_LOCAL, STT_FILE } from "../assembler/elf.ts";

/** The same object without local absolute symbols that no relocation refers to; the source's name (STT_FILE) stays. */
export function withoutConstants(object: ObjectFile): ObjectFile {
  const named = new Set(object.sections.flatMap((section) => section.relocations.map(({ symbol }) => symbol)));
  const kept = object.symbols.flatMap((symbol, index) =>
    symbol.section !== SHN_ABS || symbol.binding !== STB_LOCAL || named.has(index) || symbol.type === STT_FILE
      ? [index]
      : [],
  );
  const moved = new Map(kept.map((index, position) => [index, position]));
  return {
    ...object,
    symbols: kept.map((index) => object.symbols[index]!),
    sections: object.sections.map((section) => ({
      ...section,
      relocations: section.relocations.map((relocation) => ({
        ...relocation,
        symbol: moved.get(relocation.symbol)!,
      })),
    })),
  };
}
