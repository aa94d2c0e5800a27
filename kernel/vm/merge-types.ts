/** The state of same-page merging, as plain data. Who owns which part stands beside each. */
import type { FrameNumber } from "../../cpu/paging.ts";
import type { Tree, TreeNode } from "./red-black.ts";

/**
 * What the scanner remembers of one page of a space: Linux's rmap item. Owned by merge-items.ts. Also a node of the unstable
 * tree. Links are numbers of items; 0 is none.
 */
export interface MergeItem extends TreeNode {
  /** Id of its space, page number. */
  space: number;
  page: number;
  /** The next one of its space, by page. */
  next: number;
  /** Of what the page held when the scanner last came. */
  checksum: number;
  where: "nowhere" | "unstable" | "stable";
  /** Unstable: the full scan that put it into the tree. */
  scan: number;
  /** Stable: the node whose frame its page has, and its neighbours among the items of that node. */
  node: number;
  after: number;
  before: number;
}

/**
 * A merged frame, or a chain of merged frames with the same content: Linux's stable node. Owned by merge-nodes.ts. Links are
 * numbers of nodes.
 */
export interface MergeNode extends TreeNode {
  /** The merged frame; 0 for a chain. It is no reference: the frame is free to go, and `merged` of the frame table says so. */
  frame: FrameNumber;
  /** Items; -1 for a chain. */
  length: number;
  /** The first item; of a chain its first node. */
  first: number;
  /** The chain that it is in, and its neighbours there; 0: it is in the tree itself. */
  chain: number;
  after: number;
  before: number;
  /** Of a chain: when stale nodes were last looked for, in cycles. */
  pruned: number;
  /** Of the content, which does not change. */
  checksum: number;
}

/** A space with mergeable mappings. Owned by merge-spaces.ts. */
export interface MergeSpace {
  readonly space: number;
  /** Its first item. */
  first: number;
  /** Its items, and those of them whose page is merged: ksm_rmap_items, ksm_merging_pages. */
  items: number;
  merged: number;
}

/** What /sys/kernel/mm/ksm can change, in the units of its files. */
export interface MergeSettings {
  /** 0: the scanner rests, 1: it works, 2: it rests and nothing is merged. */
  run: number;
  pagesToScan: number;
  sleepMillisecs: number;
  maxPageSharing: number;
  useZeroPages: number;
  /** There is one node of memory: it changes nothing. */
  mergeAcrossNodes: number;
  pruneMillisecs: number;
}

/** Same-page merging: merge.ts says how it works. */
export interface MergeState {
  readonly settings: MergeSettings;
  readonly spaces: Map<number, MergeSpace>;
  /** Ids of the spaces in the order in which they are scanned. */
  readonly order: number[];
  /** Where the scanner is: merge-scan.ts. Space 0: between two full scans; `last`: the item before the next one. */
  readonly cursor: { space: number; page: number; last: number };
  readonly unstable: Tree<MergeItem>;
  readonly freeItems: number[];
  readonly stable: Tree<MergeNode>;
  readonly freeNodes: number[];
  /** Items in use, and of them: first ones of a node, other ones of a node, in the unstable tree. Chains, and nodes in them. */
  readonly counts: {
    items: number;
    shared: number;
    sharing: number;
    unshared: number;
    chains: number;
    duplicates: number;
  };
  fullScans: number;
  /** When it works next, in cycles, and how many pages of its batch are left: merge-daemon.ts. */
  due: number;
  left: number;
  /** Full scans in a row that found nothing new while nobody ran; and whether this one has found something. */
  quiet: number;
  changed: boolean;
  /** Process that takes everything apart, perhaps waiting for memory; 0: none. merge-break.ts */
  unmerger: number;
}
