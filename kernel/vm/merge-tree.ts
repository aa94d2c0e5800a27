/**
 * The stable tree: merged frames by their content, which nobody can change. A place of the tree is a node, or a chain of
 * nodes with one content, where more pages have it than may have one frame.
 *
 * (1) In order: what lies left of a place is less (memcmp), what lies right of it is greater.
 *
 * Stale nodes are met on the way and go; the search begins again then, since the tree has changed.
 *
 * Source: Linux 6.1 mm/ksm.c, stable_tree_search, stable_node_dup, stable_tree_insert.
 */
import { CYCLES_PER_SECOND } from "../../cpu/costs.ts";
import type { FrameNumber } from "../../cpu/paging.ts";
import { NO_FRAME } from "./frames.ts";
import { comparePages } from "./merge-content.ts";
import {
  dissolveChain,
  dropChain,
  frameOfNode,
  isChain,
  joinChain,
  makeChain,
  mayJoinNode,
  moveToHeadOfChain,
  newNode,
} from "./merge-nodes.ts";
import { insertNode, type Side } from "./red-black.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** What is at a place of the tree. */
interface Met {
  /** The place, which may have changed: a chain of one node becomes that node. */
  readonly place: number;
  /** A node with the place's content, and whether one more page may have its frame. */
  readonly node: number;
  readonly hasRoom: boolean;
  readonly frame: FrameNumber;
}

/** Looks at a place. @param prune a chain's stale nodes may be looked for @returns null: the tree has changed, search again */
function meet(k: VmKernel, at: number, prune: boolean): Met | null {
  const m = k.vm.merge;
  if (!isChain(m, at)) return met(k, at, at, mayJoinNode(m, at));
  const { place, node } = chooseInChain(k, at, prune);
  if (node !== 0) return met(k, place, node, true);
  const { first } = m.stable.nodes[at];
  if (first !== 0) return met(k, at, first, false);
  dropChain(m, at);
  return null;
}

function met(k: VmKernel, place: number, node: number, hasRoom: boolean): Met | null {
  const frame = frameOfNode(k, node);
  return frame === NO_FRAME ? null : { place, node, hasRoom, frame };
}

/**
 * A node of the chain that another page may join, 0: all are full. The first one that is found; when it is time to prune, the
 * fullest one after a look at all of them, and a chain of one ends.
 */
function chooseInChain(k: VmKernel, chain: number, mayPrune: boolean): { place: number; node: number } {
  const m = k.vm.merge;
  const { nodes } = m.stable;
  const prune = mayPrune && isTimeToPrune(k, chain);
  let [found, alive] = [0, 0];
  for (let n = nodes[chain].first; n !== 0; ) {
    const { after } = nodes[n];
    if (frameOfNode(k, n) !== NO_FRAME) {
      alive++;
      if (mayJoinNode(m, n) && (found === 0 || nodes[n].length > nodes[found].length)) found = n;
      if (found !== 0 && !prune) break;
    }
    n = after;
  }
  if (found === 0) return { place: chain, node: 0 };
  if (prune && alive === 1) {
    dissolveChain(m, chain, found);
    return { place: found, node: found };
  }
  if (nodes[chain].first !== found && mayJoinNode(m, found, 1)) moveToHeadOfChain(m, found);
  return { place: chain, node: found };
}

/** Whether the chain's stale nodes have not been looked for for a while; then they are now. */
function isTimeToPrune(k: VmKernel, chain: number): boolean {
  const { stable, settings } = k.vm.merge;
  const { cycles } = k.machine.clock;
  if (cycles < stable.nodes[chain].pruned + (settings.pruneMillisecs * CYCLES_PER_SECOND) / 1000) return false;
  stable.nodes[chain].pruned = cycles;
  return true;
}

/** Where a search has ended: at a place with the same content (`same`), or below `parent`. */
interface End {
  readonly same: Met | null;
  readonly parent: number;
  readonly side: Side;
}

function descend(k: VmKernel, frame: FrameNumber, prune: boolean): End {
  const tree = k.vm.merge.stable;
  let end: End = { same: null, parent: 0, side: "left" };
  for (let at = tree.root; at !== 0; ) {
    const here = meet(k, at, prune);
    if (here === null) return descend(k, frame, prune);
    const order = comparePages(k, frame, here.frame);
    if (order === 0) return { ...end, same: here };
    end = { same: null, parent: here.place, side: order < 0 ? "left" : "right" };
    at = tree.nodes[here.place][end.side];
  }
  return end;
}

/** The node with the content of `frame` that another page may join; 0: there is none, or all are full. */
export function findNode(k: VmKernel, frame: FrameNumber): number {
  const { same } = descend(k, frame, true);
  return same?.hasRoom ? same.node : 0;
}

/** Enters a frame that is merged from now on: as a place of its own, or in the chain of its content. @returns its node */
export function enterFrame(k: VmKernel, frame: FrameNumber, checksum: number): number {
  const m = k.vm.merge;
  const { same, parent, side } = descend(k, frame, false);
  const node = newNode(k, frame, checksum);
  if (same === null) insertNode(m.stable, node, parent, side);
  else joinChain(m, node, isChain(m, same.place) ? same.place : makeChain(k, same.place));
  return node;
}
