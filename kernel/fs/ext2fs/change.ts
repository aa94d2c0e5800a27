/**
 * Changes of a mounted ext2 file system: an operation of ../ext2/ as a transaction upon the buffer cache.
 *
 * (1) A change happens whole, at once, when everything for it is in memory; before that it may sleep, and has changed nothing.
 * (2) What would put blocks into a circle of waiting writes what is dirty first.
 * (3) ENOSPC is the answer only when nothing waits to become free.
 * (4) A change of what was about to be unmounted takes back that the disk is whole: somebody was quicker.
 *
 * May sleep: change. Without a process it throws NOT_HERE instead.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { Errno, errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import type { Process } from "../../process.ts";
import { sleep } from "../../sleep.ts";
import { FRAME } from "../../vm/frames.ts";
import { cachedPageForOverwrite, findPage } from "../../vm/page-cache.ts";
import { transferChannel } from "../../vm/swap-transfer.ts";
import type { PageObject } from "../../vm/types.ts";
import { COUNTED, Transaction, view } from "../ext2/transaction.ts";
import type { View } from "../ext2/types.ts";
import { markInUse } from "../ext2/usage.ts";
import { closesCircle } from "../ext2/write-order.ts";
import { isInGroup } from "../permissions.ts";
import {
  blockPages,
  blockStore,
  forgetBlocks,
  NOT_HERE,
  orderBlocks,
  putBlock,
  wantAll,
  wantBlocks,
} from "./buffers.ts";
import { nameIndex, noteName } from "./name-index.ts";
import type { Volume } from "./types.ts";

/** A change that has happened. */
export interface Changed<T> {
  readonly result: T;
  /** Blocks that it changed and that must be on the disk before what depends on it; not those that e2fsck counts anew. */
  readonly blocks: readonly number[];
}

/** The volume for looking at. @param ahead as blockStore has it */
export function viewFor(k: Kernel, p: Process | null, v: Volume, ahead = false): View {
  return view(v.ext2, blockStore(k, p, blockPages(k, v), v.ext2.blockSize, ahead), nameIndex(v));
}

/**
 * Runs an operation and commits what it changed.
 * @param p who pays with sleep, and whose right to the reserved blocks counts; null: the kernel
 * @throws Errno what the operation throws; EROFS, EIO, ENOMEM
 */
export function change<T>(k: Kernel, p: Process | null, v: Volume, operation: (t: Transaction) => T): Changed<T> {
  const store = blockStore(k, p, blockPages(k, v), v.ext2.blockSize);
  const t = new Transaction(v.ext2, store, mayUseReserve(p, v), nameIndex(v));
  const result = run(k, p, v, t, operation);
  if (!t.changed) return { result, blocks: [] };
  if (v.settled === v.changes) markInUse(t);
  if (closesCircle(v.order, t.orders)) awaitWrites(k, p, v, "EIO");
  const frames = new Map<number, number>();
  for (const { block, fresh } of t.blocks()) frames.set(block, pageForChange(k, p, v, block, fresh));
  v.changes++;
  const blocks: number[] = [];
  const awaited: number[] = [];
  t.commit({
    write(block, bytes, kind) {
      putBlock(k, v, block, bytes, kind, frames.get(block)!);
      if (!COUNTED.includes(kind)) blocks.push(block);
    },
    order(order) {
      if (orderBlocks(v, order) && v.wanted.has(order.then)) awaited.push(order.first);
    },
    named: (directory, name, at) => noteName(v, directory, name, at),
    forget: (run) => forgetBlocks(k, v, run),
  });
  wantBlocks(k, v, awaited);
  return { result, blocks };
}

function mayUseReserve(p: Process | null, { ext2, options }: Volume): boolean {
  const [owner, group] = [options.resuid ?? ext2.reservedUid, options.resgid ?? ext2.reservedGid];
  if (p === null || p.credentials.euid === 0 || p.credentials.euid === owner) return true;
  const { euid: uid, egid: gid, groups } = p.credentials;
  return group !== 0 && isInGroup({ uid, gid, groups }, group);
}

/** Invariant (3). */
function run<T>(k: Kernel, p: Process | null, v: Volume, t: Transaction, operation: (t: Transaction) => T): T {
  try {
    return operation(t);
  } catch (thrown) {
    if (thrown instanceof Errno && thrown.name === "ENOSPC" && v.tasks.size > 0) awaitWrites(k, p, v, "ENOSPC");
    throw thrown;
  }
}

/** Has all that is dirty written and waits for some of it. @throws Errno `failure` when nothing can be written any more */
export function awaitWrites(k: Kernel, p: Process | null, v: Volume, failure: "EIO" | "ENOSPC"): never {
  wantAll(k, v);
  if (v.writing.size === 0 && v.ready.length === 0) throw errno(failure);
  return awaitProgress(k, p, v);
}

/** Waits until something has been written or done. */
export function awaitProgress(k: Kernel, p: Process | null, v: Volume): never {
  if (p === null) throw NOT_HERE;
  return sleep(k, p, v.channel, { uninterruptible: true });
}

/** The frame of a block's page, in the cache and not under way. @param fresh what the disk has there need not be read */
function pageForChange(k: Kernel, p: Process | null, v: Volume, block: number, fresh: boolean): number {
  const pages = blockPages(k, v);
  const index = Math.floor((block * v.ext2.blockSize) / PAGE_SIZE);
  const whole = fresh && v.ext2.blockSize === PAGE_SIZE && !pages.pages.has(index);
  const frame = whole ? freshPage(k, p, pages, index) : loadedPage(k, p, v, pages, block, index);
  const i = frame - k.vm.frames.first;
  if ((k.vm.frames.flags[i] & FRAME.writing) === 0) return frame;
  if (p === null) throw NOT_HERE;
  return sleep(k, p, transferChannel(i), { uninterruptible: true });
}

function freshPage(k: Kernel, p: Process | null, pages: PageObject, index: number): number {
  return cachedPageForOverwrite(k, p, pages.inode!, index);
}

function loadedPage(k: Kernel, p: Process | null, v: Volume, pages: PageObject, block: number, index: number): number {
  blockStore(k, p, pages, v.ext2.blockSize).read(block);
  return findPage(k, pages, index);
}
