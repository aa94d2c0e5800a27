import { describe, expect, it } from "vitest";
import { packCpio } from "../../../kernel/fs/cpio.ts";
import { MemoryImage } from "../../../kernel/fs/ext2/image.ts";
import { bootFiles, CALLS, directory, file, INIT } from "./computers.ts";
import { problemsOf } from "./ext2/checker.ts";
import { Disk, newImage } from "./ext2/disks.ts";
import { translate } from "./script.ts";

/** Runs a script of calls with an empty ext2 on /dev/vdb, mounted on /w. @returns what it printed, and the disk afterwards */
function work(lines: readonly string[]): { output: string; disk: Disk } {
  const script = ["# work", 'mount "/dev/vdb" "/w" "ext2" 0 0', ...lines].join("\n");
  const root = packCpio([
    directory("tmp", 0o1777),
    directory("w"),
    file("init", INIT, 0o755),
    file("calls", CALLS, 0o755),
    file("script", translate(script, "work")),
  ]);
  const blockSize = 1024;
  const disks = [root, newImage({ size: 2 ** 20, blockSize }).bytes];
  const { computer, output } = bootFiles([], { disks, init: ["/init", "/calls", "/script"] });
  expect(computer.run({ idle: "skip", instructionLimit: 1e9 })).toMatchObject({ kind: "off", status: 0 });
  return { output: output(), disk: new Disk(new MemoryImage(computer.machine.disks[1].contents(), blockSize)) };
}

const results = (output: string) => [...output.matchAll(/^ {2}= (.*)$/gm)].map(([, result]) => Number(result));

describe("unmounting", () => {
  const NESTED = [
    'mkdirat AT_FDCWD "/w/a" 0755',
    'mkdirat AT_FDCWD "/w/a/b" 0755',
    'openat AT_FDCWD "/w/a/b/f" O_CREAT|O_RDWR 0644 > f',
    'unlinkat AT_FDCWD "/w/a/b/f" 0',
    'unlinkat AT_FDCWD "/w/a/b" AT_REMOVEDIR',
    'unlinkat AT_FDCWD "/w/a" AT_REMOVEDIR',
  ];

  it("frees directories that had to stay for what was open in them", () => {
    const { output, disk } = work([...NESTED, "sync", "close $f", 'umount2 "/w" 0']);
    expect(results(output).slice(-2)).toEqual([0, 0]);
    expect(problemsOf(disk)).toEqual([]);
  });

  const LINKED = [
    'mkdirat AT_FDCWD "/w/d" 0755',
    'openat AT_FDCWD "/w/f" O_CREAT|O_RDWR 0644 > f',
    'linkat AT_FDCWD "/w/f" AT_FDCWD "/w/d/g" 0',
    'unlinkat AT_FDCWD "/w/d/g" 0',
    'unlinkat AT_FDCWD "/w/d" AT_REMOVEDIR',
    "sync",
    "close $f",
  ];

  it("frees a directory in which a file had its newest name", () => {
    const { output, disk } = work([...LINKED, 'umount2 "/w" 0']);
    expect(results(output).at(-1)).toBe(0);
    expect(problemsOf(disk)).toEqual([]);
    const readOnly = work([...LINKED, 'mount "/dev/vdb" "/w" "ext2" MS_REMOUNT|MS_RDONLY 0']);
    expect(results(readOnly.output).at(-1)).toBe(0);
    expect(problemsOf(readOnly.disk)).toEqual([]);
  });

  it("at power-off does so too, though the file is open until the end", () => {
    const { disk } = work([...NESTED, "sync", "reboot 0xfee1dead 672274793 0x4321fedc 0"]);
    expect(problemsOf(disk)).toEqual([]);
  });

  it("is refused while a file without a name is open, and goes on afterwards", () => {
    const { output, disk } = work([...NESTED, 'umount2 "/w" 0', "close $f", 'umount2 "/w" 0']);
    expect(results(output).slice(-3)).toEqual([-16, 0, 0]);
    expect(problemsOf(disk)).toEqual([]);
  });
});

describe("statfs", () => {
  it("shows what was removed as free before the disk has forgotten it", () => {
    const shown = ['statfs "/w" b0', "show word b0+24", "show word b0+48"];
    const { output } = work([
      ...shown,
      'openat AT_FDCWD "/w/f" O_CREAT|O_RDWR 0644 > f',
      "pwrite64 $f b1 100000 0",
      "sync",
      ...shown,
      "close $f",
      'unlinkat AT_FDCWD "/w/f" 0',
      ...shown,
    ]);
    const [before, during, after] = [...output.matchAll(/^ {2}(\d+)\n.*\n {2}(\d+)$/gm)].map(([, ...two]) =>
      two.map(Number),
    );
    expect(during).toEqual([before[0] - 99, before[1] - 1]);
    expect(after).toEqual(before);
  });
});
