/** struct stat and struct statfs of an inode: stat(2), statfs(2). */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { CONSTANTS } from "../abi.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { encodeStructure } from "../usercopy.ts";
import { pagesOf } from "./content.ts";
import { isRegular } from "./inode.ts";
import { statfsFlags } from "./mount-flags.ts";
import { deviceOf } from "./mounts.ts";
import { FS_TRAITS } from "./traits.ts";
import type { Inode } from "./types.ts";
import { FILE_SYSTEMS } from "./vfs.ts";

/** st_blocks counts these. */
const STAT_BLOCK = 512;
/** What Linux's tmpfs shows as the size of a directory: so many bytes an entry, "." and ".." included. */
const ENTRY_BYTES = 20;
const { NAME_MAX } = CONSTANTS.limits;
/** Of what is in no mount. */
const ST_VALID = 0x20;

function sizeOf(inode: Inode): number {
  return inode.data.kind === "directory" ? (inode.data.entries.size + 2) * ENTRY_BYTES : inode.size;
}

/** Of the root of /proc each process is a subdirectory: programs that walk trees rely on the number. */
function linksOf(k: Kernel, inode: Inode): number {
  const isProcRoot = inode.data.kind === "proc" && inode.data.pid === 0 && inode.data.file === "";
  return inode.nlink + (isProcRoot ? k.processes.size : 0);
}

function sectorsOf(k: Kernel, p: Process, inode: Inode): number {
  const { sectors } = FILE_SYSTEMS[inode.fs];
  if (sectors !== undefined) return sectors(k, p, inode);
  return isRegular(inode) && !FS_TRAITS[inode.fs].madeAtLookup ? (pagesOf(k, inode) * PAGE_SIZE) / STAT_BLOCK : 0;
}

/** The bytes of struct stat. May sleep. */
export function statOf(k: Kernel, p: Process, inode: Inode): Uint8Array {
  FILE_SYSTEMS[inode.fs].refresh?.(k, p, inode);
  return encodeStructure("stat", {
    st_dev: deviceOf(k, inode),
    st_ino: inode.ino,
    st_mode: inode.mode,
    st_nlink: linksOf(k, inode),
    st_uid: inode.uid,
    st_gid: inode.gid,
    st_rdev: inode.rdev,
    // A block device's size is asked of the device, not of its node.
    st_size: inode.data.kind === "device" ? 0 : sizeOf(inode),
    st_blksize: inode.fs === "procfs" ? 1024 : (FILE_SYSTEMS[inode.fs].blockSize?.(k, inode) ?? PAGE_SIZE),
    st_blocks: sectorsOf(k, p, inode),
    st_atime: inode.atime.seconds,
    st_atime_nsec: inode.atime.nanoseconds,
    st_mtime: inode.mtime.seconds,
    st_mtime_nsec: inode.mtime.nanoseconds,
    st_ctime: inode.ctime.seconds,
    st_ctime_nsec: inode.ctime.nanoseconds,
  });
}

const NOTHING = { blockSize: PAGE_SIZE, blocks: 0, free: 0, available: 0, files: 0, freeFiles: 0 };

/** The bytes of struct statfs for the file system that holds the inode. */
export function statfsOf(k: Kernel, p: Process, inode: Inode): Uint8Array {
  const fs = FILE_SYSTEMS[inode.fs];
  const mount = k.fs.mounts.get(inode.device);
  const { blockSize, blocks, free, available, files, freeFiles } =
    mount === undefined ? NOTHING : fs.capacity(k, p, mount);
  return encodeStructure("statfs", {
    f_type: fs.magic,
    f_bsize: blockSize,
    f_blocks: blocks,
    f_bfree: free,
    f_bavail: available,
    f_files: files,
    f_ffree: freeFiles,
    f_fsid: inode.device,
    f_namelen: NAME_MAX,
    f_frsize: blockSize,
    f_flags: mount === undefined ? ST_VALID : statfsFlags(mount),
  });
}
