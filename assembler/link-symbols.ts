/**
 * Symbol resolution: which definition each global name of a link means, and which archive members it takes.
 *
 * (1) An archive member joins the link only if it defines a name that is undefined and not weak at that moment.
 * (2) Of several definitions a strong one wins over a weak one and over COMMON; two strong ones are an error.
 * (3) Of several COMMON symbols of one name the largest size and alignment count.
 */
import { type Archive, isExported } from "./archive.ts";
import {
  ElfError,
  type ObjectFile,
  type ObjectSection,
  type ObjectSymbol,
  SHF_EXCLUDE,
  SHN_ABS,
  SHN_COMMON,
  SHN_UNDEF,
  STB_LOCAL,
  STB_WEAK,
} from "./elf.ts";
import { type GlobalSymbol, type InputSection, type LinkFile, newInput } from "./link-input.ts";
import type { LinkReport } from "./link-report.ts";
import { isDiscarded } from "./link-script.ts";

export class Resolver {
  readonly files: LinkFile[] = [];
  readonly globals = new Map<string, GlobalSymbol>();
  /** COMDAT signatures already taken, and the sections that were. */
  private readonly groups = new Map<string, InputSection[]>();

  constructor(private readonly report: LinkReport) {}

  /** Notes that the link as a whole needs `name`. */
  require(name: string): GlobalSymbol {
    const symbol = this.lookUp(name);
    symbol.weak = false;
    return symbol;
  }

  private lookUp(name: string): GlobalSymbol {
    let known = this.globals.get(name);
    if (known === undefined) {
      known = { name, state: "undefined", weak: true, file: null, symbol: null, address: 0, output: undefined };
      this.globals.set(name, known);
    }
    return known;
  }

  /** Takes an object into the link. */
  add(object: ObjectFile): void {
    const file: LinkFile = { object, sections: [], globals: [] };
    const newGroups = new Map<string, InputSection[]>();
    file.sections = object.sections.map((section, i) => {
      if (i === 0 || isDiscarded(section.name) || section.flags & SHF_EXCLUDE) return undefined;
      if (section.group === undefined) return newInput(file, section);
      return this.groupMember(file, section, section.group, newGroups);
    });
    for (const [signature, members] of newGroups) this.groups.set(signature, members);
    this.files.push(file);
    file.globals = object.symbols.map((symbol, i) => {
      if (i === 0 || symbol.binding === STB_LOCAL) return undefined;
      const global = this.lookUp(symbol.name);
      this.join(global, file, symbol);
      return global;
    });
  }

  /** A section of a COMDAT group: itself in the first file that has the group, its twin of that file in later ones. */
  private groupMember(
    file: LinkFile,
    section: ObjectSection,
    signature: string,
    newGroups: Map<string, InputSection[]>,
  ): InputSection | undefined {
    const taken = this.groups.get(signature);
    if (taken !== undefined) return taken.find(({ name, size }) => name === section.name && size === section.size);
    const input = newInput(file, section);
    newGroups.set(signature, [...(newGroups.get(signature) ?? []), input]);
    return input;
  }

  /** What `symbol` of `file` makes of the global of its name, by invariants (2) and (3). */
  private join(global: GlobalSymbol, file: LinkFile, symbol: ObjectSymbol): void {
    const weak = symbol.binding === STB_WEAK;
    const dropped = !isSpecial(symbol.section) && file.sections[symbol.section]?.file !== file;
    if (symbol.section === SHN_UNDEF || dropped) {
      if (global.state === "undefined") {
        global.weak &&= weak;
        global.file ??= file;
      }
      return;
    }
    const define = (state: "defined" | "common", definition = symbol) =>
      Object.assign(global, { state, weak: state === "defined" && weak, file, symbol: definition });
    if (global.state === "undefined") define(symbol.section === SHN_COMMON ? "common" : "defined");
    else if (symbol.section === SHN_COMMON) this.joinCommon(global, symbol, define);
    else if (weak) return;
    else if (global.state === "common" || global.weak) define("defined");
    else this.reportTwice(global, file, symbol);
  }

  private joinCommon(
    global: GlobalSymbol,
    symbol: ObjectSymbol,
    define: (state: "common", definition?: ObjectSymbol) => void,
  ): void {
    if (global.state === "defined") {
      if (global.weak) define("common");
      return;
    }
    const known = global.symbol!;
    const larger = symbol.size > known.size ? symbol : known;
    const stricter = symbol.value > known.value ? symbol : known;
    const merged = { ...larger, value: stricter.value };
    if (larger === symbol) define("common", merged);
    else global.symbol = merged;
  }

  private reportTwice(global: GlobalSymbol, file: LinkFile, symbol: ObjectSymbol): void {
    const first = this.describeDefinition(global.file!, global.symbol!);
    const message = `\`${symbol.name}\` is defined twice; the first definition is at ${first}`;
    const input = file.sections[symbol.section];
    if (input === undefined) this.report.error(file.object.name, message);
    else this.report.errorAt(input, Number(symbol.value), message);
  }

  private describeDefinition(file: LinkFile, symbol: ObjectSymbol): string {
    const input = file.sections[symbol.section];
    return input === undefined ? file.object.name : this.report.describe(input, Number(symbol.value));
  }

  /** Takes from the archives what is undefined, one archive after the other, until nothing more is found. */
  addFromArchives(archives: readonly Archive[]): void {
    const taken = archives.map(() => new Set<number>());
    for (let before = -1; before !== this.files.length; ) {
      before = this.files.length;
      archives.forEach((archive, i) => {
        this.addFrom(archive, taken[i]!);
      });
    }
  }

  private addFrom(archive: Archive, taken: Set<number>): void {
    for (let before = -1; before !== taken.size; ) {
      before = taken.size;
      for (const [name, member] of archive.index) {
        const global = this.globals.get(name);
        if (global === undefined || global.state !== "undefined" || global.weak || taken.has(member)) continue;
        taken.add(member);
        this.addMember(archive, member);
      }
    }
  }

  private addMember(archive: Archive, member: number): void {
    try {
      this.add(archive.object(member));
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
      this.report.error(`${archive.name}(${archive.members[member]})`, error.message);
    }
  }

  /** Every name that a file of the link or a member of `archives` defines for others, for suggestions. */
  definedNames(archives: readonly Archive[]): string[] {
    const own = this.files.flatMap(({ object }) => object.symbols.filter(isExported).map((symbol) => symbol.name));
    return [...own, ...archives.flatMap((archive) => [...archive.index.keys()])];
  }
}

const isSpecial = (section: number): boolean => section === SHN_UNDEF || section === SHN_ABS || section === SHN_COMMON;
