/** System calls about a file's attributes: stat, permissions, owner, times, file system; the umask. */
import { CONSTANTS, FLAGS, STRUCTURES } from "../abi.ts";
import { errno } from "../errno.ts";
import { checkFlags, followUnless, resolveAt } from "../fs/at.ts";
import { changeMode, changeOwner, changeTimes, type TimeChange } from "../fs/attributes.ts";
import { anyFileOf, fileOf } from "../fs/descriptors.ts";
import { isRegular } from "../fs/inode.ts";
import { checkWritableMount, checkWritableSuper, forbidsPrograms, isStoredThere } from "../fs/mount-flags.ts";
import { effectiveActor, mayAccess, realActor, W_OK, X_OK } from "../fs/permissions.ts";
import { statfsOf, statOf } from "../fs/stat.ts";
import type { Inode } from "../fs/types.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import type { Handlers } from "../syscall-table.ts";
import { copyOut, loadStructure } from "../usercopy.ts";

const { AT_FDCWD } = CONSTANTS.fd;
const { AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT, AT_EACCESS } = FLAGS.at;
const { UTIME_NOW, UTIME_OMIT } = CONSTANTS.utime;
const NANOSECONDS = 1_000_000_000;
const ANY_ACCESS = 7;

function checkAccessAt(k: Kernel, p: Process, dirfd: number, address: number, mode: number, flags: number): number {
  if ((mode & ~ANY_ACCESS) !== 0) throw errno("EINVAL");
  checkFlags(flags, AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
  const effective = (flags & AT_EACCESS) !== 0;
  const { credentials: c } = p;
  // The walk, too, is made as the real user.
  const credentials = effective ? c : { ...c, euid: c.uid, egid: c.gid };
  const inode = resolveAt(k, p, dirfd, address, flags, { follow: followUnless(flags), credentials });
  if (mode & X_OK && isRegular(inode) && forbidsPrograms(k, inode)) throw errno("EACCES");
  if (mode & W_OK) checkWritableSuper(k, inode);
  if (!mayAccess(effective ? effectiveActor(c) : realActor(c), inode, mode)) throw errno("EACCES");
  if (mode & W_OK && isStoredThere(inode)) checkWritableMount(k, inode);
  return 0;
}

/** One of the two times of utimensat(2). @throws Errno EINVAL */
function timeChange(k: Kernel, p: Process, address: number): TimeChange {
  const { tv_sec: seconds, tv_nsec: nanoseconds } = loadStructure(k, p, address, "timespec");
  if (nanoseconds === UTIME_NOW) return "now";
  if (nanoseconds === UTIME_OMIT) return "omit";
  if (nanoseconds < 0 || nanoseconds >= NANOSECONDS) throw errno("EINVAL");
  return { seconds, nanoseconds };
}

function setTimes(k: Kernel, p: Process, dirfd: number, address: number, times: number, flags: number): number {
  const access = times === 0 ? "now" : timeChange(k, p, times);
  const modification = times === 0 ? "now" : timeChange(k, p, times + STRUCTURES.timespec.size);
  if (access === "omit" && modification === "omit") return 0;
  checkFlags(flags, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
  changeTimes(k, p, timesTarget(k, p, dirfd, address, flags), access, modification);
  return 0;
}

/** A null path means the descriptor itself: futimens(3). */
function timesTarget(k: Kernel, p: Process, dirfd: number, address: number, flags: number): Inode {
  if (address !== 0) return resolveAt(k, p, dirfd, address, flags, { follow: followUnless(flags) });
  if (flags !== 0) throw errno("EINVAL");
  if (dirfd === AT_FDCWD) throw errno("EFAULT");
  return fileOf(p, dirfd).inode;
}

export const attributeCalls = {
  fstat(k, p, fd, address) {
    copyOut(k, p, address, statOf(k, p, anyFileOf(p, fd).inode));
    return 0;
  },
  newfstatat(k, p, dirfd, address, buffer, flags) {
    checkFlags(flags, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH);
    const inode = resolveAt(k, p, dirfd, address, flags, { follow: followUnless(flags) });
    copyOut(k, p, buffer, statOf(k, p, inode));
    return 0;
  },
  statfs(k, p, address, buffer) {
    const inode = resolveAt(k, p, AT_FDCWD, address, 0, { follow: true });
    copyOut(k, p, buffer, statfsOf(k, p, inode));
    return 0;
  },
  fstatfs(k, p, fd, buffer) {
    copyOut(k, p, buffer, statfsOf(k, p, anyFileOf(p, fd).inode));
    return 0;
  },

  faccessat: (k, p, dirfd, address, mode) => checkAccessAt(k, p, dirfd, address, mode, 0),
  faccessat2: checkAccessAt,

  fchmod: (k, p, fd, mode) => changeMode(k, p, fileOf(p, fd).inode, mode),
  fchmodat: (k, p, dirfd, address, mode) =>
    changeMode(k, p, resolveAt(k, p, dirfd, address, 0, { follow: true }), mode),

  fchown: (k, p, fd, uid, gid) => changeOwner(k, p, fileOf(p, fd).inode, uid, gid),
  fchownat(k, p, dirfd, address, uid, gid, flags) {
    checkFlags(flags, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
    const inode = resolveAt(k, p, dirfd, address, flags, { follow: followUnless(flags) });
    return changeOwner(k, p, inode, uid, gid);
  },

  utimensat: setTimes,

  umask(_k, p, mask) {
    const before = p.umask;
    p.umask = mask & 0o777;
    return before;
  },
} satisfies Handlers;
