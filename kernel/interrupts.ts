/**
 * Interrupts: the timer's are the kernel's own timers and time slices, external ones belong to the drivers.
 *
 * (1) The timer device is set to the earliest of: first of `k.timers`, end of the time slice while others wait, a
 *     clock of the running process, the next looks of the flusher, of the scanner that merges pages and of the one that
 *     collapses them into huge ones. It is off when there is none.
 */
import { CYCLES_PER_TICK } from "../cpu/costs.ts";
import { TIMER } from "../cpu/devices/timer.ts";
import { CSR_SLOT } from "../cpu/hart.ts";
import { MEMORY_MAP } from "../cpu/machine.ts";
import { INTERRUPT } from "../cpu/trap.ts";
import { account, cyclesToProcessClock, nextExpiry } from "./accounting.ts";
import { serveExternalInterrupts } from "./drivers/interrupt-controller.ts";
import type { Kernel, Timer } from "./kernel.ts";
import type { Process } from "./process.ts";
import { bootHart } from "./registers.ts";
import { FROM_KERNEL, postSignal } from "./signal.ts";
import { signalNumber } from "./signal-state.ts";
import { addTimer, wakeProcess } from "./sleep.ts";
import { flushIfDue } from "./vm/flusher.ts";
import { collapseIfDue } from "./vm/huge-scan.ts";
import { scanIfDue } from "./vm/merge-daemon.ts";

/** Boot: timer and external interrupts may enter the kernel. */
export function enableInterrupts(k: Kernel): void {
  bootHart(k).csr[CSR_SLOT.sie] = BigInt((1 << INTERRUPT.timer) | (1 << INTERRUPT.external));
}

/** Serves whatever is pending. */
export function serveInterrupts(k: Kernel): void {
  const pending = k.machine.pendingInterrupts();
  if ((pending & (1 << INTERRUPT.external)) !== 0) {
    k.statistics.externalInterrupts++;
    serveExternalInterrupts(k);
  }
  if ((pending & (1 << INTERRUPT.timer)) !== 0) {
    k.statistics.timerInterrupts++;
    fireTimers(k);
    flushIfDue(k);
    scanIfDue(k);
    if (collapseIfDue(k)) account(k, null, "system");
    setTimer(k, Number.POSITIVE_INFINITY);
  }
}

const FIRE: Readonly<Record<Timer["kind"], (k: Kernel, p: Process, timer: Timer) => void>> = {
  wake: (k, p) => wakeProcess(k, p),
  alarm: (k, p, timer) => {
    const alarm = p.intervalTimers[0];
    alarm.expires = alarm.interval === 0 ? 0 : nextExpiry(timer.time, alarm.interval, k.machine.clock.cycles);
    if (alarm.expires !== 0) addTimer(k, alarm.expires, "alarm", p.pid);
    postSignal(k, p, signalNumber("SIGALRM"), FROM_KERNEL);
  },
};

function fireTimers(k: Kernel): void {
  while (k.timers.length > 0 && k.timers[0].time <= k.machine.clock.cycles) {
    const timer = k.timers.shift()!;
    FIRE[timer.kind](k, k.processes.get(timer.pid)!, timer);
  }
}

/** Sets the timer device for what comes first while `p` runs, or nobody does. */
export function programTimer(k: Kernel, p: Process | null): void {
  let due = Math.min(
    k.timers.length > 0 ? k.timers[0].time : Number.POSITIVE_INFINITY,
    k.vm.flusher.due,
    k.vm.merge.due,
    k.vm.huge.scan.due,
  );
  if (p !== null) {
    if (k.runQueue.length > 0) due = Math.min(due, p.sliceEnd);
    due = Math.min(due, k.machine.clock.cycles + cyclesToProcessClock(p));
  }
  if (due !== k.timerSet) setTimer(k, due);
}

/** mtimecmp counts ticks, so the interrupt comes up to a tick late, never early. Infinity: all ones, never. */
function setTimer(k: Kernel, due: number): void {
  const { bus } = k.machine;
  const register = MEMORY_MAP.timer.base + TIMER.mtimecmp;
  const ticks = Math.ceil(due / CYCLES_PER_TICK);
  k.timerSet = due;
  // Privileged specification 3.2.1: the high half first goes to its most, so that no wrong time shows in between.
  bus.write(register + 4, 4, 0xffff_ffff);
  bus.write(register, 4, Number.isFinite(due) ? ticks >>> 0 : 0xffff_ffff);
  if (Number.isFinite(due)) bus.write(register + 4, 4, Math.floor(ticks / 2 ** 32));
}
