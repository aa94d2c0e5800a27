/**
 * Process calls: making, replacing, ending, waiting for, and naming processes.
 */
import { CONSTANTS, FLAGS, STRUCTURES } from "../abi.ts";
import { errno } from "../errno.ts";
import { execute } from "../exec.ts";
import { exitedStatus, exitProcess } from "../exit.ts";
import { cloneProcess } from "../fork.ts";
import { prepareChildTid } from "../futex.ts";
import { groupInSession } from "../groups.ts";
import type { Kernel } from "../kernel.ts";
import { prepareResult } from "../prepared.ts";
import type { Process } from "../process.ts";
import { moveTo } from "../process.ts";
import { enqueue } from "../scheduler.ts";
import { signalNumber } from "../signal-state.ts";
import type { Handlers } from "../syscall-table.ts";
import { storeUsage, totalUsage } from "../usage.ts";
import { copyIn, copyInPath, copyOut, storeStructure, writeField } from "../usercopy.ts";
import { collect, findReport, type WaitTarget } from "../wait.ts";

const W = FLAGS.wait;
const WAIT4_OPTIONS = W.WNOHANG | W.WUNTRACED | W.WCONTINUED | W.__WNOTHREAD | W.__WCLONE | W.__WALL;
const WAITID_OPTIONS = WAIT4_OPTIONS | W.WEXITED | W.WNOWAIT;
const INT_MIN = -(2 ** 31);
const { P_ALL, P_PID, P_PGID } = CONSTANTS.waitid;
const { PR_SET_NAME, PR_GET_NAME, PR_SET_DUMPABLE, PR_GET_DUMPABLE } = CONSTANTS.prctl;
const { PR_SET_THP_DISABLE, PR_GET_THP_DISABLE } = CONSTANTS.prctl;
/** TASK_COMM_LEN less its NUL. */
const NAME_BYTES = 15;

/** The process with this number, 0 being the caller; ESRCH. */
function processNumber(k: Kernel, p: Process, pid: number): Process {
  const found = pid === 0 ? p : k.processes.get(pid);
  if (found === undefined) throw errno("ESRCH");
  return found;
}

/** wait4(2): which children `pid` means. */
function waitTarget(p: Process, pid: number): WaitTarget {
  if (pid === INT_MIN) throw errno("ESRCH");
  if (pid === -1) return "any";
  if (pid === 0) return { pgid: p.pgid };
  return pid < 0 ? { pgid: -pid } : { pid };
}

function waitidTarget(p: Process, idtype: number, id: number): WaitTarget {
  if (idtype === P_ALL) return "any";
  if (idtype === P_PID && id > 0) return { pid: id };
  if (idtype === P_PGID && id >= 0) return { pgid: id === 0 ? p.pgid : id };
  throw errno("EINVAL");
}

/** setpgid(2): who may be moved where. */
function checkGroupMove(k: Kernel, p: Process, target: Process, pgid: number): void {
  if (target !== p) {
    if (target.ppid !== p.pid) throw errno("ESRCH");
    if (target.sid !== p.sid) throw errno("EPERM");
    if (target.executed) throw errno("EACCES");
  }
  if (target.sid === target.pid) throw errno("EPERM");
  if (pgid !== target.pid && !groupInSession(k, pgid, p.sid)) throw errno("EPERM");
}

export const processCalls = {
  clone: (k, p, flags, stack, parentTid, tls, childTid) =>
    cloneProcess(k, p, { flags, stack, parentTid, tls, childTid }),

  execve(k, p, path, argv, envp) {
    execute(k, p, copyInPath(k, p, path), argv, envp);
    return null;
  },

  exit: (k, p, status) => exitGroup(k, p, status),
  exit_group: (k, p, status) => exitGroup(k, p, status),

  wait4(k, p, pid, status, options, usage) {
    if ((options & ~WAIT4_OPTIONS) !== 0) throw errno("EINVAL");
    const wanted = options | W.WEXITED;
    const report = findReport(k, p, waitTarget(p, pid), wanted);
    if (report === null) return 0;
    prepareResult(k, p, status, 4);
    prepareResult(k, p, usage, STRUCTURES.rusage.size);
    if (status !== 0) writeField(k, p, status, "s32", report.status);
    if (usage !== 0) storeUsage(k, p, usage, totalUsage(report.child));
    collect(k, report, wanted);
    return report.child.pid;
  },

  waitid(k, p, idtype, id, info, options, usage) {
    const events = W.WEXITED | W.WSTOPPED | W.WCONTINUED;
    if ((options & ~WAITID_OPTIONS) !== 0 || (options & events) === 0) throw errno("EINVAL");
    const report = findReport(k, p, waitidTarget(p, idtype, id), options);
    prepareResult(k, p, info, STRUCTURES.siginfo.size);
    prepareResult(k, p, usage, STRUCTURES.rusage.size);
    if (info !== 0) {
      const { child, code, value } = report ?? {};
      storeStructure(k, p, info, "siginfo", {
        si_signo: report ? signalNumber("SIGCHLD") : 0,
        si_code: code ?? 0,
        si_pid: child?.pid ?? 0,
        si_uid: child?.credentials.uid ?? 0,
        si_status: value ?? 0,
      });
    }
    if (report === null) return 0;
    if (usage !== 0) storeUsage(k, p, usage, totalUsage(report.child));
    collect(k, report, options);
    return 0;
  },

  getpid: (_k, p) => p.pid,
  gettid: (_k, p) => p.pid,
  getppid: (_k, p) => p.ppid,
  getpgid: (k, p, pid) => processNumber(k, p, pid).pgid,
  getsid: (k, p, pid) => processNumber(k, p, pid).sid,

  setpgid(k, p, pid, group) {
    if (group < 0) throw errno("EINVAL");
    const target = processNumber(k, p, pid);
    const pgid = group === 0 ? target.pid : group;
    checkGroupMove(k, p, target, pgid);
    target.pgid = pgid;
    return 0;
  },

  setsid(k, p) {
    for (const other of k.processes.values()) if (other.pgid === p.pid) throw errno("EPERM");
    p.sid = p.pid;
    p.pgid = p.pid;
    p.terminal = null;
    return p.pid;
  },

  set_tid_address(_k, p, address) {
    p.clearChildTid = address;
    return p.pid;
  },

  set_robust_list(_k, _p, _head, length) {
    // The head is three pointers; nothing else is said about it in a process of one thread.
    if (length !== 24) throw errno("EINVAL");
    return 0;
  },

  sched_yield(k, p) {
    moveTo(k, p, "runnable");
    enqueue(k, p);
    return 0;
  },

  prctl(k, p, option, address, arg3, arg4, arg5) {
    if (option === PR_SET_NAME) {
      const bytes = copyInName(k, p, address);
      p.name = String.fromCharCode(...bytes);
    } else if (option === PR_GET_NAME) {
      const bytes = new Uint8Array(NAME_BYTES + 1);
      for (let i = 0; i < p.name.length; i++) bytes[i] = p.name.charCodeAt(i);
      copyOut(k, p, address, bytes);
    } else if (option === PR_GET_DUMPABLE) return p.dumpable ? 1 : 0;
    else if (option === PR_SET_DUMPABLE && address <= 1) p.dumpable = address === 1;
    else if (option === PR_GET_THP_DISABLE && !address && !arg3 && !arg4 && !arg5) return Number(p.space!.hugeDisabled);
    else if (option === PR_SET_THP_DISABLE && !arg3 && !arg4 && !arg5) p.space!.hugeDisabled = address !== 0;
    else throw errno("EINVAL");
    return 0;
  },
} satisfies Handlers;

function exitGroup(k: Kernel, p: Process, status: number): null {
  prepareChildTid(k, p);
  exitProcess(k, p, exitedStatus(status));
  return null;
}

/** prctl(2): a longer name is cut. */
function copyInName(k: Kernel, p: Process, address: number): Uint8Array {
  const bytes = new Uint8Array(NAME_BYTES);
  for (let length = 0; length < NAME_BYTES; length++) {
    const [byte] = copyIn(k, p, address + length, 1);
    if (byte === 0) return bytes.subarray(0, length);
    bytes[length] = byte;
  }
  return bytes;
}
