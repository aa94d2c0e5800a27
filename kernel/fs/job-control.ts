/**
 * Terminals, sessions and groups: who may read and write, whose terminal it is, who hears of a hang-up. credentials(7),
 * tty_ioctl(4), POSIX "General Terminal Interface".
 *
 * (1) A terminal belongs to at most one session, and a session has at most one terminal: of every process, `terminal` is
 *     the number of its session's terminal or null.
 */

import { errno } from "../errno.ts";
import { isOrphanedGroup } from "../groups.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { FROM_KERNEL, postSignal, signalGroup } from "../signal.ts";
import { has } from "../signal-set.ts";
import { isIgnored, signalNumber } from "../signal-state.ts";
import { sleep } from "../sleep.ts";
import type { Tty } from "./types.ts";

const SIGTTIN = signalNumber("SIGTTIN");
const SIGTTOU = signalNumber("SIGTTOU");

/** Is `p` in a background group of the terminal's session? */
export function isInBackground(p: Process, tty: Tty): boolean {
  return p.terminal === tty.number && tty.foreground !== 0 && tty.foreground !== p.pgid;
}

function isDeaf(p: Process, signo: number): boolean {
  return has(p.signals.blocked, signo) || isIgnored(p.signals, signo);
}

/**
 * Before reading: a background group gets SIGTTIN, and reads again when it is continued.
 * @throws Errno EIO when the signal could not stop it
 */
export function checkMayRead(k: Kernel, p: Process, tty: Tty): void {
  if (!isInBackground(p, tty)) return;
  if (isDeaf(p, SIGTTIN) || isOrphanedGroup(k, p.pgid)) throw errno("EIO");
  stopGroup(k, p, SIGTTIN);
}

/**
 * Before changing the terminal (or writing, with TOSTOP): a background group gets SIGTTOU, unless it ignores or blocks it.
 * @throws Errno EIO when nobody could continue the group
 */
export function checkMayChange(k: Kernel, p: Process, tty: Tty): void {
  if (!isInBackground(p, tty) || isDeaf(p, SIGTTOU)) return;
  if (isOrphanedGroup(k, p.pgid)) throw errno("EIO");
  stopGroup(k, p, SIGTTOU);
}

function stopGroup(k: Kernel, p: Process, signo: number): never {
  signalGroup(k, p.pgid, signo, FROM_KERNEL);
  // A process that the signal does not reach (process 1) would wait for ever.
  if (!p.signals.attention) throw errno("EIO");
  sleep(k, p, p.pauseChannel);
}

/** Gives the terminal to the session of its leader `p`. */
export function acquireTerminal(p: Process, tty: Tty): void {
  tty.session = p.sid;
  tty.foreground = p.pgid;
  p.terminal = tty.number;
}

/** TIOCSCTTY. @param steal root may take it from another session. @throws Errno EPERM */
export function setControllingTerminal(k: Kernel, p: Process, tty: Tty, steal: boolean): void {
  if (p.pid === p.sid && tty.session === p.sid) return;
  if (p.pid !== p.sid || p.terminal !== null) throw errno("EPERM");
  if (tty.session !== 0) {
    if (!steal || p.credentials.euid !== 0) throw errno("EPERM");
    detachSession(k, tty);
  }
  acquireTerminal(p, tty);
}

/** Everyone of the session loses the terminal. */
function detachSession(k: Kernel, tty: Tty): void {
  for (const p of k.processes.values()) if (p.terminal === tty.number) p.terminal = null;
  tty.session = 0;
  tty.foreground = 0;
}

/** A session's leader ends, or gives up its terminal: its foreground group hears SIGHUP and SIGCONT. */
export function hangUpSession(k: Kernel, leader: Process): void {
  if (leader.terminal === null) return;
  const tty = k.fs.ttys[leader.terminal];
  const { foreground } = tty;
  detachSession(k, tty);
  if (foreground === 0) return;
  signalGroup(k, foreground, signalNumber("SIGHUP"), FROM_KERNEL);
  signalGroup(k, foreground, signalNumber("SIGCONT"), FROM_KERNEL);
}

/** TIOCNOTTY. @throws Errno ENOTTY */
export function giveUpTerminal(k: Kernel, p: Process, tty: Tty): void {
  if (p.terminal !== tty.number) throw errno("ENOTTY");
  if (p.pid === p.sid) hangUpSession(k, p);
  else p.terminal = null;
}

/** The line was hung up: leader and foreground group of the session are told. */
export function tellHangUp(k: Kernel, tty: Tty): void {
  const leader = k.processes.get(tty.session);
  for (const signo of [signalNumber("SIGHUP"), signalNumber("SIGCONT")]) {
    if (leader !== undefined) postSignal(k, leader, signo, FROM_KERNEL);
    if (tty.foreground !== 0 && tty.foreground !== leader?.pgid) signalGroup(k, tty.foreground, signo, FROM_KERNEL);
  }
}
