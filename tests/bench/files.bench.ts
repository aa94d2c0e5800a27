/**
 * What files on an ext2 disk cost a program, in virtual time (the same on every machine) and in host time: reading and writing
 * from end to end through calls and through mappings, with cold and warm caches; making and removing files; and 4 KiB reads at
 * random places through both, so often that the crossover shows: a mapping costs its page faults once, a call costs every time.
 * Each line is a small guest program; it says "now" before and after by a byte to the console.
 * Run: npx tsx tests/bench/files.bench.ts [words of the names to run]
 */
import { createComputer } from "../../kernel/computer.ts";
import { systemDisk } from "../../tools/disk/system.ts";
import { guest } from "../kernel/guest.ts";

const ROUNDS = 3;
/** Of the file that is read and written. */
const PAGES = 2048;
const BYTES = PAGES * 4096;
const CHUNK = 64 * 1024;

interface Benchmark {
  readonly name: string;
  /** Of what the figures are: bytes moved, or operations. */
  readonly bytes?: number;
  readonly count: number;
  readonly setup: string;
  readonly body: string;
}

/** The file is there, on the disk; its descriptor is s1. */
const MAKE = `li a0, -100
  la a1, path
  li a2, O_RDWR | O_CREAT
  li a3, 0600
  syscall openat
  bltz a0, failed
  mv s1, a0
  li s2, ${BYTES / CHUNK}
5: mv a0, s1
  la a1, buffer
  li a2, ${CHUNK}
  syscall write
  bltz a0, failed
  addi s2, s2, -1
  bnez s2, 5b
  mv a0, s1
  syscall fsync`;
/** What is cached goes. */
const DROP = `li a0, -100
  la a1, drop
  li a2, O_WRONLY
  li a3, 0
  syscall openat
  bltz a0, failed
  la a1, three
  li a2, 1
  syscall write
  bltz a0, failed`;
const REWIND = "mv a0, s1\n li a1, 0\n li a2, 0\n syscall lseek";
const READ_ALL = `${REWIND}
  li s2, ${BYTES / CHUNK}
5: mv a0, s1
  la a1, buffer
  li a2, ${CHUNK}
  syscall read
  bltz a0, failed
  addi s2, s2, -1
  bnez s2, 5b`;
const MAP = `li a0, 0
  li a1, ${BYTES}
  li a2, PROT_READ | PROT_WRITE
  li a3, MAP_SHARED
  mv a4, s1
  li a5, 0
  syscall mmap
  mv s3, a0`;
const UNMAP = `mv a0, s3\n li a1, ${BYTES}\n syscall munmap`;
/** Adds up the 4 KiB at t0: what somebody who reads does with them. */
const SUM = `li t1, 4096
  add t1, t1, t0
6: ld t2, 0(t0)
  ld t3, 8(t0)
  ld t4, 16(t0)
  ld t5, 24(t0)
  add s6, s6, t2
  add s6, s6, t3
  add s6, s6, t4
  add s6, s6, t5
  addi t0, t0, 32
  bltu t0, t1, 6b`;
const eachPage = (what: string) => `mv s4, s3
  li s2, ${PAGES}
5: ${what}
  li t0, 4096
  add s4, s4, t0
  addi s2, s2, -1
  bnez s2, 5b`;
/** s7: the place of a random page of the file. */
const RANDOM = `li t0, 1103515245
  mul s5, s5, t0
  addi s5, s5, 1013
  srli s7, s5, 16
  li t0, ${PAGES - 1}
  and s7, s7, t0
  slli s7, s7, 12`;
const randomReads = (count: number, read: string) => `li s5, 42
  li s2, ${count}
5: ${RANDOM}
  ${read}
  ${SUM}
  addi s2, s2, -1
  bnez s2, 5b`;
const BY_CALL = `mv a0, s1
  la a1, buffer
  li a2, 4096
  mv a3, s7
  syscall pread64
  bltz a0, failed
  la t0, buffer`;
const BY_MAPPING = "add t0, s3, s7";
/** Names /f000 and so on, by s2. */
const eachName = (count: number, what: string) => `li s2, ${count}
5: la t0, name
  li t1, 100
  divu t2, s2, t1
  addi t3, t2, '0'
  sb t3, 2(t0)
  mul t2, t2, t1
  sub t1, s2, t2
  li t2, 10
  divu t3, t1, t2
  addi t4, t3, '0'
  sb t4, 3(t0)
  mul t3, t3, t2
  sub t1, t1, t3
  addi t1, t1, '0'
  sb t1, 4(t0)
  ${what}
  addi s2, s2, -1
  bnez s2, 5b`;
const CREATE = `li a0, -100
  la a1, name
  li a2, O_WRONLY | O_CREAT
  li a3, 0600
  syscall openat
  bltz a0, failed
  mv s1, a0
  la a1, buffer
  li a2, 100
  syscall write
  mv a0, s1
  syscall close`;
const REMOVE = "li a0, -100\n la a1, name\n li a2, 0\n syscall unlinkat\n bltz a0, failed";
const SYNC = "syscall sync";

const whole = { bytes: BYTES, count: PAGES };
const FILES = 999;

const BENCHMARKS: readonly Benchmark[] = [
  { name: "read, 64 KiB at a time, cold", ...whole, setup: `${MAKE}\n${DROP}`, body: READ_ALL },
  { name: "read, 64 KiB at a time, warm", ...whole, setup: MAKE, body: READ_ALL },
  { name: "read a mapping, cold", ...whole, setup: `${MAKE}\n${DROP}\n${MAP}`, body: eachPage(`mv t0, s4\n${SUM}`) },
  { name: "read a mapping, warm", ...whole, setup: `${MAKE}\n${MAP}`, body: eachPage(`mv t0, s4\n${SUM}`) },
  { name: "write a new file, and fsync", ...whole, setup: "", body: MAKE },
  { name: "write over it, and fsync", ...whole, setup: MAKE, body: MAKE },
  {
    name: "write a mapping, and msync",
    ...whole,
    setup: `${MAKE}\n${MAP}`,
    body: `${eachPage("sd s2, 0(s4)")}\n mv a0, s3\n li a1, ${BYTES}\n li a2, MS_SYNC\n syscall msync`,
  },
  { name: `make ${FILES} files of 100 bytes`, count: FILES, setup: "", body: eachName(FILES, CREATE) },
  { name: `the same, and sync`, count: FILES, setup: "", body: `${eachName(FILES, CREATE)}\n${SYNC}` },
  { name: `remove ${FILES} files`, count: FILES, setup: eachName(FILES, CREATE), body: eachName(FILES, REMOVE) },
  ...[1, 4].flatMap((part) => [
    {
      name: `${PAGES / part} random reads by call, cold`,
      count: PAGES / part,
      setup: `${MAKE}\n${DROP}`,
      body: randomReads(PAGES / part, BY_CALL),
    },
    {
      name: `${PAGES / part} random reads by mapping, cold`,
      count: PAGES / part,
      setup: `${MAKE}\n${DROP}`,
      body: `${MAP}\n${randomReads(PAGES / part, BY_MAPPING)}\n${UNMAP}`,
    },
  ]),
  ...[256, 1024, 4096, 16_384, 65_536].flatMap((count) => [
    {
      name: `${count} random reads by call, warm`,
      count,
      setup: MAKE,
      body: randomReads(count, BY_CALL),
    },
    {
      name: `${count} random reads by mapping, warm`,
      count,
      setup: MAKE,
      body: `${MAP}\n${randomReads(count, BY_MAPPING)}\n${UNMAP}`,
    },
  ]),
];

const MARK = "mv a0, s9\n la a1, byte\n li a2, 1\n syscall write";

const program = ({ setup, body }: Benchmark) =>
  guest(`
  li a0, -100
  la a1, console
  li a2, O_RDWR
  li a3, 0
  syscall openat
  mv s9, a0
  ${setup}
  ${MARK}
  ${body}
  ${MARK}
  li a0, 0
  syscall exit_group
failed:
  neg a0, a0
  syscall exit_group
  .data
console: .asciz "/dev/console"
path: .asciz "/measured"
drop: .asciz "/proc/sys/vm/drop_caches"
three: .ascii "3"
name: .asciz "/f000"
byte: .byte 'x'
  .bss
  .balign 4096
buffer: .zero ${CHUNK}
`);

interface Figure {
  readonly host: number;
  readonly virtual: number;
}

/** Seconds of one run. */
function run(benchmark: Benchmark, executable: Uint8Array): Figure {
  const host: number[] = [];
  const cycles: number[] = [];
  const computer = createComputer({
    disks: [systemDisk([{ path: "/bin/init", data: executable, mode: 0o100755 }])],
    ram: 64 * 2 ** 20,
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
  return { host: (host[1] - host[0]) / 1000, virtual: (cycles[1] - cycles[0]) / 1e9 };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
const wanted = process.argv.slice(2);

/** Of one operation, and throughput where bytes are counted. */
function columns({ bytes, count }: Benchmark, seconds: number): string {
  const each = `${((seconds * 1e6) / count).toFixed(2)} us`.padStart(12);
  return each + (bytes === undefined ? "" : `${(bytes / 2 ** 20 / seconds).toFixed(1)} MiB/s`).padStart(15);
}

console.log(`${"".padEnd(44)}${"virtual: each".padStart(13)}${"".padStart(14)}${"host: each".padStart(13)}`);
for (const benchmark of BENCHMARKS) {
  if (wanted.length > 0 && !wanted.every((word) => benchmark.name.includes(word))) continue;
  const executable = program(benchmark);
  const figures = Array.from({ length: ROUNDS }, () => run(benchmark, executable));
  const host = median(figures.map((figure) => figure.host));
  console.log(`${benchmark.name.padEnd(44)}${columns(benchmark, figures[0].virtual)} ${columns(benchmark, host)}`);
}
