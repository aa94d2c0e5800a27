/**
 * Delivering signals: what happens to a process that is about to return to user mode with signals waiting.
 *
 * (1) A process returns to user mode only with no unblocked signal pending: frames are stacked until none is left.
 * (2) Delivery is atomic as a system call is: the frame's pages are made resident before anything changes, so
 *     deliverSignals may sleep and be run again.
 * (3) A call that a signal interrupted ends with EINTR or restarts before the handler's frame is written.
 */
import { CONSTANTS, FLAGS } from "./abi.ts";
import { endCall } from "./call.ts";
import { planDump, startDump } from "./core-dump.ts";
import type { DumpedVma } from "./core-types.ts";
import { emit, emitDeath, hearsOfDeaths } from "./events.ts";
import { exitProcess } from "./exit.ts";
import { prepareChildTid } from "./futex.ts";
import { isOrphanedGroup } from "./groups.ts";
import type { Kernel } from "./kernel.ts";
import { LOG_LEVEL, log } from "./log.ts";
import type { Process } from "./process.ts";
import { getPc } from "./registers.ts";
import { cancelSignals, firstPending, forceSignal, isProtected, removePending, stopProcess } from "./signal.ts";
import { prepareSignalFrame, pushSignalFrame } from "./signal-frame.ts";
import { include, includeAll } from "./signal-set.ts";
import {
  defaultAction,
  type PendingSignal,
  restoreTemporaryMask,
  SIG_DFL,
  SIG_IGN,
  type SignalAction,
  type SignalState,
  signalName,
  signalNumber,
  updateAttention,
} from "./signal-state.ts";

const SIGSEGV = signalNumber("SIGSEGV");
const SIGSTOP = signalNumber("SIGSTOP");

/** Delivers all that can be delivered. The process may have stopped or ended afterwards; or sleeps, see (2). */
export function deliverSignals(k: Kernel, p: Process): void {
  while (p.signals.attention && p.state === "running" && p.dump === null) {
    const signal = nextSignal(p.signals);
    const action = p.signals.actions[signal.signo];
    if (action.handler !== SIG_DFL && action.handler !== SIG_IGN) {
      callHandler(k, p, signal, action);
      continue;
    }
    prepareChildTid(k, p);
    const plan = action.handler === SIG_DFL ? planDump(k, p, signal.signo) : null;
    removePending(p.signals, signal);
    if (action.handler === SIG_DFL) defaultDelivery(k, p, signal, plan);
  }
}

/** The signal that is delivered next. Attention says that one is not blocked; mostly there is no other. */
function nextSignal(s: SignalState): PendingSignal {
  return s.queue.length === 1 ? s.queue[0] : firstPending(s, s.blocked, false)!;
}

/** signal(7), "Signal dispositions". */
function defaultDelivery(k: Kernel, p: Process, signal: PendingSignal, plan: DumpedVma[] | null): void {
  const action = defaultAction(signal.signo);
  if (action === "ignore" || action === "continue") return;
  if (!signal.forced && isProtected(p, signal.signo)) return;
  if (action === "stop") {
    // POSIX: nobody could continue a member of an orphaned group, so the terminal's stop signals pass it by.
    if (signal.signo !== SIGSTOP && isOrphanedGroup(k, p.pgid)) return;
    stopProcess(k, p, signal.signo);
    return;
  }
  const { signo, info } = signal;
  if (hearsOfDeaths(k))
    emitDeath(k, { type: "death-by-signal", pid: p.pid, name: p.name, signo, info, pc: getPc(k, p) });
  if (signal.forced) logUnhandled(k, p, signal);
  if (plan !== null && startDump(k, p, signo, info, plan)) return;
  exitProcess(k, p, signo);
}

/** What Linux's riscv traps say in the log of a program that does what it may not. */
function logUnhandled(k: Kernel, p: Process, { signo, info }: PendingSignal): void {
  if (info.address === undefined) return;
  const hex = (value: number | bigint, digits: number) => value.toString(16).padStart(digits, "0");
  const address = hex(BigInt.asUintN(64, info.address), 16);
  const text = `${p.name}[${p.pid}]: unhandled signal ${signo} code 0x${hex(info.code, 1)} at 0x${address}`;
  log(k, LOG_LEVEL.information, text);
}

function callHandler(k: Kernel, p: Process, signal: PendingSignal, action: SignalAction): void {
  const { signo } = signal;
  const s = p.signals;
  const { handler, flags, mask } = action;
  const place = prepareSignalFrame(k, p, flags);
  settleInterruptedCall(k, p, flags);
  removePending(s, signal);
  if (place === null) {
    restoreTemporaryMask(s);
    failDelivery(k, p, signal);
    return;
  }
  pushSignalFrame(k, p, signal, handler, place);
  s.restoreMask = null;
  if (k.listeners.length > 0) emit(k, { type: "signal", what: "delivered", pid: p.pid, signo, info: signal.info });
  p.counts.signals++;
  if ((flags & FLAGS.sigaction.SA_RESETHAND) !== 0) action.handler = SIG_DFL;
  includeAll(s.blocked, mask);
  if ((flags & FLAGS.sigaction.SA_NODEFER) === 0) include(s.blocked, signo);
  updateAttention(s);
}

/** signal(7): a handler with SA_RESTART lets most calls restart, others end with EINTR. */
function settleInterruptedCall(k: Kernel, p: Process, flags: number): void {
  const { interrupted } = p.call;
  if (interrupted === null) return;
  const restarts = interrupted === "restart" && (flags & FLAGS.sigaction.SA_RESTART) !== 0;
  endCall(k, p, restarts ? "restart" : "EINTR");
}

/** No room for the frame: SIGSEGV, and for SIGSEGV itself its default, death. */
function failDelivery(k: Kernel, p: Process, failed: PendingSignal): void {
  if (failed.signo === SIGSEGV) p.signals.actions[SIGSEGV].handler = SIG_DFL;
  cancelSignals(p.signals, [SIGSEGV]);
  const cause = failed.info.reason === undefined ? "" : `: ${failed.info.reason}`;
  const reason = `no room on the stack for the handler of ${signalName(failed.signo)}${cause}`;
  const { address, access } = failed.info;
  forceSignal(k, p, SIGSEGV, {
    code: CONSTANTS.signalCode.SI_KERNEL,
    reason,
    ...(address === undefined ? {} : { address }),
    ...(access === undefined ? {} : { access }),
  });
}
