/**
 * One source through GNU as and through ours, both objects linked by GNU ld at the same addresses: the bytes of every
 * section must be the same. Debug sections, call frames and attributes are left out.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { formatDiagnostic } from "../../assembler/diagnostic.ts";
import { type ObjectFile, readExecutable, SHF_ALLOC, SHT_NOBITS } from "../../assembler/elf.ts";
import { readObject, writeObject } from "../../assembler/elf-object.ts";

export const AS = "riscv64-linux-gnu-as";
export const LD = "riscv64-linux-gnu-ld";
export const GCC = "riscv64-linux-gnu-gcc";
export const ARCHITECTURE = ["-march=rv64ima_zicsr_zifencei", "-mabi=lp64"];

const readFile = (path: string): Uint8Array | null => (existsSync(path) ? readFileSync(path) : null);

/** Our object, or the diagnostics as text. */
export function assembleOurs(
  name: string,
  source: Uint8Array | string,
  includePaths: string[] = [],
): ObjectFile | string {
  const { object, diagnostics } = assemble(name, source, { includePaths, readFile, debugLines: false });
  return object ?? diagnostics.map((one) => formatDiagnostic(one, { color: false })).join("\n");
}

/** GNU's object, or its messages. */
export function assembleGnu(path: string, output: string, includePaths: string[] = []): ObjectFile | string {
  const folders = [dirname(path), ...includePaths].flatMap((folder) => ["-I", folder]);
  const run = spawnSync(AS, [...ARCHITECTURE, "-mno-relax", ...folders, path, "-o", output], { encoding: "utf8" });
  return run.status === 0 ? readObject(readFileSync(output), output) : run.stderr;
}

const LEFT_OUT = /^\.(debug_|eh_frame|riscv\.attributes|note\.GNU-stack|group|comment)/;
const FIRST_ADDRESS = 0x10_0000;
const SPACING = 0x1000;

/** Sections of both files, each at an address of its own; symbols that neither defines, near the first. */
function linkerScript(objects: readonly ObjectFile[]): string {
  const sizes = new Map<string, number>();
  for (const { sections } of objects) {
    for (const { name, size, flags } of sections) {
      if ((flags & SHF_ALLOC) !== 0 && !LEFT_OUT.test(name)) sizes.set(name, Math.max(size, sizes.get(name) ?? 0));
    }
  }
  let address = FIRST_ADDRESS;
  const lines: string[] = [];
  for (const [name, size] of sizes) {
    lines.push(`"${name}" 0x${address.toString(16)} : { *("${name}")${name === ".bss" ? " *(COMMON)" : ""} }`);
    address += Math.ceil((size + SPACING) / SPACING) * SPACING;
  }
  const missing = new Set(objects.flatMap(({ symbols }) => symbols.filter((s) => s.section === 0).map((s) => s.name)));
  missing.delete("");
  const definitions = [...missing].map((name, i) => `"${name}" = 0x${(FIRST_ADDRESS + 0x800 + 4 * i).toString(16)};`);
  return `${definitions.join("\n")}\nSECTIONS {\n${lines.join("\n")}\n/DISCARD/ : { *(.eh_frame) *(.riscv.attributes) *(.comment) *(.debug_*) *(.note.GNU-stack) }\n}\n`;
}

/** Bytes of each section by name, after linking; what has none in the file is told by its size. */
function linkedSections(object: string, script: string, output: string): Map<string, Uint8Array | number> {
  const run = spawnSync(LD, ["--no-relax", "--no-check-sections", "-e", "0", "-T", script, object, "-o", output], {
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`${LD} ${object}: ${run.stderr}`);
  const { bytes, sections } = readExecutable(readFileSync(output));
  return new Map(
    sections
      .filter(({ flags, name, size }) => (flags & SHF_ALLOC) !== 0 && !LEFT_OUT.test(name) && size > 0)
      .map(({ name, type, offset, size }) => [
        name,
        type === SHT_NOBITS ? size : bytes.subarray(offset, offset + size),
      ]),
  );
}

function hex(bytes: Uint8Array, at: number): string {
  return [...bytes.subarray(Math.max(0, at & ~3), (at & ~3) + 8)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** The first difference between two sets of sections, as text; null where there is none. */
function difference(gnu: Map<string, Uint8Array | number>, ours: Map<string, Uint8Array | number>): string | null {
  for (const name of new Set([...gnu.keys(), ...ours.keys()])) {
    const a = gnu.get(name);
    const b = ours.get(name);
    if (a === undefined || b === undefined) return `${name}: only ${a === undefined ? "ours" : "GNU's"} has it`;
    if (typeof a === "number" || typeof b === "number") {
      if (a !== b) return `${name}: ${a} and ${b} bytes without contents`;
      continue;
    }
    const at = a.findIndex((byte, i) => byte !== b[i]);
    if (at >= 0) return `${name}+0x${at.toString(16)}: GNU ${hex(a, at)}, ours ${hex(b, at)}`;
    if (a.length !== b.length) return `${name}: GNU has ${a.length} bytes, ours ${b.length}`;
  }
  return null;
}

/** "same", or how the two differ, or why there is nothing to compare. */
export interface Comparison {
  verdict: "same" | "different" | "gnu refuses" | "ours refuses";
  detail: string;
}

/** Compares what both assemblers make of the file at `path`, with `folder` for their output. */
export function compare(path: string, folder: string, includePaths: string[] = []): Comparison {
  const gnuPath = join(folder, "gnu.o");
  const gnu = assembleGnu(path, gnuPath, includePaths);
  if (typeof gnu === "string") return { verdict: "gnu refuses", detail: gnu };
  const ours = assembleOurs(path, readFileSync(path), includePaths);
  if (typeof ours === "string") return { verdict: "ours refuses", detail: ours };
  const ourPath = join(folder, "ours.o");
  writeFileSync(ourPath, writeObject(ours));
  const script = join(folder, "script.ld");
  writeFileSync(script, linkerScript([gnu, ours]));
  const theirs = linkedSections(gnuPath, script, join(folder, "gnu"));
  const detail = difference(theirs, linkedSections(ourPath, script, join(folder, "ours")));
  return { verdict: detail === null ? "same" : "different", detail: detail ?? "" };
}
