/** Walking the tree in an image: names in the order of their bytes, every directory once. */
import { getattr } from "../../kernel/fs/ext2/attributes.ts";
import { list } from "../../kernel/fs/ext2/directory.ts";
import { TYPE, TYPE_MASK } from "../../kernel/fs/ext2/layout.ts";
import type { Attributes } from "../../kernel/fs/ext2/types.ts";
import { byName, join } from "./names.ts";
import type { Volume } from "./volume.ts";

/** A file and the name by which it was come upon. */
export interface Found extends Attributes {
  /** As bytes. */
  readonly name: string;
}

export const isDirectory = ({ mode }: { readonly mode: number }): boolean => (mode & TYPE_MASK) === TYPE.directory;

export const isRegular = ({ mode }: { readonly mode: number }): boolean => (mode & TYPE_MASK) === TYPE.regular;

/** What a directory holds. @param path the directory's, for messages. Throws UsageError */
export function entriesOf(volume: Volume, path: string, directory: number): Found[] {
  const entries = volume.look(path, (v) => list(v, directory, 0, Number.POSITIVE_INFINITY));
  return entries
    .map(({ name, ino }) => ({ ...volume.look(join(path, name), (v) => getattr(v, ino)), name }))
    .sort(byName);
}

/** Everything below a directory with its path, a directory before what it holds. Throws UsageError for a circle. */
export function* everythingBelow(volume: Volume, path: string, directory: number): Generator<[path: string, Found]> {
  const seen = new Set([directory]);
  const rest: [string, Found][] = entriesBelow(volume, path, directory);
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    yield next;
    const [below, found] = next;
    if (!isDirectory(found)) continue;
    if (seen.has(found.ino)) throw volume.error(below, "a directory with two names: let e2fsck repair it");
    seen.add(found.ino);
    for (const entry of entriesBelow(volume, below, found.ino)) rest.push(entry);
  }
}

/** The last first. */
function entriesBelow(volume: Volume, path: string, directory: number): [string, Found][] {
  return entriesOf(volume, path, directory)
    .reverse()
    .map((found): [string, Found] => [join(path, found.name), found]);
}
