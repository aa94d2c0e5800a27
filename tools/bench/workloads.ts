/**
 * The workloads of `quire bench`: what each does, and how much of it. Their sources are programs/NAME.s, and for a compiler
 * of the host native/NAME.c; `wide` is written by wide.ts.
 *
 * (1) A unit of a workload executes the same instructions each time and has the same result, on every peer.
 * (2) The result of a unit of a "process" workload is the number of its operations.
 */

export interface Workload {
  readonly name: string;
  /** What it is dominated by, for the help. */
  readonly summary: string;
  /** "compute": instructions a second, on all peers. "process": time of an operation, where there are processes. */
  readonly kind: "compute" | "process";
  /** Units for a fast engine: some 0.3 to 2 seconds. */
  readonly units: number;
  /** What an operation is: "process" has one. */
  readonly operation?: string;
  /** Whether qemu-riscv64 can do it: it runs one program, on the host's kernel. */
  readonly qemuUser?: false;
}

const compute = (name: string, units: number, summary: string): Workload => ({ name, kind: "compute", units, summary });
const operations = (name: string, units: number, operation: string, summary: string): Workload => ({
  name,
  kind: "process",
  units,
  operation,
  summary,
});

// biome-ignore format: a table is read in columns
export const WORKLOADS: readonly Workload[] = [
  compute("sieve",     150, "primes below 500,000: byte stores at growing strides"),
  compute("matrix",     60, "product of integer matrices: multiplications, loads in rows and columns"),
  compute("crc",        90, "CRC-32 by table over 1 MiB: a chain of loads and xor"),
  compute("chase",      15, "a chain of pointers through 32 MiB: caches and TLB"),
  compute("fib",       100, "recursion: calls, returns, stack frames"),
  compute("bytecode",   40, "an interpreter: indirect jumps through a table"),
  compute("quicksort",  60, "65,536 words: unpredictable branches, recursion"),
  compute("strings",   100, "length, copy, compare and find, a byte at a time"),
  compute("wide",       10, "300 functions of 100 instructions, none of them hot for long"),
  operations("call",    30, "system call", "the cheapest one, getpid"),
  operations("fault",   30, "first touch", "page faults of anonymous memory"),
  operations("copy",    30, "page copied", "page faults of copy-on-write, a share of a fork included"),
  operations("fork",    10, "fork + exit + wait", "a small process"),
  { ...operations("exec", 10, "fork + exec + exit + wait", "a small program"), qemuUser: false },
  operations("pipe",    20, "round trip", "a byte to another process and back through two pipes"),
  operations("signal",  20, "signal and return", "a signal to oneself, with a handler"),
  { ...operations("switch", 40, "switch", "two processes yield to each other"), qemuUser: false },
];
