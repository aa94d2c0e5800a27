/**
 * Addresses: the location counter walks over the placed sections as GNU ld's does, and the symbols that the linker
 * itself defines get their values on the way.
 *
 * (1) Sections of different rights share no page of memory (two that share a page of the file are mapped twice).
 * (2) An output section without bytes is left out; symbols at its place keep their value.
 */
import { alignUp } from "./bytes.ts";
import { PAGE_SIZE, SHF_ALLOC } from "./elf.ts";
import type { OutputSection } from "./link-input.ts";
import type { Item, SectionItem } from "./link-place.ts";
import type { MoveRow } from "./link-script.ts";

export interface LayoutOptions {
  /** Address of the first page, which begins with the file's headers. */
  textBase: number;
  /** Address of the data segment, behind everything before it; undefined: on the page after that (`ld -Tdata`). */
  dataBase?: number | undefined;
  /** Bytes of the headers. */
  headerSize: number;
  /** Code on pages of its own (`ld -z separate-code`), else in one segment with headers and constants. */
  separateCode: boolean;
}

export interface Layout {
  /** Those with bytes, in order: first the loaded ones by address, then the others. */
  outputs: OutputSection[];
  /** Values of the linker's symbols by name, the "?" of SymbolRow left off. */
  symbols: Map<string, { address: number; optional: boolean; section: OutputSection | undefined }>;
  /** First and last address of the data segment. */
  dataStart: number;
  dataEnd: number;
}

class Walk {
  dot: number;
  readonly layout: Layout = { outputs: [], symbols: new Map(), dataStart: 0, dataEnd: 0 };

  constructor(
    private readonly options: LayoutOptions,
    private readonly savePage: boolean,
  ) {
    this.dot = options.textBase + options.headerSize;
  }

  step(item: Item): void {
    if (item.kind === "symbol") this.define(item.name);
    else if (item.kind === "move") this.move(item.to);
    else if (isLoaded(item)) this.loaded(item);
    else this.notLoaded(item);
  }

  private define(name: string | undefined): void {
    if (name === undefined) return;
    const optional = name.endsWith("?");
    const plain = optional ? name.slice(0, -1) : name;
    const section = plain === "__global_pointer$" ? undefined : this.layout.outputs.at(-1);
    this.layout.symbols.set(plain, { address: this.valueOf(plain), optional, section });
  }

  private valueOf(name: string): number {
    if (name === "__executable_start") return this.options.textBase;
    if (name !== "__global_pointer$") return this.dot;
    // gp reaches 2 KiB to either side: as much of the small data as possible, then of .data and .bss.
    const at = (symbol: string) => this.layout.symbols.get(symbol)!.address;
    return Math.min(at("__SDATA_BEGIN__") + 0x800, Math.max(at("__DATA_BEGIN__") + 0x800, at("__BSS_END__") - 0x800));
  }

  private move(to: MoveRow["to"]): void {
    if (to === "aligned") this.dot = alignUp(this.dot, 8);
    else if (to === "data-end") this.layout.dataEnd = this.dot;
    else if (to === "data") {
      // DATA_SEGMENT_ALIGN: on the next page, at the same offset, so that the file needs no padding.
      const { dataBase = 0 } = this.options;
      if (dataBase > this.dot) this.dot = dataBase;
      else this.dot = alignUp(this.dot, PAGE_SIZE) + (this.savePage ? 0 : this.dot % PAGE_SIZE);
      this.layout.dataStart = this.dot;
    } else if (this.options.separateCode) this.dot = alignUp(this.dot, PAGE_SIZE);
  }

  private loaded({ row, output }: SectionItem): void {
    if (arrange(output) > 0) {
      this.dot = alignUp(this.dot, output.align);
      output.address = this.dot;
      if (row?.padded === true) output.size = alignUp(this.dot + output.size, 8) - this.dot;
      this.layout.outputs.push(output);
    }
    this.define(row?.start);
    this.dot += output.size;
    this.define(row?.end);
  }

  private notLoaded({ row, output }: SectionItem): void {
    this.define(row?.start);
    if (arrange(output) > 0) this.layout.outputs.push(output);
    this.define(row?.end);
  }
}

/** A row without inputs is walked over with the loaded ones, for its symbols. */
function isLoaded({ row, output }: SectionItem): boolean {
  return (output.flags & SHF_ALLOC) !== 0 || (row !== undefined && output.inputs.length === 0);
}

/** Gives each input its offset; returns the size of all. */
function arrange(output: OutputSection): number {
  output.size = 0;
  output.align = 1;
  for (const input of output.inputs) {
    if (input.output === null) continue;
    input.offset = alignUp(output.size, input.section.align);
    output.size = input.offset + input.size;
    output.align = Math.max(output.align, input.section.align);
  }
  if (output.inputs.every((input) => input.size === 0)) output.size = 0;
  return output.size;
}

/** Whether the data segment takes one page fewer when it begins at the start of a page (ld's lang_size_segment). */
function savesPage({ dataStart, dataEnd }: Layout): boolean {
  const first = alignUp(dataStart, PAGE_SIZE) - dataStart;
  const lastPart = dataEnd % PAGE_SIZE;
  const onePage = Math.floor(dataStart / PAGE_SIZE) === Math.floor(dataEnd / PAGE_SIZE);
  return first > 0 && lastPart > 0 && !onePage && first + lastPart <= PAGE_SIZE;
}

/** Walks over the items; fills in the addresses of output sections. */
export function layOut(items: readonly Item[], options: LayoutOptions): Layout {
  const walk = (savePage: boolean): Layout => {
    const walker = new Walk(options, savePage);
    for (const item of items) walker.step(item);
    return walker.layout;
  };
  const layout = walk(false);
  return savesPage(layout) ? walk(true) : layout;
}
