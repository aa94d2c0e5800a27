/**
 * The linker: relocatable objects and archives to a static executable, as `ld --no-relax -z separate-code` does it.
 * This file is the order of the steps; each has a file of its own.
 *
 *   link-symbols    which definition each name means; archive members join        Resolver
 *   link-common     COMMON symbols get their places                                placeCommons
 *   link-got        slots for position-independent code                            GlobalOffsetTable
 *   link-dynamic    of a position-independent program, what is to be moved with it DynamicTables
 *   link-place      which output section each section goes to (link-script: where) placeSections
 *   link-merge      equal strings are kept once                                    mergeSections
 *   link-align      surplus no-operations of -mrelax code go                       cutAlignments
 *   link-layout     addresses, and the symbols the linker defines                  layOut
 *   link-segments   what is mapped with which rights, and where it is in the file  makeSegments
 *   link-relocate   the bytes                                                      Relocator
 *   link-output     symbol table and headers; elf-executable writes the file
 *
 * (1) The same objects, archives and options give the same bytes.
 * (2) An executable is returned exactly when no diagnostic is an error.
 * (3) No segment is both writable and executable.
 */
import type { Archive } from "./archive.ts";
import type { Diagnostic } from "./diagnostic.ts";
import {
  EF_RISCV_FLOAT_ABI,
  EF_RISCV_RVC,
  EF_RISCV_RVE,
  ET_DYN,
  ET_EXEC,
  type ObjectFile,
  PAGE_SIZE,
  type ProgramHeader,
  PT_LOAD,
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_TLS,
  SHF_WRITE,
  SHN_UNDEF,
  SHT_RISCV_ATTRIBUTES,
  STB_LOCAL,
} from "./elf.ts";
import { headersSize, writeExecutable } from "./elf-executable.ts";
import { cutAlignments } from "./link-align.ts";
import { placeCommons } from "./link-common.ts";
import { DynamicTables, type ValueOf } from "./link-dynamic.ts";
import { GlobalOffsetTable } from "./link-got.ts";
import { type GlobalSymbol, type LinkFile, type OutputSection, ownSections } from "./link-input.ts";
import { type Layout, layOut } from "./link-layout.ts";
import { mergeSections } from "./link-merge.ts";
import { inHashOrder, linkHeaders, SymbolTableBuilder, sectionHeader } from "./link-output.ts";
import { type Item, placeSections } from "./link-place.ts";
import { Relocator } from "./link-relocate.ts";
import { LinkReport } from "./link-report.ts";
import { makeSegments, type Segments } from "./link-segments.ts";
import { Resolver } from "./link-symbols.ts";
import { definedValue } from "./link-values.ts";
import { didYouMean } from "./suggest.ts";

export interface LinkOptions {
  /** Symbol of the first instruction; `_start` unless said otherwise. */
  entry?: string;
  /** A position-independent program, which moves itself to where it was loaded (`ld -pie --no-dynamic-linker`). */
  pie?: boolean;
  /** Address of the first page, a multiple of 4096; 0x10000 or, with pie, 0 unless said otherwise (`ld -Ttext-segment`). */
  textBase?: number;
  /** Address of the data segment, a multiple of 4096, when what comes before it ends below; else it follows that. */
  dataBase?: number;
  /** Code on pages without constants and headers (`ld -z separate-code`); true unless said otherwise. */
  separateCode?: boolean;
}

export interface LinkResult {
  executable: Uint8Array | null;
  diagnostics: Diagnostic[];
}

const DEFAULT_TEXT_BASE = 0x10000;

/** Larger files and addresses are slips (`.space 1 << 40`): 1 GiB, and the user half of an Sv48 address space. */
const MOST_FILE = 2 ** 30;
const MOST_ADDRESS = 2 ** 47;

/** Links `objects` and what they need of `archives`. */
export function link(
  objects: readonly ObjectFile[],
  archives: readonly Archive[],
  options: LinkOptions = {},
): LinkResult {
  const report = new LinkReport();
  const executable = new Link(report, options).run(objects, archives);
  return { executable: report.failed ? null : executable, diagnostics: report.diagnostics };
}

class Link {
  private readonly resolver: Resolver;
  private readonly entryName: string;
  private readonly placing: { textBase: number; dataBase: number | undefined; separateCode: boolean };
  private readonly pie: boolean;

  constructor(
    private readonly report: LinkReport,
    {
      entry = "_start",
      pie = false,
      textBase = pie ? 0 : DEFAULT_TEXT_BASE,
      dataBase,
      separateCode = true,
    }: LinkOptions,
  ) {
    this.pie = pie;
    this.resolver = new Resolver(report);
    this.entryName = entry;
    this.placing = { textBase, dataBase, separateCode };
  }

  run(objects: readonly ObjectFile[], archives: readonly Archive[]): Uint8Array | null {
    const entry = this.resolver.require(this.entryName);
    for (const object of objects) this.resolver.add(object);
    this.resolver.addFromArchives(archives);
    const { files } = this.resolver;
    for (const file of files) this.checkFile(file);
    if (this.report.failed) return null;
    placeCommons(files, inHashOrder([...this.resolver.globals.values()]));
    const got = new GlobalOffsetTable(files, inHashOrder, this.pie);
    const relocator = new Relocator(got, this.report, this.pie);
    const compute: ValueOf = (input, relocation) => relocator.valueFor(input, relocation)!;
    const tables = this.pie ? new DynamicTables(files, got, compute) : null;
    const items = placeSections([...files, ...[got.file, tables?.file].filter((file) => file != null)]);
    this.prepare(items);
    const { layout, segments } = this.findPlaces(items, got, tables);
    this.checkSize(layout, segments);
    this.checkRights(layout, segments.programHeaders);
    this.checkUndefined(entry, archives);
    tables?.check(this.report);
    if (this.report.failed) return null;
    tables?.fill(layout.outputs);
    got.fill(tables?.dynamic.address ?? 0);
    return this.write(layout, segments, entry, relocator);
  }

  /** What this machine cannot run is refused by name. */
  private checkFile(file: LinkFile): void {
    const { name, flags } = file.object;
    const again = "compile it with -march=rv64ima_zicsr_zifencei -mabi=lp64";
    if (flags & EF_RISCV_RVC) this.report.error(name, "the object has compressed instructions (RVC)", again);
    if (flags & EF_RISCV_RVE) this.report.error(name, "the object is for processors with 16 registers (RVE)", again);
    const floats = flags & EF_RISCV_FLOAT_ABI;
    if (floats !== 0) this.report.error(name, "the object passes arguments in floating-point registers", again);
    const local = ownSections(file).find(({ section, size }) => section.flags & SHF_TLS && size > 0);
    if (local) this.report.error(name, `the object has thread-local data (${local.name}), which is not supported`);
  }

  /** Merges, and takes away what alignment does not need. */
  private prepare(items: readonly Item[]): void {
    for (const item of items) {
      if (item.kind !== "output") continue;
      const { inputs, type } = item.output;
      if (type === SHT_RISCV_ATTRIBUTES) for (const input of inputs.slice(1)) input.output = null;
      mergeSections(inputs);
      for (const input of inputs) {
        const at = cutAlignments(input);
        if (at !== undefined) this.report.errorAt(input, at, "the alignment is stricter than its section's");
      }
      item.output.inputs = inputs.filter((input) => input.output !== null);
    }
  }

  /**
   * The headers' size moves addresses, and the addresses decide how many headers there are; likewise the dynamic
   * tables, in which only what has a place is counted. Until all agree.
   */
  private findPlaces(
    items: readonly Item[],
    got: GlobalOffsetTable,
    tables: DynamicTables | null,
  ): { layout: Layout; segments: Segments } {
    let headerCount = 0;
    for (;;) {
      const layout = layOut(items, { ...this.placing, headerSize: headersSize(headerCount) });
      const segments = makeSegments(layout.outputs, { ...this.placing, headerCount });
      this.defineLinkerSymbols(layout);
      if (tables !== null) this.defineTables(layout, got, tables);
      const settled = tables?.settle(layout.outputs) ?? true;
      if (settled && segments.programHeaders.length <= headerCount) return { layout, segments };
      headerCount = Math.max(headerCount, segments.programHeaders.length);
    }
  }

  /** What GNU ld defines in every position-independent program. */
  private defineTables({ symbols }: Layout, got: GlobalOffsetTable, tables: DynamicTables): void {
    const calls = "_PROCEDURE_LINKAGE_TABLE_";
    this.define(calls, symbols.get(calls)!.address, undefined, false);
    const table = got.section!.output!;
    this.define("_DYNAMIC", tables.dynamic.address, tables.dynamic, false);
    this.define("_GLOBAL_OFFSET_TABLE_", table.address, table, false);
  }

  private checkSize({ outputs }: Layout, segments: Segments): void {
    const largest = outputs.reduce((a, b) => (b.size > a.size ? b : a), outputs[0]!);
    const file = largest?.inputs[0]?.file.object.name ?? "";
    const end = Math.max(0, ...outputs.map(({ address, size }) => address + size));
    const what = `the largest section is ${largest?.name} with ${largest?.size} bytes`;
    if (segments.end > MOST_FILE) this.report.error(file, `the executable would have ${segments.end} bytes`, what);
    if (end > MOST_ADDRESS) this.report.error(file, `the program would reach up to 0x${end.toString(16)}`, what);
  }

  /** Invariant (3), also where a source asks for the contrary. */
  private checkRights({ outputs }: Layout, segments: readonly ProgramHeader[]): void {
    for (const { name, flags, inputs } of outputs) {
      if ((flags & (SHF_WRITE | SHF_EXECINSTR)) !== (SHF_WRITE | SHF_EXECINSTR)) continue;
      const hint = "put code and data in different sections; memory that is both must be asked for with mprotect";
      this.report.error(inputs[0]!.file.object.name, `section ${name} is both writable and executable`, hint);
    }
    const loads = segments.filter(({ type }) => type === PT_LOAD);
    loads.slice(1).forEach((load, i) => {
      const before = loads[i]!;
      const lastPage = Math.ceil((before.virtualAddress + before.memorySize) / PAGE_SIZE);
      if (Math.floor(load.virtualAddress / PAGE_SIZE) >= lastPage) return;
      const clash = outputs.find(({ address, flags }) => flags & SHF_ALLOC && address === load.virtualAddress);
      const file = clash?.inputs[0]?.file.object.name ?? "";
      this.report.error(file, `section ${clash?.name} shares a page with a section of other rights`);
    });
  }

  /** Gives the linker's symbols their values: those of SymbolRow, and __start_X, __stop_X of a section named X. */
  private defineLinkerSymbols({ symbols, outputs }: Layout): void {
    for (const [name, { address, optional, section }] of symbols) this.define(name, address, section, optional);
    for (const output of outputs) {
      if (!/^[A-Za-z_]\w*$/.test(output.name)) continue;
      this.define(`__start_${output.name}`, output.address, output, true);
      this.define(`__stop_${output.name}`, output.address + output.size, output, true);
    }
  }

  private define(name: string, address: number, output: OutputSection | undefined, optional: boolean): void {
    const known = this.resolver.globals.get(name);
    if (optional && known?.state !== "undefined" && known?.state !== "linker") return;
    const symbol: GlobalSymbol = known ?? this.resolver.require(name);
    Object.assign(symbol, { state: "linker", weak: false, address, output });
  }

  /** Each undefined symbol once, at its first use. */
  private checkUndefined(entry: GlobalSymbol, archives: readonly Archive[]): void {
    const hint = (global: GlobalSymbol) => this.hintFor(global, archives);
    const reported = new Set<GlobalSymbol>();
    for (const file of this.resolver.files) {
      for (const input of ownSections(file)) {
        if (input.output === null) continue;
        for (const { symbol, offset } of input.relocations) {
          const global = file.globals[symbol];
          if (global === undefined || global.state !== "undefined" || global.weak || reported.has(global)) continue;
          reported.add(global);
          this.report.errorAt(input, offset, `undefined symbol \`${global.name}\``, hint(global));
        }
      }
    }
    if (entry.state === "undefined" && !reported.has(entry)) this.reportNoEntry();
  }

  private reportNoEntry(): void {
    const name = this.resolver.files[0]?.object.name ?? "";
    const hasMain = this.resolver.globals.get("main")?.state === "defined";
    const hint = hasMain
      ? "`main` is called by the runtime library's start-up code: link with the library"
      : `write \`.globl ${this.entryName}\` and the label, or define \`main\` and link with the runtime library`;
    this.report.error(name, `undefined symbol \`${this.entryName}\`, where the program begins`, hint);
  }

  private hintFor({ name }: GlobalSymbol, archives: readonly Archive[]): string | undefined {
    const here = ({ object }: LinkFile) =>
      object.symbols.some((own) => own.name === name && own.binding === STB_LOCAL && own.section !== SHN_UNDEF);
    const owner = this.resolver.files.find(here);
    if (owner !== undefined) return `${owner.object.name} defines it, but without \`.globl ${name}\``;
    const similar = didYouMean(name, this.resolver.definedNames(archives));
    return similar ?? (name === "main" ? "a program begins there: write `.globl main` and the label" : undefined);
  }

  private write(layout: Layout, segments: Segments, entry: GlobalSymbol, relocator: Relocator): Uint8Array {
    const { outputs } = layout;
    const sections = outputs.map((output) => ({
      header: sectionHeader(output, segments.offsets.get(output)!),
      data: relocator.contents(output),
    }));
    const table = new SymbolTableBuilder(outputs);
    for (const file of this.resolver.files) table.addFile(file);
    for (const global of inHashOrder([...this.resolver.globals.values()])) table.addGlobal(global);
    linkHeaders(sections.map(({ header }) => header));
    const image = {
      type: this.pie ? ET_DYN : ET_EXEC,
      entry: this.addressOf(entry),
      flags: this.resolver.files.reduce((flags, { object }) => flags | object.flags, 0),
      programHeaders: segments.programHeaders,
      sections,
      symbols: table.finish(),
    };
    return writeExecutable(image, segments.end);
  }

  private addressOf(global: GlobalSymbol): number {
    if (global.state !== "defined") return global.address;
    return Number(definedValue(global.file!, global.symbol!));
  }
}
