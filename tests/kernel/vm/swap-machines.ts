/** The machine of machines.ts with disks to swap to: areas that are in use, and accesses that wait for the disk. */

import type { MachineConfig } from "../../../cpu/machine.ts";
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { probeDisk } from "../../../kernel/block/disks.ts";
import type { Inode } from "../../../kernel/fs/types.ts";
import { enableInterrupts, serveInterrupts } from "../../../kernel/interrupts.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import { createLog } from "../../../kernel/log.ts";
import { moveTo, type Process } from "../../../kernel/process.ts";
import { RETRY, SLEEP } from "../../../kernel/sleep.ts";
import type { VmOptions } from "../../../kernel/vm/boot.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { allocateFrame, OWNER } from "../../../kernel/vm/frames.ts";
import { findPte, NO_PTE } from "../../../kernel/vm/page-table.ts";
import { isResident, pteFrameOf } from "../../../kernel/vm/pte.ts";
import { diskExtents } from "../../../kernel/vm/swap-extents.ts";
import { encodeSwapHeader } from "../../../kernel/vm/swap-header.ts";
import { addSwapArea } from "../../../kernel/vm/swap-on.ts";
import { type Eviction, swapOutFrame } from "../../../kernel/vm/swap-out.ts";
import { access, file, type Outcome, PAGE, vmFork, vmKernel, vmProcess, warm } from "./machines.ts";

/** An area: pages, the header's included, and its priority. */
export interface Area {
  readonly pages: number;
  readonly priority?: number;
}

export const header = (pages: number) => encodeSwapHeader({ lastPage: pages - 1 });

/** A kernel with an area on each disk. */
export function swapKernel(
  areas: readonly Area[],
  vm: Partial<VmOptions> = {},
  machine: Partial<MachineConfig> = {},
): Kernel {
  const disks = areas.map(({ pages }) => ({ size: pages * PAGE_SIZE, start: header(pages) }));
  const k = vmKernel(vm, { ...machine, disks });
  Object.assign(k, {
    statistics: { interruptsBySource: [], externalInterrupts: 0, timerInterrupts: 0 },
    log: createLog(),
    timerSet: Number.POSITIVE_INFINITY,
  });
  enableInterrupts(k);
  for (const [number, { pages, priority }] of areas.entries()) {
    k.fs.disks.push(probeDisk(k, number, allocateFrame(k, OWNER.kernel))!);
    addSwapArea(
      k,
      diskNode(k, number, pages),
      number,
      diskExtents(pages * PAGE_SIZE),
      `/dev/vd${"abcd"[number]}`,
      header(pages),
      priority ?? null,
    );
  }
  return k;
}

function diskNode(k: Kernel, disk: number, pages: number): Inode {
  const size = pages * PAGE_SIZE;
  return { ...file(k, size), fs: "devfs", data: { kind: "device", backing: { disk, position: 0, length: size } } };
}

/** A process that can sleep. */
export function swapProcess(k: Kernel): Process {
  const p = vmProcess(k);
  start(k, p);
  warm(k, p);
  return p;
}

export function swapFork(k: Kernel, parent: Process): Process {
  const child = vmFork(k, parent);
  start(k, child);
  warm(k, child);
  return child;
}

function start(k: Kernel, p: Process): void {
  moveTo(k, p, "runnable");
  moveTo(k, p, "running");
  k.current = p;
}

/** Time passes until the process is awake again. */
function awaken(k: Kernel, p: Process): void {
  while (p.state === "sleeping") {
    if (k.machine.waitForInterrupt(Number.POSITIVE_INFINITY) !== "interrupt") throw new Error("nobody wakes it");
    serveInterrupts(k);
    checkVm(k);
  }
  k.runQueue.splice(0);
  moveTo(k, p, "running");
  k.current = p;
}

/** Runs a handler as the kernel does: again from its start after each sleep. */
export function patiently<T>(k: Kernel, p: Process, handler: () => T): T {
  k.current = p;
  for (;;) {
    try {
      return handler();
    } catch (thrown) {
      if (thrown === RETRY) continue;
      if (thrown !== SLEEP) throw thrown;
    }
    checkVm(k);
    awaken(k, p);
  }
}

/** Lets all transfers end. */
export function settle(k: Kernel): void {
  while (k.fs.disks.some(({ active }) => active !== null)) {
    if (k.machine.waitForInterrupt(Number.POSITIVE_INFINITY) !== "interrupt") throw new Error("a disk never ends");
    serveInterrupts(k);
    checkVm(k);
  }
}

/** A load that may wait; with the faults on the way. */
export function readByte(k: Kernel, p: Process, va: number): Outcome {
  return patiently(k, p, () => access(k, p, "read", va));
}

export function writeByte(k: Kernel, p: Process, va: number, byte: number): Outcome {
  return patiently(k, p, () => access(k, p, "write", va, byte));
}

export const kinds = ({ faults }: Outcome) => faults.map(({ kind }) => kind);

/** The frame index that the page at `va` is in; -1: none. */
export function frameAt(k: Kernel, p: Process, va: number): number {
  const at = findPte(k, p.space!, va / PAGE);
  const low = at === NO_PTE ? 0 : k.machine.ram.u32[at];
  return isResident(low) ? pteFrameOf(low) - k.vm.frames.first : -1;
}

/** Takes the page at `va` out of RAM. */
export function swapOut(k: Kernel, p: Process, va: number): Eviction {
  const answer = swapOutFrame(k, frameAt(k, p, va));
  checkVm(k);
  return answer;
}

/** The same, and waits for the disk. */
export function swapOutNow(k: Kernel, p: Process, va: number): void {
  swapOut(k, p, va);
  settle(k);
}
