/**
 * A cache of blocks that writes them back one by one, in any order that the transactions' orders allow, and does what must
 * wait for the disk when it is there. What a kernel does with its buffer cache, without the kernel.
 */
import type { Random } from "../../cpu/random.ts";
import { releaseBlocks } from "../../kernel/fs/ext2/block-allocation.ts";
import { findSlot, parentOf } from "../../kernel/fs/ext2/directory.ts";
import type { MemoryImage } from "../../kernel/fs/ext2/image.ts";
import { inodePlace } from "../../kernel/fs/ext2/inode.ts";
import { freeInode } from "../../kernel/fs/ext2/removal.ts";
import { COUNTED, Transaction, view } from "../../kernel/fs/ext2/transaction.ts";
import type {
  BlockKind,
  BlockRun,
  BlockStore,
  CommitSink,
  Cut,
  Ext2,
  Order,
  View,
} from "../../kernel/fs/ext2/types.ts";
import {
  blocksBefore,
  closesCircle,
  isReady,
  newWriteOrder,
  type WriteOrder,
  wait,
  written,
} from "../../kernel/fs/ext2/write-order.ts";
import { ROOT, TIME } from "../kernel/fs/ext2/disks.ts";

interface Later {
  readonly blocks: Set<number>;
  readonly action: () => void;
}

export class WriteBack implements BlockStore, CommitSink {
  readonly blockSize: number;
  readonly blocks: number;
  /** How often a transaction had to wait because it closed a circle. */
  circles = 0;
  private readonly disk: MemoryImage;
  private readonly fs: Ext2;
  private readonly random: Random;
  private readonly dirty = new Map<number, { bytes: Uint8Array; kind: BlockKind }>();
  private readonly waiting: WriteOrder = newWriteOrder();
  private later: Later[] = [];
  private readonly onWrite: () => void;

  constructor(disk: MemoryImage, fs: Ext2, random: Random, onWrite: () => void) {
    this.disk = disk;
    this.fs = fs;
    this.random = random;
    this.onWrite = onWrite;
    this.blockSize = disk.blockSize;
    this.blocks = disk.blocks;
  }

  get view(): View {
    return view(this.fs, this);
  }

  read(block: number): Uint8Array {
    return this.dirty.get(block)?.bytes ?? this.disk.read(block);
  }

  private touched = new Set<number>();

  write(block: number, bytes: Uint8Array, kind: BlockKind): void {
    this.dirty.set(block, { bytes, kind });
    if (!COUNTED.includes(kind)) this.touched.add(block);
  }

  order(order: Order): void {
    if (!wait(this.waiting, order) && order.strict)
      throw new Error(`${order.first} before ${order.then} closes a circle`);
  }

  forget({ block, count }: BlockRun): void {
    for (let i = block; i < block + count; i++) {
      this.dirty.delete(i);
      this.gone(i);
    }
  }

  private gone(block: number): void {
    written(this.waiting, block);
    for (const { blocks } of this.later) blocks.delete(block);
  }

  /** Runs an operation. `then` runs when all that it wrote is on the disk. */
  run<T>(operation: (t: Transaction) => T, then: (result: T) => void = () => {}): T {
    let t = new Transaction(this.fs, this);
    let result = operation(t);
    if (closesCircle(this.waiting, t.orders)) {
      this.circles++;
      this.writeAll();
      t = new Transaction(this.fs, this);
      result = operation(t);
    }
    this.touched = new Set();
    t.commit(this);
    this.later.push({ blocks: new Set(this.touched), action: () => then(result) });
    return result;
  }

  /** A cut's blocks are free when the cut is on the disk; a cut that is not done goes on then. */
  cut(operation: (t: Transaction) => Cut): void {
    this.run(operation, ({ released, done }) => {
      this.run((t) => releaseBlocks(t, released));
      if (!done) this.cut(operation);
    });
  }

  free(ino: number): void {
    this.cut((t) => freeInode(t, ino, TIME));
  }

  /** Writes one block, any that may be. */
  writeOne(): void {
    const ready = [...this.dirty.keys()].filter((block) => isReady(this.waiting, block));
    if (ready.length > 0) this.writeBlock(ready[this.random.below(ready.length)]);
    this.doLater();
  }

  private writeBlock(block: number): void {
    const change = this.dirty.get(block);
    if (change === undefined) return;
    if (!isReady(this.waiting, block)) throw new Error(`block ${block} has to wait`);
    this.disk.write(block, change.bytes);
    this.dirty.delete(block);
    this.gone(block);
    this.onWrite();
  }

  private writeAll(): void {
    while (this.dirty.size > 0) this.writeOneOnly();
  }

  private writeOneOnly(): void {
    const ready = [...this.dirty.keys()].filter((block) => isReady(this.waiting, block));
    if (ready.length === 0) throw new Error("nothing may be written");
    this.writeBlock(ready[this.random.below(ready.length)]);
  }

  private doLater(): void {
    const now = this.later.filter(({ blocks }) => blocks.size === 0);
    this.later = this.later.filter(({ blocks }) => blocks.size > 0);
    for (const { action } of now) action();
  }

  /** sync(2), and all that waits for it. */
  sync(): void {
    while (this.dirty.size > 0 || this.later.length > 0) {
      this.writeAll();
      this.doLater();
    }
  }

  /** fsync(2): contents, indirect blocks, the inode, and the names that lead to it from the root. */
  fsync(directory: number, name: string): void {
    const contents = [...this.dirty]
      .filter(([, { kind }]) => kind === "data" || kind === "indirect")
      .map(([block]) => block);
    for (const block of contents) this.writeUpTo(block);
    this.reach(directory, name);
    this.doLater();
  }

  /** Writes what leads to a name: its inode, its entry, and so on up to the root. */
  private reach(directory: number, name: string): void {
    for (let [here, label] = [directory, name]; ; ) {
      const slot = findSlot(this.view, here, label)!;
      this.writeUpTo(inodePlace(this.fs, slot.ino).block);
      this.writeUpTo(slot.block);
      this.writeUpTo(inodePlace(this.fs, here).block);
      if (here === ROOT) break;
      [here, label] = [parentOf(this.view, here), this.nameOf(here)];
    }
  }

  /** Writes what leads to a directory: done before something moves there from elsewhere. */
  settle(directory: number): void {
    if (directory !== ROOT) this.reach(parentOf(this.view, directory), this.nameOf(directory));
  }

  /** Names of directories, which a kernel knows. */
  readonly names = new Map<number, string>();

  private nameOf(directory: number): string {
    return this.names.get(directory)!;
  }

  private writeUpTo(block: number): void {
    for (const one of blocksBefore(this.waiting, block)) this.writeBlock(one);
  }
}
