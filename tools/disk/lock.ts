/**
 * Who may write to an image: one process at a time, by a file `IMAGE.lock` beside it that names the process. Node has no
 * flock(2); a file that is made exclusively works on every host and can be seen.
 *
 *   none ──open(wx)──► held ──release, exit, signal──► none
 *                        └──killed──► stale ──the next one, or the reader's judgement──► taken over
 *
 * (1) A lock is stale when its process has ended on this host: no such process, one that its parent has not asked about yet, or
 *     another that began later under its number.
 * (2) A lock of another host, or of another container, is never judged: the message says what to remove.
 * (3) A stale lock is moved away before it is replaced, and what was moved is looked at: of two that find it, one gets it.
 */
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { UsageError } from "../errors.ts";
import { reason } from "../files.ts";
import { atEnd } from "./at-end.ts";

export interface Lock {
  /** May be called twice. */
  release(): void;
}

/** What a lock file says. */
interface Holder {
  readonly pid: number;
  /** When the process began, where the host tells: numbers are given to others later. */
  readonly began: string;
  /** Host and container. */
  readonly where: string;
  /** "quire boot" */
  readonly what: string;
}

/** A lock file that nobody has finished to write after so long never will be. */
const WRITTEN_MILLISECONDS = 10_000;
/** Others may take and release the lock between our looks at it. */
const ATTEMPTS = 20;

/** Takes the lock of an image that exists. @param path the image's. Throws UsageError when somebody else has it */
export function lockImage(path: string): Lock {
  const lock = lockPath(path);
  const mine = JSON.stringify({ pid: process.pid, began: beginOf(process.pid), where: where(), what: whatWeDo() });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (tryLock(lock, mine)) return held(lock);
    const there = readLock(lock);
    if (there === null) continue;
    if (!isStale(lock, there)) throw inUse(path, lock, there);
    moveAway(lock, there);
  }
  throw new UsageError(`cannot lock ${path}: ${lock} comes and goes`);
}

/** Who is writing to an image now, for a message; null: nobody. */
export function writerOf(path: string): string | null {
  const lock = lockPath(path);
  const there = readLock(lock);
  return there === null || isStale(lock, there) ? null : described(there);
}

/** Throws UsageError while somebody may be writing to an image. */
export function refuseWhileWritten(path: string): void {
  const lock = lockPath(path);
  const there = readLock(lock);
  if (there !== null && !isStale(lock, there)) throw inUse(path, lock, there);
}

/** Beside the file itself, whatever symbolic links lead there. */
function lockPath(path: string): string {
  try {
    return `${realpathSync(path)}.lock`;
  } catch {
    return `${path}.lock`;
  }
}

function tryLock(lock: string, text: string): boolean {
  let fd: number;
  try {
    fd = openSync(lock, "wx", 0o644);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new UsageError(`cannot make the lock ${lock}: ${reason(error)}`);
  }
  try {
    writeSync(fd, text);
  } catch (error) {
    unlinkSync(lock);
    throw new UsageError(`cannot write the lock ${lock}: ${reason(error)}`);
  } finally {
    closeSync(fd);
  }
  return true;
}

function held(lock: string): Lock {
  const end = atEnd(() => remove(lock));
  return { release: end };
}

/** Null: there is none (any more). */
function readLock(lock: string): string | null {
  try {
    return readFileSync(lock, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new UsageError(`cannot read the lock ${lock}: ${reason(error)}`);
  }
}

function isStale(lock: string, text: string): boolean {
  const holder = holderIn(text);
  if (holder === null) return ageOf(lock) > WRITTEN_MILLISECONDS;
  if (holder.where !== where()) return false;
  return !isAlive(holder.pid) || beginOf(holder.pid) !== holder.began;
}

function holderIn(text: string): Holder | null {
  try {
    const { pid, began, where, what } = JSON.parse(text) as Record<string, unknown>;
    if (!Number.isSafeInteger(pid) || (pid as number) <= 0) return null;
    return { pid: pid as number, began: String(began), where: String(where), what: String(what) };
  } catch {
    return null;
  }
}

function ageOf(lock: string): number {
  const there = statSync(lock, { throwIfNoEntry: false });
  return there === undefined ? 0 : Date.now() - there.mtimeMs;
}

/** A process that has ended and only waits for its parent to ask about it (Z, X in proc(5)) holds nothing any more. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^[ZX]$/.test(statOf(pid)[STATE] ?? "");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Places among the fields that statOf gives: proc(5) has them as 3, state, and 22, starttime. */
const [STATE, STARTTIME] = [0, 19];

/** The fields of /proc/PID/stat behind the name, which may hold anything; none where there is no /proc. */
function statOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

/** "" where there is no /proc. */
function beginOf(pid: number): string {
  const start = statOf(pid)[STARTTIME];
  if (start === undefined) return "";
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${start}`;
  } catch {
    return "";
  }
}

/** Process numbers mean something within one host, and there within one PID namespace. */
function where(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** For messages to others: which command this is. */
function whatWeDo(): string {
  const words = process.argv.slice(2).filter((word) => /^[a-z]+$/.test(word));
  return ["quire", ...words.slice(0, words[0] === "disk" ? 2 : 1)].join(" ");
}

/** Moves a stale lock out of the way; puts it back when it turns out to be another, which was made meanwhile. */
function moveAway(lock: string, stale: string): void {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (readFileSync(aside, "utf8") !== stale) linkSync(aside, lock);
    unlinkSync(aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      throw new UsageError(`cannot remove the lock ${lock} of a process that has ended: ${reason(error)}`);
  }
}

function remove(lock: string): void {
  try {
    unlinkSync(lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function inUse(path: string, lock: string, text: string): UsageError {
  const elsewhere = holderIn(text)?.where !== where();
  const advice = elsewhere ? `; if that is not so any more, remove ${lock}` : "";
  return new UsageError(`${path} is in use: ${described(text)}${advice}`);
}

function described(text: string): string {
  const holder = holderIn(text);
  if (holder === null) return "another process is taking it";
  const host = holder.where === where() ? "" : ` on ${holder.where.split(" ")[0]}`;
  return `process ${holder.pid}${host} (${holder.what}) writes to it`;
}
