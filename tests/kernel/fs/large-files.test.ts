/** A file larger than memory is written to an ext2 disk and read back: writers wait, reads run ahead, nothing is lost. */
import { describe, expect, it } from "vitest";
import { checkKernel } from "../../../kernel/check.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { dirtyLimits, pagesToWrite } from "../../../kernel/vm/dirty.ts";
import { guest } from "../guest.ts";
import { diskWith, start } from "../programs.ts";
import { newImage } from "./ext2/disks.ts";

const PAGES = 700;

/** Writes pages that begin with their number; brings them home, drops the cache, reads them. Exits with 0 when they are as written. */
const program = (advice: number) =>
  guest(`
    la   a0, device
    la   a1, folder
    la   a2, type
    li   a3, 0
    li   a4, 0
    syscall mount
    bnez a0, bad
    li   a0, -100
    la   a1, path
    li   a2, 0102
    li   a3, 0644
    syscall openat
    mv   s0, a0
    li   s1, 0
1:  la   a1, page
    sd   s1, 0(a1)
    mv   a0, s0
    li   a2, 4096
    syscall write
    li   t0, 4096
    bne  a0, t0, bad
    addi s1, s1, 1
    li   t0, ${PAGES}
    bne  s1, t0, 1b
    mv   a0, s0
    syscall fsync
    bnez a0, bad
    mv   a0, s0
    li   a1, 0
    li   a2, 0
    li   a3, 4
    syscall fadvise64
    mv   a0, s0
    li   a1, 0
    li   a2, 0
    li   a3, ${advice}
    syscall fadvise64
    li   s1, 0
2:  mv   a0, s0
    la   a1, page
    li   a2, 4096
    slli a3, s1, 12
    syscall pread64
    li   t0, 4096
    bne  a0, t0, bad
    la   a1, page
    ld   t0, 0(a1)
    bne  t0, s1, bad
    addi s1, s1, 1
    li   t0, ${PAGES}
    bne  s1, t0, 2b
    li   a0, 0
    syscall exit
bad:
    li   a0, 1
    syscall exit
.data
device: .asciz "/dev/vdb"
folder: .asciz "/tmp"
type: .asciz "ext2"
path: .asciz "/tmp/f"
.balign 8
.bss
page: .space 4096
`);

interface Figures {
  readonly k: Kernel;
  /** Commands that read the second disk, and the cycles of it all. */
  readonly reads: number;
  readonly cycles: number;
  /** The most that was dirty or under way beyond what may be. */
  readonly excess: number;
}

function run(advice: number, ram: number): Figures {
  const disk = newImage({ size: 4 * 2 ** 20, blockSize: 1024 }).bytes;
  const work = program(advice);
  let excess = Number.NEGATIVE_INFINITY;
  let reads = 0;
  const started = start(
    ["w"],
    {
      ram,
      swap: 0,
      disks: [diskWith({ w: work }), disk],
      listeners: [
        (event) => {
          if (event.type === "syscall-enter" && event.name === "write")
            excess = Math.max(excess, pagesToWrite(k) - dirtyLimits(k).most);
          if (event.type === "disk" && event.what === "start" && event.disk === 1 && !event.write) reads++;
        },
      ],
    },
    { w: work },
  );
  const { computer } = started;
  const k = computer.kernel;
  expect(started.finish()).toMatchObject({ kind: "off", status: 0 });
  checkVm(k);
  checkKernel(k);
  return { k, reads, cycles: k.machine.clock.cycles, excess };
}

describe("A file larger than memory", () => {
  it("is written and read back whole, and its writer waits for the disk", () => {
    const { k, excess } = run(0, 2 ** 21);
    expect(k.vm.statistics.pagesWritten).toBeGreaterThanOrEqual(PAGES);
    // A page of data, and what its blocks change in the maps.
    expect(excess).toBeLessThanOrEqual(8);
  });

  it("is read in far fewer transfers, and sooner, where it is read ahead", () => {
    const [ahead, random] = [run(0, 2 ** 23), run(1, 2 ** 23)];
    expect(ahead.reads * 4).toBeLessThan(random.reads);
    expect(ahead.cycles).toBeLessThan(random.cycles);
  });
});
