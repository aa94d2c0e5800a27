/**
 * What system calls and page faults cost a program, the processor's share included: host time and virtual time of one
 * operation, and how many a second of host time has. Each line is a small guest program that does the operation in a loop;
 * it says "now" before and after by a byte to the console, so that booting is not counted. Medians of several runs.
 * Run: npx tsx tests/bench/calls.bench.ts [--engine NAME] [words of the names to run]
 */
import { parseArgs } from "node:util";
import { createComputer } from "../../kernel/computer.ts";
import { OPTIONS } from "../../kernel/options.ts";
import { rootDisk } from "../../tools/image.ts";
import { guest } from "../kernel/guest.ts";

const ROUNDS = 5;

interface Benchmark {
  readonly name: string;
  /** Turns of the loop. */
  readonly count: number;
  /** Operations in one turn; 1 unless said. */
  readonly each?: number;
  /** At most this many microseconds of host time; null: no aim was set. */
  readonly aim: number | null;
  /** Before the loop. */
  readonly setup?: string;
  /** One operation; s0 counts, s1 to s8 are the program's. */
  readonly body: string;
  /** Of the computer. */
  readonly options?: Parameters<typeof createComputer>[0] extends infer C ? Partial<C> : never;
}

const map = (bytes: string) => `li a0, 0
  li a1, ${bytes}
  li a2, PROT_READ | PROT_WRITE
  li a3, MAP_PRIVATE | MAP_ANONYMOUS
  li a4, -1
  li a5, 0
  syscall mmap`;
/** Forks: a0 is the child's number, and 0 in the child. */
const CLONE = `li a0, SIGCHLD
  li a1, 0
  li a2, 0
  li a3, 0
  li a4, 0
  syscall clone`;
/** fork; the child ends at once, the parent waits. */
const FORK = `${CLONE}
  bnez a0, 3f
  syscall exit_group
3: li a0, -1
  li a1, 0
  li a2, 0
  li a3, 0
  syscall wait4`;
const FAULTS = 8000;
const touch = (count: number) => `mv t1, s1
  li t2, ${count}
4: sb t2, 0(t1)
  li t3, 4096
  add t1, t1, t3
  addi t2, t2, -1
  bnez t2, 4b`;

/** Untouched pages, on frames that were in use before: else the first touch would be the host's page fault as well. */
const FRESH = `${map(`${FAULTS} << 12`)}
  mv s1, a0
  ${touch(FAULTS)}
  mv a0, s1
  li a1, ${FAULTS} << 12
  syscall munmap
  ${map(`${FAULTS} << 12`)}
  mv s1, a0`;

const BENCHMARKS: readonly Benchmark[] = [
  { name: "getpid", count: 300_000, aim: 0.3, body: "syscall getpid" },
  {
    name: "anonymous fault (write)",
    count: FAULTS,
    aim: 2.5,
    setup: FRESH,
    body: "sb s0, 0(s1)\n li t0, 4096\n add s1, s1, t0",
  },
  {
    name: "anonymous fault (read)",
    count: FAULTS,
    aim: 2.5,
    setup: FRESH,
    body: "lb t1, 0(s1)\n li t0, 4096\n add s1, s1, t0",
  },
  {
    name: "copy-on-write fault (copy)",
    count: FAULTS,
    aim: 3.5,
    // The child sleeps in pause and keeps its half.
    setup: `${map(`${2 * FAULTS} << 12`)}
      mv s1, a0
      ${touch(2 * FAULTS)}
      li t0, ${FAULTS} << 12
      add a0, s1, t0
      li a1, ${FAULTS} << 12
      syscall munmap
      ${CLONE}
      bnez a0, 5f
   6: li a0, 0
      li a1, 0
      li a2, 0
      li a3, 0
      syscall ppoll
      j 6b
   5: syscall sched_yield`,
    body: "sb s0, 0(s1)\n li t0, 4096\n add s1, s1, t0",
  },
  { name: "fork + exit + wait, small process", count: 1000, aim: 150, body: FORK },
  {
    name: "fork + exit + wait, 16 MiB resident",
    count: 100,
    aim: null,
    setup: `${map("16 << 20")}\n mv s1, a0\n${touch(4096)}`,
    body: FORK,
  },
  {
    name: "mmap + touch + munmap of a page",
    count: 10_000,
    aim: null,
    body: `${map("4096")}\n mv s1, a0\n sb s0, 0(s1)\n mv a0, s1\n li a1, 4096\n syscall munmap`,
  },
  {
    name: "mprotect flip of a page (2 calls, a touch)",
    count: 10_000,
    aim: null,
    setup: `${map("4096 * 8")}\n mv s1, a0\n sb s0, 0(s1)`,
    body: `mv a0, s1\n li a1, 4096\n li a2, PROT_READ\n syscall mprotect
      mv a0, s1\n li a1, 4096\n li a2, PROT_READ | PROT_WRITE\n syscall mprotect
      sb s0, 0(s1)`,
  },
  {
    name: "page-cache hit fault",
    count: 2000,
    aim: null,
    setup: `li a0, -100
      la a1, file
      li a2, O_RDWR | O_CREAT
      li a3, 0600
      syscall openat
      mv s2, a0
      li a1, 2000 << 12
      syscall ftruncate
      li s3, 2
   7: li a0, 0
      li a1, 2000 << 12
      li a2, PROT_READ | PROT_WRITE
      li a3, MAP_SHARED
      mv a4, s2
      li a5, 0
      syscall mmap
      mv s1, a0
      addi s3, s3, -1
      beqz s3, 8f
      ${touch(2000)}
      mv a0, s1
      li a1, 2000 << 12
      syscall munmap
      j 7b
   8:`,
    body: "lb t1, 0(s1)\n li t0, 4096\n add s1, s1, t0",
  },
  {
    name: "pipe round trip between two processes",
    count: 20_000,
    aim: 10,
    setup: `la a0, pipes
      li a1, 0
      syscall pipe2
      la a0, pipes + 8
      li a1, 0
      syscall pipe2
      ${CLONE}
      bnez a0, 5f
   6: lw a0, pipes
      la a1, byte
      li a2, 1
      syscall read
      lw a0, pipes + 12
      la a1, byte
      li a2, 1
      syscall write
      j 6b
   5:`,
    body: `lw a0, pipes + 4
      la a1, byte
      li a2, 1
      syscall write
      lw a0, pipes + 8
      la a1, byte
      li a2, 1
      syscall read`,
  },
  {
    name: "signal: kill, delivery, return",
    count: 30_000,
    aim: 1.5,
    setup: `li a0, SIGUSR1
      la a1, action
      li a2, 0
      li a3, 8
      syscall rt_sigaction
      syscall getpid
      mv s1, a0`,
    body: `mv a0, s1
      li a1, SIGUSR1
      syscall kill`,
  },
  {
    // Each turn of the loop is two switches: to the child, which gives way at once, and back.
    name: "context switch (sched_yield of two)",
    count: 30_000,
    each: 2,
    aim: 1,
    setup: `${CLONE}
      bnez a0, 5f
   6: syscall sched_yield
      j 6b
   5:`,
    body: "syscall sched_yield",
  },
  {
    name: "swap-in (and swap-out) of a page",
    count: 4000,
    aim: null,
    options: { ram: 8 * 2 ** 20, swap: 64 * 2 ** 20 },
    // Twice as much as there is: in this order every touch of the second round finds its page in swap.
    setup: `${map("4000 << 12")}\n mv s1, a0\n mv s2, a0\n${touch(4000)}`,
    body: "lb t1, 0(s2)\n li t0, 4096\n add s2, s2, t0",
  },
];

const program = ({ setup = "", body, count }: Benchmark) =>
  guest(`
  li a0, -100
  la a1, console
  li a2, O_RDWR
  li a3, 0
  syscall openat
  mv s9, a0
  ${setup}
  li s0, ${count}
  mv a0, s9
  la a1, byte
  li a2, 1
  syscall write
1: ${body}
  addi s0, s0, -1
  bnez s0, 1b
  mv a0, s9
  la a1, byte
  li a2, 1
  syscall write
  li a0, 0
  syscall exit_group
handler: ret
  .data
action: .dword handler, 0, 0
console: .asciz "/dev/console"
file: .asciz "/tmp-file"
byte: .byte 'x'
  .balign 8
pipes: .zero 16
`);

interface Figure {
  readonly host: number;
  readonly virtual: number;
}

/** Microseconds of one operation. */
function run(benchmark: Benchmark, image: Uint8Array): Figure {
  const host: number[] = [];
  const cycles: number[] = [];
  const computer = createComputer({
    engine,
    ...benchmark.options,
    disks: [image],
    sinks: {
      console: () => {
        host.push(performance.now());
        cycles.push(computer.machine.clock.cycles);
      },
      output: () => {},
      error: () => {},
    },
  });
  const end = computer.run({ idle: "skip" });
  if (end.kind !== "off" || end.status !== 0 || host.length !== 2)
    throw new Error(`${benchmark.name}: ${JSON.stringify(end)}, ${host.length} marks`);
  const operations = benchmark.count * (benchmark.each ?? 1);
  return {
    host: ((host[1] - host[0]) * 1000) / operations,
    virtual: (cycles[1] - cycles[0]) / 1000 / operations,
  };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
const { values: given, positionals: wanted } = parseArgs({
  options: { engine: { type: "string", default: OPTIONS.engine.default } },
  allowPositionals: true,
});
const engine = OPTIONS.engine.parse(given.engine);

const imageOf = (benchmark: Benchmark) => rootDisk([{ path: "/bin/init", data: program(benchmark), mode: 0o100755 }]);

// The translator makes tier 0 once, after so many instructions as pay for it, and computers made later have it from the beginning.
const warmUp: Benchmark = { name: "warm-up", count: 1_000_000, aim: null, body: "nop" };
run(warmUp, imageOf(warmUp));

console.log(`engine: ${engine}`);
console.log(`${"".padEnd(44)}  host us    per second   virtual us   aim us`);
for (const benchmark of BENCHMARKS) {
  if (wanted.length > 0 && !wanted.some((word) => benchmark.name.includes(word))) continue;
  const image = imageOf(benchmark);
  run(benchmark, image);
  const figures = Array.from({ length: ROUNDS }, () => run(benchmark, image));
  const host = median(figures.map((figure) => figure.host));
  const columns = [
    host.toFixed(2).padStart(8),
    Math.round(1e6 / host)
      .toString()
      .padStart(13),
    figures[0].virtual.toFixed(2).padStart(12),
    (benchmark.aim ?? "").toString().padStart(8),
  ];
  console.log(`${benchmark.name.padEnd(44)} ${columns.join(" ")}`);
}
