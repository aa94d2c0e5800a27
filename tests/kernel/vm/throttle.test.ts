/** Writers wait while too much is dirty; they never wait for what cannot be written, nor for ever. */
import { describe, expect, it } from "vitest";
import { writeContent } from "../../../kernel/fs/content.ts";
import type { Inode } from "../../../kernel/fs/types.ts";
import { kernelBuffer } from "../../../kernel/fs/user-buffer.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { SLEEP } from "../../../kernel/sleep.ts";
import { SETTINGS } from "../../../kernel/sysctl.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { dirtyLimits, pagesToWrite } from "../../../kernel/vm/dirty.ts";
import { mapFile } from "../../../kernel/vm/map.ts";
import { cachedPageForOverwrite, markPageDirty } from "../../../kernel/vm/page-cache.ts";
import { wholeFile, writeBack } from "../../../kernel/vm/write-back.ts";
import { errnoOf, file, PAGE } from "./machines.ts";
import { patiently, settle, swapKernel, swapProcess, writeByte } from "./swap-machines.ts";

const LIMIT = 16;

/** A disk that may have 16 dirty pages. */
function scene() {
  const k = swapKernel([{ pages: 64 }, { pages: 256 }]);
  const p = swapProcess(k);
  const { inode } = k.vm.swap.areas[1]!;
  k.fs.inodes.set(inode.id, inode);
  k.vm.swap.areas.pop();
  k.vm.settings.dirtyBytes = LIMIT * PAGE;
  return { k, p, inode };
}

/** write(2) of whole pages, one call each; how often it slept, and the most that was dirty or under way. */
function write(
  k: Kernel,
  p: Process,
  inode: Inode,
  pages: number,
  asleep = () => {},
): { sleeps: number; most: number } {
  let [sleeps, most] = [0, 0];
  for (let page = 0; page < pages; page++) {
    p.call.progress = 0;
    patiently(k, p, () => {
      try {
        writeContent(k, p, inode, kernelBuffer(new Uint8Array(PAGE).fill(page)), page * PAGE);
      } catch (thrown) {
        if (thrown === SLEEP) {
          sleeps++;
          asleep();
        }
        throw thrown;
      }
    });
    most = Math.max(most, pagesToWrite(k));
  }
  p.call.progress = 0;
  return { sleeps, most };
}

describe("A process that writes faster than the disk", () => {
  it("waits, so that never more is dirty or on its way than may be", () => {
    const { k, p, inode } = scene();
    const { sleeps, most } = write(k, p, inode, 200);
    expect(sleeps).toBeGreaterThan(5);
    expect(most).toBe(LIMIT + 1);
    settle(k);
    patiently(k, p, () => writeBack(k, p, [wholeFile(inode)]));
    expect(k.vm.cache.dirtyPages).toBe(0);
    expect(k.machine.disks[1].bytes(123 * PAGE, PAGE)).toEqual(new Uint8Array(PAGE).fill(123));
    checkVm(k);
  });

  it("through a shared mapping waits as well", () => {
    const { k, p, inode } = scene();
    const how = { address: 0, length: 100 * PAGE, prot: 3, flags: 1, inode, offset: 0, mayWrite: true };
    const va = mapFile(k, p.space!, { ...how, name: "/dev/vdb", limits: p.limits });
    let most = 0;
    for (let page = 0; page < 100; page++) {
      writeByte(k, p, va + page * PAGE, page);
      most = Math.max(most, pagesToWrite(k));
    }
    expect(most).toBe(LIMIT + 1);
    checkVm(k);
  });

  it("does not wait for a file in memory, which goes nowhere", () => {
    const { k, p, inode } = scene();
    for (let index = 0; index < 2 * LIMIT; index++) markPageDirty(k, cachedPageForOverwrite(k, p, inode, index));
    expect(write(k, p, file(k, 0), 20).sleeps).toBe(0);
  });

  it("gets on where others dirty what it has waited for", () => {
    const { k, p, inode } = scene();
    let page = 100;
    const others = () => {
      for (let i = 0; i < 3; i++) markPageDirty(k, cachedPageForOverwrite(k, p, inode, 100 + (page++ % 100)));
    };
    const before = k.machine.clock.cycles;
    write(k, p, inode, 20, others);
    expect(k.machine.clock.cycles - before).toBeLessThan(25e9);
    checkVm(k);
  });
});

describe("A disk that fails", () => {
  it("keeps no writer, of it or of others; fsync tells", () => {
    const { k, p, inode } = scene();
    const disk = k.machine.disks[1];
    const { capacity } = disk;
    Object.assign(disk, { size: 512 });
    write(k, p, inode, 60);
    settle(k);
    expect(k.vm.cache.dirtyPages).toBeGreaterThan(LIMIT);
    expect(write(k, p, inode, 10).sleeps).toBe(0);
    expect(errnoOf(() => patiently(k, p, () => writeBack(k, p, [wholeFile(inode)])))).toBe("EIO");
    Object.assign(disk, { size: capacity * 512 });
    patiently(k, p, () => writeBack(k, p, [wholeFile(inode)]));
    expect(k.vm.cache.dirtyPages).toBe(0);
    checkVm(k);
  });
});

describe("The limits", () => {
  it("are shares of the memory that could be dirty, and the lower one stays below the upper one", () => {
    const { k } = scene();
    Object.assign(k.vm.settings, { dirtyBytes: 0, dirtyRatio: 50, dirtyBackgroundRatio: 10 });
    const pages = k.vm.frames.free + k.vm.cache.filePages;
    expect(dirtyLimits(k)).toEqual({ most: Math.floor(pages / 2), background: Math.floor(pages / 10) });
    k.vm.settings.dirtyBackgroundRatio = 60;
    expect(dirtyLimits(k).background).toBe(Math.floor(Math.floor(pages / 2) / 2));
  });

  // As Linux 6.1 answered: what is written where, the errno, then ratio, bytes, background ratio, background bytes.
  it("are set as on Linux: of ratio and bytes only one counts", () => {
    const { k, p } = scene();
    k.vm.settings.dirtyBytes = 0;
    const names = ["dirty_ratio", "dirty_bytes", "dirty_background_ratio", "dirty_background_bytes"];
    const row = (name: string) => SETTINGS[`vm/${name}`]!;
    const set = (name: string, value: string) => {
      const failure = errnoOf(() => row(name).write!(k, p, value));
      return `${failure} ${names.map((one) => row(one).read!(k)).join(" ")}`.trim();
    };
    expect(
      [
        ["dirty_bytes", "0"],
        ["dirty_bytes", "8191"],
        ["dirty_bytes", "8192"],
        ["dirty_ratio", "0"],
        ["dirty_ratio", "101"],
        ["dirty_ratio", "30"],
        ["dirty_bytes", "100000"],
        ["dirty_ratio", "20"],
        ["dirty_background_bytes", "0"],
        ["dirty_background_bytes", "1"],
        ["dirty_background_ratio", "0"],
        ["dirty_background_bytes", "12345"],
        ["dirty_background_ratio", "10"],
      ].map(([name, value]) => set(name!, value!)),
    ).toEqual([
      "EINVAL 20 0 10 0",
      "EINVAL 20 0 10 0",
      "0 8192 10 0",
      "0 8192 10 0",
      "EINVAL 0 8192 10 0",
      "30 0 10 0",
      "0 100000 10 0",
      "20 0 10 0",
      "EINVAL 20 0 10 0",
      "20 0 0 1",
      "20 0 0 0",
      "20 0 0 12345",
      "20 0 10 0",
    ]);
  });
});
