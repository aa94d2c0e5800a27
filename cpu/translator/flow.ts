/**
 * Flow: what a region's graph is like: an order of its blocks, dominators, where loops begin, where ways meet, and which
 * edges the dispatcher must carry. Nodes are blocks by index; one node more, behind them, is the dispatcher.
 *
 * (1) An edge goes back when its target does not come later in the order, a reverse postorder. Order and dominators of a
 *     graph whose edges back all lead to a dominator of their source are those of its forward edges alone: so one pass
 *     finds them, and another whether it was so.
 * (2) An edge back to a block that does not dominate its source enters a loop beside its header. Its target is made a
 *     successor of the dispatcher, the new root, until no such edge is left but those that the dispatcher carries.
 * (3) The arrays are kept from region to region and only grow.
 */

import type { Block, BlockEnd, Region, Target } from "./region.ts";

/** No node. */
export const NONE = -1;

/** More than one forward edge leads to the node, or one of the dispatcher's: it needs a label. */
const MERGE = 1;
/** An edge back leads to the node. */
const LOOP = 2;
/** The dispatcher leads to the node. */
const DISPATCHED = 4;

const blockOf = (target: Target) => ("block" in target ? target.block : NONE);

/** Writes the blocks that control goes to from the end of block `index`, a call's return included, at 2 * index: two, or NONE. */
export function putSuccessors(end: BlockEnd, index: number, successors: Int32Array): void {
  let one = NONE;
  let two = NONE;
  if (end.kind === "goto") one = blockOf(end.to);
  else if (end.kind === "branch") {
    one = blockOf(end.taken);
    two = blockOf(end.next);
    if (two === one) two = NONE;
  } else if (end.kind === "call" || end.kind === "callRegister") one = blockOf(end.back);
  else if (end.kind === "callWithin" || end.kind === "returnWithin") one = end.to;
  successors[2 * index] = one;
  successors[2 * index + 1] = two;
}

/** Whether the block's end is a jump that may lead to a landing. */
function isComputedJump({ end }: Block): boolean {
  return end.kind === "jumpRegister" && !end.isReturn;
}

export class Flow {
  /** The dispatcher's node, or NONE where none is needed. */
  dispatcher = NONE;
  /** What the dispatcher leads to for edges of (2), and block 0. */
  readonly entries: number[] = [];
  /** Whether computed jumps lead to landings. */
  hasLandings = false;
  /** The outermost node. */
  root = 0;
  private size = 0;
  /** Two successors a node; NONE. The dispatcher's are `entries` and the landings. */
  private successors = new Int32Array(0);
  /** order[start..size] are the nodes that can be reached. */
  private order = new Int32Array(0);
  private start = 0;
  /** Place in the order; 0 for what cannot be reached. */
  private rank = new Int32Array(0);
  private dominator = new Int32Array(0);
  private marks = new Uint8Array(0);
  /** Of a node: the merge that it dominates immediately and that comes last; of that one: the one before; and back again. */
  private last = new Int32Array(0);
  private before = new Int32Array(0);
  private after = new Int32Array(0);
  private path = new Int32Array(0);
  private progress = new Uint8Array(0);

  private grow(nodes: number): void {
    if (this.rank.length > nodes) return;
    const capacity = Math.max(256, 2 * nodes);
    this.successors = new Int32Array(2 * capacity);
    this.order = new Int32Array(capacity);
    this.rank = new Int32Array(capacity);
    this.dominator = new Int32Array(capacity);
    this.marks = new Uint8Array(capacity);
    this.last = new Int32Array(capacity);
    this.before = new Int32Array(capacity);
    this.after = new Int32Array(capacity);
    this.path = new Int32Array(capacity);
    this.progress = new Uint8Array(capacity);
  }

  analyse(region: Region): void {
    const size = region.blocks.length;
    this.grow(size + 2);
    this.size = size;
    this.dispatcher = NONE;
    this.entries.length = 0;
    this.rank.fill(0, 0, size + 1);
    this.marks.fill(0, 0, size + 1);
    for (let i = 0; i < size; i++) putSuccessors(region.blocks[i]!.end, i, this.successors);
    this.number(region);
    if (this.hasLandings) this.addDispatcher();
    else this.root = 0;
    do this.dominate(region);
    while (!this.carry());
    this.mark();
    this.collectMerges();
  }

  /** The order. What the landings lead to comes before what block 0 leads to. */
  private number(region: Region): void {
    this.hasLandings = false;
    // The last places first: so the postorder is reversed. The first place is the dispatcher's.
    this.start = this.size + 1;
    this.visit(0, region);
    if (this.hasLandings) for (const landing of region.landings) this.visit(landing, region);
  }

  private visit(from: number, region: Region): void {
    const { path, progress, rank, successors } = this;
    if (rank[from] !== 0) return;
    let depth = 0;
    path[0] = from;
    progress[0] = 0;
    rank[from] = NONE;
    while (depth >= 0) {
      const node = path[depth]!;
      const step = progress[depth]++;
      if (step < 2) {
        const next = successors[2 * node + step]!;
        if (next === NONE || rank[next] !== 0) continue;
        rank[next] = NONE;
        path[++depth] = next;
        progress[depth] = 0;
      } else {
        if (region.landings.length > 0 && isComputedJump(region.blocks[node]!)) this.hasLandings = true;
        rank[node] = --this.start;
        this.order[this.start] = node;
        depth--;
      }
    }
  }

  private addDispatcher(): void {
    const node = this.size;
    this.dispatcher = node;
    this.root = node;
    this.successors.fill(NONE, 2 * node, 2 * node + 2);
    this.rank[node] = --this.start;
    this.order[this.start] = node;
    this.addEntry(0);
  }

  private addEntry(node: number): void {
    this.entries.push(node);
    this.marks[node]! |= DISPATCHED;
  }

  /** The immediate dominators, as forward edges have them. */
  private dominate(region: Region): void {
    const { order, rank, successors, dominator, dispatcher, size } = this;
    dominator.fill(NONE, 0, size + 1);
    dominator[this.root] = this.root;
    if (dispatcher !== NONE) {
      for (const entry of this.entries) dominator[entry] = dispatcher;
      if (this.hasLandings) for (const landing of region.landings) this.lead(landing);
    }
    for (let place = this.start; place <= size; place++) {
      const node = order[place]!;
      for (let edge = 2 * node; edge < 2 * node + 2; edge++) {
        const to = successors[edge]!;
        if (to === NONE || rank[to]! <= place) continue;
        dominator[to] = dominator[to] === NONE ? node : this.common(dominator[to]!, node);
      }
    }
  }

  private lead(landing: number): void {
    this.dominator[landing] = this.dispatcher;
    this.marks[landing]! |= DISPATCHED;
  }

  /** The nearest node that dominates both. */
  private common(a: number, b: number): number {
    const { rank, dominator } = this;
    while (a !== b) {
      if (rank[a]! > rank[b]!) a = dominator[a]!;
      else b = dominator[b]!;
    }
    return a;
  }

  private dominates(a: number, node: number): boolean {
    const { rank, dominator } = this;
    while (rank[node]! > rank[a]!) node = dominator[node]!;
    return node === a;
  }

  /** Gives the dispatcher the targets of (2) that it does not have. @returns whether there were none */
  private carry(): boolean {
    const known = this.entries.length;
    // A new dispatcher takes the place before the present first one.
    const first = this.start;
    for (let place = first; place <= this.size; place++) {
      const node = this.order[place]!;
      for (let edge = 2 * node; edge < 2 * node + 2; edge++) {
        const to = this.successors[edge]!;
        if (to === NONE || !this.isCarried(node, to)) continue;
        if (this.dispatcher === NONE) this.addDispatcher();
        if (!this.entries.includes(to)) this.addEntry(to);
      }
    }
    return this.entries.length === known;
  }

  private mark(): void {
    const { order, rank, successors, marks, progress, size } = this;
    progress.fill(0, 0, size + 1);
    for (let place = this.start; place <= size; place++) {
      const node = order[place]!;
      for (let edge = 2 * node; edge < 2 * node + 2; edge++) {
        const to = successors[edge]!;
        if (to === NONE) continue;
        if (rank[to]! <= place) {
          if (this.dominates(to, node)) marks[to]! |= LOOP;
        } else if (progress[to] === 0) progress[to] = 1;
        else marks[to]! |= MERGE;
      }
    }
    if (this.dispatcher !== NONE) marks[this.dispatcher]! |= LOOP;
  }

  private collectMerges(): void {
    const { order, marks, dominator, last, before, after, size } = this;
    for (let place = this.start; place <= size; place++) last[order[place]!] = NONE;
    for (let place = this.start; place <= size; place++) {
      const node = order[place]!;
      if ((marks[node]! & (MERGE | DISPATCHED)) === 0) continue;
      const above = dominator[node]!;
      if (last[above] !== NONE) after[last[above]!] = node;
      before[node] = last[above]!;
      after[node] = NONE;
      last[above] = node;
    }
  }

  isLoop(node: number): boolean {
    return (this.marks[node]! & LOOP) !== 0;
  }

  /** Whether the edge goes through the dispatcher. */
  isCarried(node: number, to: number): boolean {
    return this.rank[to]! <= this.rank[node]! && !this.dominates(to, node);
  }

  /** Whether the edge, which is not carried, is a branch to a label; otherwise `to` stands where the edge begins. */
  isBranch(node: number, to: number): boolean {
    return this.rank[to]! <= this.rank[node]! || (this.marks[to]! & (MERGE | DISPATCHED)) !== 0;
  }

  /** Of the merges that `node` dominates immediately the last in the order; NONE. */
  lastMerge(node: number): number {
    return this.last[node]!;
  }

  /** The merge before or after `merge`, of those with its dominator; NONE. */
  mergeBefore(merge: number): number {
    return this.before[merge]!;
  }

  mergeAfter(merge: number): number {
    return this.after[merge]!;
  }
}
