import { describe, expect, it } from "vitest";
import { bootFiles, CALLS, file, INIT, text } from "./computers.ts";
import { translate } from "./script.ts";

/** Process 1 runs init, process 2 sleeps in a read of the console. */
function sleeping() {
  const source =
    '# x\nopenat AT_FDCWD "/dev/console" O_RDWR 0 > t\nmmap 0 8192 PROT_READ|PROT_WRITE MAP_PRIVATE|MAP_ANONYMOUS -1 0\nread $t b0 10\n';
  const entries = [file("init", INIT, 0o755), file("bin/calls", CALLS, 0o755), file("s", translate(source, "s"))];
  const booted = bootFiles(entries, { init: ["/init", "/bin/calls", "/s", "two words"] });
  expect(booted.computer.run({ idle: "skip", instructionLimit: 1e8 })).toMatchObject({ kind: "idle" });
  const read = (path: string) => {
    const found = booted.computer.readFile(path);
    return found && text(found);
  };
  return { read };
}

const { read } = sleeping();
const fields = (path: string) => read(path)!.trimEnd().split(" ");
/** Titles of "Title:   value" lines. */
const titles = (path: string) => [...read(path)!.matchAll(/^(\S+):/gm)].map(([, title]) => title);

describe("/proc has the formats of proc(5)", () => {
  it("stat of a process: 52 fields, the name in parentheses", () => {
    const stat = fields("/proc/3/stat");
    expect(stat).toHaveLength(52);
    expect(stat.slice(0, 8)).toEqual(["3", "(calls)", "S", "2", "2", "1", "0", "-1"]);
    const [priority, nice, threads] = stat.slice(17, 20);
    expect([priority, nice, threads]).toEqual(["20", "0", "1"]);
    const resident = Number(stat[23]);
    expect(Number(stat[22])).toBeGreaterThan(resident * 4096 - 1);
    expect(resident).toBe(Number(fields("/proc/3/statm")[1]));
    expect(stat[37]).toBe("17");
  });

  it("status: Linux's titles in Linux's order", () => {
    const linux =
      "Name Umask State Tgid Ngid Pid PPid TracerPid Uid Gid FDSize Groups VmPeak VmSize VmLck VmPin VmHWM VmRSS RssAnon RssFile RssShmem VmData VmStk VmExe VmLib VmPTE VmSwap HugetlbPages CoreDumping THP_enabled Threads SigQ SigPnd ShdPnd SigBlk SigIgn SigCgt CapInh CapPrm CapEff CapBnd CapAmb NoNewPrivs Cpus_allowed Cpus_allowed_list voluntary_ctxt_switches nonvoluntary_ctxt_switches";
    expect(titles("/proc/3/status")).toEqual(linux.split(" "));
    const status = read("/proc/3/status")!;
    expect(status).toMatch(/^Name:\tcalls\nUmask:\t0022\nState:\tS \(sleeping\)\nTgid:\t3\n/);
    expect(status).toMatch(/^Uid:\t0\t0\t0\t0\n/m);
    expect(status).toMatch(/^VmRSS:\t {0,7}\d+ kB\n/m);
    expect(status).toMatch(/^SigBlk:\t[0-9a-f]{16}\n/m);
  });

  it("cmdline, comm, environ, statm, maps, limits", () => {
    expect(read("/proc/3/cmdline")).toBe("/bin/calls\0/s\0two words\0");
    expect(read("/proc/3/comm")).toBe("calls\n");
    expect(read("/proc/3/environ")).toContain("PATH=");
    expect(fields("/proc/3/statm")).toHaveLength(7);
    const maps = read("/proc/3/maps")!.trimEnd().split("\n");
    for (const line of maps)
      expect(line).toMatch(/^[0-9a-f]{8,}-[0-9a-f]{8,} [r-][w-][x-][ps] [0-9a-f]{8} [0-9a-f]{2}:[0-9a-f]{2} \d+ /);
    expect(maps.filter((line) => line.endsWith(" /bin/calls")).length).toBeGreaterThan(1);
    expect(maps.some((line) => line.endsWith("[stack]"))).toBe(true);
    expect(read("/proc/3/limits")).toContain(
      "Max open files            1024                 4096                 files     \n",
    );
  });

  it("the computer's files", () => {
    expect(titles("/proc/meminfo").slice(0, 5)).toEqual(["MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached"]);
    expect(read("/proc/meminfo")).toMatch(/^MemTotal: {10}16384 kB\n/);
    expect(read("/proc/uptime")).toMatch(/^\d+\.\d\d \d+\.\d\d\n$/);
    expect(read("/proc/loadavg")).toMatch(/^0\.00 0\.00 0\.00 0\/3 3\n$/);
    expect(read("/proc/version")).toMatch(/^Quire version 6\.1\.0\S* \(quire@quire\) /);
    expect(read("/proc/cpuinfo")).toMatch(/^processor\t: 0\nhart\t\t: 0\nisa\t\t: rv64ima\S*\nmmu\t\t: sv48\n/);
    expect(read("/proc/mounts")).toMatch(
      /^rootfs \/ tmpfs rw,relatime 0 0\ndevtmpfs \/dev devtmpfs rw\S* 0 0\ntmpfs \/dev\/shm tmpfs rw\S* 0 0\nproc \/proc proc rw\S* 0 0\nsysfs \/sys sysfs rw\S* 0 0\n$/,
    );
    expect(read("/proc/interrupts")).toMatch(/^ {11}CPU0 {7}\n +1: +\d+ {2}PLIC disk0\n/);
    expect(read("/proc/stat")).toMatch(
      /^cpu {2}\d+ 0 \d+ \d+( 0){6}\ncpu0 [^\n]+\nintr \d+[^\n]*\nctxt \d+\nbtime 1767225600\nprocesses 2\nprocs_running 0\nprocs_blocked 0\n$/,
    );
    expect(read("/proc/diskstats")).toMatch(/^ 254 {7}0 vda \d+ \d+ \d+ \d+ 0 0 0 0 0 \d+ \d+ 0 0 0 0 0 0\n/);
    expect(read("/proc/partitions")).toMatch(/^major minor {2}#blocks {2}name\n\n 254 {8}0 +\d+ vda\n/);
  });

  it("links lead to what they show, and processes that are gone are not there", () => {
    expect(read("/proc/3/exe")).toBe(text(CALLS));
    expect(read("/proc/3/root/bin/calls")).toBe(text(CALLS));
    expect(read("/proc/3/cwd/../../bin/calls")).toBe(text(CALLS));
    for (const path of ["/proc/9/stat", "/proc/03/stat", "/proc/3/fd/9", "/proc/3/nothing"])
      expect([path, read(path)]).toEqual([path, null]);
  });

  it("a file read in pieces is of one moment; read from its start again it is new", () => {
    const source =
      '# x\nopenat AT_FDCWD "/proc/uptime" O_RDONLY 0 > u\nread $u b0 3 > n\nread $u b1 100 > m\npread64 $u b2 100 0 > n\nshow bytes b2 $n\nstore b3 8 0\nstore b3+8 8 50000000\nnanosleep b3 0\nread $u b2 100\npread64 $u b2 100 0 > n\nshow bytes b2 $n\nlseek $u 0 SEEK_SET\nread $u b2 100 > n\nshow bytes b2 $n\n';
    const booted = bootFiles(
      [file("init", INIT, 0o755), file("calls", CALLS, 0o755), file("s", translate(source, "s"))],
      { init: ["/init", "/calls", "/s"] },
    );
    booted.computer.run({ idle: "skip", instructionLimit: 1e8 });
    const shown = booted.output().match(/ {2}"\d+\.\d\d \d+\.\d\d\\n"/g)!;
    expect(shown).toHaveLength(3);
    expect(shown[0]).not.toBe(shown[1]);
    expect(shown[1]).toBe(shown[2]);
  });

  it("the files of a process that ended give ESRCH to who still has them open", () => {
    const source =
      '# x\npipe2 b4 0\nbackground\nclose 4\nread 3 b0 1\nend\nopenat AT_FDCWD "/proc/4/stat" O_RDONLY 0 > s\nclose 3\nclose 4\nwait\nread $s b0 10\nopenat AT_FDCWD "/proc/4/stat" O_RDONLY 0\n';
    const booted = bootFiles(
      [file("init", INIT, 0o755), file("calls", CALLS, 0o755), file("s", translate(source, "s"))],
      { init: ["/init", "/calls", "/s"] },
    );
    booted.computer.run({ idle: "skip", instructionLimit: 1e8 });
    expect(booted.output()).toMatch(/read \$s b0 10\n {2}= -3\n/);
    expect(booted.output()).toMatch(/"\/proc\/4\/stat" O_RDONLY 0\n {2}= -2\n/);
  });
});
