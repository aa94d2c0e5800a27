/**
 * Symbols: what a source's names stand for, and the numeric labels.
 *
 * (1) A name stands for one symbol at a time. `.set` of a name that was set before puts a new symbol in its place:
 *     what referred to the old one keeps its value, as in GNU as.
 */
import { STB_GLOBAL } from "./elf.ts";
import { SourceSymbol } from "./model.ts";

/** A numeric label: the one last defined, and the one that `1f` means. */
interface Numeric {
  last: SourceSymbol | null;
  next: SourceSymbol | null;
}

export class SymbolTable {
  private readonly byName = new Map<string, SourceSymbol>();
  private readonly numeric = new Map<string, Numeric>();

  /** All symbols with a name, in the order in which they came up. */
  all(): IterableIterator<SourceSymbol> {
    return this.byName.values();
  }

  names(): IterableIterator<string> {
    return this.byName.keys();
  }

  find(name: string): SourceSymbol | undefined {
    return this.byName.get(name);
  }

  /** The symbol of that name, made where there is none. */
  symbol(name: string): SourceSymbol {
    let symbol = this.byName.get(name);
    if (symbol === undefined) {
      symbol = new SourceSymbol(name);
      this.byName.set(name, symbol);
    }
    return symbol;
  }

  /** The symbol that a definition by `.set` gives its value to, by invariant (1). */
  forEquation(name: string): SourceSymbol {
    const old = this.symbol(name);
    if (!old.redefinable) return old;
    const fresh = new SourceSymbol(name);
    const { binding, type, visibility, size, declared } = old;
    Object.assign(fresh, { binding, type, visibility, size, declared });
    this.byName.set(name, fresh);
    return fresh;
  }

  private numericOf(digits: string): Numeric {
    const key = digits.replace(/^0+(?=.)/, "");
    let numeric = this.numeric.get(key);
    if (numeric === undefined) {
      numeric = { last: null, next: null };
      this.numeric.set(key, numeric);
    }
    return numeric;
  }

  /** The symbol of a numeric label `1:` that is defined here. */
  defineNumeric(digits: string): SourceSymbol {
    const numeric = this.numericOf(digits);
    numeric.last = numeric.next ?? new SourceSymbol("");
    numeric.next = null;
    return numeric.last;
  }

  /** `1b`, or undefined where no such label came before. */
  backward(digits: string): SourceSymbol | undefined {
    return this.numericOf(digits).last ?? undefined;
  }

  /** `1f`. */
  forward(digits: string): SourceSymbol {
    const numeric = this.numericOf(digits);
    numeric.next ??= new SourceSymbol("");
    return numeric.next;
  }

  /** `1f` that found no label, by digits. */
  *danglingForward(): Generator<[digits: string, symbol: SourceSymbol]> {
    for (const [digits, { next }] of this.numeric) if (next !== null) yield [digits, next];
  }
}

export const isGlobal = (symbol: SourceSymbol): boolean => symbol.binding === STB_GLOBAL;
