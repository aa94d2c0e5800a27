/**
 * Signal calls: sending, masking, handling, waiting for signals.
 */
import { CONSTANTS, type ErrnoName, FLAGS, STRUCTURES } from "../abi.ts";
import { mayControl } from "../credentials.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { prepareResult } from "../prepared.ts";
import type { Process } from "../process.ts";
import { stackPointer } from "../registers.ts";
import { cancelSignals, firstPending, forceSignal, fromProcess, postSignal, removePending } from "../signal.ts";
import { alternateStackFlags, popSignalFrame, setAlternateStack } from "../signal-frame.ts";
import { claimsKernel, decodeSignalInfo, encodeSignalInfo } from "../signal-info.ts";
import { assign, excludeAll, has, includeAll, type SignalSet, toBits } from "../signal-set.ts";
import {
  block,
  isIgnored,
  isSignal,
  type SignalInfo,
  type SignalState,
  setTemporaryMask,
  signalNumber,
  UNBLOCKABLE,
} from "../signal-state.ts";
import { waitFor } from "../sleep.ts";
import type { Handlers } from "../syscall-table.ts";
import { fromTimespec } from "../time.ts";
import { copyIn, copyOut, loadStructure, readField64, readSignalSet, storeStructure, writeField } from "../usercopy.ts";

/** sizeof(sigset_t) in the kernel: the only size that the calls accept. */
const SET_SIZE = 8;
const { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK } = CONSTANTS.sigmask;
const { SI_TKILL, SI_KERNEL } = CONSTANTS.signalCode;
const SIGCONT = signalNumber("SIGCONT");
const INT_MIN = -(2 ** 31);
/** sigaction(2): unknown flags read back as zero, so that a program can ask which exist. */
const KNOWN_FLAGS = Object.values(FLAGS.sigaction).reduce((all, bit) => (all | bit) >>> 0, 0);

/** rt_sigprocmask(2). @throws EINVAL */
function changeMask(s: SignalState, how: number, mask: SignalSet): void {
  const next = { ...s.blocked };
  if (how === SIG_BLOCK) includeAll(next, mask);
  else if (how === SIG_UNBLOCK) excludeAll(next, mask);
  else if (how === SIG_SETMASK) assign(next, mask);
  else throw errno("EINVAL");
  block(s, next);
}

function checkSetSize(size: number): void {
  if (size !== SET_SIZE) throw errno("EINVAL");
}

/** kill(2) with a `pid` not above 0: the processes of that group, the caller's own for 0. */
function groupOf(k: Kernel, p: Process, pid: number): Process[] {
  const pgid = pid === 0 ? p.pgid : -pid;
  return [...k.processes.values()].filter((other) => other.pgid === pgid);
}

/** kill(2), -1: all processes but process 1 and the caller. */
function everybodyElse(k: Kernel, p: Process): Process[] {
  return [...k.processes.values()].filter((other) => other.pid > 1 && other !== p);
}

/** kill(2), EPERM: same user, or privilege; SIGCONT also inside the session. */
function mayKill(p: Process, target: Process, signo: number): boolean {
  if (signo === SIGCONT && target.sid === p.sid) return true;
  return mayControl(p, target);
}

/**
 * Sends to one process. Signal 0 is a question. As on Linux a number that is no signal is wrong only where there is somebody to send
 * it to. @returns why it failed; null: it did not
 */
function send(k: Kernel, p: Process, target: Process, signo: number, info: SignalInfo): ErrnoName | null {
  if (signo !== 0 && !isSignal(signo)) return "EINVAL";
  if (!mayKill(p, target, signo)) return "EPERM";
  return signo === 0 || postSignal(k, target, signo, info) ? null : "EAGAIN";
}

/**
 * Sends to all that may be sent to.
 * @param ifRefused why it failed when there are some and none may be sent to; null: it did not. As on Linux a group refuses, everybody does not
 * @throws ESRCH where there is none, EINVAL, EPERM, EAGAIN
 */
function sendToAll(
  k: Kernel,
  p: Process,
  targets: readonly Process[],
  signo: number,
  ifRefused: "EPERM" | null,
): number {
  let failure: ErrnoName | null = targets.length === 0 ? "ESRCH" : ifRefused;
  for (const target of targets) {
    const refused = send(k, p, target, signo, fromProcess(p));
    if (refused !== "EPERM") failure = refused;
  }
  if (failure !== null) throw errno(failure);
  return 0;
}

/** Sends to the process `pid`. @throws ESRCH, EINVAL, EPERM, EAGAIN */
function sendToOne(k: Kernel, p: Process, pid: number, signo: number, info: SignalInfo): number {
  const target = k.processes.get(pid);
  const failure = target === undefined ? "ESRCH" : send(k, p, target, signo, info);
  if (failure !== null) throw errno(failure);
  return 0;
}

function killThread(k: Kernel, p: Process, tid: number, signo: number): number {
  if (tid <= 0) throw errno("EINVAL");
  return sendToOne(k, p, tid, signo, fromProcess(p, SI_TKILL));
}

export const signalCalls = {
  kill(k, p, pid, signo) {
    if (pid === INT_MIN) throw errno("ESRCH");
    if (pid > 0) return sendToOne(k, p, pid, signo, fromProcess(p));
    if (pid === -1) return sendToAll(k, p, everybodyElse(k, p), signo, null);
    return sendToAll(k, p, groupOf(k, p, pid), signo, "EPERM");
  },

  tkill: (k, p, tid, signo) => killThread(k, p, tid, signo),

  tgkill(k, p, tgid, tid, signo) {
    if (tgid <= 0) throw errno("EINVAL");
    if (tid > 0 && tgid !== tid) throw errno("ESRCH");
    return killThread(k, p, tid, signo);
  },

  rt_sigqueueinfo(k, p, pid, signo, address) {
    const info = decodeSignalInfo(copyIn(k, p, address, STRUCTURES.siginfo.size));
    if (claimsKernel(info.code) && pid !== p.pid) throw errno("EPERM");
    return sendToOne(k, p, pid, signo, info);
  },

  rt_sigaction(k, p, signo, act, old, size) {
    checkSetSize(size);
    const set = act === 0 ? null : loadAction(k, p, act);
    if (!isSignal(signo) || (set !== null && has(UNBLOCKABLE, signo))) throw errno("EINVAL");
    const { actions } = p.signals;
    prepareResult(k, p, old, STRUCTURES.sigaction.size);
    if (old !== 0) {
      const { handler, flags, mask } = actions[signo];
      storeStructure(k, p, old, "sigaction", { sa_handler: handler, sa_flags: flags, sa_mask: toBits(mask) });
    }
    if (set === null) return 0;
    actions[signo] = set;
    // POSIX 3.3.1.3: a pending signal whose action becomes "ignore" is discarded, blocked or not.
    if (isIgnored(p.signals, signo)) cancelSignals(p.signals, [signo]);
    return 0;
  },

  rt_sigprocmask(k, p, how, set, old, size) {
    checkSetSize(size);
    const s = p.signals;
    const before = toBits(s.blocked);
    const mask = set === 0 ? null : readSignalSet(k, p, set);
    prepareResult(k, p, old, SET_SIZE);
    if (mask !== null) changeMask(s, how, mask);
    if (old !== 0) writeField(k, p, old, "u64", before);
    return 0;
  },

  rt_sigpending(k, p, set, size) {
    if (size > SET_SIZE) throw errno("EINVAL");
    const { pending, blocked } = p.signals;
    const both = new Uint8Array(new Int32Array([pending.low & blocked.low, pending.high & blocked.high]).buffer);
    copyOut(k, p, set, both.subarray(0, size));
    return 0;
  },

  rt_sigsuspend(k, p, set, size) {
    checkSetSize(size);
    setTemporaryMask(p.signals, readSignalSet(k, p, set));
    return waitFor(k, p, p.pauseChannel, { restart: "restart-unless-handler" });
  },

  rt_sigtimedwait(k, p, set, infoAddress, timeout, size) {
    checkSetSize(size);
    const s = p.signals;
    const wanted = readSignalSet(k, p, set);
    excludeAll(wanted, UNBLOCKABLE);
    const { tv_sec, tv_nsec } = timeout === 0 ? { tv_sec: 0, tv_nsec: 0 } : loadStructure(k, p, timeout, "timespec");
    const wait = timeout === 0 ? Number.POSITIVE_INFINITY : fromTimespec(tv_sec, tv_nsec);
    prepareResult(k, p, infoAddress, STRUCTURES.siginfo.size);
    const signal = firstPending(s, wanted, true);
    if (signal !== null) {
      removePending(s, signal);
      if (infoAddress !== 0) copyOut(k, p, infoAddress, encodeSignalInfo(signal.signo, signal.info));
      return signal.signo;
    }
    p.call.deadline ??= k.machine.clock.cycles + wait;
    if (k.machine.clock.cycles >= p.call.deadline) throw errno("EAGAIN");
    assign(s.awaited, wanted);
    return waitFor(k, p, p.pauseChannel, { deadline: p.call.deadline, restart: "fail" });
  },

  rt_sigreturn(k, p) {
    try {
      popSignalFrame(k, p);
    } catch (thrown) {
      if (thrown !== errno("EFAULT") && thrown !== errno("EINVAL")) throw thrown;
      const reason = "rt_sigreturn found no signal frame at sp";
      forceSignal(k, p, signalNumber("SIGSEGV"), { code: SI_KERNEL, reason });
    }
    return null;
  },

  sigaltstack(k, p, address, old) {
    const s = p.signals;
    const sp = stackPointer(k, p);
    const { sp: base, size } = s.alternateStack;
    const before = { ss_sp: base, ss_flags: alternateStackFlags(s, sp) | 0, ss_size: size };
    const set = address === 0 ? null : loadStructure(k, p, address, "sigaltstack");
    prepareResult(k, p, old, STRUCTURES.sigaltstack.size);
    if (set !== null) setAlternateStack(s, sp, { sp: set.ss_sp, flags: set.ss_flags >>> 0, size: set.ss_size });
    if (old !== 0) storeStructure(k, p, old, "sigaltstack", before);
    return 0;
  },
} satisfies Handlers;

function loadAction(k: Kernel, p: Process, address: number) {
  const { sa_handler, sa_flags, sa_mask } = STRUCTURES.sigaction.fields;
  const at = (field: readonly [number, string]) => readField64(k, p, address + field[0]);
  const flags = Number(at(sa_flags) & BigInt(KNOWN_FLAGS));
  const mask = readSignalSet(k, p, address + sa_mask[0]);
  excludeAll(mask, UNBLOCKABLE);
  const handler = at(sa_handler);
  return { handler: handler <= Number.MAX_SAFE_INTEGER ? Number(handler) : handler, flags, mask };
}
