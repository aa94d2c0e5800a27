/**
 * The kernel's invariants, asserted by the number that each has in its file. For tests: call it at any trap boundary.
 */

import { checkBlock } from "./block/check.ts";
import { WORK } from "./due-work.ts";
import type { Kernel } from "./kernel.ts";
import { panic } from "./panic.ts";
import { STALLS } from "./pressure.ts";
import { isActive, type Process } from "./process.ts";
import { isProtected } from "./signal.ts";
import { has, isWithin, meets, signalSet, toBits } from "./signal-set.ts";
import { UNBLOCKABLE } from "./signal-state.ts";
import { nextMoment } from "./tending.ts";
import { checkVm } from "./vm/check.ts";

/** Panics at the first invariant that does not hold. */
export function checkKernel(k: Kernel): void {
  checkProcesses(k);
  checkQueues(k);
  checkPressure(k);
  checkTimers(k);
  checkDueWork(k);
  for (const p of k.processes.values()) checkSignals(p);
  checkVm(k);
  checkBlock(k);
}

function hold(condition: boolean, invariant: string, values: Readonly<Record<string, unknown>>): void {
  if (!condition) panic(invariant, values);
}

function checkProcesses(k: Kernel): void {
  for (const [pid, p] of k.processes) {
    const values = { pid, state: p.state, ppid: p.ppid };
    hold(pid === p.pid, "kernel: a process stands under its pid", values);
    hold(p.state !== "embryo" && p.state !== "reaped", "kernel: the table holds the living and zombies", values);
    hold((p.state === "running") === (k.current === p), "process (1): the running process is k.current", values);
    hold((p.state === "sleeping") === (p.sleep !== null), "process (3): a sleeper has a sleep", values);
    const parent = k.processes.get(p.ppid);
    hold(
      pid === 1 ? p.ppid === 0 : parent?.children.has(pid) === true,
      "process (4): a parent knows its child",
      values,
    );
    for (const child of p.children)
      hold(k.processes.get(child)?.ppid === pid, "process (4): a child knows its parent", { ...values, child });
    const empty = p.space === null && p.files === null && p.program.inode === null;
    hold(p.state !== "zombie" || empty, "process (5): a zombie owns nothing", values);
    hold(p.state === "zombie" || (p.space !== null && p.files !== null), "process (5): the living own memory", values);
    hold(p.registers.x[0] === 0n, "process: x0 is 0", values);
  }
}

function checkQueues(k: Kernel): void {
  const runnable = [...k.processes.values()].filter(({ state }) => state === "runnable").map(({ pid }) => pid);
  const queued = [...k.runQueue].sort((a, b) => a - b);
  const same = queued.join() === runnable.sort((a, b) => a - b).join();
  hold(same, "process (2): the run queue holds each runnable process once", { queued, runnable });
  for (const [channel, pids] of k.sleepers) {
    hold(pids.length > 0, "sleep: no channel has an empty list", { channel });
    for (const pid of pids)
      hold(
        k.processes.get(pid)?.sleep?.channels.includes(channel) === true,
        "process (3): who is listed under a channel sleeps on it",
        { channel, pid },
      );
  }
  for (const p of k.processes.values())
    for (const channel of p.sleep?.channels ?? [])
      hold(k.sleepers.get(channel)?.includes(p.pid) === true, "process (3): a sleeper is listed", {
        channel,
        pid: p.pid,
      });
  for (const [key, pids] of k.futexes)
    for (const pid of pids)
      hold(k.processes.get(pid)?.call.active === true, "futex (1): a waiter is in its call", { key, pid });
}

function checkPressure(k: Kernel): void {
  const processes = [...k.processes.values()];
  const count = (chosen: (p: Process) => boolean) => processes.filter(chosen).length;
  const { running, waitingForDisk, waitingForMemory, refaulting, reclaiming } = k.pressure;
  const values = { running, waitingForDisk, waitingForMemory, refaulting, reclaiming };
  hold(running === count(isActive), "pressure (1): those who run or could run are counted", values);
  for (const what of ["waitingForDisk", "waitingForMemory", "refaulting"] as const) {
    const sleepers = count(({ sleep }) => sleep !== null && STALLS[sleep.stall]?.includes(what) === true);
    hold(sleepers === k.pressure[what], "pressure (1): who waits for what is counted", { what, sleepers, ...values });
  }
  hold(!reclaiming, "pressure: pages are taken back between processes only", values);
}

function checkDueWork(k: Kernel): void {
  const { at, work } = k.due;
  hold(at <= nextMoment(k), "due work (1): nothing is due before `at`", { at, next: nextMoment(k) });
  const { merge, reclaim } = k.vm;
  hold(merge.quiet === 0 || (work & WORK.quiet) !== 0, "due work: a quiet scanner hears of activity", { work });
  hold(reclaim.fresh.length === 0 || (work & WORK.arrivals) !== 0, "due work: arrivals are followed", { work });
}

function checkTimers(k: Kernel): void {
  for (const [i, timer] of k.timers.entries()) {
    const { time, kind, pid } = timer;
    const p = k.processes.get(pid);
    hold(i === 0 || k.timers[i - 1].time <= time, "sleep (3): timers are sorted", { i, time });
    hold(p !== undefined && p.state !== "zombie", "sleep: a timer belongs to a living process", { kind, pid });
    const due = kind === "wake" ? p?.sleep?.deadline : p?.intervalTimers[0].expires;
    hold(due === time, "sleep: a timer says what its process waits for", { kind, pid, time, due });
  }
}

function checkSignals(p: Process): void {
  const s = p.signals;
  const values = { pid: p.pid, pending: toBits(s.pending), blocked: toBits(s.blocked) };
  hold(s.attention === !isWithin(s.pending, s.blocked), "signal-state (1): attention", values);
  hold(!meets(s.blocked, UNBLOCKABLE), "signal-state (3): SIGKILL and SIGSTOP are not blocked", values);
  if (p.state === "zombie") return;
  const queued = toBits(signalSet(...s.queue.map(({ signo }) => signo)));
  hold(queued === values.pending, "signal-state (4): pending is what is queued", { ...values, queued });
  const standard = s.queue.filter(({ signo }) => signo < 32);
  hold(
    new Set(standard.map(({ signo, thread }) => `${signo} ${thread}`)).size === standard.length,
    "signal-state (2): one of each",
    values,
  );
  for (const { signo, forced } of s.queue)
    hold(forced || has(s.blocked, signo) || !isProtected(p, signo), "signal (3): process 1 is protected", {
      ...values,
      signo,
    });
}
