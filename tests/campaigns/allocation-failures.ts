/**
 * What a computer does when the k-th frame that its kernel asks for cannot be had, for any k: a shell script that starts
 * programs, maps, forks, shares, pipes and writes files is run from the same moment again and again, with one allocation
 * failing each time. A call may then fail and a program be killed, but no invariant may break, nothing may hang and
 * no frame may be lost.
 */
import { join } from "node:path";
import { checkKernel } from "../../kernel/check.ts";
import { type Computer, createComputer } from "../../kernel/computer.ts";
import { rootDisk } from "../../tools/image.ts";
import { buildProgram } from "../../tools/program.ts";

const GUEST = join(import.meta.dirname, "../guest/memory");
const DEMOS = join(import.meta.dirname, "../../userland/demos");

/** Programs of the workload: those that touch most of what virtual memory does. */
const PROGRAMS = [
  join(GUEST, "fork-copies-on-write.s"),
  join(GUEST, "shared-file-mapping-is-the-file.s"),
  join(GUEST, "munmap-spans-mappings-and-holes.s"),
  join(GUEST, "stack-grows-when-touched.s"),
  join(GUEST, "brk-moves-the-end-of-the-heap.s"),
  join(DEMOS, "shared-memory.s"),
];

const SCRIPT = `
for program in /work/*; do "$program" > /tmp/out 2>&1; done
ls -l /bin | sort | tail -n 3 > /tmp/list
(cat /tmp/list; sleep 0) | wc -l
cp /bin/cat /tmp/cat && /tmp/cat /tmp/list > /dev/null
rm /tmp/*
`;

/** Far more than the script needs: beyond it the computer hangs. */
const MOST_INSTRUCTIONS = 50_000_000;

export interface Workload {
  /** Frames that the undisturbed run asks for. */
  readonly allocations: number;
  /** Runs it with the k-th of them failing. Throws (a panic) when an invariant breaks, and when it does not end. */
  run(k: number): void;
}

/** Boots a computer up to the moment before its first process runs, and measures the undisturbed run. */
export function allocationWorkload(): Workload {
  const computer = createComputer({
    ram: 16 * 2 ** 20,
    disks: [rootDisk([...PROGRAMS.map(programFile), directory])],
    init: ["/bin/init", "run", "/bin/sh", "-c", SCRIPT],
    sinks: { console: () => {}, output: () => {}, error: () => {} },
  });
  const start = computer.snapshot();
  const before = computer.kernel.vm.statistics.framesAllocated;
  finish(computer, 0);
  const allocations = computer.kernel.vm.statistics.framesAllocated - before;
  return {
    allocations,
    run(k) {
      computer.restore(start);
      computer.kernel.vm.frames.failCountdown = k;
      finish(computer, k);
    },
  };
}

function programFile(path: string) {
  const data = buildProgram([path], { include: [], library: true, warn: () => {} });
  return { path: `/work/${path.slice(path.lastIndexOf("/") + 1, -2)}`, data, mode: 0o100755 };
}

const directory = { path: "/tmp/.keep", data: new Uint8Array(), mode: 0o100644 };

/** Runs to the end, with the invariants checked behind the failure and at the end. */
function finish(computer: Computer, k: number): void {
  const { kernel } = computer;
  const limit = computer.stats().instructions + MOST_INSTRUCTIONS;
  while (kernel.vm.frames.failCountdown > 0) {
    const left = kernel.vm.frames.failCountdown;
    const outcome = computer.run({ idle: "skip", instructionLimit: computer.stats().instructions + 2000 * left });
    if (outcome.kind === "off") break;
  }
  checkKernel(kernel);
  const outcome = computer.run({ idle: "skip", instructionLimit: limit });
  checkKernel(kernel);
  if (outcome.kind !== "off") throw new Error(`allocation ${k} failed, and the computer did not come to an end`);
}
