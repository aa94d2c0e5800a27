/**
 * The files of /proc about the whole computer, in Linux's formats: proc(5). A file is a row of SYSTEM_FILES.
 */
import { PAGE_SIZE } from "../../../cpu/paging.ts";
import { DISK_ROWS } from "../../drivers/disk.ts";
import { UART_ROWS } from "../../drivers/uart.ts";
import type { Kernel } from "../../kernel.ts";
import { LOAD_ONE } from "../../load.ts";
import { SYSTEM_NAME } from "../../syscalls/system.ts";
import { commitLimit } from "../../vm/commit.ts";
import { inodeById } from "../inode.ts";
import { pathFrom } from "../names.ts";
import { PAGE_SOURCES } from "../page-sources.ts";
import type { ByteString } from "../types.ts";
import { hundredths, kibibytes, ticks } from "./text.ts";

/** Source numbers of the interrupt controller, and what uses them. */
function interruptNames(k: Kernel): (readonly [irq: number, name: string])[] {
  return [
    ...k.fs.disks.map(({ number }) => [DISK_ROWS[number].irq, `disk${number}`] as const),
    ...UART_ROWS.map(({ irq }, i) => [irq, `uart${i}`] as const),
  ];
}

function meminfo(k: Kernel): string {
  const { frames, cache, spaces } = k.vm;
  let anonymous = 0;
  let tables = 0;
  for (const { counts } of spaces.values()) {
    anonymous += counts.anonymous;
    tables += counts.tables;
  }
  const rows: [string, number][] = [
    ["MemTotal", frames.count],
    ["MemFree", frames.free],
    ["MemAvailable", frames.free],
    ["Buffers", 0],
    ["Cached", cache.filePages + cache.sharedPages],
    ["SwapCached", 0],
    ["SwapTotal", 0],
    ["SwapFree", 0],
    ["Dirty", cache.dirtyPages],
    ["Writeback", 0],
    ["AnonPages", anonymous],
    ["Mapped", mappedPages(k)],
    ["Shmem", cache.sharedPages],
    ["PageTables", tables],
    ["CommitLimit", commitLimit(k)],
    ["Committed_AS", k.vm.commit.committed],
  ];
  return rows.map(([name, pages]) => `${`${name}:`.padEnd(16)}${kB(pages)} kB\n`).join("");
}

const kB = (pages: number) => String(kibibytes(pages * PAGE_SIZE)).padStart(8);

/** Pages of files and of shared memory that processes map, as often as they do. */
function mappedPages(k: Kernel): number {
  let pages = 0;
  for (const { counts } of k.vm.spaces.values()) pages += counts.file + counts.shared;
  return pages;
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
    ["mmu", k.vm.paging],
    ["uarch", `quire,${k.options.engine}`],
  ];
  const column = (name: string) => name + (name.length < 8 ? "\t\t" : "\t");
  return `${rows.map(([name, value]) => `${column(name)}: ${value}`).join("\n")}\n\n`;
}

/** In mounting order; octal escapes for what would break a line: getmntent(3). */
export function mountTable(k: Kernel): ByteString {
  const escaped = (text: string) =>
    text.replace(/[ \t\n\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`);
  return [...k.fs.mounts.values()]
    .map(({ root, fs, source, options }) => {
      const path = k.fs.root === null ? "/" : (pathFrom(k, k.fs.root, inodeById(k, root)) ?? "/");
      return `${escaped(source)} ${escaped(path)} ${fs === "devfs" ? "devtmpfs" : fs === "procfs" ? "proc" : fs} ${options} 0 0\n`;
    })
    .join("");
}

/** As /proc/filesystems names them. */
const LINUX_NAMES: Readonly<Record<string, string>> = { devfs: "devtmpfs", procfs: "proc" };

function filesystems(): string {
  return Object.keys(PAGE_SOURCES)
    .map((name) => `nodev\t${LINUX_NAMES[name] ?? name}\n`)
    .join("");
}

function uptime(k: Kernel): string {
  return `${hundredths(k.machine.clock.cycles)} ${hundredths(k.statistics.idleCycles)}\n`;
}

const { sysname, release, version } = SYSTEM_NAME;

/** proc(5): the sectors and requests of each disk. */
function diskstats(k: Kernel): string {
  return k.fs.disks
    .map(({ number, reads, sectorsRead, writes, sectorsWritten, active }) => {
      const name = `vd${String.fromCharCode("a".charCodeAt(0) + number)}`;
      const busy = active === null ? 0 : 1;
      return ` 254 ${String(number * 16).padStart(7)} ${name} ${reads} 0 ${sectorsRead} 0 ${writes} 0 ${sectorsWritten} 0 ${busy} 0 0\n`;
    })
    .join("");
}

/** Each file's text, made when it is read from its start. */
export const SYSTEM_FILES: Readonly<Record<string, (k: Kernel) => ByteString>> = {
  cpuinfo,
  diskstats,
  filesystems,
  interrupts,
  loadavg,
  meminfo,
  stat,
  uptime,
  version: (k) => `${sysname} version ${release} (quire@${k.hostname}) ${version}\n`,
};
