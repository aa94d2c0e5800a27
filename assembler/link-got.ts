/**
 * The global offset table: code compiled with -fpic, or `la` under `.option pic`, finds addresses by way of it. In a
 * static executable its slots are constants.
 *
 * (1) One slot for each symbol that an R_RISCV_GOT_HI20 names.
 */
import {
  emptySection,
  type ObjectSection,
  RELOCATIONS,
  type Relocation,
  SHF_ALLOC,
  SHF_WRITE,
  SHT_PROGBITS,
} from "./elf.ts";
import { type GlobalSymbol, type InputSection, type LinkFile, newInput, ownSections } from "./link-input.ts";

/** What has a slot: a global by itself, a local symbol as its file's symbol entry. */
type Key = object;

const SLOT = 8;

export class GlobalOffsetTable {
  private readonly slots = new Map<Key, number>();
  /** What each slot holds, for the linker to resolve. */
  readonly users: { file: LinkFile; symbol: number }[] = [];
  /** Holds .got.plt and .got; null when no slot is wanted. */
  readonly file: LinkFile | null;
  readonly section: InputSection | null;

  /** `inHashOrder` sorts globals as GNU ld's symbol table does: its slots come in that order, after local symbols'. */
  constructor(files: readonly LinkFile[], inHashOrder: (globals: GlobalSymbol[]) => GlobalSymbol[]) {
    const wanted = new Map<Key, { file: LinkFile; symbol: number }>();
    for (const file of files) {
      for (const { type, symbol } of ownSections(file).flatMap((input) => input.relocations)) {
        if (type === RELOCATIONS.R_RISCV_GOT_HI20) wanted.set(keyOf(file, symbol), { file, symbol });
      }
    }
    const globals = inHashOrder([...wanted.values()].flatMap(({ file, symbol }) => file.globals[symbol] ?? []));
    const locals = [...wanted.keys()].filter((key) => !globals.includes(key as GlobalSymbol));
    for (const key of [...locals, ...globals]) {
      this.slots.set(key, this.users.length);
      this.users.push(wanted.get(key)!);
    }
    const table = wanted.size === 0 ? null : tableFile(this.users.length);
    this.file = table;
    this.section = table?.sections[2] ?? null;
  }

  /** Offset in `section` of the slot that a GOT_HI20 of `file` names. */
  offsetOf(file: LinkFile, { symbol }: Relocation): number {
    return SLOT * (1 + this.slots.get(keyOf(file, symbol))!);
  }
}

const keyOf = (file: LinkFile, symbol: number): Key => file.globals[symbol] ?? file.object.symbols[symbol]!;

/** The table as GNU ld lays it out: -1 and 0 for a lazy binder, 0 for the dynamic section, then the slots. */
function tableFile(slots: number): LinkFile {
  const section = (name: string, size: number): ObjectSection => ({
    ...emptySection(),
    name,
    type: SHT_PROGBITS,
    flags: SHF_ALLOC | SHF_WRITE,
    align: SLOT,
    entrySize: SLOT,
    data: new Uint8Array(size),
    size,
  });
  const lazy = section(".got.plt", 2 * SLOT);
  lazy.data.fill(0xff, 0, SLOT);
  const sections = [emptySection(), lazy, section(".got", SLOT * (1 + slots))];
  const file: LinkFile = { object: { name: "", flags: 0, sections, symbols: [] }, sections: [], globals: [] };
  file.sections = sections.map((own, i) => (i === 0 ? undefined : newInput(file, own)));
  return file;
}
