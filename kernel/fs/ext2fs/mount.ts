/**
 * Mounting and unmounting ext2, and reading what a disk says about itself.
 *
 * (1) While it is mounted for writing the disk says so; it says that it is whole only when everything is home.
 *
 * May sleep: all of it; without a process (boot, power-off) it waits for the disk instead.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { FLAGS } from "../../abi.ts";
import { flushDisk, isPending } from "../../block/request-queue.ts";
import { Errno, errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { LOG_LEVEL, log } from "../../log.ts";
import { panic } from "../../panic.ts";
import type { Process } from "../../process.ts";
import { newChannel } from "../../sleep.ts";
import { dropCleanPages } from "../../vm/drop-caches.ts";
import { dirtyIndices, objectOf } from "../../vm/page-cache.ts";
import { startPart, startWriteBack, wholeFile } from "../../vm/write-back.ts";
import { diskRow } from "../devices.ts";
import { inspect, mount as mountImage } from "../ext2/super.ts";
import type { Ext2, Refusal } from "../ext2/types.ts";
import { markMounted, markUnmounted } from "../ext2/usage.ts";
import { newWriteOrder } from "../ext2/write-order.ts";
import type { Mounted, MountRequest } from "../file-system.ts";
import { flushHostfs } from "../hostfs/hostfs.ts";
import { inodeById } from "../inode.ts";
import { newMount } from "../mounts.ts";
import { pathOrUnreachable } from "../names.ts";
import type { Inode, Mount } from "../types.ts";
import { blockPages, blockStore, NOT_HERE, retryFailed, volumeOnDisk } from "./buffers.ts";
import { awaitProgress, change } from "./change.ts";
import { forgetNodes, isUsed, nodeFor, now, shrink } from "./inodes.ts";
import { describeExt2Options, type Ext2Options, parseExt2Options } from "./options.ts";
import { flush, retryInodes, writeChangedInodes } from "./sync.ts";
import { startFreeing } from "./tasks.ts";
import { tendFiles } from "./tend.ts";
import type { Volume } from "./types.ts";
import { waitingFor } from "./waiting.ts";

const ROOT_INODE = 2;
const SUPERBLOCK_AT = 1024;
const SUPERBLOCK_SIZE = 1024;

/** What a disk's first bytes say about an ext2 file system on it. @throws Errno EIO */
export function inspectDisk(k: Kernel, p: Process | null, node: Inode) {
  const first = blockStore(k, p, objectOf(k, node), PAGE_SIZE).read(0);
  return inspect(first.subarray(SUPERBLOCK_AT, SUPERBLOCK_AT + SUPERBLOCK_SIZE), node.size);
}

/** FileSystem.mount. */
export function mount(k: Kernel, p: Process | null, request: MountRequest): Mounted {
  return p === null ? waitingFor(k, () => mountDisk(k, null, request)) : mountDisk(k, p, request);
}

function mountDisk(
  k: Kernel,
  p: Process | null,
  { device: node, source, readOnly, data, place = "/" }: MountRequest,
): Mounted {
  const disk = node?.data.kind === "device" ? node.data.backing?.disk : undefined;
  if (node === null || disk === undefined) throw errno("ENOTBLK");
  if (volumeOnDisk(k, disk) !== null) throw errno("EBUSY");
  if (node.size < 2 * SUPERBLOCK_SIZE) return refuse(k, disk, { ok: false, error: "EINVAL", message: "too small" });
  const options = readOptions(k, disk, data);
  const { ext2, why, warnings } = read(k, p, node, disk, readOnly);
  const made = newMount(k, "ext2", source, describeExt2Options(options));
  if (ext2.readOnly) made.superFlags = FLAGS.mount.MS_RDONLY;
  const v = newVolume(k, made.device, disk, node.id, ext2, options);
  k.fs.volumes.set(v.device, v);
  try {
    const root = nodeFor(k, p, v, ROOT_INODE, null);
    if (!ext2.readOnly) change(k, p, v, (t) => markMounted(t, now(k), place));
    for (const warning of warnings) log(k, LOG_LEVEL.warning, `${diskRow(disk).name}: ${warning}`);
    const how = ext2.readOnly ? `for reading${why === null ? "" : ` (${why})`}` : "for reading and writing";
    log(k, LOG_LEVEL.information, `${diskRow(disk).name}: ext2 mounted ${how}, blocks of ${ext2.blockSize} bytes`);
    return { mount: made, root };
  } catch (thrown) {
    forgetVolume(k, v);
    throw thrown;
  }
}

/** @returns the file system, and why it can only be read */
function read(
  k: Kernel,
  p: Process | null,
  node: Inode,
  disk: number,
  readOnly: boolean,
): { ext2: Ext2; why: string | null; warnings: readonly string[] } {
  const found = inspectDisk(k, p, node);
  if (!found.ok) return refuse(k, disk, found);
  const store = blockStore(k, p, objectOf(k, node), found.blockSize);
  const mounting = mountImage({ ...store, blocks: found.blocks }, { readOnly });
  if (!mounting.ok) return refuse(k, disk, mounting);
  return { ext2: mounting.fs, why: mounting.readOnly, warnings: mounting.warnings };
}

function refuse(k: Kernel, disk: number, { error, message }: Refusal): never {
  log(k, LOG_LEVEL.error, `${diskRow(disk).name}: ext2: ${message}`);
  throw errno(error);
}

/** @throws Errno EINVAL */
function readOptions(k: Kernel, disk: number, data: string, before?: Ext2Options): Ext2Options {
  const options = parseExt2Options(data, before);
  return typeof options === "string" ? refuse(k, disk, { ok: false, error: "EINVAL", message: options }) : options;
}

function newVolume(k: Kernel, device: number, disk: number, node: number, ext2: Ext2, options: Ext2Options): Volume {
  return {
    device,
    disk,
    node,
    ext2,
    options,
    dirty: new Map(),
    failed: new Map(),
    order: newWriteOrder(),
    wanted: new Set(),
    writing: new Map(),
    contents: new Map(),
    changes: 0,
    moved: 0,
    settled: -1,
    tasks: new Map(),
    waiting: new Map(),
    nextTask: 1,
    ready: [],
    nodes: new Map(),
    unused: new Set(),
    unwritten: new Set(),
    indexes: new Map(),
    channel: newChannel(k),
  };
}

/** FileSystem.unmount. */
export function unmount(k: Kernel, p: Process | null, mount: Mount): void {
  const v = k.fs.volumes.get(mount.device) ?? panic("ext2fs: what is unmounted is mounted", { device: mount.device });
  const pages = blockPages(k, v);
  if (p !== null) {
    settle(k, p, v);
    forgetVolume(k, v);
  } else {
    // Nobody would try again: it goes, whatever its disk says.
    try {
      waitingFor(k, () => settle(k, null, v));
    } finally {
      forgetVolume(k, v);
    }
  }
  // What the disk holds of files has been written past them.
  dropCleanPages(k, pages, 0, Number.POSITIVE_INFINITY);
}

/** FileSystem.remount. */
export function remount(k: Kernel, p: Process, mount: Mount, readOnly: boolean, data: string): void {
  const v = k.fs.volumes.get(mount.device)!;
  const options = readOptions(k, v.disk, data, v.options);
  if (v.ext2.readOnly !== readOnly) {
    if (readOnly) forbidWriting(k, p, v);
    else allowWriting(k, p, v, pathOrUnreachable(k, p.root, inodeById(k, mount.root)));
    const how = readOnly ? "for reading" : "for reading and writing";
    log(k, LOG_LEVEL.information, `${diskRow(v.disk).name}: ext2 mounted anew ${how}`);
  }
  v.options = options;
  mount.options = describeExt2Options(options);
}

/** @throws Errno EBUSY somebody uses what has no name any more, and would have to be freed later; EIO */
function forbidWriting(k: Kernel, p: Process, v: Volume): void {
  bringHome(k, p, v);
  for (const node of v.nodes.values()) {
    const inode = inodeById(k, node.inode);
    if (inode.nlink === 0 && isUsed(k, inode)) throw errno("EBUSY");
  }
  settle(k, p, v);
  v.ext2 = { ...v.ext2, readOnly: true };
}

function allowWriting(k: Kernel, p: Process, v: Volume, place: string): void {
  const { ext2 } = read(k, p, k.fs.inodes.get(v.node)!, v.disk, false);
  if (ext2.readOnly) throw errno("EROFS");
  const before = v.ext2;
  v.ext2 = ext2;
  try {
    change(k, p, v, (t) => markMounted(t, now(k), place));
  } catch (thrown) {
    // It may have slept: then all of this happens again.
    v.ext2 = before;
    throw thrown;
  }
}

/**
 * Brings everything home and has the disk say that it is whole.
 * @throws Errno EIO something cannot be written
 */
function settle(k: Kernel, p: Process | null, v: Volume): void {
  if (v.ext2.readOnly) return;
  // Each time: files may have been written to since the disk was said to be whole.
  bringHome(k, p, v);
  if (v.settled !== v.changes) {
    change(k, p, v, (t) => markUnmounted(t, now(k)));
    v.settled = v.changes;
  }
  awaitFlush(k, p, v);
}

/** Pages of files, inodes, blocks, and what waits for them. */
function bringHome(k: Kernel, p: Process | null, v: Volume): void {
  writeContents(k, p, v);
  if (v.contents.size > 0) pause(k, p, v);
  if (p?.call.note === 0) retryInodes(k, v);
  writeChangedInodes(k, p, v);
  // A file whose newest name went with its directory keeps that from being freed.
  shrink(k, v, 0);
  tendVolume(k, v);
  awaitFlush(k, p, v);
  if (v.tasks.size > 0) pause(k, p, v);
  if (v.unwritten.size > 0 && p !== null) throw errno("EIO");
}

/** An inode that goes lets go of its directory, which may go too then, and so on up. */
function tendVolume(k: Kernel, v: Volume): void {
  do tendFiles(k);
  while ([...k.fs.idle].some((id) => k.fs.inodes.get(id)?.device === v.device));
}

/** Starts to write the dirty pages of all files. A failure is told once. @throws Errno EIO */
function writeContents(k: Kernel, p: Process | null, v: Volume): void {
  for (const { inode } of v.nodes.values()) {
    const object = k.vm.cache.files.get(inode);
    if (object === undefined || object.dirty.size === 0) continue;
    if (object.writeFailed && p !== null) {
      object.writeFailed = false;
      throw errno("EIO");
    }
    if (!object.writeFailed)
      for (const index of dirtyIndices(object, 0, Number.POSITIVE_INFINITY))
        startWriteBack(k, object, object.pages.get(index)!);
  }
}

function awaitFlush(k: Kernel, p: Process | null, v: Volume): void {
  if (p?.call.note === 0) retryFailed(k, v);
  if (p !== null) p.call.note = 1;
  if (flush(k, v, v.changes) === "started") pause(k, p, v);
  if (v.failed.size > 0) throw errno("EIO");
}

function pause(k: Kernel, p: Process | null, v: Volume): never {
  if (p === null) throw NOT_HERE;
  return awaitProgress(k, p, v);
}

/** What the disks were given is to be safe in them. */
function flushDisks(k: Kernel): void {
  for (const { number } of k.fs.disks) {
    const request = flushDisk(k, number);
    waitingFor(k, () => {
      if (isPending(request)) throw NOT_HERE;
    });
  }
}

/** Files without a name end although somebody uses them: nobody will run any more. */
function endNameless(k: Kernel, v: Volume): void {
  if (v.tasks.size > 0) return;
  for (const node of v.nodes.values()) if (node.name === "gone") startFreeing(k, v, node);
}

/** The volume leaves memory. */
function forgetVolume(k: Kernel, v: Volume): void {
  forgetNodes(k, v);
  k.fs.volumes.delete(v.device);
}

/** What was written to disks through their nodes. @returns whether there was something */
function writeDisks(k: Kernel): boolean {
  const dirty = k.fs.disks
    .filter(({ number }) => volumeOnDisk(k, number) === null)
    .flatMap(({ node }) => k.vm.cache.files.get(node) ?? [])
    .filter((pages) => pages.dirty.size > 0);
  for (const { inode } of dirty) startPart(k, wholeFile(inode!));
  waitingFor(k, () => {
    if (dirty.some(({ writing }) => writing.size > 0)) throw NOT_HERE;
  });
  return dirty.length > 0;
}

/** Power-off: brings all disks home, as far as they can be written. */
export function unmountAll(k: Kernel): void {
  flushHostfs(k);
  const written = writeDisks(k);
  for (const v of k.fs.volumes.values()) {
    retryInodes(k, v);
    retryFailed(k, v);
    try {
      waitingFor(k, () => {
        endNameless(k, v);
        settle(k, null, v);
      });
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
      log(k, LOG_LEVEL.error, `${diskRow(v.disk).name}: not everything could be written`);
    }
  }
  if (written || k.fs.volumes.size > 0) flushDisks(k);
}
