import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../../cpu/devices/disk-store.ts";
import { checkKernel } from "../../../kernel/check.ts";
import type { ComputerConfig } from "../../../kernel/computer.ts";
import { checkFiles } from "../../../kernel/fs/check.ts";
import type { CpioEntry } from "../../../kernel/fs/cpio.ts";
import { packCpio } from "../../../kernel/fs/cpio.ts";
import { RootError } from "../../../kernel/fs/root.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { packSystem, SYSTEM_SIZE } from "../../../tools/disk/system.ts";
import { type Booted, bootFiles, CALLS, directory, file, golden, INIT, text } from "./computers.ts";
import { newImage } from "./ext2/disks.ts";
import { translate } from "./script.ts";

const MIB = 2 ** 20;
const blank = () => new MemoryStore(newImage({ size: MIB, blockSize: 1024 }).bytes);
const programs = (script: string): CpioEntry[] => [
  file("init", INIT, 0o755),
  file("calls", CALLS, 0o755),
  file("script", translate(script, "t")),
];
const argv = ["/init", "/calls", "/script"];

/** A computer that runs the script; its files are in an archive. */
function bootCalls(script: string, more: readonly CpioEntry[] = [], config: Partial<ComputerConfig> = {}): Booted {
  const disks = [packCpio([directory("tmp", 0o1777), ...programs(script), ...more]), ...(config.disks ?? [])];
  return bootFiles([], { init: argv, swap: 0, ...config, disks });
}

/** To the end, with the invariants asserted again and again. @returns the results of the calls that are printed */
function finish(booted: Booted): string[] {
  const { computer } = booted;
  for (;;) {
    const { instret } = computer.machine.harts[0].counters;
    const outcome = computer.run({ idle: "skip", instructionLimit: instret + 5000 });
    checkFiles(computer.kernel);
    if (outcome.kind === "limit") continue;
    expect([outcome, booted.output()]).toMatchObject([{ kind: "off", status: 0 }, {}]);
    break;
  }
  checkKernel(computer.kernel);
  checkVm(computer.kernel);
  // The last line is how the case itself ended.
  return booted
    .output()
    .match(/^ {2}.*$/gm)!
    .map((line) => line.trim())
    .slice(0, -1);
}

/** The results, each as the call would be said to end. */
function results(script: string, more: readonly CpioEntry[] = [], config: Partial<ComputerConfig> = {}): string[] {
  return finish(bootCalls(`# a case\n${script}`, more, config));
}

const logOf = ({ computer }: Booted) => computer.kernel.log.records.map(({ text }) => text);
const peek = ({ computer }: Booted, path: string) => text(computer.readFile(path) ?? new Uint8Array());
const EBUSY = "= -16";

describe("a file system for reading", () => {
  const source = readFileSync(new URL("calls/read-only.calls", import.meta.url), "latin1");
  const linux = readFileSync(golden("read-only.txt"), "latin1");
  // What the calls gave, without the commands themselves.
  const answers = (output: string) => output.split("\n").filter((line) => line.startsWith("  "));
  for (const [i, part] of source
    .split(/^(?=# )/m)
    .filter((one) => one !== "")
    .entries()) {
    const title = part.slice(2, part.indexOf("\n"));
    it(`refuses the same on an ext2 disk as Linux on a tmpfs: ${title}`, () => {
      const script = part.replace(/^mount "none" "m" "tmpfs"/gm, 'mount "/dev/vdb" "m" "ext2"');
      expect(script).not.toBe(part);
      const recorded = linux.split(/^(?=# )/m).filter((one) => one !== "")[i];
      const booted = bootCalls(script, [], { disks: [blank()] });
      finish(booted);
      expect(answers(booted.output())).toEqual(answers(recorded));
    });
  }
});

describe("a disk", () => {
  const disks = () => ({ disks: [blank(), blank()] });

  it("is mounted once, and not written past the file system", () => {
    const script = `
      mkdirat AT_FDCWD "m" 0755
      mkdirat AT_FDCWD "n" 0755
      mount "/dev/vdb" "m" "ext2" 0 0
      mount "/dev/vdb" "n" "ext2" 0 0
      openat AT_FDCWD "/dev/vdb" O_WRONLY 0
      openat AT_FDCWD "/dev/vdb" O_RDONLY|O_EXCL 0
      openat AT_FDCWD "/dev/vdb" O_RDONLY 0 > a
      close $a
      swapon "/dev/vdb" 0
      umount2 "m" 0
      openat AT_FDCWD "/dev/vdb" O_WRONLY 0 > a
      mount "/dev/vdb" "m" "ext2" 0 0
      swapon "/dev/vdb" 0
      close $a
      mount "/dev/vdb" "m" "ext2" 0 0`;
    const found = results(script, [], disks());
    expect(found).toEqual([
      "= 0",
      "= 0",
      "= 0",
      ...[EBUSY, EBUSY, EBUSY],
      "= 3",
      "= 0",
      EBUSY,
      "= 0",
      "= 3",
      ...[EBUSY, EBUSY],
      "= 0",
      "= 0",
    ]);
  });

  it("that is mapped for writing is not mounted", () => {
    const script = `
      mkdirat AT_FDCWD "m" 0755
      openat AT_FDCWD "/dev/vdb" O_RDWR 0 > a
      quiet
      mmap 0 4096 PROT_READ|PROT_WRITE MAP_SHARED $a 0 > m
      loud
      close $a
      mount "/dev/vdb" "m" "ext2" 0 0
      munmap $m 4096
      mount "/dev/vdb" "m" "ext2" 0 0`;
    expect(results(script, [], disks())).toEqual(["= 0", "= 3", "= 0", EBUSY, "= 0", "= 0"]);
  });

  it("that is swapped to is neither mounted nor written, but can be swapped to no more", () => {
    const header = new Uint8Array(MIB);
    new DataView(header.buffer).setUint32(1024, 1, true);
    new DataView(header.buffer).setUint32(1028, MIB / 4096 - 1, true);
    header.set(Buffer.from("SWAPSPACE2"), 4086);
    const script = `
      mkdirat AT_FDCWD "m" 0755
      swapon "/dev/vdb" 0
      mount "/dev/vdb" "m" "ext2" 0 0
      openat AT_FDCWD "/dev/vdb" O_RDWR 0
      swapoff "/dev/vdb"
      openat AT_FDCWD "/dev/vdb" O_RDWR 0`;
    expect(results(script, [], { disks: [header] })).toEqual(["= 0", "= 0", EBUSY, EBUSY, "= 0", "= 3"]);
  });

  it("keeps what was written to it when it was unmounted", () => {
    const script = `
      mkdirat AT_FDCWD "m" 0755
      mount "/dev/vdb" "m" "ext2" 0 0
      openat AT_FDCWD "m/f" O_CREAT|O_RDWR 0644 > a
      write $a "kept" 4
      umount2 "m" 0
      close $a
      umount2 "m" 0
      newfstatat AT_FDCWD "m/f" b0 0
      mount "/dev/vdb" "m" "ext2" MS_RDONLY 0
      openat AT_FDCWD "m/f" O_RDONLY 0 > a
      read $a b0 10
      show bytes b0 4
      openat AT_FDCWD "m/f" O_RDWR 0
      close $a
      mount 0 "m" 0 MS_REMOUNT 0
      openat AT_FDCWD "m/f" O_RDWR 0 > a
      write $a "more" 4
      mount 0 "m" 0 MS_REMOUNT|MS_RDONLY 0
      close $a
      mount 0 "m" 0 MS_REMOUNT|MS_RDONLY 0
      umount2 "m" 0`;
    expect(results(script, [], disks())).toEqual(
      ["= 0", "= 0", "= 3", "= 4", EBUSY, "= 0", "= 0", "= -2", "= 0", "= 3", "= 4", '"kept"', "= -30"].concat([
        "= 0",
        "= 0",
        "= 3",
        "= 4",
        EBUSY,
        "= 0",
        "= 0",
        "= 0",
      ]),
    );
  });

  it("is unmounted by its last use when it was taken out lazily, with everything written", () => {
    const script = `
      mkdirat AT_FDCWD "m" 0755
      mkdirat AT_FDCWD "n" 0755
      mount "/dev/vdb" "m" "ext2" 0 0
      openat AT_FDCWD "m/f" O_CREAT|O_RDWR 0644 > a
      umount2 "m" MNT_DETACH
      write $a "late" 4
      mount "/dev/vdb" "n" "ext2" 0 0
      close $a
      mount "/dev/vdb" "n" "ext2" 0 0
      openat AT_FDCWD "n/f" O_RDONLY 0 > a
      read $a b0 10
      show bytes b0 4`;
    const found = results(script, [], disks());
    expect(found).toEqual(["= 0", "= 0", "= 0", "= 3", "= 0", "= 4", EBUSY, "= 0", "= 0", "= 3", "= 4", '"late"']);
  });

  it("with anything but ext2 on it is refused, with a reason in the log", () => {
    const booted = bootCalls('# a case\nmkdirat AT_FDCWD "m" 0755\nmount "/dev/vdb" "m" "ext2" 0 0', [], {
      disks: [new Uint8Array(MIB)],
    });
    expect(finish(booted)).toEqual(["= 0", "= -22"]);
    expect(logOf(booted).join("\n")).toMatch(/vdb: ext2: /);
  });
});

describe("a mount that was taken out lazily", () => {
  it("leaves nothing behind after its last use", () => {
    const script = `# a case
      mkdirat AT_FDCWD "m" 0755
      mount "none" "m" "tmpfs" 0 0
      mkdirat AT_FDCWD "m/d" 0755
      mount "none" "m/d" "tmpfs" 0 0
      openat AT_FDCWD "m/d/f" O_CREAT|O_RDWR 0644 > a
      ftruncate $a 8192
      write $a "abc" 3
      quiet
      mmap 0 4096 PROT_READ|PROT_WRITE MAP_SHARED $a 0 > m
      loud
      umount2 "m" MNT_DETACH
      close $a
      munmap $m 4096`;
    const booted = bootCalls(script);
    const { kernel } = booted.computer;
    const before = { mounts: kernel.fs.mounts.size, inodes: kernel.fs.inodes.size };
    finish(booted);
    // The case made two directories of its own.
    expect({
      mounts: kernel.fs.mounts.size,
      inodes: kernel.fs.inodes.size - 2,
      detached: kernel.fs.detached.size,
    }).toEqual({ ...before, detached: 0 });
  });
});

describe("mount flags", () => {
  it("nosuid: a program's set-user-ID bit means nothing", () => {
    const inner = file("t/script", "c 175 -\n");
    const copy = `
      openat AT_FDCWD "m/calls" O_CREAT|O_WRONLY 0755 > a
      openat AT_FDCWD "/calls" O_RDONLY 0 > b
      sendfile $a $b 0 1000000
      fchown $a 5 5
      fchmod $a 06755
      close $a
      close $b
      loud`;
    const script = (flags: string) => `
      quiet
      mkdirat AT_FDCWD "m" 0755
      mount "none" "m" "tmpfs" ${flags} 0
      ${copy}
      child
      execve "m/calls" 0 0
      end`;
    expect(results(script("0"), [inner])[0]).toBe("= 5");
    expect(results(script("MS_NOSUID"), [inner])[0]).toBe("= 0");
  });

  it("strictatime: each read sets the time of access", () => {
    const script = (flags: string) => `
      quiet
      mkdirat AT_FDCWD "m" 0755
      mount "none" "m" "tmpfs" ${flags} 0
      openat AT_FDCWD "m/f" O_CREAT|O_RDWR 0644 > a
      write $a "abc" 3
      store b1 8 1900000000
      store b1+16 8 1000
      utimensat $a 0 b1 0
      pread64 $a b0 3 0
      loud
      fstat $a b2
      show times b2`;
    const config = { epoch: 1_900_000_500 };
    expect(results(script("MS_STRICTATIME"), [], config)[1]).toMatch(/^atime 19000005/);
    // Later than the others, and of today: relatime leaves it. ctime is now, so it is renewed all the same.
    expect(results(script("MS_NOATIME"), [], config)[1]).toMatch(/^atime 1900000000/);
  });
});

describe("/proc/self/mountinfo", () => {
  it("has numbers, paths and both kinds of options: proc(5)", () => {
    const booted = bootCalls(`# a case
      mkdirat AT_FDCWD "m" 0755
      mount "a b" "m" "tmpfs" MS_NODEV|MS_SYNCHRONOUS "size=64k"
      mount 0 "m" 0 MS_REMOUNT|MS_BIND|MS_RDONLY 0`);
    finish(booted);
    const lines = peek(booted, "/proc/self/mountinfo").trimEnd().split("\n");
    const numbers = lines.map((line) => line.split(" ").slice(0, 3));
    const rest = lines.map((line) => line.split(" ").slice(3).join(" "));
    expect(rest).toEqual([
      "/ / rw,relatime - tmpfs rootfs rw",
      "/ /dev rw,relatime - devtmpfs devtmpfs rw",
      "/ /dev/shm rw,nosuid,nodev,relatime - tmpfs tmpfs rw",
      "/ /proc rw,nosuid,nodev,noexec,relatime - proc proc rw",
      "/ /sys rw,nosuid,nodev,noexec,relatime - sysfs sysfs rw",
      "/ /tmp/case-t-0/m ro,relatime - tmpfs a\\040b rw,sync,size=64k",
    ]);
    const [root, dev, shm, proc, sys, last] = numbers;
    for (const [id, , device] of numbers) expect(device).toBe(`0:${id}`);
    expect([root[1], dev[1], shm[1], proc[1], sys[1], last[1]]).toEqual([
      root[0],
      root[0],
      dev[0],
      root[0],
      root[0],
      root[0],
    ]);
  });
});

describe("at boot", () => {
  const root = (entries: readonly CpioEntry[]) => {
    const start = packSystem(entries);
    return new MemoryStore({ size: SYSTEM_SIZE, start });
  };
  const folders = ["dev", "proc", "etc", "mnt", "tmp", "more"].map((name) => directory(name));
  const bootRoot = (fstab: string | null, disks: ComputerConfig["disks"] = []) => {
    const entries = [...folders, ...(fstab === null ? [] : [file("etc/fstab", fstab)])];
    return bootFiles([], { disks: [root(entries), ...disks], swap: 0 });
  };

  it("everything of fstab is mounted on an ext2 root, in its order, with its options", () => {
    const fstab = `
# comment
/dev/vda  /      ext2     noatime           0 1
proc      /proc  proc     nosuid
tmpfs     /tmp   tmpfs    size=1m,mode=1777,nodev,strictatime
/dev/vdb  /mnt   ext2     ro
/dev/vdb  /more  ext2     noauto
`;
    const booted = bootRoot(fstab, [blank()]);
    expect(peek(booted, "/proc/mounts")).toBe(
      `/dev/vda / ext2 rw,noatime 0 0
devtmpfs /dev devtmpfs rw,relatime 0 0
tmpfs /dev/shm tmpfs rw,nosuid,nodev,relatime 0 0
proc /proc proc rw,nosuid,relatime 0 0
tmpfs /tmp tmpfs rw,nodev,size=1024k 0 0
/dev/vdb /mnt ext2 ro,relatime 0 0
`,
    );
    checkFiles(booted.computer.kernel);
  });

  it("swap areas of fstab are used", () => {
    const header = new Uint8Array(MIB);
    new DataView(header.buffer).setUint32(1024, 1, true);
    new DataView(header.buffer).setUint32(1028, MIB / 4096 - 1, true);
    header.set(Buffer.from("SWAPSPACE2"), 4086);
    const booted = bootRoot("/dev/vdb none swap sw,pri=7 0 0\n", [header]);
    expect(peek(booted, "/proc/swaps")).toMatch(/^\/dev\/vdb +partition\s+1020\s+0\s+7$/m);
  });

  it("what cannot be mounted is told in the log, and the rest is mounted", () => {
    const fstab = `garbage
/dev/vdb /mnt ext2 defaults
/dev/vdc /more ext2 nofail
/dev/vdz none swap
none /missing tmpfs
none /tmp tmpfs nosuch=1
none /tmp nosuchfs
none /more tmpfs
`;
    const booted = bootRoot(fstab, [new Uint8Array(4096)]);
    expect(logOf(booted).filter((line) => line.includes("fstab"))).toEqual([
      "/etc/fstab: line 1: 1 of the fields source, mount point, type and options",
      "/etc/fstab: line 2: cannot mount /dev/vdb on /mnt as ext2: Invalid argument",
      "/etc/fstab: line 4: cannot swap to /dev/vdz: No such file or directory",
      "/etc/fstab: line 5: cannot mount none on /missing as tmpfs: No such file or directory",
      "/etc/fstab: line 6: cannot mount none on /tmp as tmpfs: Invalid argument",
      "/etc/fstab: line 7: cannot mount none on /tmp as nosuchfs: No such device",
    ]);
    expect(peek(booted, "/proc/mounts")).toMatch(/^none \/more tmpfs rw,relatime 0 0$/m);
  });

  it("a directory in the place of fstab is not read as one", () => {
    const disks = [root([...folders, directory("etc/fstab"), file("etc/fstab/row", "x /tmp tmpfs\n")])];
    const booted = bootFiles([], { disks, swap: 0 });
    expect(logOf(booted).filter((line) => line.includes("fstab"))).toEqual(["/etc/fstab: Is a directory"]);
    expect(peek(booted, "/proc/mounts")).toMatch(/^\/dev\/vda \/ ext2 rw,relatime 0 0$/m);
  });

  it("what is not at all a fstab is not told line by line", () => {
    const logged = logOf(bootRoot("x\n".repeat(1000))).filter((line) => line.includes("fstab"));
    expect(logged).toHaveLength(9);
    expect(logged[8]).toBe("/etc/fstab: and 992 more lines that cannot be read");
  });

  it("a first program that cannot be executed, being covered by fstab, is told too", () => {
    const disks = [root([...folders, directory("bin"), file("etc/fstab", "x /bin tmpfs\n"), file("bin/init", "")])];
    const booted = bootFiles([], { disks, swap: 0, init: ["/bin/init"] });
    expect(booted.computer.run({ idle: "skip", instructionLimit: 1e6 })).toMatchObject({ kind: "off", status: 2 });
    expect(logOf(booted)).toContain("/bin/init cannot be executed: No such file or directory");
  });

  it("an ext2 root without fstab can be written, and has /dev and /proc where it has the folders", () => {
    const mounts = (booted: Booted) =>
      [...booted.computer.kernel.fs.mounts.values()].filter(({ covered }) => covered !== 0);
    const booted = bootRoot(null);
    expect(peek(booted, "/proc/mounts")).toMatch(/^\/dev\/vda \/ ext2 rw,relatime 0 0$/m);
    // The device is the disk, as lsblk and /dev name it.
    expect(peek(booted, "/proc/1/mountinfo")).toMatch(/^\d+ \d+ 254:0 \/ \/ rw,relatime - ext2 \/dev\/vda rw$/m);
    expect(mounts(booted).map(({ fs }) => fs)).toEqual(["devfs", "tmpfs", "procfs"]);
    const bare = bootFiles([], { disks: [root([directory("proc")])], swap: 0 });
    expect(mounts(bare).map(({ fs }) => fs)).toEqual(["procfs"]);
    checkFiles(bare.computer.kernel);
  });

  it("a root that fstab has for reading is not written to", () => {
    const disk = root([
      ...folders,
      file("etc/fstab", "/dev/vda / ext2 ro\n"),
      ...programs('# a case\nmkdirat AT_FDCWD "/x" 0755'),
    ]);
    const before = new Uint8Array(SYSTEM_SIZE);
    disk.read(0, before);
    const booted = bootFiles([], { disks: [disk], swap: 0, init: argv });
    const outcome = booted.computer.run({ idle: "skip", instructionLimit: 1e8 });
    expect(outcome.kind).toBe("off");
    expect(booted.output()).toMatch(/mkdirat AT_FDCWD "\/x" 0755\n {2}= -30/);
    const after = new Uint8Array(SYSTEM_SIZE);
    disk.read(0, after);
    expect(Buffer.compare(before, after)).toBe(0);
  });

  it("a root in an archive gets the directories that it lacks, and is not stopped by what lies in the way", () => {
    const booted = bootFiles([file("dev", "")], { swap: 0 });
    expect(logOf(booted)).toContain("boot: cannot mount devtmpfs on /dev as devtmpfs: Not a directory");
    expect(peek(booted, "/proc/mounts")).toBe(
      "rootfs / tmpfs rw,relatime 0 0\nproc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\nsysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0\n",
    );
  });

  it("a root file system that cannot be mounted is a mistake that is explained", () => {
    const image = packSystem(folders);
    const { length } = image;
    // s_feature_incompat: the superblock's byte 96; 0x4 is needs_recovery.
    const features = 1024 + 96;
    image[features] |= 4;
    const boot = (bytes: Uint8Array) => () =>
      bootFiles([], { disks: [new MemoryStore({ size: SYSTEM_SIZE, start: bytes })] });
    expect(length).toBeGreaterThan(features);
    expect(boot(image)).toThrow(RootError);
    expect(boot(image)).toThrow(/^the root file system cannot be mounted: vda: ext2: /);
  });
});
