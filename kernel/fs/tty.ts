/**
 * Terminals as files: /dev/console and /dev/tty. What typing does is line-discipline.ts, who may is job-control.ts, what
 * ioctl changes is tty-control.ts.
 *
 * (1) While `throttled`, the device keeps what arrives; reading makes room and lets it in.
 */
import { CONSTANTS, FLAGS } from "../abi.ts";
import { carrierLost, hasInput, listenForInput, receiveByte, startUart } from "../drivers/uart.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../process.ts";
import { newChannel, sleep } from "../sleep.ts";
import type { FileOperations, Readiness } from "./file-kind.ts";
import { touchAccessed } from "./inode.ts";
import { checkMayChange, checkMayRead, tellHangUp } from "./job-control.ts";
import {
  dropElements,
  endInput,
  flushInput,
  hasRoom,
  isCanonical,
  peekLine,
  readableElements,
  receive,
} from "./line-discipline.ts";
import { initialTermios } from "./termios.ts";
import { controlTerminal } from "./tty-control.ts";
import { writeOutput } from "./tty-output.ts";
import type { OpenFile, Tty } from "./types.ts";
import { prepare, put, take, type UserBuffer } from "./user-buffer.ts";

export { hangUpSession } from "./job-control.ts";

const T = CONSTANTS.termios;
const { O_NONBLOCK } = FLAGS.open;
const { POLLIN, POLLOUT, POLLHUP, POLLRDNORM, POLLWRNORM } = FLAGS.poll;
/** VTIME counts tenths of a second; cycles of one. */
const CYCLES_PER_TENTH = 100_000_000;
/** Bytes that one step of a long write sends: signals and ^S are heard between steps. */
const WRITE_STEP = 2048;

/** A terminal on a serial line, 24 rows of 80 columns until told otherwise. */
export function newTty(k: Kernel, number: number, uart: number): Tty {
  startUart(k, uart);
  return {
    number,
    uart,
    termios: initialTermios(),
    window: { rows: 24, columns: 80, xpixels: 0, ypixels: 0 },
    session: 0,
    foreground: 0,
    input: [],
    finished: 0,
    throttled: false,
    literal: false,
    stopped: false,
    column: 0,
    lineColumn: 0,
    held: [],
    ended: false,
    lastInput: 0,
    readable: newChannel(k),
    writable: newChannel(k),
  };
}

/** The serial line interrupts: takes in what has arrived, as far as there is room, and sees whether it was hung up. */
export function ttyInterrupt(k: Kernel, tty: Tty): void {
  while (hasRoom(tty)) {
    const byte = receiveByte(k, tty.uart);
    if (byte < 0) break;
    if (tty.termios.cflag & T.CREAD) receive(k, tty, byte);
  }
  const full = hasInput(k, tty.uart);
  if (full !== tty.throttled) {
    tty.throttled = full;
    listenForInput(k, tty.uart, !full);
  }
  if (!full && !tty.ended && carrierLost(k, tty.uart)) hangUp(k, tty);
}

/** The other end is gone. A line that heeds its carrier (no CLOCAL) tells its session; others just end their input. */
function hangUp(k: Kernel, tty: Tty): void {
  if (!(tty.termios.cflag & T.CLOCAL)) {
    tellHangUp(k, tty);
    flushInput(tty);
  }
  endInput(k, tty);
}

const ttyOf = (k: Kernel, file: OpenFile) => k.fs.ttys[file.terminal];

function read(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer): number {
  const tty = ttyOf(k, file);
  checkMayRead(k, p, tty);
  if (buffer.length === 0) return 0;
  if (!isReadDue(k, p, tty, buffer.length)) waitForInput(k, p, file, tty);
  const { bytes, elements } = peekLine(tty, buffer.length);
  const usable = prepare(k, p, buffer, 0, bytes.length, "write");
  // A buffer that is bad in its middle gets what fits, and the rest of the line waits.
  put(k, p, buffer, 0, bytes.subarray(0, usable));
  dropElements(tty, usable < bytes.length ? usable : elements);
  touchAccessed(k, file.inode);
  if (tty.throttled) ttyInterrupt(k, tty);
  return usable;
}

/** Is there a line, or in raw mode as much as VMIN and VTIME ask for, or will there never be more? */
function isReadDue(k: Kernel, p: Process, tty: Tty, length: number): boolean {
  return isCanonical(tty) ? tty.finished > 0 || tty.ended : isRawReadDue(k, p, tty, length);
}

/** Returns only to a read that takes what little there is rather than wait. */
function waitForInput(k: Kernel, p: Process, file: OpenFile, tty: Tty): void {
  if (file.flags & O_NONBLOCK) {
    if (readableElements(tty) > 0) return;
    throw errno("EAGAIN");
  }
  sleep(k, p, tty.readable, { deadline: p.call.deadline ?? undefined });
}

/** Has a raw read enough, by VMIN and VTIME? Records in `p.call.deadline` until when it waits. termios(3). */
function isRawReadDue(k: Kernel, p: Process, tty: Tty, length: number): boolean {
  const least = tty.termios.cc[T.VMIN];
  const patience = tty.termios.cc[T.VTIME] * CYCLES_PER_TENTH;
  const available = readableElements(tty);
  const now = k.machine.clock.cycles;
  if (tty.ended || available >= Math.min(Math.max(least, 1), length)) return true;
  if (least === 0) {
    // MIN 0: TIME is how long the whole read waits for its first byte.
    p.call.deadline ??= now + patience;
    return now >= p.call.deadline;
  }
  if (patience === 0 || available === 0) return false;
  // MIN and TIME: the time between two bytes, the first of which counts as just received when the read begins.
  if (p.call.note === 0) p.call.note = now;
  p.call.deadline = Math.max(p.call.note, tty.lastInput) + patience;
  return now >= p.call.deadline;
}

function write(k: Kernel, p: Process, file: OpenFile, buffer: UserBuffer): number {
  const tty = ttyOf(k, file);
  const { call } = p;
  if (tty.termios.lflag & T.TOSTOP) checkMayChange(k, p, tty);
  while (call.progress < buffer.length) {
    if (tty.stopped) return waitForStart(k, p, file, tty);
    const usable = prepare(k, p, buffer, call.progress, Math.min(WRITE_STEP, buffer.length - call.progress), "read");
    writeOutput(k, tty, take(k, p, buffer, call.progress, usable));
    call.progress += usable;
  }
  return call.progress;
}

/** ^S: nothing goes out until ^Q. */
function waitForStart(k: Kernel, p: Process, file: OpenFile, tty: Tty): number {
  const { progress } = p.call;
  if (progress > 0 && (file.flags & O_NONBLOCK || p.signals.attention)) return progress;
  if (file.flags & O_NONBLOCK) throw errno("EAGAIN");
  sleep(k, p, tty.writable);
}

function poll(k: Kernel, _p: Process, file: OpenFile): Readiness {
  const tty = ttyOf(k, file);
  const least = isCanonical(tty) || tty.termios.cc[T.VTIME] > 0 ? 1 : Math.max(1, tty.termios.cc[T.VMIN]);
  let events = tty.stopped ? 0 : POLLOUT | POLLWRNORM;
  if (tty.ended || readableElements(tty) >= least) events |= POLLIN | POLLRDNORM;
  if (tty.ended) events |= POLLHUP;
  return { events, channels: [tty.readable, tty.writable] };
}

export const ttyOperations: FileOperations = {
  read,
  write,
  seek: "none",
  poll,
  ioctl: (k, p, file, request, argument) => controlTerminal(k, p, ttyOf(k, file), request, argument),
};
