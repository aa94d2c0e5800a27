/**
 * Fixups: what is known after layout goes into the bytes, the rest becomes relocations.
 *
 * (1) The low part of a PC-relative address is completed here exactly when its high part is: the two can only be right
 *     together.
 * (2) A weak symbol's value is never used here, for another file's definition may replace it.
 */
import { RELOCATIONS } from "./elf.ts";
import { isAbsolute, reduce, type Value } from "./expression.ts";
import { rangeError } from "./fields.ts";
import type { SourceSymbol } from "./model.ts";
import { type Expression, offsetOf, type Patch, type Section, type Site } from "./model.ts";
import { FIXUPS, type FixupKind, type FixupRow } from "./relocate.ts";
import type { Complain } from "./tail.ts";

/** A relocation whose symbol has no index yet; null is the empty symbol, whose value is zero. */
export interface PendingRelocation {
  readonly offset: number;
  readonly type: number;
  readonly symbol: SourceSymbol | null;
  readonly addend: bigint;
}

interface Job {
  readonly row: FixupRow;
  readonly at: number;
  readonly expression: Expression;
  readonly site: Site;
}

const called = (symbol: SourceSymbol | null): string => (symbol?.name ? `\`${symbol.name}\`` : "this address");

/** The bytes and relocations of one section. */
class Resolver {
  readonly data: Uint8Array;
  readonly relocations: PendingRelocation[] = [];
  private readonly view: DataView;
  private readonly low: Job[] = [];
  /** Distances that AUIPC instructions were completed with, by offset; null where the linker completes them. */
  private readonly high = new Map<number, bigint | null>();

  constructor(
    private readonly section: Section,
    private readonly complain: Complain,
  ) {
    this.data = new Uint8Array(section.isNobits ? 0 : section.size);
    this.view = new DataView(this.data.buffer);
  }

  readonly patch: Patch = (kind: FixupKind, at: number, expression: Expression, site: Site) => {
    const job: Job = { row: FIXUPS[kind], at, expression, site };
    if (job.row.lowOfPcRelative) this.low.push(job);
    else this.resolve(job);
  };

  /** Once all high parts are known, by invariant (1). */
  finish(): void {
    for (const job of this.low) this.resolveLow(job);
    this.relocations.sort((a, b) => a.offset - b.offset);
  }

  private put({ row, at, site }: Job, value: bigint): void {
    const error = row.range === null ? null : rangeError(value, row.range);
    if (error !== null) this.complain(site, row.pcRelative ? `the target is too far away: ${error}` : error);
    else row.put(this.view, at, value);
  }

  private relocate(at: number, type: number, symbol: SourceSymbol | null, addend: bigint): void {
    this.relocations.push({ offset: at, type, symbol, addend });
  }

  private resolve(job: Job): void {
    const value = reduce(job.expression);
    if (typeof value === "string") this.complain(job.site, value);
    else if (job.row.pcRelative) this.resolveDistance(job, value);
    else if (isAbsolute(value) && !job.row.linkerOnly) this.put(job, value.number);
    else this.leaveToLinker(job, value);
  }

  /** Distance to a place of this section, or null. */
  private distance({ at }: Job, { plus, minus, number }: Value): bigint | null {
    if (plus?.place == null || plus.isWeak || minus !== null) return null;
    if (plus.place.fragment.subsection.section !== this.section) return null;
    return BigInt(offsetOf(plus.place) - at) + number;
  }

  private resolveDistance(job: Job, value: Value): void {
    const distance = this.distance(job, value);
    this.high.set(job.at, distance);
    if (distance !== null) this.put(job, distance);
    else this.leaveToLinker(job, value);
  }

  private leaveToLinker({ row, at, site }: Job, { plus, minus, number }: Value): void {
    if (row.linkerOnly) this.high.set(at, null);
    if (minus === null && row.relocation !== null) {
      this.relocate(at, row.relocation, plus, number);
    } else if (plus !== null && minus !== null && row.difference !== undefined) {
      const [add, subtract] = row.difference;
      this.relocate(at, add, plus, number);
      this.relocate(at, subtract, minus, 0n);
    } else if (row.relocation !== null || row.difference !== undefined) {
      const size = row.difference === undefined ? "" : ` of ${row.size} byte${row.size === 1 ? "" : "s"}`;
      this.complain(site, `no relocation puts ${called(plus ?? minus)} into a value${size}`);
    } else {
      this.complain(
        site,
        `a number must stand here, but ${called(plus ?? minus)} is not known before linking`,
        "`la` loads an address",
      );
    }
  }

  /** What the AUIPC that `value` names was completed with; undefined where there is none. */
  private highAt({ plus, minus, number }: Value): bigint | null | undefined {
    if (plus?.place == null || minus !== null || plus.place.fragment.subsection.section !== this.section)
      return undefined;
    return this.high.get(offsetOf(plus.place) + Number(number));
  }

  /** `%pcrel_lo(label)`: the label is that of the AUIPC. */
  private resolveLow(job: Job): void {
    const value = reduce(job.expression);
    const distance = typeof value === "string" ? undefined : this.highAt(value);
    if (typeof value === "string") {
      this.complain(job.site, value);
    } else if (distance === undefined) {
      const hint = "write `1: auipc a0, %pcrel_hi(symbol)`, then %pcrel_lo(1b)";
      this.complain(job.site, "%pcrel_lo needs the label of an instruction with %pcrel_hi in this section", hint);
    } else if (distance !== null) {
      job.row.put(this.view, job.at, distance);
    } else {
      this.relocate(job.at, job.row.relocation!, value.plus, value.number);
    }
  }
}

/**
 * Relocations that name the very symbol instead of its section: the low part of an address, whose symbol is the label of
 * an instruction (psABI, "PC-Relative Symbol Addresses"), and subtractions, where GNU ld takes an addend with the wrong
 * sign.
 */
export const NAMES_ITS_SYMBOL: ReadonlySet<number> = new Set([
  RELOCATIONS.R_RISCV_PCREL_LO12_I,
  RELOCATIONS.R_RISCV_PCREL_LO12_S,
  RELOCATIONS.R_RISCV_SUB8,
  RELOCATIONS.R_RISCV_SUB16,
  RELOCATIONS.R_RISCV_SUB32,
  RELOCATIONS.R_RISCV_SUB64,
]);

/** The section's bytes and relocations, after layout. */
export function resolveSection(
  section: Section,
  complain: Complain,
): { data: Uint8Array; relocations: PendingRelocation[] } {
  const resolver = new Resolver(section, complain);
  if (section.isNobits) return resolver;
  const { data, patch } = resolver;
  for (const { fragments, buffer } of section.subsections) {
    for (const { start, length, address, tail } of fragments) {
      data.set(buffer.subarray(start, start + length), address);
      tail?.write(data, address + length, patch);
    }
  }
  for (const { place, kind, expression, site } of section.fixups) patch(kind, offsetOf(place), expression, site);
  resolver.finish();
  return resolver;
}
