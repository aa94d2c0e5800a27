/**
 * The parts of /proc that are the same for every process: its files, links and directories as one tree, made from the
 * tables of their contents.
 *
 *   SYSTEM_FILES ("meminfo", "sysvipc/shm")        system-files.ts
 *   SETTINGS     ("sys/vm/swappiness")             kernel/sysctl.ts
 *   SYSTEM_LINKS ("self")                          here
 *
 * (1) Every directory on the way to a file is in the tree.
 */
import { CONSTANTS } from "../../abi.ts";
import type { Kernel } from "../../kernel.ts";
import type { Process } from "../../process.ts";
import { SETTINGS, type Setting } from "../../sysctl.ts";
import { directoriesOf } from "../row-tree.ts";
import type { ByteString } from "../types.ts";
import { SYSTEM_FILES, type SystemFile } from "./system-files.ts";

const { S_IFDIR, S_IFREG, S_IFLNK } = CONSTANTS.fileType;
const SETTINGS_FOLDER = "sys/";

/** Where links of /proc itself lead for the process that looks. */
const SYSTEM_LINKS: Readonly<Record<string, (p: Process) => ByteString>> = {
  mounts: () => "self/mounts",
  self: (p) => String(p.pid),
};

function fromSetting({ mode, read, write }: Setting): SystemFile {
  return {
    mode,
    ...(read && { text: (k: Kernel) => `${read(k)}\n` }),
    ...(write && { write }),
  };
}

/** What a path below /proc is. */
export type SystemNode =
  | { readonly kind: "directory"; readonly names: readonly string[] }
  | { readonly kind: "link"; readonly lead: (p: Process) => ByteString }
  | { readonly kind: "file"; readonly file: SystemFile };

function makeTree(): ReadonlyMap<string, SystemNode> {
  const leaves: [string, SystemNode][] = [
    ...Object.entries(SYSTEM_FILES).map(([path, file]): [string, SystemNode] => [path, { kind: "file", file }]),
    ...Object.entries(SYSTEM_LINKS).map(([path, lead]): [string, SystemNode] => [path, { kind: "link", lead }]),
    ...Object.entries(SETTINGS).map(([path, row]): [string, SystemNode] => [
      SETTINGS_FOLDER + path,
      { kind: "file", file: fromSetting(row) },
    ]),
  ];
  const directories = [...directoriesOf(leaves.map(([path]) => path))].map(([path, names]): [string, SystemNode] => [
    path,
    { kind: "directory", names },
  ]);
  return new Map([...directories, ...leaves]);
}

/** By path without a slash in front; "" is /proc itself. */
export const SYSTEM_TREE = makeTree();

const NUMBERS = new Map([...SYSTEM_TREE.keys()].map((path, i) => [path, i + 1]));

/** Inode number: 1 for /proc. */
export function systemNumber(path: string): number {
  return NUMBERS.get(path) ?? 0;
}

/** Whether a path is that of a setting, or of a directory of them. */
export function isSetting(path: string): boolean {
  return path.startsWith(SETTINGS_FOLDER);
}

/** st_mode. */
export function systemMode(node: SystemNode): number {
  if (node.kind === "directory") return S_IFDIR | 0o555;
  return node.kind === "link" ? S_IFLNK | 0o777 : S_IFREG | node.file.mode;
}
