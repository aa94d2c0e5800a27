/**
 * Host time of virtual memory's paths, in microseconds, without the processor's share: the kernel's work alone.
 * Run: npx tsx tests/bench/vm.bench.ts
 */

import { CONSTANTS } from "../../kernel/abi.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Process } from "../../kernel/process.ts";
import { copyIn, copyOut } from "../../kernel/usercopy.ts";
import { destroyAddressSpace } from "../../kernel/vm/address-space.ts";
import { advise } from "../../kernel/vm/advise.ts";
import { handleFault } from "../../kernel/vm/fault.ts";
import { forkAddressSpace } from "../../kernel/vm/fork.ts";
import { mapAnonymous, mapFile } from "../../kernel/vm/map.ts";
import { scanPages } from "../../kernel/vm/merge-daemon.ts";
import { cachedPage } from "../../kernel/vm/page-cache.ts";
import { findPte } from "../../kernel/vm/page-table.ts";
import { protectRange } from "../../kernel/vm/protect.ts";
import { pteFrameOf } from "../../kernel/vm/pte.ts";
import { unmapRange } from "../../kernel/vm/unmap.ts";
import { guest } from "../kernel/guest.ts";
import { start as startProgram } from "../kernel/programs.ts";
import { anonymous, FIXED, file, PAGE, PRIVATE, RW, vmKernel, vmProcess } from "../kernel/vm/machines.ts";

const { MADV_MERGEABLE, MADV_UNMERGEABLE } = CONSTANTS.madvise;
const ROUNDS = 9;

/** Median over rounds of the time that `run` takes for one of its `count` operations; `after` is not timed. */
function measure(name: string, count: number, run: () => void, after: () => void = () => {}): void {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = performance.now();
    run();
    times.push(((performance.now() - before) * 1000) / count);
    after();
  }
  times.sort((a, b) => a - b);
  console.log(`${name.padEnd(58)} ${times[ROUNDS >> 1].toFixed(3).padStart(9)} us`);
}

function start(ramBytes: number, thp: "always" | "never" = "never"): { k: Kernel; p: Process } {
  const k = vmKernel({ checking: false, maxMapCount: 1_000_000, thp }, { ramBytes, tlb: { sets: 64, ways: 4 } });
  return { k, p: vmProcess(k) };
}

const COUNT = 4000;
const MEGABYTE = 2 ** 20;

for (const ram of [16, 128, 1024, 2048]) {
  const { k, p } = start(ram * MEGABYTE);
  const count = Math.min(COUNT, ram * 128);
  const va = anonymous(k, p, count);
  const touch = (how: "read" | "write") => {
    for (let i = 0; i < count; i++) handleFault(k, p, va + i * PAGE, how);
  };
  const drop = () => {
    unmapRange(k, p.space!, va, count * PAGE);
    mapAnonymous(k, p.space!, { address: va, length: count * PAGE, prot: RW, flags: PRIVATE | FIXED, limits: null });
  };
  measure(`anonymous fault, write, ${ram} MiB of RAM`, count, () => touch("write"), drop);
}

for (const processes of [1, 100, 3000]) {
  const { k, p } = start(512 * MEGABYTE);
  const va = anonymous(k, p, 10);
  for (let i = 0; i < 10; i++) handleFault(k, p, va + i * PAGE, "write");
  for (let i = 1; i < processes; i++) forkAddressSpace(k, p.space!);
  measure(`fork and exit of a space with 10 pages, ${processes} spaces`, 200, () => {
    for (let i = 0; i < 200; i++) destroyAddressSpace(k, forkAddressSpace(k, p.space!));
  });
  measure(`a tenth of fork, 10 copies, exit; ${processes} spaces share`, 200, () => {
    for (let i = 0; i < 20; i++) {
      const child = forkAddressSpace(k, p.space!);
      for (let page = 0; page < 10; page++) handleFault(k, p, va + page * PAGE, "write");
      destroyAddressSpace(k, child);
    }
  });
}

for (const vmas of [10, 1000, 100_000]) {
  const { k, p } = start(64 * MEGABYTE);
  const base = 0x1_0000_0000;
  for (let i = 0; i < vmas; i++)
    mapAnonymous(k, p.space!, {
      address: base + 2 * i * PAGE,
      length: PAGE,
      prot: RW,
      flags: PRIVATE | FIXED,
      limits: null,
    });
  const step = Math.max(1, Math.floor(vmas / COUNT));
  const touched = Math.min(COUNT, vmas);
  const at = (i: number) => base + 2 * ((i * step * 7919) % vmas) * PAGE;
  const touch = () => {
    for (let i = 0; i < COUNT; i++) handleFault(k, p, at(i % touched), "read");
  };
  measure(`fault that changes nothing, ${vmas} vmas`, COUNT, touch);
  measure(`mmap + munmap, ${vmas} vmas`, COUNT, () => {
    for (let i = 0; i < COUNT; i++) unmapRange(k, p.space!, anonymous(k, p, 1), PAGE);
  });
  measure(`mprotect, ${vmas} vmas`, 2 * COUNT, () => {
    for (let i = 0; i < COUNT; i++)
      for (const prot of [1, RW]) protectRange(k, p.space!, at(i % touched), PAGE, prot, null);
  });
}

{
  const { k, p } = start(128 * MEGABYTE);
  const va = anonymous(k, p, COUNT);
  for (let i = 0; i < COUNT; i++) handleFault(k, p, va + i * PAGE, "write");
  let child = forkAddressSpace(k, p.space!);
  const again = () => {
    destroyAddressSpace(k, child);
    child = forkAddressSpace(k, p.space!);
  };
  const write = () => {
    for (let i = 0; i < COUNT; i++) handleFault(k, p, va + i * PAGE, "write");
  };
  measure("copy-on-write fault, copy", COUNT, write, again);
  measure("copy-on-write fault, takeover", COUNT, write, () => {
    again();
    destroyAddressSpace(k, child);
    child = forkAddressSpace(k, vmProcess(k).space!);
    const other = forkAddressSpace(k, p.space!);
    destroyAddressSpace(k, other);
  });
  measure("fork and exit of a space with 16 MiB", 1, again);
}

{
  const { k, p } = start(128 * MEGABYTE);
  const va = anonymous(k, p, 40);
  for (let i = 0; i < 40; i++) handleFault(k, p, va + i * PAGE, "write");
  measure("fork and exit of a space with 40 pages", 200, () => {
    for (let i = 0; i < 200; i++) destroyAddressSpace(k, forkAddressSpace(k, p.space!));
  });
  const inode = file(k, COUNT * PAGE);
  for (let i = 0; i < COUNT; i++) cachedPage(k, p, inode, i);
  const request = { address: 0x2000_0000, length: COUNT * PAGE, prot: 1, flags: 2 | FIXED, limits: null };
  const map = () => void mapFile(k, p.space!, { ...request, inode, offset: 0, mayWrite: true });
  map();
  measure(
    "file fault, page in the cache",
    COUNT,
    () => {
      for (let i = 0; i < COUNT; i++) handleFault(k, p, 0x2000_0000 + i * PAGE, "read");
    },
    map,
  );
  const bytes = new Uint8Array(64);
  measure("copyOut of 64 bytes", COUNT, () => {
    for (let i = 0; i < COUNT; i++) copyOut(k, p, va + 100, bytes);
  });
  measure("copyIn of 64 KiB", 200, () => {
    for (let i = 0; i < 200; i++) copyIn(k, p, va, 65536);
  });
}

/** Reads one byte of each page of 32 MiB, 64 times, once it is there. */
const SCAN = guest(`
    li   a0, 0x20000000
    li   a1, 32 << 20
    li   a2, 3
    li   a3, 0x32
    li   a4, -1
    li   a5, 0
    syscall mmap
    li   t0, 0x20000000
    li   t1, 0x22000000
    li   t2, 4096
    li   t3, 64
1:  mv   t4, t0
2:  sb   t2, 0(t4)
    add  t4, t4, t2
    bltu t4, t1, 2b
    addi t3, t3, -1
    bnez t3, 1b
    li   a0, 0
    syscall exit_group
`);
const SCANS = (64 * 32 * MEGABYTE) / PAGE;

for (const thp of ["never", "always"] as const) {
  const pages = thp === "always" ? "pages of 2 MiB" : "pages of 4 KiB";
  const touched = 256;
  const { k, p } = start(1024 * MEGABYTE, thp);
  const length = touched * MEGABYTE;
  const request = { address: 0x2000_0000, length, prot: RW, flags: PRIVATE | FIXED, limits: null };
  const step = thp === "always" ? 512 * PAGE : PAGE;
  const map = () => void mapAnonymous(k, p.space!, request);
  const touch = () => {
    for (let va = request.address; va < request.address + length; va += step) handleFault(k, p, va, "write");
  };
  map();
  measure(`1 MiB of first touches, ${pages}`, touched, touch, map);
  touch();
  measure(`fork and exit of a space with 256 MiB, ${pages}`, 1, () => {
    destroyAddressSpace(k, forkAddressSpace(k, p.space!));
  });
  measure(`one access of a scan of 32 MiB, ${pages}`, SCANS, () => {
    const program = startProgram(["scan"], { ram: 128 * MEGABYTE, thp }, { scan: SCAN });
    program.finish();
  });
}

{
  const { k, p } = start(128 * MEGABYTE);
  const count = 2000;
  const { u32 } = k.machine.ram;
  const va = anonymous(k, p, count);
  const fullScan = () => void scanPages(k, count + 1);
  /** Every content twice, and nothing known of it. */
  const anew = () => {
    unmapRange(k, p.space!, va, count * PAGE);
    mapAnonymous(k, p.space!, { address: va, length: count * PAGE, prot: RW, flags: PRIVATE | FIXED, limits: null });
    fullScan();
    for (let i = 0; i < count; i++) {
      handleFault(k, p, va + i * PAGE, "write");
      const frame = pteFrameOf(u32[findPte(k, p.space!, va / PAGE + i)]);
      u32[((frame - k.vm.frames.first) * PAGE) / 4] = 1 + (i >> 1);
    }
    advise(k, p, va, count * PAGE, MADV_MERGEABLE);
  };
  const known = () => {
    anew();
    fullScan();
  };
  const merged = () => {
    known();
    fullScan();
  };
  anew();
  measure("scan of a page: checksum", count, fullScan, anew);
  known();
  measure("scan of a page: compared, then entered or merged", count, fullScan, known);
  merged();
  measure("scan of a page that is merged already", count, fullScan);
  measure("unmerge a page", count, () => advise(k, p, va, count * PAGE, MADV_UNMERGEABLE), merged);
}
