/**
 * Waiting for children: which one has something to report, and collecting it. wait4(2), waitid(2).
 */
import { CONSTANTS, FLAGS } from "./abi.ts";
import { errno } from "./errno.ts";
import { exitCode, reap } from "./exit.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import { signalNumber } from "./signal-state.ts";
import { sleep } from "./sleep.ts";

const { WNOHANG, WSTOPPED, WEXITED, WCONTINUED, WNOWAIT, __WALL, __WCLONE } = FLAGS.wait;
const { CLD_STOPPED, CLD_CONTINUED } = CONSTANTS.signalCode;
const SIGCHLD = signalNumber("SIGCHLD");

/** Which children are meant: by number, by group, or all. */
export type WaitTarget = { readonly pid: number } | { readonly pgid: number } | "any";

/** One thing that a child has to report. */
export interface ChildReport {
  readonly child: Process;
  /** As wait4 gives it: WIFEXITED and the like take it apart. */
  readonly status: number;
  /** As waitid and SIGCHLD give it: CLD_EXITED... and the exit status or signal. */
  readonly code: number;
  readonly value: number;
}

/**
 * The next report of the children meant; null when there is none and WNOHANG is given, else sleeps for one. Looks
 * only: collect() takes the report away. ECHILD when no such child exists.
 */
export function findReport(k: Kernel, p: Process, target: WaitTarget, options: number): ChildReport | null {
  let eligible = false;
  for (const pid of p.children) {
    const child = k.processes.get(pid)!;
    if (!isMeant(child, target, options)) continue;
    eligible = true;
    const report = reportOf(child, options);
    if (report !== null) return report;
  }
  if (!eligible) throw errno("ECHILD");
  if ((options & WNOHANG) !== 0) return null;
  return sleep(k, p, p.childChannel);
}

function isMeant(child: Process, target: WaitTarget, options: number): boolean {
  if (target !== "any" && ("pid" in target ? child.pid !== target.pid : child.pgid !== target.pgid)) return false;
  // wait(2): a "clone" child is one that reports by another signal than SIGCHLD.
  if ((options & __WALL) !== 0) return true;
  return (child.exitSignal !== SIGCHLD) === ((options & __WCLONE) !== 0);
}

function reportOf(child: Process, options: number): ChildReport | null {
  if (child.state === "zombie") {
    // Who died while stopped has nothing else to report any more.
    if ((options & WEXITED) === 0) return null;
    const status = child.exitStatus;
    const signo = status & 0x7f;
    return { child, status, code: exitCode(status), value: signo || status >> 8 };
  }
  const { stopReport, stopSignal } = child;
  if (stopReport === "stopped" && (options & WSTOPPED) !== 0)
    return { child, status: (stopSignal << 8) | 0x7f, code: CLD_STOPPED, value: stopSignal };
  if (stopReport === "continued" && (options & WCONTINUED) !== 0)
    return { child, status: 0xffff, code: CLD_CONTINUED, value: signalNumber("SIGCONT") };
  return null;
}

/** Takes the report away, and a zombie with it; WNOWAIT leaves both. */
export function collect(k: Kernel, report: ChildReport, options: number): void {
  if ((options & WNOWAIT) !== 0) return;
  if (report.child.state === "zombie") reap(k, report.child);
  else report.child.stopReport = "none";
}
