import { describe, expect, it } from "vitest";
import { isDirectory } from "../../../kernel/fs/inode.ts";
import { choice, number } from "../../../kernel/fs/sysfs/attribute.ts";
import { sysfs } from "../../../kernel/fs/sysfs/sysfs.ts";
import type { Inode } from "../../../kernel/fs/types.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Process } from "../../../kernel/process.ts";
import { decimalNumber } from "../../../kernel/sysctl-value.ts";
import { bootFiles, CALLS, directory, file, INIT, runProgram, text } from "./computers.ts";
import { translate } from "./script.ts";

const CPU = "/sys/devices/system/cpu";

/** Results of the calls of a script, as they are printed. */
function results(script: string): string[] {
  const entries = [file("calls", CALLS, 0o755), file("s", translate(`# a case\n${script}`, "s"))];
  const lines = runProgram(entries, ["/calls", "/s"]).match(/^ {2}.*$/gm)!;
  return lines.map((line) => line.trim()).slice(0, -1);
}

describe("/sys", () => {
  it("has the processors, and directories without files", () => {
    const { computer } = bootFiles([]);
    const read = (path: string) => text(computer.readFile(path) ?? new Uint8Array());
    const names = ["online", "possible", "present", "offline", "isolated"];
    expect(names.map((name) => read(`${CPU}/${name}`))).toEqual(["0\n", "0\n", "0\n", "\n", "\n"]);
    expect(computer.readFile(`${CPU}/cpu0`)).toBeNull();
    expect(read("/proc/filesystems")).toMatch(/^nodev\tsysfs$/m);
  });

  it("is read from any offset, as it was when it was read from its start", () => {
    expect(
      results(`openat AT_FDCWD "${CPU}/online" O_RDONLY 0 > a
        pread64 $a b0 1 1
        show bytes b0 1
        read $a b0 1
        read $a b0 10
        read $a b0 10
        lseek $a 0 SEEK_END
        write $a b0 1`),
    ).toEqual(["= 3", "= 1", String.raw`"\n"`, "= 1", "= 1", "= 0", "= 4096", "= -9"]);
  });

  it("holds the mode of a file against the superuser, too, and nothing can be made in it", () => {
    expect(
      results(`openat AT_FDCWD "${CPU}/online" O_RDWR 0
        openat AT_FDCWD "${CPU}/online" O_WRONLY|O_TRUNC 0
        openat AT_FDCWD "${CPU}/none" O_RDONLY 0
        mkdirat AT_FDCWD "${CPU}/x" 0755
        unlinkat AT_FDCWD "${CPU}/online" 0
        openat AT_FDCWD "${CPU}/cpu0" O_DIRECTORY 0
        openat AT_FDCWD "${CPU}/../../../devices" O_DIRECTORY 0
        mkdirat AT_FDCWD "/m" 0755
        mount "none" "/m" "sysfs" 0 "x"
        mount "none" "/m" "sysfs" 0 0
        faccessat AT_FDCWD "/m/kernel/mm" F_OK
        umount2 "/m" 0`),
    ).toEqual(["= -13", "= -13", "= -2", "= -2", "= -1", "= 3", "= 4", "= 0", "= -22", "= 0", "= 0", "= 0"]);
  });

  it("lists each directory with the inodes that a lookup finds", () => {
    const entries = [directory("sys"), file("init", INIT, 0o755)];
    const { kernel } = bootFiles(entries).computer;
    const mount = [...kernel.fs.mounts.values()].find(({ fs }) => fs === "sysfs")!;
    const root = kernel.fs.inodes.get(mount.root)!;
    expect(root).toMatchObject({ ino: 1, mode: 0o040555 });
    const p = kernel.processes.get(1)!;
    const walk = (directory: Inode): number[] => {
      const listed = sysfs.list(kernel, p, directory, 2, 1000);
      const one = listed.flatMap(({ cookie }) => sysfs.list(kernel, p, directory, cookie - 1, 1));
      expect(one).toEqual(listed);
      return listed.flatMap(({ name, ino, mode }) => {
        const inode = sysfs.lookup(kernel, p, directory, name)!;
        expect(inode).toMatchObject({ ino, mode });
        if (!isDirectory(inode)) return [ino];
        expect(sysfs.parent(kernel, inode).ino).toBe(directory.ino);
        return [ino, ...walk(inode)];
      });
    };
    const numbers = walk(root);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.length).toBeGreaterThan(8);
  });
});

describe("an attribute of sysfs", () => {
  const p = {} as Process;
  const named = (name: string) => expect.objectContaining({ name });

  it("takes one decimal number and a newline, and refuses all else", () => {
    const state = { n: 1 };
    const row = number(() => state, "n", 100);
    row.write!({} as Kernel, p, "42\n");
    expect(row.read!({} as Kernel)).toBe("42");
    for (const wrong of ["", "\n", " 1", "1 ", "0x10", "-1", "101", "1\n\n", "1\n2"])
      expect(() => row.write!({} as Kernel, p, wrong), wrong).toThrow(named("EINVAL"));
    expect(state.n).toBe(42);
    expect(decimalNumber("+010\n", 10)).toBe(10);
    expect(() => decimalNumber("11", 10)).toThrow(named("ERANGE"));
  });

  it("shows the chosen word in brackets", () => {
    let now: "always" | "never" = "never";
    const row = choice(
      ["always", "never"],
      () => now,
      (_k, word) => {
        now = word;
      },
    );
    expect(row.read!({} as Kernel)).toBe("always [never]");
    row.write!({} as Kernel, p, "always\n");
    expect(row.read!({} as Kernel)).toBe("[always] never");
    expect(() => row.write!({} as Kernel, p, "always \n")).toThrow(named("EINVAL"));
  });
});
