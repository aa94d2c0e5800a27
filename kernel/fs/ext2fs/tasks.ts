/**
 * What must wait for the disk: freeing inodes and blocks, in steps, each when what came before it is on the disk. The rules
 * are ext2/README.md's ("Order of writes", rule 4); types.ts lists the kinds.
 *
 *   last name gone ──on disk──► unused? ── yes ─► free ──► release blocks when the inode is on the disk
 *                                  └ no: an orphan, freed when its last user has gone
 *
 * (1) A task that cannot go on now stays `ready`, and is tried again when the disk has done something.
 * (2) One that the disk's contents make impossible (EIO, damage) is given up with a message: room is lost, nothing else. The
 *     disk is not said to be whole when it is unmounted then: e2fsck finds the room again.
 */
import { WORK } from "../../due-work.ts";
import { Errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { LOG_LEVEL, log } from "../../log.ts";
import { wakeup } from "../../sleep.ts";
import { dropCachedPages } from "../../vm/page-cache.ts";
import { diskRow } from "../devices.ts";
import { releaseBlocks } from "../ext2/block-allocation.ts";
import { freeInode, orphan } from "../ext2/removal.ts";
import { truncate } from "../ext2/truncate.ts";
import type { BlockRun, Cut } from "../ext2/types.ts";
import { inodeById } from "../inode.ts";
import { doLater, NOT_HERE } from "./buffers.ts";
import { type Changed, change } from "./change.ts";
import { forgetNode, isUsed, now } from "./inodes.ts";
import type { Node, Task, Volume } from "./types.ts";

/** Does every task that can be done now. */
export function runTasks(k: Kernel, v: Volume): void {
  const stuck: number[] = [];
  for (let number = v.ready.shift(); number !== undefined; number = v.ready.shift()) {
    const { task } = v.tasks.get(number)!;
    const done = attempt(k, v, task, () => runTask(k, v, task));
    if (!done) stuck.push(number);
    else {
      v.tasks.delete(number);
      wakeup(k, v.channel);
    }
  }
  v.ready.push(...stuck);
}

/** Invariants (1) and (2). */
function attempt(k: Kernel, v: Volume, task: Task, work: () => boolean): boolean {
  try {
    return work();
  } catch (thrown) {
    if (thrown === NOT_HERE) return false;
    if (!(thrown instanceof Errno)) throw thrown;
    if (thrown.name === "ENOMEM") {
      // Memory comes back without the disk.
      k.due.work |= WORK.volumes;
      return false;
    }
    const what = task.kind === "release" ? "blocks" : `inode ${task.ino}`;
    log(
      k,
      LOG_LEVEL.error,
      `${diskRow(v.disk).name}: ${what} cannot be freed (${thrown.name}): the file system is damaged`,
    );
    if (task.kind === "cut") endCutting(k, v, task.ino);
    v.ext2 = { ...v.ext2, clean: false };
    return true;
  }
}

/** @returns false: not now */
function runTask(k: Kernel, v: Volume, task: Task): boolean {
  switch (task.kind) {
    case "nameless":
      return nameIsGone(k, v, v.nodes.get(task.ino)!);
    case "cut":
      cutFurther(k, v, task.ino, task.size);
      return true;
    case "free":
      free(k, v, task.ino);
      return true;
    case "release":
      return release(k, v, task.runs);
  }
}

function nameIsGone(k: Kernel, v: Volume, node: Node): boolean {
  if (isUsed(k, inodeById(k, node.inode))) change(k, null, v, (t) => orphan(t, node.ino));
  node.name = "gone";
  freeIfUnused(k, v, node);
  return true;
}

/** An inode whose name is gone for good goes with its last user. */
export function freeIfUnused(k: Kernel, v: Volume, node: Node): void {
  if (node.name === "gone" && !isUsed(k, inodeById(k, node.inode))) startFreeing(k, v, node);
}

/** The inode goes, its pages at once. */
export function startFreeing(k: Kernel, v: Volume, node: Node): void {
  const inode = inodeById(k, node.inode);
  node.name = "freeing";
  k.fs.changed.delete(inode.id);
  dropCachedPages(k, inode, 0);
  doLater(k, v, [], { kind: "free", ino: node.ino });
}

function free(k: Kernel, v: Volume, ino: number): void {
  const { done } = releaseCut(
    k,
    v,
    change(k, null, v, (t) => freeInode(t, ino, now(k))),
  );
  const node = v.nodes.get(ino)!;
  // At power-off it may have users, who will never run again.
  if (done && !isUsed(k, inodeById(k, node.inode))) forgetNode(k, v, node);
  if (!done) doLater(k, v, [], { kind: "free", ino });
}

/** What a step has cut off is free when the step is on the disk. */
function releaseCut(k: Kernel, v: Volume, { result, blocks }: Changed<Cut>): Cut {
  if (result.released.length > 0) doLater(k, v, blocks, { kind: "release", runs: result.released });
  return result;
}

/** Cuts a regular file, here as far as one step goes. */
export function cut(k: Kernel, v: Volume, node: Node, size: number, changed: Changed<Cut>): void {
  const { done } = releaseCut(k, v, changed);
  node.size = size;
  node.cutting = !done;
  if (!done) doLater(k, v, [], { kind: "cut", ino: node.ino, size });
}

function cutFurther(k: Kernel, v: Volume, ino: number, size: number): void {
  const node = v.nodes.get(ino);
  if (node === undefined || node.name === "freeing") return;
  cut(
    k,
    v,
    node,
    size,
    change(k, null, v, (t) => truncate(t, ino, size, now(k))),
  );
}

function endCutting(k: Kernel, v: Volume, ino: number): void {
  const node = v.nodes.get(ino);
  if (node !== undefined) node.cutting = false;
  wakeup(k, v.channel);
}

/** Blocks are free when no write of their old contents is under way any more. */
function release(k: Kernel, v: Volume, runs: readonly BlockRun[]): boolean {
  if (runs.some((run) => isUnderWay(v, run))) return false;
  change(k, null, v, (t) => releaseBlocks(t, runs));
  return true;
}

function isUnderWay({ contents, ext2 }: Volume, { block, count }: BlockRun): boolean {
  const from = block * ext2.blockSize;
  const to = from + count * ext2.blockSize;
  for (const place of contents.values())
    if (place.some(({ position, length }) => position < to && position + length > from)) return true;
  return false;
}
