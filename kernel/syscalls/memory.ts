/** System calls about memory: mmap, munmap, mprotect, brk, msync. Arguments are judged here in Linux's order; vm/ does the work. */

import { PAGE_SIZE } from "../../cpu/paging.ts";
import { FLAGS } from "../abi.ts";
import { errno } from "../errno.ts";
import { fileOf, isReadable, isWritable } from "../fs/descriptors.ts";
import { forbidsPrograms } from "../fs/mount-flags.ts";
import type { FileKind, OpenFile } from "../fs/types.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import type { Handlers } from "../syscall-table.ts";
import { hugeAlign, mappableSize } from "../vm/hugetlb/sizes.ts";
import { checkNewLocks } from "../vm/lock-limit.ts";
import { changeThenPopulate, populate } from "../vm/populate.ts";
import {
  impliedProt,
  MAP_ANONYMOUS,
  MAP_FIXED_NOREPLACE,
  MAP_GROWSDOWN,
  MAP_HUGETLB,
  MAP_LOCKED,
  MAP_NONBLOCK,
  MAP_POPULATE,
  MAP_PRIVATE,
  MAP_SHARED,
  MAP_SHARED_VALIDATE,
  MAP_SYNC,
  MAP_TYPE,
  PROT_EXEC,
  PROT_WRITE,
} from "../vm/prot.ts";
import type { MapRequest } from "../vm/requests.ts";
import { needPages } from "../vm/shape.ts";
import { isSwapFile } from "../vm/swap-file.ts";
import { syncRange } from "../vm/sync.ts";
import type { AddressSpace } from "../vm/types.ts";
import { pageAlign } from "../vm/vma.ts";

/** Where MAP_HUGETLB says a size: six bits. */
const HUGE_SHIFT = 26;

/** Bits that MAP_SHARED_VALIDATE accepts: all old ones, and sizes of huge pages. */
const HUGE_SIZES = 0x3f << HUGE_SHIFT;
const VALIDATED =
  (Object.values(FLAGS.map).reduce((all: number, bit) => all | bit, HUGE_SIZES) & ~(MAP_SYNC | MAP_FIXED_NOREPLACE)) >>>
  0;

/** Lengths are 64 bits. */
const WRAP = 2 ** 64;

/** A file mapping ends below this: off_t is signed. */
const MAX_OFFSET = 2 ** 63;

/** How a mapping of each kind of file behaves; absent: ENODEV. */
const MAPPABLE: Readonly<Partial<Record<FileKind, "pages" | "zeroes">>> = {
  regular: "pages",
  disk: "pages",
  zero: "zeroes",
};

/** What Linux looks at before it knows whether the file can be mapped so: the place, and the limit of locks. */
function checkRoom(k: Kernel, p: Process, request: MapRequest): void {
  k.scheme.checkPlace(k, p.space!, request);
  checkNewLocks(p, p.space!, request.flags, pageAlign(request.length) / PAGE_SIZE);
}

/** Whether the pages of a new mapping are made resident at once. */
function wantsPages(k: Kernel, s: AddressSpace, flags: number): boolean {
  if (flags & MAP_LOCKED || s.lockFuture !== 0 || k.vm.policies.population === "eager") return true;
  return (flags & (MAP_POPULATE | MAP_NONBLOCK)) === MAP_POPULATE;
}

/** The order of the pages that a mapping is to have, 0 for ordinary ones. @throws Errno EINVAL there are none such */
function orderOf(k: Kernel, file: OpenFile | null, flags: number): number {
  if (file?.inode.data.kind === "huge") return file.inode.data.order;
  if (!(flags & MAP_HUGETLB)) return 0;
  const size = file === null ? mappableSize(k, (flags >>> HUGE_SHIFT) & 0x3f) : null;
  if (size === null) throw errno("EINVAL");
  return size.order;
}

/** As Linux, huge pages without a file are mapped as a file of them would be. */
function mapHugePages(k: Kernel, p: Process, request: MapRequest): number {
  checkRoom(k, p, request);
  checkType(request);
  if (request.flags & MAP_GROWSDOWN) throw errno("EINVAL");
  const shared = (request.flags & MAP_TYPE) !== MAP_PRIVATE;
  const flags = (request.flags & ~MAP_TYPE) | (shared ? MAP_SHARED : MAP_PRIVATE);
  return k.scheme.mapAnonymous(k, p.space!, { ...request, flags });
}

/** What a mapping of a file may be. @throws Errno EINVAL, ENOTSUP */
function checkType({ flags }: MapRequest): void {
  const type = flags & MAP_TYPE;
  if (type !== MAP_PRIVATE && type !== MAP_SHARED && type !== MAP_SHARED_VALIDATE) throw errno("EINVAL");
  if (type === MAP_SHARED_VALIDATE && flags & ~VALIDATED) throw errno("ENOTSUP");
}

function mapNothing(k: Kernel, p: Process, request: MapRequest, offset: number): number {
  // pgoff + pages wraps around: the one offset that an anonymous mapping cannot have.
  if (offset < 0 && offset + request.length >= 0) throw errno("EOVERFLOW");
  checkRoom(k, p, request);
  const type = request.flags & MAP_TYPE;
  if (type !== MAP_PRIVATE && type !== MAP_SHARED) throw errno("EINVAL");
  if (type === MAP_SHARED && request.flags & MAP_GROWSDOWN) throw errno("EINVAL");
  return k.scheme.mapAnonymous(k, p.space!, request);
}

/** Throws unless the open file allows the mapping: do_mmap's switch. */
function checkFile(k: Kernel, file: OpenFile, request: MapRequest): "pages" | "zeroes" {
  checkType(request);
  if ((request.flags & MAP_TYPE) !== MAP_PRIVATE && request.prot & PROT_WRITE) {
    if (!isWritable(file)) throw errno("EACCES");
    if (isSwapFile(k, file.inode)) throw errno("ETXTBSY");
  }
  if (!isReadable(file)) throw errno("EACCES");
  if (request.prot & PROT_EXEC && forbidsPrograms(k, file.inode)) throw errno("EPERM");
  const how = MAPPABLE[file.kind];
  if (how === undefined) throw errno("ENODEV");
  if (request.flags & MAP_GROWSDOWN) throw errno("EINVAL");
  return how;
}

function mapOpenFile(k: Kernel, p: Process, request: MapRequest, file: OpenFile, offset: number): number {
  checkRoom(k, p, request);
  if (offset < 0 || offset + request.length >= MAX_OFFSET) throw errno("EOVERFLOW");
  if (checkFile(k, file, request) === "zeroes") {
    const shared = (request.flags & MAP_TYPE) !== MAP_PRIVATE;
    const flags = (request.flags & ~MAP_TYPE) | (shared ? MAP_SHARED : MAP_PRIVATE);
    return k.scheme.mapAnonymous(k, p.space!, { ...request, flags });
  }
  const { inode } = file;
  return k.scheme.mapFile(k, p, p.space!, { ...request, inode, offset, mayWrite: isWritable(file) });
}

export const memoryCalls = {
  mmap(k, p, address, bytes, prot, flags, fd, offset) {
    if (offset % PAGE_SIZE !== 0) throw errno("EINVAL");
    const file = flags & MAP_ANONYMOUS ? null : fileOf(p, fd);
    const huge = orderOf(k, file, flags);
    const length = huge === 0 ? bytes : hugeAlign(bytes, huge) % WRAP;
    const mayRun = file === null || !forbidsPrograms(k, file.inode);
    const asked = mayRun ? impliedProt(p.personality, prot) : prot;
    const request: MapRequest = { address, length, prot: asked, flags, limits: p.limits, huge };
    const mapUnnamed = () => (huge === 0 ? mapNothing(k, p, request, offset) : mapHugePages(k, p, request));
    const map = () => (file === null ? mapUnnamed() : mapOpenFile(k, p, request, file, offset));
    const s = p.space!;
    if (!wantsPages(k, s, flags)) return map();
    // What cannot be had is left for the fault: mmap(2).
    return changeThenPopulate(p, map, (start) => {
      populate(k, p, s, start, start + pageAlign(length), { until: "end", resume: true });
    });
  },

  munmap(k, p, address, length) {
    k.scheme.unmap(k, p.space!, address, length);
    return 0;
  },

  mremap: (k, p, address, oldSize, newSize, flags, newAddress) =>
    k.scheme.remap(k, p, { address, oldSize, newSize, flags, newAddress }),

  mprotect(k, p, address, length, prot) {
    k.scheme.protect(k, p.space!, address, length, impliedProt(p.personality, prot), p.limits, p);
    return 0;
  },

  brk: (k, p, address) => k.scheme.setBreak(k, p, p.space!, address),

  msync(k, p, address, length, flags) {
    needPages(k);
    syncRange(k, p, p.space!, address, length, flags);
    return 0;
  },
} satisfies Handlers;
