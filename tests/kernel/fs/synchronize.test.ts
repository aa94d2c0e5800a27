/** What is on the disk when a call that brings files home returns: as if the computer were switched off then. */
import { describe, expect, it } from "vitest";
import { DiskError, MemoryStore } from "../../../cpu/devices/disk-store.ts";
import { checkKernel } from "../../../kernel/check.ts";
import { packCpio } from "../../../kernel/fs/cpio.ts";
import { readData } from "../../../kernel/fs/ext2/data.ts";
import { lookup } from "../../../kernel/fs/ext2/directory.ts";
import { MemoryImage } from "../../../kernel/fs/ext2/image.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { bootFiles, CALLS, directory, file, INIT, text } from "./computers.ts";
import { Disk, newImage, ROOT } from "./ext2/disks.ts";
import { translate } from "./script.ts";

const BLOCK = 1024;
const blank = () => newImage({ size: 2 ** 20, blockSize: BLOCK }).bytes;

/** What a disk has of the file `f` in its root; null: not even its name. */
function onDisk(bytes: Uint8Array): string | null {
  const { view } = new Disk(new MemoryImage(bytes.slice(), BLOCK));
  const entry = lookup(view, ROOT, "f");
  return entry === null ? null : text(readData(view, entry.ino, 0, 64));
}

interface Answer {
  /** What the script printed of its results. */
  readonly results: string[];
  /** What the disk had of the file after each call of these names. */
  readonly after: string[];
}

/** Runs a script with an ext2 disk at m. @param watched calls after which the disk is looked at */
function run(script: string, watched: readonly string[], store = new MemoryStore(blank()), fstype = "ext2"): Answer {
  const after: string[] = [];
  const mounted = `# a case\nmkdirat AT_FDCWD "m" 0755\nmount "/dev/vdb" "m" "${fstype}" 0 0\n${script}`;
  const booted = bootFiles([], {
    disks: [
      packCpio([
        directory("tmp", 0o1777),
        file("init", INIT, 0o755),
        file("calls", CALLS, 0o755),
        file("script", translate(mounted, "t")),
      ]),
      store,
    ],
    init: ["/init", "/calls", "/script"],
    swap: 0,
    listeners: [
      (event) => {
        if (event.type === "syscall-exit" && event.name !== null && watched.includes(event.name))
          after.push(`${event.name} ${onDisk(booted.computer.machine.disks[1]!.contents())}`);
      },
    ],
  });
  const { computer } = booted;
  expect(computer.run({ idle: "skip", instructionLimit: 2e8 })).toMatchObject({ kind: "off", status: 0 });
  checkKernel(computer.kernel);
  checkVm(computer.kernel);
  const results = booted
    .output()
    .match(/^ {2}.*$/gm)!
    .map((line) => line.trim());
  return { results: results.slice(2, -1), after };
}

const FILE = 'openat AT_FDCWD "m/f" O_CREAT|O_RDWR 0644 > a\nput b0 "hello"';

describe("On a disk with ext2", () => {
  it("a write alone brings nothing home, and fsync all that is needed to find it", () => {
    const { after } = run(`${FILE}\npwrite64 $a b0 5 0\nfsync $a`, ["pwrite64", "fsync"]);
    expect(after).toEqual(["pwrite64 null", "fsync hello"]);
  });

  it.each(["fdatasync $a", "syncfs $a", "sync"])("%s does as well", (call) => {
    const name = call.split(" ")[0]!;
    const { after } = run(`${FILE}\npwrite64 $a b0 5 0\n${call}`, [name]);
    expect(after).toEqual([`${name} hello`]);
  });

  it.each(["O_SYNC", "O_DSYNC"])("a write under %s returns when it can be found again", (flag) => {
    const script = `${FILE.replace("O_CREAT", `O_CREAT|${flag}`)}\npwrite64 $a b0 5 0\npwrite64 $a b0 5 3`;
    expect(run(script, ["pwrite64"]).after).toEqual(["pwrite64 hello", "pwrite64 helhello"]);
  });

  it("a write under O_SYNC that appends goes on where it ended", () => {
    const script = `${FILE.replace("O_CREAT", "O_CREAT|O_SYNC|O_APPEND")}\npwrite64 $a b0 5 0\npwrite64 $a b0 5 0`;
    expect(run(script, ["pwrite64"]).after).toEqual(["pwrite64 hello", "pwrite64 hellohello"]);
  });

  it("sync_file_range brings pages home and nothing else", () => {
    const script = `${FILE}\npwrite64 $a b0 5 0\nfsync $a\nput b0 "HELLO"\npwrite64 $a b0 5 0\nsync_file_range $a 0 0 7`;
    const { after } = run(script, ["pwrite64", "sync_file_range"]);
    expect(after).toEqual(["pwrite64 null", "pwrite64 hello", "sync_file_range HELLO"]);
  });
});

describe("A disk that fails", () => {
  /** Writes fail from now on where the data of files lie. */
  class Failing extends MemoryStore {
    override write(position: number, bytes: Uint8Array): void {
      if (text(bytes).includes("hello")) throw new DiskError("no");
      super.write(position, bytes);
    }
  }

  it("is told by sync_file_range and fsync once, and by a write under O_SYNC; sync keeps it for them", () => {
    const script = `${FILE}\npwrite64 $a b0 5 0\nsync\nfsync $a\nfsync $a\nput b0 "hallo"\npwrite64 $a b0 5 0\nfsync $a`;
    const { results } = run(script, [], new Failing(blank()));
    expect(results.slice(1)).toEqual(["= 5", "= 0", "= -5", "= -5", "= 5", "= 0"]);
    const direct = run(`${FILE.replace("O_CREAT", "O_CREAT|O_SYNC")}\npwrite64 $a b0 5 0`, [], new Failing(blank()));
    expect(direct.results.slice(1)).toEqual(["= -5"]);
  });
});

describe("Errors are those of Linux 6.1", () => {
  const EBADF = "= -9";
  const [EINVAL, ESPIPE] = ["= -22", "= -29"];
  // biome-ignore format: a table is read in columns
  it.each([
    ["readahead $a -1 10",                "= 0"],
    ["readahead $d 0 10",                 EINVAL],
    ["readahead $w 0 10",                 EBADF],
    ["readahead $n 0 10",                 EINVAL],
    ["readahead $a 0 100000",             "= 0"],
    ["sync_file_range $n 0 0 7",          ESPIPE],
    ["sync_file_range $a 0 0 8",          EINVAL],
    ["sync_file_range $a -1 0 0",         EINVAL],
    ["sync_file_range $a 0 -1 0",         EINVAL],
    ["sync_file_range $d 0 0 7",          "= 0"],
    ["sync_file_range $a 0 0 7",          "= 0"],
    ["sync_file_range 99 0 0 7",          EBADF],
    ["syncfs 99",                         EBADF],
    ["syncfs $p",                         EBADF],
    ["syncfs $n",                         "= 0"],
    ["fadvise64 $d 0 0 3",                "= 0"],
    ["fadvise64 $n 0 0 9",                EINVAL],
    ["fadvise64 $a 0 -1 3",               EINVAL],
    ["fadvise64 $a -5 1 3",               "= 0"],
  ])("%s", (call, answer) => {
    const script = `${FILE}
      openat AT_FDCWD "/" O_RDONLY 0 > d
      openat AT_FDCWD "m/f" O_WRONLY 0 > w
      openat AT_FDCWD "/dev/null" O_RDONLY 0 > n
      openat AT_FDCWD "/" O_PATH 0 > p
      ${call}`;
    expect(run(script, []).results.at(-1)).toBe(answer);
  });
});
