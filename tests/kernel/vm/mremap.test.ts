import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CONSTANTS, FLAGS } from "../../../kernel/abi.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { memoryCalls } from "../../../kernel/syscalls/memory.ts";
import { findVma, vmaList } from "../../../kernel/vm/address-space.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { mapAnonymous, mapFile } from "../../../kernel/vm/map.ts";
import { findPte } from "../../../kernel/vm/page-table.ts";
import { protectRange } from "../../../kernel/vm/protect.ts";
import { pteFrameOf } from "../../../kernel/vm/pte.ts";
import { unmapRange } from "../../../kernel/vm/unmap.ts";
import { VMA } from "../../../kernel/vm/vma.ts";
import { GOLDEN, start } from "../programs.ts";
import {
  access,
  anonymous,
  errnoOf,
  FIXED,
  file,
  load,
  PAGE,
  PRIVATE,
  SHARED,
  store,
  vmExit,
  vmFork,
  vmKernel,
  vmProcess,
  warm,
} from "./machines.ts";

const { MREMAP_MAYMOVE: MAYMOVE, MREMAP_FIXED: TO, MREMAP_DONTUNMAP: KEEP } = FLAGS.mremap;
const BASE = 0x2000_0000;
const at = (page: number) => BASE + page * PAGE;

function begin(ramBytes = 4 * 2 ** 20) {
  const k = vmKernel({}, { ramBytes });
  const p = vmProcess(k);
  warm(k, p);
  const remap = (address: number, oldSize: number, newSize: number, flags = 0, to = 0) => {
    const result = memoryCalls.mremap(k, p, address, oldSize, newSize, flags, to);
    checkVm(k);
    return result;
  };
  const place = (page: number, pages: number, flags = PRIVATE, prot = 3) =>
    mapAnonymous(k, p.space!, {
      address: at(page),
      length: pages * PAGE,
      prot,
      flags: flags | FIXED,
      limits: p.limits,
    });
  return { k, p, s: p.space!, remap, place };
}

const frameAt = (k: Kernel, p: Process, va: number) => pteFrameOf(k.machine.ram.u32[findPte(k, p.space!, va / PAGE)]);

describe("mremap", () => {
  it("answers what Linux answers, and leaves the same mappings and contents", () => {
    const program = start(["mremap"]);
    expect(program.finish()).toEqual({ kind: "off", status: 0, message: "power off" });
    expect(program.output()).toBe(readFileSync(join(GOLDEN, "mremap.txt"), "latin1"));
  });
});

describe("A mapping that moves", () => {
  it("takes its frames along and copies none", () => {
    const { k, p, remap, place } = begin();
    place(0, 4);
    for (const page of [0, 1, 3]) store(k, p, at(page), page + 1);
    const frames = [0, 1, 3].map((page) => frameAt(k, p, at(page)));
    const { pagesCopied, pagesZeroed } = k.vm.statistics;
    expect(remap(at(0), 4 * PAGE, 4 * PAGE, MAYMOVE | TO, at(5000))).toBe(at(5000));
    expect([0, 1, 3].map((page) => frameAt(k, p, at(5000 + page)))).toEqual(frames);
    expect(k.vm.statistics.pagesCopied).toBe(pagesCopied);
    // New tables only.
    expect(k.vm.statistics.pagesZeroed - pagesZeroed).toBeLessThanOrEqual(1);
    expect([0, 1, 2, 3].map((page) => load(k, p, at(5000 + page)).value)).toEqual([1, 2, 0, 4]);
    expect(load(k, p, at(0)).kinds).toEqual(["no-mapping"]);
  });

  it("is still shared with a child, copy on write", () => {
    const { k, p, remap, place } = begin();
    place(0, 2);
    store(k, p, at(0), 5);
    const child = vmFork(k, p);
    remap(at(0), 2 * PAGE, 2 * PAGE, MAYMOVE | TO, at(100));
    expect(store(k, p, at(100), 6)).toEqual(["copy-on-write"]);
    expect([load(k, p, at(100)).value, load(k, child, at(0)).value]).toEqual([6, 5]);
    vmExit(k, child);
  });

  it("keeps pages without access, clean file pages and private copies as they are", () => {
    const { k, p, s, remap, place } = begin();
    place(0, 1);
    store(k, p, at(0), 7);
    protectRange(k, s, at(0), PAGE, 0, null);
    remap(at(0), PAGE, PAGE, MAYMOVE | TO, at(8));
    expect(load(k, p, at(8)).kinds).toEqual(["no-access"]);
    protectRange(k, s, at(8), PAGE, 3, null);
    expect(load(k, p, at(8)).value).toBe(7);
    const map = (page: number, flags: number) =>
      mapFile(k, s, {
        ...{ address: at(page), length: 2 * PAGE, prot: 3, flags: flags | FIXED, limits: null },
        ...{ inode, offset: 0, mayWrite: true },
      });
    const inode = file(k, 2 * PAGE);
    map(20, 1);
    map(30, 2);
    store(k, p, at(21), 3);
    load(k, p, at(31));
    store(k, p, at(30), 4);
    remap(at(20), 2 * PAGE, 2 * PAGE, MAYMOVE | TO, at(40));
    remap(at(30), 2 * PAGE, 2 * PAGE, MAYMOVE | TO, at(50));
    expect([40, 41, 50, 51].map((page) => load(k, p, at(page)).value)).toEqual([0, 3, 4, 3]);
  });

  it("leaves the old place empty with MREMAP_DONTUNMAP", () => {
    const { k, p, remap, place } = begin();
    place(0, 3);
    store(k, p, at(1), 9);
    expect(remap(at(0), 3 * PAGE, 3 * PAGE, MAYMOVE | TO | KEEP, at(10))).toBe(at(10));
    expect([load(k, p, at(11)).value, load(k, p, at(1)).value]).toEqual([9, 0]);
    expect(k.vm.commit.committed).toBe(6);
  });

  it("may be the page that handlers return through", () => {
    const { k, p, s, remap } = begin();
    const { trampoline } = s.layout;
    expect(remap(trampoline, PAGE, PAGE, MAYMOVE | TO, at(3))).toBe(at(3));
    expect(s.layout.trampoline).toBe(at(3));
    expect(errnoOf(() => remap(at(3), PAGE, 2 * PAGE, MAYMOVE))).toBe("EFAULT");
    expect(errnoOf(() => remap(at(3), PAGE, PAGE, MAYMOVE | KEEP))).toBe("EINVAL");
    // The code of loads and stores lies in it: it works where it is now.
    expect(store(k, p, anonymous(k, p, 1), 3).at(-1)).toBe("anonymous-page");
  });

  it("stays where it was when no frame is free for its tables", () => {
    const { k, p, place } = begin();
    place(0, 3);
    for (const page of [0, 1, 2]) store(k, p, at(page), page + 1);
    for (let nth = 1; ; nth++) {
      k.vm.frames.failCountdown = nth;
      const { committed } = k.vm.commit;
      const to = at(2 ** 20 * nth);
      const error = errnoOf(() => memoryCalls.mremap(k, p, at(0), 3 * PAGE, 5 * PAGE, MAYMOVE | TO, to));
      const failed = k.vm.frames.failCountdown === 0;
      k.vm.frames.failCountdown = 0;
      checkVm(k);
      expect(error).toBe(failed ? "ENOMEM" : "");
      if (!failed) {
        expect([0, 1, 2].map((page) => load(k, p, to + page * PAGE).value)).toEqual([1, 2, 3]);
        expect(nth).toBeGreaterThan(2);
        return;
      }
      expect(k.vm.commit.committed).toBe(committed);
      expect(load(k, p, at(1)).value).toBe(2);
    }
  });

  it("counts once in VmPeak", () => {
    const { s, remap, place } = begin();
    place(0, 100);
    const { peakMapped } = s.counts;
    remap(at(0), 100 * PAGE, 100 * PAGE, MAYMOVE | TO, at(300));
    expect(s.counts.peakMapped).toBe(peakMapped);
  });
});

describe("A mapping that grows", () => {
  it("is populated where it is locked", () => {
    const { k, p, s, remap } = begin();
    const flags = PRIVATE | FIXED | FLAGS.map.MAP_LOCKED;
    memoryCalls.mmap(k, p, at(0), PAGE, 3, flags, -1, 0);
    remap(at(0), PAGE, 5 * PAGE);
    expect(s.counts.locked).toBe(5);
    expect(s.counts.anonymous).toBe(5);
    p.credentials.euid = 1000;
    p.limits[CONSTANTS.rlimit.RLIMIT_MEMLOCK] = { soft: 6 * PAGE, hard: 6 * PAGE };
    expect(errnoOf(() => remap(at(0), 5 * PAGE, 7 * PAGE))).toBe("EAGAIN");
    expect(remap(at(0), 5 * PAGE, 6 * PAGE)).toBe(at(0));
  });

  it("stops below max_map_count only where it must move", () => {
    const { k, p, s, remap, place } = begin();
    place(0, 1);
    place(4, 1, PRIVATE, 1);
    k.vm.maxMapCount = s.vmaCount + 3;
    expect(errnoOf(() => remap(at(0), PAGE, 6 * PAGE, MAYMOVE))).toBe("ENOMEM");
    expect(errnoOf(() => remap(at(0), PAGE, PAGE, MAYMOVE | TO, at(9)))).toBe("ENOMEM");
    expect(remap(at(0), PAGE, 4 * PAGE)).toBe(at(0));
    k.vm.maxMapCount = s.vmaCount + 4;
    expect(errnoOf(() => remap(at(0), 4 * PAGE, 6 * PAGE, MAYMOVE))).toBe("");
    expect(vmaList(p.space!).some(({ start }) => start === at(0))).toBe(false);
  });
});

/** One page of the model: what it shows, and whose it is. Shared cells are seen at all their places. */
interface Cell {
  byte: number;
}
interface ModelPage {
  cell: Cell;
  readonly shared: boolean;
}

const PAGES = 20;
const window = fc.nat(PAGES - 1);
const some = fc.integer({ min: 1, max: 6 });
const operation = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom("map" as const), window, some, fc.boolean(), fc.nat(3)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("unmap" as const), window, some, fc.boolean(), fc.nat(3)) },
  {
    weight: 5,
    arbitrary: fc.tuple(
      fc.constant("touch" as const),
      window,
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      fc.nat(3),
    ),
  },
  { weight: 5, arbitrary: fc.tuple(fc.constant("move" as const), window, some, fc.boolean(), window) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("resize" as const), window, some, fc.boolean(), some) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("keep" as const), window, some, fc.boolean(), window) },
);

/** Mappings of pages of the window as a plain map; vmas only where the kernel says that a range lies in one. */
class Play {
  readonly k = vmKernel({}, { tlb: { sets: 4, ways: 2 }, ramBytes: 2 ** 20 });
  readonly p = vmProcess(this.k);
  readonly model = new Map<number, ModelPage>();

  get s() {
    return this.p.space!;
  }

  map(page: number, pages: number, shared: boolean): void {
    const flags = (shared ? SHARED : PRIVATE) | FIXED;
    mapAnonymous(this.k, this.s, { address: at(page), length: pages * PAGE, prot: 3, flags, limits: null });
    for (let i = page; i < page + pages; i++) this.model.set(i, { cell: { byte: 0 }, shared });
  }

  /** Whether the range lies in one mapping: the rest of the model's answer follows from that. */
  inOne(page: number, pages: number): boolean {
    const v = findVma(this.s, at(page));
    return v !== null && v.end >= at(page + pages);
  }

  move(page: number, pages: number, to: number, keep: boolean): void {
    const flags = MAYMOVE | TO | (keep ? KEEP : 0);
    const mapped = this.model.has(page);
    const overlap = page + pages > to && to + pages > page;
    const one = this.inOne(page, pages);
    const size = pages * PAGE;
    const error = errnoOf(() => memoryCalls.mremap(this.k, this.p, at(page), size, size, flags, at(to)));
    expect(error).toBe(!mapped ? "EFAULT" : overlap ? "EINVAL" : one ? "" : "EFAULT");
    if (!mapped || overlap) return;
    const moved = Array.from({ length: pages }, (_, i) => this.model.get(page + i));
    for (let i = 0; i < pages; i++) this.model.delete(to + i);
    if (!one) return;
    for (const [i, m] of moved.entries()) {
      this.model.set(to + i, m!);
      if (keep) this.model.set(page + i, { cell: m!.shared ? m!.cell : { byte: 0 }, shared: m!.shared });
      else this.model.delete(page + i);
    }
  }

  resize(page: number, from: number, to: number): void {
    const mapped = this.model.has(page);
    const one = this.inOne(page, from);
    const v = findVma(this.s, at(page));
    let room = v !== null && v.end === at(page + from);
    for (let i = page + from; i < page + to; i++) if (this.model.has(i)) room = false;
    const error = errnoOf(() => memoryCalls.mremap(this.k, this.p, at(page), from * PAGE, to * PAGE, 0, 0));
    if (!mapped) expect(error).toBe("EFAULT");
    else if (to <= from) {
      expect(error).toBe("");
      for (let i = page + to; i < page + from; i++) this.model.delete(i);
    } else {
      expect(error).toBe(!one ? "EFAULT" : room ? "" : "ENOMEM");
      // Shared memory has no more than it was made with: what is beyond is not touched by the model.
      if (error === "") this.grown(page, from, to);
    }
  }

  grown(page: number, from: number, to: number): void {
    const { shared } = this.model.get(page)!;
    if (shared) unmapRange(this.k, this.s, at(page + from), (to - from) * PAGE);
    else for (let i = page + from; i < page + to; i++) this.model.set(i, { cell: { byte: 0 }, shared });
  }

  touch(page: number, byte: number, write: boolean): void {
    const m = this.model.get(page);
    const { value, faults } = access(this.k, this.p, write ? "write" : "read", at(page), byte);
    if (m === undefined) expect(faults.at(-1)?.signal).toEqual({ signo: 11, code: 1 });
    else if (!write) expect(value).toBe(m.cell.byte);
    else m.cell.byte = byte;
  }

  step([op, page, count, flag, more]: [string, number, number, boolean, number]): void {
    if (op === "map") this.map(page, count, flag);
    else if (op === "unmap") this.unmap(page, count);
    else if (op === "touch") this.touch(page, count, flag);
    else if (op === "resize") this.resize(page, count, more);
    else this.move(page, count, more, op === "keep");
    checkVm(this.k);
  }

  unmap(page: number, pages: number): void {
    unmapRange(this.k, this.s, at(page), pages * PAGE);
    for (let i = page; i < page + pages; i++) this.model.delete(i);
  }

  end(): void {
    for (const [page, m] of this.model)
      expect([page, load(this.k, this.p, at(page)).value]).toEqual([page, m.cell.byte]);
    for (const v of vmaList(this.s))
      if (v.flags & VMA.accounted) expect(this.model.has((v.start - BASE) / PAGE)).toBe(true);
    vmExit(this.k, this.p);
    expect(this.k.vm.commit.committed).toBe(0);
    expect(this.k.vm.frames.free).toBe(this.k.vm.frames.count - 2);
  }
}

describe("Random moves, growths and accesses", () => {
  it("show what a simple model shows, and leave nothing behind", () => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 20, maxLength: 100 }), (operations) => {
        const play = new Play();
        for (const o of operations) play.step(o);
        play.end();
      }),
      { seed: 20260102, numRuns: 80 },
    );
  });
});
