/**
 * A disk that stops after any block write is repaired by e2fsck without losing what had been written back: every file that
 * was fsync'ed, or synced, is there with its content, under its name or under the one that it was being given.
 */
import { describe, expect } from "vitest";
import { Random } from "../../cpu/random.ts";
import { readData, writeData } from "../../kernel/fs/ext2/data.ts";
import { lookup } from "../../kernel/fs/ext2/directory.ts";
import { create, link, mkdir } from "../../kernel/fs/ext2/operations.ts";
import { rmdir, unlink } from "../../kernel/fs/ext2/removal.ts";
import { rename } from "../../kernel/fs/ext2/rename.ts";
import { truncate } from "../../kernel/fs/ext2/truncate.ts";
import type { View } from "../../kernel/fs/ext2/types.ts";
import { Disk, file, folder, newDisk, ROOT, TIME } from "../kernel/fs/ext2/disks.ts";
import { E2FSCK, findings, repaired } from "./ext2-tools.ts";
import { WriteBack } from "./ext2-write-back.ts";
import { testWith } from "./tools.ts";

interface Folder {
  readonly ino: number;
  readonly path: string;
}

interface OneFile {
  folder: Folder;
  name: string;
  readonly ino: number;
  content: Uint8Array;
}

/** What the disk promises: this content at one of these paths. */
interface Promised {
  readonly content: Uint8Array;
  readonly paths: Set<string>;
}

const pathOf = ({ folder, name }: OneFile) => `${folder.path}/${name}`;

class Workload {
  readonly cache: WriteBack;
  images = 0;
  private readonly random: Random;
  private readonly disk: Disk;
  private readonly folders: Folder[] = [{ ino: ROOT, path: "" }];
  private readonly files: OneFile[] = [];
  private readonly promised = new Map<OneFile, Promised>();
  /** Paths at which one of these contents is, whatever happens: replaced files. */
  private replaced = new Map<string, Uint8Array[]>();
  private count = 0;

  constructor(blockSize: number, seed: number) {
    this.random = new Random(seed);
    this.disk = newDisk({ size: 700 * blockSize, blockSize, bytesPerInode: 2 * blockSize });
    this.cache = new WriteBack(this.disk.image, this.disk.fs, this.random, () => this.crash());
    for (let i = 0; i < 3; i++) this.makeFolder();
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.random.below(from.length)];
  }

  private makeFolder(): void {
    const above = this.pick(this.folders);
    const name = `d${this.count++}`;
    const ino = this.cache.run((t) => mkdir(t, above.ino, name, folder()));
    this.cache.names.set(ino, name);
    this.folders.push({ ino, path: `${above.path}/${name}` });
  }

  /** Repairs what the disk holds now, and looks for what was promised. */
  private crash(): void {
    this.images++;
    const { view } = new Disk(repaired(this.disk.image));
    for (const { content, paths } of this.promised.values())
      if (![...paths].some((path) => holds(view, path, content))) throw new Error(`${[...paths]} is lost`);
    for (const [path, contents] of this.replaced)
      if (!contents.some((content) => holds(view, path, content))) throw new Error(`${path} is neither old nor new`);
  }

  work(): void {
    const works = [
      this.make,
      this.make,
      this.make,
      this.rewrite,
      this.cutOff,
      this.remove,
      this.move,
      this.move,
      this.replace,
      this.addName,
      this.churn,
    ];
    if (this.files.length < 5) this.make();
    else this.pick(works).call(this);
    for (let i = this.random.below(3); i > 0; i--) this.cache.writeOne();
    if (this.random.below(12) === 0) this.sync();
    else if (this.random.below(3) === 0 && this.files.length > 0) this.fsync(this.pick(this.files));
  }

  private make(): void {
    const into = this.pick(this.folders);
    const name = `f${this.count++}${"-long".repeat(this.random.below(40))}`;
    const content = this.random.bytes(1 + this.random.below(20 * this.disk.fs.blockSize));
    const ino = this.cache.run((t) => create(t, into.ino, name, file()));
    this.cache.run((t) => writeData(t, ino, 0, content, TIME));
    this.files.push({ folder: into, name, ino, content });
    if (this.random.below(20) === 0) this.makeFolder();
  }

  /** The file's content is promised no more: it is being changed. */
  private unpromise(one: OneFile): void {
    this.promised.delete(one);
    this.replaced.delete(pathOf(one));
  }

  private rewrite(): void {
    const one = this.pick(this.files);
    this.unpromise(one);
    one.content = this.random.bytes(one.content.length + this.random.below(5000));
    this.cache.run((t) => writeData(t, one.ino, 0, one.content, TIME));
  }

  private cutOff(): void {
    const one = this.pick(this.files);
    this.unpromise(one);
    const size = this.random.below(one.content.length) & -this.disk.fs.blockSize;
    one.content = one.content.subarray(0, size);
    this.cache.cut((t) => truncate(t, one.ino, size, TIME));
  }

  private remove(): void {
    const [one] = this.files.splice(this.random.below(this.files.length), 1);
    this.unpromise(one);
    this.cache.run(
      (t) => unlink(t, one.folder.ino, one.name, TIME),
      ({ ino }) => this.cache.free(ino),
    );
  }

  private move(): void {
    const one = this.pick(this.files);
    const to = { folder: this.pick(this.folders), name: `m${this.count++}${"-moved".repeat(this.random.below(30))}` };
    const promise = this.promised.get(one);
    // A directory that is not on the disk yet is no place for a file that is.
    if (to.folder !== one.folder) this.cache.settle(to.folder.ino);
    promise?.paths.add(`${to.folder.path}/${to.name}`);
    this.replaced.delete(pathOf(one));
    this.cache.run((t) =>
      rename(t, { directory: one.folder.ino, name: one.name }, { directory: to.folder.ino, name: to.name }, TIME),
    );
    Object.assign(one, to);
  }

  /** The way in which editors save: a new file, fsync'ed, over the old one. */
  private replace(): void {
    const old = this.pick(
      this.files.filter((one) => this.promised.get(one)?.paths.size === 1).concat(this.files.slice(0, 1)),
    );
    if (!this.promised.has(old) || this.promised.get(old)!.paths.size !== 1) return;
    const name = `t${this.count++}`;
    const content = this.random.bytes(1 + this.random.below(9000));
    const ino = this.cache.run((t) => create(t, old.folder.ino, name, file()));
    this.cache.run((t) => writeData(t, ino, 0, content, TIME));
    this.cache.fsync(old.folder.ino, name);
    const promisedOld = this.promised.get(old)!.content;
    this.promised.delete(old);
    this.files.splice(this.files.indexOf(old), 1);
    const fresh: OneFile = { folder: old.folder, name: old.name, ino, content };
    this.replaced.set(pathOf(old), [promisedOld, content, ...(this.replaced.get(pathOf(old)) ?? [])]);
    this.promised.set(fresh, { content, paths: new Set([`${old.folder.path}/${name}`, pathOf(old)]) });
    this.files.push(fresh);
    this.cache.run(
      (t) => rename(t, { directory: old.folder.ino, name }, { directory: old.folder.ino, name: old.name }, TIME)!,
      (removed) => this.cache.free(removed.ino),
    );
  }

  private addName(): void {
    const one = this.pick(this.files);
    const into = this.pick(this.folders);
    const name = `l${this.count++}`;
    this.cache.run((t) => link(t, into.ino, name, one.ino, TIME));
    this.cache.run((t) => unlink(t, into.ino, name, TIME));
  }

  /** Directories and files that come and go at once. */
  private churn(): void {
    const into = this.pick(this.folders);
    const name = `c${this.count++}`;
    const ino = this.cache.run((t) => mkdir(t, into.ino, name, folder()));
    const inner = this.cache.run((t) => create(t, ino, "x", file()));
    this.cache.run(
      (t) => unlink(t, ino, "x", TIME),
      () => this.cache.free(inner),
    );
    this.cache.run(
      (t) => rmdir(t, into.ino, name, TIME),
      () => this.cache.free(ino),
    );
  }

  private fsync(one: OneFile): void {
    this.cache.fsync(one.folder.ino, one.name);
    this.promised.set(one, { content: one.content, paths: new Set([pathOf(one)]) });
    this.replaced.delete(pathOf(one));
  }

  sync(): void {
    this.cache.sync();
    this.replaced = new Map();
    for (const one of this.files) this.promised.set(one, { content: one.content, paths: new Set([pathOf(one)]) });
  }

  finish(): string {
    this.sync();
    return findings(this.disk.image);
  }
}

function holds(view: View, path: string, content: Uint8Array): boolean {
  let ino = ROOT;
  for (const name of path.split("/").slice(1)) {
    const entry = lookup(view, ino, name);
    if (entry === null) return false;
    ino = entry.ino;
  }
  return Buffer.compare(readData(view, ino, 0, content.length + 1), content) === 0;
}

describe("a disk that stops after a block write", () => {
  for (const [blockSize, operations] of [
    [1024, 70],
    [4096, 30],
  ])
    testWith(
      [E2FSCK],
      `holds every file that was fsync'ed, once e2fsck has repaired it: blocks of ${blockSize}`,
      () => {
        const workload = new Workload(blockSize, blockSize);
        for (let i = 0; i < operations; i++) workload.work();
        expect(workload.finish()).toBe("");
        expect(workload.images).toBeGreaterThan(operations * 4);
      },
    );
});
