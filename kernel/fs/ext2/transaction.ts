/**
 * One operation's changes: it sees the store through them, and nothing reaches the store before `commit`. When the store
 * throws in the middle (a sleep, EIO), or the operation itself does (ENOSPC), the caller drops the transaction, and
 * nothing has happened.
 *
 * (1) A block that is to be written was read or made here; its bytes belong to the transaction alone.
 * (2) Orders form no circle within a transaction: they lead from fresh blocks to what points at them, and from new
 *     names to old ones.
 */
import { errno } from "../../errno.ts";
import type { BlockKind, BlockRun, BlockStore, CommitSink, Ext2, NameIndex, Order, View } from "./types.ts";

interface Change {
  bytes: Uint8Array;
  kind: BlockKind;
}

/** A view of the store as it is. */
export function view(fs: Ext2, store: BlockStore, names?: NameIndex): View {
  return { fs, names, read: (block) => readChecked(fs, store, block) };
}

function readChecked(fs: Ext2, store: BlockStore, block: number): Uint8Array {
  if (!(block >= 0 && block < fs.blocks)) throw errno("EUCLEAN");
  return store.read(block);
}

export class Transaction implements View {
  readonly fs: Ext2;
  private readonly store: BlockStore;
  private readonly changes = new Map<number, Change>();
  private readonly forgotten: BlockRun[] = [];
  private readonly named: Parameters<NonNullable<CommitSink["named"]>>[] = [];
  readonly names: NameIndex | undefined;
  /** What must reach the disk before what: of blocks that are written here. */
  readonly orders: Order[] = [];
  /** Blocks made here: nothing on the disk points at them yet. */
  private readonly made = new Set<number>();
  /** May the blocks reserved for root be taken? */
  readonly reserve: boolean;

  /** @throws Errno EROFS when the file system is mounted for reading only */
  constructor(fs: Ext2, store: BlockStore, reserve = true, names?: NameIndex) {
    if (fs.readOnly) throw errno("EROFS");
    this.fs = fs;
    this.store = store;
    this.reserve = reserve;
    this.names = names;
  }

  read(block: number): Uint8Array {
    return this.changes.get(block)?.bytes ?? readChecked(this.fs, this.store, block);
  }

  /** The block's bytes, to be changed. */
  change(block: number, kind: BlockKind): Uint8Array {
    const known = this.changes.get(block);
    if (known !== undefined) return known.bytes;
    const bytes = readChecked(this.fs, this.store, block).slice();
    this.changes.set(block, { bytes, kind });
    return bytes;
  }

  /** A block that was just allocated: zeroes, to be filled. What the disk holds there is not read. */
  fresh(block: number, kind: BlockKind): Uint8Array {
    const bytes = new Uint8Array(this.fs.blockSize);
    this.changes.set(block, { bytes, kind });
    this.made.add(block);
    return bytes;
  }

  isFresh(block: number): boolean {
    return this.made.has(block);
  }

  /** `first` is to be on the disk before `then`; see Order for `strict`. */
  order(first: number, then: number, strict: boolean): void {
    if (first !== then) this.orders.push({ first, then, strict });
  }

  /** A name came into a block, or went. */
  name(...change: Parameters<NonNullable<CommitSink["named"]>>): void {
    this.named.push(change);
  }

  /** Drops changes of blocks that no longer hold metadata, and has caches do the same. */
  forget(run: BlockRun): void {
    for (let i = 0; i < run.count; i++) this.changes.delete(run.block + i);
    this.forgotten.push(run);
  }

  /** The blocks that a commit will write; of fresh ones the disk's contents do not matter. */
  blocks(): { readonly block: number; readonly fresh: boolean }[] {
    return [...this.changes.keys()].map((block) => ({ block, fresh: this.made.has(block) }));
  }

  /** Is there anything to commit? */
  get changed(): boolean {
    return this.changes.size > 0 || this.forgotten.length > 0;
  }

  /** Hands everything over: what is void, then the blocks in the order in which they may be written, then the orders. */
  commit(sink: CommitSink): void {
    for (const run of this.forgotten) sink.forget?.(run);
    for (const block of this.sorted()) {
      const { bytes, kind } = this.changes.get(block)!;
      sink.write(block, bytes, kind);
    }
    for (const change of this.named) sink.named?.(...change);
    if (sink.order === undefined) return;
    for (const order of this.orders)
      if (this.changes.has(order.first) && this.changes.has(order.then)) sink.order(order);
  }

  /** Every changed block after those that must be on the disk before it. */
  private sorted(): number[] {
    const before = new Map<number, number[]>();
    for (const { first, then } of this.orders) before.set(then, [...(before.get(then) ?? []), first]);
    const done = new Set<number>();
    const visit = (block: number) => {
      if (done.has(block) || !this.changes.has(block)) return;
      done.add(block);
      for (const first of before.get(block) ?? []) visit(first);
      sorted.push(block);
    };
    const sorted: number[] = [];
    for (const block of [...this.changes.keys()].sort(
      (a, b) => RANK[this.changes.get(a)!.kind] - RANK[this.changes.get(b)!.kind],
    ))
      visit(block);
    return sorted;
  }
}

/** What e2fsck counts anew, so that nothing need wait for it. */
export const COUNTED: readonly BlockKind[] = ["bitmap", "descriptors", "superblock"];

/** Contents before what leads to them, and what e2fsck counts anew last. */
// biome-ignore format: a table is read in columns
const RANK: Readonly<Record<BlockKind, number>> = {
  data: 0, symlink: 1, attributes: 1, indirect: 2, inodes: 3, directory: 4, bitmap: 5, descriptors: 6, superblock: 7,
};
