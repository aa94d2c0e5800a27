/**
 * What a computer does when the k-th frame that its kernel asks for cannot be had, for any k: a workload is run from the
 * same moment again and again, with one allocation failing each time. A call may then fail and a program be killed, but no
 * invariant may break, nothing may hang, no frame may be lost, and no page may hold something else than was written.
 *
 *   shell      a script that starts programs, maps, forks, shares, pipes and writes files, with plenty of RAM
 *   stress     tests/kernel/programs/memory-stress.c: mremap, mlock, mlockall, populate, System V memory, memfd, process_vm,
 *              execve, core dumps, against a model of every page
 *   pressure   the same in 1 MiB, so that frames fail between, and in the middle of, reclaim and swap
 *   huge       tests/kernel/programs/huge-pages.c, with huge pages wherever they may be
 *   pool       tests/kernel/programs/huge-sequence.c: a pool of huge pages, merging, and whatever cuts into huge pages
 *   pie        a position-independent program
 */
import { join } from "node:path";
import { checkKernel } from "../../kernel/check.ts";
import { type Computer, createComputer } from "../../kernel/computer.ts";
import type { Options } from "../../kernel/options.ts";
import { checkVm } from "../../kernel/vm/check.ts";
import { rootDisk } from "../../tools/image.ts";
import { buildProgram } from "../../tools/program.ts";
import { start } from "../kernel/programs.ts";

const GUEST = join(import.meta.dirname, "../guest/memory");
const DEMOS = join(import.meta.dirname, "../../userland/demos");

/** Programs of the shell's workload: those that touch most of what virtual memory does. */
const PROGRAMS = [
  join(GUEST, "fork-copies-on-write.s"),
  join(GUEST, "shared-file-mapping-is-the-file.s"),
  join(GUEST, "munmap-spans-mappings-and-holes.s"),
  join(GUEST, "stack-grows-when-touched.s"),
  join(GUEST, "brk-moves-the-end-of-the-heap.s"),
  join(DEMOS, "shared-memory.s"),
];

/** What goes without pages. */
const IN_SEGMENTS = [
  join(GUEST, "fork-copies-on-write.s"),
  join(GUEST, "brk-moves-the-end-of-the-heap.s"),
  join(DEMOS, "stack-growth.s"),
  join(DEMOS, "collision.s"),
];

const SCRIPT = `
for program in /programs/*; do "$program" > /tmp/out 2>&1; done
ls -l /bin | sort | tail -n 3 > /tmp/list
(cat /tmp/list; sleep 0) | wc -l
cp /bin/cat /tmp/cat && /tmp/cat /tmp/list > /dev/null
rm /tmp/*
`;
const PIE_SCRIPT = "for n in 1 2 3; do /programs/pie; done";

/** Far more than any workload needs: beyond it the computer hangs. */
const MOST_INSTRUCTIONS = 50_000_000;
const MIB = 2 ** 20;

/** A computer before its first process runs, and what it has written. */
interface Ready {
  readonly computer: Computer;
  readonly output: () => string;
}

const sinks = { console: () => {}, output: () => {}, error: () => {} };

function shell(
  programs: { path: string; data: Uint8Array; mode: number }[],
  script: string,
  options: Partial<Options> = {},
): Ready {
  const computer = createComputer({
    ram: 16 * MIB,
    ...options,
    disks: [rootDisk([...programs, directory])],
    init: ["/bin/init", "run", "/bin/sh", "-c", script],
    sinks,
  });
  return { computer, output: () => "" };
}

/** Seed, workers, operations, pages, and that cores are dumped: memory-stress.c. */
const STRESS = ["memory-stress", "5", "2", "60", "48", "4"];

export const WORKLOADS = {
  shell: () =>
    shell(
      PROGRAMS.map((path) => programFile(path)),
      SCRIPT,
    ),
  stress: () => start(STRESS, { ram: 16 * MIB }),
  pressure: () => start(STRESS, { ram: MIB, swap: 4 * MIB }),
  segments: () =>
    shell(
      IN_SEGMENTS.map((path) => programFile(path)),
      SCRIPT,
      { translation: "segments" },
    ),
  huge: () => start(["huge-pages"], { ram: 24 * MIB, thp: "always" }),
  pool: () => start(["huge-sequence", "2", "200"], { ram: 64 * MIB, swap: 0 }),
  pie: () => shell([programFile(join(DEMOS, "aslr.s"), "pie", true)], PIE_SCRIPT),
} as const satisfies Record<string, () => Ready>;

export type WorkloadName = keyof typeof WORKLOADS;

export interface Workload {
  /** Frames that the undisturbed run asks for. */
  readonly allocations: number;
  /** Runs it with the k-th of them failing. Throws (a panic) when an invariant breaks, and when it does not end. */
  run(k: number): void;
}

/** Boots a computer up to the moment before its first process runs, and measures the undisturbed run. */
export function allocationWorkload(name: WorkloadName = "shell"): Workload {
  const ready = WORKLOADS[name]();
  const { computer } = ready;
  const snapshot = computer.snapshot();
  const before = computer.kernel.vm.statistics.framesAllocated;
  finish(ready, 0);
  const allocations = computer.kernel.vm.statistics.framesAllocated - before;
  return {
    allocations,
    run(k) {
      computer.restore(snapshot);
      computer.kernel.vm.frames.failCountdown = k;
      finish(ready, k);
    },
  };
}

function programFile(path: string, name = path.slice(path.lastIndexOf("/") + 1, -2), pie = false) {
  const data = buildProgram([path], { include: [], library: true, warn: () => {}, pie });
  return { path: `/programs/${name}`, data, mode: 0o100755 };
}

const directory = { path: "/tmp/.keep", data: new Uint8Array(), mode: 0o100644 };

/** Runs to the end, with the invariants checked behind the failure and at the end. */
function finish({ computer, output }: Ready, k: number): void {
  const { kernel } = computer;
  const limit = computer.stats().instructions + MOST_INSTRUCTIONS;
  const said = output().length;
  while (kernel.vm.frames.failCountdown > 0) {
    const left = kernel.vm.frames.failCountdown;
    const outcome = computer.run({ idle: "skip", instructionLimit: computer.stats().instructions + 2000 * left });
    if (outcome.kind !== "limit") break;
  }
  checkVm(kernel);
  checkKernel(kernel);
  const outcome = computer.run({ idle: "skip", instructionLimit: limit });
  checkVm(kernel);
  checkKernel(kernel);
  // The recorded process 1 asks for ever for a child that it could not make: allocation 13 of its workloads.
  const alone = kernel.processes.size === 1;
  if (outcome.kind !== "off" && !alone)
    throw new Error(`allocation ${k} failed, and the computer did not come to an end`);
  const text = output().slice(said);
  if (text.includes("BAD")) throw new Error(`allocation ${k} failed, and then: ${text}`);
}
