import { describe, expect, it } from "vitest";
import { SYSCALLS } from "../../kernel/abi.ts";
import { LOG_BYTES, LOG_LEVEL, log, nextSequence } from "../../kernel/log.ts";
import { guest } from "./guest.ts";
import { start } from "./programs.ts";

/** Makes a call with these arguments, prints `length` bytes of its buffer, and exits with the result's low byte. */
const call = (type: string, length: string, print = false) => `
    li a0, ${type}
    la a1, buffer
    li a2, ${length}
    syscall syslog
    ${print ? "mv a2, a0\n la a1, buffer\n li a0, 1\n syscall write" : ""}
`;
const END = `
    neg a0, a0
    syscall exit_group
    .bss
buffer: .zero 4096
`;

function run(source: string, prepare: (k: ReturnType<typeof start>["computer"]["kernel"]) => void = () => {}) {
  const started = start(["p"], {}, { p: guest(source + END) });
  const before = started.output();
  prepare(started.computer.kernel);
  const outcome = started.finish();
  return { status: outcome.kind === "off" ? outcome.status : -1, output: started.output().slice(before.length) };
}

describe("the kernel's log", () => {
  it("shows on the console what is more serious than the console's level, line by line, and keeps everything", () => {
    const { computer, output, finish } = start(["p"], {}, { p: guest(END) });
    expect(output()).toBe("");
    computer.machine.clock.charge(1_234_567_890 - computer.machine.clock.cycles);
    log(computer.kernel, LOG_LEVEL.notice, "nothing to worry about");
    log(computer.kernel, LOG_LEVEL.warning, "two\nlines");
    finish();
    expect(output()).toBe("[    1.234567] two\r\n[    1.234567] lines\r\n");
    const texts = computer.kernel.log.records.map(({ text }) => text);
    expect(texts.slice(-2)).toEqual(["nothing to worry about", "two\nlines"]);
    expect(texts[0]).toMatch(/^Quire version /);
  });

  it("drops the oldest records beyond its bytes, and beyond its number of records", () => {
    const { kernel } = start(["p"], {}, { p: guest(END) }).computer;
    const before = nextSequence(kernel.log);
    for (let n = 0; n < 300; n++) log(kernel, LOG_LEVEL.debug, String(n).padEnd(2000, "x"));
    expect(kernel.log.records).toHaveLength(LOG_BYTES / 1024);
    expect(kernel.log.bytes).toBe(LOG_BYTES);
    expect(kernel.log.first).toBe(before + 300 - LOG_BYTES / 1024);
    for (let n = 0; n < 5000; n++) log(kernel, LOG_LEVEL.debug, "x");
    expect(kernel.log.records).toHaveLength(4096);
    expect(kernel.log.first + 4096).toBe(nextSequence(kernel.log));
    expect(kernel.log.bytes).toBe(4096);
  });
});

describe("syslog", () => {
  it("gives the newest records that fit, then only those since it cleared", () => {
    const { output } = run(
      call("SYSLOG_ACTION_READ_CLEAR", "60", true) + call("SYSLOG_ACTION_READ_ALL", "4096", true),
      (k) => {
        k.log.records.length = 0;
        for (const text of ["older", "one", "other"]) log(k, LOG_LEVEL.information, text);
      },
    );
    const stamp = "<6>\\[    0\\.\\d{6}\\] ";
    expect(output).toMatch(new RegExp(`^${stamp}one\n${stamp}other\n$`));
  });

  it("reads on where it stopped, in the middle of a record too", () => {
    const part = call("SYSLOG_ACTION_READ", "20", true);
    const { output } = run(part + part + call("SYSLOG_ACTION_SIZE_UNREAD", "0"), (k) => {
      k.log.records.length = 0;
      log(k, LOG_LEVEL.information, "0123456789");
      log(k, LOG_LEVEL.information, "abcdefghijklmnopqrstuvwxyz");
    });
    expect(output).toMatch(/^<6>\[ {4}0\.\d{6}\] 0123456789\n<6>\[ {4}0\.0$/);
  });

  it("waits in a read until there is a record", () => {
    const source = call("SYSLOG_ACTION_READ", "4096", true) + call("SYSLOG_ACTION_READ", "4096", true);
    const started = start(["p"], {}, { p: guest(source + END) });
    expect(started.finish().kind).toBe("idle");
    const before = started.output().length;
    log(started.computer.kernel, LOG_LEVEL.debug, "late");
    expect(started.finish().kind).toBe("off");
    expect(started.output().slice(before)).toMatch(/^<7>\[ {4}\d\.\d{6}\] late\n$/);
  });

  it.each([
    ["an unknown action", call("11", "0"), 22],
    ["a level of 0", call("SYSLOG_ACTION_CONSOLE_LEVEL", "0"), 22],
    ["a level of 9", call("SYSLOG_ACTION_CONSOLE_LEVEL", "9"), 22],
    ["a negative length", call("SYSLOG_ACTION_READ_ALL", "-1"), 22],
    ["a buffer at 0", `li a0, 3\n li a1, 0\n li a2, 9\n syscall syslog`, 22],
    ["a buffer that is not there", `li a0, 3\n li a1, 4096\n li a2, 900\n syscall syslog`, 14],
    [
      "a clearing by anybody",
      `li a0, 1\n li a7, ${SYSCALLS.setuid.nr}\n ecall\n${call("SYSLOG_ACTION_CLEAR", "0")}`,
      1,
    ],
  ])("refuses %s", (_what, source, error) => {
    expect(run(source).status).toBe(error);
  });

  it("lets anybody look", () => {
    const source = `li a0, 1\n li a7, ${SYSCALLS.setuid.nr}\n ecall\n${call("SYSLOG_ACTION_READ_ALL", "4096", true)}li a0, 0`;
    expect(run(source)).toMatchObject({ status: 0, output: expect.stringContaining("Quire version") });
  });

  it("turns the console off and on again", () => {
    const off = start(["p"], {}, { p: guest(call("SYSLOG_ACTION_CONSOLE_OFF", "0") + END) });
    off.finish();
    expect(off.computer.kernel.log.levels[0]).toBe(1);
    const on = start(
      ["p"],
      {},
      {
        p: guest(call("SYSLOG_ACTION_CONSOLE_OFF", "0") + call("SYSLOG_ACTION_CONSOLE_ON", "0") + END),
      },
    );
    on.finish();
    expect(on.computer.kernel.log.levels[0]).toBe(5);
  });
});
