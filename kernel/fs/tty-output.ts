/**
 * What a terminal does to bytes on their way out (OPOST), where its cursor is, and echo. termios(3), Linux's n_tty.
 *
 * (1) `column` is where the cursor stands if the terminal began at column 0 and every character is one wide.
 * (2) While output is stopped nothing goes out; echo waits in `held`.
 */
import { CONSTANTS } from "../abi.ts";
import { transmit } from "../drivers/uart.ts";
import type { Kernel } from "../kernel.ts";
import type { Tty } from "./types.ts";

const T = CONSTANTS.termios;
const BACKSPACE = 8;
export const TAB = 9;
export const NEWLINE = 10;
export const RETURN = 13;
const SPACE = 0x20;
const DELETE = 0x7f;
const TAB_WIDTH = 8;

const isControlByte = (byte: number) => byte < SPACE || byte === DELETE;
/** A byte of a UTF-8 character that is not its first. */
export const isContinuation = (byte: number) => (byte & 0xc0) === 0x80;

/** What goes out for one byte, by c_oflag; moves the column. */
function process(tty: Tty, byte: number, out: number[]): void {
  const { oflag, iflag } = tty.termios;
  if (!(oflag & T.OPOST)) {
    out.push(byte);
    return;
  }
  if (byte === NEWLINE) {
    if (oflag & T.ONLCR) out.push(RETURN);
    if (oflag & (T.ONLCR | T.ONLRET)) tty.column = 0;
  } else if (byte === RETURN) {
    if (oflag & T.ONOCR && tty.column === 0) return;
    tty.column = 0;
    if (oflag & T.OCRNL) {
      out.push(NEWLINE);
      return;
    }
  } else if (byte === TAB) tty.column += TAB_WIDTH - (tty.column % TAB_WIDTH);
  else if (byte === BACKSPACE) tty.column = Math.max(0, tty.column - 1);
  else if (!isControlByte(byte) && !(iflag & T.IUTF8 && isContinuation(byte))) tty.column++;
  out.push(byte);
}

/** Sends what a program writes. The terminal is not stopped. */
export function writeOutput(k: Kernel, tty: Tty, bytes: ArrayLike<number>): void {
  const out: number[] = [];
  for (let i = 0; i < bytes.length; i++) process(tty, bytes[i], out);
  transmit(k, tty.uart, Uint8Array.from(out));
}

/** Sends what the terminal itself answers to typing; later, when it is stopped. */
export function echo(k: Kernel, tty: Tty, ...bytes: number[]): void {
  if (tty.stopped) tty.held.push(...bytes);
  else writeOutput(k, tty, bytes);
}

/** The bytes that show a typed one: ^X for control characters with ECHOCTL. */
export function shown(tty: Tty, byte: number): number[] {
  const caret = tty.termios.lflag & T.ECHOCTL && isControlByte(byte) && byte !== TAB;
  return caret ? ["^".charCodeAt(0), byte ^ 0x40] : [byte];
}

/** Columns that the bytes take when echoed from `column` on. */
export function columnsOf(tty: Tty, bytes: readonly number[], column: number): number {
  let at = column;
  for (const byte of bytes) {
    if (byte === TAB) at += TAB_WIDTH - (at % TAB_WIDTH);
    else if (isControlByte(byte)) at += tty.termios.lflag & T.ECHOCTL ? 2 : 0;
    else if (!(tty.termios.iflag & T.IUTF8 && isContinuation(byte))) at++;
  }
  return at - column;
}

/** Takes `count` columns off the screen. */
export function eraseColumns(k: Kernel, tty: Tty, count: number, spaces: boolean): void {
  for (let i = 0; i < count; i++) echo(k, tty, ...(spaces ? [BACKSPACE, SPACE, BACKSPACE] : [BACKSPACE]));
}
