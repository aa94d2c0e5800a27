/**
 * Looking at files from outside, without a process and without changing anything: what `--get` and debuggers use.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { Errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { SLEEP } from "../sleep.ts";
import { findCachedPage } from "../vm/page-cache.ts";
import { peekSwapped } from "../vm/swap-peek.ts";
import { backingOf } from "./backing.ts";
import { peekContents, peekPath } from "./ext2fs/peek.ts";
import { peekHost } from "./hostfs/content.ts";
import { isRegular } from "./inode.ts";
import { resolve } from "./path.ts";
import { R_OK } from "./permissions.ts";
import { procContent, viewOf } from "./procfs/procfs.ts";
import { bytesOf } from "./procfs/text.ts";
import { attributeText } from "./sysfs/sysfs.ts";
import type { Inode } from "./types.ts";

/** The superuser at "/", who is nobody that runs. Process 1 always exists: it lends what no path walk looks at. */
function observer(k: Kernel): Process {
  const root = k.fs.root!;
  const credentials = { uid: 0, euid: 0, suid: 0, gid: 0, egid: 0, sgid: 0, groups: [] };
  return { ...k.processes.get(1)!, root, cwd: root, credentials };
}

/** A file's bytes as a process would read them now; null when there is no such file or it is no ordinary one. */
export function peekFile(k: Kernel, path: string): Uint8Array | null {
  const p = observer(k);
  const name = String.fromCharCode(...new TextEncoder().encode(path));
  try {
    const inode = resolve(k, p, p.cwd, name, { follow: true });
    if (inode.data.kind === "proc" && isRegular(inode)) {
      const shown = procContent(k, p, inode, viewOf(k, p, inode, R_OK));
      return shown.kind === "text" ? bytesOf(shown.text) : null;
    }
    if (inode.data.kind === "sys" && isRegular(inode)) return bytesOf(attributeText(k, inode));
    if (!isRegular(inode)) return null;
    const volume = k.fs.volumes.get(inode.device);
    return volume === undefined ? contentOf(k, inode) : peekContents(k, volume, inode.ino);
  } catch (failure) {
    if (failure instanceof Errno) return null;
    if (failure === SLEEP) return peekRoot(k, name);
    throw failure;
  }
}

/** A file of the root file system, on the way to which something is on the disk only. */
function peekRoot(k: Kernel, path: string): Uint8Array | null {
  const volume = k.fs.volumes.get(k.fs.root!.device);
  if (volume === undefined) return null;
  try {
    return peekContents(k, volume, peekPath(k, volume, path));
  } catch (failure) {
    if (failure instanceof Errno) return null;
    throw failure;
  }
}

function contentOf(k: Kernel, inode: Inode): Uint8Array {
  const bytes = new Uint8Array(inode.size);
  const disk = diskBytes(k, inode);
  for (let at = 0; at < bytes.length; at += PAGE_SIZE) {
    const index = at / PAGE_SIZE;
    const frame = findCachedPage(k, inode, index);
    const entry = k.vm.cache.files.get(inode.id)?.swapped.get(index);
    const kept = entry === undefined ? disk.subarray(at, at + PAGE_SIZE) : peekSwapped(k, entry);
    const page = frame !== 0 ? k.machine.ram.frame(frame) : kept;
    bytes.set(page.subarray(0, bytes.length - at), at);
  }
  return bytes;
}

/** What the disk, or the host, holds of the file. */
function diskBytes(k: Kernel, inode: Inode): Uint8Array {
  if (inode.fs === "hostfs") return peekHost(k, inode);
  const backing = backingOf(inode);
  if (backing === null) return new Uint8Array(0);
  const contents = k.machine.disks[backing.disk].contents();
  return contents.subarray(backing.position, backing.position + backing.length);
}
