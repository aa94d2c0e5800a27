/** Files that a source names: where they are looked for, and what including one means. */
import type { Assembly } from "./assembly.ts";
import { readable } from "./diagnostic.ts";
import { takeEquates } from "./equates.ts";
import { Fault } from "./fault.ts";
import { FileSource, linesOf } from "./source.ts";

/** A path without "." and "x/.." in it, so that one file has one name. */
export function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "." || (part === "" && parts.length > 0)) continue;
    const above = parts.at(-1);
    if (part === ".." && above !== undefined && above !== ".." && above !== "") parts.pop();
    else parts.push(part);
  }
  return parts.length === 1 && parts[0] === "" ? "/" : parts.join("/");
}

const folderOf = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/") + 1) : "");

/** The file's path and bytes: beside the including file, else in the include folders. @throws Fault where it is in none. */
export function readIncluded(assembly: Assembly, written: string, at: number): { path: string; bytes: Uint8Array } {
  const name = readable(written);
  if (name === "" || name.includes("\0")) throw new Fault(at, "a file's name is expected here");
  const beside = folderOf(assembly.statement.line.file) + name;
  const folders = assembly.options.includePaths.map((folder) => `${folder.replace(/\/+$/, "")}/${name}`);
  const candidates = name.startsWith("/") ? [name] : [beside, ...folders].map(normalize);
  for (const path of candidates) {
    const bytes = assembly.options.readFile(path);
    if (bytes !== null) return { path, bytes };
  }
  throw new Fault(at, `there is no file \`${name}\``, `looked for: ${[...new Set(candidates)].join(", ")}`);
}

/** `.include`: the file's statements come next. */
export function openInclude(assembly: Assembly, written: string, at: number): void {
  const { path, bytes } = readIncluded(assembly, written, at);
  if (assembly.reader.isOpen(path)) throw new Fault(at, `\`${readable(written)}\` includes itself`);
  const { line } = assembly.statement;
  const trail = [{ note: "included here", file: line.file, line: line.number }, ...line.trail];
  const lines = linesOf(bytes);
  if (takeEquates(assembly, path, lines, trail)) return;
  assembly.reader.pushFile(path, new FileSource(path, lines, trail), assembly.conditionals.depth);
}
