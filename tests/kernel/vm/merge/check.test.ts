/** Bugs of merging, each with the number of the invariant that must notice it. */
import { describe, expect, it } from "vitest";
import { PTE } from "../../../../cpu/paging.ts";
import type { Kernel } from "../../../../kernel/kernel.ts";
import type { Process } from "../../../../kernel/process.ts";
import { checkVm } from "../../../../kernel/vm/check.ts";
import { scanPages } from "../../../../kernel/vm/merge-daemon.ts";
import { findPte } from "../../../../kernel/vm/page-table.ts";
import { PAGE, vmKernel } from "../machines.ts";
import { frameOf, fullScans, processWith } from "./machines.ts";

/** Merged pages of three contents, one of them in a chain, and pages in the unstable tree of a scan under way. */
interface Scene {
  readonly k: Kernel;
  readonly p: Process;
  readonly va: number;
  /** Index of a merged frame, its node, an item of it; an item of the unstable tree; the chain. */
  readonly index: number;
  readonly node: number;
  readonly item: number;
  readonly loose: number;
  readonly chain: number;
}

function scene(): Scene {
  const k = vmKernel();
  k.vm.merge.settings.maxPageSharing = 3;
  const { p, va } = processWith(k, ["a", "a", "b", "b", "c", "c", "c", "c", "c", "c", "d", "e", "f"]);
  fullScans(k, 4);
  scanPages(k, 12);
  checkVm(k);
  const { merged, first } = k.vm.frames;
  const index = frameOf(k, p, va) - first;
  const { nodes } = k.vm.merge.stable;
  return {
    k,
    p,
    va,
    index,
    node: merged[index],
    item: nodes[merged[index]].first,
    loose: k.vm.merge.unstable.root,
    chain: nodes.findIndex(({ length }) => length < 0),
  };
}

const nodesOf = ({ k }: Scene) => k.vm.merge.stable.nodes;
const itemsOf = ({ k }: Scene) => k.vm.merge.unstable.nodes;

const BUGS: readonly [number, string, (x: Scene) => void][] = [
  [
    22,
    "a merged frame is written to",
    ({ k, index }) => {
      k.machine.ram.u8[index * PAGE + 9] = 1;
    },
  ],
  [
    8,
    "an entry lets a merged frame be written",
    ({ k, p, va }) => {
      k.machine.ram.u32[findPte(k, p.space!, va / PAGE)] |= PTE.W;
    },
  ],
  [
    22,
    "an entry says that a merged frame was written",
    ({ k, p, va }) => {
      k.machine.ram.u32[findPte(k, p.space!, va / PAGE)] |= PTE.D;
    },
  ],
  [
    22,
    "a free frame is merged",
    ({ k, node }) => {
      k.vm.frames.merged[k.vm.frames.count - 1] = node;
    },
  ],
  [
    22,
    "a frame names another's node",
    ({ k, index, chain }) => {
      k.vm.frames.merged[index] = chain;
    },
  ],
  [
    23,
    "two places of the stable tree change their frames",
    (x) => {
      const other = nodesOf(x).findIndex(({ frame, chain }, n) => frame !== 0 && chain === 0 && n !== x.node);
      const [a, b] = [nodesOf(x)[x.node], nodesOf(x)[other]];
      const { merged, first } = x.k.vm.frames;
      [a.frame, b.frame, a.checksum, b.checksum] = [b.frame, a.frame, b.checksum, a.checksum];
      [merged[a.frame - first], merged[b.frame - first]] = [x.node, other];
    },
  ],
  [
    23,
    "the tree is not balanced",
    (x) => {
      const { root } = x.k.vm.merge.stable;
      const { left, right } = nodesOf(x)[root];
      nodesOf(x)[left].red = !nodesOf(x)[left].red;
      if (!nodesOf(x)[right].red) nodesOf(x)[root].red = false;
    },
  ],
  [
    23,
    "a node does not know its parent",
    (x) => {
      itemsOf(x)[x.loose].parent = x.item;
    },
  ],
  [23, "a chain is not counted", ({ k }) => void k.vm.merge.counts.chains++],
  [23, "a frame of a chain is not counted", ({ k }) => void k.vm.merge.counts.duplicates--],
  [
    23,
    "a frame of a chain does not know it",
    (x) => {
      nodesOf(x)[nodesOf(x)[x.chain].first].chain = x.node;
    },
  ],
  [24, "a node counts an item too many", (x) => void nodesOf(x)[x.node].length++],
  [
    24,
    "an item is in a list that it does not know of",
    (x) => {
      itemsOf(x)[x.item].node = x.chain;
    },
  ],
  [
    25,
    "an item is in the unstable tree and does not say so",
    (x) => {
      itemsOf(x)[x.loose].where = "stable";
    },
  ],
  [24, "pages_sharing is wrong", ({ k }) => void k.vm.merge.counts.sharing++],
  [24, "pages_unshared is wrong", ({ k }) => void k.vm.merge.counts.unshared--],
  [24, "a space counts an item too many", ({ k }) => void [...k.vm.merge.spaces.values()][0].items++],
  [24, "a space is visited twice", ({ k }) => void k.vm.merge.order.push(k.vm.merge.order[0])],
  [
    24,
    "items are out of order",
    (x) => {
      itemsOf(x)[x.item].page = 1e9;
    },
  ],
  [
    25,
    "the unstable tree is kept when a full scan ends",
    ({ k }) => {
      k.vm.merge.cursor.space = 0;
    },
  ],
  [25, "an item of the last scan is still in the unstable tree", (x) => void itemsOf(x)[x.loose].scan--],
];

describe("The checker of merging", () => {
  it("finds nothing wrong where nothing is", () => {
    const { chain, loose, k } = scene();
    expect(chain).toBeGreaterThan(0);
    expect(loose).toBeGreaterThan(0);
    expect(k.vm.merge.counts).toMatchObject({ shared: 4, duplicates: 2, unshared: 3 });
  });

  it.each(BUGS)("(%i) notices when %s", (number, _bug, plant) => {
    const x = scene();
    plant(x);
    expect(() => checkVm(x.k)).toThrow(`vm (${number}):`);
  });
});
