/**
 * Boot: from a machine that was just switched on to a first process that can run. Reads as a table of contents.
 */
import type { Machine } from "../cpu/machine.ts";
import { PAGE_SIZE } from "../cpu/paging.ts";
import { FLAGS, SYSCALLS } from "./abi.ts";
import { mountAtBoot } from "./boot-mounts.ts";
import { createDueWork } from "./due-work.ts";
import { newProcess } from "./fork.ts";
import { findFileSystems } from "./fs/boot.ts";
import { newFileTable } from "./fs/descriptors.ts";
import { retain } from "./fs/inode.ts";
import { emptyFsState } from "./fs/mounts.ts";
import { PAGE_SOURCES } from "./fs/page-sources.ts";
import { enableInterrupts } from "./interrupts.ts";
import type { Kernel, KernelStatistics } from "./kernel.ts";
import { createLog, LOG_LEVEL, log } from "./log.ts";
import type { Options } from "./options.ts";
import { panic } from "./panic.ts";
import { createPressure } from "./pressure.ts";
import type { Process } from "./process.ts";
import { moveTo } from "./process.ts";
import { REGISTER } from "./registers.ts";
import { enqueue } from "./scheduler.ts";
import { SCHEMES } from "./schemes/schemes.ts";
import { createShm } from "./shm.ts";
import { TRAMPOLINE_CODE } from "./signal-frame.ts";
import { SYSTEM_NAME } from "./syscalls/system.ts";
import { copyOut } from "./usercopy.ts";
import { newAddressSpace } from "./vm/address-space.ts";
import { createVm } from "./vm/boot.ts";
import { fillPools } from "./vm/hugetlb/boot.ts";
import { setTrampolineCode } from "./vm/map.ts";
import { swapToDisk } from "./vm/swap-boot.ts";

/** What process 1 is to execute. */
export interface FirstProgram {
  /** argv[0] is its path. */
  readonly argv: readonly string[];
  readonly environment: readonly string[];
}

/** Who is told of events. */
type Told = Pick<Kernel, "listeners" | "deathListeners" | "references">;

/**
 * Boots the kernel on `machine`. Time passes: the root file system is read from disk 0.
 * @param swap number of the disk to swap to; null: none
 */
export function boot(
  machine: Machine,
  options: Options,
  told: Told,
  first: FirstProgram,
  swap: number | null = null,
): Kernel {
  const k = newKernel(machine, options, told);
  tellHardware(k);
  setTrampolineCode(k, TRAMPOLINE_CODE);
  fillPools(k, options.hugepages);
  enableInterrupts(k);
  findFileSystems(k);
  const p = firstProcess(k, first);
  mountAtBoot(k, p);
  if (swap !== null) swapToDisk(k, swap);
  log(k, LOG_LEVEL.information, `Run ${first.argv[0]} as init process`);
  loadFirstPage(k, p, first);
  return k;
}

/** The first records of the log: which kernel, on how much memory. */
function tellHardware(k: Kernel): void {
  const { sysname, release, version } = SYSTEM_NAME;
  const { frames, paging, mode } = k.vm;
  const kB = (pages: number) => (pages * PAGE_SIZE) / 1024;
  log(k, LOG_LEVEL.notice, `${sysname} version ${release} ${version}`);
  log(
    k,
    LOG_LEVEL.information,
    `Memory: ${kB(frames.free)}K/${kB(frames.count)}K available, ${mode === paging ? `${paging} paging` : mode}`,
  );
}

function newKernel(machine: Machine, options: Options, told: Told): Kernel {
  return {
    machine,
    options,
    ...told,
    pageSources: PAGE_SOURCES,
    scheme: SCHEMES[options.translation]!,
    processes: new Map(),
    current: null,
    lastPid: 0,
    runQueue: [],
    sleepers: new Map(),
    timers: [],
    nextPid: 1,
    nextChannel: 1,
    nextTimer: 1,
    statistics: newStatistics(),
    load: { averages: [0, 0, 0], updated: 0 },
    pressure: createPressure(machine.clock.cycles),
    due: createDueWork(),
    stoppedTurn: null,
    hostname: options.hostname,
    domainname: "(none)",
    accounted: 0,
    timerSet: Number.POSITIVE_INFINITY,
    futexes: new Map(),
    log: createLog(),
    core: { pattern: "core", usesPid: 0 },
    stopping: null,
    shm: createShm(),
    vm: createVm(machine, {
      translation: options.translation,
      segmentFit: options["segment-fit"],
      compaction: options.compaction,
      frames: options.frames,
      fork: options.fork,
      population: options.population,
      replacement: options.replacement,
      checking: options.check !== "off",
      randomizeVaSpace: options.aslr ? 2 : 0,
      resident: options.resident,
      follows: told.references !== null,
      thp: options.thp,
      window: options["working-set"],
    }),
    fs: emptyFsState(0),
  };
}

function newStatistics(): KernelStatistics {
  return {
    traps: 0,
    syscalls: 0,
    switches: 0,
    timerInterrupts: 0,
    externalInterrupts: 0,
    interruptsBySource: [],
    forks: 0,
    signals: 0,
    minorFaults: 0,
    majorFaults: 0,
    idleCycles: 0,
    userCycles: 0,
    systemCycles: 0,
  };
}

/**
 * Process 1 begins with one page that executes `execve(argv[0], argv, environment)`, and exits with the error if that
 * fails: it takes the path of every other program.
 */
function firstProcess(k: Kernel, first: FirstProgram): Process {
  const { root } = k.fs;
  if (root === null) panic("a root file system is mounted before process 1 starts");
  const p = newProcess(k, { cwd: root, root });
  retain(root);
  retain(root);
  p.sid = p.pid;
  p.pgid = p.pid;
  p.name = "init";
  p.program = { ...p.program, path: first.argv[0] };
  p.files = newFileTable();
  p.space = newAddressSpace(k);
  k.processes.set(p.pid, p);
  moveTo(k, p, "runnable");
  enqueue(k, p);
  return p;
}

const { PROT_READ, PROT_WRITE, PROT_EXEC } = FLAGS.prot;
const { MAP_PRIVATE, MAP_ANONYMOUS } = FLAGS.map;

/** `ecall` (execve); sub a0, zero, a0; addi a7, zero, exit; `ecall`: the error number becomes the exit status. */
const FIRST_CODE = [0x73, 0x40a0_0533, (SYSCALLS.exit_group.nr << 20) | 0x893, 0x73];

function loadFirstPage(k: Kernel, p: Process, first: FirstProgram): void {
  const { argv, environment } = first;
  const strings = [...argv, ...environment].map((string) => new TextEncoder().encode(`${string}\0`));
  const stringsAt = 4 * FIRST_CODE.length + 8 * (strings.length + 2);
  const length = strings.reduce((sum, string) => sum + string.length, stringsAt);
  const flags = MAP_PRIVATE | MAP_ANONYMOUS;
  const s = p.space!;
  const base = k.scheme.mapAnonymous(k, s, {
    address: 0,
    length,
    prot: PROT_READ | PROT_WRITE | PROT_EXEC,
    flags,
    limits: null,
  });
  const bytes = new Uint8Array(length);
  bytes.set(new Uint8Array(new Uint32Array(FIRST_CODE).buffer));
  const vectors = new DataView(bytes.buffer, 4 * FIRST_CODE.length);
  let [slot, at] = [0, stringsAt];
  for (const [i, string] of strings.entries()) {
    if (i === argv.length) slot++;
    vectors.setBigUint64(8 * slot++, BigInt(base + at), true);
    bytes.set(string, at);
    at += string.length;
  }
  copyOut(k, p, base, bytes);
  const argvAt = base + 4 * FIRST_CODE.length;
  const { x } = p.registers;
  x[REGISTER.a0] = BigInt(base + stringsAt);
  x[REGISTER.a1] = BigInt(argvAt);
  x[REGISTER.a2] = BigInt(argvAt + 8 * (argv.length + 1));
  x[REGISTER.a7] = BigInt(SYSCALLS.execve.nr);
  p.registers.pc = BigInt(base);
}
