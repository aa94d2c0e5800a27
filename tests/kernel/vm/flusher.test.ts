/** Dirty pages of a disk go home in time without anybody asking, and a clean computer has no timer for it. */
import { describe, expect, it } from "vitest";
import { checkVm } from "../../../kernel/vm/check.ts";
import { guest } from "../guest.ts";
import { diskWith, start } from "../programs.ts";

const SECOND = 1_000_000_000;
const DISK = 64 * 4096;

/** Writes a page to the second disk, then sleeps for so many seconds. */
const writeAndSleep = (seconds: number, bytes = 4096) =>
  guest(`
    li   a0, -100
    la   a1, path
    li   a2, 2
    li   a3, 0
    syscall openat
    la   a1, page
    li   a2, ${bytes}
    syscall write
    la   a0, time
    li   a1, 0
    syscall nanosleep
    li   a0, 0
    syscall exit
.data
path: .asciz "/dev/vdb"
.balign 8
time: .dword ${seconds}, 0
.bss
page: .space ${bytes}
`);

/** Two disks, and none of them for swap. */
const disksWith = (program: Uint8Array) => ({ disks: [diskWith({ w: program }), new Uint8Array(DISK)], swap: 0 });

function run(program: Uint8Array, until: number, settings: { dirtyExpireCentisecs?: number } = {}) {
  const started = start(["w"], disksWith(program), { w: program });
  const base = started.computer.kernel;
  const disks = [base.fs.disks.length];
  expect(disks[0]).toBeGreaterThan(1);
  Object.assign(base.vm.settings, settings);
  started.computer.run({ idle: "skip", until, instructionLimit: 10_000_000 });
  return base;
}

describe("The flusher", () => {
  it("writes pages when they have been dirty for dirty_expire_centisecs, and then rests", () => {
    const k = run(writeAndSleep(60), 20 * SECOND);
    expect(k.vm.cache.dirtyPages).toBe(1);
    expect(k.vm.statistics.pagesDirtied).toBe(1);
    expect(k.vm.flusher.due).toBeLessThan(26 * SECOND);
    const later = run(writeAndSleep(60), 40 * SECOND);
    expect([later.vm.cache.dirtyPages, later.vm.statistics.pagesWritten]).toEqual([0, 1]);
    expect(later.vm.flusher.due).toBe(Number.POSITIVE_INFINITY);
    checkVm(later);
  });

  it("writes sooner when dirt may not become so old", () => {
    const k = run(writeAndSleep(60), 8 * SECOND, { dirtyExpireCentisecs: 100 });
    expect([k.vm.cache.dirtyPages, k.vm.statistics.pagesWritten]).toEqual([0, 1]);
  });

  it("writes at once what is more than dirty_background_ratio of the memory that could be dirty", () => {
    const program = writeAndSleep(60, 40 * 4096);
    const started = start(["w"], { ram: 2 ** 20, ...disksWith(program) }, { w: program });
    const k = started.computer.kernel;
    started.computer.run({ idle: "skip", until: SECOND, instructionLimit: 10_000_000 });
    expect(k.vm.statistics.pagesDirtied).toBeGreaterThan(30);
    expect(k.vm.statistics.pagesDirtied).toBeGreaterThan(30);
    expect(k.vm.statistics.pagesWritten).toBeGreaterThan(10);
    checkVm(k);
  });
});
