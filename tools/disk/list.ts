/** `quire disk ls`: names, one a line, or with -l what ls -ln shows, times in UTC. */

import { TYPE, TYPE_MASK } from "../../kernel/fs/ext2/layout.ts";
import { readlink } from "../../kernel/fs/ext2/operations.ts";
import type { Attributes } from "../../kernel/fs/ext2/types.ts";
import { fromArgument, join } from "./names.ts";
import { existing } from "./paths.ts";
import { entriesOf, everythingBelow, type Found, isDirectory } from "./tree.ts";
import type { Volume } from "./volume.ts";

export interface ListOptions {
  readonly long: boolean;
  readonly recursive: boolean;
}

/** Lines of bytes, each without its line end. Throws UsageError. */
export function* listing(volume: Volume, paths: readonly string[], options: ListOptions): Generator<string> {
  const given = paths.map((text) => {
    const path = fromArgument(text);
    return { path, found: { ...existing(volume, path, !options.long), name: path } };
  });
  const files = given.filter(({ found }) => !isDirectory(found));
  const folders = given.filter(({ found }) => isDirectory(found));
  const named = options.recursive || given.length > 1;
  yield* lines(
    volume,
    "",
    files.map(({ found }) => found),
    options,
  );
  let first = files.length === 0;
  for (const { path, found } of folders) {
    for (const [folder, ino] of foldersFrom(volume, path, found.ino, options)) {
      if (named) yield first ? `${folder}:` : `\n${folder}:`;
      first = false;
      yield* lines(volume, folder, entriesOf(volume, folder, ino), options);
    }
  }
}

/** The directories to be listed. */
function* foldersFrom(
  volume: Volume,
  path: string,
  ino: number,
  { recursive }: ListOptions,
): Generator<[string, number]> {
  yield [path, ino];
  if (!recursive) return;
  for (const [below, found] of everythingBelow(volume, path, ino)) if (isDirectory(found)) yield [below, found.ino];
}

function* lines(volume: Volume, folder: string, entries: readonly Found[], { long }: ListOptions): Generator<string> {
  if (!long) {
    yield* entries.map(({ name }) => name);
    return;
  }
  const rows = entries.map((entry) => columns(volume, join(folder, entry.name), entry));
  const widths = RIGHT.map((_, column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  for (const row of rows)
    yield row.map((cell, column) => (column < RIGHT.length ? pad(cell, widths[column]!, column) : cell)).join(" ");
}

/** The columns before the name: does the text stand at their right? */
const RIGHT = [false, true, true, true, true, false] as const;

function pad(cell: string, width: number, column: number): string {
  return RIGHT[column] ? cell.padStart(width) : cell.padEnd(width);
}

function columns(volume: Volume, path: string, entry: Found): string[] {
  const { mode, nlink, uid, gid, mtime } = entry;
  const type = mode & TYPE_MASK;
  const target = type === TYPE.symlink ? ` -> ${volume.look(path, (v) => readlink(v, entry.ino))}` : "";
  return [modeText(mode), `${nlink}`, `${uid}`, `${gid}`, sizeText(entry), timeText(mtime), entry.name + target];
}

function sizeText({ mode, size, major, minor }: Attributes): string {
  const type = mode & TYPE_MASK;
  return type === TYPE.character || type === TYPE.block ? `${major}, ${minor}` : `${size}`;
}

/** "2024-05-06 07:08", UTC. */
export function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
}

const LETTERS: Readonly<Record<number, string>> = {
  [TYPE.fifo]: "p",
  [TYPE.character]: "c",
  [TYPE.directory]: "d",
  [TYPE.block]: "b",
  [TYPE.regular]: "-",
  [TYPE.symlink]: "l",
  [TYPE.socket]: "s",
};

/** As ls shows it: "drwxr-sr-t". */
export function modeText(mode: number): string {
  const bits = [6, 3, 0].map((shift, i) => {
    const [r, w, x] = [4, 2, 1].map((bit) => (((mode >> shift) & bit) !== 0 ? "rwx"[[4, 2, 1].indexOf(bit)]! : "-"));
    const special = (mode & (0o4000 >> i)) !== 0;
    const letter = i === 2 ? "t" : "s";
    return `${r}${w}${special ? (x === "x" ? letter : letter.toUpperCase()) : x}`;
  });
  return (LETTERS[mode & TYPE_MASK] ?? "?") + bits.join("");
}
