/**
 * Line discipline: what a terminal does with each byte that is typed: signals, flow control, editing, echo. Linux's n_tty;
 * termios(3).
 *
 *   uart ──byte──► flow control, signals ──► CR/NL ──► editing (canonical mode) ──► input ──► read(2)
 *                                                         └──► echo ──► uart
 *
 * (1) `input` holds received bytes, each with END when a line ends with it; EOF_MARK stands for an end-of-file character,
 *     which ends a line and is not read.
 * (2) In canonical mode the first `finished` elements are whole lines and end with END or EOF_MARK; behind them is the line
 *     being typed. In raw mode `finished` is 0 and all may be read.
 */
import { CONSTANTS } from "../abi.ts";
import type { Kernel } from "../kernel.ts";
import { FROM_KERNEL, signalGroup } from "../signal.ts";
import { signalNumber } from "../signal-state.ts";
import { wakeup } from "../sleep.ts";
import { isControl } from "./termios.ts";
import {
  columnsOf,
  echo,
  eraseColumns,
  isContinuation,
  NEWLINE,
  RETURN,
  shown,
  TAB,
  writeOutput,
} from "./tty-output.ts";
import type { Tty } from "./types.ts";

const T = CONSTANTS.termios;
/** Bit of an element: a line ends here. */
const END = 0x100;
/** An element of its own: the end-of-file character. */
const EOF_MARK = 0x200 | END;
const BYTE = 0xff;
/** N_TTY_BUF_SIZE: elements that are kept; one place is for the end of a line. */
const INPUT_ROOM = 4095;

export const isCanonical = (tty: Tty) => (tty.termios.lflag & T.ICANON) !== 0;
const has = (tty: Tty, flag: number) => (tty.termios.lflag & flag) !== 0;
const is = (tty: Tty, byte: number, ...indices: number[]) =>
  indices.some((index) => isControl(tty.termios, index, byte));

/** Is there room for a byte? A full line without an end takes more, which is lost, so that its end can still come. */
export function hasRoom(tty: Tty): boolean {
  return tty.input.length < INPUT_ROOM || (isCanonical(tty) && tty.finished === 0);
}

/** Elements that a read may take now. */
export function readableElements(tty: Tty): number {
  return isCanonical(tty) ? tty.finished : tty.input.length;
}

/** A byte has arrived. */
export function receive(k: Kernel, tty: Tty, received: number): void {
  const { iflag } = tty.termios;
  const byte = iflag & T.ISTRIP ? received & 0x7f : received;
  tty.lastInput = k.machine.clock.cycles;
  if (tty.literal) {
    tty.literal = false;
    accept(k, tty, byte);
    return;
  }
  if (controlsFlow(k, tty, byte) || raisesSignal(k, tty, byte)) return;
  if (byte === RETURN && iflag & T.IGNCR) return;
  if (byte === RETURN && iflag & T.ICRNL) edit(k, tty, NEWLINE, [NEWLINE]);
  else if (byte === NEWLINE && iflag & T.INLCR) edit(k, tty, RETURN);
  else edit(k, tty, byte);
}

/** ^S and ^Q. With IXANY any byte starts output again. */
function controlsFlow(k: Kernel, tty: Tty, byte: number): boolean {
  if (!(tty.termios.iflag & T.IXON)) return false;
  if (is(tty, byte, T.VSTART)) startOutput(k, tty);
  else if (is(tty, byte, T.VSTOP)) tty.stopped = true;
  else {
    if (tty.termios.iflag & T.IXANY && !is(tty, byte, T.VINTR, T.VQUIT, T.VSUSP)) startOutput(k, tty);
    return false;
  }
  return true;
}

/** Output goes on: held echo first, then whoever waits to write. */
export function startOutput(k: Kernel, tty: Tty): void {
  if (!tty.stopped) return;
  tty.stopped = false;
  writeOutput(k, tty, tty.held);
  tty.held = [];
  wakeup(k, tty.writable);
}

/** ^C, ^\ and ^Z go to the foreground group, and what was typed before is forgotten (unless NOFLSH). */
function raisesSignal(k: Kernel, tty: Tty, byte: number): boolean {
  if (!has(tty, T.ISIG)) return false;
  const names = [
    [T.VINTR, "SIGINT"],
    [T.VQUIT, "SIGQUIT"],
    [T.VSUSP, "SIGTSTP"],
  ] as const;
  const found = names.find(([index]) => is(tty, byte, index));
  if (found === undefined) return false;
  if (!has(tty, T.NOFLSH)) {
    flushInput(tty);
    tty.held = [];
  }
  if (tty.termios.iflag & T.IXON) startOutput(k, tty);
  if (has(tty, T.ECHO)) echo(k, tty, ...shown(tty, byte));
  if (tty.foreground !== 0) signalGroup(k, tty.foreground, signalNumber(found[1]), FROM_KERNEL);
  return true;
}

/** Forgets all that was received and not read. */
export function flushInput(tty: Tty): void {
  tty.input = [];
  tty.finished = 0;
  tty.literal = false;
}

/**
 * Canonical mode: the editing characters; any other byte is taken.
 * @param asEcho how it is echoed when it is taken: a RETURN that became a NEWLINE is shown as it is, as on Linux
 */
function edit(k: Kernel, tty: Tty, byte: number, asEcho = shown(tty, byte)): void {
  if (!isCanonical(tty)) accept(k, tty, byte, asEcho);
  else if (is(tty, byte, T.VERASE)) erase(k, tty, byte, "character");
  else if (is(tty, byte, T.VKILL)) erase(k, tty, byte, "line");
  else if (has(tty, T.IEXTEN) && is(tty, byte, T.VWERASE)) erase(k, tty, byte, "word");
  else if (has(tty, T.IEXTEN) && is(tty, byte, T.VLNEXT)) quoteNext(k, tty);
  else if (has(tty, T.IEXTEN) && has(tty, T.ECHO) && is(tty, byte, T.VREPRINT)) reprint(k, tty, byte);
  else if (is(tty, byte, T.VEOF)) endLine(k, tty, EOF_MARK);
  else if (byte === NEWLINE) {
    if (has(tty, T.ECHO | T.ECHONL)) echo(k, tty, NEWLINE);
    endLine(k, tty, NEWLINE | END);
  } else if (is(tty, byte, T.VEOL) || (has(tty, T.IEXTEN) && is(tty, byte, T.VEOL2))) {
    if (has(tty, T.ECHO)) echo(k, tty, ...shown(tty, byte));
    endLine(k, tty, byte | END);
  } else accept(k, tty, byte);
}

/** An ordinary byte: into the line being typed. When there is no room it takes the place of the last one, as on Linux. */
function accept(k: Kernel, tty: Tty, byte: number, asEcho = shown(tty, byte)): void {
  if (tty.input.length === tty.finished) tty.lineColumn = tty.column;
  if (has(tty, T.ECHO)) echo(k, tty, ...asEcho);
  if (tty.input.length >= INPUT_ROOM) tty.input.pop();
  tty.input.push(byte);
  if (!isCanonical(tty)) wakeup(k, tty.readable);
}

/** The line being typed is complete. @param element its last one */
function endLine(k: Kernel, tty: Tty, element: number): void {
  tty.input.push(element);
  tty.finished = tty.input.length;
  wakeup(k, tty.readable);
}

/** ^V: shows a caret that the next character will replace. */
function quoteNext(k: Kernel, tty: Tty): void {
  tty.literal = true;
  if (has(tty, T.ECHO) && has(tty, T.ECHOCTL)) echo(k, tty, "^".charCodeAt(0), 8);
}

/** ^R: the line once more, on a line of its own. */
function reprint(k: Kernel, tty: Tty, byte: number): void {
  echo(k, tty, ...shown(tty, byte), NEWLINE);
  tty.lineColumn = tty.column;
  for (const typed of tty.input.slice(tty.finished)) echo(k, tty, ...shown(tty, typed));
}

/** Letters and digits as Linux's isalnum has them: of Latin-1, which takes in the first bytes of UTF-8 characters. */
const isWordByte = (byte: number) =>
  /[0-9A-Za-z_]/.test(String.fromCharCode(byte)) || (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7);

/** Where the last character of line[0..end) begins. */
function characterStart(tty: Tty, line: readonly number[], end: number): number {
  let at = end - 1;
  while (at > 0 && tty.termios.iflag & T.IUTF8 && isContinuation(line[at])) at--;
  return at;
}

/** How many elements of `line` an erasing character takes away. */
function erasedLength(tty: Tty, line: readonly number[], what: "character" | "word" | "line"): number {
  if (what === "line") return line.length;
  let at = line.length;
  for (let seenWord = false; at > 0; ) {
    const start = characterStart(tty, line, at);
    const inWord = isWordByte(line[start]);
    if (what === "word" && seenWord && !inWord) break;
    seenWord ||= inWord;
    at = start;
    if (what === "character") break;
  }
  return line.length - at;
}

function erase(k: Kernel, tty: Tty, byte: number, what: "character" | "word" | "line"): void {
  const line = tty.input.slice(tty.finished);
  if (line.length === 0) return;
  const count = erasedLength(tty, line, what);
  tty.input.length -= count;
  if (!has(tty, T.ECHO)) return;
  // The word alone is always taken off the screen, as on Linux.
  const wholeLine = has(tty, T.ECHOK) && has(tty, T.ECHOKE) && has(tty, T.ECHOE);
  const visibly = what === "word" || (what === "line" ? wholeLine : has(tty, T.ECHOE));
  if (visibly) eraseVisibly(k, tty, line, line.length - count);
  else {
    echo(k, tty, ...shown(tty, byte));
    if (what === "line" && has(tty, T.ECHOK)) echo(k, tty, NEWLINE);
  }
}

/** Takes what `line` shows beyond `keep` elements off the screen, last character first; a tab needs no blanks. */
function eraseVisibly(k: Kernel, tty: Tty, line: readonly number[], keep: number): void {
  for (let end = line.length; end > keep; end--) {
    const before = columnsOf(tty, line.slice(0, end - 1), tty.lineColumn);
    const columns = columnsOf(tty, line.slice(0, end), tty.lineColumn) - before;
    eraseColumns(k, tty, columns, line[end - 1] !== TAB);
  }
}

/**
 * The mode changed between canonical and raw: what is there can be read at once, and counts as a line in canonical mode.
 * @param canonical the new mode
 */
export function changeMode(k: Kernel, tty: Tty, canonical: boolean): void {
  // An end-of-file mark is read as NUL then, as on Linux.
  tty.input = tty.input.map((element) => element & BYTE);
  tty.finished = 0;
  if (canonical && tty.input.length > 0) {
    tty.input[tty.input.length - 1] |= END;
    tty.finished = tty.input.length;
  }
  wakeup(k, tty.readable);
}

/** No more input will come: the line being typed ends as it is. */
export function endInput(k: Kernel, tty: Tty): void {
  tty.ended = true;
  if (isCanonical(tty) && tty.input.length > tty.finished) endLine(k, tty, EOF_MARK);
  wakeup(k, tty.readable);
}

/** How many of the readable elements one read of `most` bytes takes, the marks that end it included. */
function takenElements(tty: Tty, most: number): number {
  const available = readableElements(tty);
  if (!isCanonical(tty)) return Math.min(most, available);
  for (let count = 0; count < available; count++) {
    const element = tty.input[count];
    // An end-of-file mark right behind a read that was filled belongs to that read: the next one does not see it.
    if (element === EOF_MARK) return count + 1;
    if (count === most) return count;
    if (element & END) return count + 1;
  }
  return available;
}

/** The bytes that one read of up to `most` bytes gets, without taking them; and the elements to take then. */
export function peekLine(tty: Tty, most: number): { bytes: Uint8Array; elements: number } {
  const elements = takenElements(tty, most);
  const taken = tty.input.slice(0, elements).filter((element) => element !== EOF_MARK);
  return { bytes: Uint8Array.from(taken, (element) => element & BYTE), elements };
}

/** Takes elements that peekLine spoke of. */
export function dropElements(tty: Tty, elements: number): void {
  tty.input.splice(0, elements);
  tty.finished = Math.max(0, tty.finished - elements);
}
