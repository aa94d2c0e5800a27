/**
 * Random work with files for one process, as lines for disk-work.c, and what it made as file-history.ts has it. Each process
 * has a directory of its own and names of its own in shared ones, so that no line fails and no result depends on others.
 */

import type { Random } from "../../cpu/random.ts";
import { FLAGS } from "../../kernel/abi.ts";
import { type FileHistory, type Folder, type Name, newFolder } from "./file-history.ts";

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_SYNC, O_DSYNC, O_DIRECTORY } = FLAGS.open;
/** Bytes and files that a process has at most. */
const MOST_BYTES = 450_000;
const MOST_FILES = 24;
const MOST_FOLDERS = 7;

/** A file that has a name, and one that is held open without one. */
interface Live {
  readonly history: FileHistory;
  size: number;
  readonly names: OneName[];
}

interface OneName {
  readonly history: Name;
  folder: OneFolder;
  name: string;
  readonly file: Live;
}

interface OneFolder {
  readonly history: Folder;
  /** null: one that all share, or the process's own. */
  above: OneFolder | null;
  name: string;
  /** Names and directories in it. */
  entries: number;
}

export interface Script {
  readonly lines: readonly string[];
  readonly files: readonly FileHistory[];
  /** Lines that are sync(2). */
  readonly syncs: ReadonlySet<number>;
}

export class ScriptMaker {
  readonly lines: string[] = [];
  readonly files: FileHistory[] = [];
  readonly syncs = new Set<number>();
  private readonly random: Random;
  private readonly mark: string;
  private readonly folders: OneFolder[];
  private readonly names: OneName[] = [];
  private readonly alive = new Set<Live>();
  private count = 0;

  /** @param mark what the names of this process begin with; @param tops paths of directories that are there */
  constructor(random: Random, mark: string, tops: readonly string[]) {
    this.random = random;
    this.mark = mark;
    this.folders = tops.map((path) => ({ history: newFolder(-1, null, path), above: null, name: path, entries: 1 }));
  }

  make(lines: number): Script {
    while (this.lines.length < lines) this.one();
    return this;
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.random.below(list.length)];
  }

  private chance(percent: number): boolean {
    return this.random.below(100) < percent;
  }

  private get bytes(): number {
    return [...this.alive].reduce((sum, { size }) => sum + size, 0);
  }

  private newName(): string {
    const long = this.chance(10) ? "-with-a-long-name".repeat(1 + this.random.below(12)) : "";
    return `${this.mark}${this.count++}${long}`;
  }

  private pathOf({ above, name }: OneFolder): string {
    return above === null ? name : `${this.pathOf(above)}/${name}`;
  }

  private place(one: { readonly folder: OneFolder; readonly name: string }): string {
    return `${this.pathOf(one.folder)}/${one.name}`;
  }

  /** Number of the line that comes next. */
  private get line(): number {
    return this.lines.length;
  }

  private one(): void {
    const works: readonly [number, () => void][] = [
      [this.names.length < MOST_FILES ? 20 : 1, () => this.create()],
      [8, () => this.rewrite()],
      [6, () => this.append()],
      [5, () => this.truncate()],
      [4, () => this.writeThrough()],
      [5, () => this.map()],
      [6, () => this.move()],
      [6, () => this.replace()],
      [3, () => this.moveOver()],
      [3, () => this.link()],
      [this.bytes > MOST_BYTES ? 60 : 7, () => this.unlink()],
      [3, () => this.makeFolder()],
      [3, () => this.removeFolder()],
      [3, () => this.moveFolder()],
      [2, () => this.symlink()],
      [2, () => this.sync()],
      [2, () => this.hold()],
      [1, () => this.syncFolder()],
      [2, () => this.lines.push(`g ${this.pick([1, 10, 100, 900, 6000])}`)],
    ];
    let chosen = this.random.below(works.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, work] of works) {
      chosen -= weight;
      if (chosen >= 0) continue;
      work();
      return;
    }
  }

  private regular(): OneName | null {
    const some = this.names.filter(({ file }) => file.history.target === null);
    return some.length === 0 ? null : this.pick(some);
  }

  private size(): number {
    const kind = this.random.below(20);
    if (kind === 0) return 0;
    if (kind === 1 && this.bytes < MOST_BYTES / 4) return 270_000 + this.random.below(60_000);
    if (kind < 5) return 20_000 + this.random.below(60_000);
    return 1 + this.random.below(kind < 12 ? 3000 : 16_000);
  }

  private open(path: string, flags: number): void {
    this.lines.push(`o 0 ${flags} ${path}`);
  }

  private close(): void {
    this.lines.push("c 0");
  }

  private write(file: Live, from: number, length: number): void {
    const seed = this.random.below(1e6);
    file.history.changes.push({ kind: "write", line: this.line, from, length, seed });
    if (length > 0) file.size = Math.max(file.size, from + length);
    this.lines.push(`w 0 ${from} ${length} ${seed}`);
  }

  private fsync(file: Live, percent: number): void {
    if (!this.chance(percent)) return;
    file.history.homes.push({ line: this.line, from: 0, to: Number.POSITIVE_INFINITY });
    this.lines.push(this.chance(60) ? "s 0" : "d 0");
  }

  /** In one piece or several. */
  private fill(file: Live, size: number): void {
    for (let at = 0; at < size; ) {
      const length = this.chance(50) ? size - at : Math.min(size - at, 1 + this.random.below(20_000));
      this.write(file, at, length);
      at += length;
    }
  }

  private newFile(folder: OneFolder, target: string | null): OneName {
    const history: FileHistory = {
      id: `${this.mark}${this.files.length}`,
      target,
      changes: [],
      homes: [],
      names: [],
    };
    this.files.push(history);
    const file: Live = { history, size: 0, names: [] };
    this.alive.add(file);
    return this.addName(file, folder, this.newName());
  }

  private addName(file: Live, folder: OneFolder, name: string): OneName {
    const history: Name = {
      positions: [{ line: this.line, folder: folder.history, name }],
      removed: Number.POSITIVE_INFINITY,
    };
    const one = { history, folder, name, file };
    file.history.names.push(history);
    file.names.push(one);
    this.names.push(one);
    folder.entries++;
    return one;
  }

  private create(synced = 55): OneName {
    const one = this.newFile(this.pick(this.folders), null);
    this.open(this.place(one), O_CREAT | O_EXCL | O_RDWR);
    this.fill(one.file, this.size());
    this.fsync(one.file, synced);
    this.close();
    return one;
  }

  private rewrite(): void {
    const one = this.regular();
    if (one === null) return;
    const again = this.chance(15);
    if (again) this.resized(one.file, 0);
    this.open(this.place(one), again ? O_RDWR | O_TRUNC : O_RDWR);
    for (let i = this.random.below(3); i >= 0; i--) {
      const gap = this.chance(15) ? this.random.below(40_000) : 0;
      const from = this.random.below(one.file.size + 1) + gap;
      this.write(one.file, from, 1 + this.random.below(this.pick([10, 1000, 12_000])));
      this.fsync(one.file, 25);
    }
    this.fsync(one.file, 40);
    this.close();
  }

  private append(): void {
    const one = this.regular();
    if (one === null) return;
    this.open(this.place(one), O_RDWR | O_APPEND);
    for (let i = this.random.below(4); i >= 0; i--) {
      const [from, length, seed] = [one.file.size, 1 + this.random.below(3000), this.random.below(1e6)];
      one.file.history.changes.push({ kind: "write", line: this.line, from, length, seed });
      one.file.size += length;
      this.lines.push(`a 0 ${from} ${length} ${seed}`);
      this.fsync(one.file, 40);
    }
    this.close();
  }

  private resized(file: Live, size: number): void {
    file.history.changes.push({ kind: "size", line: this.line, size });
    file.size = size;
  }

  private truncate(): void {
    const one = this.regular();
    if (one === null) return;
    const size = this.chance(40) ? 0 : this.random.below(one.file.size + (this.chance(20) ? 30_000 : 1));
    if (this.chance(40)) {
      this.resized(one.file, size);
      this.lines.push(`T ${size} ${this.place(one)}`);
      return;
    }
    this.open(this.place(one), O_RDWR);
    this.resized(one.file, size);
    this.lines.push(`t 0 ${size}`);
    if (this.chance(30)) this.write(one.file, one.file.size, 1 + this.random.below(5000));
    this.fsync(one.file, 50);
    this.close();
  }

  private writeThrough(): void {
    const one = this.regular();
    if (one === null) return;
    this.open(this.place(one), O_RDWR | this.pick([O_SYNC, O_DSYNC]));
    for (let i = this.random.below(3); i >= 0; i--) {
      const [from, length] = [this.random.below(one.file.size + 1), 1 + this.random.below(6000)];
      one.file.history.homes.push({ line: this.line, from, to: from + length });
      this.write(one.file, from, length);
    }
    this.close();
  }

  private map(): void {
    const one = this.regular();
    if (one === null || one.file.size === 0) return;
    this.open(this.place(one), O_RDWR);
    const { file } = one;
    for (let i = this.random.below(2); i >= 0; i--) {
      const from = this.random.below(file.size);
      const length = 1 + this.random.below(Math.min(file.size - from, 9000));
      const [seed, home] = [this.random.below(1e6), this.chance(60)];
      file.history.changes.push({ kind: "write", line: this.line, from, length, seed });
      if (home) file.history.homes.push({ line: this.line, from, to: from + length });
      this.lines.push(`p 0 ${from} ${length} ${seed} ${home ? 1 : 0}`);
    }
    this.fsync(file, 30);
    this.close();
  }

  private moveTo(one: OneName, folder: OneFolder, name: string): void {
    const before = this.place(one);
    one.history.positions.push({ line: this.line, folder: folder.history, name });
    one.folder.entries--;
    folder.entries++;
    Object.assign(one, { folder, name });
    this.lines.push(`r ${before} ${this.place(one)}`);
  }

  private move(): void {
    if (this.names.length === 0) return;
    const one = this.pick(this.names);
    this.moveTo(one, this.chance(40) ? one.folder : this.pick(this.folders), this.newName());
  }

  /** The way in which editors save: a new file, brought home, over the old one. */
  private replace(): void {
    const old = this.regular();
    if (old === null) return;
    const one = this.create(90);
    const { folder, name } = old;
    this.ended(old);
    this.moveTo(one, folder, name);
  }

  private moveOver(): void {
    if (this.names.length < 2) return;
    const [one, old] = [this.pick(this.names), this.pick(this.names)];
    if (one.file === old.file) return;
    const { folder, name } = old;
    this.ended(old);
    this.moveTo(one, folder, name);
  }

  private link(): void {
    const one = this.regular();
    if (one === null) return;
    const before = this.place(one);
    this.lines.push(`l ${before} ${this.place(this.addName(one.file, this.pick(this.folders), this.newName()))}`);
  }

  /** The next line takes a name away. */
  private ended(one: OneName): void {
    one.history.removed = this.line;
    one.folder.entries--;
    this.names.splice(this.names.indexOf(one), 1);
    one.file.names.splice(one.file.names.indexOf(one), 1);
    if (one.file.names.length === 0) this.alive.delete(one.file);
  }

  private unlink(): void {
    if (this.names.length === 0) return;
    this.unlinkOne(this.pick(this.names));
  }

  private makeFolder(): void {
    if (this.folders.length >= MOST_FOLDERS) return;
    const above = this.pick(this.folders);
    const name = this.newName();
    above.entries++;
    const folder = { history: newFolder(this.line, above.history, name), above, name, entries: 0 };
    this.folders.push(folder);
    this.lines.push(`m ${this.pathOf(folder)}`);
  }

  private removeFolder(): void {
    const empty = this.folders.filter(({ entries }) => entries === 0);
    if (empty.length === 0) return;
    const folder = this.pick(empty);
    folder.history.removed = this.line;
    folder.above!.entries--;
    this.folders.splice(this.folders.indexOf(folder), 1);
    this.lines.push(`R ${this.pathOf(folder)}`);
  }

  private isWithin(folder: OneFolder, above: OneFolder): boolean {
    return folder === above || (folder.above !== null && this.isWithin(folder.above, above));
  }

  private moveFolder(): void {
    const own = this.folders.filter(({ above }) => above !== null);
    if (own.length === 0) return;
    const folder = this.pick(own);
    const above = this.pick(this.folders.filter((one) => !this.isWithin(one, folder)));
    const before = this.pathOf(folder);
    const name = this.newName();
    folder.history.positions.push({ line: this.line, folder: above.history, name });
    folder.above!.entries--;
    above.entries++;
    Object.assign(folder, { above, name });
    this.lines.push(`r ${before} ${this.pathOf(folder)}`);
  }

  private symlink(): void {
    const target = "to".repeat(1 + this.random.below(this.chance(30) ? 300 : 20));
    const one = this.newFile(this.pick(this.folders), target);
    this.lines.push(`y ${target} ${this.place(one)}`);
  }

  private sync(): void {
    this.syncs.add(this.line);
    this.lines.push("S");
  }

  /** A file is used after its name has gone. */
  private hold(): void {
    const one = this.regular();
    if (one === null || one.file.names.length > 1) return;
    this.open(this.place(one), O_RDWR);
    this.unlinkOne(one);
    this.write(one.file, this.random.below(9000), 1 + this.random.below(30_000));
    this.fsync(one.file, 50);
    this.close();
  }

  private unlinkOne(one: OneName): void {
    const path = this.place(one);
    this.ended(one);
    this.lines.push(`u ${path}`);
  }

  private syncFolder(): void {
    this.open(this.pathOf(this.pick(this.folders)), O_RDONLY | O_DIRECTORY);
    this.lines.push("s 0");
    this.close();
  }
}
