/**
 * syslog(2): reading the kernel's log and choosing what of it the console shows.
 */
import { CONSTANTS } from "../abi.ts";
import { isPrivileged } from "../credentials.ts";
import { errno } from "../errno.ts";
import type { Kernel } from "../kernel.ts";
import { formatRecord, LOG_BYTES, type LogState, nextSequence } from "../log.ts";
import { requireUser } from "../prepared.ts";
import type { Process } from "../process.ts";
import { sleep } from "../sleep.ts";
import type { Handlers } from "../syscall-table.ts";
import { copyOut } from "../usercopy.ts";

const A = CONSTANTS.syslog;
const MOST_LEVEL = 8;

/** Records from `sequence` on as texts, each line "<6>[    1.234567] text". */
function texts({ records, first }: LogState, sequence: number): string[] {
  return records.slice(Math.max(0, sequence - first)).map((record) => formatRecord(record, `<${record.level}>`, "\n"));
}

const lengthOf = (parts: readonly string[]) => parts.reduce((sum, { length }) => sum + length, 0);

function store(k: Kernel, p: Process, address: number, text: string): number {
  copyOut(
    k,
    p,
    address,
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
  );
  return text.length;
}

/** SYSLOG_ACTION_READ: the next bytes that nobody has read so; waits for some. A record may be read in parts. */
function read(k: Kernel, p: Process, address: number, length: number): number {
  const { log } = k;
  forgetLost(log);
  const parts = texts(log, log.read);
  if (parts.length === 0) sleep(k, p, log.channel);
  const text = parts.join("").slice(log.readPart, log.readPart + length);
  requireUser(k, p, address, text.length);
  let left = log.readPart + text.length;
  for (const part of parts) {
    if (left < part.length) break;
    left -= part.length;
    log.read++;
  }
  log.readPart = left;
  return store(k, p, address, text);
}

/** Records that the ring has dropped count as read. */
function forgetLost(log: LogState): void {
  if (log.read >= log.first) return;
  log.read = log.first;
  log.readPart = 0;
}

/** SYSLOG_ACTION_READ_ALL: the newest records that fit. @param clear hide them from the next one */
function readAll(k: Kernel, p: Process, address: number, length: number, clear: boolean): number {
  const { log } = k;
  const parts = texts(log, log.cleared);
  let from = parts.length;
  for (let size = 0; from > 0 && size + parts[from - 1].length <= length; from--) size += parts[from - 1].length;
  const text = parts.slice(from).join("");
  requireUser(k, p, address, text.length);
  if (clear) log.cleared = nextSequence(log);
  return store(k, p, address, text);
}

function setConsoleLevel(log: LogState, level: number): number {
  log.levels[0] = level;
  return 0;
}

/** Printk's do_syslog, below the checks of permission. */
function act(k: Kernel, p: Process, type: number, address: number, length: number): number {
  const { log } = k;
  const [level, , least] = log.levels;
  switch (type) {
    case A.SYSLOG_ACTION_CLOSE:
    case A.SYSLOG_ACTION_OPEN:
      return 0;
    case A.SYSLOG_ACTION_READ:
    case A.SYSLOG_ACTION_READ_ALL:
    case A.SYSLOG_ACTION_READ_CLEAR:
      if (address === 0 || length < 0) throw errno("EINVAL");
      if (length === 0) return 0;
      if (type === A.SYSLOG_ACTION_READ) return read(k, p, address, length);
      return readAll(k, p, address, length, type === A.SYSLOG_ACTION_READ_CLEAR);
    case A.SYSLOG_ACTION_CLEAR:
      log.cleared = nextSequence(log);
      return 0;
    case A.SYSLOG_ACTION_CONSOLE_OFF:
      if (log.saved < 0) log.saved = level;
      return setConsoleLevel(log, least);
    case A.SYSLOG_ACTION_CONSOLE_ON:
      if (log.saved >= 0) log.levels[0] = log.saved;
      log.saved = -1;
      return 0;
    case A.SYSLOG_ACTION_CONSOLE_LEVEL:
      if (length < 1 || length > MOST_LEVEL) throw errno("EINVAL");
      log.saved = -1;
      return setConsoleLevel(log, Math.max(length, least));
    case A.SYSLOG_ACTION_SIZE_UNREAD:
      forgetLost(log);
      return lengthOf(texts(log, log.read)) - log.readPart;
    case A.SYSLOG_ACTION_SIZE_BUFFER:
      return LOG_BYTES;
    default:
      throw errno("EINVAL");
  }
}

export const logCalls = {
  syslog(k, p, type, address, length) {
    // Everybody may look (kernel.dmesg_restrict is 0), the rest is for who is privileged.
    const open = type === A.SYSLOG_ACTION_READ_ALL || type === A.SYSLOG_ACTION_SIZE_BUFFER;
    if (!open && !isPrivileged(p)) throw errno("EPERM");
    return act(k, p, type, address, length);
  },
} satisfies Handlers;
