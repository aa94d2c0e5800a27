/**
 * hugetlbfs: files whose pages are huge ones of the pool (vm/hugetlb/). They are made and named as in tmpfs, given their size
 * by ftruncate or by being mapped, read by read(2), and written through mappings only. Linux's fs/hugetlbfs/inode.c.
 *
 * (1) A regular file has data of kind "huge" with the mount's order, so its size is whole pages of it.
 * (2) k.vm.hugetlb.subpools has the limits of each mount, from mount to unmount.
 */
import { CONSTANTS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { LOG_LEVEL, log } from "../log.ts";
import { panic } from "../panic.ts";
import type { Process } from "../process.ts";
import { hugeBytes } from "../vm/hugetlb/object.ts";
import { poolOf, poolSize, reservePages, unreservePages } from "../vm/hugetlb/pool.ts";
import { bytesOfOrder, canBeMapped, DEFAULT_SIZE } from "../vm/hugetlb/sizes.ts";
import type { Subpool } from "../vm/hugetlb/types.ts";
import type { Capacity, FileSystem, Mounted, MountRequest } from "./file-system.ts";
import { describeHugetlbfsOptions, pagesOfAmount, parseHugetlbfsOptions } from "./hugetlbfs-options.ts";
import type { NewInode } from "./inode.ts";
import { newMount } from "./mounts.ts";
import { create, emptyRoot, tmpfs, unmount as unmountTmpfs } from "./tmpfs.ts";
import type { ByteString, Inode, Mount } from "./types.ts";

const { S_IFMT, S_IFREG } = CONSTANTS.fileType;
const DEFAULT_MODE = 0o755;
const STAT_BLOCK = 512;
const NONE = Number.POSITIVE_INFINITY;

function limitsOf(k: Kernel, device: number): Subpool {
  return k.vm.hugetlb.subpools.get(device) ?? panic("hugetlbfs (2): a mount has its limits", { device });
}

function refuse(k: Kernel, why: string): never {
  log(k, LOG_LEVEL.error, `hugetlbfs: ${why}`);
  throw errno("EINVAL");
}

/** @throws Errno ENODEV no huge pages under this translation; EINVAL options; ENOMEM the least size cannot be reserved */
function mount(k: Kernel, p: Process | null, { source, data }: MountRequest): Mounted {
  if (!canBeMapped(k, DEFAULT_SIZE.order)) throw errno("ENODEV");
  const options = parseHugetlbfsOptions(data);
  if (typeof options === "string") return refuse(k, options);
  if (!canBeMapped(k, options.order)) return refuse(k, "Unsupported page size");
  const { order, size, least: leastSize, inodes, mode, uid, gid } = options;
  const pool = poolOf(k, order);
  const asked = poolSize(pool) - pool.surplus;
  const most = size === undefined ? null : pagesOfAmount(size, order, asked);
  const least = leastSize === undefined ? null : pagesOfAmount(leastSize, order, asked);
  if ((least ?? 0) > (most ?? NONE)) return refuse(k, "Minimum size can not be greater than maximum size");
  if (!reservePages(k, pool, least ?? 0)) throw errno("ENOMEM");
  const made = newMount(k, "hugetlbfs", source, describeHugetlbfsOptions(options, most, least));
  made.mostInodes = inodes ?? NONE;
  const limits: Subpool = { order, most: most ?? NONE, used: 0, least: least ?? 0, reserved: least ?? 0 };
  k.vm.hugetlb.subpools.set(made.device, limits);
  const owner = p?.credentials;
  return { mount: made, root: emptyRoot(k, made, mode ?? DEFAULT_MODE, uid ?? owner?.euid, gid ?? owner?.egid) };
}

function unmount(k: Kernel, mount: Mount): void {
  unmountTmpfs(k, mount);
  const { order, reserved } = limitsOf(k, mount.device);
  unreservePages(k, poolOf(k, order), reserved);
  k.vm.hugetlb.subpools.delete(mount.device);
}

function createHere(k: Kernel, directory: Inode, name: ByteString, from: NewInode): Inode {
  const { order } = limitsOf(k, directory.device);
  const isFile = (from.mode & S_IFMT) === S_IFREG;
  return create(k, directory, name, isFile ? { ...from, data: { kind: "huge", order } } : from);
}

/** As on Linux: without a most size nothing is told; then a number of files without limit is -1. */
function capacity(k: Kernel, { device, mostInodes, usedInodes }: Mount): Capacity {
  const { order, most, used } = limitsOf(k, device);
  const limited = most !== NONE;
  const [blocks, free] = limited ? [most, most - used] : [0, 0];
  const unlimited = limited ? -1 : 0;
  const [files, freeFiles] =
    limited && mostInodes !== NONE ? [mostInodes, mostInodes - usedInodes] : [unlimited, unlimited];
  return { blockSize: bytesOfOrder(order), blocks, free, available: free, files, freeFiles };
}

function sectors(k: Kernel, inode: Inode): number {
  const object = k.vm.cache.files.get(inode.id);
  return object === undefined ? 0 : hugeBytes(object) / STAT_BLOCK;
}

/** Names are tmpfs's. */
export const hugetlbfs: FileSystem = {
  ...tmpfs,
  magic: 0x958458f6,
  create: (k, _p, directory, name, from) => createHere(k, directory, name, from),
  capacity: (k, _p, mount) => capacity(k, mount),
  sectors: (k, _p, inode) => sectors(k, inode),
  blockSize: (k, inode) =>
    bytesOfOrder(inode.data.kind === "huge" ? inode.data.order : limitsOf(k, inode.device).order),
  mount,
  unmount: (k, _p, mount) => unmount(k, mount),
  // Its options stay as they were.
  remount: () => {},
};
