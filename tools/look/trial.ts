/**
 * What the kernel would do about an access that the processor does not let through: it is done, by the kernel's own
 * handleFault, and then undone. The computer is put back from a snapshot, so that it is to the bit what it was; nobody
 * hears of the events meanwhile.
 *
 * Waiting is included: while a disk works virtual time passes, interrupts are served, and no process runs but the kernel.
 */
import type { Computer } from "../../kernel/computer.ts";
import { serveInterrupts } from "../../kernel/interrupts.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Process } from "../../kernel/process.ts";
import { moveTo } from "../../kernel/process.ts";
import { bootHart, loadRegisters, saveRegisters } from "../../kernel/registers.ts";
import { enqueue } from "../../kernel/scheduler.ts";
import { isKilled } from "../../kernel/signal-state.ts";
import { RETRY, SLEEP, wakeProcess } from "../../kernel/sleep.ts";
import { activate } from "../../kernel/vm/address-space.ts";
import { type Fault, handleFault } from "../../kernel/vm/fault.ts";
import type { Access } from "../../kernel/vm/types.ts";

/** What it came to. */
export interface Trial<T> {
  /** Null: it would wait for what never comes, or be killed for want of memory meanwhile. */
  readonly fault: Fault | null;
  /** Cycles of virtual time in the kernel, waiting included. */
  readonly cycles: number;
  /** How often it had to wait. */
  readonly waits: number;
  /** What it takes. */
  readonly frames: number;
  readonly zeroed: number;
  readonly copied: number;
  /** What `look` saw afterwards. */
  readonly after: T;
}

/** Makes the access of process `pid`, which has a space, fault; looks; and takes everything back. */
export function tryFault<T>(computer: Computer, pid: number, va: number, access: Access, look: () => T): Trial<T> {
  const { kernel: k } = computer;
  const before = computer.snapshot();
  const listeners = k.listeners.splice(0);
  const deathListeners = k.deathListeners.splice(0);
  try {
    return perform(k, k.processes.get(pid)!, va, access, look);
  } finally {
    computer.restore(before);
    k.listeners.push(...listeners);
    k.deathListeners.push(...deathListeners);
  }
}

function perform<T>(k: Kernel, p: Process, va: number, access: Access, look: () => T): Trial<T> {
  seize(k, p);
  const figures = () => ({ ...k.vm.statistics, cycles: k.machine.clock.cycles });
  const begin = figures();
  const { fault, waits } = resolve(k, p, va, access);
  const end = figures();
  // As before a return to user mode.
  if (p.space !== null) k.scheme.settle(k, p.space);
  return {
    fault,
    waits,
    cycles: end.cycles - begin.cycles,
    frames: end.framesAllocated - begin.framesAllocated,
    zeroed: end.pagesZeroed - begin.pagesZeroed,
    copied: end.pagesCopied - begin.pagesCopied,
    after: look(),
  };
}

function resolve(k: Kernel, p: Process, va: number, access: Access): { fault: Fault | null; waits: number } {
  for (let waits = 0; ; ) {
    try {
      return { fault: handleFault(k, p, va, access), waits };
    } catch (thrown) {
      if (thrown !== RETRY && thrown !== SLEEP) throw thrown;
      if (thrown === SLEEP && !awaken(k, p)) return { fault: null, waits };
      if (thrown === SLEEP) waits++;
      if (isKilled(p.signals)) return { fault: null, waits };
    }
  }
}

/** Lets time pass until the sleeper is woken. @returns false: nothing will wake it */
function awaken(k: Kernel, p: Process): boolean {
  while (p.state === "sleeping") {
    if (k.machine.waitForInterrupt(Number.POSITIVE_INFINITY) !== "interrupt") return false;
    serveInterrupts(k);
  }
  run(k, p);
  return true;
}

/** Gives `p` the processor, whatever it or another process is doing. */
function seize(k: Kernel, p: Process): void {
  if (k.current === p) return;
  if (k.current !== null) {
    const other = k.current;
    saveRegisters(k, other);
    moveTo(k, other, "runnable");
    enqueue(k, other);
    k.current = null;
  }
  if (p.state === "sleeping") wakeProcess(k, p);
  if (p.state === "stopped") {
    moveTo(k, p, "runnable");
    enqueue(k, p);
  }
  run(k, p);
  loadRegisters(k, p);
}

function run(k: Kernel, p: Process): void {
  const place = k.runQueue.indexOf(p.pid);
  if (place >= 0) k.runQueue.splice(place, 1);
  moveTo(k, p, "running");
  k.current = p;
  activate(k, p.space!, bootHart(k));
}
