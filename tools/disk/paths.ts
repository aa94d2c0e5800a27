/** Paths in an image: symbolic links lead to places in the image, never outside. */
import { getattr } from "../../kernel/fs/ext2/attributes.ts";
import { lookup, parentOf } from "../../kernel/fs/ext2/directory.ts";
import { ROOT_INODE, TYPE, TYPE_MASK } from "../../kernel/fs/ext2/layout.ts";
import { readlink } from "../../kernel/fs/ext2/operations.ts";
import type { Attributes } from "../../kernel/fs/ext2/types.ts";
import { shown, split } from "./names.ts";
import type { Volume } from "./volume.ts";

/** As Linux: MAXSYMLINKS. */
const MOST_LINKS = 40;

/** Where a path leads: a name in a directory; of the root and behind "..", the directory itself and the name "". */
export interface Place {
  readonly directory: number;
  readonly name: string;
  /** Null: there is nothing, but the directory is there. */
  readonly ino: number | null;
}

const ROOT: Place = { directory: ROOT_INODE, name: "", ino: ROOT_INODE };

/**
 * Walks a path from the root.
 * @param follow a symbolic link at its end too. A "/" at the end follows, and wants a directory. Throws UsageError
 */
export function find(volume: Volume, path: string, follow: boolean): Place {
  const place = walk(volume, path, follow || path.endsWith("/"));
  if (path.endsWith("/") && place.ino !== null && typeOf(volume, path, place.ino) !== TYPE.directory)
    throw volume.error(path, "not a directory");
  return place;
}

function walk(volume: Volume, path: string, follow: boolean): Place {
  const rest = split(path);
  let place = ROOT;
  let links = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const next = step(volume, path, place, name);
    const target = next.ino !== null && (follow || rest.length > 0) ? targetOf(volume, path, next.ino) : null;
    if (target === null) {
      place = next;
      continue;
    }
    if (++links > MOST_LINKS) throw volume.error(path, "too many symbolic links, or a circle of them");
    rest.unshift(...split(target));
    if (target.startsWith("/")) place = ROOT;
  }
  return place;
}

function step(volume: Volume, path: string, { ino, name: last }: Place, name: string): Place {
  if (ino === null) throw volume.error(path, `no such file or directory: '${shown(last)}' is missing`);
  if (typeOf(volume, path, ino) !== TYPE.directory)
    throw volume.error(path, `'${shown(last)}' on the way is not a directory`);
  if (name === "..") {
    const parent = volume.look(path, (v) => parentOf(v, ino));
    return { directory: parent, name: "", ino: parent };
  }
  const entry = volume.look(path, (v) => lookup(v, ino, name));
  return { directory: ino, name, ino: entry?.ino ?? null };
}

/** A symbolic link's target; null of anything else. */
function targetOf(volume: Volume, path: string, ino: number): string | null {
  return typeOf(volume, path, ino) === TYPE.symlink ? volume.look(path, (v) => readlink(v, ino)) : null;
}

/** S_IFMT's bits. */
export function typeOf(volume: Volume, path: string, ino: number): number {
  return volume.look(path, (v) => getattr(v, ino)).mode & TYPE_MASK;
}

/** The inode that a path leads to. Throws UsageError when there is none. */
export function existing(volume: Volume, path: string, follow: boolean): Attributes {
  const { ino } = find(volume, path, follow);
  if (ino === null) throw volume.error(path, "no such file or directory");
  return volume.look(path, (v) => getattr(v, ino));
}
