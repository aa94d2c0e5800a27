/**
 * COMMON symbols get their places: those of one file are put together in a section COMMON of that file, which goes to
 * the end of .bss. From then on they are symbols defined there.
 */
import { alignUp } from "./bytes.ts";
import { emptySection, SHF_ALLOC, SHF_WRITE, SHT_NOBITS, STT_OBJECT } from "./elf.ts";
import { type GlobalSymbol, type LinkFile, newInput } from "./link-input.ts";

/** The alignment is the symbol's value: a power of two in every well-formed object. */
const alignmentOf = ({ symbol }: GlobalSymbol): number => 2 ** Math.ceil(Math.log2(Math.max(1, Number(symbol!.value))));

/** Gives the COMMON ones among `globals` their places, in the order given. */
export function placeCommons(files: readonly LinkFile[], globals: readonly GlobalSymbol[]): void {
  const all = globals.filter(({ state }) => state === "common");
  for (const file of files) {
    const commons = all.filter((global) => global.file === file);
    if (commons.length === 0) continue;
    const section = { ...emptySection(), name: "COMMON", type: SHT_NOBITS, flags: SHF_ALLOC | SHF_WRITE };
    const index = file.sections.length;
    for (const common of commons) {
      const align = alignmentOf(common);
      const offset = alignUp(section.size, align);
      section.align = Math.max(section.align, align);
      section.size = offset + Number(common.symbol!.size);
      common.symbol = { ...common.symbol!, section: index, value: BigInt(offset), type: STT_OBJECT };
      common.state = "defined";
    }
    file.sections.push(newInput(file, section));
  }
}
