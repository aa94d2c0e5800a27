/**
 * The buffer cache: blocks of metadata, in pages of the disk's node. Which are dirty, which may be written when, and what
 * happens when one is on the disk. Changes come from change.ts alone.
 *
 *   change ──► dirty ──wanted, and waits for no other──► writing ──► on the disk: what waited for it goes on
 *                ▲                                          └─ failed ──► failed, until somebody asks for it to be tried again
 *                └──────────────── changed again ◄──────────────┘
 *
 * (1) A block that is being written is not changed: a change waits until it has been. So what reaches the disk is what the
 *     order of writes knows of it.
 * (2) `dirty` is in the order in which blocks became dirty, so that its first one is the oldest.
 * (3) A page with a dirty or failed block is dirty; of a mounted disk's pages nothing else is ever written.
 * (4) `wanted` blocks are dirty, and whatever must be on the disk before them is wanted too.
 *
 * May sleep: reading a block for a process.
 */

import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { transferPage } from "../../block/page-transfer.ts";
import { WORK } from "../../due-work.ts";
import { Errno, errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { LOG_LEVEL, log } from "../../log.ts";
import type { Process } from "../../process.ts";
import { wakeup } from "../../sleep.ts";
import { rememberDirty } from "../../vm/dirty.ts";
import { FRAME, NO_FRAME } from "../../vm/frames.ts";
import { findPage, isPageDirty, markPageDirty, objectOf, objectPage, startReadingPage } from "../../vm/page-cache.ts";
import { noteUse } from "../../vm/replacement.ts";
import type { PageObject } from "../../vm/types.ts";
import { startWriteBack } from "../../vm/write-back.ts";
import { diskRow } from "../devices.ts";
import type { BlockKind, BlockRun, BlockStore, Order } from "../ext2/types.ts";
import { blocksBefore, isReady, wait, written } from "../ext2/write-order.ts";
import { inodeById } from "../inode.ts";
import type { PageAnswer, Segment } from "../page-source.ts";
import type { Task, Volume } from "./types.ts";

/** Thrown for nobody's sake: a block must be read, or written, first. Whoever works in the background tries again later. */
export const NOT_HERE = Object.freeze({ thrown: "not here" });

/** The pages that hold the volume's blocks. */
export function blockPages(k: Kernel, v: Volume): PageObject {
  return objectOf(k, inodeById(k, v.node));
}

const pageOf = (v: Volume, block: number) => Math.floor((block * v.ext2.blockSize) / PAGE_SIZE);

/** The mounted volume of a disk; null: it is not mounted. */
export function volumeOnDisk(k: Kernel, disk: number): Volume | null {
  for (const v of k.fs.volumes.values()) if (v.disk === disk) return v;
  return null;
}

/**
 * The blocks of a disk's node, for `p`: it sleeps while one is read. Without a process NOT_HERE is thrown instead.
 * @param ahead of somebody who will ask himself: a failure is left for him to be told
 * @throws Errno EIO, ENOMEM
 */
export function blockStore(
  k: Kernel,
  p: Process | null,
  pages: PageObject,
  blockSize: number,
  ahead = false,
): BlockStore {
  const blocks = Math.floor(pages.inode!.size / blockSize);
  const read = (block: number): Uint8Array => {
    const position = block * blockSize;
    const frame = readablePage(k, p, pages, Math.floor(position / PAGE_SIZE), ahead);
    noteUse(k, frame);
    return k.machine.ram.frame(frame).subarray(position % PAGE_SIZE, (position % PAGE_SIZE) + blockSize);
  };
  return { blockSize, blocks, read };
}

function readablePage(k: Kernel, p: Process | null, pages: PageObject, index: number, ahead: boolean): number {
  const here = findPage(k, pages, index);
  if (here !== NO_FRAME) return here;
  if (p !== null) return objectPage(k, p, pages, index);
  const frame = pages.pages.get(index);
  if (frame === undefined) startReadingPage(k, pages, index);
  // Whoever asks is told, and the page can be tried again.
  else if (!ahead && k.vm.frames.flags[frame - k.vm.frames.first] & FRAME.failed) throw takeFailure(k, pages, index);
  throw NOT_HERE;
}

/** Drops a page that could not be read. */
function takeFailure(k: Kernel, pages: PageObject, index: number): Errno {
  try {
    // With the failure known it does not sleep.
    objectPage(k, k.processes.get(1)!, pages, index);
  } catch (thrown) {
    if (thrown instanceof Errno) return thrown;
    throw thrown;
  }
  return errno("EIO");
}

/** Takes a block's new contents. @param frame of its page, which is in the cache and not under way */
export function putBlock(k: Kernel, v: Volume, block: number, bytes: Uint8Array, kind: BlockKind, frame: number): void {
  const at = (block * v.ext2.blockSize) % PAGE_SIZE;
  k.machine.ram.frame(frame).set(bytes, at);
  k.machine.ram.wrote((frame - k.vm.frames.first) * PAGE_SIZE + at, bytes.length);
  v.failed.delete(block);
  v.dirty.set(block, { kind, since: v.dirty.get(block)?.since ?? v.changes, writing: false });
  markPageDirty(k, frame);
  lookAgain(k, v);
}

/** The flusher is to look, also where a block could not be written and it has stopped. */
function lookAgain(k: Kernel, v: Volume): void {
  const pages = blockPages(k, v);
  pages.writeFailed = false;
  rememberDirty(k, pages.id);
}

/** Enters an order of two dirty blocks. @returns false: it would close a circle, and was left out */
export function orderBlocks(v: Volume, order: Order): boolean {
  return wait(v.order, order);
}

/** Blocks are free, or some file's contents from now on: what is here of them is void. */
export function forgetBlocks(k: Kernel, v: Volume, run: BlockRun): void {
  for (let block = run.block; block < run.block + run.count; block++) {
    v.failed.delete(block);
    if (v.dirty.delete(block)) settle(k, v, block);
  }
}

/** A block is on the disk, or void. */
function settle(k: Kernel, v: Volume, block: number): number[] {
  v.wanted.delete(block);
  for (const number of v.waiting.get(block) ?? []) {
    const { blocks } = v.tasks.get(number)!;
    blocks.delete(block);
    if (blocks.size === 0) v.ready.push(number);
  }
  v.waiting.delete(block);
  if (v.ready.length > 0) k.due.work |= WORK.volumes;
  return written(v.order, block);
}

/** Has a task done when these blocks, as they are now, are on the disk. */
export function doLater(k: Kernel, v: Volume, blocks: readonly number[], task: Task): void {
  const number = v.nextTask++;
  const missing = new Set(blocks.filter((block) => v.dirty.has(block) || v.failed.has(block)));
  v.tasks.set(number, { blocks: missing, task });
  for (const block of missing) {
    const tasks = v.waiting.get(block);
    if (tasks === undefined) v.waiting.set(block, new Set([number]));
    else tasks.add(number);
  }
  if (missing.size > 0) return;
  v.ready.push(number);
  k.due.work |= WORK.volumes;
}

/** Number of the change since which the oldest dirty block is dirty; Infinity: none is. */
export function oldestDirty(v: Volume): number {
  for (const { since } of v.dirty.values()) return since;
  return Number.POSITIVE_INFINITY;
}

/** Has these blocks written as soon as the order allows it. */
export function wantBlocks(k: Kernel, v: Volume, blocks: Iterable<number>): void {
  const wanted: number[] = [];
  for (const block of blocks)
    if (!v.wanted.has(block)) for (const one of blocksBefore(v.order, block)) if (want(v, one)) wanted.push(one);
  startBlocks(k, v, wanted);
}

function want(v: Volume, block: number): boolean {
  const entry = v.dirty.get(block);
  if (entry === undefined || entry.writing || v.wanted.has(block)) return false;
  v.wanted.add(block);
  return true;
}

/** All that is dirty. */
export function wantAll(k: Kernel, v: Volume): void {
  wantBlocks(k, v, [...v.dirty.keys()]);
}

/** Starts to write those that are wanted and may be written. */
function startBlocks(k: Kernel, v: Volume, blocks: readonly number[]): void {
  const pages = blockPages(k, v);
  for (const block of blocks) {
    if (!v.wanted.has(block) || !isReady(v.order, block)) continue;
    const frame = pages.pages.get(pageOf(v, block));
    if (frame !== undefined) startWriteBack(k, pages, frame);
  }
}

/** Dirty blocks of a page, those that failed too. */
function dirtyBlocksIn(v: Volume, index: number): number[] {
  const perPage = PAGE_SIZE / v.ext2.blockSize;
  const found: number[] = [];
  for (let block = index * perPage; block < (index + 1) * perPage; block++)
    if (v.dirty.has(block) || v.failed.has(block)) found.push(block);
  return found;
}

/** The PageSource's writePage for a mounted disk: what of the page may be written is. */
export function writeBlocks(k: Kernel, v: Volume, index: number, frame: number): PageAnswer {
  const { blockSize } = v.ext2;
  const dirty = dirtyBlocksIn(v, index);
  const ready = dirty.filter((block) => v.dirty.has(block) && isReady(v.order, block));
  if (ready.length === 0) {
    wantBlocks(k, v, dirty);
    return dirty.length === 0 ? "done" : "kept";
  }
  for (const block of ready) v.dirty.get(block)!.writing = true;
  for (const block of ready) v.wanted.delete(block);
  v.writing.set(frame, ready);
  transferPage(k, frame, segmentsOf(v.disk, ready, blockSize), "write");
  return "started";
}

function segmentsOf(disk: number, blocks: readonly number[], blockSize: number): Segment[] {
  const found: { disk: number; position: number; length: number; offset: number }[] = [];
  for (const block of blocks) {
    const position = block * blockSize;
    const last = found.at(-1);
    if (last !== undefined && last.position + last.length === position) last.length += blockSize;
    else found.push({ disk, position, length: blockSize, offset: position % PAGE_SIZE });
  }
  return found;
}

/** A page of a mounted disk was read, or what of it was under way has arrived there, or has not. */
export function volumePageArrived(k: Kernel, v: Volume, frame: number, ok: boolean): void {
  k.due.work |= WORK.volumes;
  if (v.contents.delete(frame)) {
    if (v.contents.size === 0) wakeup(k, v.channel);
    return;
  }
  const blocks = v.writing.get(frame);
  if (blocks === undefined) return;
  v.writing.delete(frame);
  const pages = blockPages(k, v);
  const oldest = oldestDirty(v);
  const next: number[] = [];
  for (const block of blocks) {
    const entry = v.dirty.get(block);
    if (entry?.writing !== true) continue;
    v.dirty.delete(block);
    if (ok) next.push(...settle(k, v, block));
    else fail(k, v, block, entry.kind);
  }
  const left = dirtyBlocksIn(v, k.vm.frames.position[frame - k.vm.frames.first]);
  if (left.length > 0 && !isPageDirty(k, frame)) markPageDirty(k, frame);
  startBlocks(k, v, [...next, ...left]);
  // Each block's failure is kept by itself; the flusher stops looking when it is all that is left.
  pages.writeFailed = v.failed.size > 0 && v.writing.size === 0;
  if (v.writing.size === 0 || oldestDirty(v) !== oldest) wakeup(k, v.channel);
}

function fail(k: Kernel, v: Volume, block: number, kind: BlockKind): void {
  v.failed.set(block, { kind, since: v.changes, writing: false });
  log(k, LOG_LEVEL.error, `${diskRow(v.disk).name}: block ${block} (${kind}) could not be written`);
}

/** Blocks that could not be written are dirty again, to be tried once more. */
export function retryFailed(k: Kernel, v: Volume): void {
  if (v.failed.size > 0) lookAgain(k, v);
  for (const [block, entry] of v.failed) v.dirty.set(block, { ...entry, since: v.changes });
  v.failed.clear();
}
