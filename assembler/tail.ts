/**
 * The parts of a section whose size depends on where other things come to stand. Each knows its first size, how it
 * grows or shrinks as addresses settle, and its bytes.
 */

import { FIELDS, INSTRUCTIONS } from "../cpu/isa.ts";
import { isAbsolute, reduce } from "./expression.ts";
import { insert } from "./fields.ts";
import type { Patch } from "./model.ts";
import { type Expression, offsetOf, type Section, type Site, type Tail } from "./model.ts";

/** Rounds of layout after which nothing may shrink any more, so that layout ends. */
export const PATIENCE = 20;

const NOP = 0x0000_0013;
/** The 16-bit nop; GNU as fills two odd bytes with it on every RISC-V. */
const C_NOP = 0x0001;

/** What fills the gap of an alignment in code: whole nops as far as they go (as GNU as has it). */
function writeNops(out: DataView, at: number, size: number): void {
  let done = 0;
  if (size % 2 === 1) out.setUint8(at + done++, 0);
  if ((size - done) % 4 === 2) {
    out.setUint16(at + done, C_NOP, true);
    done += 2;
  }
  for (; done < size; done += 4) out.setUint32(at + done, NOP, true);
}

/** A repeated pattern, little-endian; one that does not go up evenly is cut at its start, where zeros stand. */
export interface Fill {
  /** "nops", or the pattern. */
  readonly pattern: "nops" | { readonly value: bigint; readonly width: number };
}

export function writeFill(out: Uint8Array, at: number, size: number, fill: Fill["pattern"]): void {
  if (fill === "nops") {
    writeNops(new DataView(out.buffer, out.byteOffset), at, size);
    return;
  }
  const { value, width } = fill;
  const skip = size % width;
  for (let i = skip; i < size; i++) {
    out[at + i] = Number((value >> BigInt(8 * ((i - skip) % width))) & 0xffn);
  }
}

/** Writes `size` bytes at out[at...]. */
export type Filler = (out: Uint8Array, at: number, size: number) => void;

/** Padding to a multiple of `boundary`, unless it would take more than `most` bytes. */
export class Alignment implements Tail {
  size = 0;
  readonly settled: boolean;

  constructor(
    private readonly boundary: number,
    private readonly fill: Fill["pattern"],
    private readonly most: number,
    position: number | null,
  ) {
    this.settled = position !== null;
    if (position !== null) this.size = this.padding(position);
  }

  private padding(at: number): number {
    const gap = (this.boundary - (at % this.boundary)) % this.boundary;
    return gap > this.most ? 0 : gap;
  }

  fit(at: number): number {
    return this.padding(at);
  }

  write(out: Uint8Array, at: number): void {
    writeFill(out, at, this.size, this.fill);
  }
}

/** `.space` and `.fill` too large to be written out while reading. */
export class Space implements Tail {
  readonly settled = true;

  constructor(
    readonly size: number,
    private readonly fill: Filler,
  ) {}

  fit(): number {
    return this.size;
  }

  write(out: Uint8Array, at: number): void {
    this.fill(out, at, this.size);
  }
}

/** `.space` of a size that only layout can tell. */
export class DeferredSpace implements Tail {
  size = 0;
  readonly settled = false;

  constructor(
    private readonly count: Expression,
    private readonly unit: number,
    private readonly fill: Filler,
    private readonly site: Site,
    private readonly complain: Complain,
  ) {}

  private wanted(): number | string {
    const value = reduce(this.count);
    if (typeof value === "string") return value;
    if (!isAbsolute(value)) return "the count must be a number";
    return value.number < 0n ? `the count ${value.number} is negative` : Number(value.number) * this.unit;
  }

  fit(): number {
    const size = this.wanted();
    return typeof size === "string" ? 0 : Math.min(size, Number.MAX_SAFE_INTEGER);
  }

  write(out: Uint8Array, at: number): void {
    const size = this.wanted();
    if (typeof size === "string") this.complain(this.site, size);
    this.fill(out, at, this.size);
  }
}

/** Where in `section` a value lies, or null where it is elsewhere, or another file may have a say. */
export function offsetIn(section: Section, expression: Expression): number | null {
  const value = reduce(expression);
  if (typeof value === "string" || value.plus?.place == null || value.minus !== null || value.plus.isWeak) return null;
  if (value.plus.place.fragment.subsection.section !== section) return null;
  return offsetOf(value.plus.place) + Number(value.number);
}

/** Volume I, section 2.5: a conditional branch reaches 4 KiB either way. */
const BRANCH_REACH = 4096;
const JAL_ZERO = Number.parseInt(
  INSTRUCTIONS.jal.bits.replaceAll(/[ .]/g, (c) => (c === "." ? "0" : "")),
  2,
);
/** funct3's lowest bit turns beq into bne, blt into bge, bltu into bgeu (Volume I, table 24.2). */
const INVERT = 1 << 12;
const OVER_THE_JUMP = 8;

/** A conditional branch: alone, or inverted over a `jal` where its target is far or unknown. */
export class Branch implements Tail {
  size = 4;
  readonly settled = false;

  constructor(
    private readonly section: Section,
    private readonly word: number,
    private readonly target: Expression,
    private readonly site: Site,
  ) {}

  fit(at: number, round: number): number {
    const target = offsetIn(this.section, this.target);
    const near = target !== null && target - at >= -BRANCH_REACH && target - at < BRANCH_REACH;
    if (round > PATIENCE && this.size === 8) return 8;
    return near ? 4 : 8;
  }

  write(out: Uint8Array, at: number, patch: Patch): void {
    const view = new DataView(out.buffer, out.byteOffset);
    if (this.size === 4) {
      view.setUint32(at, this.word, true);
      patch("branch", at, this.target, this.site);
      return;
    }
    view.setUint32(at, insert((this.word ^ INVERT) >>> 0, FIELDS.branch, OVER_THE_JUMP), true);
    view.setUint32(at + 4, JAL_ZERO, true);
    patch("jump", at + 4, this.target, this.site);
  }
}

/** A number in groups of seven bits, least first (DWARF 4, section 7.6). */
export function leb128(value: bigint, signed: boolean): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = signed ? rest === (low & 0x40 ? -1n : 0n) : rest === 0n;
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

/** Reports trouble with a tail that only layout can see. */
export type Complain = (site: Site, message: string, hint?: string) => void;

/** `.uleb128 b - a`. */
export class Leb128 implements Tail {
  size = 1;
  readonly settled = false;

  constructor(
    private readonly expression: Expression,
    private readonly signed: boolean,
    private readonly site: Site,
    private readonly complain: Complain,
  ) {}

  private bytes(): number[] {
    const value = reduce(this.expression);
    if (typeof value === "string" || !isAbsolute(value)) return [0];
    return leb128(this.signed ? value.number : BigInt.asUintN(64, value.number), this.signed);
  }

  fit(_at: number, round: number): number {
    const size = this.bytes().length;
    return round > PATIENCE ? Math.max(size, this.size) : size;
  }

  write(out: Uint8Array, at: number): void {
    const value = reduce(this.expression);
    if (typeof value === "string") this.complain(this.site, value);
    else if (!isAbsolute(value))
      this.complain(this.site, "the linker cannot complete a LEB128 number", "it must be a number");
    const bytes = this.bytes();
    // A number that had to keep its room is stretched by groups that add nothing.
    const last = bytes.length - 1;
    const sign = this.signed && (bytes[last]! & 0x40) !== 0 ? 0x7f : 0;
    for (let i = 0; i < this.size; i++) {
      const more = i < this.size - 1 ? 0x80 : 0;
      out[at + i] = i <= last ? (bytes[i]! & 0x7f) | more : sign | more;
    }
  }
}

/** `.org`: forward to an offset of the section. */
export class Origin implements Tail {
  size = 0;
  readonly settled: boolean;

  constructor(
    private readonly section: Section,
    private readonly target: Expression,
    private readonly fill: number,
    private readonly site: Site,
    private readonly complain: Complain,
    position: number | null,
  ) {
    const value = reduce(target);
    this.settled = position !== null && typeof value !== "string" && isAbsolute(value) && value.number >= position;
    if (this.settled) this.size = this.wanted()! - position!;
  }

  private wanted(): number | null {
    const value = reduce(this.target);
    if (typeof value !== "string" && isAbsolute(value)) return Number(value.number);
    return offsetIn(this.section, this.target);
  }

  fit(at: number): number {
    return Math.max(0, (this.wanted() ?? at) - at);
  }

  write(out: Uint8Array, at: number): void {
    const wanted = this.wanted();
    if (wanted === null) this.complain(this.site, ".org needs a number or a label of this section");
    else if (wanted < at) this.complain(this.site, `.org would go back from ${at} to ${wanted}`);
    out.fill(this.fill, at, at + this.size);
  }
}
