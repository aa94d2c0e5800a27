/**
 * PAGE_SOURCES: where the pages of files come from and go to, a row a file system. boot.ts wires it to `k.pageSources`.
 *
 * A row's readPage and writePage only start transfers; when the last one of a page has ended,
 * drivers/interrupt-controller.ts tells the page cache.
 */

import { PAGE_SIZE } from "../../cpu/paging.ts";
import { transferPage } from "../block/page-transfer.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { backedBytes, backingOf } from "./backing.ts";
import { volumeOnDisk, writeBlocks } from "./ext2fs/buffers.ts";
import { ext2Pages } from "./ext2fs/contents.ts";
import { hostPages } from "./hostfs/content.ts";
import type { PageAnswer, PagePlace, PageSource, PageSources } from "./page-source.ts";
import type { Inode } from "./types.ts";

/** Of a file that lies on a disk as one piece, or nowhere. */
function locateBacked(_k: Kernel, _p: Process | null, inode: Inode, index: number): PagePlace {
  const length = backedBytes(inode, index);
  if (length === 0) return [];
  const { disk, position } = backingOf(inode)!;
  return [{ disk, position: position + index * PAGE_SIZE, length, offset: 0 }];
}

function readPlaced(k: Kernel, _inode: Inode, _index: number, frame: number, place: PagePlace): PageAnswer {
  transferPage(k, frame, place, "read");
  return "started";
}

/** Of a mounted disk only blocks of metadata are written, in their order. */
function writeBacked(k: Kernel, inode: Inode, index: number, frame: number): PageAnswer {
  const mounted = volumeOnDisk(k, backingOf(inode)!.disk);
  if (mounted !== null) return writeBlocks(k, mounted, index, frame);
  transferPage(k, frame, locateBacked(k, null, inode, index), "write");
  return "started";
}

const memory: PageSource<Kernel, Process> = { locate: locateBacked, readPage: readPlaced };

export const PAGE_SOURCES: PageSources<Kernel, Process> = {
  tmpfs: memory,
  /** Block devices: the disk itself. */
  devfs: { ...memory, writePage: writeBacked },
  procfs: memory,
  sysfs: memory,
  hugetlbfs: memory,
  pipefs: memory,
  ext2: ext2Pages,
  hostfs: hostPages,
};
