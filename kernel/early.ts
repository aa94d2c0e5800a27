/**
 * Running what handlers do before there is a main loop: boot mounts file systems on behalf of the process that will be the
 * first one. Where it would sleep, time passes until what it waits for has happened.
 */

import { clear } from "./call.ts";
import { WORK } from "./due-work.ts";
import { tendFiles } from "./fs/ext2fs/tend.ts";
import { programTimer, serveInterrupts } from "./interrupts.ts";
import type { Kernel } from "./kernel.ts";
import { panic } from "./panic.ts";
import { moveTo, type Process } from "./process.ts";
import { scheduler } from "./scheduler.ts";
import { RETRY, SLEEP } from "./sleep.ts";

/** `p`, which is in the process table and runnable, does `work` and is runnable again. @throws Errno what `work` throws */
export function runEarly<T>(k: Kernel, p: Process, work: () => T): T {
  for (;;) {
    if (scheduler(k).pick(k) !== p.pid) panic("early: nobody else is there to run", { pid: p.pid });
    moveTo(k, p, "running");
    k.current = p;
    try {
      const result = work();
      leave(k, p);
      return result;
    } catch (thrown) {
      if (thrown !== SLEEP) leave(k, p);
      if (thrown !== SLEEP && thrown !== RETRY) throw thrown;
    }
    k.current = null;
    while (p.state === "sleeping") passTime(k, p);
  }
}

/** The processor is free again, and the next call of `p` begins with a clean slate. */
function leave(k: Kernel, p: Process): void {
  k.current = null;
  clear(k, p);
  moveTo(k, p, "runnable");
  scheduler(k).enqueue(k, p);
}

function passTime(k: Kernel, p: Process): void {
  programTimer(k, null);
  if (k.machine.pendingInterrupts() === 0 && k.machine.waitForInterrupt(Number.POSITIVE_INFINITY) !== "interrupt")
    panic("early: what boot waits for happens", { channels: p.sleep?.channels });
  serveInterrupts(k);
  if (k.due.work & WORK.volumes) tendFiles(k);
}
