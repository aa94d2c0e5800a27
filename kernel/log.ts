/**
 * The kernel's log: what it has to say to whoever looks after the computer. A ring of records of which the oldest give
 * way; the serious ones are written on the console at once, as Linux writes them.
 *
 *   [    1.234567] Out of memory: Killed process 12 (hog) ...
 *
 * Which ones: those whose level is below the console's. Linux's default shows informational messages too, but most
 * systems are booted "quiet"; here warnings and worse are shown (loglevel 5), so that the report of the OOM killer is
 * seen and ordinary work leaves the console alone. syslog(2) and /proc/sys/kernel/printk change it.
 *
 * (1) Sequence numbers are consecutive; `first` is that of records[0].
 * (2) At most LOG_BYTES bytes of text and MOST_RECORDS records are kept.
 *
 * Reading is syscalls/log.ts. Source: Linux 6.1 kernel/printk/printk.c.
 */
import { CYCLES_PER_SECOND } from "../cpu/costs.ts";
import { transmit } from "./drivers/uart.ts";
import type { Kernel } from "./kernel.ts";
import type { LogRecord, LogState } from "./log-state.ts";
import { wakeup } from "./sleep.ts";
import { CYCLES_PER_MICROSECOND } from "./time.ts";

export type { LogState } from "./log-state.ts";

/** Levels by name: syslog(2), "The loglevel". */
export const LOG_LEVEL = {
  emergency: 0,
  alert: 1,
  critical: 2,
  error: 3,
  warning: 4,
  notice: 5,
  information: 6,
  debug: 7,
} as const;

/** Text that the ring keeps: Linux's default, and what SYSLOG_ACTION_SIZE_BUFFER tells. */
export const LOG_BYTES = 2 ** 17;
/** Linux has a descriptor for each 32 bytes of the buffer. */
const MOST_RECORDS = LOG_BYTES / 32;
/** Of one record; the rest is cut off. */
const MOST_TEXT = 1024;
/** Messages below this level go to the console. */
const CONSOLE_LEVEL = 5;
const CONSOLE_LEVEL_LEAST = 1;
const MESSAGE_LEVEL = 4;
/** A number that newChannel never gives. */
const LOG_CHANNEL = -64;

/** A log in which nothing is written. */
export function createLog(): LogState {
  return {
    records: [],
    first: 0,
    bytes: 0,
    read: 0,
    readPart: 0,
    cleared: 0,
    levels: [CONSOLE_LEVEL, MESSAGE_LEVEL, CONSOLE_LEVEL_LEAST, CONSOLE_LEVEL],
    saved: -1,
    channel: LOG_CHANNEL,
  };
}

/** Writes a record. @param level a value of LOG_LEVEL; @param text one or several lines, without a newline at the end; longer ones than 1 KiB are cut */
export function log(k: Kernel, level: number, text: string): void {
  const { log: state } = k;
  const record = { level, time: k.machine.clock.cycles, text: text.slice(0, MOST_TEXT) };
  state.records.push(record);
  state.bytes += record.text.length;
  while (state.bytes > LOG_BYTES || state.records.length > MOST_RECORDS) {
    state.bytes -= state.records.shift()!.text.length;
    state.first++;
  }
  if (record.level < state.levels[0]) showOnConsole(k, record);
  wakeup(k, state.channel);
}

/** Each line of a record behind `prefix` and the time, as Linux's consoles and syslog(2) show it. */
export function formatRecord({ time, text }: LogRecord, prefix: string, newline: string): string {
  const seconds = String(Math.floor(time / CYCLES_PER_SECOND)).padStart(5);
  const microseconds = Math.floor((time % CYCLES_PER_SECOND) / CYCLES_PER_MICROSECOND);
  const stamp = `${prefix}[${seconds}.${String(microseconds).padStart(6, "0")}] `;
  return text
    .split("\n")
    .map((line) => stamp + line + newline)
    .join("");
}

/** Past the terminal's own state, as Linux does it: a stopped terminal shows it too. */
function showOnConsole(k: Kernel, record: LogRecord): void {
  const text = formatRecord(record, "", "\r\n");
  transmit(
    k,
    0,
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
  );
}

/** Sequence number of the record that comes next. */
export function nextSequence({ first, records }: LogState): number {
  return first + records.length;
}
