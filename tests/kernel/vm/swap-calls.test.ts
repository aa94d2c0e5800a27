import { describe, expect, it } from "vitest";
import { createComputer } from "../../../kernel/computer.ts";
import { DISK_ROWS } from "../../../kernel/drivers/disk.ts";
import { newProcess } from "../../../kernel/fork.ts";
import { packCpio } from "../../../kernel/fs/cpio.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import { moveTo, type Process } from "../../../kernel/process.ts";
import { swapCalls } from "../../../kernel/syscalls/swap.ts";
import { copyIn, copyOut } from "../../../kernel/usercopy.ts";
import { newAddressSpace } from "../../../kernel/vm/address-space.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { allocateFrame, OWNER } from "../../../kernel/vm/frames.ts";
import { mapAnonymous } from "../../../kernel/vm/map.ts";
import { swapAreas, swapTotals } from "../../../kernel/vm/swap-area.ts";
import { decodeSwapHeader, encodeSwapHeader } from "../../../kernel/vm/swap-header.ts";
import { swapOutFrame } from "../../../kernel/vm/swap-out.ts";
import { noteMade } from "../../discard.ts";
import { errnoOf, PAGE, PRIVATE, RW, SHARED } from "./machines.ts";
import { frameAt, header, patiently, settle } from "./swap-machines.ts";

const nothing = () => {};
const sinks = { console: nothing, output: nothing, error: nothing };

/** A disk of `pages` pages with a header that says it has `said`. */
function disk(pages: number, said = pages): Uint8Array {
  const bytes = new Uint8Array(pages * PAGE);
  bytes.set(header(said));
  return bytes;
}

/** A booted computer with further disks from /dev/vdb on, and a process that is running, at work in a page of its own. */
function start(more: readonly Uint8Array[], swap: number | "ram" = 0) {
  const disks = [packCpio([{ path: "data", mode: 0o100644, data: new Uint8Array(100) }]), ...more];
  const { kernel: k } = createComputer({ ram: 4 * 2 ** 20, disks, sinks, swap });
  noteMade(k);
  const p = newProcess(k, { cwd: k.fs.root!, root: k.fs.root! });
  p.space = newAddressSpace(k);
  k.processes.set(p.pid, p);
  moveTo(k, p, "runnable");
  moveTo(k, p, "running");
  k.current = p;
  const name = map(k, p, 1);
  const call = (which: "swapon" | "swapoff", path: string, flags = 0): string => {
    patiently(k, p, () => copyOut(k, p, name, new TextEncoder().encode(`${path}\0`)));
    Object.assign(p.call, { active: true, number: which === "swapoff" ? 225n : 224n });
    const answer = errnoOf(() => patiently(k, p, () => swapCalls[which](k, p, name, flags)));
    p.call.active = false;
    k.vm.reclaim.shortage = 0;
    checkVm(k);
    return answer;
  };
  return { k, p, call };
}

const map = (k: Kernel, p: Process, pages: number, flags = PRIVATE) =>
  mapAnonymous(k, p.space!, { address: 0, length: pages * PAGE, prot: RW, flags, limits: null });

/** Fills `pages` pages from `va` on with their numbers and takes them out of RAM. */
function fillAndSwap(k: Kernel, p: Process, va: number, pages: number): void {
  for (let i = 0; i < pages; i++) patiently(k, p, () => copyOut(k, p, va + i * PAGE, new Uint8Array([i + 1, i])));
  for (let i = 0; i < pages; i++) swapOutFrame(k, frameAt(k, p, va + i * PAGE));
  settle(k);
}

function checkFilled(k: Kernel, p: Process, va: number, pages: number): void {
  for (let i = 0; i < pages; i++)
    expect(patiently(k, p, () => copyIn(k, p, va + i * PAGE, 2))).toEqual(new Uint8Array([(i + 1) & 255, i & 255]));
}

describe("The header of a swap area", () => {
  it("is Linux's: version, last page, UUID, label and SWAPSPACE2 at their places", () => {
    const uuid = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
    const page = encodeSwapHeader({ lastPage: 1000, uuid, label: "swap", badPages: [5, 9] });
    const view = new DataView(page.buffer);
    expect([1024, 1028, 1032, 1536, 1540].map((at) => view.getUint32(at, true))).toEqual([1, 1000, 2, 5, 9]);
    expect(page.subarray(1036, 1052)).toEqual(uuid);
    expect(String.fromCharCode(...page.subarray(4086))).toBe("SWAPSPACE2");
    expect(decodeSwapHeader(page)).toEqual({ lastPage: 1000, uuid, label: "swap", badPages: [5, 9] });
  });

  it("of the other byte order is understood, and what Linux refuses is refused", () => {
    const page = encodeSwapHeader({ lastPage: 1000 });
    const view = new DataView(page.buffer);
    for (const at of [1024, 1028, 1032]) view.setUint32(at, view.getUint32(at, true), false);
    expect(decodeSwapHeader(page)).toMatchObject({ lastPage: 1000 });
    expect(decodeSwapHeader(encodeSwapHeader({ lastPage: 0 }))).toBeNull();
    expect(decodeSwapHeader(encodeSwapHeader({ lastPage: 10, badPages: [11] }))).toBeNull();
    const other = encodeSwapHeader({ lastPage: 10 });
    other[1024] = 2;
    expect(decodeSwapHeader(other)).toBeNull();
    expect(decodeSwapHeader(new Uint8Array(PAGE))).toBeNull();
  });
});

describe("A computer", () => {
  it("has a disk to swap to as large as its RAM unless told otherwise, in use from the start", () => {
    const { k } = start([], "ram");
    expect(swapAreas(k).map(({ path, priority, usable }) => [path, priority, usable])).toEqual([
      ["/dev/vdb", -2, 1023],
    ]);
    expect(start([], 0).k.vm.swap.areas).toEqual([]);
    expect(swapTotals(start([], 2 ** 20).k)).toEqual({ total: 255, free: 255, cached: 0 });
  });

  it("whose disks leave no room has none by default, and says so when asked for one", () => {
    // Disk 0 is the root.
    const full = DISK_ROWS.slice(1).map(() => disk(16));
    expect(start(full, "ram").k.vm.swap.areas).toEqual([]);
    expect(() => start(full, 2 ** 20)).toThrow("no room");
  });
});

describe("swapon", () => {
  it("takes a disk with a header into use, with the priority that its flags say", () => {
    const { k, call } = start([disk(16), disk(32)]);
    expect(call("swapon", "/dev/vdb")).toBe("");
    expect(call("swapon", "/dev/vdc", 0x8000 | 7)).toBe("");
    expect(swapAreas(k).map(({ path, priority, usable }) => [path, priority, usable])).toEqual([
      ["/dev/vdc", 7, 31],
      ["/dev/vdb", -2, 15],
    ]);
  });

  it("fails as Linux says", () => {
    const { p, call } = start([disk(16), disk(16, 17), new Uint8Array(16 * PAGE)]);
    expect(call("swapon", "/dev/vdb", 0x80000)).toBe("EINVAL");
    expect(call("swapon", "/dev/none")).toBe("ENOENT");
    expect(call("swapon", "")).toBe("ENOENT");
    expect(call("swapon", "/dev")).toBe("EISDIR");
    expect(call("swapon", "/data")).toBe("EINVAL");
    expect(call("swapon", "/dev/null")).toBe("EINVAL");
    expect(call("swapon", "/dev/vdc")).toBe("EINVAL");
    expect(call("swapon", "/dev/vdd")).toBe("EINVAL");
    expect(call("swapon", "/dev/vdb")).toBe("");
    expect(call("swapon", "/dev/vdb")).toBe("EBUSY");
    expect(call("swapoff", "/dev/vdc")).toBe("EINVAL");
    expect(call("swapoff", "/dev/none")).toBe("ENOENT");
    p.credentials.euid = 1;
    expect(call("swapon", "/dev/vdb")).toBe("EPERM");
    expect(call("swapoff", "/dev/vdb")).toBe("EPERM");
  });

  it("does not use bad pages", () => {
    const bytes = disk(16);
    bytes.set(encodeSwapHeader({ lastPage: 15, badPages: [2, 3] }));
    const { k, p, call } = start([bytes]);
    call("swapon", "/dev/vdb");
    const va = map(k, p, 13);
    fillAndSwap(k, p, va, 13);
    expect(swapTotals(k)).toMatchObject({ total: 13, free: 0 });
    checkFilled(k, p, va, 13);
  });
});

describe("swapoff", () => {
  it("brings everything back: private pages, shared ones, those that several have", () => {
    const { k, p, call } = start([disk(256)]);
    call("swapon", "/dev/vdb");
    const mine = map(k, p, 90);
    const shared = map(k, p, 40, SHARED);
    fillAndSwap(k, p, mine, 90);
    fillAndSwap(k, p, shared, 40);
    expect(swapTotals(k).free).toBe(255 - 130);
    expect(call("swapoff", "/dev/vdb")).toBe("");
    expect([k.vm.swap.areas, k.vm.swap.cache.size, p.space!.counts.swapped]).toEqual([[], 0, 0]);
    expect([p.space!.counts.anonymous >= 90, k.vm.cache.sharedPages]).toEqual([true, 40]);
    checkFilled(k, p, mine, 90);
    checkFilled(k, p, shared, 40);
  });

  it("while a page is on its way out waits for it", () => {
    const { k, p, call } = start([disk(64)]);
    call("swapon", "/dev/vdb");
    const va = map(k, p, 1);
    patiently(k, p, () => copyOut(k, p, va, new Uint8Array([1, 0])));
    swapOutFrame(k, frameAt(k, p, va));
    expect(call("swapoff", "/dev/vdb")).toBe("");
    checkFilled(k, p, va, 1);
  });

  it("fails whole where there is no room, and the area stays in use", () => {
    const { k, p, call } = start([disk(256)]);
    call("swapon", "/dev/vdb");
    const va = map(k, p, 100);
    fillAndSwap(k, p, va, 100);
    const kept: number[] = [];
    while (k.vm.frames.free > 90) kept.push(allocateFrame(k, OWNER.kernel));
    expect(call("swapoff", "/dev/vdb")).toBe("ENOMEM");
    expect([p.space!.counts.swapped, k.vm.swap.areas[0]!.closing]).toEqual([100, 0]);
    const other = map(k, p, 1);
    patiently(k, p, () => copyOut(k, p, other, new Uint8Array([1])));
    expect(swapOutFrame(k, frameAt(k, p, other))).toBe("started");
    settle(k);
  });

  it("moves up the priorities that nobody chose", () => {
    const { k, call } = start([disk(16), disk(16), disk(16)]);
    for (const path of ["/dev/vdb", "/dev/vdc", "/dev/vdd"]) call("swapon", path);
    expect(call("swapoff", "/dev/vdb")).toBe("");
    expect(swapAreas(k).map(({ path, priority }) => [path, priority])).toEqual([
      ["/dev/vdc", -2],
      ["/dev/vdd", -3],
    ]);
    expect(call("swapon", "/dev/vdb")).toBe("");
    expect(swapAreas(k).map(({ priority }) => priority)).toEqual([-2, -3, -4]);
  });
});
