/** Files that a run of the guest is to find in its root file system: `--put`, and the program of `quire run`. */
import { writeData } from "../../kernel/fs/ext2/data.ts";
import { TYPE } from "../../kernel/fs/ext2/layout.ts";
import { create } from "../../kernel/fs/ext2/operations.ts";
import { unlink } from "../../kernel/fs/ext2/removal.ts";
import type { GuestFile } from "../guest-file.ts";
import { IMAGE_TIME } from "../image-time.ts";
import { CHUNK } from "./image-file.ts";
import { fromArgument } from "./names.ts";
import { find, typeOf } from "./paths.ts";
import { makeDirectory } from "./remove.ts";
import type { Volume } from "./volume.ts";

/** Puts files into a file system, and the folders that they lie in. What has their names goes. Throws UsageError, NoSpace */
export function installFiles(volume: Volume, files: readonly GuestFile[]): void {
  for (const { path, data, mode } of files) {
    const bytes = fromArgument(path);
    makeDirectory(volume, bytes.slice(0, bytes.lastIndexOf("/")), true);
    install(volume, bytes, data, mode);
  }
}

function install(volume: Volume, path: string, data: Uint8Array, mode: number): void {
  const { directory, name, ino } = find(volume, path, true);
  if (name === "" || (ino !== null && typeOf(volume, path, ino) === TYPE.directory))
    throw volume.error(path, "a directory is in the way of the file that is to go there");
  if (ino !== null) volume.remove(path, (t) => unlink(t, directory, name, IMAGE_TIME));
  const made = volume.change(path, (t) =>
    create(t, directory, name, { mode, uid: 0, gid: 0, major: 0, minor: 0, time: IMAGE_TIME }),
  );
  for (let at = 0; at < data.length; at += CHUNK)
    volume.change(path, (t) => writeData(t, made, at, data.subarray(at, at + CHUNK), IMAGE_TIME));
}
