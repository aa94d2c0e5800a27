/** Files of tmpfs whose pages are in swap, as the calls on files see them. */
import { describe, expect, it } from "vitest";
import { createComputer } from "../../../kernel/computer.ts";
import { newProcess } from "../../../kernel/fork.ts";
import { packCpio } from "../../../kernel/fs/cpio.ts";
import { peekFile } from "../../../kernel/fs/peek.ts";
import type { Inode } from "../../../kernel/fs/types.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import { moveTo, type Process } from "../../../kernel/process.ts";
import { fileCalls } from "../../../kernel/syscalls/file.ts";
import { copyIn, copyOut } from "../../../kernel/usercopy.ts";
import { newAddressSpace } from "../../../kernel/vm/address-space.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { mapAnonymous } from "../../../kernel/vm/map.ts";
import { cachedPage, findCachedPage, isPageSwapped, newReadAhead } from "../../../kernel/vm/page-cache.ts";
import { swapOutFrame } from "../../../kernel/vm/swap-out.ts";
import { noteMade } from "../../discard.ts";
import { PAGE, PRIVATE, RW } from "./machines.ts";
import { patiently, settle } from "./swap-machines.ts";

const nothing = () => {};
const BYTES = 2 * PAGE + 100;
const CONTENT = Uint8Array.from({ length: BYTES }, (_, i) => (i % 251) + 1);

/** A computer with /data, which is open as 3, and a process that is running, with a buffer. */
function start() {
  const disks = [packCpio([{ path: "data", mode: 0o100644, data: CONTENT }])];
  const sinks = { console: nothing, output: nothing, error: nothing };
  const { kernel: k } = createComputer({ ram: 4 * 2 ** 20, disks, sinks });
  noteMade(k);
  const p = newProcess(k, { cwd: k.fs.root!, root: k.fs.root! });
  p.space = newAddressSpace(k);
  k.processes.set(p.pid, p);
  moveTo(k, p, "runnable");
  moveTo(k, p, "running");
  k.current = p;
  const inode = [...k.fs.inodes.values()].find(({ size, data }) => size === BYTES && data.kind === "file")!;
  const file = {
    inode,
    kind: "regular" as const,
    flags: 2,
    offset: 0,
    references: 1,
    ahead: newReadAhead(),
    content: null,
    terminal: 0,
  };
  p.files = { slots: [null, null, null, { file, closeOnExec: false }] };
  const buffer = mapAnonymous(k, p.space, { address: 0, length: 4 * PAGE, prot: RW, flags: PRIVATE, limits: null });
  return { k, p, inode, buffer };
}

type Started = ReturnType<typeof start>;

const call = <T>(x: Started, body: () => T): T => {
  const result = patiently(x.k, x.p, body);
  x.p.call.progress = 0;
  checkVm(x.k);
  return result;
};

function write({ k, p, buffer }: Started, at: number, text: string): void {
  const x = { k, p, buffer } as Started;
  const bytes = new TextEncoder().encode(text);
  call(x, () => copyOut(k, p, buffer, bytes));
  expect(call(x, () => fileCalls.pwrite64(k, p, 3, buffer, bytes.length, at))).toBe(bytes.length);
}

function read({ k, p, buffer }: Started, at: number, length: number): Uint8Array {
  const x = { k, p, buffer } as Started;
  const done = call(x, () => fileCalls.pread64(k, p, 3, buffer, length, at));
  return call(x, () => copyIn(k, p, buffer, Number(done)));
}

/** Makes every page of the file dirty and takes it out of RAM. */
function away(x: Started, pages: number): void {
  for (let index = 0; index < pages; index++) takeOut(x.k, x.p, x.inode, index);
  settle(x.k);
}

function takeOut(k: Kernel, p: Process, inode: Inode, index: number): void {
  const frame = patiently(k, p, () => cachedPage(k, p, inode, index));
  expect(swapOutFrame(k, frame - k.vm.frames.first)).not.toBe("kept");
  checkVm(k);
}

/** /data with a byte changed in each page, all of them in swap; and what it holds now. */
function swapped(): { x: Started; content: Uint8Array } {
  const x = start();
  const content = CONTENT.slice();
  for (const index of [0, 1, 2]) {
    write(x, index * PAGE + 7, "!");
    content[index * PAGE + 7] = 33;
  }
  away(x, 3);
  expect([0, 1, 2].map((index) => findCachedPage(x.k, x.inode, index))).toEqual([0, 0, 0]);
  return { x, content };
}

describe("A file whose pages are in swap", () => {
  it("is read back by read", () => {
    const { x, content } = swapped();
    expect(read(x, 0, BYTES)).toEqual(content);
  });

  it("keeps the rest of a page of which a part is written", () => {
    const { x, content } = swapped();
    write(x, PAGE + 20, "part");
    content.set(new TextEncoder().encode("part"), PAGE + 20);
    expect(read(x, 0, BYTES)).toEqual(content);
  });

  it("keeps the rest of a page that has no home on the disk", () => {
    const x = start();
    write(x, 3 * PAGE, "first");
    takeOut(x.k, x.p, x.inode, 3);
    settle(x.k);
    write(x, 3 * PAGE + 2, "X");
    expect(new TextDecoder().decode(read(x, 3 * PAGE, 5))).toBe("fiXst");
  });

  it("gives the slot back where a whole page is written over", () => {
    const { x } = swapped();
    write(x, PAGE, "z".repeat(PAGE));
    expect([isPageSwapped(x.k, x.inode, 1), x.k.vm.swap.areas[0]!.used]).toEqual([false, 2]);
    expect(read(x, PAGE, PAGE).every((byte) => byte === 122)).toBe(true);
  });

  it("has zeroes where it is cut off and grows again", () => {
    const { x, content } = swapped();
    call(x, () => fileCalls.ftruncate(x.k, x.p, 3, PAGE + 50));
    call(x, () => fileCalls.ftruncate(x.k, x.p, 3, 2 * PAGE));
    const found = read(x, 0, 2 * PAGE);
    expect(found.subarray(0, PAGE + 50)).toEqual(content.subarray(0, PAGE + 50));
    expect(found.subarray(PAGE + 50).every((byte) => byte === 0)).toBe(true);
    away(x, 2);
    expect(read(x, PAGE + 50, PAGE).every((byte) => byte === 0)).toBe(true);
  });

  it("looks the same from outside, where nothing is read in", () => {
    const { x, content } = swapped();
    const reads = x.k.fs.disks[1].reads;
    expect(peekFile(x.k, "/data")).toEqual(content);
    expect([x.k.fs.disks[1].reads - reads, x.k.vm.swap.cache.size]).toEqual([0, 0]);
  });

  it("has no holes where pages are in swap", () => {
    const x = start();
    write(x, 8 * PAGE, "far");
    takeOut(x.k, x.p, x.inode, 8);
    settle(x.k);
    const SEEK_DATA = 3;
    expect(call(x, () => fileCalls.lseek(x.k, x.p, 3, 3 * PAGE, SEEK_DATA))).toBe(8 * PAGE);
  });
});
