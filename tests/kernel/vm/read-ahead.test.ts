/** Reading ahead: what is started, and when; and that it fails and disturbs nobody. */
import { describe, expect, it } from "vitest";
import { CONSTANTS } from "../../../kernel/abi.ts";
import { readContent } from "../../../kernel/fs/content.ts";
import { adviseFile } from "../../../kernel/fs/fadvise.ts";
import type { Inode, OpenFile } from "../../../kernel/fs/types.ts";
import { kernelBuffer } from "../../../kernel/fs/user-buffer.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { SLEEP } from "../../../kernel/sleep.ts";
import { advise } from "../../../kernel/vm/advise.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { FRAME } from "../../../kernel/vm/frames.ts";
import { mapFile } from "../../../kernel/vm/map.ts";
import { markPageDirty, newReadAhead, objectOf } from "../../../kernel/vm/page-cache.ts";
import { access, errnoOf, PAGE } from "./machines.ts";
import { patiently, readByte, settle, swapKernel, swapProcess } from "./swap-machines.ts";

const PAGES = 256;
const A = CONSTANTS.fadvise;

/** A disk of which nothing is cached, open. */
function scene() {
  const k = swapKernel([{ pages: 64 }, { pages: PAGES }]);
  const p = swapProcess(k);
  const { inode } = k.vm.swap.areas[1]!;
  k.fs.inodes.set(inode.id, inode);
  k.vm.swap.areas.pop();
  const ahead = newReadAhead();
  const file: OpenFile = {
    inode,
    kind: "disk",
    flags: 0,
    offset: 0,
    references: 1,
    ahead,
    content: null,
    terminal: -1,
  };
  return { k, p, inode, file };
}

type Scene = ReturnType<typeof scene>;

const cached = ({ k, inode }: Scene) => [...objectOf(k, inode).pages.keys()].sort((a, b) => a - b);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** pread of whole pages; how often it slept. */
function read({ k, p, file }: Scene, page: number, count: number): number {
  let sleeps = 0;
  patiently(k, p, () => {
    try {
      p.call.progress = Math.max(p.call.progress, 0);
      return readContent(k, p, file, kernelBuffer(new Uint8Array(count * PAGE)), page * PAGE);
    } catch (thrown) {
      if (thrown === SLEEP) sleeps++;
      throw thrown;
    }
  });
  p.call.progress = 0;
  return sleeps;
}

function map(k: Kernel, p: Process, inode: Inode): number {
  const how = { address: 0, length: PAGES * PAGE, prot: 1, flags: 2, inode, offset: 0, mayWrite: false };
  return mapFile(k, p.space!, { ...how, name: "/dev/vdb", limits: p.limits });
}

describe("A file that is read page by page from its beginning", () => {
  it("has a window of four pages at first, and each next one is twice as large, up to 32", () => {
    const x = scene();
    const ends: number[] = [];
    for (let page = 0; page < 80; page++) {
      read(x, page, 1);
      const end = cached(x).length;
      if (ends.at(-1) !== end) ends.push(end);
    }
    expect(ends).toEqual([4, 12, 28, 60, 92, 124]);
    expect(cached(x)).toEqual(range(0, 124));
    checkVm(x.k);
  });

  it("is there before the reader is, once it goes on: hardly a call sleeps", () => {
    const x = scene();
    let sleeps = 0;
    for (let page = 0; page < 200; page++) {
      sleeps += Math.min(1, read(x, page, 1));
      settle(x.k);
    }
    expect(sleeps).toBe(1);
  });

  it("ends with its last page", () => {
    const x = scene();
    for (let page = 0; page < PAGES; page++) read(x, page, 1);
    expect(cached(x)).toEqual(range(0, PAGES));
  });
});

describe("A file that is read here and there", () => {
  it("gets what each call asks for, and no more", () => {
    const x = scene();
    for (const page of [100, 7, 201, 55]) read(x, page, 1);
    expect(cached(x)).toEqual([7, 55, 100, 201]);
  });

  it("gets all pages of a call at once, before the call sleeps", () => {
    const { k, p, file, ...x } = scene();
    expect(() => readContent(k, p, file, kernelBuffer(new Uint8Array(16 * PAGE)), 40 * PAGE)).toThrow();
    expect(cached({ k, p, file, ...x })).toEqual(range(40, 56));
    const flags = [...objectOf(k, x.inode).pages.values()].map((frame) => k.vm.frames.flags[frame - k.vm.frames.first]);
    expect(flags.every((bits) => (bits & FRAME.reading) !== 0)).toBe(true);
  });

  it("gets all pages of a large call under POSIX_FADV_RANDOM, too, and none behind them", () => {
    const x = scene();
    adviseFile(x.k, x.file, 0, 0, A.POSIX_FADV_RANDOM);
    read(x, 0, 50);
    read(x, 50, 1);
    expect(cached(x)).toEqual(range(0, 51));
  });
});

describe("A window", () => {
  it("is twice as large under POSIX_FADV_SEQUENTIAL", () => {
    const x = scene();
    adviseFile(x.k, x.file, 0, 0, A.POSIX_FADV_SEQUENTIAL);
    for (let page = 0; page < 70; page++) read(x, page, 1);
    expect(x.file.ahead.size).toBe(64);
  });

  it("begins again behind a run of cached pages, whoever brought them", () => {
    const x = scene();
    adviseFile(x.k, x.file, 0, 8 * PAGE, A.POSIX_FADV_WILLNEED);
    settle(x.k);
    read(x, 8, 1);
    expect(cached(x).length).toBeGreaterThan(12);
  });

  it("is not begun while little memory is free: the call gets its page all the same", () => {
    const x = scene();
    x.k.vm.reclaim.watermarks.high = x.k.vm.frames.free;
    read(x, 0, 3);
    expect(cached(x)).toEqual([0, 1, 2]);
  });
});

describe("A page that could not be read ahead", () => {
  it("is EIO for who asks for it, and for nobody else", () => {
    const x = scene();
    const disk = x.k.machine.disks[1];
    const size = disk.capacity * 512;
    read(x, 0, 1);
    settle(x.k);
    Object.assign(disk, { size: 512 });
    adviseFile(x.k, x.file, 20 * PAGE, 2 * PAGE, A.POSIX_FADV_WILLNEED);
    settle(x.k);
    Object.assign(disk, { size });
    expect(read(x, 1, 1)).toBe(0);
    expect(errnoOf(() => read(x, 20, 1))).toBe("EIO");
    read(x, 20, 1);
    expect(errnoOf(() => read(x, 21, 1))).toBe("EIO");
    checkVm(x.k);
  });
});

describe("A mapping", () => {
  it("that is touched in sequence is read ahead of the faults", () => {
    const x = scene();
    const va = map(x.k, x.p, x.inode);
    for (let page = 0; page < 40; page++) readByte(x.k, x.p, va + page * PAGE);
    expect(cached(x).length).toBeGreaterThan(59);
    expect(x.p.counts.majorFaults).toBeLessThan(10);
  });

  it("that is touched here and there is not", () => {
    const x = scene();
    const va = map(x.k, x.p, x.inode);
    for (const page of [90, 30, 150]) readByte(x.k, x.p, va + page * PAGE);
    expect(cached(x)).toEqual([30, 90, 150]);
  });

  it("under MADV_RANDOM never is, and under MADV_SEQUENTIAL gets whole windows", () => {
    const x = scene();
    const va = map(x.k, x.p, x.inode);
    advise(x.k, x.p, va, PAGES * PAGE, CONSTANTS.madvise.MADV_RANDOM);
    for (const page of [0, 1, 2]) readByte(x.k, x.p, va + page * PAGE);
    expect(cached(x)).toEqual([0, 1, 2]);
    advise(x.k, x.p, va, PAGES * PAGE, CONSTANTS.madvise.MADV_SEQUENTIAL);
    expect(() => access(x.k, x.p, "read", va + 3 * PAGE)).toThrow();
    expect(cached(x).length).toBeGreaterThanOrEqual(35);
  });
});

describe("POSIX_FADV_DONTNEED", () => {
  it("drops whole clean pages of the range and begins to write the dirty ones", () => {
    const x = scene();
    read(x, 0, 16);
    settle(x.k);
    markPageDirty(x.k, objectOf(x.k, x.inode).pages.get(5)!);
    const before = new Set(cached(x));
    adviseFile(x.k, x.file, PAGE / 2, 8 * PAGE, A.POSIX_FADV_DONTNEED);
    expect(range(0, 10).filter((page) => cached(x).includes(page))).toEqual([0, 5, 8, 9]);
    expect([...objectOf(x.k, x.inode).writing.keys()]).toEqual([5]);
    settle(x.k);
    adviseFile(x.k, x.file, 0, 0, A.POSIX_FADV_DONTNEED);
    expect([before.size > 16, cached(x)]).toEqual([true, []]);
    checkVm(x.k);
  });
});
