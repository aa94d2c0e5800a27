/** System calls about swap areas: swapon(2), swapoff(2). Arguments are judged here in Linux's order; vm/ does the work. */
import { FLAGS } from "../abi.ts";
import { isPrivileged } from "../credentials.ts";
import { errno } from "../errno.ts";
import { pathFromUser } from "../fs/at.ts";
import { backingOf } from "../fs/backing.ts";
import { releaseFile } from "../fs/descriptors.ts";
import { isRegular, retain } from "../fs/inode.ts";
import { isDiskTaken } from "../fs/mounting.ts";
import { describePath } from "../fs/names.ts";
import { openInode } from "../fs/open.ts";
import { resolve } from "../fs/path.ts";
import type { ByteString, Inode, OpenFile } from "../fs/types.ts";
import { FILE_SYSTEMS } from "../fs/vfs.ts";
import type { Kernel } from "../kernel.ts";
import { LOG_LEVEL, log } from "../log.ts";
import type { Process } from "../process.ts";
import type { Handlers } from "../syscall-table.ts";
import { cachedPage, dropCachedPages, isMapped } from "../vm/page-cache.ts";
import { diskExtents, fileExtents } from "../vm/swap-extents.ts";
import { emptySwapArea } from "../vm/swap-off.ts";
import { addSwapArea, areAllAreasTaken } from "../vm/swap-on.ts";
import type { SwapExtent } from "../vm/types.ts";
import { wholeFile, writeBack } from "../vm/write-back.ts";

const { O_RDWR, O_NOCTTY } = FLAGS.open;
const { SWAP_FLAG_PREFER, SWAP_FLAG_PRIO_MASK } = FLAGS.swap;
const KNOWN_FLAGS = Object.values(FLAGS.swap).reduce((all: number, bit) => all | bit, 0);

/** The open file of a path, as the call would use it; the caller releases it. @throws Errno as open(2) for O_RDWR */
function openPath(k: Kernel, p: Process, path: ByteString): OpenFile {
  return openInode(k, p, resolve(k, p, p.cwd, path, { follow: true }), O_RDWR | O_NOCTTY, false, true);
}

/** Runs `use` with the file's inode and the name /proc/swaps gives it. */
function withFile(k: Kernel, p: Process, path: ByteString, use: (file: OpenFile) => void): void {
  const file = openPath(k, p, path);
  try {
    use(file);
  } finally {
    releaseFile(k, file);
  }
}

const areaOn = (k: Kernel, inode: Inode) => k.vm.swap.areas.find((area) => area?.inode.id === inode.id) ?? null;

/** The header, after what was written to the device has reached it. Nothing of it stays cached: swap goes by itself. */
function readHeader(k: Kernel, p: Process, inode: Inode): Uint8Array {
  writeBack(k, p, [wholeFile(inode)]);
  const header = k.machine.ram.frame(cachedPage(k, p, inode, 0)).slice();
  if (!isMapped(k, inode)) dropCachedPages(k, inode, 0);
  return header;
}

function swapOn(k: Kernel, p: Process, { inode, kind }: OpenFile, flags: number): void {
  if (areaOn(k, inode) !== null) throw errno("EBUSY");
  const where = kind === "disk" ? placeOfDisk(k, inode) : placeOfFile(k, p, inode);
  const header = readHeader(k, p, inode);
  const priority = flags & SWAP_FLAG_PREFER ? flags & SWAP_FLAG_PRIO_MASK : null;
  addSwapArea(k, inode, where.disk, where.extents, describePath(k, inode), header, priority);
  // A disk's node is kept for ever; a file is for as long as it is swapped to.
  if (kind === "regular") retain(inode);
}

interface SwapPlace {
  readonly disk: number;
  readonly extents: readonly SwapExtent[];
}

function placeOfDisk(k: Kernel, inode: Inode): SwapPlace {
  if (isDiskTaken(k, inode)) throw errno("EBUSY");
  return { disk: backingOf(inode)!.disk, extents: diskExtents(inode.size) };
}

/** A file without holes that lies on a disk, as Linux wants it; tmpfs's do not. May sleep. @throws Errno EINVAL */
function placeOfFile(k: Kernel, p: Process, inode: Inode): SwapPlace {
  const pieces = isRegular(inode) ? FILE_SYSTEMS[inode.fs].pieces?.(k, p, inode) : undefined;
  if (pieces === undefined || pieces.length === 0) throw errno("EINVAL");
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length < inode.size) {
    log(k, LOG_LEVEL.error, "swapon: swapfile has holes");
    throw errno("EINVAL");
  }
  return { disk: pieces[0].disk, extents: fileExtents(pieces) };
}

/** swapon(2) of a file, for a call and at boot. @throws Errno as the manual page says */
export function swapOnPath(k: Kernel, p: Process, path: ByteString, flags: number): void {
  withFile(k, p, path, (file) => swapOn(k, p, file, flags));
}

export const swapCalls = {
  swapon(k, p, address, flags) {
    if (flags & ~KNOWN_FLAGS) throw errno("EINVAL");
    if (!isPrivileged(p) || areAllAreasTaken(k)) throw errno("EPERM");
    swapOnPath(k, p, pathFromUser(k, p, address), flags);
    return 0;
  },

  swapoff(k, p, address) {
    if (!isPrivileged(p)) throw errno("EPERM");
    withFile(k, p, pathFromUser(k, p, address), ({ inode }) => {
      const area = areaOn(k, inode);
      if (area === null) throw errno("EINVAL");
      emptySwapArea(k, p, area);
    });
    return 0;
  },
} satisfies Handlers;
