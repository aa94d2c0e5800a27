/** A count of all frames by what they are used for: what meminfo and vmstat show and nobody keeps. */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { backedBytes } from "../fs/backing.ts";
import { hasHome } from "../fs/traits.ts";
import type { Kernel } from "../kernel.ts";
import { vmaList } from "./address-space.ts";
import { FRAME, isListed, OWNER } from "./frames.ts";
import { isZeroFrame } from "./huge-page.ts";
import { forEachPte, frameUnder } from "./page-table.ts";
import { isResident } from "./pte.ts";
import { VMA } from "./vma.ts";

/** Frames. */
export interface FrameCensus {
  /** Private pages that processes map. */
  readonly anonymous: number;
  /** Pages of files and shared memory that somebody maps, each once. */
  readonly mapped: number;
  readonly tables: number;
  readonly writing: number;
  /** Of block devices. */
  readonly buffers: number;
  /** Clean pages of files that can be read again. */
  readonly reclaimableFile: number;
  /** In a mapping that mlock keeps. */
  readonly locked: number;
}

export function takeCensus(k: Kernel): FrameCensus {
  const { owner, mappings, block, flags, count } = k.vm.frames;
  const census = { anonymous: 0, mapped: 0, tables: 0, writing: 0 };
  for (let index = 0; index < count; index++) {
    const kind = owner[index];
    if (kind === OWNER.table) census.tables++;
    if (kind === OWNER.segment) census.anonymous++;
    if (!isListed(kind)) continue;
    if (mappings[index] !== 0 || block[index] !== 0) census[kind === OWNER.anonymous ? "anonymous" : "mapped"]++;
    if (flags[index] & FRAME.writing) census.writing++;
  }
  return { ...census, ...countCached(k), locked: countLocked(k) };
}

function countCached(k: Kernel): Pick<FrameCensus, "buffers" | "reclaimableFile"> {
  let reclaimableFile = 0;
  for (const { inode, pages } of k.vm.cache.files.values()) {
    if (inode === null) continue;
    for (const [index, frame] of pages)
      if (
        (hasHome(inode) || backedBytes(inode, index) > 0) &&
        !(k.vm.frames.flags[frame - k.vm.frames.first] & FRAME.dirty)
      )
        reclaimableFile++;
  }
  return { buffers: bufferPages(k), reclaimableFile };
}

/** Cached pages of block devices. */
export function bufferPages(k: Kernel): number {
  let buffers = 0;
  for (const { inode, pages } of k.vm.cache.files.values())
    if (inode !== null && inode.data.kind === "device") buffers += pages.size;
  return buffers;
}

/** Each frame once, however many locked mappings show it. */
function countLocked(k: Kernel): number {
  const locked = new Set<number>();
  for (const s of k.vm.spaces.values()) {
    if (s.counts.locked === 0) continue;
    for (const v of vmaList(s)) {
      if (!(v.flags & VMA.locked)) continue;
      forEachPte(k, s, v.start / PAGE_SIZE, v.end / PAGE_SIZE, (at, page, pages) => {
        if (!isResident(k.machine.ram.u32[at])) return true;
        const frame = frameUnder(k, at, page);
        if (!isZeroFrame(k, frame)) for (let i = 0; i < pages; i++) locked.add(frame + i);
        return true;
      });
    }
  }
  return locked.size;
}
