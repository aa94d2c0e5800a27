/** Same-page merging at power-on: nobody to visit, and Linux's settings. */
import { NO_ITEM } from "./merge-items.ts";
import { NO_NODE } from "./merge-nodes.ts";
import { RUN } from "./merge-spaces.ts";
import type { MergeState } from "./merge-types.ts";

export function createMerge(): MergeState {
  return {
    settings: {
      run: RUN.stop,
      pagesToScan: 100,
      sleepMillisecs: 20,
      maxPageSharing: 256,
      useZeroPages: 0,
      mergeAcrossNodes: 1,
      pruneMillisecs: 2000,
    },
    spaces: new Map(),
    order: [],
    cursor: { space: 0, page: 0, last: 0 },
    unstable: { root: 0, nodes: [{ ...NO_ITEM }] },
    freeItems: [],
    stable: { root: 0, nodes: [{ ...NO_NODE }] },
    freeNodes: [],
    counts: { items: 0, shared: 0, sharing: 0, unshared: 0, chains: 0, duplicates: 0 },
    fullScans: 0,
    due: Number.POSITIVE_INFINITY,
    left: 0,
    quiet: 0,
    changed: false,
    unmerger: 0,
  };
}
