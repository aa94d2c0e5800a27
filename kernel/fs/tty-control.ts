/**
 * ioctl(2) of terminals: attributes, window size, flushing, groups and sessions. tty_ioctl(4). A request is a row of
 * REQUESTS.
 */
import { CONSTANTS, STRUCTURES } from "../abi.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { FROM_KERNEL, signalGroup } from "../signal.ts";
import { signalNumber } from "../signal-state.ts";
import { copyIn, copyOut, loadStructure, readField, storeStructure, writeField } from "../usercopy.ts";
import { checkMayChange, giveUpTerminal, isInBackground, setControllingTerminal } from "./job-control.ts";
import { changeMode, flushInput, isCanonical, readableElements, startOutput } from "./line-discipline.ts";
import { decodeTermios, encodeTermios } from "./termios.ts";
import type { Tty } from "./types.ts";

type Request = (k: Kernel, p: Process, tty: Tty, argument: number) => void;

const I = CONSTANTS.ioctl;
/** tcflush(3) and tcflow(3). */
const TCIFLUSH = 0;
const TCIOFLUSH = 2;
const TCOOFF = 0;
const TCOON = 1;
const TCION = 3;

function setAttributes(k: Kernel, p: Process, tty: Tty, argument: number, flush: boolean): void {
  checkMayChange(k, p, tty);
  const bytes = copyIn(k, p, argument, STRUCTURES.termios.size);
  const before = isCanonical(tty);
  tty.termios = decodeTermios(bytes);
  if (flush) flushInput(tty);
  if (before !== isCanonical(tty)) changeMode(k, tty, isCanonical(tty));
  if (!(tty.termios.iflag & CONSTANTS.termios.IXON)) startOutput(k, tty);
}

function flushQueues(k: Kernel, p: Process, tty: Tty, which: number): void {
  if (which > TCIOFLUSH) throw errno("EINVAL");
  checkMayChange(k, p, tty);
  if (which === TCIFLUSH || which === TCIOFLUSH) flushInput(tty);
}

function controlFlow(k: Kernel, p: Process, tty: Tty, action: number): void {
  if (action > TCION) throw errno("EINVAL");
  checkMayChange(k, p, tty);
  if (action === TCOOFF) tty.stopped = true;
  if (action === TCOON) startOutput(k, tty);
}

/** The terminal of `p`'s session, or ENOTTY. */
function checkControlling(p: Process, tty: Tty): void {
  if (p.terminal !== tty.number) throw errno("ENOTTY");
}

function getGroup(k: Kernel, p: Process, tty: Tty, argument: number): void {
  checkControlling(p, tty);
  writeField(k, p, argument, "s32", tty.foreground);
}

function setGroup(k: Kernel, p: Process, tty: Tty, argument: number): void {
  checkControlling(p, tty);
  const pgid = readField(k, p, argument, "s32");
  if (pgid < 0) throw errno("EINVAL");
  if (isInBackground(p, tty)) checkMayChange(k, p, tty);
  const members = [...k.processes.values()].filter((q) => q.pgid === pgid);
  if (members.length === 0) throw errno("ESRCH");
  if (!members.some((q) => q.sid === p.sid)) throw errno("EPERM");
  tty.foreground = pgid;
}

function getSession(k: Kernel, p: Process, tty: Tty, argument: number): void {
  checkControlling(p, tty);
  writeField(k, p, argument, "s32", tty.session);
}

function getWindow(k: Kernel, p: Process, tty: Tty, argument: number): void {
  const { rows, columns, xpixels, ypixels } = tty.window;
  storeStructure(k, p, argument, "winsize", { ws_row: rows, ws_col: columns, ws_xpixel: xpixels, ws_ypixel: ypixels });
}

function setWindow(k: Kernel, p: Process, tty: Tty, argument: number): void {
  const { ws_row, ws_col, ws_xpixel, ws_ypixel } = loadStructure(k, p, argument, "winsize");
  setWindowSize(k, tty, { rows: ws_row, columns: ws_col, xpixels: ws_xpixel, ypixels: ws_ypixel });
}

/** The window has a new size: SIGWINCH to the foreground group when it differs. */
export function setWindowSize(k: Kernel, tty: Tty, window: Tty["window"]): void {
  const { rows, columns, xpixels, ypixels } = tty.window;
  const same =
    rows === window.rows && columns === window.columns && xpixels === window.xpixels && ypixels === window.ypixels;
  if (same) return;
  tty.window = window;
  if (tty.foreground !== 0) signalGroup(k, tty.foreground, signalNumber("SIGWINCH"), FROM_KERNEL);
}

const getAttributes: Request = (k, p, tty, argument) => copyOut(k, p, argument, encodeTermios(tty.termios));

/** Output leaves at once, so that there is never any to wait for. */
const drain: Request = (k, p, tty) => checkMayChange(k, p, tty);

// biome-ignore format: a table is read in columns
const REQUESTS: ReadonlyMap<number, Request> = new Map<number, Request>([
  [I.TCGETS,     getAttributes],
  [I.TCSETS,     (k, p, tty, argument) => setAttributes(k, p, tty, argument, false)],
  [I.TCSETSW,    (k, p, tty, argument) => setAttributes(k, p, tty, argument, false)],
  [I.TCSETSF,    (k, p, tty, argument) => setAttributes(k, p, tty, argument, true)],
  [I.TCSBRK,     drain],
  [I.TCXONC,     controlFlow],
  [I.TCFLSH,     flushQueues],
  [I.TIOCSCTTY,  (k, p, tty, argument) => setControllingTerminal(k, p, tty, argument === 1)],
  [I.TIOCNOTTY,  giveUpTerminal],
  [I.TIOCGPGRP,  getGroup],
  [I.TIOCSPGRP,  setGroup],
  [I.TIOCGSID,   getSession],
  [I.TIOCOUTQ,   (k, p, _tty, argument) => writeField(k, p, argument, "s32", 0)],
  [I.FIONREAD,   (k, p, tty, argument) => writeField(k, p, argument, "s32", readableElements(tty))],
  [I.TIOCGWINSZ, getWindow],
  [I.TIOCSWINSZ, setWindow],
]);

/** One request. @throws Errno ENOTTY an unknown one, and what it says itself */
export function controlTerminal(k: Kernel, p: Process, tty: Tty, request: number, argument: number): number {
  const handler = REQUESTS.get(request);
  if (handler === undefined) throw errno("ENOTTY");
  handler(k, p, tty, argument);
  return 0;
}
