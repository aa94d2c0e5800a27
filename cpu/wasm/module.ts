/**
 * Module builder: puts a WebAssembly module together and gives its bytes. It knows WebAssembly and nothing else.
 *
 *     const module = new ModuleBuilder();
 *     const add = module.function(module.type([I32, I32], [I32]), "add");
 *     const body = module.begin(add);
 *     body.local_get(body.parameter(0));
 *     body.local_get(body.parameter(1));
 *     body.i32_add();
 *     module.end();
 *     module.exportFunction("add", add);
 *     new WebAssembly.Module(module.finish());
 *
 * (1) In each index space the imports come first (core 2.5): nothing is imported after something of its kind is defined.
 * (2) Functions are declared before they are written, so calls may go forward; bodies may be written in any order, one
 *     at a time, each once.
 * (3) The same calls give the same bytes.
 * (4) A body is moved once, in finish(), when its size is known.
 */

import { panic } from "../panic.ts";
import { type BodyWriter, bodyWriter, type FunctionBody } from "./body.ts";
import { ByteBuffer, u32Length } from "./bytes.ts";
import * as encode from "./sections.ts";
import { EXTERNAL, NAMES, SECTION } from "./sections.ts";
import type {
  Constant,
  DataIndex,
  ElementIndex,
  FunctionIndex,
  GlobalIndex,
  GlobalType,
  Local,
  MemoryIndex,
  MemoryType,
  TableIndex,
  TableType,
  TypeIndex,
  ValueType,
} from "./types.ts";

/** Entries of a section, in their encoding. */
class Section {
  readonly entries = new ByteBuffer(64);
  count = 0;

  clear(): void {
    this.entries.clear();
    this.count = 0;
  }

  /** Counts an entry. @returns where to write it */
  add(): ByteBuffer {
    this.count++;
    return this.entries;
  }
}

/** Where in the writer a function's instructions are, and the declaration of its locals behind them. */
interface Written {
  readonly from: number;
  readonly locals: number;
  readonly to: number;
  /** As the writer has them. */
  readonly hints: readonly number[];
}

/** How many of a kind are imported, and how many there are. */
class Space {
  imported = 0;
  count = 0;
}

type External = keyof typeof EXTERNAL;

export class ModuleBuilder {
  private readonly writer: BodyWriter = bodyWriter();
  /** Kept from module to module: what stands before the code, and the part of it that hints are. */
  private readonly head = new ByteBuffer();
  private readonly part = new ByteBuffer();
  private readonly types = new Section();
  private readonly imports = new Section();
  private readonly functions = new Section();
  private readonly tables = new Section();
  private readonly memories = new Section();
  private readonly globals = new Section();
  private readonly exports = new Section();
  private readonly elementSegments = new Section();
  private readonly dataSegments = new Section();
  private typeIndex = new Map<string, TypeIndex>();
  /** Parameters of each type, and the type of each function. */
  private parameterCounts: number[] = [];
  private functionTypes: TypeIndex[] = [];
  private spaces = { function: new Space(), table: new Space(), memory: new Space(), global: new Space() };
  private exported = new Set<string>();
  private startFunction: FunctionIndex | null = null;
  /** The body of each defined function, once written. */
  private bodies: (Written | null)[] = [];
  private current: FunctionIndex | null = null;
  private currentFrom = 0;
  private moduleName: string | null = null;
  private functionNames = new Map<FunctionIndex, string>();
  private localNames = new Map<FunctionIndex, ReadonlyMap<Local, string>>();

  /** Forgets everything but the storage: the next module begins. */
  reset(): void {
    this.writer.clear();
    this.writer.abandon();
    const { types, imports, functions, tables, memories, globals, exports, elementSegments, dataSegments } = this;
    for (const section of [types, imports, functions, tables, memories, globals, exports]) section.clear();
    for (const section of [elementSegments, dataSegments]) section.clear();
    this.typeIndex = new Map();
    this.parameterCounts = [];
    this.functionTypes = [];
    this.spaces = { function: new Space(), table: new Space(), memory: new Space(), global: new Space() };
    this.exported = new Set();
    this.startFunction = null;
    this.bodies = [];
    this.current = null;
    this.moduleName = null;
    this.functionNames = new Map();
    this.localNames = new Map();
  }

  /** Names the module for those who read it as text. */
  name(name: string): void {
    this.moduleName = name;
  }

  /** The function type that takes and gives such values; the same one each time. */
  type(takes: readonly ValueType[], gives: readonly ValueType[]): TypeIndex {
    const key = `${takes}:${gives}`;
    const known = this.typeIndex.get(key);
    if (known !== undefined) return known;
    const index = this.types.count as TypeIndex;
    encode.writeFunctionType(this.types.add(), takes, gives);
    this.typeIndex.set(key, index);
    this.parameterCounts.push(takes.length);
    return index;
  }

  private import(kind: External, module: string, field: string): [ByteBuffer, number] {
    const space = this.spaces[kind];
    if (space.count !== space.imported) panic("imports come before definitions", { kind, module, field });
    const out = this.imports.add();
    out.name(module);
    out.name(field);
    out.u8(EXTERNAL[kind]);
    space.imported++;
    return [out, space.count++];
  }

  importFunction(module: string, field: string, type: TypeIndex, name?: string): FunctionIndex {
    const [out, index] = this.import("function", module, field);
    out.u32(type);
    return this.declared(type, index, name);
  }

  importTable(module: string, field: string, type: TableType): TableIndex {
    const [out, index] = this.import("table", module, field);
    encode.writeTableType(out, type);
    return index as TableIndex;
  }

  importMemory(module: string, field: string, type: MemoryType): MemoryIndex {
    const [out, index] = this.import("memory", module, field);
    encode.writeMemoryType(out, type);
    return index as MemoryIndex;
  }

  importGlobal(module: string, field: string, type: GlobalType): GlobalIndex {
    const [out, index] = this.import("global", module, field);
    encode.writeGlobalType(out, type);
    return index as GlobalIndex;
  }

  private declared(type: TypeIndex, index: number, name: string | undefined): FunctionIndex {
    if (!(type < this.types.count)) panic("a function has a type of its module", { type, types: this.types.count });
    this.functionTypes.push(type);
    if (name !== undefined) this.functionNames.set(index as FunctionIndex, name);
    return index as FunctionIndex;
  }

  /** Declares a function, to be written between begin() and end(). */
  function(type: TypeIndex, name?: string): FunctionIndex {
    this.functions.add().u32(type);
    this.bodies.push(null);
    return this.declared(type, this.spaces.function.count++, name);
  }

  /** Begins the body of a function. @returns what to write it with, until end() */
  begin(index: FunctionIndex): FunctionBody {
    if (this.current !== null) panic("one body is written at a time", { index, current: this.current });
    const written = this.bodies[index - this.spaces.function.imported];
    if (written !== null) panic("a function defined here is written once", { index, written });
    this.current = index;
    this.currentFrom = this.writer.at;
    this.writer.begin(this.parameterCounts[this.functionTypes[index]!]!);
    return this.writer;
  }

  /** Ends the body: the value on the stack, if its type gives one, is the result. */
  end(): void {
    const { writer, current } = this;
    if (current === null) panic("a body that ends has begun");
    writer.finish();
    const locals = writer.at;
    writer.declareLocals();
    const written = { from: this.currentFrom, locals, to: writer.at, hints: writer.hints };
    this.bodies[current - this.spaces.function.imported] = written;
    if (writer.names.size > 0) this.localNames.set(current, writer.names);
    this.current = null;
  }

  table(type: TableType): TableIndex {
    encode.writeTableType(this.tables.add(), type);
    return this.spaces.table.count++ as TableIndex;
  }

  memory(type: MemoryType): MemoryIndex {
    encode.writeMemoryType(this.memories.add(), type);
    return this.spaces.memory.count++ as MemoryIndex;
  }

  global(type: GlobalType, value: Constant): GlobalIndex {
    const out = this.globals.add();
    encode.writeGlobalType(out, type);
    encode.writeConstant(out, value);
    return this.spaces.global.count++ as GlobalIndex;
  }

  private export(kind: External, name: string, index: number): void {
    if (this.exported.has(name)) panic("names of exports are different", { name });
    this.exported.add(name);
    const out = this.exports.add();
    out.name(name);
    out.u8(EXTERNAL[kind]);
    out.u32(index);
  }

  exportFunction(name: string, index: FunctionIndex): void {
    this.export("function", name, index);
  }

  exportTable(name: string, index: TableIndex): void {
    this.export("table", name, index);
  }

  exportMemory(name: string, index: MemoryIndex): void {
    this.export("memory", name, index);
  }

  exportGlobal(name: string, index: GlobalIndex): void {
    this.export("global", name, index);
  }

  /** The function that runs when the module is instantiated. */
  start(index: FunctionIndex): void {
    this.startFunction = index;
  }

  /** Functions that are put into a table from `offset` on when the module is instantiated. */
  elements(functions: readonly FunctionIndex[], table: TableIndex, offset: Constant): ElementIndex {
    const index = this.elementSegments.count as ElementIndex;
    const out = this.elementSegments.add();
    // Kind 0 is the short form for table 0, kind 2 names its table (core 5.5.12).
    out.u8(table === 0 ? 0 : 2);
    if (table !== 0) out.u32(table);
    encode.writeConstant(out, offset);
    if (table !== 0) out.u8(0);
    this.functionList(out, functions);
    return index;
  }

  /** Functions for table.init, or, "declared", only for ref.func. */
  passiveElements(functions: readonly FunctionIndex[], use: "passive" | "declared" = "passive"): ElementIndex {
    const index = this.elementSegments.count as ElementIndex;
    const out = this.elementSegments.add();
    out.u8(use === "passive" ? 1 : 3);
    out.u8(0);
    this.functionList(out, functions);
    return index;
  }

  private functionList(out: ByteBuffer, functions: readonly FunctionIndex[]): void {
    out.u32(functions.length);
    for (const index of functions) out.u32(index);
  }

  /** Bytes that are put into memory 0 from `offset` on when the module is instantiated, or kept for memory.init. */
  data(bytes: Uint8Array, offset?: Constant): DataIndex {
    const index = this.dataSegments.count as DataIndex;
    const out = this.dataSegments.add();
    out.u8(offset === undefined ? 1 : 0);
    if (offset !== undefined) encode.writeConstant(out, offset);
    out.vector(bytes);
    return index;
  }

  /** The module's bytes, which are the caller's. More may be added and finish() called again. */
  finish(): Uint8Array<ArrayBuffer> {
    if (this.current !== null) panic("every body has ended", { current: this.current });
    const head = this.writeHead();
    const tail = this.writeTail();
    const code = this.codeSize();
    const codeLength = this.bodies.length === 0 ? 0 : 1 + u32Length(code) + code;
    const out = new ByteBuffer(head.at + codeLength + tail.at);
    out.copy(head.bytes, 0, head.at);
    this.writeCode(out, code);
    out.copy(tail.bytes, 0, tail.at);
    return out.bytes;
  }

  /** What stands before the code. */
  private writeHead(): ByteBuffer {
    const out = this.head;
    out.clear();
    for (const byte of encode.PREAMBLE) out.u8(byte);
    const write = (id: number, { count, entries }: Section) => encode.writeSection(out, id, count, entries);
    write(SECTION.type, this.types);
    write(SECTION.import, this.imports);
    write(SECTION.function, this.functions);
    write(SECTION.table, this.tables);
    write(SECTION.memory, this.memories);
    write(SECTION.global, this.globals);
    write(SECTION.export, this.exports);
    if (this.startFunction !== null) {
      out.u8(SECTION.start);
      out.u32(u32Length(this.startFunction));
      out.u32(this.startFunction);
    }
    write(SECTION.element, this.elementSegments);
    // memory.init in the code needs to know how many segments follow it.
    if (this.dataSegments.count > 0) {
      out.u8(SECTION.dataCount);
      out.u32(u32Length(this.dataSegments.count));
      out.u32(this.dataSegments.count);
    }
    this.writeHints(out);
    return out;
  }

  /** Branch hints, which stand before the code: by function, offsets from the declaration of its locals. */
  private writeHints(out: ByteBuffer): void {
    const hinted = this.bodies.filter((body) => body !== null && body.hints.length > 0).length;
    if (hinted === 0) return;
    const { part } = this;
    part.clear();
    part.name("metadata.code.branch_hint");
    part.u32(hinted);
    for (let index = 0; index < this.bodies.length; index++) {
      const body = this.bodies[index];
      if (body == null || body.hints.length === 0) continue;
      const { hints } = body;
      const declared = body.to - body.locals - body.from;
      part.u32(this.spaces.function.imported + index);
      part.u32(hints.length / 2);
      for (let i = 0; i < hints.length; i += 2) {
        part.u32(hints[i]! + declared);
        part.u8(1);
        part.u8(hints[i + 1]!);
      }
    }
    out.u8(SECTION.custom);
    out.u32(part.at);
    out.copy(part.bytes, 0, part.at);
  }

  /** The bytes of the code section behind its size. */
  private codeSize(): number {
    let size = u32Length(this.bodies.length);
    for (const [index, body] of this.bodies.entries()) {
      if (body === null) panic("every function is written", { index: index + this.spaces.function.imported });
      const length = body.to - body.from;
      size += u32Length(length) + length;
    }
    return size;
  }

  private writeCode(out: ByteBuffer, size: number): void {
    if (this.bodies.length === 0) return;
    const { bytes } = this.writer;
    out.u8(SECTION.code);
    out.u32(size);
    out.u32(this.bodies.length);
    for (const body of this.bodies) {
      const { from, locals, to } = body!;
      out.u32(to - from);
      out.copy(bytes, locals, to);
      out.copy(bytes, from, locals);
    }
  }

  /** What stands behind the code. */
  private writeTail(): ByteBuffer {
    const out = new ByteBuffer(64);
    encode.writeSection(out, SECTION.data, this.dataSegments.count, this.dataSegments.entries);
    if (this.moduleName === null && this.functionNames.size === 0 && this.localNames.size === 0) return out;
    const names = new ByteBuffer();
    names.name("name");
    this.writeNames(names);
    out.u8(SECTION.custom);
    out.u32(names.at);
    out.copy(names.bytes, 0, names.at);
    return out;
  }

  private writeNames(out: ByteBuffer): void {
    const part = new ByteBuffer();
    const add = (id: number) => {
      out.u8(id);
      out.u32(part.at);
      out.copy(part.bytes, 0, part.at);
      part.clear();
    };
    if (this.moduleName !== null) {
      part.name(this.moduleName);
      add(NAMES.module);
    }
    if (this.functionNames.size > 0) {
      encode.writeNameMap(part, this.functionNames);
      add(NAMES.functions);
    }
    if (this.localNames.size > 0) {
      part.u32(this.localNames.size);
      for (const [index, names] of [...this.localNames].sort(([a], [b]) => a - b)) {
        part.u32(index);
        encode.writeNameMap(part, names);
      }
      add(NAMES.locals);
    }
  }
}
