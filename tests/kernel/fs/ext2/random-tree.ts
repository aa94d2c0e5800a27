/**
 * Random work on a file system, done on a model of plain objects too; comparing both. A piece of work that fails for want of
 * room must leave no trace, so the model does it only when the file system has done it.
 */
import { expect } from "vitest";
import { Random } from "../../../../cpu/random.ts";
import { getattr, setattr } from "../../../../kernel/fs/ext2/attributes.ts";
import { readData, resize, writeData } from "../../../../kernel/fs/ext2/data.ts";
import { list } from "../../../../kernel/fs/ext2/directory.ts";
import { create, link, mkdir, readlink, symlink } from "../../../../kernel/fs/ext2/operations.ts";
import { freeAtOnce, rmdir, unlink } from "../../../../kernel/fs/ext2/removal.ts";
import { rename } from "../../../../kernel/fs/ext2/rename.ts";
import type { Removed } from "../../../../kernel/fs/ext2/types.ts";
import { type Disk, failureOf, file, folder, ROOT, TIME } from "./disks.ts";

export interface ModelFile {
  readonly kind: "file";
  ino: number;
  mode: number;
  uid: number;
  data: Uint8Array;
  nlink: number;
}

export interface ModelLink {
  readonly kind: "link";
  ino: number;
  readonly target: string;
  nlink: number;
}

export interface ModelDevice {
  readonly kind: "device";
  ino: number;
  readonly mode: number;
  readonly major: number;
  readonly minor: number;
  nlink: number;
}

export interface ModelFolder {
  readonly kind: "folder";
  ino: number;
  parent: ModelFolder | null;
  readonly entries: Map<string, ModelNode>;
}

export type ModelNode = ModelFile | ModelLink | ModelDevice | ModelFolder;

interface Named {
  readonly in: ModelFolder;
  readonly name: string;
  readonly node: ModelNode;
}

export class RandomTree {
  readonly root: ModelFolder = { kind: "folder", ino: ROOT, parent: null, entries: new Map() };
  readonly disk: Disk;
  private readonly random: Random;
  private names = 0;
  /** Largest position at which is written. */
  private readonly reach: number;
  /** How many pieces of work found no room. */
  full = 0;

  constructor(disk: Disk, seed: number, reach = 60_000) {
    this.disk = disk;
    this.random = new Random(seed);
    this.reach = reach;
    const entries = list(disk.view, ROOT, 0, 10);
    const lost = entries.find(({ name }) => name === "lost+found");
    if (lost !== undefined)
      this.root.entries.set(lost.name, { kind: "folder", ino: lost.ino, parent: this.root, entries: new Map() });
  }

  /** Does so many pieces of work. */
  work(count: number): void {
    for (let i = 0; i < count; i++) this.one();
  }

  private one(): void {
    const works = [
      this.make,
      this.make,
      this.make,
      this.write,
      this.write,
      this.resize,
      this.link,
      this.remove,
      this.remove,
      this.move,
      this.own,
    ];
    const work = this.pick(works);
    let after: () => void = () => {};
    const failure = failureOf(() => {
      after = work.call(this);
    });
    if (failure === "") after();
    else if (failure === "ENOSPC") this.full++;
    else throw new Error(`${work.name} gave ${failure}`);
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.random.below(from.length)];
  }

  private all(): Named[] {
    const found: Named[] = [];
    const visit = (folder: ModelFolder) => {
      for (const [name, node] of folder.entries) {
        if (name === "lost+found") continue;
        found.push({ in: folder, name, node });
        if (node.kind === "folder") visit(node);
      }
    };
    visit(this.root);
    return found;
  }

  private folder(): ModelFolder {
    return this.pick([this.root, ...this.all().flatMap(({ node }) => (node.kind === "folder" ? [node] : []))]);
  }

  private file(): ModelFile | null {
    const files = this.all().flatMap(({ node }) => (node.kind === "file" ? [node] : []));
    return files.length === 0 ? null : this.pick(files);
  }

  private name(): string {
    const long = this.random.below(10) === 0 ? "-long".repeat(this.random.below(45)) : "";
    return `n${this.names++}${long}\xe9`;
  }

  private make(): () => void {
    const into = this.folder();
    const name = this.name();
    const put = (node: ModelNode) => () => into.entries.set(name, node);
    const common = { nlink: 1 };
    switch (this.random.below(6)) {
      case 0: {
        const ino = this.disk.run((t) => mkdir(t, into.ino, name, folder()));
        return put({ kind: "folder", ino, parent: into, entries: new Map() });
      }
      case 1: {
        const target = "t/".repeat(1 + this.random.below(this.random.below(2) === 0 ? 29 : 400));
        const ino = this.disk.run((t) => symlink(t, into.ino, name, target, file(0o777)));
        return put({ kind: "link", ino, target, ...common });
      }
      case 2: {
        const mode = this.pick([0o010644, 0o020600, 0o060640, 0o140755]);
        const device = mode === 0o020600 || mode === 0o060640;
        const numbers = device
          ? { major: this.random.below(300), minor: this.random.below(1000) }
          : { major: 0, minor: 0 };
        const ino = this.disk.run((t) => create(t, into.ino, name, { ...file(), mode, ...numbers }));
        return put({ kind: "device", ino, mode, ...numbers, ...common });
      }
      default: {
        const mode = this.pick([0o644, 0o755, 0o4711, 0o600]);
        const ino = this.disk.run((t) => create(t, into.ino, name, file(mode)));
        return put({ kind: "file", ino, mode: 0o100000 | mode, uid: 0, data: new Uint8Array(), ...common });
      }
    }
  }

  private write(): () => void {
    const target = this.file();
    if (target === null) return () => {};
    const position = this.random.below(this.random.below(4) === 0 ? this.reach : 5000);
    const bytes = this.random.bytes(this.random.below(9000));
    this.disk.run((t) => writeData(t, target.ino, position, bytes, TIME));
    return () => {
      const grown = new Uint8Array(Math.max(target.data.length, position + bytes.length));
      grown.set(target.data);
      grown.set(bytes, position);
      target.data = grown;
    };
  }

  private resize(): () => void {
    const target = this.file();
    if (target === null) return () => {};
    const size = this.random.below(Math.max(1, 2 * target.data.length));
    this.disk.run((t) => resize(t, target.ino, size, TIME));
    return () => {
      const data = new Uint8Array(size);
      data.set(target.data.subarray(0, size));
      target.data = data;
    };
  }

  private link(): () => void {
    const candidates = this.all().filter(({ node }) => node.kind !== "folder");
    if (candidates.length === 0) return () => {};
    const { node } = this.pick(candidates);
    const [into, name] = [this.folder(), this.name()];
    if (node.kind === "folder") throw new Error("a folder was picked");
    this.disk.run((t) => link(t, into.ino, name, node.ino, TIME));
    return () => {
      node.nlink++;
      into.entries.set(name, node);
    };
  }

  private remove(): () => void {
    const candidates = this.all().filter(({ node }) => node.kind !== "folder" || node.entries.size === 0);
    if (candidates.length === 0) return () => {};
    const { in: from, name, node } = this.pick(candidates);
    this.disk.run((t) => {
      const removed = node.kind === "folder" ? rmdir(t, from.ino, name, TIME) : unlink(t, from.ino, name, TIME);
      expect(removed).toEqual({ ino: node.ino, last: node.kind === "folder" || node.nlink === 1 });
      if (removed.last) freeAtOnce(t, removed.ino, TIME);
    });
    return () => {
      from.entries.delete(name);
      if (node.kind !== "folder") node.nlink--;
    };
  }

  private move(): () => void {
    const everything = this.all();
    if (everything.length === 0) return () => {};
    const { in: from, name, node } = this.pick(everything);
    const into = this.folder();
    for (let here: ModelFolder | null = into; here !== null; here = here.parent) if (here === node) return () => {};
    const over = [...into.entries].filter(
      ([other, { kind }]) => kind !== "folder" && node.kind !== "folder" && other !== "lost+found",
    );
    const [to, replaced] =
      over.length > 0 && this.random.below(3) === 0 ? this.pick(over) : ([this.name(), null] as const);
    const same = replaced === node;
    this.disk.run((t) => {
      const removed = rename(t, { directory: from.ino, name }, { directory: into.ino, name: to }, TIME);
      expect(removed).toEqual(same || replaced === null ? null : expectedRemoval(replaced));
      if (removed?.last) freeAtOnce(t, removed.ino, TIME);
    });
    return () => {
      if (same) return;
      from.entries.delete(name);
      into.entries.set(to, node);
      if (node.kind === "folder") node.parent = into;
      if (replaced !== null && replaced.kind !== "folder") replaced.nlink--;
    };
  }

  private own(): () => void {
    const target = this.file();
    if (target === null) return () => {};
    const [uid, mode] = [this.random.below(2 ** 32), this.random.below(0o10000)];
    this.disk.run((t) => setattr(t, target.ino, { uid, mode }));
    return () => Object.assign(target, { uid, mode: 0o100000 | mode });
  }

  /** Compares the whole tree. */
  compare(): void {
    this.compareFolder(this.root);
  }

  private compareFolder(model: ModelFolder): void {
    const found = list(this.disk.view, model.ino, 0, Number.POSITIVE_INFINITY);
    expect(new Map(found.map(({ name, ino }) => [name, ino]))).toEqual(
      new Map([...model.entries].map(([name, { ino }]) => [name, ino])),
    );
    const folders = [...model.entries.values()].filter(({ kind }) => kind === "folder").length;
    expect(getattr(this.disk.view, model.ino).nlink).toBe(2 + folders);
    for (const node of model.entries.values()) {
      if (node.kind === "folder") this.compareFolder(node);
      else this.compareFile(node);
    }
  }

  private compareFile(node: Exclude<ModelNode, ModelFolder>): void {
    const v = this.disk.view;
    const attributes = getattr(v, node.ino);
    expect(attributes.nlink).toBe(node.nlink);
    if (node.kind === "link") expect(readlink(v, node.ino)).toBe(node.target);
    if (node.kind === "device")
      expect(attributes).toMatchObject({ mode: node.mode, major: node.major, minor: node.minor });
    if (node.kind !== "file") return;
    expect(attributes).toMatchObject({ mode: node.mode, uid: node.uid, size: node.data.length });
    expect(Buffer.compare(readData(v, node.ino, 0, node.data.length + 1), node.data)).toBe(0);
  }
}

function expectedRemoval(node: ModelNode): Removed {
  return { ino: node.ino, last: node.kind === "folder" || node.nlink === 1 };
}
