/** The built command, run as a user runs it. */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const QUIRE = join(import.meta.dirname, "../../dist/quire.js");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quire-cli-"));
  const files = {
    "hello.s": `        .globl main\nmain:   la a0, text\n        call printf\n        li a0, 0\n        call exit\n        .section .rodata\ntext:   .asciz "Hello from Quire\\n"\n`,
    "crash.s": "        .globl main\nmain:   li a0, 8\n        sd zero, (a0)\n",
    "where.s": `        .globl main\nmain:   la a0, text\n        lla a1, main\n        tail printf\n        .section .rodata\ntext:   .asciz "%#lx\\n"\n`,
    "status.s": "        .globl main\nmain:   li a0, 42\n        ret\n",
    "loop.s": "        .globl main\nmain:   j main\n",
    "bad.s": "main:   addd a0, a0, a1\n        lw a0, 8(a99)\n",
    script: "#!/bin/sh\n",
    "echo.s": `        .globl main\nmain:   ld a0, 8(a1)\n        tail puts\n`,
    "terminated.s": `        .include "abi.s"\n        .globl main\nmain:   call getpid\n        li a1, SIGTERM\n        call kill\n        j main\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

function quire(args: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [QUIRE, ...args], {
    cwd: folder,
    input,
    encoding: "utf8",
    timeout: 60_000,
    env: { ...process.env, FORCE_COLOR: "" },
  });
  return { status, stdout, stderr };
}

describe("quire run", () => {
  test("assembles, links with the library, and runs", () => {
    expect(quire(["run", "hello.s"])).toEqual({ status: 0, stdout: "Hello from Quire\n", stderr: "" });
  });

  test("puts a position-independent program where chance says, the same with the same seed, unless told not to", () => {
    const at = (...options: string[]) => quire(["run", ...options, "where.s"]).stdout;
    expect(at("--pie", "--seed", "1")).toMatch(/^0x7f[0-9a-f]{7}000\n$/);
    expect(at("--pie", "--seed", "1")).toBe(at("--pie", "--seed", "1"));
    expect(at("--pie", "--seed", "2")).not.toBe(at("--pie", "--seed", "1"));
    expect(at("--pie", "--seed", "2", "--no-aslr")).toBe(at("--pie", "--seed", "1", "--aslr", "off"));
    expect(at("--seed", "1")).toBe(at("--seed", "2"));
  });

  test("explains a death in a position-independent program as in another", () => {
    expect(quire(["run", "--pie", "crash.s"]).stderr).toBe("SIGSEGV: store to 0x8 at main+4 (crash.s:3): no mapping\n");
  });

  test("has the exit status of the program", () => {
    expect(quire(["run", "status.s"]).status).toBe(42);
  });

  test("hands arguments over, options among them", () => {
    expect(quire(["run", "echo.s", "--ram"]).stdout).toBe("--ram\n");
  });

  test("explains a death by signal in one line", () => {
    expect(quire(["run", "crash.s"])).toEqual({
      status: 139,
      stdout: "",
      stderr: "SIGSEGV: store to 0x8 at main+4 (crash.s:3): no mapping\n",
    });
    expect(quire(["run", "--translation", "bare", "crash.s"])).toMatchObject({
      status: 139,
      stderr: "SIGSEGV: store to 0x8 at main+4 (crash.s:3): no memory answers\n",
    });
    expect(quire(["run", "terminated.s"])).toMatchObject({
      status: 143,
      stderr: expect.stringMatching(/^SIGTERM: terminated, at /),
    });
  });

  test("stops at a limit of instructions", () => {
    expect(quire(["run", "--limit", "1_000_000", "loop.s"])).toMatchObject({
      status: 124,
      stderr: "quire: stopped at the limit of 1000000 instructions\n",
    });
  });

  test("runs an executable made by quire asm the same way", () => {
    expect(quire(["asm", "hello.s", "-o", "hello"]).status).toBe(0);
    expect(quire(["run", "hello"]).stdout).toBe("Hello from Quire\n");
  });

  test("copies files in and out", () => {
    const copy = quire(["run", "--put", "hello.s:/home/in", "--get", "/home/in:out.s", "status.s"]);
    expect(copy).toMatchObject({ status: 42, stderr: "" });
    expect(readFileSync(join(folder, "out.s"), "utf8")).toBe(readFileSync(join(folder, "hello.s"), "utf8"));
    expect(quire(["run", "--get", "/nosuch:x", "hello.s"])).toMatchObject({
      status: 1,
      stderr: "quire: --get /nosuch:x: no such regular file in the guest\n",
    });
  });

  test("traces system calls on stderr", () => {
    expect(quire(["run", "--trace", "syscalls", "hello.s"]).stderr).toContain(
      'write(1, "Hello from Quire\\n", 17) = 17',
    );
  });

  test("gives one JSON document on request", () => {
    const document = JSON.parse(quire(["run", "--json", "crash.s"]).stdout);
    expect(document).toMatchObject({ version: 1, end: "off", status: 139, signal: "SIGSEGV", stdout: "" });
    expect(document.statistics.instructions).toBeGreaterThan(0);
  });

  test("is the same to the bit each time, statistics too", () => {
    const first = quire(["run", "--stats", "hello.s"]);
    expect(first.stderr).toContain("instructions");
    expect(quire(["run", "--stats", "hello.s"])).toEqual(first);
  });

  test.each(["sv39", "sv48"])("runs under %s", (paging) => {
    expect(quire(["run", "--paging", paging, "--ram", "16M", "--tlb", "1x1", "hello.s"]).stdout).toBe(
      "Hello from Quire\n",
    );
  });
});

describe("a mistake", () => {
  test("in source gives every error once, with line, caret and advice, and status 3", () => {
    const { status, stderr } = quire(["run", "bad.s"]);
    expect(status).toBe(3);
    expect(stderr).toContain("bad.s:1:9: error: unknown instruction `addd`");
    expect(stderr).toMatch(/bad\.s:2:\d+: error: /);
    expect(stderr).toContain("2 errors");
    expect(stderr).not.toMatch(/\bat .*\.[jt]s:\d+/);
  });

  test.each([
    [
      ["frobnicate"],
      "quire: 'frobnicate' is not a command; there are boot, run, asm, disasm, test, bench, translate, chart, memory, disk, help\n",
    ],
    [["disk", "frobnicate"], "quire: unknown command 'frobnicate'\n(\"quire disk --help\" shows what there is)"],
    [["hello.s"], "quire: 'hello.s' is not a command; to run it: quire run hello.s\n"],
    [["run", "nosuch.s"], "quire: cannot read nosuch.s: no such file or directory\n"],
    [
      ["run", "--ram", "1", "hello.s"],
      "quire: option '--ram <SIZE>' argument '1' is invalid. '1' is not a memory size",
    ],
    [["--disk", "a", "--disk", "b"], "quire: option '--disk <IMAGE>' argument 'b' is invalid. It is given twice."],
    [
      ["run", "--share", ".", "--share", "..", "hello.s"],
      "quire: option '--share <HOSTDIR>' argument '..' is invalid.",
    ],
    [["run", "--limit", "9", "--limit", "99", "hello.s"], "quire: option '--limit <N>' argument '99' is invalid."],
    [["run", "--put", "x", "hello.s"], "quire: --put: 'x' is not of the form HOST:GUEST\n"],
    [["run", "--trace", "sycalls", "hello.s"], "'sycalls' is not one of: syscalls, faults"],
    [
      ["memory", "tlb", "--translation", "bare", "hello.s"],
      "quire: memory tlb: with --translation bare there is no TLB: expected segmented-paging or paging\n",
    ],
    [["test", "nosuch"], "quire: cannot read nosuch: no such file or directory\n"],
    [["run", "."], "quire: cannot read .: is a directory\n"],
    [["help", "frobnicate"], "quire: 'frobnicate' is not a command; there are"],
    [["run", "--put", "hello.s:/bin", "hello.s"], "quire: --put: root image: 'bin': replaces a directory\n"],
    [["asm", "hello.s", "-o", "./hello.s"], "quire: -o ./hello.s: the output would replace its own source\n"],
    [["asm", "-c", "script"], "quire: script is a script, not assembly source\n"],
    [["test", "--filter", "zz", "."], "quire: no guest programs (*.s with comments `#: ...`) whose path contains 'zz'"],
  ])("on the command line %j is one message and status 2", (args, message) => {
    const { status, stdout, stderr } = quire(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("the host's files", () => {
  test("that are no program for this computer are refused with what was expected", () => {
    writeFileSync(join(folder, "short"), "\x7fELF");
    expect(quire(["run", "short"])).toEqual({
      status: 3,
      stdout: "",
      stderr: "short: ELF header: 64 bytes at offset 0 reach beyond the file's 4 bytes\n",
    });
    expect(quire(["run", process.execPath])).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(/machine \(e_machine\) is \d+, expected 243/),
    });
  });

  test("that are neither ELF nor text are refused by each command in one line", () => {
    writeFileSync(join(folder, "picture"), new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]));
    const refused = (what: string) => ({
      status: 2,
      stdout: "",
      stderr: `quire: picture is binary data, not ${what}\n`,
    });
    expect(quire(["run", "picture"])).toEqual(refused("assembly source or an object file"));
    expect(quire(["asm", "-c", "picture"])).toEqual(refused("assembly source"));
    expect(quire(["disasm", "picture"])).toEqual(refused("an ELF file or assembly source"));
  });

  test.each([
    [0x1, "compressed instructions"],
    [0x2, "floating point in hardware"],
    [0x5, "compressed instructions and floating point in hardware"],
  ])(
    "that need instructions which there are not (e_flags %i) are refused with the options to compile with",
    (flags, what) => {
      expect(quire(["asm", "hello.s", "-o", "needs"]).status).toBe(0);
      const program = readFileSync(join(folder, "needs"));
      program.writeUInt32LE(flags, 48);
      writeFileSync(join(folder, "needs"), program);
      expect(quire(["run", "needs"])).toEqual({
        status: 3,
        stdout: "",
        stderr: `needs: uses ${what}, which there is not: compile it with -march=rv64ima_zicsr_zifencei -mabi=lp64 -static\n`,
      });
    },
  );

  const onto = (args: readonly string[], stdin: string, stdout: string) => {
    const files = [openSync(join(folder, stdin), "r"), openSync(stdout, "w")];
    const { status, stderr } = spawnSync(process.execPath, [QUIRE, ...args], {
      cwd: folder,
      stdio: [files[0], files[1], "pipe"],
      encoding: "utf8",
    });
    for (const file of files) closeSync(file);
    return { status, stderr };
  };

  test.runIf(existsSync("/dev/full"))("that take no more output end the command with one line", () => {
    const full = { status: 1, stderr: "quire: cannot write the output: no space left on device\n" };
    expect(onto(["run", "hello.s"], "hello.s", "/dev/full")).toEqual(full);
    expect(onto(["disasm", "hello.s"], "hello.s", "/dev/full")).toEqual(full);
  });

  test("that cannot be standard input are named as such", () => {
    expect(onto([], ".", "/dev/null")).toEqual({
      status: 2,
      stderr: "quire: cannot read standard input: is a directory\n",
    });
  });
});

describe("quire boot from a pipe", () => {
  test("says that there is no shell without translation", () => {
    const { status, stderr } = quire(["boot", "--translation", "bare"], "");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^quire: boot: without translation there is no shell, .*\n$/);
  });

  test("runs the commands to the end and has the status of the last", () => {
    expect(quire([], "echo one; echo two >&2\nexit 7\n")).toEqual({ status: 7, stdout: "one\n", stderr: "two\n" });
  });

  test("goes on reading commands while a program in the background never rests", () => {
    const { status, stdout } = quire(["boot"], "yes > /dev/null &\nsleep 0.001\necho done\n");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "done\n" });
  });

  test("has pipelines, redirections, variables and globs", () => {
    const script = "cd /tmp; for f in c a b; do echo $f > $f.txt; done; cat *.txt | sort -r | head -n 2; ls | wc -l\n";
    expect(quire(["boot"], script)).toMatchObject({ status: 0, stdout: "c\nb\n3\n" });
  });
});

describe("quire asm", () => {
  test("makes a position-independent program with -pie, as GNU tools write it, and with --pie", () => {
    for (const [flag, name] of [
      ["-pie", "one"],
      ["--pie", "two"],
    ] as const)
      expect(quire(["asm", flag, "status.s", "-o", name]).status).toBe(0);
    const [one, two] = ["one", "two"].map((name) => readFileSync(join(folder, name)));
    expect(one).toEqual(two);
    expect(one!.readUInt16LE(16)).toBe(3);
    expect(quire(["run", "one"]).status).toBe(42);
  });
});

describe("quire disasm", () => {
  test("takes options that leave something out", () => {
    const { status, stdout, stderr } = quire(["disasm", "--no-lines", "--no-lib", "loop.s"]);
    expect({ status, stderr }).toMatchObject({ status: 3, stderr: expect.stringContaining("_start") });
    expect(stdout).toBe("");
    expect(quire(["disasm", "--no-lines", "loop.s"]).stdout).not.toContain("loop.s");
  });

  test("shows a function with addresses, words and source lines", () => {
    const { stdout } = quire(["disasm", "--symbol", "main", "status.s"]);
    expect(stdout).toMatch(/<main>:\nstatus\.s:2\n +[0-9a-f]+:\t02a00513\t\taddi\ta0,zero,42\nstatus\.s:3\n/);
  });

  test("says when there is no such function", () => {
    expect(quire(["disasm", "--symbol", "nain", "status.s"])).toMatchObject({
      status: 2,
      stderr: "quire: status.s has no function 'nain'\n",
    });
  });
});

describe("quire test", () => {
  test("shows a difference and the command that repeats it, and fails", () => {
    writeFileSync(join(folder, "expects.s"), `#: stdout Hello\n${readFileSync(join(folder, "hello.s"), "utf8")}`);
    const { status, stdout } = quire(["test", "expects.s"]);
    expect(status).toBe(1);
    expect(stdout).toContain(
      "-Hello\n      +Hello from Quire\n      run it alone: npx quire run --limit 100000000 expects.s\n1 failed of 1",
    );
  });

  test("records the present output with --update", () => {
    writeFileSync(join(folder, "new.s"), readFileSync(join(folder, "hello.s")));
    expect(quire(["test", "--update", "new.s"]).status).toBe(0);
    expect(readFileSync(join(folder, "new.s"), "utf8")).toContain("#: exit 0\n#: stdout Hello from Quire\n");
    expect(quire(["test", "new.s"]).status).toBe(0);
  });

  test("records nothing of a program that does not end, or that is known to fail", () => {
    for (const expectation of ["#: limit 5000\n", "#: limit 5000\n#: fail it loops\n"]) {
      writeFileSync(join(folder, "endless.s"), `${expectation}${readFileSync(join(folder, "loop.s"), "utf8")}`);
      const before = readFileSync(join(folder, "endless.s"), "utf8");
      expect(quire(["test", "--update", "endless.s"]).status).toBe(expectation.includes("fail") ? 0 : 1);
      expect(readFileSync(join(folder, "endless.s"), "utf8")).toBe(before);
    }
  });

  test("shards a folder without loss or repetition", () => {
    const all = [1, 2, 3].flatMap(
      (i) =>
        JSON.parse(quire(["test", "--reporter", "json", "--shard", `${i}/3`, "new.s", "expects.s", "status.s"]).stdout)
          .results,
    );
    expect(all.map((result: { name: string }) => result.name).sort()).toEqual(["expects.s", "new.s", "status.s"]);
  });
});
