/**
 * The files of /proc/PID, in Linux's formats: proc(5). A file is a row of PROCESS_FILES.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { CONSTANTS } from "../../abi.ts";
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import type { Process } from "../../process.ts";
import { getPc, stackPointer } from "../../registers.ts";
import { describeMaps, spaceFigures } from "../../vm/describe.ts";
import type { ByteString } from "../types.ts";
import { mountTable } from "./system-files.ts";
import { kibibytes, stateOf, ticks } from "./text.ts";

const PRIORITY_BASE = 20;
const { RLIMIT_RSS } = CONSTANTS.rlimit;
const NO_LIMIT = "18446744073709551615";

function terminalNumber(k: Kernel, p: Process): number {
  return p.terminal === null ? 0 : terminalDevice(k.fs.ttys[p.terminal].number);
}

/** tty_nr: the device number of the serial line, major 4. */
function terminalDevice(number: number): number {
  return 4 * 256 + 64 + number;
}

/** Standard signals as the decimal bitmaps of stat; the caught ones and the ignored ones. */
function signalSets(p: Process): { pending: bigint; blocked: bigint; ignored: bigint; caught: bigint } {
  let ignored = 0n;
  let caught = 0n;
  for (const [signo, { handler }] of p.signals.actions.entries()) {
    if (signo === 0 || Number(handler) === CONSTANTS.sigmask.SIG_DFL) continue;
    if (Number(handler) === CONSTANTS.sigmask.SIG_IGN) ignored |= 1n << BigInt(signo - 1);
    else caught |= 1n << BigInt(signo - 1);
  }
  return { pending: p.signals.pending, blocked: p.signals.blocked, ignored, caught };
}

const low31 = (set: bigint) => set & 0x7fff_ffffn;

/** proc(5), /proc/[pid]/stat: fields 1 to 52. */
function stat(k: Kernel, p: Process): ByteString {
  const { counts, times } = p;
  const foreground = p.terminal === null ? -1 : k.fs.ttys[p.terminal].foreground;
  const sets = signalSets(p);
  const limit = p.limits[RLIMIT_RSS].soft;
  const live = p.space !== null;
  const figures = p.space === null ? null : spaceFigures(p.space);
  const at = p.space?.layout;
  const fields = [
    ...[p.pid, `(${p.name})`, stateOf(p).letter, p.ppid, p.pgid, p.sid, terminalNumber(k, p), foreground, 0],
    ...[counts.minorFaults, counts.childMinorFaults, counts.majorFaults, counts.childMajorFaults],
    ...[ticks(times.user), ticks(times.system), ticks(times.childUser), ticks(times.childSystem)],
    ...[PRIORITY_BASE + p.nice, p.nice, 1, 0, ticks(times.started)],
    ...[figures?.VmSize ?? 0, (figures?.VmRSS ?? 0) / PAGE_SIZE, Number.isFinite(limit) ? limit : NO_LIMIT],
    ...[at?.codeStart ?? 0, at?.codeEnd ?? 0, at?.stackStart ?? 0],
    ...[live ? stackPointer(k, p) : 0, live ? getPc(k, p) : 0],
    ...[low31(sets.pending), low31(sets.blocked), low31(sets.ignored), low31(sets.caught)],
    ...[p.state === "sleeping" ? 1 : 0, 0, 0, p.exitSignal, 0, 0, 0, 0, 0, 0],
    ...[at?.dataStart ?? 0, at?.dataEnd ?? 0, at?.brkStart ?? 0],
    ...[at?.argumentsStart ?? 0, at?.argumentsEnd ?? 0, at?.environmentStart ?? 0, at?.environmentEnd ?? 0],
    p.state === "zombie" ? p.exitStatus : 0,
  ];
  return `${fields.join(" ")}\n`;
}

const signalMask = (set: bigint) => set.toString(16).padStart(16, "0");

/** Names with backslash and newline escaped, as Linux has it in status. */
const escapeName = (name: ByteString) => name.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");

function memoryRows(p: Process): [string, string][] {
  if (p.space === null) return [];
  const rows = Object.entries(spaceFigures(p.space));
  return rows.map(([name, bytes]) => [name, `${String(kibibytes(bytes)).padStart(8)} kB`]);
}

function status(_k: Kernel, p: Process): ByteString {
  const { letter, name } = stateOf(p);
  const { uid, euid, suid, gid, egid, sgid, groups } = p.credentials;
  const sets = signalSets(p);
  const queueLimit = p.limits[CONSTANTS.rlimit.RLIMIT_SIGPENDING].soft;
  const rows: [string, string][] = [
    ["Name", escapeName(p.name)],
    ["Umask", p.umask.toString(8).padStart(4, "0")],
    ["State", `${letter} (${name})`],
    ["Tgid", String(p.pid)],
    ["Ngid", "0"],
    ["Pid", String(p.pid)],
    ["PPid", String(p.ppid)],
    ["TracerPid", "0"],
    // The file system's user and group are the effective ones.
    ["Uid", [uid, euid, suid, euid].join("\t")],
    ["Gid", [gid, egid, sgid, egid].join("\t")],
    ["FDSize", String(Math.max(64, p.files?.slots.length ?? 0))],
    ["Groups", `${groups.join(" ")} `],
    ...memoryRows(p),
    ["Threads", "1"],
    ["SigQ", `${p.signals.queue.length}/${queueLimit}`],
    ["SigPnd", signalMask(sets.pending)],
    ["ShdPnd", signalMask(0n)],
    ["SigBlk", signalMask(sets.blocked)],
    ["SigIgn", signalMask(sets.ignored)],
    ["SigCgt", signalMask(sets.caught)],
    ["voluntary_ctxt_switches", String(p.counts.voluntarySwitches)],
    ["nonvoluntary_ctxt_switches", String(p.counts.involuntarySwitches)],
  ];
  return rows.map(([title, value]) => `${title}:\t${value}\n`).join("");
}

/** Pages: size, resident, shared (with files), text, 0, data and stack, 0. */
function statm(_k: Kernel, p: Process): ByteString {
  if (p.space === null) return "0 0 0 0 0 0 0\n";
  const f = spaceFigures(p.space);
  const pages = [f.VmSize, f.VmRSS, f.RssFile + f.RssShmem, f.VmExe, 0, f.VmData + f.VmStk, 0];
  return `${pages.map((bytes) => Math.floor(bytes / PAGE_SIZE)).join(" ")}\n`;
}

const LIMIT_ROWS = [
  ["Max cpu time", "RLIMIT_CPU", "seconds"],
  ["Max file size", "RLIMIT_FSIZE", "bytes"],
  ["Max data size", "RLIMIT_DATA", "bytes"],
  ["Max stack size", "RLIMIT_STACK", "bytes"],
  ["Max core file size", "RLIMIT_CORE", "bytes"],
  ["Max resident set", "RLIMIT_RSS", "bytes"],
  ["Max processes", "RLIMIT_NPROC", "processes"],
  ["Max open files", "RLIMIT_NOFILE", "files"],
  ["Max locked memory", "RLIMIT_MEMLOCK", "bytes"],
  ["Max address space", "RLIMIT_AS", "bytes"],
  ["Max file locks", "RLIMIT_LOCKS", "locks"],
  ["Max pending signals", "RLIMIT_SIGPENDING", "signals"],
  ["Max msgqueue size", "RLIMIT_MSGQUEUE", "bytes"],
  ["Max nice priority", "RLIMIT_NICE", ""],
  ["Max realtime priority", "RLIMIT_RTPRIO", ""],
  ["Max realtime timeout", "RLIMIT_RTTIME", "us"],
] as const;

function limits(_k: Kernel, p: Process): ByteString {
  const shown = (value: number) => (Number.isFinite(value) ? String(value) : "unlimited").padEnd(20);
  const line = (a: string, b: string, c: string, d: string) =>
    `${a.padEnd(25)} ${b.padEnd(20)} ${c.padEnd(20)} ${d.padEnd(10)}\n`;
  const rows = LIMIT_ROWS.map(([title, name, unit]) => {
    const { soft, hard } = p.limits[CONSTANTS.rlimit[name]];
    return line(title, shown(soft), shown(hard), unit);
  });
  return line("Limit", "Soft Limit", "Hard Limit", "Units") + rows.join("");
}

export const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** Linux's TASK_COMM_LEN less the NUL. */
const NAME_BYTES = 15;

/** proc(5): a process may rename itself, and nobody else. What is longer is cut. */
function rename(writer: Process, p: Process, text: ByteString): void {
  if (writer !== p) throw errno("EINVAL");
  p.name = text.slice(0, NAME_BYTES).split("\0")[0];
}

export interface ProcessFile {
  readonly mode: number;
  text(k: Kernel, p: Process): ByteString;
  /** Absent: EINVAL. All that is written at once; @throws Errno */
  write?(writer: Process, p: Process, text: ByteString): void;
}

// biome-ignore format: a table is read in columns
export const PROCESS_FILES: Readonly<Record<string, ProcessFile>> = {
  cmdline: { mode: 0o444, text: (_k, p) => (p.state === "zombie" ? "" : latin1(p.program.arguments)) },
  comm:    { mode: 0o644, text: (_k, p) => `${p.name}\n`, write: rename },
  environ: { mode: 0o400, text: (_k, p) => latin1(p.program.environment) },
  limits:  { mode: 0o444, text: limits },
  maps:    { mode: 0o444, text: (k, p) => (p.space === null ? "" : describeMaps(k, p.space)) },
  mounts:  { mode: 0o444, text: (k) => mountTable(k) },
  stat:    { mode: 0o444, text: stat },
  statm:   { mode: 0o444, text: statm },
  status:  { mode: 0o444, text: status },
};
