/**
 * Making names: what every call that creates a file checks, and who owns what it makes. inode(7), open(2).
 */
import { CONSTANTS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { hasInodeRoom } from "./capacity.ts";
import { checkWritableMount } from "./mount-flags.ts";
import type { Walked } from "./path.ts";
import { checkChangeable, effectiveActor, isInGroup } from "./permissions.ts";
import type { Inode, InodeData } from "./types.ts";
import { FILE_SYSTEMS } from "./vfs.ts";

const { S_IFMT, S_IFDIR, S_ISGID, S_IFLNK } = CONSTANTS.fileType;
const GROUP_EXECUTE = 0o010;

/** A new name is possible where the walk ended. @throws Errno EEXIST, ENOENT "name/" that is to be no directory, EROFS */
export function checkNewName(k: Kernel, { directory: above, inode, normal, slash }: Walked, directory: boolean): void {
  if (inode !== null || !normal) throw errno("EEXIST");
  checkCreatable(above);
  if (slash && !directory) throw errno("ENOENT");
  checkWritableMount(k, above);
}

/** In /proc nothing can be made: a name that is not there is an error in itself. */
function checkCreatable(directory: Inode): void {
  if (FILE_SYSTEMS[directory.fs].create === undefined) throw errno("ENOENT");
}

/** May `p` add or remove names there? @throws Errno ENOENT the directory is deleted, EACCES */
export function checkDirectory(p: Process, directory: Inode): void {
  if (directory.nlink === 0) throw errno("ENOENT");
  checkChangeable(p.credentials, directory);
}

/**
 * Makes an inode and its name where a walk ended without finding one. Type and permissions are `mode` less the umask; in
 * a set-group-ID directory the group is the directory's.
 * @throws Errno EROFS, EACCES, ENOENT, ENOSPC
 */
export function createFile(
  k: Kernel,
  p: Process,
  walked: Walked,
  mode: number,
  data: InodeData,
  more: { readonly rdev?: number; readonly size?: number } = {},
): Inode {
  const { directory, name } = walked;
  checkCreatable(directory);
  if (directory.nlink > 0) checkWritableMount(k, directory);
  checkDirectory(p, directory);
  if (!hasInodeRoom(k, directory.device)) throw errno("ENOSPC");
  const inherits = (directory.mode & S_ISGID) !== 0;
  const gid = inherits ? directory.gid : p.credentials.egid;
  const { rdev = 0, size = 0 } = more;
  return FILE_SYSTEMS[directory.fs].create!(k, p, directory, name, {
    mode: modeOf(p, directory, mode, gid),
    uid: p.credentials.euid,
    gid,
    rdev,
    size,
    data,
  });
}

function modeOf(p: Process, directory: Inode, mode: number, gid: number): number {
  const type = mode & S_IFMT;
  if (type === S_IFLNK) return mode;
  let masked = mode & ~p.umask;
  if (type === S_IFDIR) return masked | (directory.mode & S_ISGID);
  // Nobody gets a set-group-ID program of a group that he is not in.
  const foreign = p.credentials.euid !== 0 && !isInGroup(effectiveActor(p.credentials), gid);
  if (foreign && masked & GROUP_EXECUTE) masked &= ~S_ISGID;
  return masked;
}
