/** Files of the host as disks of the machine: what is read and written, who may, and what is said when it goes wrong. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DiskError } from "../../cpu/devices/disk-store.ts";
import { Random } from "../../cpu/random.ts";
import { openHostDisk } from "../../tools/disk/file-store.ts";
import { lockImage, writerOf } from "../../tools/disk/lock.ts";
import { type DiskChoice, openDisks } from "../../tools/disk/run-disks.ts";
import { noise } from "./host-trees.ts";

const ROOT = join(import.meta.dirname, "../..");
const QUIRE = join(ROOT, "dist/quire.js");
let folder = "";
let files = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quire-host-disks-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A new file of so many bytes, the same each time. */
function file(bytes: number): string {
  const path = join(folder, `${files++}.img`);
  writeFileSync(path, noise(bytes));
  return path;
}

const read = (path: string, position: number, length: number) => {
  const disk = openHostDisk(path, "read");
  const bytes = new Uint8Array(length);
  disk.store.read(position, bytes);
  disk.close();
  return bytes;
};

describe("a file of the host as a disk", () => {
  test("is read and written in place, and at once", () => {
    const path = file(8192);
    const disk = openHostDisk(path, "write");
    const sector = new Uint8Array(512).fill(7);
    disk.store.write(1024, sector);
    const expected = noise(8192);
    expected.set(sector, 1024);
    expect(new Uint8Array(readFileSync(path))).toEqual(expected);
    const back = new Uint8Array(1024);
    disk.store.read(512, back);
    expect(back).toEqual(expected.slice(512, 1536));
    disk.store.flush!();
    disk.close();
    disk.close();
  });

  test("may be larger than any memory: only what is asked for is read", () => {
    const path = file(512);
    truncateSync(path, 2 ** 42);
    const disk = openHostDisk(path, "write");
    expect(disk.store.size).toBe(2 ** 42);
    disk.store.write(2 ** 42 - 512, new Uint8Array(512).fill(1));
    disk.close();
    expect(read(path, 2 ** 42 - 1024, 1024).indexOf(1)).toBe(512);
  });

  test("ends with its last whole sector, and says what is left out", () => {
    const path = file(1300);
    const disk = openHostDisk(path, "write");
    expect(disk.store.size).toBe(1024);
    expect(disk.warnings).toEqual([`${path}: its last 276 bytes are no whole sector of 512, and no part of the disk`]);
    disk.close();
  });

  test("that has become shorter fails as a bad disk does, and the host's reason is kept", () => {
    const path = file(8192);
    const disk = openHostDisk(path, "write");
    truncateSync(path, 1024);
    expect(() => disk.store.read(1024, new Uint8Array(512))).toThrow(DiskError);
    expect([...disk.failures]).toEqual([`${path}: it has become shorter`]);
    disk.close();
  });

  test("has no snapshots, and says why", () => {
    const disk = openHostDisk(file(512), "write");
    expect(() => disk.store.save()).toThrow(/is written through to the host: .* no snapshots/);
    disk.close();
  });

  test("with snapshot keeps what is written in memory, and can go back", () => {
    const path = file(3 * 4096 + 512);
    const disk = openHostDisk(path, "snapshot");
    const model = noise(3 * 4096 + 512);
    const random = new Random(1);
    const sectors = model.length / 512;
    for (let i = 0; i < 300; i++) {
      const first = random.below(sectors);
      const count = 1 + random.below(sectors - first);
      const bytes = random.bytes(count * 512);
      const back = new Uint8Array(count * 512);
      if (i % 2 === 0) {
        disk.store.write(first * 512, bytes);
        model.set(bytes, first * 512);
      }
      disk.store.read(first * 512, back);
      expect(back).toEqual(model.slice(first * 512, (first + count) * 512));
    }
    const saved = disk.store.save();
    disk.store.write(0, new Uint8Array(512));
    disk.store.restore(saved);
    const all = new Uint8Array(model.length);
    disk.store.read(0, all);
    expect(all).toEqual(model);
    disk.close();
    expect(new Uint8Array(readFileSync(path))).toEqual(noise(model.length));
    expect(existsSync(`${path}.lock`)).toBe(false);
  });
});

describe("the lock of an image", () => {
  test("lets one write at a time, under whatever name, and names it to the others", () => {
    const path = file(512);
    symlinkSync(path, `${path}.link`);
    const disk = openHostDisk(path, "write");
    const inUse = new RegExp(`is in use: process ${process.pid} \\(quire.*\\) writes to it$`);
    expect(() => openHostDisk(`${path}.link`, "write")).toThrow(inUse);
    expect(() => openHostDisk(path, "snapshot")).toThrow(inUse);
    const reader = openHostDisk(path, "read");
    expect(reader.warnings[0]).toMatch(/in use: .*; what is read here may be half-written$/);
    reader.close();
    disk.close();
    expect(existsSync(`${path}.lock`)).toBe(false);
    openHostDisk(path, "snapshot").close();
  });

  test("of a process that has ended is taken over, and that of a number given again", () => {
    const path = file(512);
    const lock = lockImage(path);
    const mine = JSON.parse(readFileSync(`${path}.lock`, "utf8"));
    lock.release();
    const { pid } = spawnSync(process.execPath, ["-e", "0"]);
    for (const stale of [{ ...mine, pid }, ...(mine.began === "" ? [] : [{ ...mine, began: "another time" }])]) {
      writeFileSync(`${path}.lock`, JSON.stringify(stale));
      expect(writerOf(path)).toBeNull();
      openHostDisk(path, "write").close();
    }
    expect(readdirSync(folder).filter((name) => name.includes(".lock"))).toEqual([]);
  });

  test.skipIf(!existsSync("/proc/self/stat"))(
    "of a process that is dead, and whose parent has not asked, is taken over",
    () => {
      const path = file(512);
      const lock = lockImage(path);
      const mine = JSON.parse(readFileSync(`${path}.lock`, "utf8"));
      lock.release();
      // Node asks about its children only when it waits for events: not within this function.
      const { pid } = spawn(process.execPath, ["-e", "0"], { stdio: "ignore" });
      const field = (n: number) =>
        readFileSync(`/proc/${pid}/stat`, "utf8")
          .replace(/^.*\) /, "")
          .split(" ")[n];
      const [bootId] = mine.began.split(" ");
      writeFileSync(`${path}.lock`, JSON.stringify({ ...mine, pid, began: `${bootId} ${field(19)}` }));
      expect(writerOf(path)).not.toBeNull();
      process.kill(pid!, "SIGKILL");
      while (field(0) !== "Z") spawnSync("sleep", ["0.01"]);
      expect(writerOf(path)).toBeNull();
      openHostDisk(path, "write").close();
    },
  );

  test("of another host is left alone, and the message says what to do", () => {
    const path = file(512);
    writeFileSync(`${path}.lock`, JSON.stringify({ pid: 1, began: "", where: "elsewhere x", what: "quire boot" }));
    expect(() => openHostDisk(path, "write")).toThrow(
      `${path} is in use: process 1 on elsewhere (quire boot) writes to it; if that is not so any more, remove ${path}.lock`,
    );
  });

  test("that somebody is about to write is left alone, for a while", () => {
    const path = file(512);
    writeFileSync(`${path}.lock`, "");
    expect(() => openHostDisk(path, "write")).toThrow(/another process is taking it/);
    utimesSync(`${path}.lock`, 1, 1);
    openHostDisk(path, "write").close();
  });

  test("goes to one of many that find a stale one", async () => {
    const path = file(512);
    const lock = lockImage(path);
    const mine = JSON.parse(readFileSync(`${path}.lock`, "utf8"));
    lock.release();
    const { pid } = spawnSync(process.execPath, ["-e", "0"]);
    writeFileSync(`${path}.lock`, JSON.stringify({ ...mine, pid }));
    const disks = Array.from({ length: 6 }, () => boot(["--drive", path]));
    const ends = await Promise.all(
      disks.map(
        (child) =>
          new Promise((resolve) => {
            child.once("close", (status) => resolve(status));
            child.stdout!.once("data", () => resolve("boots"));
          }),
      ),
    );
    for (const child of disks) child.kill("SIGKILL");
    expect(ends.filter((end) => end === "boots")).toHaveLength(1);
    expect(ends.filter((end) => end === 2)).toHaveLength(5);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("is given back at %s, which still ends quire", async (signal) => {
    for (const script of ["echo started; while true; do :; done\n", "echo started\n"]) {
      const path = file(512);
      const child = boot(["--drive", path], script);
      await new Promise((resolve) => child.stdout!.once("data", resolve));
      expect(existsSync(`${path}.lock`)).toBe(true);
      const ended = new Promise((resolve) => child.once("close", (_, by) => resolve(by)));
      child.kill(signal);
      expect(await ended).toBe(signal);
      expect(existsSync(`${path}.lock`)).toBe(false);
    }
  });
});

/** The emulator with a shell that says something and then waits for its input, which does not end. */
function boot(options: readonly string[], script = "echo started\n"): ChildProcess {
  const child = spawn(process.execPath, [QUIRE, "boot", ...options], { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin!.write(script);
  return child;
}

describe("the disks of a run", () => {
  test("are given back when one of them cannot be had", () => {
    const path = file(512);
    const choice: DiskChoice = {
      root: null,
      builtIn: "archive",
      drives: [path, join(folder, "none")],
      snapshot: false,
    };
    expect(() => openDisks(choice, [])).toThrow(/cannot read .*none: no such file or directory/);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test("are at most eight, and each of another file", () => {
    const path = file(512);
    linkSync(path, `${path}.same`);
    const drives =
      (...paths: string[]) =>
      () =>
        openDisks({ root: null, builtIn: "archive", drives: paths, snapshot: true }, []);
    expect(drives(...Array.from({ length: 8 }, () => file(512)))).toThrow(/room for 7 beside the root, not for 8/);
    expect(drives(path, `${path}.same`)).toThrow(/same is given twice: one file is one disk/);
  });

  test("say of a file without ext2 what it is", () => {
    mkdirSync(join(folder, "kinds"));
    const kinds: [string, number, string][] = [
      ["070701", 0, "a cpio archive"],
      ["ustar", 257, "a tar archive"],
      ["\x1f\x8b", 0, "compressed by gzip"],
      ["QFI\xfb", 0, "a qcow2 image (qemu-img convert -O raw unpacks it)"],
      ["SWAPSPACE2", 4086, "a swap area"],
      ["\x55\xaa", 510, "a disk with a partition table, or a FAT file system"],
      ["", 0, "empty at its start"],
      ["words", 0, "something unknown"],
    ];
    for (const [magic, at, what] of kinds) {
      const path = join(folder, "kinds", `${files++}`);
      const bytes = Buffer.alloc(8192);
      bytes.write(magic, at, "latin1");
      writeFileSync(path, bytes);
      expect(() => openDisks({ root: path, builtIn: "archive", drives: [], snapshot: true }, [])).toThrow(
        `${path} is ${what}, not an ext2 file system: quire disk make IMAGE --size 64M --system makes an image that boots`,
      );
    }
  });
});
