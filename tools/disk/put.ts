/**
 * Files of the host into an image. What is there already stays: a directory takes what comes beside its own files, a file
 * is replaced by one of its name, and where a file and a directory would meet the command fails.
 *
 * (1) All or nothing: an error leaves the image file as it was.
 * (2) Owners are 0:0 unless told otherwise; modes, times, symbolic and hard links are the host's.
 */
import { getattr, setattr } from "../../kernel/fs/ext2/attributes.ts";
import { allocateBlocks } from "../../kernel/fs/ext2/block-map.ts";
import { lookup } from "../../kernel/fs/ext2/directory.ts";
import { TYPE, TYPE_MASK } from "../../kernel/fs/ext2/layout.ts";
import { create, link, mkdir, symlink } from "../../kernel/fs/ext2/operations.ts";
import { unlink } from "../../kernel/fs/ext2/removal.ts";
import { extend } from "../../kernel/fs/ext2/truncate.ts";
import type { FileRun, NewNode } from "../../kernel/fs/ext2/types.ts";
import { statfs } from "../../kernel/fs/ext2/usage.ts";
import { IMAGE_TIME } from "../image-time.ts";
import { demandOf } from "./demand.ts";
import type { HostNode } from "./host-tree.ts";
import { join } from "./names.ts";
import { typeOf } from "./paths.ts";
import { NoSpace, type Volume } from "./volume.ts";

/** Whose files are: numbers, or as on the host. */
export type Owner = { readonly uid: number; readonly gid: number } | "keep";

/** Blocks whose places are looked for in one step. */
const STEP = 8192;

export class Writer {
  private readonly volume: Volume;
  private readonly owner: Owner;
  /** Inodes of files that have several names, by the host's identity. */
  private readonly known = new Map<string, number>();
  /** Blocks that replaced files gave back. */
  private freed = 0;

  constructor(volume: Volume, owner: Owner) {
    this.volume = volume;
    this.owner = owner;
  }

  /**
   * Puts trees into a directory under their names. @param path the directory's, for messages. Throws UsageError, NoSpace
   */
  put(directory: number, path: string, trees: readonly HostNode[]): void {
    this.whenFull(trees, () => {
      for (const tree of trees) this.node(directory, path, tree, false);
      this.touch(directory, path);
    });
  }

  /** Puts what a directory of the host holds into one of the image. @param adopt gives that its attributes too */
  merge(directory: number, path: string, tree: HostNode, adopt: boolean): void {
    this.whenFull(tree.children, () => this.fill(directory, path, tree, false, adopt));
  }

  private whenFull(trees: readonly HostNode[], write: () => void): void {
    const before = this.volume.look("/", statfs);
    try {
      write();
    } catch (error) {
      if (!(error instanceof NoSpace)) throw error;
      const { blocks, inodes } = demandOf(trees, before.blockSize);
      throw this.full(blocks - before.free - this.freed, inodes - before.freeInodes, blocks, inodes);
    }
  }

  private full(blocks: number, inodes: number, allBlocks: number, allInodes: number): NoSpace {
    const { name, fs } = this.volume;
    if (inodes > 0 && blocks <= 0)
      return new NoSpace(
        `${name} has too few inodes: ${allInodes} are needed, ${inodes} are missing; nothing was written`,
      );
    const missing = Math.max(1, blocks) * (fs.blockSize / 1024);
    const needed = allBlocks * (fs.blockSize / 1024);
    return new NoSpace(`${name} is full: ${needed}K are needed, ${missing}K are missing; nothing was written`);
  }

  private node(directory: number, folder: string, node: HostNode, fresh: boolean): void {
    const path = join(folder, node.name);
    const present = fresh ? null : this.volume.look(path, (v) => lookup(v, directory, node.name));
    if ((node.mode & TYPE_MASK) === TYPE.directory) this.directory(directory, path, node, present?.ino ?? null);
    else {
      if (present !== null) this.remove(directory, path, node, present.ino);
      this.file(directory, path, node);
    }
  }

  private directory(parent: number, path: string, node: HostNode, present: number | null): void {
    if (present !== null && typeOf(this.volume, path, present) !== TYPE.directory)
      throw this.volume.error(path, "a file is in the way of the directory that is to go there");
    const fresh = present === null;
    const ino = present ?? this.volume.change(path, (t) => mkdir(t, parent, node.name, this.attributes(node)));
    this.fill(ino, path, node, fresh, fresh);
  }

  private fill(ino: number, path: string, node: HostNode, fresh: boolean, adopt: boolean): void {
    for (const child of node.children) this.node(ino, path, child, fresh);
    if (adopt) this.volume.change(path, (t) => setattr(t, ino, { ...this.attributes(node), ...times(node.mtime) }));
    else this.touch(ino, path);
  }

  /** A directory that was there has other entries now. */
  private touch(directory: number, path: string): void {
    this.volume.change(path, (t) => setattr(t, directory, { mtime: IMAGE_TIME, ctime: IMAGE_TIME }));
  }

  /** Takes away what a file replaces. */
  private remove(directory: number, path: string, node: HostNode, ino: number): void {
    if (typeOf(this.volume, path, ino) === TYPE.directory)
      throw this.volume.error(path, "a directory is in the way of the file that is to go there");
    const { sectors } = this.volume.look(path, (v) => getattr(v, ino));
    const gone = this.volume.remove(path, (t) => unlink(t, directory, node.name, IMAGE_TIME));
    if (gone !== null) this.freed += sectors / (this.volume.fs.blockSize / 512);
  }

  private file(directory: number, path: string, node: HostNode): void {
    const known = node.identity === null ? undefined : this.known.get(node.identity);
    if (known !== undefined) {
      this.volume.change(path, (t) => link(t, directory, node.name, known, node.mtime));
      return;
    }
    const made = this.attributes(node);
    const ino = this.volume.change(path, (t) =>
      (node.mode & TYPE_MASK) === TYPE.symlink
        ? symlink(t, directory, node.name, node.target, made)
        : create(t, directory, node.name, made),
    );
    if (node.identity !== null) this.known.set(node.identity, ino);
    if ((node.mode & TYPE_MASK) === TYPE.regular) this.contents(ino, path, node);
  }

  /** Finds places for a file's contents and has them copied. */
  private contents(ino: number, path: string, { path: source, size, extents }: HostNode): void {
    this.volume.change(path, (t) => extend(t, ino, size));
    const runs: FileRun[] = [];
    for (const { first, count } of extents)
      for (let n = first; n < first + count; n += STEP)
        runs.push(...this.volume.change(path, (t) => allocateBlocks(t, ino, n, Math.min(STEP, first + count - n))));
    if (runs.length > 0) this.volume.image.copy({ source, size, runs });
  }

  private attributes({ mode, uid, gid, mtime, major, minor }: HostNode): NewNode {
    const owner = this.owner === "keep" ? { uid, gid } : this.owner;
    return { mode, ...owner, major, minor, time: mtime };
  }
}

const times = (time: number) => ({ atime: time, mtime: time, ctime: time });
