/** execve beyond what Linux was asked: hostile files, memory that runs out, vfork, the look of the stack, script lines. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CONSTANTS } from "../../kernel/abi.ts";
import { checkKernel } from "../../kernel/check.ts";
import { Errno } from "../../kernel/errno.ts";
import { parseInterpreter } from "../../kernel/exec-file.ts";
import { argumentBytes, buildStack } from "../../kernel/exec-stack.ts";
import { guest } from "./guest.ts";
import { golden, start } from "./programs.ts";

const ok = guest("li a0, 3\n syscall exit_group\n .data\nvalue: .quad 1\n .bss\nroom: .space 5000");

/** Runs a file that may be anything; the outcome is an exit status or a signal, the kernel whole. */
function runs(file: Uint8Array): number {
  const program = start(["file"], { ram: 16 * 2 ** 20 }, { file });
  const outcome = program.computer.run({ idle: "skip", instructionLimit: 200_000, until: 2_000_000_000 });
  checkKernel(program.computer.kernel);
  program.computer.discard();
  return outcome.kind === "off" ? outcome.status : -1;
}

describe("hostile files", () => {
  test("random bytes are refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(runs(bytes)).toBe(127);
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  test("a file with any one byte of its headers changed is run, refused or killed", () => {
    const change = fc.tuple(fc.nat(64 + 56 * 4), fc.nat(255));
    fc.assert(
      fc.property(change, ([at, byte]) => {
        const file = ok.slice();
        file[at] = byte;
        expect(runs(file)).toBeGreaterThanOrEqual(-1);
      }),
      { seed: 2, numRuns: 80 },
    );
  });

  test("a file with its headers full of large and small numbers is run, refused or killed", () => {
    const word = fc.constantFrom(
      0n,
      1n,
      4095n,
      4096n,
      2n ** 31n,
      2n ** 32n - 1n,
      2n ** 47n - 4096n,
      2n ** 47n,
      2n ** 63n,
      2n ** 64n - 1n,
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(33), word), { minLength: 1, maxLength: 4 }), (changes) => {
        const file = ok.slice();
        const view = new DataView(file.buffer);
        for (const [at, value] of changes) view.setBigUint64(24 + 8 * at, value, true);
        expect(runs(file)).toBeGreaterThanOrEqual(-1);
      }),
      { seed: 3, numRuns: 80 },
    );
  });

  test("a file cut short inside its headers or segments is refused", () => {
    for (const length of [0, 3, 16, 63, 64, 100, 4096])
      expect(runs(ok.subarray(0, length)), `${length} bytes`).toBe(127);
    expect(runs(ok)).toBe(3);
  });
});

describe("script lines", () => {
  const parse = (text: string) => parseInterpreter(new TextEncoder().encode(text));
  const refusal = (text: string) => {
    try {
      return parse(text);
    } catch (thrown) {
      return thrown instanceof Errno ? thrown.name : thrown;
    }
  };

  test("give the interpreter and at most one argument", () => {
    expect(parse("#!/bin/sh\n")).toEqual({ interpreter: "/bin/sh", argument: null });
    expect(parse("#! \t/bin/sh \t -e -x  \n$0")).toEqual({ interpreter: "/bin/sh", argument: "-e -x" });
    expect(parse("#!/bin/sh")).toEqual({ interpreter: "/bin/sh", argument: null });
    expect(parse("#!/bin/sh\0x -e\n")).toEqual({ interpreter: "/bin/sh", argument: null });
  });

  test("that name nothing, or may be cut off, are refused", () => {
    expect(refusal("#!\n")).toBe("ENOEXEC");
    expect(refusal("#!  \t \n/bin/sh\n")).toBe("ENOEXEC");
    expect(refusal("#!  ")).toBe("EACCES");
    expect(refusal(`#!/${"x".repeat(253)}`)).toBe("ENOEXEC");
    expect(refusal(`#!/${"x".repeat(200)} ${"y".repeat(52)}`)).toMatchObject({ argument: "y".repeat(52) });
  });
});

describe("the first stack", () => {
  const TOP = 2 ** 38;
  const build = (argv: string[], environment: string[]) =>
    buildStack(TOP, {
      argv,
      environment,
      path: "/bin/x",
      random: new Uint8Array(16).fill(7),
      image: { entry: 0x10000, programHeaders: 0x10040, bias: 0, executableStack: false, programHeaderCount: 3 },
      credentials: { uid: 0, euid: 1, suid: 1, gid: 0, egid: 0, sgid: 0, groups: [] },
      secure: true,
    });

  test("is what the ABI says, for any arguments", () => {
    const strings = fc.array(
      fc.string({ unit: "binary-ascii" }).map((text) => text.replaceAll("\0", "0")),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(strings, strings, (argv, environment) => {
        const { bytes, sp } = build(argv, environment);
        const view = new DataView(bytes.buffer);
        const word = (i: number) => Number(view.getBigUint64(8 * i, true));
        const text = (address: number) => {
          const from = address - sp;
          return Buffer.from(bytes.subarray(from, bytes.indexOf(0, from))).toString("latin1");
        };
        expect(sp % 16).toBe(0);
        expect(sp + bytes.length).toBe(TOP);
        expect(word(0)).toBe(argv.length);
        expect(argv.map((_, i) => text(word(1 + i)))).toEqual(argv);
        expect(word(1 + argv.length)).toBe(0);
        const envp = argv.length + 2;
        expect(environment.map((_, i) => text(word(envp + i)))).toEqual(environment);
        expect(word(envp + environment.length)).toBe(0);
        const auxv = new Map<number, number>();
        for (let i = envp + environment.length + 1; word(i) !== 0; i += 2) auxv.set(word(i), word(i + 1));
        const { AT_EXECFN, AT_RANDOM, AT_SECURE, AT_ENTRY } = CONSTANTS.auxv;
        expect(text(auxv.get(AT_EXECFN)!)).toBe("/bin/x");
        expect([...bytes.subarray(auxv.get(AT_RANDOM)! - sp).subarray(0, 16)]).toEqual(new Array(16).fill(7));
        expect([auxv.get(AT_SECURE), auxv.get(AT_ENTRY)]).toEqual([1, 0x10000]);
        expect(bytes.length).toBeGreaterThan(argumentBytes(argv, environment));
      }),
      { seed: 4, numRuns: 100 },
    );
  });
});

describe("a failing execve leaves its program as it was", () => {
  const eater = guest(`
    la   s0, path
    la   s1, argv
    mv   a0, s0
    mv   a1, s1
    li   a2, 0
    syscall execve
    la   t0, path             # still here, with registers and memory: exit with the error
    bne  t0, s0, wrong
    ld   t0, 0(s1)
    bne  t0, s0, wrong
    neg  a0, a0
    syscall exit_group
wrong:
    li   a0, 99
    syscall exit_group
    .section .rodata
path: .asciz "/t/ok"
    .data
    .balign 8
argv: .dword path, 0
`);

  /** Runs `eater`, whose execve meets a frame allocation that fails: the n-th. */
  function withFailure(n: number): number {
    let enters = 0;
    const program = start(
      ["eater"],
      {
        listeners: [
          (event) => {
            if (event.type !== "syscall-enter" || event.name !== "execve" || event.pid !== 2 || ++enters !== 2) return;
            program.computer.kernel.vm.frames.failCountdown = n;
          },
        ],
      },
      { eater, ok },
    );
    const outcome = program.finish();
    checkKernel(program.computer.kernel);
    program.computer.discard();
    return outcome.kind === "off" ? outcome.status : -1;
  }

  test("whichever frame is not to be had", () => {
    const statuses = Array.from({ length: 40 }, (_, i) => withFailure(i + 1));
    // Whatever execve needs: ENOMEM. The frame that the new program asks for first: out of memory, and killed. A page that
    // was only read ahead is missed by nobody.
    const names = statuses.map((status) => ({ 12: "ENOMEM", 137: "killed", 3: "ran" })[status]);
    const missed = names.filter((name) => name !== "ran");
    const ended = missed.at(-1) === "killed" ? ["killed"] : [];
    expect(missed).toEqual([...new Array(missed.length - ended.length).fill("ENOMEM"), ...ended]);
    expect(missed.length).toBeGreaterThan(8);
    expect(names.at(-1)).toBe("ran");
  });
});

test("the recorded process 1 is itself an ELF file that any tool reads", () => {
  expect([...golden("init").subarray(0, 4)]).toEqual([0x7f, 0x45, 0x4c, 0x46]);
});
