import { describe, expect, it } from "vitest";
import { PTE } from "../../cpu/paging.ts";
import {
  copyIn,
  copyInPath,
  copyInString,
  copyInStrings,
  copyOut,
  encodeStructure,
  loadStructure,
  prepareUser,
  readField,
  readField64,
  storeStructure,
  writeField,
  zeroUser,
} from "../../kernel/usercopy.ts";
import { checkVm } from "../../kernel/vm/check.ts";
import { mapFile, mapStack } from "../../kernel/vm/map.ts";
import { cachedPage, isPageDirty } from "../../kernel/vm/page-cache.ts";
import { findPte } from "../../kernel/vm/page-table.ts";
import { protectRange } from "../../kernel/vm/protect.ts";
import { anonymous, errnoOf, file, load, PAGE, RW, store, vmFork, vmKernel, vmProcess, warm } from "./vm/machines.ts";

function start(pages = 4, prot = RW) {
  const k = vmKernel();
  const p = vmProcess(k);
  // Above it lies a page that nobody can access.
  anonymous(k, p, 1, { prot: 0 });
  return { k, p, va: anonymous(k, p, pages, { prot }) };
}

describe("User copies", () => {
  it("cross pages and bring them in like accesses of the process", () => {
    const { k, p, va } = start();
    const bytes = Uint8Array.from({ length: 2 * PAGE + 100 }, (_, i) => i * 7);
    copyOut(k, p, va + 4000, bytes);
    checkVm(k);
    expect(copyIn(k, p, va + 4000, bytes.length)).toEqual(bytes);
    expect(p.counts.minorFaults).toBe(4);
    expect(load(k, p, va + 4000 + PAGE).value).toBe(bytes[PAGE]);
    const low = k.machine.ram.u32[findPte(k, p.space!, va / PAGE)];
    expect(low & (PTE.A | PTE.D)).toBe(PTE.A | PTE.D);
  });

  it("give EFAULT, and change nothing, where the process would get a signal", () => {
    const { k, p, va } = start(2);
    protectRange(k, p.space!, va + PAGE, PAGE, 1, null);
    const bad = [0, va - 1, va + PAGE - 4, va + 2 * PAGE, 2 ** 47 - 4, 2 ** 47, 2 ** 63, 2 ** 64 - 4096, Number.NaN];
    for (const address of bad)
      expect([address, errnoOf(() => copyOut(k, p, address, new Uint8Array(8).fill(1)))]).toEqual([address, "EFAULT"]);
    expect(copyIn(k, p, va, 2 * PAGE).every((byte) => byte === 0)).toBe(true);
    expect(errnoOf(() => copyIn(k, p, va, 2 ** 60))).toBe("EFAULT");
    expect(errnoOf(() => copyIn(k, p, va + 2 * PAGE - 1, 2))).toBe("EFAULT");
  });

  it("say how much of a range is usable, and then neither fault nor fail", () => {
    const { k, p, va } = start(3);
    expect(prepareUser(k, p, va + 100, 10 * PAGE, "write")).toBe(3 * PAGE - 100);
    expect(prepareUser(k, p, 16, 1, "read")).toBe(0);
    const faults = p.counts.minorFaults;
    zeroUser(k, p, va, 3 * PAGE);
    expect(p.counts.minorFaults).toBe(faults);
  });

  it("copy a page that fork shares before they write to it", () => {
    const { k, p, va } = start(1);
    store(k, p, va, 1);
    const child = vmFork(k, p);
    copyOut(k, p, va, new Uint8Array([9]));
    checkVm(k);
    warm(k, child);
    expect([load(k, p, va).value, load(k, child, va).value]).toEqual([9, 1]);
  });

  it("grow the stack, and make shared file pages dirty", () => {
    const { k, p } = start();
    const stack = mapStack(k, p.space!, { bytes: PAGE, limits: p.limits });
    writeField(k, p, stack.start - 5 * PAGE, "u64", 5n);
    expect((stack.end - stack.start) / PAGE).toBe(6);
    const inode = file(k, PAGE);
    const request = { address: 0, length: PAGE, prot: RW, flags: 1, inode, offset: 0, mayWrite: true, limits: null };
    const va = mapFile(k, p.space!, request);
    expect(copyIn(k, p, va, 4)).toEqual(new Uint8Array(4));
    expect(isPageDirty(k, cachedPage(k, p, inode, 0))).toBe(false);
    copyOut(k, p, va, new Uint8Array(4));
    expect(isPageDirty(k, cachedPage(k, p, inode, 0))).toBe(true);
    checkVm(k);
  });

  it("do not read what may only be executed", () => {
    const { k, p, va } = start(1, 4);
    expect(errnoOf(() => copyIn(k, p, va, 1))).toBe("EFAULT");
  });

  it("read strings up to their limit, across pages, and vectors of them", () => {
    const { k, p, va } = start(4);
    const text = new TextEncoder().encode(`${"x".repeat(5000)}\0`);
    copyOut(k, p, va + 2000, text);
    expect(copyInString(k, p, va + 2000, 5001, "ENAMETOOLONG").length).toBe(5000);
    expect(errnoOf(() => copyInString(k, p, va + 2000, 5000, "E2BIG"))).toBe("E2BIG");
    expect(errnoOf(() => copyInPath(k, p, va + 2000))).toBe("ENAMETOOLONG");
    expect(copyInPath(k, p, va + 6990)).toBe("x".repeat(10));
    copyOut(k, p, va, new Uint8Array(new BigUint64Array([BigInt(va + 6995), BigInt(va + 7000), 0n]).buffer));
    expect(copyInStrings(k, p, va, 1000).map((string) => string.length)).toEqual([5, 0]);
    expect(errnoOf(() => copyInStrings(k, p, va, 20))).toBe("E2BIG");
    expect(copyInStrings(k, p, 0, 20)).toEqual([]);
    copyOut(k, p, va + 4 * PAGE - 3, new Uint8Array([65, 66, 67]));
    expect(errnoOf(() => copyInPath(k, p, va + 4 * PAGE - 3))).toBe("EFAULT");
  });

  it("move fields and structures by the ABI's table", () => {
    const { k, p, va } = start();
    writeField(k, p, va, "s32", -5);
    expect([readField(k, p, va, "s32"), readField(k, p, va, "u32")]).toEqual([-5, 2 ** 32 - 5]);
    writeField(k, p, va, "s64", -5n);
    expect([readField(k, p, va, "s64"), readField64(k, p, va)]).toEqual([-5, 2n ** 64n - 5n]);
    storeStructure(k, p, va, "timespec", { tv_sec: 2 ** 40, tv_nsec: 999_999_999 });
    expect(loadStructure(k, p, va, "timespec")).toEqual({ tv_sec: 2 ** 40, tv_nsec: 999_999_999 });
    copyOut(k, p, va, new Uint8Array(64).fill(0xff));
    storeStructure(k, p, va, "pollfd", { fd: 3, revents: 1 });
    expect(copyIn(k, p, va, 9)).toEqual(new Uint8Array([3, 0, 0, 0, 0, 0, 1, 0, 0xff]));
    expect(encodeStructure("sigaction", { sa_mask: 2n ** 63n }).at(-1)).toBe(0x80);
  });
});
