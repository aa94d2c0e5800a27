import { describe, expect, test } from "vitest";
import type { KernelEvent } from "../../kernel/events.ts";
import { tracer } from "../../tools/trace.ts";
import { parseTraceClasses, type TraceClass } from "../../tools/trace-classes.ts";

const memory = new Map<number, Uint8Array>([
  [0x1000, Buffer.from("/etc/motd\0")],
  [0x2000, Buffer.from(`say "hi"\n\t\x01${"7".repeat(40)}`)],
  [0x3000, new Uint8Array(BigUint64Array.of(0x1000n, 0n).buffer)],
]);

function peek(_pid: number, va: number, length: number): Uint8Array | null {
  const base = Math.floor(va / 0x1000) * 0x1000;
  const page = memory.get(base);
  return page === undefined ? null : Uint8Array.from(page.subarray(va - base, va - base + length));
}

function lines(events: KernelEvent[], classes: TraceClass[] = ["syscalls"]): string[] {
  const written: string[] = [];
  const listen = tracer({ classes, peek, write: (line) => written.push(line) });
  for (const event of events) listen(event);
  return written;
}

type Name = Extract<KernelEvent, { type: "syscall-enter" }>["name"];

function call(name: Name, args: bigint[], result: bigint | null, restarted = false): string {
  const padded = [...args, 0n, 0n, 0n, 0n, 0n, 0n].slice(0, 6);
  const common = { pid: 7, name, number: 999n, args: padded };
  return lines([
    { type: "syscall-enter", ...common },
    { type: "syscall-exit", ...common, result, restarted },
  ])[0]!;
}

describe("a traced system call", () => {
  test("shows paths, named flags and octal modes", () => {
    expect(call("openat", [-100n, 0x1000n, 0o101n, 0o644n], 3n)).toBe(
      '[7] openat(AT_FDCWD, "/etc/motd", O_WRONLY|O_CREAT, 0644) = 3',
    );
    expect(call("openat", [-100n, 0x1000n, 0n, 0n], 3n)).toContain("O_RDONLY");
  });

  test("names the error and gives its sentence", () => {
    expect(call("close", [9n], -9n)).toBe("[7] close(9) = -1 EBADF (Bad file descriptor)");
  });

  test("says whether a call without a result is run again or never returns", () => {
    expect(call("close", [9n], null, true)).toBe("[7] close(9) = ? (to be restarted)");
    expect(call("exit", [3n], null)).toBe("[7] exit(3) = ?");
  });

  test("cuts long data and escapes it so that it could be read back", () => {
    expect(call("write", [1n, 0x2000n, 51n], 51n)).toBe(
      '[7] write(1, "say \\"hi\\"\\n\\t\\001777777777777777777777"..., 51) = 51',
    );
  });

  test("shows what a call wrote only as far as it wrote", () => {
    expect(call("read", [0n, 0x1000n, 100n], 4n)).toBe('[7] read(0, "/etc", 100) = 4');
    expect(call("read", [0n, 0x1000n, 100n], -4n)).toContain("read(0, 0x1000, 100) = -1 EINTR");
  });

  test("shows a vector of strings, and an address where nothing can be read", () => {
    expect(call("execve", [0x1000n, 0x3000n, 0x9000n], null)).toBe(
      '[7] execve("/etc/motd", ["/etc/motd"], 0x9000) = 0',
    );
  });

  test("gives addresses in hexadecimal", () => {
    expect(call("mmap", [0n, 4096n, 3n, 0x22n, -1n, 0n], 0x7f0000000000n)).toBe(
      "[7] mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000",
    );
  });

  test("with an unknown number shows that number", () => {
    expect(call(null, [1n], -38n)).toMatch(/^\[7] syscall_999\(0x1, .*\) = -1 ENOSYS/);
  });
});

test("only the classes that were asked for are written", () => {
  const fault: KernelEvent = { type: "fault", pid: 2, va: 0x8, access: "write", kind: "no-mapping", major: false };
  expect(lines([fault], ["syscalls"])).toEqual([]);
  expect(lines([fault], ["faults"])).toEqual(["[2] fault: write 0x8: no-mapping (minor)"]);
});

test("--trace takes a list, or all, and says what there is", () => {
  expect(parseTraceClasses("syscalls,faults")).toEqual(["syscalls", "faults"]);
  expect(parseTraceClasses("all")).toContain("disk");
  expect(() => parseTraceClasses("sycalls")).toThrow("'sycalls' is not one of: syscalls, faults");
});
