/** Small parts of the kernel by themselves: moves of a process, errors, load averages, signal sets, argument decoding. */
import { describe, expect, test } from "vitest";
import { ERRNO, SIGNALS, SYSCALLS } from "../../kernel/abi.ts";
import { errno } from "../../kernel/errno.ts";
import { LOAD_ONE, sampleLoad } from "../../kernel/load.ts";
import { createPressure } from "../../kernel/pressure.ts";
import { moveTo, type Process } from "../../kernel/process.ts";
import { encodeSignalInfo } from "../../kernel/signal-info.ts";
import { fromBits, include, meets, setOfWords, signalSet, toBits } from "../../kernel/signal-set.ts";
import {
  defaultAction,
  newSignalState,
  restoreTemporaryMask,
  setTemporaryMask,
  signalName,
} from "../../kernel/signal-state.ts";
import { decoderOf, SYSCALL_ENTRIES, syscallName } from "../../kernel/syscall-table.ts";
import { fromTimespec, toTimespec, toTimeval } from "../../kernel/time.ts";

describe("a process", () => {
  test("moves only along the table of moves", () => {
    const k = { machine: { clock: { cycles: 0 } }, pressure: createPressure(0) };
    const p = { pid: 7, state: "runnable", sleep: null } as Process;
    moveTo(k, p, "running");
    moveTo(k, p, "sleeping");
    expect(() => moveTo(k, p, "zombie")).toThrow(
      /moves only as the table of moves says.*pid=7.*from=sleeping.*to=zombie/,
    );
    expect(p.state).toBe("sleeping");
  });
});

describe("errors", () => {
  test("are one object each, with Linux's number", () => {
    expect(errno("ENOENT")).toBe(errno("ENOENT"));
    for (const [name, [number]] of Object.entries(ERRNO)) expect(errno(name as keyof typeof ERRNO).number).toBe(number);
  });
});

describe("load averages", () => {
  test("rise to the number of running processes and fall when idle", () => {
    const load = { averages: [0, 0, 0] as [number, number, number], updated: 0 };
    sampleLoad(load, 60e9, 2);
    const [one, five, fifteen] = load.averages.map((average) => average / LOAD_ONE);
    // After a minute: 2 * (1 - e^-1), 2 * (1 - e^-(1/5)), 2 * (1 - e^-(1/15)).
    expect(one).toBeCloseTo(1.264, 2);
    expect(five).toBeCloseTo(0.363, 2);
    expect(fifteen).toBeCloseTo(0.129, 2);
    sampleLoad(load, 3600e9, 0);
    expect(load.averages[0]).toBe(0);
    expect(load.updated).toBe(3600e9);
  });

  test("are not touched between samples", () => {
    const load = { averages: [1, 2, 3] as [number, number, number], updated: 0 };
    sampleLoad(load, 4.9e9, 9);
    expect(load).toEqual({ averages: [1, 2, 3], updated: 0 });
  });
});

describe("signals", () => {
  test("have Linux's names and default actions", () => {
    expect([signalName(11), signalName(32), signalName(64)]).toEqual(["SIGSEGV", "SIGRTMIN+0", "SIGRTMIN+32"]);
    for (const [number, action] of Object.values(SIGNALS)) expect(defaultAction(number)).toBe(action);
    expect(defaultAction(40)).toBe("terminate");
  });

  test("a temporary mask is put back once, and never blocks SIGKILL", () => {
    const s = newSignalState();
    include(s.blocked, 10);
    setTemporaryMask(s, setOfWords(-1, -1));
    setTemporaryMask(s, signalSet());
    expect(s.restoreMask).toEqual(signalSet(10));
    restoreTemporaryMask(s);
    restoreTemporaryMask(s);
    expect([s.blocked, s.restoreMask]).toEqual([signalSet(10), null]);
    setTemporaryMask(s, setOfWords(-1, -1));
    expect(meets(s.blocked, signalSet(9, 19))).toBe(false);
  });

  test("a set lies in memory as Linux's sigset_t", () => {
    expect(toBits(signalSet(1, 32, 33, 64))).toBe(0x8000_0001_8000_0001n);
    expect(fromBits(0x8000_0001_8000_0001n)).toEqual(signalSet(64, 33, 32, 1));
  });

  test("siginfo holds what signals of its kind carry", () => {
    const fault = new DataView(encodeSignalInfo(11, { code: 1, address: 0xffff_ffff_ffff_fff8n }).buffer);
    expect([fault.getInt32(0, true), fault.getInt32(8, true), fault.getBigUint64(16, true)]).toEqual([
      11,
      1,
      0xffff_ffff_ffff_fff8n,
    ]);
    const child = new DataView(encodeSignalInfo(17, { code: 2, pid: 5, uid: 6, status: 9, utime: 1, stime: 2 }).buffer);
    expect([16, 20, 24].map((at) => child.getInt32(at, true))).toEqual([5, 6, 9]);
    expect([child.getBigInt64(32, true), child.getBigInt64(40, true)]).toEqual([1n, 2n]);
  });
});

describe("arguments", () => {
  const x32 = new Int32Array([0, 0, -1, -1, 5, -1, -2, 1]);

  test("are decoded by kind: signed or unsigned, 32 or 64 bits", () => {
    expect(decoderOf("fd")(x32, 1)).toBe(-1);
    expect(decoderOf("unsigned")(x32, 1)).toBe(2 ** 32 - 1);
    expect(decoderOf("flags:open")(x32, 1)).toBe(2 ** 32 - 1);
    expect(decoderOf("offset")(x32, 1)).toBe(-1);
    expect(decoderOf("pointer")(x32, 1)).toBe(2 ** 64);
    expect(decoderOf("pointer")(x32, 3)).toBe(2 ** 32 + 2 ** 32 - 2);
    // The upper half of an int does not count, as in C.
    expect(decoderOf("int")(x32, 2)).toBe(5);
  });

  test("every row has one number of its own", () => {
    expect(SYSCALL_ENTRIES.size).toBe(Object.keys(SYSCALLS).length);
    expect(syscallName(221n)).toBe("execve");
    expect(syscallName(221n + (1n << 64n))).toBeNull();
  });
});

describe("times", () => {
  test("are split without loss", () => {
    expect(toTimespec(3_000_000_001)).toEqual({ tv_sec: 3, tv_nsec: 1 });
    expect(toTimeval(3_000_001_999)).toEqual({ tv_sec: 3, tv_usec: 1 });
    expect(fromTimespec(2, 5)).toBe(2_000_000_005);
    expect(fromTimespec(2 ** 40, 0)).toBe(Number.POSITIVE_INFINITY);
    for (const [seconds, nanoseconds] of [
      [-1, 0],
      [0, -1],
      [0, 1e9],
    ])
      expect(() => fromTimespec(seconds, nanoseconds)).toThrow(errno("EINVAL") as never);
  });
});
