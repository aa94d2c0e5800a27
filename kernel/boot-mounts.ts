/**
 * What is mounted at boot beside the root file system: what /etc/fstab says, as `mount -a` and `swapon -a` do it, and where it
 * says nothing of them the file systems that programs expect. Any process 1 finds them so.
 *
 * (1) Nothing here stops the boot: what cannot be mounted is told in the log.
 */
import { CONSTANTS, ERRNO, FLAGS } from "./abi.ts";
import { runEarly } from "./early.ts";
import { Errno, errno } from "./errno.ts";
import { readBytes } from "./fs/content.ts";
import { checkNewName, createFile } from "./fs/create.ts";
import { type FstabRow, parseFstab, parseMountOptions } from "./fs/fstab.ts";
import { isDirectory, isRegular } from "./fs/inode.ts";
import { changeMount, mountAt } from "./fs/mounting.ts";
import { mountWithRoot } from "./fs/mounts.ts";
import { resolve } from "./fs/path.ts";
import { makeDirectory } from "./fs/root-image.ts";
import { emptyDirectory } from "./fs/tmpfs.ts";
import type { Inode } from "./fs/types.ts";
import type { Kernel } from "./kernel.ts";
import { LOG_LEVEL, log } from "./log.ts";
import type { Process } from "./process.ts";
import { swapOnPath } from "./syscalls/swap.ts";

const FSTAB = "/etc/fstab";
/** More of it is not read. */
const MOST_BYTES = 2 ** 16;
/** Nor are more of its mistakes told one by one. */
const MOST_MISTAKES = 8;
const { SWAP_FLAG_PREFER, SWAP_FLAG_PRIO_MASK } = FLAGS.swap;
const { S_IFDIR } = CONSTANTS.fileType;
const { MS_REMOUNT, MS_RDONLY } = FLAGS.mount;

/** A row that is no line of a file. */
function builtIn(source: string, target: string, type: string, options: string): FstabRow {
  return { line: 0, source, target, type, ...parseMountOptions(options) };
}

/** What is mounted when fstab has no row for the place. */
const ALWAYS: readonly FstabRow[] = [
  builtIn("devtmpfs", "/dev", "devtmpfs", "defaults"),
  builtIn("tmpfs", "/dev/shm", "tmpfs", "nosuid,nodev"),
  builtIn("proc", "/proc", "proc", "nosuid,nodev,noexec"),
  builtIn("sysfs", "/sys", "sysfs", "nosuid,nodev,noexec"),
];

/** The folder that the host shares. */
const SHARE = builtIn("host", "/host", "9p", "nosuid,nodev");

/** Mounts on behalf of `p`, who is to be the first process. */
export function mountAtBoot(k: Kernel, p: Process): void {
  const rows = readRows(k, p);
  const ofRoot = rows.find(({ target, type }) => target === "/" && type !== "swap");
  attempt(k, ofRoot ?? null, "/", () => runEarly(k, p, () => changeRoot(k, p, ofRoot ?? null)));
  const always = k.fs.host === null ? ALWAYS : [...ALWAYS, SHARE];
  const first = always.map((row) => rows.find(({ target, type }) => target === row.target && type !== "swap") ?? row);
  const rest = rows.filter((row) => row !== ofRoot && !first.includes(row));
  for (const row of [...first, ...rest]) if (!row.noauto) mountRow(k, p, row);
}

/** The rows of /etc/fstab; what is wrong with others is told. */
function readRows(k: Kernel, p: Process): FstabRow[] {
  try {
    const bytes = runEarly(k, p, () => {
      const inode = resolve(k, p, p.root, FSTAB, { follow: true });
      if (!isRegular(inode)) throw errno(isDirectory(inode) ? "EISDIR" : "EINVAL");
      return readBytes(k, p, inode, 0, MOST_BYTES);
    });
    const { rows, mistakes } = parseFstab(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    for (const { line, message } of mistakes.slice(0, MOST_MISTAKES))
      log(k, LOG_LEVEL.warning, `${FSTAB}: line ${line}: ${message}`);
    const rest = mistakes.length - MOST_MISTAKES;
    if (rest > 0) log(k, LOG_LEVEL.warning, `${FSTAB}: and ${rest} more lines that cannot be read`);
    return rows;
  } catch (failure) {
    if (!(failure instanceof Errno)) throw failure;
    if (failure.name !== "ENOENT") log(k, LOG_LEVEL.warning, `${FSTAB}: ${ERRNO[failure.name][1]}`);
    return [];
  }
}

/** Does `work`, and tells what went wrong. */
function attempt(k: Kernel, row: FstabRow | null, what: string, work: () => void): void {
  try {
    work();
  } catch (failure) {
    if (!(failure instanceof Errno)) throw failure;
    if (row?.nofail) return;
    const where = row === null || row.line === 0 ? "boot" : `${FSTAB}: line ${row.line}`;
    log(k, LOG_LEVEL.warning, `${where}: ${what}: ${ERRNO[failure.name][1]}`);
  }
}

/** The root file system as its row says; without one, it may be written. */
function changeRoot(k: Kernel, p: Process, row: FstabRow | null): void {
  const mount = mountWithRoot(k, p.root)!;
  const flags = row?.flags ?? 0;
  // What is as it should be is left alone.
  if (row === null && !(mount.superFlags & MS_RDONLY)) return;
  changeMount(k, p, mount, flags | MS_REMOUNT, row?.data ?? "");
}

function mountRow(k: Kernel, p: Process, row: FstabRow): void {
  const { source, target, type, flags, data } = row;
  if (type === "swap") {
    const priority = row.priority === null ? 0 : SWAP_FLAG_PREFER | (row.priority & SWAP_FLAG_PRIO_MASK);
    attempt(k, row, `cannot swap to ${source}`, () => runEarly(k, p, () => swapOnPath(k, p, source, priority)));
    return;
  }
  attempt(k, row, `cannot mount ${source} on ${target} as ${type}`, () =>
    runEarly(k, p, () => {
      const place = placeOf(k, p, row);
      if (place === null) return;
      mountAt(k, p, place, { source, type: type === "auto" ? "ext2" : type, flags, data });
    }),
  );
}

/**
 * The directory to mount on. A root that was unpacked from an archive gets those it lacks; another one is left as it is, but
 * for the place of the share.
 */
function placeOf(k: Kernel, p: Process, { line, target }: FstabRow): Inode | null {
  try {
    return resolve(k, p, p.root, target, { follow: true });
  } catch (failure) {
    if (!(failure instanceof Errno) || failure.name !== "ENOENT" || line !== 0) throw failure;
  }
  const name = target.slice(1);
  const isOurs = k.fs.root!.fs === "tmpfs" && isDirectory(k.fs.root!) && !name.includes("/");
  if (isOurs) return makeDirectory(k, k.fs.root!, name);
  if (target !== SHARE.target) return null;
  const walked = { directory: p.root, name, inode: null, normal: true, slash: false };
  checkNewName(k, walked, true);
  return createFile(k, p, walked, S_IFDIR | 0o755, emptyDirectory());
}
