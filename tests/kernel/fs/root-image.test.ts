import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CpioError, packCpio } from "../../../kernel/fs/cpio.ts";
import { bootFiles, bytes, CALLS, directory, file, INIT, runProgram, text } from "./computers.ts";
import { translate } from "./script.ts";

const peek = (booted: ReturnType<typeof bootFiles>, path: string) => {
  const found = booted.computer.readFile(path);
  return found && text(found);
};

/** An archive as other writers make it: data at multiples of four bytes, files with several names. */
function plainArchive(files: { name: string; mode: number; data: string; ino: number; nlink: number }[]): Uint8Array {
  const up4 = (n: number) => "\0".repeat((4 - (n % 4)) % 4);
  const hex = (n: number) => n.toString(16).padStart(8, "0");
  let all = "";
  for (const { name, mode, data, ino, nlink } of [
    ...files,
    { name: "TRAILER!!!", mode: 0, data: "", ino: 0, nlink: 1 },
  ]) {
    const fields = [ino, mode, 0, 0, nlink, 77, data.length, 0, 0, 0, 0, name.length + 1, 0];
    all += `070701${fields.map(hex).join("")}${name}\0`;
    all += up4(all.length);
    all += data;
    all += up4(all.length);
  }
  all += "\0".repeat((512 - (all.length % 512)) % 512);
  return bytes(all);
}

describe("the root image", () => {
  it("gives files, directories, links and devices", () => {
    const booted = bootFiles([
      directory("d"),
      file("d/f", "content"),
      { path: "l", mode: 0o120777, data: bytes("d/f") },
      file("made/by/itself", "x"),
    ]);
    expect(peek(booted, "/d/f")).toBe("content");
    expect(peek(booted, "/l")).toBe("content");
    expect(peek(booted, "/made/by/itself")).toBe("x");
    expect(peek(booted, "/d")).toBe(null);
    expect(peek(booted, "/missing")).toBe(null);
    expect(peek(booted, "/proc/filesystems")).toBe(
      "nodev\ttmpfs\nnodev\tdevtmpfs\nnodev\tproc\nnodev\tsysfs\nnodev\thugetlbfs\nnodev\tpipefs\n\text2\nnodev\t9p\n",
    );
  });

  it("takes none of the inodes that a program may make from it", () => {
    const many = packCpio(Array.from({ length: 150 }, (_, i) => file(`f${i}`, "")));
    const { kernel } = bootFiles([], { ram: 2 ** 20, disks: [Uint8Array.from(many)] }).computer;
    const { mostInodes, usedInodes } = kernel.fs.mounts.get(kernel.fs.root!.device)!;
    expect(mostInodes - usedInodes).toBeGreaterThan(120);
  });

  it("lets later archives replace files of earlier ones, and keeps directories that exist", () => {
    const first = packCpio([directory("d", 0o700), file("d/f", "old"), file("g", "kept")]);
    const second = packCpio([directory("d", 0o755), file("d/f", "new")]);
    const booted = bootFiles([], { disks: [Uint8Array.from(Buffer.concat([first, second]))] });
    expect(peek(booted, "/d/f")).toBe("new");
    expect(peek(booted, "/g")).toBe("kept");
    const names = [...booted.computer.kernel.fs.inodes.values()].filter(({ place }) => place?.name === "d");
    expect(names.map(({ mode }) => mode)).toEqual([0o040700]);
  });

  it("of other writers is read too: data anywhere, names that share a file", () => {
    const big = Array.from({ length: 10_000 }, (_, i) => String.fromCharCode(33 + (i % 90))).join("");
    const script = 'openat AT_FDCWD "/two" O_RDONLY 0 > a\nread $a b0 4090 > n\nread $a b0 10 > n\nshow bytes b0 $n\n';
    const tail =
      'pread64 $a b0 100 9990 > n\nshow bytes b0 $n\nfstat $a b0\nshow stat b0\nopenat AT_FDCWD "/one" O_WRONLY 0';
    const more = plainArchive([
      { name: "./one", mode: 0o100644, data: "", ino: 5, nlink: 2 },
      { name: "./two", mode: 0o100644, data: big, ino: 5, nlink: 2 },
      { name: "script", mode: 0o100644, data: translate(script + tail, "x"), ino: 6, nlink: 1 },
    ]);
    const disk = Buffer.concat([packCpio([file("init", INIT, 0o755), file("calls", CALLS, 0o755)]), more]);
    const booted = bootFiles([], { disks: [Uint8Array.from(disk)], init: ["/init", "/calls", "/script"] });
    expect(booted.computer.run({ idle: "skip", instructionLimit: 1e8 })).toMatchObject({ kind: "off", status: 0 });
    const lines = booted.output().split("\n");
    const shown = lines.filter((line) => line.startsWith('  "'));
    const quoted = (part: string) => `  "${part.replace(/["\\]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`)}"`;
    expect(shown).toEqual([quoted(big.slice(4090, 4100)), quoted(big.slice(9990))]);
    expect(lines).toContain("  mode 0100644 nlink 2 uid 0 gid 0 size 10000 blocks 24");
    expect(peek(booted, "/one")).toBe(big);
  });

  it("is read page by page when it is touched, and reading it is a major fault", () => {
    const size = 3_000_000;
    const data = new Uint8Array(size).fill(65);
    const script = translate(
      'openat AT_FDCWD "/big" O_RDONLY 0 > a\npread64 $a b0 10 2000000 > n\nshow bytes b0 $n',
      "x",
    );
    const booted = bootFiles(
      [file("big", data), file("init", INIT, 0o755), file("calls", CALLS, 0o755), file("script", script)],
      {
        init: ["/init", "/calls", "/script"],
      },
    );
    const { computer } = booted;
    const [disk] = computer.kernel.fs.disks;
    expect(disk.sectorsRead).toBeLessThan(200);
    computer.run({ idle: "skip", instructionLimit: 1e8 });
    expect(booted.output()).toContain('"AAAAAAAAAA"');
    expect(disk.sectorsRead).toBeLessThan(400);
    expect(computer.stats().majorFaults).toBeGreaterThan(0);
  });

  it("that cannot be read says what is wrong with it", () => {
    const boots = (entries: Parameters<typeof packCpio>[0]) => () => bootFiles([], { disks: [packCpio(entries)] });
    expect(boots([file("a/../b", "x")])).toThrow("root image: 'a/../b': a name that leads upwards");
    expect(boots([file("f", "x"), file("f/g", "x")])).toThrow("root image: 'f/g': 'f' is not a directory");
    expect(boots([file("d/f", "x"), file("d", "x")])).toThrow("root image: 'd': replaces a directory");
    expect(boots([{ path: "odd", mode: 0o030644 }])).toThrow("root image: 'odd': a type that is none (mode 030644)");
    expect(boots([file("x".repeat(256), "")])).toThrow("a name of more than 255 bytes");
    expect(() => bootFiles([], { disks: [new Uint8Array(512).fill(1)] })).toThrow(CpioError);
  });

  it("that is damaged boots or is refused, and nothing else", () => {
    const archive = packCpio([
      directory("d"),
      file("d/a", "x".repeat(700)),
      { path: "l", mode: 0o120777, data: bytes("d/a") },
    ]);
    const damage = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(damage, (changes) => {
        const copy = archive.slice();
        for (const [at, value] of changes) copy[at] = value;
        try {
          bootFiles([], { disks: [copy], ram: 4 * 2 ** 20 });
        } catch (failure) {
          if (!(failure instanceof CpioError)) throw failure;
        }
      }),
      { seed: 3, numRuns: 150 },
    );
  });

  it("on a disk that fails gives EIO to whoever reads that file, and to nobody else", () => {
    const script = translate(
      'openat AT_FDCWD "/bad" O_RDWR 0 > a\nread $a b0 10\nread $a b0 10\npwrite64 $a "x" 1 5\nopenat AT_FDCWD "/good" O_RDONLY 0 > b\nread $b b0 10',
      "x",
    );
    const booted = bootFiles(
      [
        file("bad", "0123456789"),
        file("good", "0123456789"),
        file("init", INIT, 0o755),
        file("calls", CALLS, 0o755),
        file("script", script),
      ],
      { init: ["/init", "/calls", "/script"] },
    );
    const { kernel } = booted.computer;
    const bad = [...kernel.fs.inodes.values()].find(({ place }) => place?.name === "bad")!;
    if (bad.data.kind === "file") bad.data.backing = { disk: 0, position: kernel.fs.disks[0].size, length: 10 };
    expect(booted.computer.run({ idle: "skip", instructionLimit: 1e8 })).toMatchObject({ kind: "off", status: 0 });
    const results = booted.output().match(/ {2}= -?\d+/g);
    expect(results).toEqual(["  = 3", "  = -5", "  = -5", "  = -5", "  = 4", "  = 10"]);
    expect(kernel.fs.disks[0].errors).toBe(3);
  });

  it("leaves nothing behind when files are deleted", () => {
    const script =
      'openat AT_FDCWD "f" O_CREAT|O_RDWR 0644 > a\nwrite $a "x" 1\nunlinkat AT_FDCWD "f" 0\nmkdirat AT_FDCWD "d" 0755\nunlinkat AT_FDCWD "d" AT_REMOVEDIR\n';
    const count = (times: number) => {
      const booted = bootFiles(
        [
          file("init", INIT, 0o755),
          file("calls", CALLS, 0o755),
          file("s", translate(`# x\n${script.repeat(times)}`, "x")),
        ],
        {
          init: ["/init", "/calls", "/s"],
        },
      );
      booted.computer.run({ idle: "skip", instructionLimit: 1e8 });
      const { fs, vm } = booted.computer.kernel;
      return { inodes: fs.inodes.size, objects: vm.cache.objects.size, used: vm.frames.count - vm.frames.free };
    };
    expect(count(1).inodes).toBe(count(40).inodes);
    expect(count(1).objects).toBe(count(40).objects);
  });

  it("runs programs whose working directory is gone", () => {
    const script =
      'mkdirat AT_FDCWD "d" 0755\nchdir "d"\nunlinkat AT_FDCWD "../d" AT_REMOVEDIR\ngetcwd b0 100\nchdir ".."\ngetcwd b0 100 > n\nshow bytes b0 $n';
    const output = runProgram(
      [file("calls", CALLS, 0o755), file("s", translate(`# x\n${script}`, "y"))],
      ["/calls", "/s"],
    );
    expect(output).toContain('"/tmp/case-y-0\\x00"');
  });
});
