/**
 * Path resolution without a dentry cache: component by component, through mounts and symbolic links. path_resolution(7).
 *
 * (1) No walk leaves the process's root upwards.
 * (2) At most SYMLINK_MAX_FOLLOW symbolic links are followed in one walk: ELOOP, so that every walk ends.
 * (3) A walk changes nothing. It may sleep where a file system must read a directory.
 */
import { CONSTANTS } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Credentials, Process } from "../process.ts";
import type { NamedPlace } from "./file-system.ts";
import { isDirectory, isSymlink, sameInode } from "./inode.ts";
import { forbidsLinks } from "./mount-flags.ts";
import { intoMount, outOfMount } from "./mounts.ts";
import { checkAccess, mayFollow, X_OK } from "./permissions.ts";
import type { ByteString, Inode } from "./types.ts";
import { FILE_SYSTEMS } from "./vfs.ts";

const { NAME_MAX, PATH_MAX, SYMLINK_MAX_FOLLOW } = CONSTANTS.limits;

/** Where a walk ended. `name` is the last component; "." , ".." and "" (the root itself) are not names. */
export interface Walked extends NamedPlace {
  /** An ordinary name; else the path ended in ".", ".." or was the root. */
  readonly normal: boolean;
  /** The path ended in "/": what it names must be a directory. */
  readonly slash: boolean;
}

/** What to do with a symbolic link in last place. */
export interface WalkOptions {
  readonly follow: boolean;
  /** The caller is after the name itself (mkdir, unlink, rename...): a final slash does not make the link be followed. */
  readonly nameOnly?: boolean;
  /** A file is to be made if there is none (O_CREAT): "name/", be it a link's target, is EISDIR without a look at what it is. */
  readonly creates?: boolean;
  /** Whose permissions count; the process's unless given (access(2) asks for the real user). */
  readonly credentials?: Credentials;
}

interface Walk {
  readonly k: Kernel;
  readonly p: Process;
  readonly credentials: Credentials;
  directory: Inode;
  /** Components still to go, the next one last. */
  readonly rest: ByteString[];
  slash: boolean;
  links: number;
}

/**
 * Walks `path`, from `start` when it is relative. The last component need not exist: then `inode` is null.
 * @throws Errno ENOENT, ENOTDIR, EACCES, EISDIR, ELOOP, ENAMETOOLONG
 */
export function walk(k: Kernel, p: Process, start: Inode, path: ByteString, options: WalkOptions): Walked {
  if (path === "") throw errno("ENOENT");
  const credentials = options.credentials ?? p.credentials;
  const w: Walk = { k, p, credentials, directory: start, rest: [], slash: false, links: 0 };
  enterPath(w, path);
  for (;;) {
    const name = w.rest.pop();
    if (name === undefined)
      return { directory: w.directory, name: "", inode: w.directory, normal: false, slash: w.slash };
    const last = w.rest.length === 0;
    const found = step(w, name);
    const { directory } = w;
    if (found === null && !last) throw errno("ENOENT");
    if (last && w.slash && options.creates === true) throw errno("EISDIR");
    const wanted = !last || options.follow || (w.slash && options.nameOnly !== true);
    if (found !== null && isSymlink(found) && wanted) {
      if (!mayFollow(w.credentials, directory, found)) throw errno("EACCES");
      if (forbidsLinks(w.k, found)) throw errno("ELOOP");
      const target = followLink(w, found);
      if (target === null) continue;
      if (last) return { directory, name, inode: target, normal: true, slash: w.slash };
      w.directory = target;
    } else if (last) {
      const normal = name !== "." && name !== "..";
      return { directory, name, inode: found, normal, slash: w.slash };
    } else w.directory = found!;
  }
}

/** Puts the components of `path` before what is still to go. */
function enterPath(w: Walk, path: ByteString): void {
  if (path.length >= PATH_MAX) throw errno("ENAMETOOLONG");
  if (path[0] === "/") w.directory = w.p.root;
  // Of a link in the middle a final slash asks for nothing that its place does not ask for already.
  if (w.rest.length === 0) w.slash = w.slash || path.endsWith("/");
  const names = path.split("/").filter((name) => name !== "");
  for (const name of names.reverse()) w.rest.push(name);
}

/** What `name` is in the present directory; null: nothing. */
function step(w: Walk, name: ByteString): Inode | null {
  const { k, p, directory } = w;
  if (!isDirectory(directory)) throw errno("ENOTDIR");
  checkAccess(w.credentials, directory, X_OK);
  if (name === ".") return directory;
  if (name === "..") return parentOf(k, p, directory);
  if (name.length > NAME_MAX) throw errno("ENAMETOOLONG");
  const found = FILE_SYSTEMS[directory.fs].lookup(k, p, directory, name);
  return found === null ? null : intoMount(k, found);
}

/** ".." of a directory, as `p` sees it. */
function parentOf(k: Kernel, p: Process, directory: Inode): Inode {
  if (sameInode(directory, p.root)) return directory;
  const outside = outOfMount(k, directory);
  if (sameInode(outside, p.root)) return outside;
  return intoMount(k, FILE_SYSTEMS[outside.fs].parent(k, outside));
}

/** Goes on with the link's target; or returns it when the link leads straight to an inode (/proc/PID/exe). */
function followLink(w: Walk, link: Inode): Inode | null {
  if (++w.links > SYMLINK_MAX_FOLLOW) throw errno("ELOOP");
  const fs = FILE_SYSTEMS[link.fs];
  const straight = fs.follow?.(w.k, w.p, link) ?? null;
  if (straight !== null) return straight;
  const target = fs.readlink(w.k, w.p, link);
  if (target === "") throw errno("ENOENT");
  enterPath(w, target);
  return null;
}

/** The inode that the path names. @throws Errno as walk; ENOENT when there is none, ENOTDIR for "file/" */
export function resolve(k: Kernel, p: Process, start: Inode, path: ByteString, options: WalkOptions): Inode {
  const { inode, slash } = walk(k, p, start, path, options);
  if (inode === null) throw errno("ENOENT");
  if (slash && !isDirectory(inode)) throw errno("ENOTDIR");
  return inode;
}
