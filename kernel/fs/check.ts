/**
 * The invariants of files, asserted by number: after every step in tests, never in a run.
 *
 * (1) An inode's references are the open files, processes, subdirectories and mounts that hold it.
 * (2) A description's references are the descriptors that hold it.
 * (3) A name leads to an inode that is there; nlink is the number of names (of a directory: 2 and its subdirectories).
 * (4) `entries` and the live part of `order` of a directory agree, in the order of cookies.
 * (5) A pipe's readers and writers are its descriptions by access mode and those who wait in open(2).
 * (6) Without link and reference an inode is not there.
 * (7) Mounts are entered once, under their root and under what they cover.
 */
import { CONSTANTS, FLAGS } from "../abi.ts";
import type { Kernel } from "../kernel.ts";
import { panic } from "../panic.ts";
import { checkVolumes } from "./ext2fs/check.ts";
import { directoryData, isDirectory, isRegular } from "./inode.ts";
import { FS_TRAITS } from "./traits.ts";
import type { Inode, OpenFile, Pipe } from "./types.ts";

const { O_RDONLY, O_WRONLY } = FLAGS.open;
const { O_ACCMODE } = CONSTANTS.fd;

function count<T>(counts: Map<T, number>, key: T): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** (7): the three tables of mounts agree, and what is taken out lazily is in no tree. */
function checkMounts(k: Kernel): void {
  const { mounts, mountsOn, mountsFrom, detached } = k.fs;
  let covering = 0;
  for (const [device, mount] of mounts) {
    if (mount.device !== device || mountsFrom.get(mount.root) !== device) panic("files (7)", { device });
    if (!k.fs.inodes.has(mount.root)) panic("mounts (1)", { device, root: mount.root });
    if (mount.covered === 0) continue;
    covering++;
    if (mountsOn.get(mount.covered) !== device || detached.has(device))
      panic("files (7)", { device, on: mount.covered });
  }
  if (covering !== mountsOn.size || mountsFrom.size !== mounts.size)
    panic("files (7)", { covering, on: mountsOn.size, from: mountsFrom.size, mounts: mounts.size });
  for (const device of detached) if (!mounts.has(device)) panic("files (7)", { detached: device });
}

/** Panics with the number of the invariant that does not hold. */
export function checkFiles(k: Kernel): void {
  const descriptions = descriptionsOf(k);
  for (const [file, held] of descriptions)
    if (file.references !== held) panic("files (2)", { kind: file.kind, references: file.references, held });
  checkReferences(k, descriptions);
  const names = new Map<number, number>();
  for (const inode of k.fs.inodes.values()) if (inode.data.kind === "directory") checkDirectory(k, inode, names);
  for (const inode of k.fs.inodes.values()) {
    // Names of those that are kept elsewhere are not here.
    if (FS_TRAITS[inode.fs].kept) continue;
    if (!isDirectory(inode) && inode.nlink !== (names.get(inode.id) ?? 0))
      panic("files (3)", { id: inode.id, nlink: inode.nlink, names: names.get(inode.id) });
    if (inode.nlink === 0 && inode.references === 0) panic("files (6)", { id: inode.id });
  }
  checkPipes(k, descriptions);
  checkMounts(k);
  checkVolumes(k);
}

function descriptionsOf(k: Kernel): Map<OpenFile, number> {
  const found = new Map<OpenFile, number>();
  for (const p of k.processes.values()) for (const slot of p.files?.slots ?? []) if (slot) count(found, slot.file);
  return found;
}

function checkReferences(k: Kernel, descriptions: Map<OpenFile, number>): void {
  const held = new Map<Inode | undefined, number>();
  for (const file of descriptions.keys()) count(held, file.inode);
  for (const p of k.processes.values()) {
    if (p.state === "zombie" || p.state === "reaped") continue;
    count(held, p.cwd);
    count(held, p.root);
    if (p.program.inode !== null) count(held, p.program.inode);
  }
  for (const inode of k.fs.inodes.values())
    if ((isDirectory(inode) || inode.fs === "ext2") && inode.place !== null)
      count(held, k.fs.inodes.get(inode.place.directory));
  for (const id of k.fs.mountsOn.keys()) count(held, k.fs.inodes.get(id));
  for (const { root } of k.fs.mounts.values()) count(held, k.fs.inodes.get(root));
  for (const { node } of k.fs.disks) if (node !== 0) count(held, k.fs.inodes.get(node));
  for (const area of k.vm.swap.areas) if (area !== null && isRegular(area.inode)) count(held, area.inode);
  if (k.fs.root !== null) count(held, k.fs.root);
  for (const inode of k.fs.inodes.values())
    if (inode.references !== (held.get(inode) ?? 0))
      panic("files (1)", {
        id: inode.id,
        place: inode.place?.name,
        references: inode.references,
        held: held.get(inode),
      });
}

function checkDirectory(k: Kernel, directory: Inode, names: Map<number, number>): void {
  const { entries, order } = directoryData(directory);
  const live = order.filter((entry) => entries.get(entry.name) === entry);
  if (live.length !== entries.size) panic("files (4)", { id: directory.id, entries: entries.size, live: live.length });
  if (order.some(({ cookie }, i) => i > 0 && order[i - 1].cookie >= cookie)) panic("files (4)", { id: directory.id });
  let subdirectories = 0;
  for (const { inode: id, name } of entries.values()) {
    const inode = k.fs.inodes.get(id);
    if (inode === undefined) panic("files (3)", { directory: directory.id, name, id });
    if (isDirectory(inode)) subdirectories++;
    count(names, id);
  }
  const expected = directory.nlink === 0 ? 0 : 2 + subdirectories;
  if (directory.nlink !== expected) panic("files (3)", { id: directory.id, nlink: directory.nlink, subdirectories });
}

/** Those who wait in open(2) count too, and only they have no description: at least the descriptions are counted. */
function checkPipes(k: Kernel, descriptions: Map<OpenFile, number>): void {
  const readers = new Map<Pipe, number>();
  const writers = new Map<Pipe, number>();
  for (const { kind, inode, flags } of descriptions.keys()) {
    if (kind !== "pipe" || inode.data.kind !== "fifo") continue;
    if ((flags & O_ACCMODE) !== O_WRONLY) count(readers, inode.data.pipe);
    if ((flags & O_ACCMODE) !== O_RDONLY) count(writers, inode.data.pipe);
  }
  for (const pipe of new Set([...readers.keys(), ...writers.keys()])) {
    const waiting = [k.sleepers.get(pipe.openingReaders), k.sleepers.get(pipe.openingWriters)].map(
      (l) => l?.length ?? 0,
    );
    const expected = [(readers.get(pipe) ?? 0) + waiting[0], (writers.get(pipe) ?? 0) + waiting[1]];
    if (pipe.readers !== expected[0] || pipe.writers !== expected[1])
      panic("files (5)", { readers: pipe.readers, writers: pipe.writers, expected });
    if (pipe.length > pipe.capacity || pipe.length > pipe.bytes.length) panic("pipe (1)", { length: pipe.length });
  }
}
