/**
 * The rows of SYSCALLS by number, with their arguments' decoders: what dispatch and the trace derive from the table.
 */
import { type ArgumentKind, SYSCALLS, type SyscallName, type SyscallRow } from "./abi.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";
import type { Unfinished } from "./sleep.ts";

/** Reads register `n` of a file of 32-bit halves as the kind of argument that it is. */
export type Decoder = (x32: Int32Array, n: number) => number;

const signed32: Decoder = (x32, n) => x32[2 * n];
const unsigned32: Decoder = (x32, n) => x32[2 * n] >>> 0;
const signed64: Decoder = (x32, n) => x32[2 * n + 1] * 2 ** 32 + (x32[2 * n] >>> 0);
/** Inexact above 2^53, where no address and no length is valid. */
const unsigned64: Decoder = (x32, n) => (x32[2 * n + 1] >>> 0) * 2 ** 32 + (x32[2 * n] >>> 0);

const DECODERS: Readonly<Partial<Record<ArgumentKind, Decoder>>> = {
  int: signed32,
  fd: signed32,
  dirfd: signed32,
  pid: signed32,
  signal: signed32,
  clock: signed32,
  unsigned: unsigned32,
  mode: unsigned32,
  flags: unsigned32,
  long: signed64,
  offset: signed64,
};

/** The decoder of a kind: 32 bits signed or unsigned, 64 bits signed; addresses and lengths are 64 bits unsigned. */
export function decoderOf(kind: ArgumentKind): Decoder {
  return kind.startsWith("flags:") ? unsigned32 : (DECODERS[kind] ?? unsigned64);
}

const NAMES = new Map<number, SyscallName>(
  (Object.keys(SYSCALLS) as SyscallName[]).map((name) => [SYSCALLS[name].nr, name]),
);

/** Name of the call with this number in a7, or null: it does not exist. */
export function syscallName(number: bigint): SyscallName | null {
  return NAMES.get(Number(number)) ?? null;
}

export interface SyscallEntry {
  readonly name: SyscallName;
  readonly decoders: readonly Decoder[];
}

/** Every call that exists, by number. */
export const SYSCALL_ENTRIES: ReadonlyMap<number, SyscallEntry> = new Map(
  [...NAMES].map(([number, name]) => {
    const row: SyscallRow = SYSCALLS[name];
    return [number, { name, decoders: row.args.map(([, kind]) => decoderOf(kind)) }];
  }),
);

/**
 * The body of a call. Arguments arrive decoded by kind. Returns what a0 gets; null: the registers are already right
 * (execve, rt_sigreturn) or the process is gone. Throws an Errno to fail; may sleep, having changed nothing, or say by
 * UNFINISHED that it does.
 */
export type Handler = (k: Kernel, p: Process, ...args: number[]) => number | bigint | null | Unfinished;

/** What each file of syscalls/ exports. */
export type Handlers = Partial<Record<SyscallName, Handler>>;
