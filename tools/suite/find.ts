/** Which files of the given paths are guest programs: .s files that state an expectation. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { readHostFile, reason } from "../files.ts";

/** Programs in the order of their paths, each once. A file that is named is a program in any case. Throws UsageError. */
export function findPrograms(paths: readonly string[]): string[] {
  const found = paths.flatMap((path) => (isFolder(path) ? programsBelow(path) : [path]));
  return [...new Set(found)];
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${reason(error)}`);
  }
}

function programsBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return entry.name === "node_modules" || entry.name.startsWith(".") ? [] : programsBelow(path);
    return entry.isFile() && entry.name.endsWith(".s") && statesExpectation(path) ? [path] : [];
  });
}

const statesExpectation = (path: string) => /^#:/m.test(new TextDecoder().decode(readHostFile(path)));
