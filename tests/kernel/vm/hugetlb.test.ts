/** The pool of huge pages: what Linux says of it, what random work does to it, and bugs that the checker must see. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Errno } from "../../../kernel/errno.ts";
import { HUGE_POOL_ROWS } from "../../../kernel/fs/sysfs/rows-huge-pool.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { destroyAddressSpace, findVma } from "../../../kernel/vm/address-space.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { poolOf, poolSize, setPoolSize } from "../../../kernel/vm/hugetlb/pool.ts";
import { canBeMapped } from "../../../kernel/vm/hugetlb/sizes.ts";
import { mapAnonymous } from "../../../kernel/vm/map.ts";
import { remap } from "../../../kernel/vm/mremap.ts";
import { findPte } from "../../../kernel/vm/page-table.ts";
import { protectRange } from "../../../kernel/vm/protect.ts";
import { unmapRange } from "../../../kernel/vm/unmap.ts";
import { VMA } from "../../../kernel/vm/vma.ts";
import { GOLDEN, start } from "../programs.ts";
import { errnoOf, FIXED, load, PAGE, PRIVATE, RW, SHARED, store, vmFork, vmKernel, vmProcess } from "./machines.ts";

const HUGE = 2 ** 21;
const GIB = 2 ** 30;
const MIB = 2 ** 20;
const NO_RESERVE = 0x4000;
const BASE = 0x4000_0000;
const DEMOTE_SIZE = "kernel/mm/hugepages/hugepages-1048576kB/demote_size";

describe("programs that ask about huge pages", () => {
  for (const paging of ["sv48", "sv39"] as const)
    it(`get the answers that Linux gave, with ${paging}`, () => {
      const program = start(["hugetlb"], { paging, swap: 0 });
      expect(program.finish()).toEqual({ kind: "off", status: 0, message: "power off" });
      expect(program.output()).toBe(readFileSync(join(GOLDEN, "hugetlb.txt"), "latin1"));
    });
});

function machine(pages = 4, ram = 32 * MIB): { k: Kernel; p: Process } {
  const k = vmKernel({}, { ramBytes: ram });
  setPoolSize(k, poolOf(k, 9), pages);
  return { k, p: vmProcess(k) };
}

function huge(k: Kernel, p: Process, pages: number, flags = PRIVATE, index = -1): number {
  const place = index < 0 ? { address: 0, flags } : { address: BASE + index * HUGE, flags: flags | FIXED };
  return mapAnonymous(k, p.space!, { ...place, length: pages * HUGE, prot: RW, limits: null, huge: 9 });
}

const figures = (k: Kernel) => {
  const pool = poolOf(k, 9);
  return { total: poolSize(pool), free: pool.free.length, reserved: pool.reserved, surplus: pool.surplus };
};

describe("the pool of huge pages", () => {
  it("takes frames from everybody else, and gives them back", () => {
    for (const frames of ["buddy", "first-fit"] as const) {
      const k = vmKernel({ frames }, { ramBytes: 16 * MIB });
      const before = k.vm.frames.free;
      setPoolSize(k, poolOf(k, 9), 3);
      expect(k.vm.frames.free).toBe(before - 3 * 512);
      checkVm(k);
      setPoolSize(k, poolOf(k, 9), 100);
      expect(figures(k).total).toBeLessThan(8);
      setPoolSize(k, poolOf(k, 9), 0);
      expect(k.vm.frames.free).toBe(before);
      checkVm(k);
    }
  });

  it("has what was reserved for a shared mapping only after the call that unmaps it, as Linux", () => {
    const { k, p } = machine(4);
    huge(k, p, 4, PRIVATE, 0);
    huge(k, p, 4, PRIVATE, 0);
    expect(errnoOf(() => huge(k, p, 4, SHARED, 0))).toBe("");
    expect(errnoOf(() => huge(k, p, 4, PRIVATE, 0))).toBe("ENOMEM");
    checkVm(k);
    expect(figures(k)).toEqual({ total: 4, free: 4, reserved: 0, surplus: 0 });
    expect(errnoOf(() => huge(k, p, 4, PRIVATE, 0))).toBe("");
  });

  it("leaves to nobody, as Linux 6.1, what was reserved for the rest of a mapping of which mremap moves a part", () => {
    const { k, p } = machine(4);
    const va = huge(k, p, 3, PRIVATE, 0);
    store(k, p, va, 1);
    const newAddress = BASE + 8 * HUGE;
    remap(k, p, { address: va + HUGE, oldSize: HUGE, newSize: HUGE, flags: 3, newAddress });
    expect(figures(k)).toMatchObject({ free: 3, reserved: 2 });
    checkVm(k);
    // The rest has to make do with what is left over.
    store(k, p, va + 2 * HUGE, 1);
    expect(figures(k)).toMatchObject({ free: 2, reserved: 2 });
    store(k, p, newAddress, 1);
    destroyAddressSpace(k, p.space!);
    expect(figures(k)).toEqual({ total: 4, free: 4, reserved: 1, surplus: 0 });
    checkVm(k);
  });

  it("has pages of 1 GiB where RAM is large enough", () => {
    const k = vmKernel({}, { ramBytes: 2 * GIB });
    const pool = poolOf(k, 18);
    setPoolSize(k, pool, 2);
    expect(poolSize(pool)).toBe(1);
    const p = vmProcess(k);
    const request = { address: 0, length: GIB, prot: RW, flags: PRIVATE, limits: null, huge: 18 };
    const va = mapAnonymous(k, p.space!, request);
    expect(va % GIB).toBe(0);
    expect(pool.reserved).toBe(1);
    unmapRange(k, p.space!, va, GIB);
    expect(pool).toMatchObject({ reserved: 0, free: [expect.any(Number)] });
    setPoolSize(k, pool, 0);
    expect(k.vm.frames.owner.includes(6)).toBe(false);
  });

  it("takes pages of 1 GiB apart that are free and promised to nobody: Linux's demotion", () => {
    const k = vmKernel({}, { ramBytes: 2 * GIB });
    const [small, large] = [poolOf(k, 9), poolOf(k, 18)];
    const { "kernel/mm/hugepages/hugepages-1048576kB/demote": demote, [DEMOTE_SIZE]: size } = HUGE_POOL_ROWS;
    setPoolSize(k, large, 1);
    const p = vmProcess(k);
    const va = mapAnonymous(k, p.space!, { address: 0, length: GIB, prot: RW, flags: PRIVATE, limits: null, huge: 18 });
    demote.write!(k, p, "1\n");
    expect([poolSize(large), poolSize(small)]).toEqual([1, 0]);
    unmapRange(k, p.space!, va, GIB);
    expect(errnoOf(() => demote.write!(k, p, "one"))).toBe("EINVAL");
    demote.write!(k, p, "0");
    expect(poolSize(large)).toBe(1);
    // More than there are: as many as can be.
    demote.write!(k, p, "5");
    expect([poolSize(large), poolSize(small), small.free.length]).toEqual([0, 512, 512]);
    const own = huge(k, p, 512);
    store(k, p, own + 511 * HUGE, 1);
    checkVm(k);
    unmapRange(k, p.space!, own, 512 * HUGE);
    setPoolSize(k, small, 0);
    expect(k.vm.frames.owner.includes(6)).toBe(false);
    expect([demote.mode, demote.read, size.mode, size.read!(k)]).toEqual([0o200, undefined, 0o644, "2048kB"]);
    for (const text of ["2M", "2048kB", "0x200000\n"]) expect(errnoOf(() => size.write!(k, p, text))).toBe("");
    for (const text of ["1G", "4096kB", "much"]) expect(errnoOf(() => size.write!(k, p, text))).toBe("EINVAL");
    expect(Object.keys(HUGE_POOL_ROWS).filter((path) => path.includes("2048kB/demote"))).toEqual([]);
  });

  it("has pages of 2 MiB under segmented paging, but none of a whole segment; none at all without pages", () => {
    const k = vmKernel({ translation: "segmented-paging" }, { ramBytes: 32 * MIB });
    expect([canBeMapped(k, 9), canBeMapped(k, 18)]).toEqual([true, false]);
    setPoolSize(k, poolOf(k, 9), 4);
    const p = vmProcess(k);
    const va = huge(k, p, 2);
    store(k, p, va + HUGE, 7);
    const child = vmFork(k, p);
    store(k, child, va + HUGE, 8);
    expect([load(k, p, va + HUGE).value, load(k, child, va + HUGE).value]).toEqual([7, 8]);
    expect(figures(k)).toMatchObject({ total: 4, free: 2 });
    checkVm(k);
    unmapRange(k, p.space!, va, 2 * HUGE);
    destroyAddressSpace(k, child.space!);
    expect(figures(k)).toMatchObject({ free: 4, reserved: 0 });
    checkVm(k);
    for (const translation of ["segments", "bare"] as const)
      expect(canBeMapped(vmKernel({ translation }, { ramBytes: 4 * MIB }), 9)).toBe(false);
  });

  it("is one translation of the TLB for each page", () => {
    const { k, p } = machine();
    const va = huge(k, p, 1);
    store(k, p, va, 1);
    const misses = k.machine.harts[0].counters.tlbMisses;
    for (let page = 0; page < 512; page += 37) store(k, p, va + page * PAGE, 1);
    // One for the page, and one for the code that does it.
    expect(k.machine.harts[0].counters.tlbMisses - misses).toBeLessThanOrEqual(2);
  });
});

/** A step of random work: what is done, by which process (0: the first), to which huge page. */
type Step = readonly [action: number, who: number, page: number, pages: number];

function step(k: Kernel, family: Process[], [action, who, page, pages]: Step): void {
  const p = family[who % family.length];
  const s = p.space!;
  const at = BASE + page * HUGE;
  const noReserve = pages % 2 ? NO_RESERVE : 0;
  switch (action) {
    case 0:
      huge(k, p, pages, PRIVATE | noReserve, page);
      break;
    case 1:
      huge(k, p, pages, SHARED | noReserve, page);
      break;
    case 2:
      unmapRange(k, s, at, pages * HUGE);
      break;
    case 3:
      if (family.length < 4) family.push(vmFork(k, p));
      break;
    case 4:
      if (family.length > 1) destroyAddressSpace(k, family.splice(family.indexOf(p), 1)[0].space!);
      break;
    case 5:
      protectRange(k, s, at, pages * HUGE, page % 2 ? RW : 1, null);
      break;
    case 6:
      setPoolSize(k, poolOf(k, 9), pages * 2);
      break;
    case 7:
      poolOf(k, 9).overcommit = pages;
      break;
    case 8:
      remap(k, p, { address: at, oldSize: HUGE, newSize: HUGE, flags: 3, newAddress: BASE + (20 + page) * HUGE });
      break;
    default: {
      const write = action % 2 === 0 && ((findVma(s, at)?.prot ?? 0) & 2) !== 0;
      if (findVma(s, at) !== null) (write ? store : load)(k, p, at + pages * PAGE, 1);
    }
  }
}

describe("random work with huge pages", () => {
  it("keeps every promise and loses no page", () => {
    const steps = fc.array(fc.tuple(fc.nat(14), fc.nat(3), fc.nat(5), fc.integer({ min: 1, max: 4 })), {
      minLength: 20,
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const { k, p } = machine(4, 24 * MIB);
        const family = [p];
        for (const one of all) {
          try {
            step(k, family, one);
          } catch (failure) {
            if (!(failure instanceof Errno)) throw failure;
          }
          checkVm(k);
        }
        for (const one of family) destroyAddressSpace(k, one.space!);
        const { stranded } = poolOf(k, 9);
        expect(figures(k)).toMatchObject({ reserved: stranded });
        setPoolSize(k, poolOf(k, 9), 0);
        expect(figures(k)).toMatchObject({ total: stranded, free: stranded, surplus: stranded });
        checkVm(k);
      }),
      { seed: 6, numRuns: 12 },
    );
  });
});

interface Scene {
  readonly k: Kernel;
  readonly p: Process;
  readonly own: number;
  readonly shared: number;
}

function scene(): Scene {
  const { k, p } = machine(6);
  const own = huge(k, p, 2);
  const shared = huge(k, p, 2, SHARED);
  store(k, p, own, 1);
  store(k, p, shared, 1);
  checkVm(k);
  return { k, p, own, shared };
}

const pool = ({ k }: Scene) => poolOf(k, 9);
const vma = ({ p }: Scene, va: number) => findVma(p.space!, va)!;
const changeFlag = (x: Scene, flag: number) => {
  vma(x, x.own).flags ^= flag;
};
const objectAt = (x: Scene) => vma(x, x.shared).object!.huge!;

/** Bugs, each with what the checker says of it. */
const BUGS: readonly [string, (x: Scene) => unknown, RegExp][] = [
  ["a reservation is forgotten", (x) => void pool(x).reserved--, /vm \(26\): reservations are counted/],
  [
    "a reservation is said to be stranded that is not",
    (x) => void pool(x).stranded++,
    /vm \(26\): reservations are counted/,
  ],
  [
    "more is reserved than free",
    (x) => Object.assign(pool(x), { reserved: 99 }),
    /vm \(26\): what is reserved is free/,
  ],
  [
    "more surplus than pages",
    (x) => Object.assign(pool(x), { surplus: 99 }),
    /vm \(26\): surplus pages are the pool's/,
  ],
  ["a page is lost", (x) => void pool(x).free.pop(), /vm \((26|3)\)/],
  [
    "a page is in the pool twice",
    (x) => void pool(x).free.push(pool(x).free[0]),
    /vm \(26\): a page is in its pool once/,
  ],
  [
    "a used page is thought free",
    (x) => {
      const [head] = pool(x).used.keys();
      pool(x).used.delete(head);
      pool(x).free.push(head);
    },
    /vm \(26\): a page of a pool is used exactly/,
  ],
  [
    "a mapping has its reservation twice",
    (x) => void vma(x, x.own).reserve!.consumed.clear(),
    /vm \(26\): reservations/,
  ],
  ["an object forgets a page", (x) => void objectAt(x).pages.clear(), /vm \(26\)/],
  ["an object's page was never reserved", (x) => void objectAt(x).reserved.delete(0), /vm \(26\)/],
  [
    "a mapping of huge pages does not say so",
    (x) => changeFlag(x, VMA.hugetlb),
    /vm \(26\): a mapping of huge pages says so/,
  ],
  ["a mapping of huge pages is locked", (x) => changeFlag(x, VMA.locked), /vm \((26|10|20)\)/],
  ["the space counts wrong", (x) => void x.p.space!.counts.hugetlb--, /vm \(9\): pages of the pool/],
  [
    "a page that fork shared is writable",
    (x) => {
      vmFork(x.k, x.p);
      x.k.machine.ram.u32[findPte(x.k, x.p.space!, x.own / PAGE)] |= 4;
    },
    /vm \(8\)/,
  ],
];

describe("the checker of huge pages", () => {
  for (const [title, plant, message] of BUGS)
    it(`sees that ${title}`, () => {
      const x = scene();
      plant(x);
      expect(() => checkVm(x.k)).toThrow(message);
    });
});
