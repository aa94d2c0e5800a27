/**
 * Process groups and sessions: who belongs together at a terminal. A group is orphaned when no member has a parent
 * that is outside the group but in the same session: nobody could continue it, were it stopped. setpgid(2), credentials(7).
 */
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { FROM_KERNEL, signalGroup } from "./signal.ts";
import { signalNumber } from "./signal-state.ts";

/** The living members of a group. */
function groupMembers(k: Kernel, pgid: number): Process[] {
  return [...k.processes.values()].filter((p) => p.pgid === pgid && p.state !== "zombie");
}

/** Is there a process, dead or alive, in the group `pgid` of session `sid`? */
export function groupInSession(k: Kernel, pgid: number, sid: number): boolean {
  for (const p of k.processes.values()) if (p.pgid === pgid && p.sid === sid) return true;
  return false;
}

/** Would the group be orphaned if `without` did not count? A child of process 1 is nobody's job. */
export function isOrphanedGroup(k: Kernel, pgid: number, without: Process | null = null): boolean {
  for (const p of groupMembers(k, pgid)) {
    if (p === without || p.ppid <= 1) continue;
    const parent = k.processes.get(p.ppid)!;
    if (parent.pgid !== pgid && parent.sid === p.sid) return false;
  }
  return true;
}

/**
 * POSIX: a group that becomes orphaned while a member is stopped gets SIGHUP and then SIGCONT.
 * @param p the process that exits, or a child of it
 * @param formerParent the parent that connected `p`'s group to its session
 * @param without a process that does not count any more
 */
export function hangUpIfOrphaned(
  k: Kernel,
  p: Process,
  formerParent: Process | undefined,
  without: Process | null,
): void {
  if (formerParent === undefined || formerParent.pgid === p.pgid || formerParent.sid !== p.sid) return;
  if (!isOrphanedGroup(k, p.pgid, without)) return;
  if (!groupMembers(k, p.pgid).some(({ state }) => state === "stopped")) return;
  signalGroup(k, p.pgid, signalNumber("SIGHUP"), FROM_KERNEL);
  signalGroup(k, p.pgid, signalNumber("SIGCONT"), FROM_KERNEL);
}
