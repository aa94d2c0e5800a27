/** Exceptions: cause, stval and sepc, what has changed and what has not; entering and leaving the supervisor. */

import { describe, expect, test } from "vitest";
import { COSTS } from "../../cpu/costs.ts";
import { CSR_SLOT, csrNumber, scauseCode, scauseIsInterrupt } from "../../cpu/hart.ts";
import { RAM_BASE } from "../../cpu/machine.ts";
import { PTE } from "../../cpu/paging.ts";
import { CAUSE, SSTATUS } from "../../cpu/trap.ts";
import { assemble } from "./assemble.ts";
import { bareMachine, machine, pagedMachine, runToTrap } from "./machines.ts";

const NEVER = Number.MAX_SAFE_INTEGER;
const BASE = BigInt(RAM_BASE);

describe("instructions that trap", () => {
  test("ecall: cause 8, stval 0, sepc its own address", () => {
    const m = bareMachine("addi a7, zero, 93; ecall");
    expect(runToTrap(m)).toEqual({ cause: BigInt(CAUSE.environmentCall), stval: 0n, sepc: BASE + 4n });
    expect(m.harts[0]!.counters.instret).toBe(1);
  });

  test("ebreak: cause 3, stval its own address", () => {
    expect(runToTrap(bareMachine("ebreak"))).toEqual({ cause: BigInt(CAUSE.breakpoint), stval: BASE, sepc: BASE });
  });

  test.each(["sret", "mret", "wfi", "sfence.vma zero, zero", "csrrw zero, sstatus, a0", "csrrs a0, satp, zero"])(
    "%s is illegal in user mode",
    (source) => {
      const word = assemble(source)[0]!;
      expect(runToTrap(bareMachine(source))).toEqual({
        cause: BigInt(CAUSE.illegalInstruction),
        stval: BigInt(word),
        sepc: BASE,
      });
    },
  );

  test("a word that is no instruction: stval holds its bits", () => {
    expect(runToTrap(bareMachine(".word 0xffffffff"))).toMatchObject({ cause: 2n, stval: 0xffff_ffffn });
  });
});

describe("jumps to addresses that no instruction can have", () => {
  test.each([["jal ra, 6"], ["jalr ra, 0(a0)"], ["beq zero, zero, 6"]])(
    "%s raises misaligned on the jump itself, and does not link",
    (source) => {
      const m = bareMachine(source);
      const { x } = m.harts[0]!;
      x[1] = 77n;
      x[10] = BASE + 6n;
      expect(runToTrap(m)).toEqual({ cause: BigInt(CAUSE.instructionMisaligned), stval: BASE + 6n, sepc: BASE });
      expect(x[1]).toBe(77n);
    },
  );

  test("a branch that is not taken does not care", () => {
    expect(runToTrap(bareMachine("bne zero, zero, 6; ecall"))).toMatchObject({ cause: BigInt(CAUSE.environmentCall) });
  });

  test.each([0x1234_5678_9abc_def0n, 0x8000_0000_0000_0000n, 0xffff_7fff_ffff_fffcn, 0x0000_8000_0000_0000n])(
    "jalr to %d completes, and the fetch there faults with exact sepc and stval",
    (target) => {
      const { m } = pagedMachine("jalr ra, 0(a0)");
      const hart = m.harts[0]!;
      hart.x[10] = BigInt.asIntN(64, target);
      expect(runToTrap(m)).toEqual({ cause: BigInt(CAUSE.instructionPageFault), stval: target, sepc: target });
      expect(hart.x[1]).toBe(0x10004n);
      expect(hart.counters.instret).toBe(1);
    },
  );

  test("with a misaligned wild target stval is exact too", () => {
    const m = bareMachine("jalr ra, 0(a0)");
    m.harts[0]!.x[10] = 0x1234_5678_9abc_def3n;
    expect(runToTrap(m)).toEqual({ cause: 0n, stval: 0x1234_5678_9abc_def2n, sepc: BASE });
  });

  test("a wild pc survives a stop and a snapshot", () => {
    const { m } = pagedMachine("jalr ra, 0(a0)");
    const hart = m.harts[0]!;
    hart.x[10] = 0x1234_5678_9abc_def0n;
    expect(m.run(NEVER, 1)).toBe("limit");
    expect(hart.csr[CSR_SLOT.sepc]).toBe(0x1234_5678_9abc_def0n);
    m.restore(structuredClone(m.snapshot()));
    expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.instructionPageFault), stval: 0x1234_5678_9abc_def0n });
  });

  test("in bare mode an address without RAM is an instruction access fault, devices included", () => {
    for (const target of [0n, 0x1000_0000n, 0x1234_5678_9abc_def0n]) {
      const m = bareMachine("jalr ra, 0(a0)");
      m.harts[0]!.x[10] = target;
      expect(runToTrap(m)).toEqual({ cause: BigInt(CAUSE.instructionAccessFault), stval: target, sepc: target });
    }
  });
});

test("code runs on from one page into the next, and faults exactly there when it is missing", () => {
  const source = `${"addi t0, t0, 1\n".repeat(1024)}ecall`;
  const { m, space } = pagedMachine(source);
  expect(runToTrap(m)).toMatchObject({ sepc: 0x11000n });
  expect(m.harts[0]!.x[5]).toBe(1024n);
  space.write(space.pte(0x11000), 0, 0);
  m.harts[0]!.sfenceVma();
  m.harts[0]!.csr[CSR_SLOT.sepc] = 0x10000n;
  expect(runToTrap(m)).toEqual({ cause: BigInt(CAUSE.instructionPageFault), stval: 0x11000n, sepc: 0x11000n });
});

test("code at the top of the address space wraps around to 0", () => {
  const { m, space } = pagedMachine("addi t0, t0, 1; ecall", -4096);
  m.ram.u32.set(assemble("addi t0, t0, 1"), 1023);
  m.ram.u32.set(assemble("ecall"), 2048);
  space.map(0, RAM_BASE + 8192, PTE.X);
  m.harts[0]!.csr[CSR_SLOT.sepc] = 0xffff_ffff_ffff_fffcn;
  expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.environmentCall), sepc: 0n });
});

describe("sstatus and sepc", () => {
  test("a trap saves SIE in SPIE, clears SIE and says that it came from user mode; a run undoes that", () => {
    const m = bareMachine("ecall; ecall");
    const hart = m.harts[0]!;
    hart.csr[CSR_SLOT.sstatus]! |= BigInt(SSTATUS.SPIE | SSTATUS.SPP);
    runToTrap(m);
    // SRET set SIE from SPIE; the trap moved it back.
    expect(hart.csr32[2 * CSR_SLOT.sstatus]! & (SSTATUS.SIE | SSTATUS.SPIE | SSTATUS.SPP)).toBe(SSTATUS.SPIE);
    expect(hart.csr[CSR_SLOT.sstatus]! >> 32n).toBe(2n);
  });

  test("in user mode SPIE is 1, as SRET leaves it", () => {
    const m = bareMachine("addi t0, t0, 1; ecall");
    m.run(NEVER, 1);
    expect(m.harts[0]!.csr32[2 * CSR_SLOT.sstatus]! & SSTATUS.SPIE).toBe(SSTATUS.SPIE);
  });

  test("sepc's low two bits read as 0", () => {
    const m = bareMachine("ecall");
    m.harts[0]!.csr[CSR_SLOT.sepc] = BASE + 3n;
    expect(runToTrap(m)).toMatchObject({ sepc: BASE });
  });

  test("small readers tell the cause", () => {
    const m = bareMachine("ecall");
    runToTrap(m);
    const hart = m.harts[0]!;
    expect(scauseIsInterrupt(hart)).toBe(false);
    expect(scauseCode(hart)).toBe(CAUSE.environmentCall);
    expect(csrNumber(hart, CSR_SLOT.sepc)).toBe(RAM_BASE);
  });
});

test("a trap costs its instruction, entry and exit, and retires nothing", () => {
  const m = bareMachine("ecall; addi t0, t0, 1; ecall");
  runToTrap(m);
  expect(m.clock.cycles).toBe(COSTS.trapExit + COSTS.instruction + COSTS.trapEntry);
  m.harts[0]!.csr[CSR_SLOT.sepc]! += 4n;
  runToTrap(m);
  expect(m.clock.cycles).toBe(2 * (COSTS.trapExit + COSTS.trapEntry) + 3 * COSTS.instruction);
  expect(m.harts[0]!.counters.instret).toBe(1);
});

describe("user counters", () => {
  test("instret and cycle count what was before the instruction, time its tenth of a microsecond", () => {
    const m = bareMachine(
      `addi t0, zero, 0; ${"addi t0, t0, 1;".repeat(200)} csrrs a0, instret, zero; csrrs a1, cycle, zero; csrrs a2, time, zero; ecall`,
    );
    runToTrap(m);
    const { x } = m.harts[0]!;
    expect(x[10]).toBe(201n);
    expect(x[11]).toBe(202n + BigInt(COSTS.trapExit));
    expect(x[12]).toBe((203n + BigInt(COSTS.trapExit)) / 100n);
  });

  test.each([
    "csrrw zero, cycle, zero",
    "csrrs a0, cycle, a1",
    "csrrsi a0, time, 1",
    "csrrci a0, instret, 1",
    "csrrwi a0, time, 0",
  ])("%s writes a read-only register: illegal", (source) =>
    expect(runToTrap(bareMachine(source))).toMatchObject({ cause: BigInt(CAUSE.illegalInstruction), sepc: BASE }),
  );

  test.each(["csrrc a0, cycle, zero", "csrrsi a0, time, 0", "csrrci a0, instret, 0"])("%s only reads", (source) => {
    expect(runToTrap(bareMachine(`${source}; ecall`))).toMatchObject({ cause: BigInt(CAUSE.environmentCall) });
  });

  test("scounteren decides what user mode may read", () => {
    const m = bareMachine("csrrs a0, time, zero; csrrs a0, cycle, zero");
    m.harts[0]!.csr[CSR_SLOT.scounteren] = 2n;
    expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.illegalInstruction), sepc: BASE + 4n });
  });

  test("floating-point registers are illegal without F", () => {
    expect(runToTrap(bareMachine("csrrs a0, fcsr, zero"))).toMatchObject({ cause: 2n, sepc: BASE });
  });
});

test("a new machine has all registers 0 and is in supervisor mode at cycle 0", () => {
  const m = machine();
  expect([...m.harts[0]!.x]).toEqual(new Array(32).fill(0n));
  expect(m.clock.cycles).toBe(0);
  expect(m.off).toBeNull();
});
