/** The machine as a whole: time, events, interrupts at exact instructions, bus, power, snapshots. */

import { describe, expect, test } from "vitest";
import { COSTS, CYCLES_PER_TICK } from "../../cpu/costs.ts";
import { DISK, DISK_COMMAND } from "../../cpu/devices/disk.ts";
import { INTERRUPT_CONTROLLER } from "../../cpu/devices/interrupt-controller.ts";
import { POWER_OFF } from "../../cpu/devices/power-off.ts";
import { TIMER } from "../../cpu/devices/timer.ts";
import { UART } from "../../cpu/devices/uart.ts";
import { CSR_SLOT, scauseCode, scauseIsInterrupt } from "../../cpu/hart.ts";
import { type Machine, MEMORY_MAP, RAM_BASE } from "../../cpu/machine.ts";
import { PTE } from "../../cpu/paging.ts";
import { INTERRUPT, SSTATUS } from "../../cpu/trap.ts";
import { bareMachine, machine, pagedMachine, runToTrap } from "./machines.ts";

const NEVER = Number.MAX_SAFE_INTEGER;
const LOOP = "loop: addi t0, t0, 1; addi t1, t1, 1; jal zero, loop";
const MTIMECMP = MEMORY_MAP.timer.base + TIMER.mtimecmp;
const MTIME = MEMORY_MAP.timer.base + TIMER.mtime;

function enable(m: Machine, ...interrupts: number[]): void {
  m.harts[0]!.csr[CSR_SLOT.sie] = BigInt(interrupts.reduce((bits, code) => bits | (1 << code), 0));
}

describe("run", () => {
  test("stops at the cycle and at the instruction count that it is given, exactly", () => {
    const m = bareMachine(LOOP);
    const { counters } = m.harts[0]!;
    expect(m.run(NEVER, 1000)).toBe("limit");
    expect(counters.instret).toBe(1000);
    expect(m.clock.cycles).toBe(1000 + COSTS.trapExit);
    expect(m.run(5000, NEVER)).toBe("until");
    expect(m.clock.cycles).toBe(5000);
    expect(counters.instret).toBe(5000 - COSTS.trapExit);
    expect(m.run(5000, NEVER)).toBe("until");
    expect(m.run(NEVER, 10)).toBe("limit");
    expect(counters.instret).toBe(5000 - COSTS.trapExit);
  });

  test("in steps of one instruction ends where one long run ends, state and all", () => {
    const source =
      "loop: addi t0, t0, 1; lr.w a1, (a0); sc.w a2, t0, (a0); sd t0, 8(a0); ld t1, 5(a0); add t2, t2, t1; jal zero, loop";
    const prepare = () => {
      const { m, space } = pagedMachine(source);
      space.map(0x20000, RAM_BASE + 0x8000, PTE.R | PTE.W);
      m.harts[0]!.x[10] = 0x20000n;
      return m;
    };
    const [long, steps] = [prepare(), prepare()];
    long.run(NEVER, 500);
    for (let n = 1; n <= 500; n++) expect(steps.run(NEVER, n)).toBe("limit");
    expect(steps.snapshot()).toEqual(long.snapshot());
  });
});

describe("timer", () => {
  test("mtime is the cycle count in ticks of 10 MHz, and cannot be written", () => {
    const m = machine();
    m.clock.charge(123_456);
    const now = (m.clock.cycles + COSTS.deviceAccess) / CYCLES_PER_TICK;
    expect(m.bus.read(MTIME, 4)).toBe(Math.floor(now));
    expect(() => m.bus.write(MTIME, 4, 0)).toThrow(/bus error/);
  });

  test("interrupts before the first instruction at or after mtimecmp", () => {
    const m = bareMachine(LOOP);
    enable(m, INTERRUPT.timer);
    m.bus.write64(MTIMECMP, 50n);
    expect(m.run(NEVER, NEVER)).toBe("trap");
    const hart = m.harts[0]!;
    expect([scauseIsInterrupt(hart), scauseCode(hart), hart.csr[CSR_SLOT.stval]]).toEqual([true, INTERRUPT.timer, 0n]);
    // Two register accesses came before the run, and SRET is part of it.
    const executed = 50 * CYCLES_PER_TICK - 2 * COSTS.deviceAccess - COSTS.trapExit;
    expect(hart.counters.instret).toBe(executed);
    expect(hart.csr[CSR_SLOT.sepc]).toBe(BigInt(RAM_BASE + 4 * (executed % 3)));
    expect(m.clock.cycles).toBe(5000 + COSTS.trapEntry);
  });

  test("stays pending until mtimecmp is moved, and is taken before the next instruction", () => {
    const m = bareMachine(LOOP);
    enable(m, INTERRUPT.timer);
    m.bus.write64(MTIMECMP, 5n);
    m.run(NEVER, NEVER);
    const { instret } = m.harts[0]!.counters;
    expect(m.run(NEVER, NEVER)).toBe("trap");
    expect(m.harts[0]!.counters.instret).toBe(instret);
    m.bus.write64(MTIMECMP, 2n ** 64n - 1n);
    expect(m.run(m.clock.cycles + 1000, NEVER)).toBe("until");
  });

  test("does not interrupt when it is not enabled; user mode ignores sstatus.SIE", () => {
    const m = bareMachine(LOOP);
    m.bus.write64(MTIMECMP, 5n);
    expect(m.run(5000, NEVER)).toBe("until");
    enable(m, INTERRUPT.timer);
    m.harts[0]!.csr[CSR_SLOT.sstatus]! &= ~BigInt(SSTATUS.SIE | SSTATUS.SPIE);
    expect(m.run(9000, NEVER)).toBe("trap");
  });

  test("a program that reaches the timer itself moves its own interrupt", () => {
    const { m, space } = pagedMachine(`sw a1, 0(a0); sw zero, 4(a0); ${LOOP}`);
    space.map(0x20000, MTIMECMP & ~0xfff, PTE.R | PTE.W);
    enable(m, INTERRUPT.timer);
    const hart = m.harts[0]!;
    hart.x[10] = BigInt(0x20000);
    hart.x[11] = 20n;
    expect(m.run(NEVER, NEVER)).toBe("trap");
    expect(scauseCode(hart)).toBe(INTERRUPT.timer);
    expect(m.clock.cycles).toBe(20 * CYCLES_PER_TICK + COSTS.trapEntry);
  });
});

describe("external interrupts", () => {
  const PLIC = MEMORY_MAP.interruptController.base;
  test("a byte on the console interrupts, is claimed, read and completed", () => {
    const m = bareMachine(LOOP);
    enable(m, INTERRUPT.external);
    const { base, irq } = MEMORY_MAP.uart0;
    m.bus.write(PLIC + INTERRUPT_CONTROLLER.enable, 4, 1 << irq);
    m.bus.write(base + UART.IER, 1, 1);
    expect(m.run(3000, NEVER)).toBe("until");
    m.uarts[0]!.receive(Uint8Array.of(0x71));
    expect(m.run(6000, NEVER)).toBe("trap");
    expect(scauseCode(m.harts[0]!)).toBe(INTERRUPT.external);
    expect(m.bus.read(PLIC + INTERRUPT_CONTROLLER.claim, 4)).toBe(irq);
    expect(m.bus.read(base + UART.RBR, 1)).toBe(0x71);
    m.bus.write(PLIC + INTERRUPT_CONTROLLER.claim, 4, irq);
    expect(m.run(m.clock.cycles + 100, NEVER)).toBe("until");
  });

  test("come before a timer interrupt that is pending as well", () => {
    const m = bareMachine(LOOP);
    enable(m, INTERRUPT.external, INTERRUPT.timer);
    m.bus.write64(MTIMECMP, 0n);
    m.bus.write(PLIC + INTERRUPT_CONTROLLER.enable, 4, 1 << MEMORY_MAP.uart1.irq);
    m.bus.write(MEMORY_MAP.uart1.base + UART.IER, 1, 1);
    m.uarts[1]!.receive(Uint8Array.of(1));
    m.run(NEVER, NEVER);
    expect(scauseCode(m.harts[0]!)).toBe(INTERRUPT.external);
    expect(m.pendingInterrupts()).toBe((1 << INTERRUPT.external) | (1 << INTERRUPT.timer));
  });
});

test("a device event ends an LR's reservation: DMA may have written there", () => {
  const m = bareMachine("lr.w t0, (a0); sc.w a1, zero, (a0); ecall");
  m.harts[0]!.x[10] = BigInt(RAM_BASE + 512);
  m.run(NEVER, 1);
  m.events.schedule(m.clock.cycles, "timer");
  runToTrap(m);
  expect(m.harts[0]!.x[11]).toBe(1n);
});

describe("waitForInterrupt", () => {
  test("moves time to the next event, at most to the given cycle", () => {
    const m = machine();
    enable(m, INTERRUPT.timer);
    m.bus.write64(MTIMECMP, 1000n);
    expect(m.waitForInterrupt(70_000)).toBe("until");
    expect(m.clock.cycles).toBe(70_000);
    expect(m.waitForInterrupt(NEVER)).toBe("interrupt");
    expect(m.clock.cycles).toBe(100_000);
    expect(m.waitForInterrupt(NEVER)).toBe("interrupt");
  });

  test("says so when nothing will ever happen, and sleeps through what is not enabled", () => {
    const m = machine();
    expect(m.waitForInterrupt(NEVER)).toBe("never");
    m.bus.write64(MTIMECMP, 1000n);
    expect(m.waitForInterrupt(NEVER)).toBe("never");
    expect(m.clock.cycles).toBe(100_000);
  });
});

describe("bus", () => {
  test("RAM is read and written by width, little-endian, at any alignment", () => {
    const m = machine();
    m.bus.write(RAM_BASE + 1, 4, 0x8765_4321);
    expect(m.bus.read(RAM_BASE + 1, 4)).toBe(0x8765_4321);
    expect([m.bus.read(RAM_BASE + 2, 2), m.bus.read(RAM_BASE, 1)]).toEqual([0x6543, 0]);
    m.bus.write64(RAM_BASE + 16, 0xfedc_ba98_7654_3210n);
    expect(m.bus.read64(RAM_BASE + 16)).toBe(0xfedc_ba98_7654_3210n);
    expect(m.clock.cycles).toBe(0);
  });

  test("peek costs and changes nothing, and is null where nothing answers", () => {
    const m = machine();
    m.uarts[0]!.receive(Uint8Array.of(0x61));
    expect([m.bus.peek(MEMORY_MAP.uart0.base, 1), m.bus.peek(MEMORY_MAP.uart0.base, 1)]).toEqual([0x61, 0x61]);
    expect([m.bus.peek(0, 1), m.bus.peek(MEMORY_MAP.uart0.base, 4), m.bus.peek(MEMORY_MAP.uart0.base + 8, 1)]).toEqual([
      null,
      null,
      null,
    ]);
    expect(m.clock.cycles).toBe(0);
  });

  test("what nothing answers is a bus error: holes, ends, misaligned registers", () => {
    const { bus, ram } = machine();
    for (const pa of [0, 0x4000_0000, RAM_BASE - 4, RAM_BASE + ram.size, RAM_BASE + ram.size - 2, MTIME + 2, 2 ** 44]) {
      expect(() => bus.read(pa, 4), pa.toString(16)).toThrow(/bus error: read/);
      expect(() => bus.write(pa, 4, 0), pa.toString(16)).toThrow(/bus error: write/);
    }
  });
});

test("the power-off device ends the machine with a status, once", () => {
  for (const [value, status] of [
    [POWER_OFF.pass, 0],
    [(7 << 16) | POWER_OFF.fail, 7],
  ] as const) {
    const m = bareMachine(LOOP);
    m.bus.write(MEMORY_MAP.powerOff.base, 4, value);
    expect(m.off).toEqual({ status });
    expect(m.run(NEVER, NEVER)).toBe("until");
    expect(m.waitForInterrupt(NEVER)).toBe("never");
    m.bus.write(MEMORY_MAP.powerOff.base, 4, (9 << 16) | POWER_OFF.fail);
    expect(m.off).toEqual({ status });
    expect(() => m.bus.write(MEMORY_MAP.powerOff.base, 4, 0x1234)).toThrow(/bus error/);
  }
});

describe("snapshots", () => {
  /** A program with memory, console output, a disk request and a timer that is about to fire. */
  function prepare(): Machine {
    const { m, space } = pagedMachine(
      "loop: addi t0, t0, 1; add a1, a1, t0; sd a1, 0(a0); sb t0, 0(a2); addi a0, a0, 8; jal zero, loop",
      0x10000,
      {
        disks: [new Uint8Array(64 * 512).fill(3)],
      },
    );
    for (let page = 0; page < 64; page++)
      space.map(0x20000 + 4096 * page, RAM_BASE + 0x4_0000 * 4 + 4096 * page, PTE.R | PTE.W);
    space.map(0x8000, MEMORY_MAP.uart0.base, PTE.R | PTE.W);
    const hart = m.harts[0]!;
    hart.x[10] = 0x20000n;
    hart.x[12] = 0x8000n;
    enable(m, INTERRUPT.timer);
    m.bus.write64(MTIMECMP, 1500n);
    for (const [register, value] of [
      [DISK.sector, 1],
      [DISK.count, 4],
      [DISK.addressLow, RAM_BASE + 0x9000],
      [DISK.command, DISK_COMMAND.read],
    ] as const) {
      m.bus.write(MEMORY_MAP.disk0.base + register, 4, value);
    }
    return m;
  }

  test("a machine restored in the middle reaches the same state as the one that went on", () => {
    const original = prepare();
    original.run(NEVER, 2000);
    original.random.bytes(5);
    const saved = structuredClone(original.snapshot());
    const restored = prepare();
    restored.run(NEVER, 77);
    restored.ram.u8.fill(0xcc, 0x10_0000, 0x11_0000);
    restored.restore(saved);
    expect(restored.snapshot()).toEqual(saved);
    for (const m of [original, restored]) {
      expect(m.run(NEVER, NEVER)).toBe("trap");
      m.bus.write64(MTIMECMP, 2n ** 64n - 1n);
      expect(m.run(200_000, NEVER)).toBe("until");
    }
    expect(restored.snapshot()).toEqual(original.snapshot());
    expect(restored.random.next()).toBe(original.random.next());
    expect(original.ram.u8[0x9000]).toBe(3);
  });

  test("keep the TLB, superpages included", () => {
    const superpages = () => {
      const { m, space } = pagedMachine("loop: ld t1, 0(a0); jal zero, loop");
      space.map(0x4000_0000, RAM_BASE + 0x20_0000, PTE.R, 1);
      m.harts[0]!.x[10] = 0x4010_0000n;
      return m;
    };
    const original = superpages();
    original.run(NEVER, 10);
    const restored = superpages();
    restored.restore(original.snapshot());
    for (const m of [original, restored]) m.run(NEVER, 100);
    expect(restored.harts[0]!.counters.tlbWalks).toBe(2);
    expect(restored.snapshot()).toEqual(original.snapshot());
  });

  test("leaves out frames of zeros", () => {
    const m = prepare();
    const { frames, bytes } = m.snapshot().memory;
    expect(frames.length).toBeLessThan(16);
    expect(bytes.length).toBe(4096 * frames.length);
  });

  test("keep frames in which one byte is not zero, wherever it lies", () => {
    const m = prepare();
    const first = m.ram.size / 4096 - 32;
    for (let i = 0; i < 32; i++) m.ram.u8[4096 * (first + i) + 132 * i] = i === 0 ? 0x80 : i;
    m.ram.u8[m.ram.size - 1] = 0x80;
    const saved = m.snapshot();
    expect([...saved.memory.frames].slice(-32)).toEqual(Array.from({ length: 32 }, (_, i) => first + i));
    const other = prepare();
    other.restore(saved);
    expect(other.snapshot()).toEqual(saved);
  });
});

test("equal seeds give equal machines, unequal ones other random numbers", () => {
  const draw = (seed: number) => [...machine({ seed }).random.bytes(8)];
  expect(draw(5)).toEqual(draw(5));
  expect(draw(5)).not.toEqual(draw(6));
});

test("configurations that cannot be built are refused with the value at fault", () => {
  expect(() => machine({ ramBytes: 5000 })).toThrow(/whole pages: size=5000/);
  expect(() => machine({ ramBytes: 2 ** 31 + 4096 })).toThrow(/at most 2 GiB/);
  expect(() => machine({ tlb: { sets: 3, ways: 4 } })).toThrow(/powers of two: sets=3/);
  expect(() => machine({ disks: [new Uint8Array(100)] })).toThrow(/whole sectors/);
});

test("an ordinary program leaves its result", () => {
  const m = bareMachine(
    "addi a0, zero, 0; addi t0, zero, 10; loop: add a0, a0, t0; addi t0, t0, -1; bne t0, zero, loop; ecall",
  );
  runToTrap(m);
  expect(m.harts[0]!.x[10]).toBe(55n);
});
