/** A planted bug for each invariant of swap, and the checker that notices it. */
import { describe, expect, it } from "vitest";
import { PTE } from "../../../cpu/paging.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { allocateFrame, FRAME, OWNER } from "../../../kernel/vm/frames.ts";
import { findPte } from "../../../kernel/vm/page-table.ts";
import { clearPage, putSwapped, swapEntry } from "../../../kernel/vm/pte.ts";
import { addToSwapCache, dropSlotUse, removeFromSwapCache } from "../../../kernel/vm/swap-cache.ts";
import { addSlotUse, allocateSlot } from "../../../kernel/vm/swap-slots.ts";
import type { PageObject, SwapArea } from "../../../kernel/vm/types.ts";
import { anonymous, PAGE, SHARED } from "./machines.ts";
import {
  frameAt,
  readByte,
  swapFork,
  swapKernel,
  swapOut,
  swapOutNow,
  swapProcess,
  writeByte,
} from "./swap-machines.ts";

interface Scene {
  readonly k: Kernel;
  readonly p: Process;
  readonly area: SwapArea;
  readonly object: PageObject;
  /** Private pages: on the disk only; a clean copy of its slot; one that a child has in swap and this process in RAM. */
  readonly away: number;
  readonly copy: number;
  readonly half: number;
  /** Shared memory: its first page in swap, its second in RAM. */
  readonly shared: number;
}

function scene(): Scene {
  const k = swapKernel([{ pages: 100 }]);
  const p = swapProcess(k);
  const pages = anonymous(k, p, 3);
  const [away, copy, half] = [pages, pages + PAGE, pages + 2 * PAGE];
  const shared = anonymous(k, p, 2, { flags: SHARED });
  k.vm.settings.pageCluster = 0;
  for (const va of [half, shared, shared + PAGE]) writeByte(k, p, va, 1);
  swapFork(k, p);
  for (const va of [away, copy]) writeByte(k, p, va, 1);
  for (const va of [away, copy, half, shared]) swapOutNow(k, p, va);
  for (const va of [copy, half]) readByte(k, p, va);
  const object = [...k.vm.cache.objects.values()][0];
  return { k, p, area: k.vm.swap.areas[0]!, object, away, copy, half, shared };
}

const entryAt = ({ k, p }: Scene, va: number) => findPte(k, p.space!, va / PAGE);
const slotAt = (x: Scene, va: number) => x.k.machine.ram.u32[entryAt(x, va)] >>> 10;

/** Bugs, each with the number of the invariant that must notice it. */
const BUGS: readonly [number, string, (x: Scene) => void][] = [
  [3, "the swap cache's reference is forgotten", (x) => void x.k.vm.frames.references[frameAt(x.k, x.p, x.half)]--],
  [
    7,
    "an entry is neither resident nor in swap",
    (x) => {
      x.k.machine.ram.u32[entryAt(x, x.away)] = 1 << 10;
    },
  ],
  [
    7,
    "a page of shared memory has a swap entry of its own",
    (x) => {
      const { k, p } = x;
      const entry = x.object.swapped.get(0)!;
      clearPage(k, p.space!, entryAt(x, x.shared + PAGE));
      putSwapped(k, p.space!, findPte(k, p.space!, x.shared / PAGE), entry);
    },
  ],
  [
    8,
    "a frame that another has in swap is writable",
    (x) => {
      x.k.machine.ram.u32[entryAt(x, x.half)] |= PTE.W;
    },
  ],
  [9, "a swapped page is not counted", (x) => void x.p.space!.counts.swapped--],
  [15, "a use is forgotten", (x) => void x.area.uses[slotAt(x, x.away)]--],
  [15, "a use is left over", (x) => void x.area.uses[slotAt(x, x.away)]++],
  [
    15,
    "an object forgets its slot",
    (x) => {
      x.object.swapped.clear();
    },
  ],
  [15, "a taken slot is not counted", (x) => void x.area.used--],
  [15, "a free slot of a cluster is not counted", (x) => void x.area.free[1]--],
  [
    15,
    "a page of an object is in RAM and in swap",
    (x) => {
      const entry = x.object.swapped.get(0)!;
      x.object.swapped.set(1, entry);
      addSlotUse(x.k, entry);
    },
  ],
  [
    15,
    "an entry names an area that is gone",
    (x) => {
      x.k.machine.ram.u32[entryAt(x, x.away)] = swapEntry(5, 1);
    },
  ],
  [
    16,
    "the swap cache loses a frame",
    (x) => {
      x.k.vm.swap.cache.delete(x.k.vm.frames.slot[frameAt(x.k, x.p, x.copy)]);
    },
  ],
  [
    16,
    "two slots find one frame",
    (x) => {
      const { cache } = x.k.vm.swap;
      const [first, second] = [...cache.keys()];
      cache.set(first, cache.get(second)!);
    },
  ],
  [
    16,
    "a slot that nobody needs stays taken",
    (x) => {
      addToSwapCache(x.k, allocateSlot(x.k), allocateFrame(x.k, OWNER.anonymous));
      const frame = [...x.k.vm.swap.cache.values()].at(-1)!;
      x.k.vm.frames.flags[frame - x.k.vm.frames.first] |= FRAME.dirty;
      x.k.vm.frames.references[frame - x.k.vm.frames.first]--;
    },
  ],
  [
    16,
    "a frame on its way out is not counted",
    (x) => {
      writeByte(x.k, x.p, x.copy, 2);
      swapOut(x.k, x.p, x.copy);
      x.k.vm.reclaim.leaving--;
    },
  ],
  [
    16,
    "a frame in transfer is not pinned",
    (x) => {
      writeByte(x.k, x.p, x.copy, 2);
      const index = frameAt(x.k, x.p, x.copy);
      swapOut(x.k, x.p, x.copy);
      x.k.vm.frames.pins[index]--;
      x.k.vm.frames.references[index]--;
    },
  ],
  [
    19,
    "a clean copy differs from its slot",
    (x) => {
      x.k.machine.ram.frame(frameAt(x.k, x.p, x.copy) + x.k.vm.frames.first)[100] ^= 1;
    },
  ],
];

describe("The checker of swap", () => {
  it("finds nothing wrong where nothing is", () => {
    const { k } = scene();
    expect(() => checkVm(k)).not.toThrow();
    expect(k.vm.swap.cache.size).toBe(2);
  });

  it.each(BUGS)("(%i) notices when %s", (number, _bug, plant) => {
    const x = scene();
    expect(() => {
      plant(x);
      checkVm(x.k);
    }).toThrow(`vm (${number}):`);
  });

  it("notices at once when a slot is dropped more often than it was used", () => {
    const x = scene();
    const entry = x.object.swapped.get(0)!;
    dropSlotUse(x.k, entry);
    expect(() => dropSlotUse(x.k, entry)).toThrow("swap (1):");
  });

  it("notices at once when a frame leaves the swap cache during its transfer", () => {
    const x = scene();
    writeByte(x.k, x.p, x.copy, 2);
    const index = frameAt(x.k, x.p, x.copy);
    swapOut(x.k, x.p, x.copy);
    expect(() => removeFromSwapCache(x.k, index + x.k.vm.frames.first)).toThrow("swap cache (2):");
  });
});
