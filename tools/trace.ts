/**
 * The call trace: the kernel's events as lines, system calls in the manner of strace. Everything about a call's
 * arguments comes from the rows of kernel/abi.ts.
 */
import { ERRNO, FLAGS, type FlagSet, SIGNALS, SYSCALLS, type SyscallName, type SyscallRow } from "../kernel/abi.ts";
import type { KernelEvent } from "../kernel/events.ts";
import { type EventType, TRACE_CLASSES, type TraceClass } from "./trace-classes.ts";

/** Reads user memory of a process without any effect; null where nothing is mapped. */
export type PeekUser = (pid: number, va: number, length: number) => Uint8Array | null;

export interface TraceOptions {
  readonly classes: readonly TraceClass[];
  readonly peek: PeekUser;
  readonly write: (line: string) => void;
}

/** A listener that writes one line for each event of the chosen classes. */
export function tracer(options: TraceOptions): (event: KernelEvent) => void {
  const wanted = new Set<EventType>(options.classes.flatMap((name) => TRACE_CLASSES[name]));
  // A call's strings are read when it enters: a successful execve leaves nothing of them.
  const entered = new Map<number, (string | null)[]>();
  return (event) => {
    if (!wanted.has(event.type)) return;
    if (event.type === "syscall-enter") {
      entered.set(event.pid, inputs(event, options.peek));
      return;
    }
    const line = event.type === "syscall-exit" ? call(event, entered.get(event.pid), options.peek) : describe(event);
    const pid = "pid" in event ? event.pid : "to" in event ? event.to : 0;
    options.write(`[${pid}] ${line}`);
  };
}

type Call = Extract<KernelEvent, { type: "syscall-enter" | "syscall-exit" }>;
type CallExit = Extract<KernelEvent, { type: "syscall-exit" }>;

function rowOf(name: SyscallName | null): SyscallRow | null {
  return name === null ? null : SYSCALLS[name];
}

/**
 * Arguments as text. Null: bytes that the call reads, in a page that is not resident yet; the call itself brings it in.
 * An "out" buffer is shown as its address here, and by its content once the call has returned.
 */
function inputs(event: Call, peek: PeekUser): (string | null)[] {
  const row = rowOf(event.name);
  if (row === null) return event.args.map(hex);
  return row.args.map(([, kind], i) => argument(event, kind, i, peek));
}

function argument({ pid, args }: Call, kind: string, i: number, peek: PeekUser): string | null {
  const value = args[i]!;
  if (kind === "in") return bytesAt(pid, value, Number(args[i + 1] ?? 0n), peek);
  if (kind === "strings") return stringsAt(pid, value, peek);
  if (kind === "path" || kind === "string") return stringAt(pid, value, peek);
  return scalar(kind, value);
}

function call(event: CallExit, known: (string | null)[] | undefined, peek: PeekUser): string {
  const row = rowOf(event.name);
  const args = (known ?? inputs(event, peek)).map((text, i) => {
    const kind = row?.args[i]?.[1] ?? "pointer";
    const value = event.args[i]!;
    const filled = kind === "out" && event.result !== null && event.result >= 0n;
    const shown = filled
      ? bytesAt(event.pid, value, Number(event.result), peek)
      : (text ?? argument(event, kind, i, peek));
    return shown ?? scalar("pointer", value);
  });
  return `${event.name ?? `syscall_${event.number}`}(${args.join(", ")}) = ${result(event, row)}`;
}

const ERRNO_BY_NUMBER = new Map<number, string>(
  Object.entries(ERRNO).map(([name, [number, text]]) => [number, `${name} (${text})`]),
);
const LARGEST_ERRNO = 4095n;

function result(event: CallExit, row: SyscallRow | null): string {
  const value = event.result;
  if (event.restarted) return "? (to be restarted)";
  // As strace does: a program that execve has replaced is shown as its success.
  if (value === null) return event.name === "execve" ? "0" : "?";
  if (value < 0n && value >= -LARGEST_ERRNO) {
    return `-1 ${ERRNO_BY_NUMBER.get(Number(-value)) ?? `errno ${-value}`}`;
  }
  return row?.returnsAddress ? hex(value) : value.toString();
}

const hex = (value: bigint) => `0x${BigInt.asUintN(64, value).toString(16)}`;
const SIGNAL_BY_NUMBER = new Map(Object.entries(SIGNALS).map(([name, [number]]) => [number, name]));
const signalName = (number: number) => SIGNAL_BY_NUMBER.get(number as never) ?? `signal ${number}`;
const AT_FDCWD = -100;

function scalar(kind: string, value: bigint): string {
  const int = Number(BigInt.asIntN(32, value));
  if (kind.startsWith("flags:")) return flags(kind.slice("flags:".length) as FlagSet, int >>> 0);
  switch (kind) {
    case "int":
    case "fd":
    case "pid":
    case "clock":
      return String(int);
    case "dirfd":
      return int === AT_FDCWD ? "AT_FDCWD" : String(int);
    case "unsigned":
      return String(int >>> 0);
    case "signal":
      return int === 0 ? "0" : signalName(int);
    case "mode":
      return `0${(int >>> 0).toString(8)}`;
    case "size":
      return BigInt.asUintN(64, value).toString();
    case "offset":
    case "long":
      return value.toString();
    default:
      return value === 0n ? "NULL" : hex(value);
  }
}

/** `A|B|0x40`: the named bits, widest first, then what is left. */
function flags(set: FlagSet, value: number): string {
  const rows = Object.entries(FLAGS[set] as Record<string, number>);
  const names: string[] = [];
  let rest = value;
  for (const [name, bits] of rows.sort((a, b) => (b[1] >>> 0) - (a[1] >>> 0))) {
    if (bits === 0 || (rest & bits) >>> 0 !== bits >>> 0) continue;
    names.unshift(name);
    rest = (rest & ~bits) >>> 0;
  }
  const zero = rows.find(([, bits]) => bits === 0)?.[0];
  if (zero !== undefined && set === "open" && (value & 3) === 0) names.unshift(zero);
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names.join("|") || zero || "0";
}

/** strace's own default: longer strings are cut, and end in "...". */
const SHOWN_BYTES = 32;
const SHOWN_STRINGS = 16;
const STRING_MOST = 4096;

function bytesAt(pid: number, va: bigint, length: number, peek: PeekUser): string | null {
  const bytes = peek(pid, Number(BigInt.asUintN(64, va)), Math.min(length, SHOWN_BYTES));
  return bytes === null ? null : quoted(bytes) + (length > SHOWN_BYTES ? "..." : "");
}

function stringAt(pid: number, va: bigint, peek: PeekUser): string | null {
  if (va === 0n) return "NULL";
  const found: number[] = [];
  for (let at = Number(BigInt.asUintN(64, va)); found.length < STRING_MOST; at++) {
    const byte = peek(pid, at, 1);
    if (byte === null) return null;
    if (byte[0] === 0) break;
    found.push(byte[0]!);
  }
  return quoted(Uint8Array.from(found));
}

/** Null when the vector itself cannot be read; a string that cannot is shown by its address. */
function stringsAt(pid: number, va: bigint, peek: PeekUser): string | null {
  if (va === 0n) return "NULL";
  const items: string[] = [];
  for (let at = Number(BigInt.asUintN(64, va)); items.length < SHOWN_STRINGS; at += 8) {
    const entry = peek(pid, at, 8);
    if (entry === null) return null;
    const pointer = new DataView(entry.buffer, entry.byteOffset).getBigUint64(0, true);
    if (pointer === 0n) return `[${items.join(", ")}]`;
    items.push(stringAt(pid, pointer, peek) ?? hex(pointer));
  }
  return `[${items.join(", ")}, ...]`;
}

const ESCAPES: Readonly<Record<number, string>> = { 9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\" };

function quoted(bytes: Uint8Array): string {
  const shown = [...bytes].map((byte, i) => {
    if (ESCAPES[byte] !== undefined) return ESCAPES[byte];
    if (byte >= 32 && byte < 127) return String.fromCharCode(byte);
    const digitFollows = bytes[i + 1] !== undefined && bytes[i + 1]! >= 48 && bytes[i + 1]! <= 55;
    return `\\${byte.toString(8).padStart(digitFollows ? 3 : 1, "0")}`;
  });
  return `"${shown.join("")}"`;
}

const address = (value: number) => `0x${value.toString(16)}`;

/** What a disk's command does: "read start, sector 8, 24 sectors (3 requests)". */
function diskWork({ what, flush, write, sector, count, requests }: Extract<KernelEvent, { type: "disk" }>): string {
  const together = requests > 1 ? ` (${requests} requests)` : "";
  if (flush) return `flush ${what}${together}`;
  return `${write ? "write" : "read"} ${what}, sector ${sector}, ${count} sectors${together}`;
}

/** A line for every event that is not a system call. */
function describe(event: Exclude<KernelEvent, Call>): string {
  switch (event.type) {
    case "fault":
      return `fault: ${event.access} ${address(event.va)}: ${event.kind} (${event.major ? "major" : "minor"})`;
    case "trap":
      return `trap: ${event.interrupt ? "interrupt" : "exception"} ${event.cause} at ${address(event.pc)}, stval ${address(event.value)}`;
    case "signal":
      return `signal: ${signalName(event.signo)} ${event.what}`;
    case "death-by-signal":
      return `killed by ${signalName(event.signo)} at ${address(event.pc)}`;
    case "stop":
    case "continue":
      return `${event.type} by ${signalName(event.signo)}`;
    case "fork":
      return `fork: child ${event.child}`;
    case "exec":
      return `exec: ${event.path} [${event.argv.map((arg) => JSON.stringify(arg)).join(", ")}]`;
    case "exit":
      return event.status & 127
        ? `exit: ${signalName(event.status & 127)}`
        : `exit: status ${(event.status >> 8) & 255}`;
    case "switch":
      return `switch: from ${event.from} to ${event.to}`;
    case "wakeup":
      return event.channel === null ? "wakeup: its time has come" : `wakeup: channel ${event.channel}`;
    case "syscall-sleep":
      return `sleep: in ${event.name ?? "a fault"}${event.deadline === null ? "" : ` until cycle ${event.deadline}`}`;
    case "tlb-flush":
      return `tlb flush: ${event.va === null ? "all addresses" : address(event.va)}, ${event.asid === null ? "all spaces" : `asid ${event.asid}`}`;
    case "disk":
      return `disk ${event.disk}: ${diskWork(event)}`;
    case "swap-out":
    case "swap-in":
      return `${event.type}: frame 0x${event.frame.toString(16)}, slot ${event.slot} of area ${event.area}`;
    case "thrashing":
      return `thrashing ${event.what}: ${Math.round(100 * event.share)} % lost${event.pids.length > 0 ? `, processes ${event.pids.join(", ")} wait` : ""}`;
    case "huge-page":
      return `huge page ${event.what}: ${address(event.va)}`;
    case "segment":
      return `segment ${event.segment} ${event.what}: ${event.pages} frames from 0x${event.frame.toString(16)}`;
    case "fragmented":
      return `fragmented: ${event.pages} frames wanted, ${event.free} free, at most ${event.largest} in one piece`;
    case "compaction":
      return `compaction: ${event.pages} frames of ${event.runs} runs moved, largest hole ${event.before} to ${event.after}`;
    case "collision":
      return `collision: loaded over ${event.pages} frames of another program from 0x${event.frame.toString(16)}`;
    case "power-off":
      return `power off: status ${event.status}${event.message ? `, ${event.message}` : ""}`;
  }
}
