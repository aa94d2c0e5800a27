import { describe, expect, it } from "vitest";
import { setWindowSize } from "../../../kernel/fs/tty-control.ts";
import { type Booted, bootFiles, bytes, CALLS, file, INIT, text } from "./computers.ts";
import { translate } from "./script.ts";

/** A computer that runs a script of calls; descriptors 0 to 2 are /dev/hostout. */
function booted(source: string, more: Parameters<typeof bootFiles>[0] = [], disks?: Uint8Array[]): Booted {
  const script = file("script", translate(`# x\n${source}`, "s"));
  const entries = [file("init", INIT, 0o755), file("calls", CALLS, 0o755), script, ...more];
  const config = { init: ["/init", "/calls", "/script"] };
  if (disks === undefined) return bootFiles(entries, config);
  const { computer } = bootFiles(entries);
  return bootFiles([], { ...config, disks: [computer.machine.disks[0].contents(), ...disks] });
}

const finish = ({ computer }: Booted) => computer.run({ idle: "skip", instructionLimit: 5e8 });
const untilIdle = ({ computer }: Booted) => computer.run({ idle: "skip", instructionLimit: 5e8 });
const OFF = { kind: "off", status: 0 };
/** What shows and results printed, without the echo of the script. */
const lines = (b: Booted) =>
  b
    .output()
    .split("\n")
    .filter((line) => line.startsWith("  ") && !line.startsWith("  status"))
    .map((line) => line.trim());

describe("the console", () => {
  it("keeps what is typed ahead, sleeps for more, and ends when the line is hung up", () => {
    const b = booted(
      'openat AT_FDCWD "/dev/console" O_RDWR 0 > t\nread $t b0 100 > n\nshow bytes b0 $n\nread $t b0 100 > n\nshow bytes b0 $n\nread $t b0 100\nread $t b0 100',
    );
    b.computer.consoleInput(bytes("one\rtwo"));
    expect(untilIdle(b)).toMatchObject({ kind: "idle", wakeAt: null });
    expect(lines(b)).toEqual(["= 3", "= 4", '"one\\n"']);
    b.computer.consoleInput(bytes(" and three\r"));
    expect(untilIdle(b)).toMatchObject({ kind: "idle" });
    expect(lines(b).slice(3)).toEqual(["= 14", '"two and three\\n"']);
    b.computer.consoleHangUp();
    expect(finish(b)).toMatchObject(OFF);
    expect(lines(b).slice(5)).toEqual(["= 0", "= 0"]);
    expect(b.console()).toBe("one\r\ntwo and three\r\n");
  });

  it("gives the line being typed when the end comes in its middle", () => {
    const b = booted(
      'openat AT_FDCWD "/dev/console" O_RDWR 0 > t\nread $t b0 100 > n\nshow bytes b0 $n\nread $t b0 100',
    );
    b.computer.consoleInput(bytes("unfinished"));
    b.computer.consoleHangUp();
    expect(finish(b)).toMatchObject(OFF);
    expect(lines(b)).toEqual(["= 3", "= 10", '"unfinished"', "= 0"]);
  });

  it("loses nothing of input that is larger than its buffer", () => {
    const count = 3000;
    const b = booted(
      `openat AT_FDCWD "/dev/console" O_RDWR 0 > t\nioctl $t TCGETS b2\nstore b2+12 4 2\nioctl $t TCSETS b2\nquiet\n${"read $t b0 100 > n\n".repeat(count - 1)}loud\nread $t b0 100 > n\nshow bytes b0 $n\nread $t b0 100`,
    );
    b.computer.consoleInput(bytes(Array.from({ length: count }, (_, i) => `line ${i}\n`).join("")));
    b.computer.consoleHangUp();
    expect(finish(b)).toMatchObject(OFF);
    expect(lines(b).slice(-3)).toEqual(["= 10", `"line ${count - 1}\\n"`, "= 0"]);
  });

  it("reads by VMIN and VTIME in raw mode", () => {
    const raw = 'openat AT_FDCWD "/dev/console" O_RDWR 0 > t\nioctl $t TCGETS b2\nstore b2+12 4 0\n';
    const set = (min: number, time: number) => `store b2+22 1 ${time}\nstore b2+23 1 ${min}\nioctl $t TCSETS b2\n`;
    const b = booted(
      `${raw}${set(0, 0)}read $t b0 10\n${set(0, 5)}read $t b0 10\n${set(3, 0)}read $t b0 10\nread $t b0 2\n${set(5, 2)}read $t b0 10`,
    );
    b.computer.run({ idle: "skip", until: 100_000_000 });
    expect(lines(b)).toEqual(["= 3", "= 0", "= 0", "= 0", "= 0"]);
    expect(untilIdle(b)).toMatchObject({ kind: "idle", wakeAt: null });
    expect(lines(b).slice(5)).toEqual(["= 0", "= 0"]);
    const timeout = b.computer.machine.clock.cycles;
    expect(timeout).toBeGreaterThan(500_000_000);
    b.computer.consoleInput(bytes("ab"));
    expect(untilIdle(b)).toMatchObject({ kind: "idle", wakeAt: null });
    expect(lines(b).slice(7)).toEqual([]);
    b.computer.consoleInput(bytes("cdef"));
    expect(untilIdle(b)).toMatchObject({ kind: "idle", wakeAt: null });
    // The first read took six bytes; the second waits for two again.
    expect(lines(b).slice(7)).toEqual(["= 6"]);
    b.computer.consoleInput(bytes("ghi"));
    expect(finish(b)).toMatchObject(OFF);
    // One byte was left; no second one came within two tenths of a second.
    expect(lines(b).slice(8)).toEqual(["= 2", "= 0", "= 1"]);
  });

  it("sends SIGINT to the foreground group for ^C, also to a process that is computing", () => {
    const b = booted(
      'child\nquiet\nsetsid\nloud\nopenat AT_FDCWD "/dev/console" O_RDWR 0 > t\nioctl $t TIOCSCTTY 0\nread $t b0 10\nend',
    );
    expect(untilIdle(b)).toMatchObject({ kind: "idle" });
    b.computer.consoleInput(bytes("abc\x03"));
    expect(finish(b)).toMatchObject(OFF);
    expect(b.output()).toContain("status 0x2\n");
    expect(b.console()).toBe("abc^C");
  });

  it("hangs its session up when its line heeds the carrier (no CLOCAL)", () => {
    const b = booted(
      'child\nquiet\nsetsid\nloud\nopenat AT_FDCWD "/dev/console" O_RDWR 0 > t\nioctl $t TIOCSCTTY 0\nioctl $t TCGETS b2\nstore b2+8 4 0xbd\nioctl $t TCSETS b2\nread $t b0 10\nend',
    );
    expect(untilIdle(b)).toMatchObject({ kind: "idle" });
    b.computer.consoleHangUp();
    expect(finish(b)).toMatchObject(OFF);
    expect(b.output()).toContain("status 0x1\n");
  });

  it("tells the foreground group of a new window size", () => {
    const b = booted(
      'child\nquiet\nsetsid\nloud\nopenat AT_FDCWD "/dev/console" O_RDWR 0 > t\nioctl $t TIOCSCTTY 0\nioctl $t TIOCGWINSZ b0\nshow short b0\nread $t b0 10\nioctl $t TIOCGWINSZ b0\nshow short b0\nend',
    );
    expect(untilIdle(b)).toMatchObject({ kind: "idle" });
    setWindowSize(b.computer.kernel, b.computer.kernel.fs.ttys[0], { rows: 50, columns: 132, xpixels: 0, ypixels: 0 });
    b.computer.consoleInput(bytes("\r"));
    expect(finish(b)).toMatchObject(OFF);
    expect(lines(b).slice(2)).toEqual(["= 0", "24", "= 1", "= 0", "50"]);
  });
});

describe("the host's streams", () => {
  it("bring input as it is, wait for more, and end", () => {
    const b = booted(
      'openat AT_FDCWD "/dev/hostin" O_RDONLY 0 > i\nread $i b0 100 > n\nshow bytes b0 $n\nread $i b0 4 > n\nshow bytes b0 $n\nread $i b0 100\nread $i b0 100\nread $i b0 100',
    );
    b.computer.streamInput(bytes("a\0\r\x03"));
    expect(untilIdle(b)).toMatchObject({ kind: "idle" });
    expect(b.computer.wantsStreamInput()).toBe(true);
    b.computer.streamInput(bytes("0123456789"));
    b.computer.streamHangUp();
    expect(finish(b)).toMatchObject(OFF);
    expect(lines(b)).toEqual(["= 3", "= 4", '"a\\x00\\x0d\\x03"', "= 4", '"0123"', "= 6", "= 0", "= 0"]);
  });

  it("can be waited for with poll", () => {
    const b = booted(
      'openat AT_FDCWD "/dev/hostin" O_RDONLY 0 > i\nstore b1 4 $i\nstore b1+4 2 POLLIN\nppoll b1 1 0 0 0\nshow short b1+6\nread $i b0 10\nppoll b1 1 0 0 0\nshow short b1+6',
    );
    expect(untilIdle(b)).toMatchObject({ kind: "idle" });
    b.computer.streamInput(bytes("x"));
    expect(untilIdle(b)).toMatchObject({ kind: "idle" });
    expect(lines(b)).toEqual(["= 3", "= 1", "1", "= 1"]);
    b.computer.streamHangUp();
    expect(finish(b)).toMatchObject(OFF);
    expect(lines(b).slice(4)).toEqual(["= 1", "17"]);
  });
});

describe("a disk as a device", () => {
  const disk = () => Uint8Array.from({ length: 8192 + 512 }, (_, i) => 65 + (i % 26));
  it("is read and written through the cache, and synchronised to the device", () => {
    const b = booted(
      'openat AT_FDCWD "/dev/vdb" O_RDWR 0 > d\npread64 $d b0 4 4094 > n\nshow bytes b0 $n\npwrite64 $d "changed" 7 4094\nlseek $d 0 SEEK_END\nread $d b0 1\npread64 $d b0 100 8700 > n\nshow bytes b0 $n\npwrite64 $d "x" 1 8704\npwrite64 $d "xy" 2 8703\nfsync $d\nopenat AT_FDCWD "/dev/vdd" O_RDWR 0',
      [],
      [disk()],
    );
    expect(finish(b)).toMatchObject(OFF);
    const text = (at: number, length: number) => Buffer.from(disk().subarray(at, at + length)).toString();
    expect(lines(b)).toEqual([
      ...[
        "= 3",
        "= 4",
        `"${text(4094, 4)}"`,
        "= 7",
        "= 8704",
        "= 0",
        "= 4",
        `"${text(8700, 4)}"`,
        "= -28",
        "= 1",
        "= 0",
        "= -2",
      ],
    ]);
    const after = b.computer.machine.disks[1].contents();
    expect(Buffer.from(after.subarray(4094, 4101)).toString()).toBe("changed");
    expect(after[8703]).toBe("x".charCodeAt(0));
    const { writes, writesMerged } = b.computer.kernel.fs.disks[1];
    expect(writes + writesMerged).toBe(3);
  });

  it("keeps what was written from the device until it is old, or the computer is switched off", () => {
    const b = booted(
      'openat AT_FDCWD "/dev/vdb" O_RDWR 0 > d\npwrite64 $d "changed" 7 0\nopenat AT_FDCWD "/dev/console" O_RDWR 0 > t\nread $t b0 10',
      [],
      [disk()],
    );
    const [, vdb] = b.computer.machine.disks;
    b.computer.run({ idle: "return" });
    expect(vdb.contents()).toEqual(disk());
    b.computer.consoleInput(bytes("x\r"));
    expect(finish(b)).toMatchObject(OFF);
    expect(text(vdb.contents().subarray(0, 7))).toBe("changed");
  });
});

describe("the whole state", () => {
  it("can be taken in the middle of anything and goes on alike elsewhere", () => {
    const source =
      'pipe2 b0 0\nbackground\nquiet\nwrite 4 b1 100000\nwrite 4 b1 100000\nend\nread 3 b2 100\nopenat AT_FDCWD "f" O_CREAT|O_RDWR 0644 > a\nwrite $a b2 5000\nunlinkat AT_FDCWD "f" 0\npread64 $a b2 10 4990\nopenat AT_FDCWD "/dev/console" O_RDWR 0 > t\nread $t b3 10 > n\nshow bytes b3 $n\ngetrandom b3 8 0\nshow bytes b3 8\nquiet\nread 3 b2 65536\nread 3 b2 65536\nread 3 b2 65536\nread 3 b2 65536\nread 3 b2 65536\nwait\nloud\nfstat $a b0\nshow stat b0';
    const run = (limits: readonly number[]) => {
      let b = booted(source);
      b.computer.consoleInput(bytes("typed\r"));
      let output = "";
      for (const instructionLimit of limits) {
        b.computer.run({ idle: "skip", instructionLimit });
        output += b.output();
        const snapshot = b.computer.snapshot();
        b = booted(source);
        b.computer.restore(snapshot);
      }
      finish(b);
      return { output: output + b.output(), cycles: b.computer.machine.clock.cycles };
    };
    const whole = run([]);
    expect(whole.output).toContain('"typed\\n"');
    for (const limits of [[1000], [5000, 9000], [12_000], [20_000, 30_000, 31_000], [60_000]])
      expect(run(limits)).toEqual(whole);
  });
});
