/**
 * What a source is made of while it is assembled: sections, fragments, places, symbols, expressions and fixups. They
 * refer to each other, so they stand together; what is done with them is in the files beside.
 *
 * Sections in the making. A section is a list of subsections (`.text 1`), a subsection a list of fragments: bytes whose
 * place among each other is known, followed by one part, the tail, whose size is found when all has been read
 * (layout.ts): padding, a branch near or far, a LEB128 number.
 *
 * (1) A fragment's bytes are buffer[start .. start + length) of its subsection; only the last fragment grows.
 * (2) `known` is a fragment's offset in its subsection, or null when an earlier tail's size is not settled.
 * (3) A section without bytes of its own in the file (SHT_NOBITS) holds zeros only.
 * (4) At most one of a symbol's `place`, `equation` and `common` is there; a symbol with none is undefined.
 */
import type { BinaryOperator, UnaryOperator } from "./ast.ts";
import type { SourceLine } from "./diagnostic.ts";
import { SHF_EXECINSTR, SHT_NOBITS, STB_LOCAL, STB_WEAK, STT_NOTYPE, STV_DEFAULT } from "./elf.ts";
import { Fault } from "./fault.ts";
import type { FixupKind } from "./relocate.ts";

export type Expression =
  | { readonly kind: "constant"; readonly value: bigint }
  | { readonly kind: "symbol"; readonly symbol: SourceSymbol }
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

export class SourceSymbol {
  place: Place | null = null;
  equation: Expression | null = null;
  common: { size: bigint; align: number } | null = null;
  /** STB_*. */
  binding = STB_LOCAL;
  /** STT_*. */
  type = STT_NOTYPE;
  /** STV_*. */
  visibility = STV_DEFAULT;
  size: { readonly expression: Expression; readonly site: Site } | null = null;
  defined: Site | null = null;
  /** First place that names it. */
  used: Site | null = null;
  /** Made by `.set` or `=`: may be set again. */
  redefinable = false;
  /** Made by `.eqv`: the expression is read again at each use. */
  lazy: ((site: Site) => Expression) | null = null;
  /** Declared by `.globl` or `.local`. */
  declared = false;

  constructor(readonly name: string) {}

  get isDefined(): boolean {
    return this.place !== null || this.equation !== null || this.common !== null || this.lazy !== null;
  }

  get isWeak(): boolean {
    return this.binding === STB_WEAK;
  }

  /** Names of the compiler's own, which no symbol table lists (GNU as: "Local Symbol Names"). */
  get isTemporary(): boolean {
    return this.name.startsWith(".L") || this.name === "";
  }
}

/** A value to be put into bytes that are written already, once it is known. */
export interface Fixup {
  readonly place: Place;
  readonly kind: FixupKind;
  readonly expression: Expression;
  readonly site: Site;
}

/** Does a fixup at an offset of the section in hand. */
export type Patch = (kind: FixupKind, at: number, expression: Expression, site: Site) => void;

/** The part of unsettled size at the end of a fragment. */
export interface Tail {
  /** Bytes, as far as it is known. */
  size: number;
  /** The size will not change any more. */
  readonly settled: boolean;
  /**
   * A first size, when it would begin `at` that offset of its section, and better ones as the addresses settle.
   * `round` counts from 0; a growing tail must not shrink again in late rounds.
   */
  fit(at: number, round: number): number;
  /** Writes the bytes at out[at...]; `patch` completes what depends on symbols. */
  write(out: Uint8Array, at: number, patch: Patch): void;
}

/** A statement's place in the source, kept for messages that come late. */
export interface Site {
  readonly line: SourceLine;
  readonly at: number;
}

export class Fragment {
  length = 0;
  tail: Tail | null = null;
  /** The statement that the tail stems from; null where it is nobody's. */
  tailSite: Site | null = null;
  /** Offset in its section; holds once layout.ts has been there. */
  address = 0;

  constructor(
    readonly subsection: Subsection,
    readonly start: number,
    readonly known: number | null,
  ) {}
}

/** Where a label stands: a fragment and an offset in it. */
export interface Place {
  readonly fragment: Fragment;
  readonly offset: number;
}

/** Bytes that one section may have in a file. */
export const MAX_SECTION = 64 * 1024 * 1024;

export class Subsection {
  readonly fragments: Fragment[] = [];
  current: Fragment;
  buffer = new Uint8Array(1024);
  view = new DataView(this.buffer.buffer);
  private used = 0;

  constructor(
    readonly section: Section,
    readonly number: number,
  ) {
    this.current = new Fragment(this, 0, number === 0 ? 0 : null);
    this.fragments.push(this.current);
  }

  get here(): Place {
    return { fragment: this.current, offset: this.current.length };
  }

  /** Offset of this place in the subsection where invariant (2) lets it be known, else null. */
  get position(): number | null {
    return this.current.known === null ? null : this.current.known + this.current.length;
  }

  /**
   * Makes room for `size` bytes in the current fragment and returns their offset in the buffer.
   * @throws Fault where that would be more than MAX_SECTION.
   */
  take(size: number): number {
    if (this.used + size > MAX_SECTION) {
      throw new Fault(-1, `section ${this.section.name} has more than ${MAX_SECTION} bytes`);
    }
    const at = this.used;
    this.used += size;
    this.current.length += size;
    if (this.used > this.buffer.length) {
      const larger = new Uint8Array(Math.max(this.used, this.buffer.length * 2));
      larger.set(this.buffer);
      this.buffer = larger;
      this.view = new DataView(larger.buffer);
    }
    return at;
  }

  append(tail: Tail, site: Site | null): void {
    const { known, length } = this.current;
    this.current.tail = tail;
    this.current.tailSite = site;
    const after = known !== null && tail.settled ? known + length + tail.size : null;
    this.current = new Fragment(this, this.used, after);
    this.fragments.push(this.current);
  }
}

/** From this place on, code stems from that line. */
export interface PlacedLine {
  readonly place: Place;
  readonly file: string;
  readonly line: number;
  /** Said by `.loc`. */
  readonly explicit: boolean;
}

export class Section {
  /** Ordered by number. */
  readonly subsections: Subsection[];
  readonly fixups: Fixup[] = [];
  readonly lines: PlacedLine[] = [];
  align = 1;
  /** Bytes; holds once layout.ts has been there. */
  size = 0;
  laidOut = false;
  /** Signature of its group, or the section it is ordered by (SHF_LINK_ORDER). */
  group: string | null = null;
  linkedTo: string | null = null;

  constructor(
    readonly name: string,
    public type: number,
    public flags: number,
    public entrySize: number,
  ) {
    this.subsections = [new Subsection(this, 0)];
  }

  get isCode(): boolean {
    return (this.flags & SHF_EXECINSTR) !== 0;
  }

  get isNobits(): boolean {
    return this.type === SHT_NOBITS;
  }

  /** The subsection of that number, made in its place if there is none. */
  subsection(number: number): Subsection {
    const found = this.subsections.find((one) => one.number === number);
    if (found !== undefined) return found;
    const made = new Subsection(this, number);
    this.subsections.push(made);
    this.subsections.sort((a, b) => a.number - b.number);
    return made;
  }
}

/** Bytes from `b` to `a` where that is certain: in one fragment, at known offsets, or after layout. Else null. */
export function distance(a: Place, b: Place): number | null {
  if (a.fragment === b.fragment) return a.offset - b.offset;
  const from = b.fragment.subsection;
  const to = a.fragment.subsection;
  if (from.section !== to.section) return null;
  if (from.section.laidOut) return a.fragment.address + a.offset - b.fragment.address - b.offset;
  if (from !== to || a.fragment.known === null || b.fragment.known === null) return null;
  return a.fragment.known + a.offset - b.fragment.known - b.offset;
}

/** Offset of a place in its section, after layout. */
export function offsetOf(place: Place): number {
  return place.fragment.address + place.offset;
}
