/**
 * The bytes of the output sections: the inputs put together, and every relocation applied.
 */
import { RELOCATIONS, type Relocation, relocationName, SHT_NOBITS, STT_SECTION } from "./elf.ts";
import { isRelative } from "./link-dynamic.ts";
import type { GlobalOffsetTable } from "./link-got.ts";
import { type InputSection, type OutputSection, place, removedBefore } from "./link-input.ts";
import type { LinkReport } from "./link-report.ts";
import { symbolValue } from "./link-values.ts";
import { applyRelocation, sameUpperPart } from "./relocate-apply.ts";

const { R_RISCV_CALL, R_RISCV_CALL_PLT, R_RISCV_GOT_HI20, R_RISCV_PCREL_HI20 } = RELOCATIONS;
const { R_RISCV_PCREL_LO12_I, R_RISCV_PCREL_LO12_S } = RELOCATIONS;

/** jalr's rs1 field: clear, it is the zero register. */
const RS1_MASK = 0x1f << 15;

export class Relocator {
  private readonly highParts = new Map<InputSection, Map<number, Relocation>>();

  /** @param independent words that hold an address are left to the start-up code: link-dynamic.ts */
  constructor(
    private readonly got: GlobalOffsetTable,
    private readonly report: LinkReport,
    private readonly independent: boolean,
  ) {}

  /** The bytes of an output section; none for SHT_NOBITS. */
  contents(output: OutputSection): Uint8Array {
    if (output.type === SHT_NOBITS) return new Uint8Array(0);
    const data = new Uint8Array(output.size);
    for (const input of output.inputs) if (input.output !== null) data.set(input.data, input.offset);
    for (const input of output.inputs) {
      if (input.output === null || input.relocations.length === 0) continue;
      const view = new DataView(data.buffer, input.offset, input.data.length);
      for (const relocation of input.relocations)
        if (!(this.independent && isRelative(input, relocation))) this.apply(input, relocation, view);
    }
    return data;
  }

  private apply(input: InputSection, relocation: Relocation, view: DataView): void {
    const { type, offset } = relocation;
    const at = offset - removedBefore(input, offset);
    const pc = BigInt(input.output!.address + input.offset + at);
    const value = this.valueFor(input, relocation);
    if (value === undefined) return;
    const call = type === R_RISCV_CALL || type === R_RISCV_CALL_PLT;
    const global = input.file.globals[relocation.symbol];
    if (call && global?.state === "undefined" && at + 8 <= view.byteLength) {
      // A call of a weak symbol that nobody defines goes to address 0, by way of the zero register.
      view.setUint32(at + 4, view.getUint32(at + 4, true) & ~RS1_MASK, true);
      applyRelocation(type, { view, at, value: pc, pc });
      return;
    }
    if (type === R_RISCV_PCREL_HI20 && isFarNothing(input, relocation, value - pc)) {
      view.setUint32(at, view.getUint32(at, true) | AUIPC_TO_LUI, true);
      applyRelocation(type, { view, at, value: value + pc, pc });
      return;
    }
    const problem = applyRelocation(type, { view, at, value, pc });
    if (problem !== undefined) this.report.errorAt(input, offset, `${nameOf(input, relocation)} ${problem}`);
  }

  /** S + A, or what stands for it (see Site); undefined after a report. */
  valueFor(input: InputSection, relocation: Relocation): bigint | undefined {
    const { type, addend, symbol } = relocation;
    if (type === R_RISCV_PCREL_LO12_I || type === R_RISCV_PCREL_LO12_S) return this.lowPartValue(input, relocation);
    if (type === R_RISCV_GOT_HI20) {
      return BigInt(place(this.got.section!, this.got.offsetOf(input.file, relocation))!);
    }
    const entry = input.file.object.symbols[symbol]!;
    const home = input.file.sections[entry.section];
    if (entry.type === STT_SECTION && home !== undefined && home.pieces !== null) {
      // The addend tells which merged piece is meant.
      return BigInt(place(home, Number(entry.value + addend)) ?? 0);
    }
    return symbolValue(input.file, symbol) + addend;
  }

  /** psABI, "PC-Relative Symbol Addresses": the symbol of a PCREL_LO12 labels the auipc, whose relocation is meant. */
  private lowPartValue(input: InputSection, relocation: Relocation): bigint | undefined {
    const label = input.file.object.symbols[relocation.symbol]!;
    const global = input.file.globals[relocation.symbol];
    const file = global?.file ?? input.file;
    const home = file.sections[(global?.symbol ?? label).section];
    const offset = Number((global?.symbol ?? label).value);
    const high = home === undefined ? undefined : this.highPartsOf(home).get(offset);
    const value = high === undefined ? undefined : this.valueFor(home!, high);
    const pc = home === undefined ? null : place(home, offset);
    if (value === undefined || pc === null) {
      const name = relocationName(relocation.type);
      this.report.errorAt(input, relocation.offset, `%pcrel_lo (${name}) names no instruction with %pcrel_hi`);
      return undefined;
    }
    const far = isFarNothing(home!, high!, value - BigInt(pc));
    const distance = far ? value : value - BigInt(pc);
    if (!sameUpperPart(distance, distance + relocation.addend)) {
      this.report.errorAt(input, relocation.offset, "%pcrel_lo with an addend needs another %pcrel_hi");
      return undefined;
    }
    return distance + relocation.addend;
  }

  private highPartsOf(input: InputSection): Map<number, Relocation> {
    let known = this.highParts.get(input);
    if (known === undefined) {
      const high = input.relocations.filter(({ type }) => type === R_RISCV_PCREL_HI20 || type === R_RISCV_GOT_HI20);
      known = new Map(high.map((relocation) => [relocation.offset, relocation]));
      this.highParts.set(input, known);
    }
    return known;
  }
}

/** The bit that makes an auipc a lui. */
const AUIPC_TO_LUI = 0x20;
/** What auipc and the twelve bits after it reach, to be on the safe side. */
const REACH = 2n ** 31n - 2n ** 12n;

/**
 * A weak symbol that nobody defines, address 0, out of reach: as GNU ld (riscv_zero_pcrel_hi_reloc) the linker counts from 0
 * instead of from the instruction.
 */
function isFarNothing(input: InputSection, { symbol }: Relocation, distance: bigint): boolean {
  return input.file.globals[symbol]?.state === "undefined" && (distance < -REACH || distance > REACH);
}

/** How a message calls the symbol of a relocation. */
function nameOf(input: InputSection, { symbol, addend }: Relocation): string {
  const { name, section, type } = input.file.object.symbols[symbol]!;
  const shown = type === STT_SECTION ? (input.file.sections[section]?.name ?? name) : name;
  return addend === 0n ? `\`${shown}\`` : `\`${shown}${addend < 0n ? "" : "+"}${addend}\``;
}
