import { describe, expect, it } from "vitest";
import { PTE } from "../../../cpu/paging.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { activate, findVma, removeVma } from "../../../kernel/vm/address-space.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { forgetPromise, unchargeCommit } from "../../../kernel/vm/commit.ts";
import { allocateFrame, dropReference, OWNER } from "../../../kernel/vm/frames.ts";
import { lockRange } from "../../../kernel/vm/lock.ts";
import { mapFile } from "../../../kernel/vm/map.ts";
import { LIST, moveToHead } from "../../../kernel/vm/page-lists.ts";
import { ensurePte, findPte } from "../../../kernel/vm/page-table.ts";
import { protectRange } from "../../../kernel/vm/protect.ts";
import { NO_ACCESS, pteFrameOf } from "../../../kernel/vm/pte.ts";
import type { AddressSpace } from "../../../kernel/vm/types.ts";
import { unmapRange } from "../../../kernel/vm/unmap.ts";
import { VMA } from "../../../kernel/vm/vma.ts";
import { anonymous, file, load, PAGE, SHARED, store, vmFork, vmKernel, vmProcess, warm } from "./machines.ts";

/** Two processes with pages of every kind between them, all in order. */
interface Scene {
  readonly k: Kernel;
  readonly p: Process;
  readonly child: Process;
  readonly s: AddressSpace;
  /** A private page of the parent alone; one that both share; a shared anonymous one; a dirty file page. */
  readonly own: number;
  readonly both: number;
  readonly shared: number;
  readonly cached: number;
}

function scene(): Scene {
  const k = vmKernel();
  const p = vmProcess(k);
  const both = anonymous(k, p, 1);
  const shared = anonymous(k, p, 2, { flags: SHARED });
  store(k, p, both, 1);
  store(k, p, shared, 1);
  const child = vmFork(k, p);
  load(k, child, both);
  load(k, child, shared);
  const own = anonymous(k, p, 1, { prot: 7 });
  store(k, p, own, 1);
  const cached = mapFile(k, p.space!, {
    address: 0,
    length: PAGE,
    prot: 3,
    flags: 1,
    inode: file(k, PAGE),
    offset: 0,
    mayWrite: true,
    limits: null,
  });
  store(k, p, cached, 1);
  warm(k, p);
  checkVm(k);
  return { k, p, child, s: p.space!, own, both, shared, cached };
}

const entryAt = ({ k, s }: Scene, va: number) => findPte(k, s, va / PAGE);
const frameAt = (x: Scene, va: number) => pteFrameOf(x.k.machine.ram.u32[entryAt(x, va)]) - x.k.vm.frames.first;
const setBits = (x: Scene, va: number, bits: number) => {
  x.k.machine.ram.u32[entryAt(x, va)] |= bits;
};

/** Bugs, each with the number of the invariant that must notice it. */
const BUGS: readonly [number, string, (x: Scene) => void][] = [
  [
    1,
    "a free frame has a reference",
    (x) => {
      x.k.vm.frames.references[x.k.vm.frames.count - 1] = 1;
    },
  ],
  [1, "a free frame is not counted", (x) => void x.k.vm.frames.free--],
  [
    2,
    "someone writes to the zero frame",
    (x) => {
      x.k.machine.ram.frame(x.k.vm.zeroFrame)[9] = 1;
    },
  ],
  [3, "a reference is forgotten", (x) => void x.k.vm.frames.references[frameAt(x, x.both)]--],
  [3, "a reference is left over", (x) => void x.k.vm.frames.references[frameAt(x, x.cached)]++],
  [3, "an allocated frame is lost", (x) => void allocateFrame(x.k, OWNER.anonymous)],
  [
    4,
    "a mapping is not in the reverse map",
    (x) => {
      x.k.vm.frames.mappings[frameAt(x, x.own)] = 0;
    },
  ],
  [
    4,
    "a reverse map goes in a circle",
    (x) => {
      const head = x.k.vm.frames.mappings[frameAt(x, x.both)];
      x.k.vm.reverse.next[x.k.vm.reverse.next[head]] = head;
    },
  ],
  [5, "a free block is lost", (x) => void x.k.vm.frames.freeLists.fill(0, 3)],
  [6, "an entry of a table is not counted", (x) => void x.k.vm.frames.entries[entryAt(x, x.own) >> 10]--],
  [6, "a table stays where nothing is mapped", (x) => void ensurePte(x.k, x.s, 2 ** 18)],
  [6, "a table is not counted", (x) => void x.s.counts.tables--],
  [
    7,
    "an entry gives a right that the vma does not",
    (x) => {
      x.k.machine.ram.u32[entryAt(x, x.both)] |= PTE.X;
    },
  ],
  [7, "a page stays when its mapping is gone", (x) => removeVma(x.k, x.s, findVma(x.s, x.own)!)],
  [
    7,
    "an entry names another's frame",
    (x) => {
      const { u32 } = x.k.machine.ram;
      u32[entryAt(x, x.own)] = u32[entryAt(x, x.shared)];
    },
  ],
  [
    7,
    "a page without rights is still valid",
    (x) => {
      protectRange(x.k, x.s, x.own, PAGE, 0, null);
      setBits(x, x.own, PTE.V | PTE.R | NO_ACCESS);
    },
  ],
  [8, "a frame shared since fork is writable", (x) => setBits(x, x.both, PTE.W)],
  [
    8,
    "a clean file page is writable",
    (x) => {
      x.k.vm.frames.flags[frameAt(x, x.cached)] = 0;
    },
  ],
  [9, "a resident page is not counted", (x) => void x.s.counts.anonymous--],
  [10, "mapped pages are not counted", (x) => void x.s.counts.mapped++],
  [10, "the tree does not know a hole", (x) => void x.s.vmas!.gap++],
  [11, "a dirty page is not counted", (x) => void x.k.vm.cache.dirtyPages++],
  [11, "a file without a home has a page to be written", (x) => void findVma(x.s, x.cached)!.object!.dirty.add(0)],
  [
    11,
    "a page is under way that the file does not have",
    (x) => void findVma(x.s, x.cached)!.object!.writing.set(9, 1),
  ],
  [
    11,
    "an object forgets who maps it",
    (x) => {
      for (const object of x.k.vm.cache.objects.values()) object.mappers.delete(x.s.id);
    },
  ],
  [
    12,
    "mprotect does not flush",
    (x) => {
      load(x.k, x.p, x.own);
      x.k.machine.harts[0].sfenceVma = () => {};
      protectRange(x.k, x.s, x.own, PAGE, 1, null);
    },
  ],
  [
    12,
    "munmap does not flush",
    (x) => {
      load(x.k, x.p, x.own);
      x.k.machine.harts[0].sfenceVma = () => {};
      unmapRange(x.k, x.s, x.own, PAGE);
    },
  ],
  [
    12,
    "fork does not flush the parent",
    (x) => {
      store(x.k, x.p, x.own, 2);
      x.k.machine.harts[0].sfenceVma = () => {};
      vmFork(x.k, x.p);
    },
  ],
  [
    12,
    "a copy does not flush the shared frame",
    (x) => {
      load(x.k, x.p, x.both);
      x.k.machine.harts[0].sfenceVma = () => {};
      store(x.k, x.p, x.both, 2);
    },
  ],
  [
    13,
    "two spaces have one number",
    (x) => {
      activate(x.k, x.child.space!, x.k.machine.harts[0]);
      x.child.space!.asid = x.s.asid;
    },
  ],
  [20, "a locked page is not counted", (x) => void x.s.counts.locked--],
  [
    20,
    "a child inherits a lock",
    (x) => {
      lockRange(x.k, x.p, x.own, PAGE, false);
      const child = vmFork(x.k, x.p).space!;
      findVma(child, x.own)!.flags |= VMA.locked;
    },
  ],
  [
    20,
    "munlock forgets that it was on fault",
    (x) => {
      findVma(x.s, x.own)!.flags |= VMA.lockOnFault;
    },
  ],
  [
    14,
    "a mapping is promised that nobody counted",
    (x) => {
      const v = findVma(x.s, x.own)!;
      v.flags &= ~VMA.accounted;
    },
  ],
  [
    14,
    "a mapping goes and its promise stays",
    (x) => {
      findVma(x.s, x.own)!.flags ^= VMA.accounted;
      unmapRange(x.k, x.s, x.own, PAGE);
    },
  ],
  [
    14,
    "shared memory is given back twice",
    (x) => {
      unchargeCommit(x.k, 2);
    },
  ],
  [
    14,
    "a file in memory is dirty without a promise",
    (x) => {
      const object = findVma(x.s, x.cached)!.object!;
      for (const index of object.promised) forgetPromise(x.k, object, index);
    },
  ],
];

describe("The checker of virtual memory", () => {
  it("finds nothing wrong where nothing is", () => {
    const { k } = scene();
    expect(() => checkVm(k)).not.toThrow();
  });

  it.each(BUGS)("(%i) notices when %s", (number, _bug, plant) => {
    const x = scene();
    expect(() => {
      plant(x);
      checkVm(x.k);
    }).toThrow(`vm (${number}):`);
  });

  it("notices a page outside the lists of a limit that somebody maps", () => {
    const k = vmKernel({ resident: 8, replacement: "clock" });
    const p = vmProcess(k);
    const va = anonymous(k, p, 1);
    store(k, p, va, 1);
    checkVm(k);
    const index = pteFrameOf(k.machine.ram.u32[findPte(k, p.space!, va / PAGE)]) - k.vm.frames.first;
    moveToHead(k, LIST.outside, index);
    expect(() => checkVm(k)).toThrow("vm (17): under a limit");
  });

  it("notices a frame that is given out with old content", () => {
    const k = vmKernel();
    const frame = allocateFrame(k, OWNER.anonymous);
    k.machine.ram.frame(frame).fill(1);
    k.machine.ram.u8.fill = () => k.machine.ram.u8;
    dropReference(k, frame);
    expect(() => allocateFrame(k, OWNER.anonymous)).toThrow("frames (2):");
  });
});
