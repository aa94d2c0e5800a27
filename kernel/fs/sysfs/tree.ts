/**
 * What is below /sys: the rows of every subsystem, each in a file of its own, and the directories on the way to them.
 *
 * To add a file: a row in the rows-*.ts of its subsystem. To add a subsystem: its file of rows, and a line here.
 */
import { panic } from "../../panic.ts";
import { directoriesOf } from "../row-tree.ts";
import type { Attribute, Attributes } from "./attribute.ts";
import { CPU_DIRECTORIES, CPU_ROWS } from "./rows-cpu.ts";
import { HUGE_POOL_ROWS } from "./rows-huge-pool.ts";
import { MERGE_ROWS } from "./rows-merge.ts";
import { TRANSPARENT_HUGE_ROWS } from "./rows-transparent-huge.ts";

const ROWS: Attributes = {
  ...CPU_ROWS,
  ...HUGE_POOL_ROWS,
  ...MERGE_ROWS,
  ...TRANSPARENT_HUGE_ROWS,
};

/** Directories that are there without a file in them. */
const EMPTY = [...CPU_DIRECTORIES, "kernel/mm"];

/** What a path below /sys is. */
export type SysNode =
  | { readonly kind: "directory"; readonly names: readonly string[] }
  | { readonly kind: "file"; readonly file: Attribute };

const NODES: ReadonlyMap<string, SysNode> = new Map([
  ...[...directoriesOf(Object.keys(ROWS), EMPTY)].map(([path, names]): [string, SysNode] => [
    path,
    { kind: "directory", names },
  ]),
  ...Object.entries(ROWS).map(([path, file]): [string, SysNode] => [path, { kind: "file", file }]),
]);

const NUMBERS = new Map([...NODES.keys()].map((path, i) => [path, i + 1]));

/** By path without a slash in front, "" being /sys itself; null: there is nothing such. */
export function findNode(path: string): SysNode | null {
  return NODES.get(path) ?? null;
}

/** The node that an inode of sysfs shows. */
export function nodeAt(path: string): SysNode {
  return NODES.get(path) ?? panic("an inode of sysfs shows what there is", { path });
}

/** Inode number: 1 for /sys. */
export function numberAt(path: string): number {
  return NUMBERS.get(path) ?? panic("an inode of sysfs shows what there is", { path });
}
