/** A shared folder as the guest sees it, while both sides work on it. */
import * as fs from "node:fs";
import { describe, expect, it, test } from "vitest";
import { withShared } from "./shared.ts";

const STAT = (name: string) => `newfstatat AT_FDCWD "${name}" b0 AT_SYMLINK_NOFOLLOW\nshow stat b0`;

describe("what one side writes the other side reads", () => {
  it("when the guest's last writer has closed the file", () =>
    withShared(({ path, run }) => {
      const seen: string[] = [];
      const look = () => seen.push(fs.readFileSync(path("f"), "latin1"));
      run(
        `openat AT_FDCWD "f" O_CREAT|O_RDWR 0644 > f
         openat AT_FDCWD "f" O_WRONLY 0 > g
         write $f "hello" 5
         pwrite64 $g "J" 1 0
         mkdirat AT_FDCWD "@written" 0
         close $f
         mkdirat AT_FDCWD "@one-closed" 0
         close $g
         mkdirat AT_FDCWD "@closed" 0`,
        { written: look, "one-closed": look, closed: look },
      );
      expect(seen).toEqual(["", "", "Jello"]);
    }));

  it("when it has called fsync, or msync for what it wrote through a mapping", () =>
    withShared(({ path, run }) => {
      const seen: string[] = [];
      const look = () => seen.push(fs.readFileSync(path("f"), "latin1"));
      fs.writeFileSync(path("f"), "0123456789");
      fs.writeFileSync(path("source"), "mapped");
      run(
        `openat AT_FDCWD "f" O_RDWR 0 > f
         pwrite64 $f "ab" 2 0
         fsync $f
         mkdirat AT_FDCWD "@synced" 0
         mmap 0 4096 PROT_READ|PROT_WRITE MAP_SHARED $f 0 > m
         openat AT_FDCWD "source" O_RDONLY 0 > s
         close $f
         read $s $m 6
         mkdirat AT_FDCWD "@mapped" 0
         msync $m 4096 MS_SYNC
         mkdirat AT_FDCWD "@msynced" 0`,
        { synced: look, mapped: look, msynced: look },
      );
      expect(seen).toEqual(["ab23456789", "ab23456789", "mapped6789"]);
    }));

  it("when a mapping ends, or the time of the flusher has come, or the computer is switched off", () =>
    withShared(({ path, run }) => {
      const seen: string[] = [];
      const look = (name: string) => () => seen.push(fs.readFileSync(path(name), "latin1"));
      for (const name of ["a", "b", "c"]) fs.writeFileSync(path(name), "......");
      fs.writeFileSync(path("source"), "mapped");
      const map = (name: string) => `openat AT_FDCWD "${name}" O_RDWR 0 > f
         mmap 0 4096 PROT_READ|PROT_WRITE MAP_SHARED $f 0 > m
         close $f
         openat AT_FDCWD "source" O_RDONLY 0 > s
         read $s $m 6`;
      run(
        `${map("a")}
         munmap $m 4096
         getpid
         mkdirat AT_FDCWD "@unmapped" 0
         ${map("b")}
         store b2 8 60
         store b2+8 8 0
         nanosleep b2 0
         mkdirat AT_FDCWD "@later" 0
         ${map("c")}
         mkdirat AT_FDCWD "@before" 0`,
        { unmapped: look("a"), later: look("b"), before: look("c") },
      );
      expect(seen).toEqual(["mapped", "mapped", "......"]);
      expect(fs.readFileSync(path("c"), "latin1")).toBe("mapped");
    }));

  it("when the guest opens the file again after the host has changed it", () =>
    withShared(({ path, run }) => {
      fs.writeFileSync(path("f"), "first");
      const read = `openat AT_FDCWD "f" O_RDONLY 0 > f
        read $f b1 100 > n
        show bytes b1 $n
        close $f`;
      const lines = run(
        `${read}\nmkdirat AT_FDCWD "@1" 0\n${read}\nmkdirat AT_FDCWD "@2" 0\n${read}\nmkdirat AT_FDCWD "@3" 0\n${read}`,
        {
          1: () => fs.writeFileSync(path("f"), "other"),
          2: () => fs.writeFileSync(path("f"), "longer than before"),
          3: () => fs.writeFileSync(path("f"), "x"),
        },
      );
      expect(lines.filter((line) => line.startsWith('"'))).toEqual([
        '"first"',
        '"other"',
        '"longer than before"',
        '"x"',
      ]);
    }));

  it("through a mapping too, when the file is asked about", () =>
    withShared(({ path, run }) => {
      fs.writeFileSync(path("f"), "a".repeat(9000));
      const show = `openat AT_FDCWD "/tmp/out" O_CREAT|O_RDWR|O_TRUNC 0644 > o
        write $o $m 4
        pread64 $o b1 4 0 > n
        show bytes b1 $n`;
      const lines = run(
        `openat AT_FDCWD "f" O_RDONLY 0 > f
         mmap 0 12288 PROT_READ MAP_SHARED $f 0 > m
         ${show}
         mkdirat AT_FDCWD "@changed" 0
         ${STAT("f")}
         ${show}
         mkdirat AT_FDCWD "@cut" 0
         fstat $f b0
         pread64 $f b1 10 4094 > n`,
        { changed: () => fs.writeFileSync(path("f"), "b".repeat(9000)), cut: () => fs.truncateSync(path("f"), 4096) },
      );
      expect(lines.filter((line) => line.startsWith('"'))).toEqual(['"aaaa"', '"bbbb"']);
      expect(lines.at(-1)).toBe("2");
    }));

  it("by two processes of the guest at once, with no other copy between them", () =>
    withShared(({ path, run }) => {
      const lines = run(
        `openat AT_FDCWD "f" O_CREAT|O_RDWR 0644 > f
         child
         openat AT_FDCWD "f" O_RDWR 0 > g
         pwrite64 $g "child" 5 0
         end
         pread64 $f b1 5 0 > n
         show bytes b1 $n
         background
         pwrite64 $f "C" 1 0
         end
         wait
         pread64 $f b1 5 0 > n
         show bytes b1 $n`,
      );
      expect(lines.filter((line) => line.startsWith('"'))).toEqual(['"child"', '"Child"']);
      expect(fs.readFileSync(path("f"), "latin1")).toBe("Child");
    }));
});

test("a file that has lost its name, by either side, stays until it is closed", () =>
  withShared(({ path, run }) => {
    for (const name of ["mine", "host"]) fs.writeFileSync(path(name), "content");
    const use = (fd: string) => `pread64 ${fd} b1 7 0 > n
      show bytes b1 $n
      pwrite64 ${fd} "C" 1 0
      fstat ${fd} b0
      show stat b0`;
    const lines = run(
      `openat AT_FDCWD "mine" O_RDWR 0 > a
       openat AT_FDCWD "host" O_RDWR 0 > b
       unlinkat AT_FDCWD "mine" 0
       mkdirat AT_FDCWD "@remove" 0
       ${use("$a")}
       ${use("$b")}
       openat AT_FDCWD "mine" O_RDONLY 0
       openat AT_FDCWD "host" O_RDONLY 0`,
      { remove: () => fs.unlinkSync(path("host")) },
    );
    const content = lines.filter((line) => line.startsWith('"'));
    expect(content).toEqual(['"content"', '"content"']);
    expect(lines.filter((line) => /^mode .*nlink 0/.test(line)).length).toBe(2);
    expect(lines.slice(-2)).toEqual(["-2", "-2"]);
    expect(fs.readdirSync(path("."))).toEqual([]);
  }));

test("names cannot lead out of the folder, and links lead where they would in the guest", () =>
  withShared(({ path, run }) => {
    fs.symlinkSync("/etc/passwd", path("passwd"));
    fs.symlinkSync("../../../../../../etc/hostname", path("up"));
    fs.mkdirSync(path("d"));
    const lines = run(
      `openat AT_FDCWD "passwd" O_RDONLY 0
       openat AT_FDCWD "up" O_RDONLY 0
       openat AT_FDCWD "../../etc/passwd" O_RDONLY 0
       symlinkat "/tmp" AT_FDCWD "tmp"
       openat AT_FDCWD "tmp/made" O_CREAT|O_WRONLY 0644 > f
       faccessat AT_FDCWD "/tmp/made" 0
       ${STAT("d/../..")}
       ${STAT("/")}`,
    );
    expect(lines.slice(0, 4)).toEqual(["-2", "-2", "-2", "0"]);
    expect(lines[5]).toBe("0");
    expect(lines[7]).toBe(lines[9]);
  }));

test("times, sizes and numbers are the host's", () =>
  withShared(({ path, run }) => {
    fs.writeFileSync(path("f"), "12345");
    fs.utimesSync(path("f"), 1_000_000_000, 1_100_000_000);
    fs.linkSync(path("f"), path("g"));
    const lines = run(`newfstatat AT_FDCWD "f" b0 0\nshow stat b0\nshow times b0\nshow word b0+8`);
    expect(lines[1]).toMatch(/^mode 0100644 nlink 2 uid 0 gid 0 size 5/);
    expect(lines[2]).toContain("1000000000");
    expect(lines[2]).toContain("1100000000");
  }));

test("directories are listed in the order of names, while names come and go", () =>
  withShared(({ path, run }) => {
    const names = Array.from({ length: 200 }, (_, i) => `file-${String(i).padStart(3, "0")}`);
    for (const name of [...names].reverse()) fs.writeFileSync(path(name), "");
    const lines = run(
      `openat AT_FDCWD "." O_RDONLY|O_DIRECTORY 0 > d
       getdents64 $d b1 4096 > n
       show bytes b1 $n
       mkdirat AT_FDCWD "@change" 0
       getdents64 $d b1 32768 > n
       show bytes b1 $n
       getdents64 $d b1 32768
       lseek $d 0 SEEK_SET
       getdents64 $d b1 32768 > n
       show bytes b1 $n`,
      {
        change() {
          fs.rmSync(path("file-000"));
          fs.writeFileSync(path("a-new-one"), "");
        },
      },
    );
    const seen = lines.join(" ").match(/file-\d{3}|a-new-one/g)!;
    expect(seen.slice(0, 200)).toEqual(names);
    expect(seen.slice(200)).toEqual([...names.slice(1), "a-new-one"]);
  }));

test("a folder for reading only is mounted so", () =>
  withShared(({ path, run }) => {
    fs.writeFileSync(path("f"), "f");
    const lines = run(
      `openat AT_FDCWD "f" O_RDWR 0
       openat AT_FDCWD "g" O_CREAT|O_WRONLY 0644
       mkdirat AT_FDCWD "d" 0755
       unlinkat AT_FDCWD "f" 0
       fchmodat AT_FDCWD "f" 0600
       openat AT_FDCWD "f" O_RDONLY 0 > f
       read $f b1 10`,
    );
    expect(lines.slice(0, 5)).toEqual(["-30", "-30", "-30", "-30", "-30"]);
    expect(lines.at(-1)).toBe("1");
  }, true));

test("what the host refuses is told by fsync, and is not lost while the file is open", () =>
  withShared(({ path, server, run }) => {
    let full = true;
    const exchange = (request: Uint8Array) => {
      // A request to write (type 118) answered with ENOSPC.
      if (full && request[4] === 118) return Uint8Array.of(11, 0, 0, 0, 7, 0, 0, 28, 0, 0, 0);
      if (request[4] === 72) full = false;
      return server.exchange(request);
    };
    const lines = run(
      `openat AT_FDCWD "f" O_CREAT|O_RDWR 0644 > f
       write $f "content" 7
       fsync $f
       pread64 $f b1 7 0 > n
       show bytes b1 $n
       mkdirat AT_FDCWD "room" 0755
       fsync $f`,
      {},
      { share: { readOnly: false, exchange } },
    );
    expect(lines).toEqual([lines[0], "7", "-5", "7", '"content"', "0", "0"]);
    expect(fs.readFileSync(path("f"), "latin1")).toBe("content");
  }));
