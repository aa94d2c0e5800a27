/** The checker of huge pages notices what is planted: invariant (21), and what the older ones say of huge pages. */
import { describe, expect, it } from "vitest";
import { PTE } from "../../../cpu/paging.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { findVma, splitVmaAt } from "../../../kernel/vm/address-space.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { HUGE_BYTES, HUGE_PAGES } from "../../../kernel/vm/huge-page.ts";
import { mapAnonymous } from "../../../kernel/vm/map.ts";
import { findPte } from "../../../kernel/vm/page-table.ts";
import { splitLeaf } from "../../../kernel/vm/pte-large.ts";
import { FIXED, load, PAGE, PRIVATE, store, vmFork, vmKernel, vmProcess, warm } from "./machines.ts";

const OWN = 0x2000_0000;
const BOTH = OWN + HUGE_BYTES;
const ZERO = BOTH + HUGE_BYTES;

/** A huge page of one's own, one that a child shares, and one of zeroes. */
interface Scene {
  readonly k: Kernel;
  readonly p: Process;
  readonly child: Process;
}

function scene(): Scene {
  const k = vmKernel({ thp: "always" }, { ramBytes: 8 * 2 ** 20 });
  const p = vmProcess(k);
  warm(k, p);
  mapAnonymous(k, p.space!, { address: OWN, length: 3 * HUGE_BYTES, prot: 3, flags: PRIVATE | FIXED, limits: null });
  store(k, p, BOTH, 1);
  const child = vmFork(k, p);
  store(k, p, OWN, 1);
  load(k, p, ZERO);
  checkVm(k);
  return { k, p, child };
}

const entryAt = ({ k, p }: Scene, va: number) => findPte(k, p.space!, va / PAGE);
const headAt = (x: Scene, va: number) => (x.k.machine.ram.u32[entryAt(x, va)] >>> 10) - x.k.vm.frames.first;

const BUGS: readonly [number, string, (x: Scene) => void][] = [
  [
    3,
    "a reference of one frame of a huge page is forgotten",
    (x) => void x.k.vm.frames.references[headAt(x, BOTH) + 9]--,
  ],
  [
    4,
    "a large leaf is not in the reverse map",
    (x) => void x.k.vm.frames.mappings.fill(0, headAt(x, OWN), headAt(x, OWN) + 1),
  ],
  [6, "a table in reserve is used", (x) => void x.k.vm.frames.entries[x.p.space!.deposits[0] - x.k.vm.frames.first]++],
  [21, "a table in reserve is forgotten", (x) => void x.p.space!.deposits.pop()],
  [
    7,
    "a large leaf gives a right that the vma does not",
    (x) => {
      x.k.machine.ram.u32[entryAt(x, OWN)] |= PTE.X;
    },
  ],
  [
    8,
    "a huge page that is shared can be written",
    (x) => {
      x.k.machine.ram.u32[entryAt(x, BOTH)] |= PTE.W;
    },
  ],
  [
    8,
    "the huge page of zeroes can be written",
    (x) => {
      x.k.machine.ram.u32[entryAt(x, ZERO)] |= PTE.W;
    },
  ],
  [
    9,
    "the pages of a huge page are not counted",
    (x) => {
      x.p.space!.counts.anonymous -= HUGE_PAGES;
    },
  ],
  [
    12,
    "splitting does not flush",
    (x) => {
      load(x.k, x.p, OWN);
      x.k.machine.harts[0].sfenceVma = () => {};
      splitLeaf(x.k, x.p.space!, entryAt(x, OWN));
    },
  ],
  [
    17,
    "a huge page counts as one page in its list",
    (x) => void x.k.vm.reclaim.lengths.set([5], x.k.vm.frames.list[headAt(x, OWN)]),
  ],
  [
    21,
    "a border is made in the middle of a huge page",
    (x) => {
      const { deposits } = x.p.space!;
      const tables = deposits.splice(0);
      splitVmaAt(x.k, x.p.space!, OWN + PAGE);
      findVma(x.p.space!, OWN)!.flags |= 1 << 20;
      deposits.push(...tables);
    },
  ],
  [
    21,
    "a frame of a huge page does not know it",
    (x) => void x.k.vm.frames.block.fill(0, headAt(x, OWN) + 4, headAt(x, OWN) + 5),
  ],
  [21, "ordinary frames think that they are a huge page", (x) => void x.k.vm.huge.pages++],
  [21, "a use of the huge page of zeroes is not counted", (x) => void x.k.vm.huge.zeroUses++],
  [
    21,
    "somebody writes to the huge page of zeroes",
    (x) => {
      x.k.machine.ram.u8[(x.k.vm.huge.zeroFrame - x.k.vm.frames.first + 77) * PAGE] = 1;
    },
  ],
];

describe("The checker of huge pages", () => {
  it("finds nothing wrong where nothing is", () => {
    const { k } = scene();
    expect(() => checkVm(k)).not.toThrow();
    expect([k.vm.huge.pages, k.vm.huge.zeroUses]).toEqual([2, 1]);
  });

  it.each(BUGS)("(%i) notices when %s", (number, _bug, plant) => {
    const x = scene();
    expect(() => {
      plant(x);
      checkVm(x.k);
    }).toThrow(`vm (${number}):`);
  });

  it("notices, when one is given out, that somebody has written to memory that nobody was given", () => {
    const k = vmKernel({ thp: "always" }, { ramBytes: 8 * 2 ** 20 });
    const p = vmProcess(k);
    warm(k, p);
    mapAnonymous(k, p.space!, { address: OWN, length: HUGE_BYTES, prot: 3, flags: PRIVATE | FIXED, limits: null });
    const { touched, count } = k.vm.frames;
    // In the last page of each: single frames are taken from the front.
    for (let end = HUGE_PAGES; end <= count; end += HUGE_PAGES)
      if (end > touched) k.machine.ram.u8[(end - 1) * PAGE + 77] = 1;
    expect(() => store(k, p, OWN, 1)).toThrow("frames (2)");
  });
});
