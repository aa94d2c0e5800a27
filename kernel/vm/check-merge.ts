/** Invariants (22) to (25): merged frames, the two trees of merging, and what the scanner remembers. See check.ts. */
import { PTE } from "../../cpu/paging.ts";
import { panic } from "../panic.ts";
import { OWNER } from "./frames.ts";
import { hashPage, orderOf } from "./merge-content.ts";
import { isChain } from "./merge-nodes.ts";
import type { MergeNode } from "./merge-types.ts";
import type { Tree } from "./red-black.ts";
import { mappingsOf } from "./reverse-map.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** What was found on the way. */
interface Found {
  /** By number: nodes in the stable tree or in a chain. */
  readonly nodes: Set<number>;
  /** By number of the item: the node that lists it. */
  readonly listed: Map<number, number>;
  shared: number;
  sharing: number;
  chains: number;
  duplicates: number;
}

/** Asserts (22) to (25). */
export function checkMerge(k: VmKernel): void {
  const found: Found = { nodes: new Set(), listed: new Map(), shared: 0, sharing: 0, chains: 0, duplicates: 0 };
  checkStable(k, found);
  checkMerged(k, found);
  checkUnstable(k);
  checkItems(k, found);
}

/** Numbers of the tree's nodes from left to right. Asserts that it is a red-black tree. */
function inOrder(tree: Tree, name: string): number[] {
  const found: number[] = [];
  const visit = (n: number, parent: number): number => {
    if (n === 0) return 0;
    const node = tree.nodes[n];
    if (node.parent !== parent || found.length > tree.nodes.length)
      panic("vm (23): a tree of merging is whole", { name, n, parent: node.parent });
    if (node.red && tree.nodes[parent].red) panic("vm (23): no red node has a red child", { name, n });
    const left = visit(node.left, n);
    found.push(n);
    if (visit(node.right, n) !== left) panic("vm (23): a tree of merging is balanced", { name, n });
    return left + (node.red ? 0 : 1);
  };
  visit(tree.root, 0);
  return found;
}

const isStale = (k: VmKernel, n: number, { frame }: MergeNode) => k.vm.frames.merged[frame - k.vm.frames.first] !== n;

/** The content of a place is that of any node with a frame. 0: all are stale. */
function frameAtPlace(k: VmKernel, members: readonly number[]): number {
  const { nodes } = k.vm.merge.stable;
  for (const n of members) if (!isStale(k, n, nodes[n])) return nodes[n].frame;
  return 0;
}

/** Order and chains: (23). */
function checkStable(k: VmKernel, found: Found): void {
  const m = k.vm.merge;
  let before = 0;
  for (const place of inOrder(m.stable, "stable")) {
    const members = isChain(m, place) ? chainMembers(k, place, found) : [place];
    for (const n of members) checkNode(k, n, found);
    const frame = frameAtPlace(k, members);
    if (frame === 0) continue;
    if (before !== 0 && orderOf(k, before, frame) >= 0)
      panic("vm (23): the stable tree is in order", { place, frame, before });
    before = frame;
  }
  const { chains, duplicates } = m.counts;
  if (chains !== found.chains || duplicates !== found.duplicates)
    panic("vm (23): chains are counted", { chains, duplicates, found: `${found.chains} ${found.duplicates}` });
}

function chainMembers(k: VmKernel, chain: number, found: Found): number[] {
  const { nodes } = k.vm.merge.stable;
  const members: number[] = [];
  found.chains++;
  for (let n = nodes[chain].first; n !== 0; n = nodes[n].after) {
    const before = members.at(-1) ?? 0;
    if (nodes[n].chain !== chain || nodes[n].before !== before || members.length > nodes.length)
      panic("vm (23): a chain is whole", { chain, n, before: nodes[n].before });
    if (nodes[n].checksum !== nodes[nodes[chain].first].checksum)
      panic("vm (23): the frames of a chain have one content", { chain, n });
    members.push(n);
  }
  found.duplicates += members.length;
  return members;
}

/** The items of a node: (24). */
function checkNode(k: VmKernel, n: number, found: Found): void {
  const { stable, unstable } = k.vm.merge;
  const { first, length } = stable.nodes[n];
  let count = 0;
  let before = 0;
  found.nodes.add(n);
  for (let item = first; item !== 0; item = unstable.nodes[item].after) {
    const { where, node, before: says } = unstable.nodes[item];
    if (where !== "stable" || node !== n || says !== before || ++count > length)
      panic("vm (24): a node's items are a list", { n, item, where, node });
    found.listed.set(item, n);
    before = item;
  }
  if (count !== length) panic("vm (24): a node counts its items", { n, count, length });
  if (count > 0) found.shared++;
  if (count > 1) found.sharing += count - 1;
}

/** What is merged is private, write-protected, known to the tree and as it was: (22). */
function checkMerged(k: VmKernel, found: Found): void {
  const { frames, merge } = k.vm;
  for (let index = 0; index < frames.count; index++) {
    const n = frames.merged[index];
    if (n === 0) continue;
    const where = { index, node: n, owner: frames.owner[index] };
    if (frames.owner[index] !== OWNER.anonymous || frames.block[index] !== 0)
      panic("vm (22): a merged frame is private memory, and no part of a huge page", where);
    if (!found.nodes.has(n) || merge.stable.nodes[n].frame !== index + frames.first)
      panic("vm (22): the stable tree knows a merged frame", where);
    if (merge.stable.nodes[n].checksum !== hashPage(k, index + frames.first))
      panic("vm (22): nobody changes a merged frame", where);
    for (const at of mappingsOf(k, index + frames.first))
      if (k.machine.ram.u32[at] & (PTE.W | PTE.D)) panic("vm (22): no entry lets a merged frame be written", where);
  }
}

/** (25): content may be out of order, the tree may not. */
function checkUnstable(k: VmKernel): void {
  const { unstable, fullScans, cursor } = k.vm.merge;
  const there = new Set(inOrder(unstable, "unstable"));
  if (cursor.space === 0 && there.size > 0)
    panic("vm (25): the unstable tree is empty between two full scans", { size: there.size });
  for (const [item, { where, scan }] of unstable.nodes.entries())
    if ((where === "unstable" && scan === fullScans) !== there.has(item))
      panic("vm (25): the unstable tree has the items that say so", { item, where, scan, fullScans });
}

/** (24): lists by space, and all counts. */
function checkItems(k: VmKernel, found: Found): void {
  const { unstable, spaces, order, counts } = k.vm.merge;
  const sums = { items: 0, unshared: 0, listed: 0 };
  for (const { space, first, items, merged } of spaces.values()) {
    const mine = { items: 0, merged: 0 };
    let last = -1;
    for (let item = first; item !== 0; item = unstable.nodes[item].next) {
      const { space: says, page, where } = unstable.nodes[item];
      if (says !== space || page <= last) panic("vm (24): the items of a space are in order", { space, item, page });
      if ((where === "stable") !== found.listed.has(item))
        panic("vm (24): a node lists the items that say so", { space, item, where });
      last = page;
      mine.items++;
      if (where === "stable") mine.merged++;
      if (where === "unstable") sums.unshared++;
    }
    if (mine.items !== items || mine.merged !== merged)
      panic("vm (24): a space counts its items", { space, items, merged, found: `${mine.items} ${mine.merged}` });
    sums.items += mine.items;
    sums.listed += mine.merged;
  }
  if (order.length !== spaces.size || order.some((id) => !spaces.has(id)))
    panic("vm (24): every space has its turn", { order: order.join(" "), spaces: spaces.size });
  const says = `${counts.items} ${counts.unshared} ${counts.shared} ${counts.sharing} ${counts.shared + counts.sharing}`;
  const is = `${sums.items} ${sums.unshared} ${found.shared} ${found.sharing} ${sums.listed}`;
  if (says !== is) panic("vm (24): items are counted", { says, is });
}
