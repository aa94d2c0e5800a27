import { describe, expect, it } from "vitest";
import { userLimit } from "../../../cpu/paging.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { FAULTS } from "../../../kernel/vm/fault.ts";
import { mapAnonymous, mapFile, mapStack } from "../../../kernel/vm/map.ts";
import { cachedPage, dropCachedPages, isPageDirty } from "../../../kernel/vm/page-cache.ts";
import { protectRange } from "../../../kernel/vm/protect.ts";
import { unmapRange } from "../../../kernel/vm/unmap.ts";
import {
  access,
  anonymous,
  file,
  load,
  PAGE,
  RW,
  SHARED,
  store,
  vmExit,
  vmFork,
  vmKernel,
  vmProcess,
  warm,
} from "./machines.ts";

for (const paging of ["sv39", "sv48"] as const) {
  describe(`page faults under ${paging}`, () => {
    const start = () => {
      const k = vmKernel({}, { paging });
      const p = vmProcess(k);
      warm(k, p);
      return { k, p };
    };

    it("show the page of zeroes at the first read and a frame of one's own at the first write", () => {
      const { k, p } = start();
      const va = anonymous(k, p, 4);
      const free = k.vm.frames.free;
      expect(load(k, p, va)).toEqual({ value: 0, kinds: ["zero-page"] });
      expect(p.space!.counts.anonymous).toBe(0);
      expect(store(k, p, va + 5, 42)).toEqual(["zero-page-write"]);
      expect(load(k, p, va + 5)).toEqual({ value: 42, kinds: [] });
      expect(store(k, p, va + PAGE, 43)).toEqual(["anonymous-page"]);
      expect(load(k, p, va + PAGE)).toEqual({ value: 43, kinds: [] });
      expect(p.space!.counts.anonymous).toBe(2);
      unmapRange(k, p.space!, va, 4 * PAGE);
      checkVm(k);
      expect(k.vm.frames.free).toBe(free);
    });

    it("end in SIGSEGV where nothing is mapped and in SIGSEGV with another code where rights are missing", () => {
      const { k, p } = start();
      const va = anonymous(k, p, 1, { prot: 1 });
      const none = anonymous(k, p, 1, { prot: 0 });
      const cases = [
        ["read", 8, "no-mapping"],
        ["write", userLimit(paging) - 8, "no-mapping"],
        ["execute", userLimit(paging), "outside-user-space"],
        ["write", va, "not-writable"],
        ["execute", va, "not-executable"],
        ["read", none, "no-access"],
      ] as const;
      for (const [how, address, kind] of cases) {
        const { value, faults } = access(k, p, how, address);
        expect([how, faults.map((fault) => fault.kind), value]).toEqual([how, [kind], null]);
      }
      expect(FAULTS["no-mapping"].signal).toEqual({ signo: 11, code: 1 });
      expect(FAULTS["not-writable"].signal).toEqual({ signo: 11, code: 2 });
      expect(p.counts.minorFaults).toBe(1);
    });

    it("grow the stack down to its limit, and not into its guard gap", () => {
      const { k, p } = start();
      p.limits[3] = { soft: 2 ** 20 + 64 * PAGE, hard: 2 ** 30 };
      const stack = mapStack(k, p.space!, { bytes: 2 * PAGE, limits: p.limits });
      expect(store(k, p, stack.start - 300 * PAGE, 1)).toEqual(["stack-growth"]);
      expect((stack.end - stack.start) / PAGE).toBe(302);
      expect(access(k, p, "write", stack.end - 321 * PAGE).faults[0].kind).toBe("stack-limit");
      p.limits[3] = { soft: 2 ** 30, hard: 2 ** 30 };
      const address = stack.end - 1000 * PAGE;
      mapAnonymous(k, p.space!, { address, length: PAGE, prot: RW, flags: 0x32, limits: null });
      expect(access(k, p, "write", address + 256 * PAGE).faults[0].kind).toBe("stack-guard");
      expect(access(k, p, "write", address + 257 * PAGE).faults[0].kind).toBe("stack-growth");
    });
  });
}

describe("Copy-on-write", () => {
  it("copies for the first who writes and lets the last one take the frame over", () => {
    const k = vmKernel();
    const p = vmProcess(k);
    const va = anonymous(k, p, 1);
    store(k, p, va, 1);
    const child = vmFork(k, p);
    warm(k, p);
    warm(k, child);
    const copied = k.vm.statistics.pagesCopied;
    expect(store(k, p, va, 2)).toEqual(["copy-on-write"]);
    expect(load(k, child, va)).toEqual({ value: 1, kinds: [] });
    expect(store(k, child, va, 3)).toEqual(["copy-on-write-takeover"]);
    expect(k.vm.statistics.pagesCopied).toBe(copied + 1);
    expect([load(k, p, va).value, load(k, child, va).value]).toEqual([2, 3]);
    vmExit(k, child);
    vmExit(k, p);
  });

  it("forgets the parent's right to write at the fork, though its TLB knew it", () => {
    const k = vmKernel();
    const p = vmProcess(k);
    const va = anonymous(k, p, 3);
    for (let i = 0; i < 3; i++) store(k, p, va + i * PAGE, 7);
    const child = vmFork(k, p);
    expect(store(k, p, va + PAGE, 8)).toEqual(["copy-on-write"]);
    expect(load(k, child, va + PAGE).value).toBe(7);
  });

  it("of the eager strategy copies everything at once and faults never after", () => {
    const k = vmKernel({ fork: "eager" });
    const p = vmProcess(k);
    const va = anonymous(k, p, 2);
    store(k, p, va, 1);
    const child = vmFork(k, p);
    warm(k, child);
    expect(store(k, p, va, 2)).toEqual([]);
    expect(store(k, child, va, 3)).toEqual([]);
    expect([load(k, p, va).value, load(k, child, va).value]).toEqual([2, 3]);
  });

  it("keeps shared anonymous memory shared through fork", () => {
    const k = vmKernel();
    const p = vmProcess(k);
    const va = anonymous(k, p, 2, { flags: SHARED });
    store(k, p, va, 1);
    const child = vmFork(k, p);
    warm(k, child);
    expect(load(k, child, va)).toEqual({ value: 1, kinds: ["shared-page"] });
    expect(store(k, child, va, 9)).toEqual([]);
    expect(load(k, p, va).value).toBe(9);
    vmExit(k, p);
    expect(load(k, child, va).value).toBe(9);
    vmExit(k, child);
    expect(k.vm.cache.objects.size).toBe(0);
  });
});

describe("File mappings", () => {
  const mapped = (prot: number, flags: number) => {
    const k = vmKernel();
    const p = vmProcess(k);
    warm(k, p);
    const inode = file(k, PAGE + 100);
    const va = mapFile(k, p.space!, {
      address: 0,
      length: 3 * PAGE,
      prot,
      flags,
      inode,
      offset: 0,
      mayWrite: true,
      limits: null,
    });
    return { k, p, inode, va };
  };

  it("show the page cache, and SIGBUS behind the last page", () => {
    const { k, p, inode, va } = mapped(1, 2);
    const frame = cachedPage(k, p, inode, 0);
    k.machine.ram.frame(frame)[3] = 77;
    expect(load(k, p, va + 3)).toEqual({ value: 77, kinds: ["file-page"] });
    expect(load(k, p, va + PAGE + 4000)).toEqual({ value: 0, kinds: ["file-page"] });
    expect(load(k, p, va + 2 * PAGE)).toEqual({ value: null, kinds: ["beyond-end"] });
    expect(FAULTS["beyond-end"].signal).toEqual({ signo: 7, code: 2 });
    expect(p.space!.counts.shared).toBe(2);
  });

  it("that are private keep writes to themselves", () => {
    const { k, p, inode, va } = mapped(RW, 2);
    expect(load(k, p, va).kinds).toEqual(["file-page"]);
    expect(store(k, p, va, 5)).toEqual(["private-file-copy"]);
    expect(store(k, p, va + PAGE, 6)).toEqual(["private-file-copy"]);
    expect(k.machine.ram.frame(cachedPage(k, p, inode, 0))[0]).toBe(0);
    const child = vmFork(k, p);
    expect(load(k, child, va).value).toBe(5);
    expect(isPageDirty(k, cachedPage(k, p, inode, 0))).toBe(false);
  });

  it("that are shared make pages of the cache dirty at the first write", () => {
    const { k, p, inode, va } = mapped(RW, 1);
    expect(load(k, p, va).kinds).toEqual(["file-page"]);
    expect(store(k, p, va, 5)).toEqual(["shared-write"]);
    expect(store(k, p, va, 6)).toEqual([]);
    expect(k.machine.ram.frame(cachedPage(k, p, inode, 0))[0]).toBe(6);
    expect(isPageDirty(k, cachedPage(k, p, inode, 0))).toBe(true);
  });

  it("lose what a truncation cuts off, private copies too", () => {
    const { k, p, inode, va } = mapped(RW, 2);
    store(k, p, va + PAGE, 6);
    load(k, p, va);
    inode.size = 10;
    dropCachedPages(k, inode, 1);
    checkVm(k);
    expect(load(k, p, va + PAGE).kinds).toEqual(["beyond-end"]);
    expect(load(k, p, va).kinds).toEqual([]);
  });
});

describe("mprotect", () => {
  it("takes rights away at once and gives them back", () => {
    const k = vmKernel();
    const p = vmProcess(k);
    const va = anonymous(k, p, 3);
    for (let i = 0; i < 3; i++) store(k, p, va + i * PAGE, i + 1);
    warm(k, p);
    const protect = (page: number, prot: number) => {
      protectRange(k, p.space!, va + page * PAGE, PAGE, prot, null);
      checkVm(k);
    };
    protect(1, 1);
    expect(p.space!.vmaCount).toBe(4);
    expect(store(k, p, va + PAGE, 9)).toEqual(["not-writable"]);
    protect(1, 0);
    expect(load(k, p, va + PAGE).kinds).toEqual(["no-access"]);
    protect(1, RW);
    expect(p.space!.vmaCount).toBe(2);
    expect(load(k, p, va + PAGE)).toEqual({ value: 2, kinds: [] });
    expect(store(k, p, va + PAGE, 9)).toEqual(["permission-upgrade"]);
    protect(1, 7);
    expect(access(k, p, "execute", va + PAGE + 8).faults).toEqual([]);
  });
});

describe("Out of memory", () => {
  it("ends the process at a fault and gives everything back", () => {
    const k = vmKernel({}, { ramBytes: 2 ** 20 });
    const p = vmProcess(k);
    const free = k.vm.frames.free;
    k.vm.settings.overcommitMemory = 1;
    const va = anonymous(k, p, 1000);
    let page = 0;
    while (store(k, p, va + page * PAGE, 1).every((kind) => kind !== "out-of-memory")) page++;
    expect(k.vm.frames.free).toBe(0);
    expect(page).toBeGreaterThan(200);
    unmapRange(k, p.space!, va, 1000 * PAGE);
    checkVm(k);
    // The trampoline's own tables stay.
    expect(free - k.vm.frames.free).toBeLessThan(4);
  });
});
