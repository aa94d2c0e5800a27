/**
 * The OOM killer: when nothing more can be taken from anyone, one process ends so that the others can go on.
 *
 *   badness = resident pages + swapped pages + page tables + oom_score_adj * (RAM + swap) / 1000
 *
 * The process with the highest badness gets SIGKILL; it may use the last frames on its way out (Process.oomVictim).
 *
 * (1) Process 1, zombies and processes with oom_score_adj -1000 are never chosen.
 * (2) While a victim still has its memory nobody else is chosen: what it gives back may be enough.
 * (3) Who wants all the memory himself by swapoff(2), or by writing 2 to /sys/kernel/mm/ksm/run, is chosen before all others.
 * (4) With nobody to choose the computer is powered off, as Linux panics: it never hangs.
 *
 * Source: proc(5), oom_score and oom_score_adj; the figures and the report are those of Linux 6.1 (mm/oom_kill.c).
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import type { Kernel } from "../kernel.ts";
import { LOG_LEVEL, log } from "../log.ts";
import { powerOff } from "../power.ts";
import type { Process } from "../process.ts";
import { FROM_KERNEL, postSignal } from "../signal.ts";
import { signalNumber } from "../signal-state.ts";
import { wakeProcess, wakeup } from "../sleep.ts";
import { residentPages, sizeOfSpace } from "./address-space.ts";
import { OWNER } from "./frames.ts";
import { swapTotals } from "./swap-area.ts";

/** oom_score_adj of a process that is never chosen. */
export const OOM_NEVER = -1000;
const SIGKILL = signalNumber("SIGKILL");
/** Exit status of a computer whose last processes cannot be killed: as of a program that SIGKILL ended. */
const OUT_OF_MEMORY_STATUS = 128 + SIGKILL;

/** Pages of RAM and swap: what oom_score_adj is a thousandth of. */
function totalPages(k: Kernel): number {
  return k.vm.frames.count + swapTotals(k).total;
}

/** Pages that the end of `p` would give back, moved by its oom_score_adj; null: it must not be chosen. */
export function badness(k: Kernel, p: Process): number | null {
  if (p.space === null || p.pid === 1 || p.oomScoreAdjust === OOM_NEVER) return null;
  // Between vfork and exec the memory is the parent's, who would not get it back.
  if (p.vforkParent !== 0) return null;
  const { counts } = p.space;
  const held = residentPages(p.space) + counts.swapped + counts.tables;
  return held + p.oomScoreAdjust * Math.floor(totalPages(k) / 1000);
}

/** /proc/PID/oom_score: 0 to 2000. */
export function oomScore(k: Kernel, p: Process): number {
  const points = badness(k, p);
  if (points === null) return 0;
  const total = totalPages(k);
  return Math.max(0, Math.trunc(((1000 + Math.trunc((points * 1000) / total)) * 2) / 3));
}

/** Chooses a victim and kills it, unless one is dying already. @param p who needs memory; may be the victim */
export function outOfMemory(k: Kernel, p: Process): void {
  if (isDying(k)) return;
  const victim = choose(k, p);
  report(k, p);
  if (k.vm.settings.panicOnOom !== 0) giveUp(k, "Out of memory: system-wide panic_on_oom is enabled");
  else if (victim === null) giveUp(k, "System is deadlocked on memory");
  else kill(k, victim);
}

/** Invariant (3): Linux's oom_task_origin. */
function isOrigin(k: Kernel, p: Process): boolean {
  if (!p.call.active || p.pid === 1 || p.space === null) return false;
  return k.vm.merge.unmerger === p.pid || k.vm.swap.areas.some((area) => area?.closing === p.pid);
}

/** What Linux does by a panic: the computer is switched off. */
function giveUp(k: Kernel, reason: string): void {
  log(k, LOG_LEVEL.emergency, `Kernel panic - not syncing: ${reason}`);
  powerOff(k, OUT_OF_MEMORY_STATUS, reason);
}

/** Invariant (2). */
function isDying(k: Kernel): boolean {
  for (const p of k.processes.values()) if (p.oomVictim && p.space !== null) return true;
  return false;
}

function choose(k: Kernel, asking: Process): Process | null {
  if (k.vm.settings.oomKillAllocatingTask !== 0 && badness(k, asking) !== null) return asking;
  let victim: Process | null = null;
  let most = Number.NEGATIVE_INFINITY;
  for (const p of k.processes.values()) {
    const points = isOrigin(k, p) ? Number.POSITIVE_INFINITY : badness(k, p);
    // Of equals the last one, as Linux.
    if (points === null || points < most) continue;
    victim = p;
    most = points;
  }
  return victim;
}

/** Whoever shares the victim's memory dies with it: else nothing would come back. */
function kill(k: Kernel, victim: Process): void {
  log(k, LOG_LEVEL.error, `Out of memory: ${describeKill(victim)}`);
  k.vm.statistics.oomKills++;
  for (const p of k.processes.values()) {
    if (p.space !== victim.space || p.pid === 1) continue;
    p.oomVictim = true;
    postSignal(k, p, SIGKILL, FROM_KERNEL);
    // It must not wait any longer for what its own end will bring.
    if (p.sleep?.channels.includes(k.vm.reclaim.channel)) wakeProcess(k, p);
  }
  wakeup(k, k.vm.reclaim.channel);
}

const kilobytes = (pages: number) => (pages * PAGE_SIZE) / 1024;

function describeKill(p: Process): string {
  const { anonymous, file, shared, tables } = p.space!.counts;
  const resident = `anon-rss:${kilobytes(anonymous)}kB, file-rss:${kilobytes(file)}kB, shmem-rss:${kilobytes(shared)}kB`;
  const rest = `UID:${p.credentials.uid} pgtables:${kilobytes(tables)}kB oom_score_adj:${p.oomScoreAdjust}`;
  return `Killed process ${p.pid} (${p.name}) total-vm:${kilobytes(sizeOfSpace(p.space!))}kB, ${resident}, ${rest}`;
}

/** What Linux logs before it kills: who asked, what memory holds, and (oom_dump_tasks) every process with memory. */
function report(k: Kernel, p: Process): void {
  const say = (text: string) => log(k, LOG_LEVEL.warning, text);
  say(
    `${p.name} invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO), order=0, oom_score_adj=${p.oomScoreAdjust}`,
  );
  const frames = framesByOwner(k);
  const swap = swapTotals(k);
  say("Mem-Info:");
  say(
    `anon:${frames[OWNER.anonymous]} file:${frames[OWNER.file]} shmem:${frames[OWNER.shared]} pagetables:${frames[OWNER.table]} free:${k.vm.frames.free}`,
  );
  say(`Free swap  = ${kilobytes(swap.free)}kB`);
  say(`Total swap = ${kilobytes(swap.total)}kB`);
  say(`${k.vm.frames.count} pages RAM`);
  if (k.vm.settings.oomDumpTasks === 0) return;
  say("Tasks state (memory values in pages):");
  say("[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name");
  for (const task of k.processes.values()) if (task.space !== null) say(describeTask(task));
}

function framesByOwner(k: Kernel): number[] {
  const counts = Array.from(Object.values(OWNER), () => 0);
  for (const owner of k.vm.frames.owner) counts[owner]++;
  return counts;
}

function describeTask(p: Process): string {
  const { tables, swapped } = p.space!.counts;
  const column = (value: number, width: number) => String(value).padStart(width);
  const pid = `[${column(p.pid, 7)}] ${column(p.credentials.uid, 5)} ${column(p.pid, 5)}`;
  const memory = `${column(sizeOfSpace(p.space!), 8)} ${column(residentPages(p.space!), 8)} ${column(tables * PAGE_SIZE, 8)}`;
  return `${pid} ${memory} ${column(swapped, 8)}         ${column(p.oomScoreAdjust, 5)} ${p.name}`;
}
