/**
 * The programs that show memory, as a user runs them: their tables have procps's columns, their figures are those of
 * /proc, and what they cannot do they say. One boot for all; the disk to swap to is /dev/vdb.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { caseName, PROCPS_CASES, readGolden } from "./procps.ts";

const QUIRE = join(import.meta.dirname, "../../dist/quire.js");
const MARK = "=== ";
const RAM_KIB = 16384;
const SWAP_KIB = 16380;

/** In order: swapon and mkswap change what those after them find. */
const COMMANDS = [
  "cat /proc/meminfo",
  "free",
  "cat /proc/meminfo ",
  "free -b",
  "free -m",
  "free -t",
  "free -s 1 -c 3",
  "free -z",
  "free -c 0",
  "vmstat",
  "vmstat 2 3",
  "vmstat x",
  "vmstat 1 0",
  "vmstat -s",
  "cat /proc/vmstat",
  "cat /proc/$$/maps",
  "cat /proc/$$/smaps",
  "pmap $$",
  "pmap -x $$",
  "pmap -p $$",
  "pmap",
  "pmap 99999",
  "cat /proc/swaps",
  "swapon",
  "swapon -s",
  "swapon /dev/vdb",
  "swapon /dev/nothing",
  "swapon -p 40000 /dev/vdb",
  "mkswap /dev/vdb",
  "swapoff /dev/vdb",
  "swapoff /dev/vdb ",
  "swapoff",
  "free ",
  "swapon  ",
  "mkswap -L memory /dev/vdb",
  "mkswap /dev/null",
  "mkswap /dev/nothing",
  "mkswap",
  "swapon -p 7 /dev/vdb && cat /proc/swaps",
  "swapoff -a && cat /proc/swaps",
  "dmesg",
  "dmesg -t",
  "dmesg -r",
  "dmesg -n 9",
  "dmesg -c > /dev/null; dmesg",
  "top -b -n 2 -d 1",
  "cat /proc/$$/status",
  "top -d x",
] as const;

type Command = (typeof COMMANDS)[number];

const printed = new Map<string, string[]>();

/** The lines that a command printed, its errors too, and `[status N]`. */
const of = (command: Command): string[] => printed.get(command)!;
/** Its lines without the status, which must be 0. */
function linesOf(command: Command): string[] {
  const lines = of(command);
  expect(lines.at(-1)).toBe("[status 0]");
  return lines.slice(0, -1);
}

beforeAll(() => {
  const input = COMMANDS.map((command, i) => `echo '${MARK}${i}'; { ${command}; } 2>&1; echo "[status $?]"\n`).join("");
  const { stdout } = spawnSync(process.execPath, [QUIRE, "--ram", "16M"], { input, encoding: "utf8", timeout: 60_000 });
  for (const part of stdout.split(MARK).slice(1)) {
    const lines = part.trimEnd().split("\n");
    printed.set(COMMANDS[Number(lines[0])]!, lines.slice(1));
  }
}, 90_000);

/** Where the words of a line end: columns of numbers are aligned to the right. */
const ends = (line: string): number[] => [...line.matchAll(/\S+/g)].map((word) => word.index + word[0].length);
const words = (line: string): string[] => line.trim().split(/\s+/);
const numbers = (line: string): number[] =>
  words(line)
    .map(Number)
    .filter((n) => !Number.isNaN(n));
/** "Label: 12 kB" lines by their label. */
const labelled = (lines: readonly string[]): Record<string, number> =>
  Object.fromEntries(lines.map((line) => [words(line)[0]!.replace(":", ""), Number(words(line)[1])]));

/** What procps printed for a command, line by line. */
function recorded(command: string): string[] {
  const index = PROCPS_CASES.findIndex((one) => one.command === command);
  return readGolden().get(caseName(PROCPS_CASES[index]!, index))!.trimEnd().split("\n");
}

describe("free", () => {
  it("has procps's heading and columns", () => {
    for (const command of ["free", "free -b", "free -m", "free -t"] as const) {
      const [heading, ...rows] = linesOf(command);
      const [theirs, ...theirRows] = recorded(command);
      expect(heading).toBe(theirs);
      expect(rows.map(ends)).toEqual(theirRows.map(ends));
      expect(rows.map((row) => words(row)[0])).toEqual(theirRows.map((row) => words(row)[0]));
    }
  });

  it("shows the figures of /proc/meminfo", () => {
    const before = labelled(linesOf("cat /proc/meminfo"));
    const after = labelled(linesOf("cat /proc/meminfo "));
    const [, memory, swap] = linesOf("free");
    const [total, used, free, shared, cached, available] = numbers(memory!);
    expect(total).toBe(RAM_KIB);
    expect(used).toBe(total! - available!);
    expect(shared).toBe(before.Shmem);
    expect(cached).toBeGreaterThanOrEqual(before.Cached! + before.Buffers!);
    expect(cached).toBeLessThanOrEqual(after.Cached! + after.Buffers!);
    // free itself needs a little more or less than the cat before it
    const room = 64;
    expect(Math.abs(free! - before.MemFree!)).toBeLessThan(room + cached! - before.Cached!);
    expect(Math.abs(available! - before.MemAvailable!)).toBeLessThan(room);
    expect(numbers(swap!)).toEqual([SWAP_KIB, 0, SWAP_KIB]);
  });

  it("sums memory and swap with -t, and repeats with -s and -c", () => {
    const [, memory, swap, sum] = linesOf("free -t").map(numbers);
    expect(sum).toEqual([0, 1, 2].map((i) => memory![i]! + swap![i]!));
    expect(linesOf("free -s 1 -c 3").filter((line) => line.startsWith("Mem:")).length).toBe(3);
    expect(linesOf("free -s 1 -c 3").filter((line) => line === "").length).toBe(2);
  });

  it("knows no other options and no count of 0", () => {
    expect(of("free -z")).toEqual([
      "free: invalid option -- 'z'",
      "usage: free [-bkmgh] [-t] [-s SECONDS [-c COUNT]]",
      "[status 1]",
    ]);
    expect(of("free -c 0")).toEqual(["free: 0: a whole number above 0 was expected", "[status 1]"]);
  });
});

describe("vmstat", () => {
  it("has procps's heading and columns, and a line for each look", () => {
    const [, names, row] = recorded("vmstat");
    for (const command of ["vmstat", "vmstat 2 3"] as const) {
      const lines = linesOf(command);
      expect(lines.slice(0, 2)).toEqual(recorded("vmstat").slice(0, 2));
      expect(lines.length).toBe(command === "vmstat" ? 3 : 5);
      for (const line of lines.slice(2)) {
        expect(numbers(line).length).toBe(words(names!).length);
        expect(ends(line).slice(0, 6)).toEqual(ends(row!).slice(0, 6));
      }
    }
  });

  it("shows memory as /proc has it, and an idle computer as idle", () => {
    const lines = linesOf("vmstat 2 3").slice(2).map(numbers);
    for (const line of lines) {
      const [running, blocked, swapped, free] = line;
      expect([running, blocked, swapped]).toEqual([1, 0, 0]);
      expect(free).toBeLessThan(RAM_KIB);
    }
    const [user, system, idle, wait, stolen] = lines[2]!.slice(-5);
    expect(user! + system! + idle! + wait!).toBe(100);
    expect(idle).toBeGreaterThan(90);
    expect(stolen).toBe(0);
    expect(lines[2]!.slice(6, 10)).toEqual([0, 0, 0, 0]);
  });

  it("lists with -s the counters of /proc/vmstat that are not zero, in their order", () => {
    const theirs = linesOf("cat /proc/vmstat").map(words);
    const ours = linesOf("vmstat -s").map(words);
    const known = theirs.map(([name]) => name);
    const places = ours.map(([, name]) => known.indexOf(name));
    expect(places.every((place, i) => place >= 0 && (i === 0 || place > places[i - 1]!))).toBe(true);
    expect(ours.every(([count]) => Number(count) > 0)).toBe(true);
    const same = ours.filter(([count, name]) => theirs.some(([n, c]) => n === name && c === count));
    expect(same.length).toBeGreaterThan(ours.length / 3);
  });

  it("refuses what is no number of seconds or looks", () => {
    expect(of("vmstat x")).toEqual(["vmstat: x: a whole number above 0 was expected", "[status 1]"]);
    expect(of("vmstat 1 0")).toEqual(["vmstat: 0: a whole number above 0 was expected", "[status 1]"]);
  });
});

/** A line of /proc/PID/maps. */
function mapping(line: string): { address: string; kib: number; mode: string; name: string } {
  const [range, rights, , , , name] = words(line);
  const [start, end] = range!.split("-").map((part) => Number.parseInt(part, 16));
  const mode = rights!.replace("p", "-").replace("s", "s");
  return {
    address: start!.toString(16).padStart(16, "0"),
    kib: (end! - start!) / 1024,
    mode: `${mode}-`,
    name: name ?? "",
  };
}

describe("pmap", () => {
  const shown = (name: string, whole: boolean) =>
    name.startsWith("/")
      ? whole
        ? name
        : name.slice(name.lastIndexOf("/") + 1)
      : name === "[stack]"
        ? "  [ stack ]"
        : "  [ anon ]";

  it("shows each line of /proc/PID/maps, and their sum", () => {
    const maps = linesOf("cat /proc/$$/maps").map(mapping);
    for (const command of ["pmap $$", "pmap -p $$"] as const) {
      const lines = linesOf(command);
      expect(lines[0]).toMatch(/^\d+: {3}\/bin\/sh$/);
      const rows = maps.map(
        ({ address, kib, mode, name }) =>
          `${address} ${String(kib).padStart(6)}K ${mode} ${shown(name, command !== "pmap $$")}`,
      );
      expect(lines.slice(1, -1)).toEqual(rows);
      const total = maps.reduce((sum, { kib }) => sum + kib, 0);
      expect(lines.at(-1)).toBe(` total ${String(total).padStart(16)}K`);
    }
  });

  it("shows with -x what /proc/PID/smaps says is resident and dirty", () => {
    const smaps = linesOf("cat /proc/$$/smaps").join("\n");
    const figures = smaps.split(/\n(?=[0-9a-f]+-)/).map((one) => {
      const figure = (label: string) => Number(new RegExp(`^${label}: +(\\d+)`, "m").exec(one)![1]);
      return [figure("Size"), figure("Rss"), figure("Shared_Dirty") + figure("Private_Dirty")];
    });
    const [, heading, ...rest] = linesOf("pmap -x $$");
    expect(heading).toBe("Address           Kbytes     RSS   Dirty Mode  Mapping");
    expect(rest.at(-2)).toBe("---------------- ------- ------- ------- ");
    const rows = rest.slice(0, -2);
    expect(rows.map((row) => words(row).slice(1, 4).map(Number))).toEqual(figures);
    expect(rows.map((row) => ends(row).slice(0, 4))).toEqual(rows.map(() => [16, 24, 32, 40]));
    const sums = [0, 1, 2].map((i) => figures.reduce((sum, row) => sum + row[i]!, 0));
    expect(rest.at(-1)).toBe(`total kB ${sums.map((n, i) => String(n).padStart(i === 0 ? 15 : 7)).join(" ")}`);
  });

  it("ends with procps's statuses where there is nothing to show", () => {
    expect(of("pmap")).toEqual(["usage: pmap [-xp] PID...", "[status 1]"]);
    expect(of("pmap 99999")).toEqual(["[status 42]"]);
  });
});

describe("swapon, swapoff and mkswap", () => {
  it("show the areas in use as /proc/swaps does", () => {
    const swaps = linesOf("cat /proc/swaps");
    expect(swaps).toEqual([
      "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority",
      `/dev/vdb                                partition\t${SWAP_KIB}\t\t0\t\t-2`,
    ]);
    expect(linesOf("swapon")).toEqual(swaps);
    expect(linesOf("swapon -s")).toEqual(swaps);
  });

  it("put an area in and out of use, with its priority", () => {
    expect(linesOf("swapoff /dev/vdb")).toEqual([]);
    expect(numbers(linesOf("free ")[2]!)).toEqual([0, 0, 0]);
    expect(linesOf("swapon -p 7 /dev/vdb && cat /proc/swaps")[1]).toMatch(/^\/dev\/vdb +partition\t16380\t\t0\t\t7$/);
    expect(linesOf("swapoff -a && cat /proc/swaps").length).toBe(1);
  });

  it("write a header that says how large the area is", () => {
    const [setting, label] = linesOf("mkswap -L memory /dev/vdb");
    expect(setting).toBe(`Setting up swapspace version 1, size = ${SWAP_KIB} KiB (${SWAP_KIB * 1024} bytes)`);
    expect(label).toMatch(/^LABEL=memory, UUID=[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("say what they cannot do", () => {
    expect(of("swapon /dev/vdb")).toEqual(["swapon: /dev/vdb: Device or resource busy", "[status 1]"]);
    expect(of("swapon /dev/nothing")).toEqual(["swapon: /dev/nothing: No such file or directory", "[status 1]"]);
    expect(of("swapon -p 40000 /dev/vdb")).toEqual([
      "swapon: 40000: a priority is a number from 0 to 32767",
      "[status 2]",
    ]);
    expect(of("swapoff /dev/vdb ")).toEqual(["swapoff: /dev/vdb: Invalid argument", "[status 1]"]);
    expect(of("swapoff").at(-1)).toBe("[status 2]");
    expect(of("mkswap /dev/null").at(-1)).toBe("[status 1]");
    expect(of("mkswap /dev/nothing")).toEqual(["mkswap: /dev/nothing: No such file or directory", "[status 1]"]);
    expect(of("mkswap")).toEqual(["usage: mkswap [-L LABEL] DEVICE", "[status 2]"]);
  });

  it("do not write over an area in use", () => {
    expect(of("mkswap /dev/vdb")).toEqual(["mkswap: /dev/vdb: Device or resource busy", "[status 1]"]);
  });
});

describe("dmesg", () => {
  it("shows time and text of each message, with -t the text, with -r the level as well", () => {
    const texts = linesOf("dmesg -t");
    expect(linesOf("dmesg").map((line) => line.replace(/^\[ {4}\d\.\d{6}\] /, ""))).toEqual(texts);
    expect(linesOf("dmesg -r").map((line) => line.replace(/^<[0-7]>\[ {4}\d\.\d{6}\] /, ""))).toEqual(texts);
    expect(
      texts.some(
        (text) => text === `Adding ${SWAP_KIB}k swap on /dev/vdb.  Priority:-2 extents:1 across:${SWAP_KIB}k `,
      ),
    ).toBe(true);
  });

  it("forgets them with -c, and refuses levels that there are not", () => {
    expect(linesOf("dmesg -c > /dev/null; dmesg")).toEqual([]);
    expect(of("dmesg -n 9").at(-1)).toBe("[status 1]");
  });
});

describe("top -b", () => {
  it("shows page after page of processes, their memory as /proc has it", () => {
    const lines = linesOf("top -b -n 2 -d 1");
    const headings = lines.flatMap((line, i) => (line.startsWith("top - ") ? [i] : []));
    expect(headings.length).toBe(2);
    const page = lines.slice(headings[1]);
    expect(page[0]).toMatch(/^top - \d\d:\d\d:\d\d up {2}0:00, load average: \d\.\d\d, \d\.\d\d, \d\.\d\d$/);
    expect(numbers(page[1]!.replaceAll(",", ""))).toEqual([3, 1, 2, 0, 0]);
    expect(numbers(page[2]!)[0]).toBe(RAM_KIB);
    const heading = page.findIndex((line) => line.includes("PID USER"));
    expect(words(page[heading]!)).toEqual(words("PID USER PR VIRT RES SHR S %CPU TIME+ minF majF COMMAND"));
    const rows = page
      .slice(heading + 1)
      .filter((line) => line !== "")
      .map(words);
    expect(rows.map((row) => row.at(-1)).sort()).toEqual(["init", "sh", "top"]);
    const status = labelled(linesOf("cat /proc/$$/status"));
    const shell = rows.find((row) => row.at(-1) === "sh")!;
    expect(shell.slice(3, 6).map(Number)).toEqual([status.VmSize, status.VmRSS, status.RssFile! + status.RssShmem!]);
    const columns = page
      .slice(heading)
      .filter((line) => line !== "")
      .map((line) => ends(line).slice(3, 10));
    expect(new Set(columns.map(String)).size).toBe(1);
  });

  it("refuses what is no number of seconds", () => {
    expect(of("top -d x")).toEqual(["top: x: a whole number above 0 was expected", "[status 1]"]);
  });
});
