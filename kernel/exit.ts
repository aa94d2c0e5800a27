/**
 * The end of a process: what it had goes back, its children go to process 1, its parent is told. What is left is a
 * zombie: a pid, a status and its times, until wait4 collects them (wait.ts).
 *
 * (1) Nothing here sleeps or fails: a process can always end.
 * (2) Process 1 does not end; when it would, the computer is powered off.
 */

import { CONSTANTS, ERRNO, FLAGS } from "./abi.ts";
import { emit } from "./events.ts";
import { unmountAll } from "./fs/ext2fs/mount.ts";
import { hangUpSession } from "./fs/tty.ts";
import { clearChildTid, leaveFutexes } from "./futex.ts";
import { hangUpIfOrphaned } from "./groups.ts";
import type { Kernel } from "./kernel.ts";
import { LOG_LEVEL, log } from "./log.ts";
import { powerOff } from "./power.ts";
import type { Process } from "./process.ts";
import { moveTo } from "./process.ts";
import { releaseFiles } from "./process-files.ts";
import { childInfo, postSignal } from "./signal.ts";
import { clearSet } from "./signal-set.ts";
import { isSignal, SIG_IGN, signalName, signalNumber } from "./signal-state.ts";
import { removeTimer, wakeup } from "./sleep.ts";
import { destroyAddressSpace } from "./vm/address-space.ts";

const SIGCHLD = signalNumber("SIGCHLD");
const { CLD_EXITED, CLD_KILLED, CLD_DUMPED } = CONSTANTS.signalCode;

/** wait status of exit(code). */
export function exitedStatus(code: number): number {
  return (code & 0xff) << 8;
}

const { WCOREFLAG, WTERMSIG_MASK } = CONSTANTS.waitStatus;

/** How a wait status came about, as siginfo and waitid say it. */
export function exitCode(status: number): number {
  if ((status & WTERMSIG_MASK) === 0) return CLD_EXITED;
  return status & WCOREFLAG ? CLD_DUMPED : CLD_KILLED;
}

/** Ends the running process `p`. `status` is what wait4 will give. */
export function exitProcess(k: Kernel, p: Process, status: number): void {
  p.exitStatus = status;
  if (k.listeners.length > 0) emit(k, { type: "exit", pid: p.pid, status });
  if (p.pid === 1) {
    const message = describeInitDeath(p);
    if (!p.executed) log(k, LOG_LEVEL.error, message);
    unmountAll(k);
    powerOff(k, status & 0x7f ? 128 + (status & 0x7f) : status >> 8, message);
    return;
  }
  for (const kind of ["alarm", "wake"] as const) removeTimer(k, kind, p.pid);
  leaveFutexes(k, p);
  if (p.sid === p.pid) hangUpSession(k, p);
  releaseFiles(k, p);
  releaseSpace(k, p);
  p.signals.queue = [];
  clearSet(p.signals.pending);
  p.signals.attention = false;
  moveTo(k, p, "zombie");
  abandonChildren(k, p);
  hangUpIfOrphaned(k, p, k.processes.get(p.ppid), p);
  tellParent(k, p);
}

/** Gives the address space back, and the processor to a parent that CLONE_VFORK suspended. Also execve's last step. */
export function releaseSpace(k: Kernel, p: Process): void {
  clearChildTid(k, p);
  const { space } = p;
  p.space = null;
  if (space !== null) destroyAddressSpace(k, space);
  k.vm.reclaim.failures = 0;
  wakeup(k, k.vm.reclaim.channel);
  endVfork(k, p);
}

/** The parent of CLONE_VFORK goes on. */
function endVfork(k: Kernel, p: Process): void {
  const parent = k.processes.get(p.vforkParent);
  p.vforkParent = 0;
  if (parent?.vforkChild !== p.pid) return;
  parent.vforkChild = 0;
  wakeup(k, parent.childChannel);
}

/** Reparenting: children go to process 1, which is told of those that have ended already. */
function abandonChildren(k: Kernel, p: Process): void {
  const init = k.processes.get(1)!;
  for (const pid of p.children) {
    const child = k.processes.get(pid)!;
    child.ppid = 1;
    child.exitSignal = SIGCHLD;
    init.children.add(pid);
    if (child.vforkParent === p.pid) child.vforkParent = 0;
    if (child.state === "zombie") tellParent(k, child);
    else hangUpIfOrphaned(k, child, p, null);
  }
  p.children.clear();
}

/** SIGCHLD and a wake-up; or, when the parent does not want to know of its children, the child is collected at once. */
function tellParent(k: Kernel, p: Process): void {
  const parent = k.processes.get(p.ppid)!;
  const { handler, flags } = parent.signals.actions[SIGCHLD];
  const unwanted = p.exitSignal === SIGCHLD && (handler === SIG_IGN || (flags & FLAGS.sigaction.SA_NOCLDWAIT) !== 0);
  if (isSignal(p.exitSignal) && !(unwanted && handler === SIG_IGN)) {
    const signo = p.exitStatus & 0x7f;
    const info = childInfo(p, exitCode(p.exitStatus), signo || p.exitStatus >> 8);
    postSignal(k, parent, p.exitSignal, info);
  }
  if (unwanted) reap(k, p);
  wakeup(k, parent.childChannel);
}

/** A zombie disappears; its times go to its parent. */
export function reap(k: Kernel, p: Process): void {
  const parent = k.processes.get(p.ppid)!;
  parent.times.childUser += p.times.user + p.times.childUser;
  parent.times.childSystem += p.times.system + p.times.childSystem;
  parent.counts.childMinorFaults += p.counts.minorFaults + p.counts.childMinorFaults;
  parent.counts.childMajorFaults += p.counts.majorFaults + p.counts.childMajorFaults;
  const peak = Math.max(p.counts.peakResident, p.counts.childPeakResident);
  parent.counts.childPeakResident = Math.max(parent.counts.childPeakResident, peak);
  parent.children.delete(p.pid);
  k.processes.delete(p.pid);
  moveTo(k, p, "reaped");
}

function describeInitDeath(p: Process): string {
  const signo = p.exitStatus & 0x7f;
  if (signo !== 0) return `process 1 (${p.name}) was killed by ${signalName(signo)}`;
  const code = p.exitStatus >> 8;
  if (p.executed) return `process 1 (${p.name}) exited with status ${code}`;
  const error = Object.values(ERRNO).find(([number]) => number === code);
  return `${p.program.path} cannot be executed: ${error ? error[1] : code}`;
}
