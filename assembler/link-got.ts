/**
 * The global offset table: code compiled with -fpic, or `la` under `.option pic`, finds addresses by way of it. In a
 * static executable its slots are constants, in a position-independent one the start-up code fills them in.
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
import { isAddress, symbolValue } from "./link-values.ts";

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
  constructor(
    files: readonly LinkFile[],
    inHashOrder: (globals: GlobalSymbol[]) => GlobalSymbol[],
    private readonly independent: boolean,
  ) {
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
    // A position-independent program always has the table's first word, which leads to the dynamic section.
    const table = wanted.size === 0 && !independent ? null : tableFile(this.users.length);
    this.file = table;
    this.section = table?.sections.at(-1) ?? null;
  }

  /** Offset in `section` of the slot that a GOT_HI20 of `file` names. */
  offsetOf(file: LinkFile, { symbol }: Relocation): number {
    return this.slotOffset(this.slots.get(keyOf(file, symbol))!);
  }

  /** Offset in `section` of slot `index`. */
  slotOffset(index: number): number {
    return SLOT * (1 + index);
  }

  /** What the slots hold in the file. `dynamic` is the address of the dynamic section, 0 without one. */
  fill(dynamic: number): void {
    if (this.section === null) return;
    const view = new DataView(this.section.data.buffer);
    view.setBigUint64(0, BigInt(dynamic), true);
    this.users.forEach(({ file, symbol }, i) => {
      if (this.independent && isAddress(file, symbol)) return;
      view.setBigUint64(this.slotOffset(i), BigInt.asUintN(64, symbolValue(file, symbol)), true);
    });
  }
}

const keyOf = (file: LinkFile, symbol: number): Key => file.globals[symbol] ?? file.object.symbols[symbol]!;

/** The table as GNU ld lays it out: with slots -1 and 0 for a lazy binder; the dynamic section's address; the slots. */
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
  const table = section(".got", SLOT * (1 + slots));
  const sections = slots === 0 ? [emptySection(), table] : [emptySection(), lazy, table];
  const file: LinkFile = { object: { name: "", flags: 0, sections, symbols: [] }, sections: [], globals: [] };
  file.sections = sections.map((own, i) => (i === 0 ? undefined : newInput(file, own)));
  return file;
}
