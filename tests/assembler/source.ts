/** Assembling small sources in tests: the bytes, symbols and messages that come of them. */
import { expect } from "vitest";
import { type AssembleOptions, assemble } from "../../assembler/assemble.ts";
import { type Diagnostic, formatDiagnostic } from "../../assembler/diagnostic.ts";
import type { ObjectFile, ObjectSection } from "../../assembler/elf.ts";

const encoder = new TextEncoder();

export interface Files {
  readonly [path: string]: string | Uint8Array;
}

function optionsOf(files: Files, more: Partial<AssembleOptions>): AssembleOptions {
  const readFile = (path: string): Uint8Array | null => {
    const found = files[path];
    return found === undefined ? null : typeof found === "string" ? encoder.encode(found) : found;
  };
  return { includePaths: [], readFile, debugLines: false, ...more };
}

/** The object, of a source in which nothing is to be said. */
export function objectOf(
  source: string | Uint8Array,
  files: Files = {},
  more: Partial<AssembleOptions> = {},
): ObjectFile {
  const { object, diagnostics } = assemble("test.s", source, optionsOf(files, more));
  expect(diagnostics.map((one) => formatDiagnostic(one, { color: false }))).toEqual([]);
  return object!;
}

export function diagnosticsOf(
  source: string | Uint8Array,
  files: Files = {},
  more: Partial<AssembleOptions> = {},
): Diagnostic[] {
  return assemble("test.s", source, optionsOf(files, more)).diagnostics;
}

/** `line:column: message` of each diagnostic. */
export function messagesOf(
  source: string | Uint8Array,
  files: Files = {},
  more: Partial<AssembleOptions> = {},
): string[] {
  return diagnosticsOf(source, files, more).map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

export function sectionOf(object: ObjectFile, name: string): ObjectSection {
  const section = object.sections.find((one) => one.name === name);
  if (section === undefined) throw new Error(`no section ${name}`);
  return section;
}

/** Bytes of `.data`, which the source begins in. */
export function dataOf(source: string, files: Files = {}, more: Partial<AssembleOptions> = {}): number[] {
  return [...sectionOf(objectOf(`.data\n${source}\n`, files, more), ".data").data];
}

/** Words of `.text`. */
export function wordsOf(source: string, files: Files = {}): number[] {
  const { data } = sectionOf(objectOf(source, files), ".text");
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Array.from({ length: data.length >> 2 }, (_, i) => view.getUint32(i * 4, true));
}
