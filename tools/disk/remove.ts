/** `quire disk rm` and `quire disk mkdir`. */

import { ROOT_INODE, TYPE } from "../../kernel/fs/ext2/layout.ts";
import { mkdir } from "../../kernel/fs/ext2/operations.ts";
import { rmdir, unlink } from "../../kernel/fs/ext2/removal.ts";
import { IMAGE_TIME } from "../image-time.ts";
import { split } from "./names.ts";
import { find, typeOf } from "./paths.ts";
import { everythingBelow, isDirectory } from "./tree.ts";
import type { Volume } from "./volume.ts";

/** Takes a file away, or with `recursive` a directory and everything below it. Throws UsageError. */
export function remove(volume: Volume, path: string, recursive: boolean): void {
  const { directory, name, ino } = find(volume, path, false);
  if (ino === null) throw volume.error(path, "no such file or directory");
  if (name === "") throw volume.error(path, ino === ROOT_INODE ? "the root cannot be removed" : "end with a name");
  const folder = typeOf(volume, path, ino) === TYPE.directory;
  if (folder && !recursive) throw volume.error(path, "is a directory: -r removes it and everything below it");
  if (folder) empty(volume, path, ino);
  volume.remove(path, (t) => (folder ? rmdir : unlink)(t, directory, name, IMAGE_TIME));
}

/** Removes what a directory holds, the deepest first. */
function empty(volume: Volume, path: string, ino: number): void {
  const parents = new Map([[path, ino]]);
  const found = [...everythingBelow(volume, path, ino)];
  for (const [below, entry] of found) if (isDirectory(entry)) parents.set(below, entry.ino);
  for (const [below, entry] of found.reverse()) {
    const parent = parents.get(parentPath(below, path))!;
    volume.remove(below, (t) => (isDirectory(entry) ? rmdir : unlink)(t, parent, entry.name, IMAGE_TIME));
  }
}

function parentPath(path: string, top: string): string {
  const parent = path.slice(0, path.lastIndexOf("/"));
  return parent.length <= top.length ? top : parent;
}

/** Makes a directory, with `parents` those on the way too, and one that is there is no error. Throws UsageError. */
export function makeDirectory(volume: Volume, path: string, parents: boolean): void {
  const steps = split(path);
  for (let n = parents ? 1 : steps.length; n <= steps.length; n++)
    one(volume, `/${steps.slice(0, n).join("/")}`, parents);
  if (steps.length === 0 && !parents) throw volume.error(path, "it exists already");
}

function one(volume: Volume, path: string, parents: boolean): void {
  const { directory, name, ino } = find(volume, path, parents);
  if (ino === null) {
    const node = { mode: TYPE.directory | 0o755, uid: 0, gid: 0, time: IMAGE_TIME };
    volume.change(path, (t) => mkdir(t, directory, name, node));
  } else if (!parents) throw volume.error(path, "it exists already");
  else if (typeOf(volume, path, ino) !== TYPE.directory) throw volume.error(path, "a file is in the way");
}
