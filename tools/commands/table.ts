/**
 * The commands of `quire`, one row each: help, arguments, options and where the body is. The bodies are loaded when
 * called, so that booting does not wait for the assembler.
 */

import { CLOCKS, type ClockName } from "../bench/clock.ts";
import { PEERS } from "../bench/peers.ts";
import { WORKLOADS } from "../bench/workloads.ts";
import { parseTraceClasses, TRACE_CLASSES } from "../trace-classes.ts";
import type { CommandGroup, CommandRow, FlagRow } from "./command.ts";
import { DISK_COMMANDS } from "./disk-rows.ts";
import { MEMORY_COMMANDS } from "./memory-rows.ts";
import { MOMENT_FLAGS, PID_FLAG, PROGRAM } from "./moment-flags.ts";
import { BUILD_FLAGS, DATA_BASE, DEFINE, INCLUDE, NO_LIB, PIE, TEXT_BASE } from "./program-flags.ts";

function positive(text: string): number {
  const value = Number(text.replaceAll(/[_,]/g, ""));
  if (!Number.isSafeInteger(value) || value < 1) throw new Error("expected a whole number above 0");
  return value;
}

const RUN_FLAGS: readonly FlagRow[] = [
  {
    flags: "--disk <IMAGE>",
    help: "take the root file system from an image with ext2, and keep changes there (default: a fresh one, dropped at the end)",
  },
  {
    flags: "--drive <IMAGE>",
    help: "a further disk: the first is /dev/vdb, then /dev/vdc, ... (repeatable)",
    repeatable: true,
  },
  { flags: "--snapshot", help: "leave the images of --disk and --drive as they are: what is written is dropped" },
  {
    flags: "--share <HOSTDIR>",
    help: "show a folder of the host at /host, to read and write; HOSTDIR:ro: to read only",
  },
  {
    flags: "--put <HOST:GUEST>",
    help: "copy a file of the host into the guest before it starts; with --disk it stays in the image (repeatable)",
    repeatable: true,
  },
  {
    flags: "--get <GUEST:HOST>",
    help: "copy a file of the guest to the host after it ends (repeatable)",
    repeatable: true,
  },
  {
    flags: "--record-references <FILE>",
    help: "write which pages are used, in order, to FILE: quire memory replay compares policies over it. On the reference engine",
  },
  { flags: "--limit <N>", help: "stop after N instructions, with exit status 124", parse: positive },
  {
    flags: "--trace <LIST>",
    help: `write events to stderr: ${Object.keys(TRACE_CLASSES).join(", ")} or all`,
    parse: parseTraceClasses,
  },
  { flags: "--stats", help: "write statistics of the machine to stderr at the end" },
];

export const COMMANDS: readonly (CommandRow | CommandGroup)[] = [
  {
    name: "boot",
    summary: "Boot to the shell: interactive on a terminal; from a pipe, run the commands in it and power off.",
    arguments: [],
    flags: RUN_FLAGS,
    machine: true,
    examples: [
      ["quire", "boot with the defaults"],
      ["quire boot --ram 32M --paging sv39", "a smaller machine, three-level page tables"],
      ["echo 'ls -l /bin | wc -l' | quire", "run a script of the shell"],
      ["quire --put notes.txt:/home/", "with a file of yours in the guest"],
      ["quire boot --disk disk.img", "from an image: quire disk make --system makes one"],
      ["quire boot --drive data.img", "with a further disk, /dev/vdb"],
      ["quire boot --share .", "with the working directory, at /host"],
    ],
    load: () => import("./boot.ts"),
  },
  {
    name: "run",
    summary:
      "Run one program in the guest: assembly source, or a static RV64IMA ELF file (gcc -march=rv64ima_zicsr_zifencei -mabi=lp64 -static). Its exit status is ours.",
    arguments: [
      ["<FILE>", "assembly source (.s), an object file (.o) or an executable on the host"],
      ["[ARG...]", "arguments of the program"],
    ],
    flags: [
      ...RUN_FLAGS,
      { flags: "--json", help: "write one JSON document on stdout: status, outputs, statistics" },
      INCLUDE,
      NO_LIB,
      PIE,
      TEXT_BASE,
      DATA_BASE,
      DEFINE,
    ],
    machine: true,
    passThrough: true,
    examples: [
      ["quire run hello.s", "assemble, link with the runtime library, run"],
      ["quire run --trace syscalls hello.s one two", "with arguments, and each system call on stderr"],
      ["quire run --limit 1000000 --stats a.out", "an executable of gcc, at most a million instructions"],
      ["quire run --pie --seed 2 hello.s", "at an address that chance chooses, with another seed"],
      ["quire run --get /home/out.txt:out.txt job.s", "fetch a file that the program wrote"],
    ],
    load: () => import("./run.ts"),
  },
  {
    name: "asm",
    summary: "Assemble and link sources (and objects, archives) to a static ELF64 executable.",
    arguments: [["<FILE...>", "assembly sources, object files or archives"]],
    flags: [
      { flags: "-o <FILE>", help: "the output (default: a.out, or NAME.o with -c)" },
      { flags: "-c", help: "make a relocatable object file, do not link" },
      INCLUDE,
      NO_LIB,
      PIE,
      TEXT_BASE,
      DATA_BASE,
      DEFINE,
    ],
    machine: false,
    examples: [
      ["quire asm hello.s -o hello", "one source"],
      ["quire asm main.s util.s -I include -o app", "several, with a folder of headers"],
      ["quire asm -c util.s", "an object file, util.o"],
      ["quire asm -pie hello.s -o hello", "a position-independent program (or --pie)"],
    ],
    load: () => import("./asm.ts"),
  },
  {
    name: "disasm",
    summary: "Disassemble the code of an ELF file, with symbols and source lines.",
    arguments: [["<FILE>", "an executable or object file, or assembly source"]],
    flags: [
      { flags: "--symbol <NAME>", help: "only the function NAME" },
      { flags: "--no-lines", help: "without source lines" },
      NO_LIB,
      PIE,
      TEXT_BASE,
      DATA_BASE,
      INCLUDE,
      DEFINE,
    ],
    machine: false,
    examples: [
      ["quire disasm a.out", "everything that is code"],
      ["quire disasm --symbol main hello.s", "what became of one function"],
    ],
    load: () => import("./disasm.ts"),
  },
  {
    name: "test",
    summary:
      "Run suites of guest programs that state their own expectation in comments (`#: exit 0`, `#: stdout TEXT`).",
    arguments: [["<PATH...>", "programs (.s), or folders: the programs in them that state an expectation"]],
    flags: [
      { flags: "--reporter <NAME>", help: "human, tap, junit or json (default human)", parse: reporter },
      { flags: "--output <FILE>", help: "write the report to FILE instead of stdout" },
      { flags: "--shard <I/N>", help: "run only part I of N, 1 to N", parse: shard },
      { flags: "--update", help: "record the present output as the expectation" },
      { flags: "--filter <TEXT>", help: "only programs whose path contains TEXT" },
      { flags: "-j, --jobs <N>", help: "worker threads (default: the host's processors)", parse: positive },
      { flags: "-v, --verbose", help: "show passed programs too" },
    ],
    machine: true,
    examples: [
      ["quire test tests/guest", "a whole suite, in parallel"],
      ["quire test --reporter junit --output out.xml .", "for a CI system"],
      ["quire test --shard 2/4 tests/guest", "the second quarter of it"],
      ["quire test --ram 2M --paging sv39 tests/guest", "on another machine, where a program does not ask for its own"],
      ["quire test --update new.s", "record what new.s prints"],
    ],
    load: () => import("./test.ts"),
  },
  {
    name: "bench",
    summary:
      "Measure how fast the engines are, side by side with QEMU and the host where they are installed: each workload on each in turn, medians and ratios.",
    arguments: [["[WORKLOAD...]", `of ${WORKLOADS.map(({ name }) => name).join(", ")} (default: all)`]],
    flags: [
      { flags: "--rounds <N>", help: "how often each is measured (default 5)", parse: positive },
      { flags: "--engines <LIST>", help: `engines of Quire: ${peerNames(true)} (default: all)`, parse: list },
      {
        flags: "--peers <LIST>",
        help: `whom to compare with: ${peerNames(false)}, or none (default: those that are installed)`,
        parse: list,
      },
      { flags: "--scale <FACTOR>", help: "do so many times the usual work, like 0.1", parse: factor },
      {
        flags: "--clock <NAME>",
        help: "what is measured: wall, or cpu for the time of processors, on hosts that are busy otherwise (default wall)",
        parse: clockName,
      },
      { flags: "--json", help: "write one JSON document on stdout, every round in it" },
      { flags: "--list", help: "say what each workload and each peer is, and measure nothing" },
    ],
    machine: false,
    examples: [
      ["quire bench", "everything: some ten minutes"],
      ["quire bench sieve fib --peers qemu-system", "two workloads, beside one peer"],
      ["quire bench --peers none --scale 0.1", "a quick look at the engines alone"],
      ["quire bench --json > figures.json", "for programs"],
    ],
    load: () => import("./bench.ts"),
  },
  {
    name: "translate",
    summary:
      "Explain one access to memory: from the address through TLB and page tables to the frame, or to the page fault and what the kernel would do about it. Nothing is changed by looking.",
    arguments: [
      PROGRAM,
      ["<ADDRESS>", "a symbol (main, buffer+8), a number (0x10074), a register (sp, a0-16), or pc"],
      ["[ARG...]", "arguments of the program"],
    ],
    flags: [
      { flags: "--access <KIND>", help: "read, write or execute (default: read; execute for pc)", parse: access },
      ...MOMENT_FLAGS,
      PID_FLAG,
      { flags: "--json", help: "write one JSON document on stdout" },
      ...BUILD_FLAGS,
    ],
    machine: true,
    examples: [
      ["quire translate hello.s main", "where the code of main lies when the program is about to exit"],
      ["quire translate hello.s sp --access write", "a push on the stack"],
      ["quire translate --at 5_000 --paging sv39 a.out buffer+8", "after 5,000 instructions, with three levels"],
      ["quire translate fork.s counter --pid 3 --json", "in the child, for programs"],
    ],
    load: () => import("./translate.ts"),
  },
  {
    name: "chart",
    summary: "Draw a table of numbers, such as a program has printed, as curves in the terminal and as SVG.",
    arguments: [
      ["[FILE]", "where the table is: a line of names above lines of as many numbers (default: standard input)"],
    ],
    flags: [
      { flags: "--x <NAME>", help: "the column that goes to the right (default: the first)" },
      { flags: "--y <NAMES>", help: "the columns that are drawn over it, separated by commas (default: the next)" },
      { flags: "--log2", help: "the axis to the right shows each doubling as one step" },
      { flags: "--title <TEXT>", help: "what stands above it" },
      { flags: "--svg <FILE>", help: "write it to FILE as well, as an SVG picture" },
    ],
    machine: false,
    examples: [
      ["quire run --ram 2M thrashing.s 1 10 | quire chart --y rounds/s", "throughput by number of processes"],
      ["quire chart figures.txt --x size --y reads,writes --svg figures.svg", "two curves, and as a picture"],
    ],
    load: () => import("./chart.ts"),
  },
  {
    name: "memory",
    summary: "Look at memory and compare what manages it: pictures, policies, shapes of the TLB.",
    commands: MEMORY_COMMANDS,
  },
  {
    name: "disk",
    summary: "Make images of disks with ext2 file systems, and move files in and out of them.",
    commands: DISK_COMMANDS,
  },
];

function access(text: string): string {
  if (!["read", "write", "execute"].includes(text)) throw new Error("expected read, write or execute");
  return text;
}

function reporter(text: string): string {
  if (!["human", "tap", "junit", "json"].includes(text)) throw new Error("expected human, tap, junit or json");
  return text;
}

function shard(text: string): { index: number; count: number } {
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || index < 1 || index > count) throw new Error("expected I/N with I from 1 to N, like 2/4");
  return { index, count };
}

function peerNames(engine: boolean): string {
  return PEERS.filter((peer) => peer.engine === engine)
    .map(({ name }) => name)
    .join(", ");
}

/** Names with commas between them. */
function list(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}

function clockName(text: string): ClockName {
  const names = Object.keys(CLOCKS) as ClockName[];
  const name = names.find((each) => each === text);
  if (name === undefined) throw new Error(`expected ${names.join(" or ")}`);
  return name;
}

function factor(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 100)) throw new Error("expected a number above 0, at most 100");
  return value;
}
