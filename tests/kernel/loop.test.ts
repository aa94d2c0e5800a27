/** The main loop and what surrounds it: stopping, idling, scheduling, starting process 1 and losing it. */
import { describe, expect, test } from "vitest";
import { checkKernel } from "../../kernel/check.ts";
import type { KernelEvent } from "../../kernel/events.ts";
import { guest } from "./guest.ts";
import { start } from "./programs.ts";

/** Two processes that compute, and write their letters in between: A the parent, B the child. */
const RIVALS = guest(`
    li   a0, SIGCHLD
    syscall clone
    la   s0, letters
    seqz t0, a0
    add  s0, s0, t0
    mv   s2, a0
    li   s1, 5
again:
    li   t0, 150000
wait:
    addi t0, t0, -1
    bnez t0, wait
    li   a0, 1
    mv   a1, s0
    li   a2, 1
    syscall write
    addi s1, s1, -1
    bnez s1, again
    beqz s2, leave
    li   a0, -1
    li   a1, 0
    li   a2, 0
    li   a3, 0
    syscall wait4
leave:
    li   a0, 0
    syscall exit_group
    .section .rodata
letters: .ascii "AB"
`);

/** Writes into twice as much memory as there is, page by page, twice, and computes a little in between. */
const GREEDY = guest(`
    .equ PAGES, 512
    li   a0, 0
    li   a1, PAGES * 4096
    li   a2, 3
    li   a3, 0x22
    li   a4, -1
    li   a5, 0
    syscall mmap
    mv   s0, a0
    li   s1, 2
again:
    mv   t0, s0
    li   t1, PAGES
    lui  t2, 1
page:
    sd   t1, 0(t0)
    add  t0, t0, t2
    li   t3, 20
wait:
    addi t3, t3, -1
    bnez t3, wait
    addi t1, t1, -1
    bnez t1, page
    addi s1, s1, -1
    bnez s1, again
    li   a0, 0
    syscall exit_group
`);

const SLEEPER = guest(`
    la   a0, time
    li   a1, 0
    syscall nanosleep
    li   a0, 7
    syscall exit_group
    .section .rodata
    .balign 8
time: .quad 2, 500000000
`);

const LOOP = guest("here: j here");

describe("scheduling", () => {
  test("round-robin lets two computing processes take turns", () => {
    const program = start(["rivals"], { scheduler: "round-robin", quantum: 10_000 }, { rivals: RIVALS });
    expect(program.finish()).toMatchObject({ kind: "off", status: 0 });
    expect(program.output()).toMatch(/^(AB|BA){5}$/);
    expect(program.computer.stats().switches).toBeGreaterThan(100);
  });

  test("run-to-completion lets one finish before the other begins", () => {
    const program = start(["rivals"], { scheduler: "run-to-completion" }, { rivals: RIVALS });
    expect(program.finish()).toMatchObject({ kind: "off", status: 0 });
    // Who comes first depends on whose first page the disk brings first.
    expect(program.output()).toMatch(/^(A{5}B{5}|B{5}A{5})$/);
  });

  test("a time slice ends within a tick of the quantum", () => {
    const switches: number[] = [];
    let now = () => 0;
    const listener = (event: KernelEvent) => {
      if (event.type === "switch" && event.from > 1 && event.to > 1 && event.from !== event.to) switches.push(now());
    };
    const program = start(["rivals"], { quantum: 50_000, listeners: [listener] }, { rivals: RIVALS });
    now = () => program.computer.machine.clock.cycles;
    program.finish();
    const slices = switches.slice(1).map((time, i) => time - switches[i]);
    const whole = slices.filter((slice) => slice > 45_000);
    expect(whole.length).toBeGreaterThan(10);
    // The slice, the tick it is rounded up to, the switch and the traps around it.
    expect(Math.max(...slices)).toBeLessThan(52_000);
  });
});

describe("stopping", () => {
  test("an instruction limit stops exactly there, and the run can go on", () => {
    const { computer } = start(["loop"], {}, { loop: LOOP });
    for (const instructionLimit of [10_000, 10_001, 123_456]) {
      expect(computer.run({ idle: "skip", instructionLimit })).toEqual({ kind: "limit" });
      expect(computer.stats().instructions).toBe(instructionLimit);
      checkKernel(computer.kernel);
    }
  });

  test("a time limit stops at that cycle", () => {
    const { computer } = start(["loop"], {}, { loop: LOOP });
    const until = computer.machine.clock.cycles + 5_000_000;
    expect(computer.run({ idle: "skip", until })).toEqual({ kind: "until" });
    expect(computer.machine.clock.cycles - until).toBeLessThan(1000);
  });

  test("in pieces of any size the run is the same as in one", () => {
    const whole = start(["rivals"], { quantum: 20_000 }, { rivals: RIVALS });
    whole.finish();
    const pieces = start(["rivals"], { quantum: 20_000 }, { rivals: RIVALS });
    let size = 1;
    for (;;) {
      const instructionLimit = pieces.computer.stats().instructions + size;
      if (pieces.computer.run({ idle: "skip", instructionLimit }).kind === "off") break;
      size = (size * 7 + 3) % 50_021;
    }
    expect(pieces.output()).toBe(whole.output());
    expect(pieces.computer.stats()).toEqual(whole.computer.stats());
  });

  test("changes nothing either where memory is short and nobody can run for long", () => {
    const config = { ram: 2 ** 20, swap: 4 * 2 ** 20 };
    const whole = start(["greedy"], config, { greedy: GREEDY });
    expect(whole.finish()).toMatchObject({ kind: "off", status: 0 });
    expect(whole.computer.stats().evictions).toBeGreaterThan(500);
    const { computer } = start(["greedy"], config, { greedy: GREEDY });
    let size = 1;
    for (let piece = 0; computer.machine.off === null; piece++) {
      const { instructions, cycles } = computer.stats();
      computer.run({
        idle: "skip",
        ...(piece % 2 ? { until: cycles + 50 * size } : { instructionLimit: instructions + size }),
      });
      size = (size * 7 + 3) % 1009;
    }
    expect(computer.stats()).toEqual(whole.computer.stats());
    expect(computer.kernel.vm.statistics).toEqual(whole.computer.kernel.vm.statistics);
  });
});

describe("idle time", () => {
  test("is passed over, and is accounted to nobody", () => {
    const program = start(["sleeper"], {}, { sleeper: SLEEPER });
    expect(program.finish()).toMatchObject({ kind: "off", status: 7 });
    const { cycles, idleCycles, userCycles, systemCycles, instructions } = program.computer.stats();
    expect(cycles).toBeGreaterThan(2_500_000_000);
    expect(idleCycles).toBeGreaterThan(2_500_000_000);
    expect(userCycles + systemCycles + idleCycles).toBe(cycles);
    expect(instructions).toBeLessThan(1000);
  });

  test("is handed to the caller who wants to pace it", () => {
    const { computer } = start(["sleeper"], {}, { sleeper: SLEEPER });
    const woken: number[] = [];
    for (;;) {
      const outcome = computer.run({ idle: "return" });
      if (outcome.kind !== "idle") break;
      expect(outcome.wakeAt).not.toBeNull();
      woken.push(outcome.wakeAt! - computer.machine.clock.cycles);
      computer.run({ idle: "skip", until: outcome.wakeAt! });
    }
    expect(Math.max(...woken)).toBeGreaterThan(2_000_000_000);
    expect(computer.machine.off).toEqual({ status: 7 });
  });

  test("without end is told as such: only input could wake the computer", () => {
    const pause = guest(
      "li a0, 0\n li a1, 0\n la a0, none\n li a1, 8\n syscall rt_sigsuspend\n .section .rodata\n .balign 8\nnone: .quad 0",
    );
    const { computer } = start(["pause"], {}, { pause });
    expect(computer.run({ idle: "skip" })).toEqual({ kind: "idle", wakeAt: null });
    const { cycles } = computer.machine.clock;
    expect(computer.run({ idle: "return", until: cycles + 5000 })).toEqual({ kind: "idle", wakeAt: null });
    expect(computer.machine.clock.cycles).toBe(cycles);
    expect(computer.run({ idle: "skip", until: cycles + 5000 })).toEqual({ kind: "until" });
    expect(computer.machine.clock.cycles).toBe(cycles + 5000);
    checkKernel(computer.kernel);
  });
});

describe("process 1", () => {
  const missing = (argv: readonly string[]) => start(["loop"], { init: argv }, { loop: LOOP }).finish();

  test("that cannot be executed powers the computer off with the reason", () => {
    const reason = (path: string, text: string) => `${path} cannot be executed: ${text}`;
    expect(missing(["/bin/nothing"])).toEqual({
      kind: "off",
      status: 2,
      message: reason("/bin/nothing", "No such file or directory"),
    });
    expect(missing(["/dev"])).toEqual({ kind: "off", status: 13, message: reason("/dev", "Permission denied") });
  });

  test("that exits powers the computer off with its status", () => {
    const leaves = guest("li a0, 42\n syscall exit_group");
    expect(start(["leaves"], { init: ["/t/leaves"] }, { leaves }).finish()).toEqual({
      kind: "off",
      status: 42,
      message: "process 1 (leaves) exited with status 42",
    });
  });

  test("that faults powers the computer off as well", () => {
    const faults = guest("ld a0, 0(zero)");
    expect(start(["faults"], { init: ["/t/faults"] }, { faults }).finish()).toEqual({
      kind: "off",
      status: 139,
      message: "process 1 (faults) was killed by SIGSEGV",
    });
  });

  test("is not killed by signals that it has no handler for, SIGKILL included", () => {
    const suicide = guest(`
    li   s0, 1
next:
    li   a0, 1
    mv   a1, s0
    syscall kill
    addi s0, s0, 1
    li   t0, 65
    bne  s0, t0, next
    li   a0, 5
    syscall exit_group
`);
    expect(start(["suicide"], { init: ["/t/suicide"] }, { suicide }).finish()).toMatchObject({ status: 5 });
  });

  test("gets its arguments and environment", () => {
    const echo = guest(`
    ld   t0, 0(sp)            # argc
    ld   a0, 24(sp)           # argv[2]
    addi t1, sp, 16
    slli t2, t0, 3
    add  t1, t1, t2           # envp
    ld   t1, 0(t1)
    lbu  t1, 2(t1)            # "A=7"
    lbu  a0, 0(a0)
    add  a0, a0, t1
    add  a0, a0, t0
    syscall exit_group
`);
    const outcome = start(["echo"], { init: ["/t/echo", "x", "b"], environment: ["A=7"] }, { echo }).finish();
    expect(outcome).toMatchObject({ status: (0x62 + 0x37 + 3) & 0xff });
  });
});

describe("events", () => {
  test("tell calls in pairs, with the arguments as they were", () => {
    const events: KernelEvent[] = [];
    const program = start(["sleeper"], { listeners: [(event) => events.push(event)] }, { sleeper: SLEEPER });
    program.finish();
    const ofSleeper = events.filter((event) => "pid" in event && event.pid === 2);
    const calls = ofSleeper.filter((event) => event.type === "syscall-enter" || event.type === "syscall-exit");
    expect(calls.map((event) => [event.type, event.name])).toEqual([
      ["syscall-enter", "setpgid"],
      ["syscall-exit", "setpgid"],
      ["syscall-enter", "execve"],
      ["syscall-exit", "execve"],
      ["syscall-enter", "nanosleep"],
      ["syscall-exit", "nanosleep"],
      ["syscall-enter", "exit_group"],
      ["syscall-exit", "exit_group"],
    ]);
    const [, , enter, exit] = calls;
    if (enter.type !== "syscall-enter" || exit.type !== "syscall-exit") throw new Error("the order changed");
    expect(exit.args).toEqual(enter.args);
    expect(exit.result).toBeNull();
    expect(events.some(({ type }) => type === "syscall-sleep")).toBe(true);
  });

  test("tell of a death why the access was refused", () => {
    const events: KernelEvent[] = [];
    const faults = guest("li a0, 0x1234\n sd a0, 0(a0)");
    start(["faults"], { listeners: [(event) => events.push(event)] }, { faults }).finish();
    const death = events.find((event) => event.type === "death-by-signal");
    expect(death).toMatchObject({ pid: 2, name: "faults", signo: 11, info: { address: 0x1234n, access: "write" } });
  });

  test("change nothing: a run with a listener is the same run", () => {
    const plain = start(["signals"]);
    plain.finish();
    const listened = start(["signals"], { listeners: [() => {}] });
    listened.finish();
    expect(listened.computer.stats()).toEqual(plain.computer.stats());
  });
});
