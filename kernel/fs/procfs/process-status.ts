/**
 * What /proc/PID says of a process as a whole: stat, status, statm, limits, in Linux's formats. proc(5).
 */

import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { CONSTANTS } from "../../abi.ts";
import { mayInspect } from "../../credentials.ts";
import type { Kernel } from "../../kernel.ts";
import type { Process } from "../../process.ts";
import { getPc, stackPointer } from "../../registers.ts";
import { placesTaken } from "../../signal-queue.ts";
import { toBits } from "../../signal-set.ts";
import { pendingFor } from "../../signal-state.ts";
import { spaceFigures } from "../../vm/describe.ts";
import type { ByteString } from "../types.ts";
import { kibibytes, stateOf, ticks } from "./text.ts";

const PRIORITY_BASE = 20;
const { RLIMIT_RSS } = CONSTANTS.rlimit;
/** User 0 has all of Linux's capabilities, others have none. */
const ALL_CAPABILITIES = 0x1ff_ffff_ffffn;
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
  return { pending: toBits(pendingFor(p.signals, true)), blocked: toBits(p.signals.blocked), ignored, caught };
}

const low31 = (set: bigint) => set & 0x7fff_ffffn;

/** proc(5), /proc/[pid]/stat: fields 1 to 52. Where things lie only `reader` who may look into the process learns. */
export function stat(k: Kernel, p: Process, reader: Process): ByteString {
  const { counts, times } = p;
  const foreground = p.terminal === null ? -1 : k.fs.ttys[p.terminal].foreground;
  const sets = signalSets(p);
  const limit = p.limits[RLIMIT_RSS].soft;
  const open = mayInspect(reader, p);
  // As Linux: only of a process that is being dumped, where they cannot change any more.
  const dumped = open && p.dump !== null;
  const figures = p.space === null ? null : spaceFigures(p.space);
  const at = open ? p.space?.layout : undefined;
  const hidden = p.space === null ? 0 : 1;
  const fields = [
    ...[p.pid, `(${p.name})`, stateOf(p).letter, p.ppid, p.pgid, p.sid, terminalNumber(k, p), foreground, 0],
    ...[counts.minorFaults, counts.childMinorFaults, counts.majorFaults, counts.childMajorFaults],
    ...[ticks(times.user), ticks(times.system), ticks(times.childUser), ticks(times.childSystem)],
    ...[PRIORITY_BASE + p.nice, p.nice, 1, 0, ticks(times.started)],
    ...[figures?.VmSize ?? 0, (figures?.VmRSS ?? 0) / PAGE_SIZE, Number.isFinite(limit) ? limit : NO_LIMIT],
    ...[at?.codeStart ?? hidden, at?.codeEnd ?? hidden, at?.stackStart ?? 0],
    ...[dumped ? stackPointer(k, p) : 0, dumped ? getPc(k, p) : 0],
    ...[low31(sets.pending), low31(sets.blocked), low31(sets.ignored), low31(sets.caught)],
    ...[open && p.state === "sleeping" ? 1 : 0, 0, 0, p.exitSignal, 0, 0, 0, 0, 0, 0],
    ...[at?.dataStart ?? 0, at?.dataEnd ?? 0, at?.brkStart ?? 0],
    ...[at?.argumentsStart ?? 0, at?.argumentsEnd ?? 0, at?.environmentStart ?? 0, at?.environmentEnd ?? 0],
    open && p.state === "zombie" ? p.exitStatus : 0,
  ];
  return `${fields.join(" ")}\n`;
}

const signalMask = (set: bigint) => set.toString(16).padStart(16, "0");

/** Names with backslash and newline escaped, as Linux has it in status. */
const escapeName = (name: ByteString) => name.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");

/** Is its core being written; may it have huge pages? */
const DUMPING_ROWS = (p: Process): [string, string][] => [
  ["CoreDumping", p.dump === null ? "0" : "1"],
  ["THP_enabled", p.space === null || p.space.hugeDisabled ? "0" : "1"],
];

function memoryRows(p: Process): [string, string][] {
  if (p.space === null) return [];
  const rows = Object.entries(spaceFigures(p.space));
  return rows.map(([name, bytes]) => [name, `${String(kibibytes(bytes)).padStart(8)} kB`]);
}

/** proc(5), /proc/[pid]/status, in the order of Linux 6.1. */
export function status(k: Kernel, p: Process): ByteString {
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
    ...(p.space === null ? [] : DUMPING_ROWS(p)),
    ["Threads", "1"],
    ["SigQ", `${placesTaken(k, uid)}/${queueLimit}`],
    ["SigPnd", signalMask(sets.pending)],
    ["ShdPnd", signalMask(toBits(pendingFor(p.signals, false)))],
    ["SigBlk", signalMask(sets.blocked)],
    ["SigIgn", signalMask(sets.ignored)],
    ["SigCgt", signalMask(sets.caught)],
    ["CapInh", signalMask(0n)],
    ["CapPrm", signalMask([uid, euid, suid].includes(0) ? ALL_CAPABILITIES : 0n)],
    ["CapEff", signalMask(euid === 0 ? ALL_CAPABILITIES : 0n)],
    ["CapBnd", signalMask(ALL_CAPABILITIES)],
    ["CapAmb", signalMask(0n)],
    ["NoNewPrivs", "0"],
    ["Cpus_allowed", "1"],
    ["Cpus_allowed_list", "0"],
    ["voluntary_ctxt_switches", String(p.counts.voluntarySwitches)],
    ["nonvoluntary_ctxt_switches", String(p.counts.involuntarySwitches)],
  ];
  return rows.map(([title, value]) => `${title}:\t${value}\n`).join("");
}

/** Pages: size, resident, shared (with files), text, 0, data and stack, 0. */
export function statm(_k: Kernel, p: Process): ByteString {
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

/** proc(5), /proc/[pid]/limits. */
export function limits(_k: Kernel, p: Process): ByteString {
  const shown = (value: number) => (Number.isFinite(value) ? String(value) : "unlimited").padEnd(20);
  const line = (a: string, b: string, c: string, d: string) =>
    `${a.padEnd(25)} ${b.padEnd(20)} ${c.padEnd(20)} ${d.padEnd(10)}\n`;
  const rows = LIMIT_ROWS.map(([title, name, unit]) => {
    const { soft, hard } = p.limits[CONSTANTS.rlimit[name]];
    return line(title, shown(soft), shown(hard), unit);
  });
  return line("Limit", "Soft Limit", "Hard Limit", "Units") + rows.join("");
}
