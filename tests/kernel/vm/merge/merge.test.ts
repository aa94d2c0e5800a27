import { describe, expect, it } from "vitest";
import { advise } from "../../../../kernel/vm/advise.ts";
import { checkVm } from "../../../../kernel/vm/check.ts";
import { allocateFrame, OWNER } from "../../../../kernel/vm/frames.ts";
import { HUGE_BYTES, HUGE_PAGES } from "../../../../kernel/vm/huge-page.ts";
import { mapAnonymous } from "../../../../kernel/vm/map.ts";
import { setRun } from "../../../../kernel/vm/merge-break.ts";
import { hashPage } from "../../../../kernel/vm/merge-content.ts";
import { scanPages } from "../../../../kernel/vm/merge-daemon.ts";
import { remap } from "../../../../kernel/vm/mremap.ts";
import { outOfMemory } from "../../../../kernel/vm/oom.ts";
import { protectRange } from "../../../../kernel/vm/protect.ts";
import { unmapRange } from "../../../../kernel/vm/unmap.ts";
import {
  anonymous,
  errnoOf,
  FIXED,
  load,
  PAGE,
  PRIVATE,
  SHARED,
  store,
  vmExit,
  vmFork,
  vmKernel,
  vmProcess,
} from "../machines.ts";
import { counters, frameOf, fullScans, MERGEABLE, mergeable, processWith, UNMERGEABLE, write } from "./machines.ts";

describe("merging", () => {
  it("lets equal pages of two processes share a frame after two scans, and others not", () => {
    const k = vmKernel();
    const a = processWith(k, ["same", "other"]);
    const b = processWith(k, ["unlike", "same"]);
    const { free } = k.vm.frames;
    fullScans(k, 1);
    expect(counters(k), "only checksums are known").toEqual([0, 0, 0, 4]);
    fullScans(k, 1);
    expect(counters(k)).toEqual([1, 1, 2, 0]);
    expect(frameOf(k, a.p, a.va)).toBe(frameOf(k, b.p, b.va + PAGE));
    expect(k.vm.frames.free).toBe(free + 1);
    expect(a.p.space!.counts.anonymous, "each sharer counts the frame").toBe(2);
    expect(load(k, a.p, a.va)).toEqual({ value: "s".charCodeAt(0), kinds: [] });
  });

  it("copies at a write, even for the last one who has the frame", () => {
    const k = vmKernel();
    const a = processWith(k, ["same", "same"]);
    fullScans(k, 2);
    const frame = frameOf(k, a.p, a.va);
    expect(store(k, a.p, a.va, 1)).toContain("unmerge");
    expect(frameOf(k, a.p, a.va)).not.toBe(frame);
    expect(store(k, a.p, a.va + PAGE, 2)).toContain("unmerge");
    expect(k.vm.frames.owner[frame - k.vm.frames.first], "nobody has it any more").toBe(0);
    expect(k.vm.statistics.mergedCopied).toBe(2);
    expect(counters(k), "the scanner has not come by").toEqual([1, 1, 0, 0]);
    fullScans(k, 1);
    expect(counters(k)).toEqual([0, 0, 0, 2]);
  });

  it("joins a third page with the stable tree at once", () => {
    const k = vmKernel();
    processWith(k, ["same", "same"]);
    fullScans(k, 2);
    processWith(k, ["same"]);
    fullScans(k, 1);
    expect(counters(k)).toEqual([1, 2, 0, 0]);
  });

  it("leaves a page that changes between scans alone", () => {
    const k = vmKernel();
    const a = processWith(k, ["same", "same"]);
    for (let i = 0; i < 5; i++) {
      fullScans(k, 1);
      write(k, a.p, a.va, String(i));
    }
    expect(counters(k)).toEqual([0, 0, 1, 1]);
  });

  it("merges what fork shares as one frame with two items", () => {
    const k = vmKernel();
    const a = processWith(k, ["same", "same"]);
    fullScans(k, 2);
    const child = vmFork(k, a.p);
    expect(counters(k)).toEqual([1, 1, 0, 0]);
    fullScans(k, 1);
    expect(counters(k)).toEqual([1, 3, 0, 0]);
    write(k, child, a.va, "own");
    expect(load(k, a.p, a.va).value).toBe("s".charCodeAt(0));
    vmExit(k, child);
    fullScans(k, 1);
    expect(counters(k)).toEqual([1, 1, 0, 0]);
  });

  it("does not merge two names that fork gave one ordinary frame", () => {
    const k = vmKernel();
    const a = processWith(k, ["same"]);
    vmFork(k, a.p);
    fullScans(k, 3);
    expect(counters(k)).toEqual([0, 0, 1, 1]);
  });

  it("shows zeroes by the zero frame when it is told to, in files' private copies too", () => {
    const k = vmKernel();
    k.vm.merge.settings.useZeroPages = 1;
    const { p, va } = processWith(k, ["x", "x"]);
    for (const page of [va, va + PAGE]) store(k, p, page, 0);
    fullScans(k, 2);
    expect(frameOf(k, p, va)).toBe(k.vm.zeroFrame);
    expect(p.space!.counts.anonymous).toBe(0);
    expect(counters(k)).toEqual([0, 0, 0, 2]);
    expect(store(k, p, va, 7)).toContain("zero-page-write");
  });

  it("gives a frame that has enough sharers a duplicate", () => {
    const k = vmKernel();
    k.vm.merge.settings.maxPageSharing = 3;
    const { p } = processWith(k, Array(8).fill("same"));
    fullScans(k, 4);
    const { chains, duplicates, shared, sharing } = k.vm.merge.counts;
    expect([chains, duplicates, shared, sharing]).toEqual([1, 3, 3, 5]);
    expect(k.vm.merge.spaces.get(p.space!.id)!.merged).toBe(8);
  });

  it("prunes a chain whose frames have gone", () => {
    const k = vmKernel();
    Object.assign(k.vm.merge.settings, { maxPageSharing: 2, pruneMillisecs: 0 });
    const { p, va } = processWith(k, Array(6).fill("same"));
    fullScans(k, 4);
    expect(k.vm.merge.counts).toMatchObject({ chains: 1, duplicates: 3 });
    for (let i = 0; i < 5; i++) write(k, p, va + i * PAGE, `other ${i}`);
    fullScans(k, 1);
    processWith(k, ["same"]);
    fullScans(k, 3);
    expect(k.vm.merge.counts).toMatchObject({ chains: 0, duplicates: 0, shared: 1, sharing: 1 });
  });
});

describe("what a program says about merging", () => {
  it("passes over shared memory and the kernel's page, and joins no unequal neighbours", () => {
    const k = vmKernel();
    const p = vmProcess(k);
    const shared = anonymous(k, p, 1, { flags: SHARED });
    advise(k, p, shared, PAGE, MERGEABLE);
    advise(k, p, p.space!.layout.trampoline, PAGE, MERGEABLE);
    expect(k.vm.merge.order).toEqual([]);
    const va = anonymous(k, p, 3);
    const { vmaCount } = p.space!;
    advise(k, p, va + PAGE, PAGE, MERGEABLE);
    expect(p.space!.vmaCount).toBe(vmaCount + 2);
    advise(k, p, va + PAGE, PAGE, UNMERGEABLE);
    expect(p.space!.vmaCount).toBe(vmaCount);
    checkVm(k);
  });

  it("takes merged pages apart at MADV_UNMERGEABLE, at once", () => {
    const k = vmKernel();
    const { p, va } = processWith(k, ["same", "same", "same"]);
    fullScans(k, 2);
    advise(k, p, va, 2 * PAGE, UNMERGEABLE);
    expect(frameOf(k, p, va)).not.toBe(frameOf(k, p, va + PAGE));
    expect(k.vm.statistics.mergedCopied).toBe(2);
    expect(load(k, p, va).value).toBe("s".charCodeAt(0));
    fullScans(k, 1);
    expect(counters(k), "the third has its frame alone").toEqual([1, 0, 0, 0]);
  });

  it("takes apart what mremap moves, what mprotect made inaccessible, and everything for run 2", () => {
    const k = vmKernel();
    const { p, va } = processWith(k, ["same", "same", "same", "same"]);
    const moves = mergeable(k, p, ["same"]);
    fullScans(k, 2);
    expect(counters(k)).toEqual([1, 4, 0, 0]);
    const to = remap(k, p, { address: moves, oldSize: PAGE, newSize: 2 * PAGE, flags: 1, newAddress: 0 });
    expect(k.vm.statistics.mergedCopied).toBe(to === moves ? 0 : 1);
    protectRange(k, p.space!, va, PAGE, 0, null);
    setRun(k, p, 2);
    checkVm(k);
    expect(new Set([0, 1, 2, 3].map((i) => frameOf(k, p, va + i * PAGE))).size).toBe(4);
    expect([...counters(k), k.vm.merge.fullScans]).toEqual([0, 0, 0, 0, 0]);
    expect(load(k, p, va + PAGE).value).toBe("s".charCodeAt(0));
  });

  it("finds the scanner's way again when a frame could not be had for run 2", () => {
    const k = vmKernel();
    processWith(k, ["one", "one"]);
    const { p } = processWith(k, ["one", "one"]);
    fullScans(k, 3);
    scanPages(k, 1);
    k.vm.frames.failCountdown = 3;
    expect(errnoOf(() => setRun(k, p, 2))).toBe("ENOMEM");
    checkVm(k);
    fullScans(k, 3);
    expect(counters(k)).toEqual([1, 3, 0, 0]);
  });

  it("merges equal pages of one huge page, which is split", () => {
    const k = vmKernel({ thp: "always" }, { ramBytes: 12 * 2 ** 20 });
    const p = vmProcess(k);
    const request = { address: 0x2000_0000, length: HUGE_BYTES, prot: 3, flags: PRIVATE | FIXED, limits: null };
    const va = mapAnonymous(k, p.space!, request);
    write(k, p, va + 3 * PAGE, "same");
    write(k, p, va + 7 * PAGE, "same");
    expect(k.vm.huge.pages).toBe(1);
    advise(k, p, va, HUGE_BYTES, MERGEABLE);
    for (let i = 0; i < 4; i++) scanPages(k, HUGE_PAGES);
    checkVm(k);
    expect([k.vm.huge.pages, frameOf(k, p, va + 3 * PAGE)]).toEqual([0, frameOf(k, p, va + 7 * PAGE)]);
    expect(load(k, p, va + 7 * PAGE).value).toBe("s".charCodeAt(0));
  });

  it("makes who writes 2 the one who dies when memory does not suffice", () => {
    const k = vmKernel();
    const large = processWith(
      k,
      Array.from({ length: 40 }, () => "same"),
    ).p;
    const writer = vmProcess(k);
    fullScans(k, 3);
    while (allocateFrame(k, OWNER.kernel) !== 0);
    writer.call.active = true;
    Object.assign(k, { statistics: { signals: 0 } });
    expect(errnoOf(() => setRun(k, writer, 2))).toBe("ENOMEM");
    outOfMemory(k, large);
    expect([writer.oomVictim, large.oomVictim]).toEqual([true, false]);
  });

  it("takes apart what it has frames for, and goes on with it in the next run", () => {
    const k = vmKernel();
    const { p, va } = processWith(k, Array(6).fill("same"));
    fullScans(k, 2);
    k.vm.frames.failCountdown = 4;
    expect(errnoOf(() => advise(k, p, va, 6 * PAGE, UNMERGEABLE))).toBe("ENOMEM");
    checkVm(k);
    expect(k.vm.statistics.mergedCopied).toBe(3);
    advise(k, p, va, 6 * PAGE, UNMERGEABLE);
    expect(k.vm.statistics.mergedCopied).toBe(6);
    checkVm(k);
  });

  it("forgets spaces that end and mappings that go when the scanner comes by", () => {
    const k = vmKernel();
    const a = processWith(k, ["same", "a"]);
    const b = processWith(k, ["same", "b"]);
    fullScans(k, 2);
    vmExit(k, a.p);
    expect(k.vm.merge.spaces.size).toBe(2);
    fullScans(k, 1);
    expect(counters(k)).toEqual([1, 0, 1, 0]);
    unmapRange(k, b.p.space!, b.va, 2 * PAGE);
    fullScans(k, 1);
    expect(counters(k)).toEqual([0, 0, 0, 0]);
    expect(k.vm.merge.spaces.size).toBe(0);
  });
});

it("the checksum is xxHash, 32 bits", () => {
  const k = vmKernel();
  expect(hashPage(k, k.vm.zeroFrame)).toBe(0x475546f5);
  const frame = allocateFrame(k, OWNER.kernel);
  for (const i of k.machine.ram.frame(frame).keys()) k.machine.ram.frame(frame)[i] = i * 7;
  expect(hashPage(k, frame)).toBe(0xc1ff0304);
});
