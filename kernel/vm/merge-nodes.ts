/**
 * Nodes of the stable tree: merged frames, the items whose pages have them, and chains of frames with one content.
 *
 *   tree ─► node ─► frame 7      items: P page 16, C page 40, D page 16        (all three entries name frame 7)
 *        └► chain ─► node ─► frame 9   items: as many as vm max_page_sharing allows
 *                └─► node ─► frame 12  items: the others with the same content
 *
 * (1) frames.merged of a merged frame is its node, and the node's `frame` is the frame; a frame that becomes free says 0, and
 *     its node is stale from then on: it goes when somebody comes by (frameOfNode). As in Linux, so that memory that is given
 *     back need not look for it.
 * (2) A node's items are those that say so; `length` counts them. counts.shared is the nodes with items, counts.sharing their
 *     items but the first.
 */
import type { FrameNumber } from "../../cpu/paging.ts";
import { NO_FRAME } from "./frames.ts";
import type { MergeNode, MergeState } from "./merge-types.ts";
import { noLinks, removeNode, replaceNode } from "./red-black.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** MergeNode.length of a chain. */
const CHAIN = -1;

function emptyNode(): MergeNode {
  return { ...noLinks(), frame: NO_FRAME, length: 0, first: 0, chain: 0, after: 0, before: 0, pruned: 0, checksum: 0 };
}

/** The nobody of number 0. */
export const NO_NODE: Readonly<MergeNode> = emptyNode();

function allocate(m: MergeState): number {
  const n = m.freeNodes.pop() ?? m.stable.nodes.length;
  m.stable.nodes[n] = emptyNode();
  return n;
}

/** A node for a frame that is merged from now on; where in the tree it goes is the caller's to say. */
export function newNode(k: VmKernel, frame: FrameNumber, checksum: number): number {
  const m = k.vm.merge;
  const n = allocate(m);
  Object.assign(m.stable.nodes[n], { frame, checksum });
  k.vm.frames.merged[frame - k.vm.frames.first] = n;
  return n;
}

export function isChain(m: MergeState, n: number): boolean {
  return m.stable.nodes[n].length === CHAIN;
}

/** The merged frame of a node; NO_FRAME: it was stale, and is gone now. */
export function frameOfNode(k: VmKernel, n: number): FrameNumber {
  const { frame } = k.vm.merge.stable.nodes[n];
  if (k.vm.frames.merged[frame - k.vm.frames.first] === n) return frame;
  dropNode(k.vm.merge, n);
  return NO_FRAME;
}

/** Whether one page more, and `spare` others, may have the node's frame. One that nobody has any more is about to go. */
export function mayJoinNode(m: MergeState, n: number, spare = 0): boolean {
  const { length } = m.stable.nodes[n];
  return length > 0 && length + spare < m.settings.maxPageSharing;
}

/** The page of `item` has the node's frame. */
export function addItem(m: MergeState, item: number, n: number): void {
  const { nodes } = m.stable;
  const items = m.unstable.nodes;
  const { first } = nodes[n];
  Object.assign(items[item], { where: "stable", node: n, after: first, before: 0 });
  if (first !== 0) items[first].before = item;
  nodes[n].first = item;
  nodes[n].length++;
  m.counts[first !== 0 ? "sharing" : "shared"]++;
  m.spaces.get(items[item].space)!.merged++;
}

/** The page of `item` has it no longer, or may not. A stale node goes with all its items. */
export function takeItem(k: VmKernel, item: number): void {
  const m = k.vm.merge;
  const { nodes } = m.stable;
  const items = m.unstable.nodes;
  const { node, after, before } = items[item];
  if (frameOfNode(k, node) === NO_FRAME) return;
  if (before !== 0) items[before].after = after;
  else nodes[node].first = after;
  if (after !== 0) items[after].before = before;
  nodes[node].length--;
  forgetItem(m, item, nodes[node].first === 0);
}

function forgetItem(m: MergeState, item: number, isLast: boolean): void {
  const items = m.unstable.nodes;
  m.counts[isLast ? "shared" : "sharing"]--;
  m.spaces.get(items[item].space)!.merged--;
  Object.assign(items[item], { where: "nowhere", node: 0, after: 0, before: 0 });
}

/** Forgets a node and where its items were. Nobody looks at its frame again. */
export function dropNode(m: MergeState, n: number): void {
  const items = m.unstable.nodes;
  const { chain, first } = m.stable.nodes[n];
  for (let item = first; item !== 0; ) {
    const { after } = items[item];
    forgetItem(m, item, after === 0);
    item = after;
  }
  if (chain === 0) removeNode(m.stable, n);
  else leaveChain(m, n);
  free(m, n);
}

function free(m: MergeState, n: number): void {
  m.stable.nodes[n] = emptyNode();
  m.freeNodes.push(n);
}

/** Makes `n`, which is in the tree, the first one of a chain that takes its place. @returns the chain */
export function makeChain(k: VmKernel, n: number): number {
  const m = k.vm.merge;
  const chain = allocate(m);
  Object.assign(m.stable.nodes[chain], { length: CHAIN, pruned: k.machine.clock.cycles });
  m.counts.chains++;
  replaceNode(m.stable, n, chain);
  joinChain(m, n, chain);
  return chain;
}

/** Puts a node that is in no tree at the head of a chain. */
export function joinChain(m: MergeState, n: number, chain: number): void {
  link(m, n, chain);
  m.counts.duplicates++;
}

function leaveChain(m: MergeState, n: number): void {
  unlink(m, n);
  m.counts.duplicates--;
}

function link(m: MergeState, n: number, chain: number): void {
  const { nodes } = m.stable;
  const { first } = nodes[chain];
  Object.assign(nodes[n], { chain, after: first, before: 0 });
  if (first !== 0) nodes[first].before = n;
  nodes[chain].first = n;
}

function unlink(m: MergeState, n: number): void {
  const { nodes } = m.stable;
  const { chain, after, before } = nodes[n];
  if (before !== 0) nodes[before].after = after;
  else nodes[chain].first = after;
  if (after !== 0) nodes[after].before = before;
  Object.assign(nodes[n], { chain: 0, after: 0, before: 0 });
}

/** Forgets a chain without nodes. */
export function dropChain(m: MergeState, chain: number): void {
  removeNode(m.stable, chain);
  free(m, chain);
  m.counts.chains--;
}

/** The only node of a chain takes its place in the tree. */
export function dissolveChain(m: MergeState, chain: number, n: number): void {
  leaveChain(m, n);
  replaceNode(m.stable, chain, n);
  free(m, chain);
  m.counts.chains--;
}

/** The next search finds the node first. */
export function moveToHeadOfChain(m: MergeState, n: number): void {
  const { chain } = m.stable.nodes[n];
  unlink(m, n);
  link(m, n, chain);
}
