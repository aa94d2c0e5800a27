/**
 * The files of /proc about the whole computer, in Linux's formats: proc(5). A file is a row of SYSTEM_FILES.
 */

import { DISK_ROWS } from "../../drivers/disk.ts";
import { UART_ROWS } from "../../drivers/uart.ts";
import { errno } from "../../errno.ts";
import type { Kernel } from "../../kernel.ts";
import { LOAD_ONE } from "../../load.ts";
import { describePressure } from "../../pressure.ts";
import type { Process } from "../../process.ts";
import { describeHoles } from "../../schemes/describe.ts";
import { describeSegments } from "../../shm.ts";
import { SYSTEM_NAME } from "../../syscalls/system.ts";
import { kpagecount, kpageflags } from "../../vm/pagemap.ts";
import { FS_TRAITS } from "../traits.ts";
import type { ByteString } from "../types.ts";
import { diskstats, partitions } from "./disk-files.ts";
import { refaults, thrashing } from "./laboratory-files.ts";
import { buddyinfo, meminfo, swaps, vmstat, zoneinfo } from "./memory-files.ts";
import { hundredths, ticks } from "./text.ts";

/** Source numbers of the interrupt controller, and what uses them. */
function interruptNames(k: Kernel): (readonly [irq: number, name: string])[] {
  return [
    ...k.fs.disks.map(({ number }) => [DISK_ROWS[number].irq, `disk${number}`] as const),
    ...UART_ROWS.map(({ irq }, i) => [irq, `uart${i}`] as const),
  ];
}

function stat(k: Kernel): string {
  const s = k.statistics;
  const cpu = `${ticks(s.userCycles)} 0 ${ticks(s.systemCycles)} ${ticks(s.idleCycles)} 0 0 0 0 0 0`;
  const bySource = interruptCounts(k);
  const interrupts = [s.timerInterrupts + s.externalInterrupts, ...bySource].join(" ");
  const states = [...k.processes.values()];
  const running = states.filter(({ state }) => state === "runnable" || state === "running").length;
  const blocked = states.filter((p) => p.state === "sleeping" && p.sleep?.interruptible === false).length;
  return [
    `cpu  ${cpu}`,
    `cpu0 ${cpu}`,
    `intr ${interrupts}`,
    `ctxt ${s.switches}`,
    `btime ${k.options.epoch}`,
    `processes ${s.forks}`,
    `procs_running ${running}`,
    `procs_blocked ${blocked}`,
    "",
  ].join("\n");
}

const interruptCounts = (k: Kernel) => interruptNames(k).map(([irq]) => k.statistics.interruptsBySource[irq] ?? 0);

function interrupts(k: Kernel): string {
  const count = (n: number) => String(n).padStart(10);
  const row = (number: string, n: number, text: string) => `${number.padStart(3)}: ${count(n)}  ${text}\n`;
  const counts = interruptCounts(k);
  const external = interruptNames(k).map(([irq, name], i) => row(String(irq), counts[i], `PLIC ${name}`));
  return `           CPU0       \n${external.join("")}${row("TIM", k.statistics.timerInterrupts, "Timer interrupts")}`;
}

function loadavg(k: Kernel): string {
  const averages = k.load.averages.map((load) => (load / LOAD_ONE).toFixed(2));
  const all = [...k.processes.values()];
  const running = all.filter(({ state }) => state === "runnable" || state === "running").length;
  const newest = all.length > 0 ? all[all.length - 1].pid : 0;
  return `${averages.join(" ")} ${running}/${all.length} ${newest}\n`;
}

function cpuinfo(k: Kernel): string {
  const rows = [
    ["processor", "0"],
    ["hart", "0"],
    ["isa", "rv64ima_zicsr_zifencei"],
    ["mmu", k.vm.mode === "bare" ? "none" : k.vm.mode],
    ["uarch", `quire,${k.options.engine}`],
  ];
  const column = (name: string) => name + (name.length < 8 ? "\t\t" : "\t");
  return `${rows.map(([name, value]) => `${column(name)}: ${value}`).join("\n")}\n\n`;
}

function filesystems(): string {
  return Object.values(FS_TRAITS)
    .map(({ name, nodev }) => `${nodev ? "nodev" : ""}\t${name}\n`)
    .join("");
}

function uptime(k: Kernel): string {
  return `${hundredths(k.machine.clock.cycles)} ${hundredths(k.statistics.idleCycles)}\n`;
}

const { sysname, release, version } = SYSTEM_NAME;

/** A file about the whole computer. */
export interface SystemFile {
  readonly mode: number;
  /** There only while memory is made of pages, or of pieces of any size (--translation); absent: always. */
  readonly memory?: "pages" | "pieces";
  /** The whole text, made when it is read from its start. Absent: see `bytes`; without both it cannot be read. */
  text?(k: Kernel): ByteString;
  /** Bytes from `position` on, made at each read; for files too large to be made whole. @throws Errno EINVAL */
  bytes?(k: Kernel, position: number, length: number): Uint8Array;
  /** Takes the beginning of what is written and says how many bytes. Absent: EIO. @throws Errno */
  write?(k: Kernel, writer: Process, text: ByteString): number;
}

const shown = (text: (k: Kernel) => ByteString): SystemFile => ({ mode: 0o444, text });

/** What is written would be a trigger, and there are none: Linux refuses what is not a trigger in the same way. */
const pressure = (resource: Parameters<typeof describePressure>[1]): SystemFile => ({
  ...shown((k) => describePressure(k, resource)),
  write: () => {
    throw errno("EINVAL");
  },
});

/** By path below /proc. */
export const SYSTEM_FILES: Readonly<Record<string, SystemFile>> = {
  buddyinfo: shown(buddyinfo),
  cpuinfo: shown(cpuinfo),
  diskstats: shown(diskstats),
  filesystems: shown(filesystems),
  interrupts: shown(interrupts),
  kpagecount: { mode: 0o400, bytes: kpagecount },
  kpageflags: { mode: 0o400, bytes: kpageflags },
  loadavg: shown(loadavg),
  meminfo: shown(meminfo),
  partitions: shown(partitions),
  "pressure/cpu": pressure("cpu"),
  "pressure/io": pressure("io"),
  "pressure/memory": pressure("memory"),
  "quire/refaults": shown(refaults),
  "quire/thrashing": shown(thrashing),
  segments: { ...shown(describeHoles), memory: "pieces" },
  stat: shown(stat),
  swaps: shown(swaps),
  "sysvipc/shm": shown(describeSegments),
  uptime: shown(uptime),
  version: shown((k) => `${sysname} version ${release} (quire@${k.hostname}) ${version}\n`),
  vmstat: shown(vmstat),
  zoneinfo: shown(zoneinfo),
};
