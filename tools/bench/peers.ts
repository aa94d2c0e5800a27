/** Who runs the workloads: the engines of Quire, and those that they are compared with where they are installed. */
import { spawnSync } from "node:child_process";
import { ENGINES } from "../../cpu/engines.ts";
import type { Built } from "./build-workload.ts";
import type { Workload } from "./workloads.ts";

export interface Peer {
  readonly name: string;
  readonly summary: string;
  /** Whether it is an engine of Quire, whose counts of instructions are exact. */
  readonly engine: boolean;
  /** How many times the units of a compute workload it is given, so that its time is of the size of the others'. */
  readonly share: number;
  /** The programs of the host that it may be; none for an engine. */
  readonly tools: readonly string[];
  readonly can: (workload: Workload) => boolean;
  /** @param tool the one of `tools` that is there. Throws RunError */
  readonly command: (tool: string, built: Built, units: number) => readonly string[];
}

const RAM = "128M";

/** This command itself, with a program of ours. */
const quire = (engine: string, { executable }: Built, units: number) => [
  process.execPath,
  ...process.execArgv,
  process.argv[1]!,
  ...["run", "--engine", engine, "--paging", "sv39", "--ram", RAM, executable, String(units)],
];

/** The interpreter does 1/40 of the work in about the time in which the others do all of it. */
const SHARES: Readonly<Record<string, number>> = { reference: 1 / 40 };

const engines = ENGINES.map(
  (name): Peer => ({
    name,
    summary: `engine of Quire, --paging sv39 --ram ${RAM}`,
    engine: true,
    share: SHARES[name] ?? 1,
    tools: [],
    can: () => true,
    command: (_, built, units) => quire(name, built, units),
  }),
);

const compute = ({ kind }: Workload) => kind === "compute";
const system = (tool: string, built: Built, units: number, ...more: string[]) => [
  tool,
  ...["-M", "virt", "-m", RAM, "-bios", built.image(units), "-display", "none", "-monitor", "none", "-serial", "stdio"],
  ...more,
];

const others: readonly Peer[] = [
  {
    name: "qemu-system",
    summary: "-M virt, user mode under Sv39, the same executable",
    engine: false,
    share: 1,
    tools: ["qemu-system-riscv64"],
    can: compute,
    command: (tool, built, units) => system(tool, built, units),
  },
  {
    name: "qemu-icount",
    summary: "the same with -icount shift=0: deterministic, as Quire is",
    engine: false,
    share: 1,
    tools: ["qemu-system-riscv64"],
    can: compute,
    command: (tool, built, units) => system(tool, built, units, "-icount", "shift=0"),
  },
  {
    name: "qemu-user",
    summary: "the same executable on the host's kernel, no page tables of its own",
    engine: false,
    share: 1,
    tools: ["qemu-riscv64"],
    can: ({ qemuUser }) => qemuUser !== false,
    command: (tool, { executable }, units) => [tool, executable, String(units)],
  },
  {
    name: "native",
    summary: "the workload in C, compiled with -O2 for the host's own processor",
    engine: false,
    share: 4,
    tools: ["cc", "gcc", "clang"],
    can: compute,
    command: (tool, built, units) => [built.compiled(tool), String(units)],
  },
];

export const PEERS: readonly Peer[] = [...engines, ...others];

/** A peer's program on this host. */
export interface Tool {
  readonly tool: string;
  /** The first line of what it says of its version. */
  readonly version: string;
}

/** The first of a peer's tools that is installed; null where none is. */
export function findTool({ tools }: Peer): Tool | null {
  for (const tool of tools) {
    const { status, stdout } = spawnSync(tool, ["--version"], { encoding: "utf8" });
    if (status === 0) return { tool, version: stdout.split("\n")[0]!.trim() };
  }
  return null;
}
