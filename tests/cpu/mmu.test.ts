/** Translation: each check of the privileged specification's algorithm, A and D, superpages, the TLB's memory. */

import { describe, expect, test } from "vitest";
import { COSTS } from "../../cpu/costs.ts";
import { encode } from "../../cpu/fields.ts";
import { CSR_SLOT } from "../../cpu/hart.ts";
import { RAM_BASE } from "../../cpu/machine.ts";
import {
  PAGE_SIZE,
  type PagingMode,
  PTE,
  pageSizeAt,
  pteFrame,
  pteHigh,
  pteLow,
  userLimit,
  vpn,
} from "../../cpu/paging.ts";
import { CAUSE } from "../../cpu/trap.ts";
import { AddressSpace, machine, pagedMachine, runToTrap } from "./machines.ts";

const DATA = 0x4000_0000;
const FRAME = RAM_BASE + 0x20_0000;
const NEVER = Number.MAX_SAFE_INTEGER;
const A_AND_D = PTE.A | PTE.D;

/** ld a1, (a0); sd a1, (a0); jalr (a0), each at its own address of 0x10000, so that a test picks its access. */
const KINDS = {
  load: { sepc: 0x10000n, fault: CAUSE.loadPageFault, access: CAUSE.loadAccessFault },
  store: { sepc: 0x10004n, fault: CAUSE.storePageFault, access: CAUSE.storeAccessFault },
  fetch: { sepc: 0x10008n, fault: CAUSE.instructionPageFault, access: CAUSE.instructionAccessFault },
} as const;

function prepare(mode: PagingMode = "sv48") {
  const { m, space } = pagedMachine("ld a1, 0(a0); sd a1, 0(a0); jalr zero, 0(a0)", 0x10000, { paging: mode });
  const hart = m.harts[0]!;
  /** The outcome of one access: its cause, or "done". */
  const access = (kind: keyof typeof KINDS, va = DATA): number | "done" => {
    hart.x[10] = BigInt(va);
    hart.csr[CSR_SLOT.sepc] = KINDS[kind].sepc;
    const stop = m.run(NEVER, hart.counters.instret + (kind === "fetch" ? 2 : 1));
    if (stop !== "trap") return "done";
    expect(hart.csr[CSR_SLOT.stval]).toBe(BigInt.asUintN(64, BigInt(va)));
    return Number(hart.csr[CSR_SLOT.scause]);
  };
  m.ram.u32[(FRAME - RAM_BASE) / 4] = encode("addi");
  return { m, space, hart, access };
}

describe.each(["sv39", "sv48"] as const)("%s", (mode) => {
  test.each([
    [PTE.R, true, false, false],
    [PTE.R | PTE.W, true, true, false],
    [PTE.X, false, false, true],
    [PTE.R | PTE.X, true, false, true],
    [PTE.R | PTE.W | PTE.X, true, true, true],
  ])("flags %d allow load %s, store %s, fetch %s", (flags, load, store, fetch) => {
    const { space, access, hart } = prepare(mode);
    space.map(DATA, FRAME, flags);
    for (const [kind, allowed] of [
      ["load", load],
      ["store", store],
      ["fetch", fetch],
    ] as const) {
      hart.sfenceVma();
      expect(access(kind), kind).toBe(allowed ? "done" : KINDS[kind].fault);
    }
  });

  test("addresses outside the sign-extended range fault, its ends do not", () => {
    const { space, access } = prepare(mode);
    const limit = userLimit(mode);
    space.map(limit - PAGE_SIZE, FRAME, PTE.R);
    space.map(-limit, FRAME, PTE.R);
    expect(access("load", limit - 8)).toBe("done");
    expect(access("load", -limit)).toBe("done");
    expect(access("load", limit)).toBe(CAUSE.loadPageFault);
    expect(access("load", -limit - 8)).toBe(CAUSE.loadPageFault);
    expect(access("fetch", limit)).toBe(CAUSE.instructionPageFault);
  });

  test.each([1, 2])("a leaf at level %d maps its size, with the low part of the address as offset", (level) => {
    const { m, space, access, hart } = prepare(mode);
    space.map(DATA, level === 1 ? FRAME : RAM_BASE, PTE.R, level);
    const offset = 0x20_0000 * (level - 1) + 0x12_3450;
    const base = level === 1 ? FRAME : RAM_BASE;
    m.ram.u64[(base - RAM_BASE + offset) / 8] = 0x1122_3344n;
    expect(access("load", DATA + offset)).toBe("done");
    expect(hart.x[11]).toBe(0x1122_3344n);
    expect(hart.counters.tlbWalks).toBe(2);
    expect(access("load", DATA + offset - 0x1_0000)).toBe("done");
    expect(hart.counters.tlbWalks).toBe(2);
  });
});

/** Changes to the leaf PTE of DATA, or of the table above it, that must fault. */
const bad: [string, (pte: Uint32Array, above: Uint32Array) => void][] = [
  ["V clear", (pte) => (pte[0]! &= ~PTE.V)],
  ["U clear", (pte) => (pte[0]! &= ~PTE.U)],
  ["W without R", (pte) => (pte[0] = (pte[0]! & ~(PTE.R | PTE.X)) | PTE.W)],
  ["no permission at level 0, which would be a pointer", (pte) => (pte[0]! &= ~(PTE.R | PTE.W | PTE.X))],
  ["N (bit 63)", (pte) => (pte[1]! |= 1 << 31)],
  ["PBMT (bit 62)", (pte) => (pte[1]! |= 1 << 30)],
  ["PBMT (bit 61)", (pte) => (pte[1]! |= 1 << 29)],
  ["reserved bit 60", (pte) => (pte[1]! |= 1 << 28)],
  ["reserved bit 54", (pte) => (pte[1]! |= 1 << 22)],
  ["a pointer with A", (_pte, above) => (above[0]! |= PTE.A)],
  ["a pointer with D", (_pte, above) => (above[0]! |= PTE.D)],
  ["a pointer with U", (_pte, above) => (above[0]! |= PTE.U)],
  ["a pointer with a reserved bit", (_pte, above) => (above[1]! |= 1 << 31)],
  ["a superpage that begins within its size", (_pte, above) => (above[0]! |= PTE.R | PTE.U)],
];

test.each(bad)("%s: every access page-faults, and A and D stay clear", (_what, spoil) => {
  for (const kind of ["load", "store", "fetch"] as const) {
    const { m, space, access } = prepare();
    space.map(DATA, FRAME, PTE.R | PTE.W | PTE.X);
    const view = (pa: number) => m.ram.u32.subarray((pa - RAM_BASE) / 4, (pa - RAM_BASE) / 4 + 2);
    const [pte, above] = [view(space.pte(DATA)), view(space.pte(DATA, 1))];
    spoil(pte, above);
    const before = [...pte, ...above];
    expect(access(kind)).toBe(KINDS[kind].fault);
    expect([...pte, ...above]).toEqual(before);
  }
});

test("a table outside RAM is an access fault of the access's kind", () => {
  for (const kind of ["load", "store", "fetch"] as const) {
    const { space, access } = prepare();
    space.write(space.pte(DATA, 1), 0x4000_0000 / PAGE_SIZE, PTE.V);
    expect(access(kind)).toBe(KINDS[kind].access);
  }
});

test("a leaf whose frame is beyond all memory is an access fault", () => {
  const { space, access } = prepare();
  space.map(DATA, 2 ** 55, PTE.R | PTE.W | PTE.X);
  for (const kind of ["load", "store", "fetch"] as const) expect(access(kind)).toBe(KINDS[kind].access);
});

describe("A and D", () => {
  test("a load and a fetch set A, a store sets A and D, in the PTE itself", () => {
    for (const [kind, set] of [
      ["load", PTE.A],
      ["fetch", PTE.A],
      ["store", A_AND_D],
    ] as const) {
      const { space, access } = prepare();
      space.map(DATA, FRAME, PTE.R | PTE.W | PTE.X);
      expect(access(kind)).toBe("done");
      expect(space.flags(DATA) & A_AND_D).toBe(set);
    }
  });

  test("a store after a load walks once more to set D, and then no more", () => {
    const { space, access, hart } = prepare();
    space.map(DATA, FRAME, PTE.R | PTE.W);
    access("load");
    const walks = hart.counters.tlbWalks;
    access("store");
    access("store");
    expect(hart.counters.tlbWalks).toBe(walks + 1);
    expect(space.flags(DATA) & A_AND_D).toBe(A_AND_D);
  });

  test("A that the kernel clears comes back only after sfence.vma", () => {
    const { m, space, access, hart } = prepare();
    space.map(DATA, FRAME, PTE.R | PTE.W);
    access("load");
    m.ram.u32[(space.pte(DATA) - RAM_BASE) / 4]! &= ~PTE.A;
    access("load");
    expect(space.flags(DATA) & PTE.A).toBe(0);
    hart.sfenceVma(DATA);
    access("load");
    expect(space.flags(DATA) & PTE.A).toBe(PTE.A);
  });

  test("a faulting access sets neither", () => {
    const { space, access } = prepare();
    space.map(DATA, FRAME, PTE.R);
    expect(access("store")).toBe(CAUSE.storePageFault);
    expect(space.flags(DATA) & A_AND_D).toBe(0);
  });
});

describe("a forgotten sfence.vma shows", () => {
  test("an unmapped page stays readable, a new permission is not seen", () => {
    const { space, access, hart } = prepare();
    space.map(DATA, FRAME, PTE.R);
    expect(access("load")).toBe("done");
    space.map(DATA, FRAME, PTE.R | PTE.W);
    expect(access("store")).toBe(CAUSE.storePageFault);
    space.write(space.pte(DATA), 0, 0);
    expect(access("load")).toBe("done");
    hart.sfenceVma(DATA);
    expect(access("load")).toBe(CAUSE.loadPageFault);
  });

  test("a page that was missing is found without one: faults are not cached", () => {
    const { space, access } = prepare();
    expect(access("load")).toBe(CAUSE.loadPageFault);
    space.map(DATA, FRAME, PTE.R);
    expect(access("load")).toBe("done");
  });
});

describe("address spaces", () => {
  test("entries of one ASID do not serve another, and both are kept", () => {
    const { m, space, access, hart } = prepare();
    const other = new AddressSpace(m, "sv48", RAM_BASE / PAGE_SIZE + 256);
    other.map(0x10000, RAM_BASE, PTE.R | PTE.X);
    other.map(DATA, FRAME + PAGE_SIZE, PTE.R);
    space.map(DATA, FRAME, PTE.R);
    m.ram.u64[(FRAME - RAM_BASE) / 8] = 1n;
    m.ram.u64[(FRAME + PAGE_SIZE - RAM_BASE) / 8] = 2n;
    const read = (from: AddressSpace, asid: number) => {
      from.activate(asid);
      access("load");
      return hart.x[11];
    };
    expect([read(space, 1), read(other, 2)]).toEqual([1n, 2n]);
    const { tlbWalks } = hart.counters;
    expect([read(space, 1), read(other, 2)]).toEqual([1n, 2n]);
    expect(hart.counters.tlbWalks).toBe(tlbWalks);
  });

  test("global pages serve every ASID and survive a flush by ASID, not one by address or of all", () => {
    const { space, access, hart } = prepare();
    space.map(DATA, FRAME, PTE.R | PTE.G);
    space.activate(1);
    access("load");
    space.write(space.pte(DATA), 0, 0);
    space.activate(2);
    expect(access("load")).toBe("done");
    hart.sfenceVma(undefined, 2);
    hart.sfenceVma(DATA, 1);
    expect(access("load")).toBe("done");
    hart.sfenceVma(DATA);
    expect(access("load")).toBe(CAUSE.loadPageFault);
  });

  test("a flush by ASID leaves the others alone", () => {
    const { space, access, hart } = prepare();
    space.map(DATA, FRAME, PTE.R);
    for (const asid of [1, 2]) {
      space.activate(asid);
      access("load");
    }
    space.write(space.pte(DATA), 0, 0);
    hart.sfenceVma(undefined, 1);
    space.activate(2);
    expect(access("load")).toBe("done");
    space.activate(1);
    expect(access("load")).toBe(CAUSE.loadPageFault);
  });
});

test("user pages mapped to a device's registers reach it through the bus", () => {
  const sent: number[] = [];
  const nothing = () => {};
  const { m, space } = pagedMachine("sb a1, 0(a0); lbu a2, 5(a0); ecall", 0x10000, {
    sinks: { console: (bytes) => sent.push(...bytes), output: nothing, error: nothing },
  });
  space.map(DATA, 0x1000_0000, PTE.R | PTE.W);
  const hart = m.harts[0]!;
  hart.x[10] = BigInt(DATA);
  hart.x[11] = 0x41n;
  runToTrap(m);
  expect(sent).toEqual([0x41]);
  expect(hart.x[12]).toBe(0x60n);
});

test("a walk charges each level and each update of a PTE", () => {
  for (const [mode, levels] of [
    ["sv39", 3],
    ["sv48", 4],
  ] as const) {
    const { m } = pagedMachine("ecall", 0x10000, { paging: mode });
    runToTrap(m);
    const walk = levels * COSTS.walkLevel + COSTS.walkUpdate;
    expect(m.clock.cycles).toBe(COSTS.trapExit + walk + COSTS.instruction + COSTS.trapEntry);
  }
});

test("a fetch asks the TLB once a page, not once an instruction", () => {
  const { m } = pagedMachine(`${"addi t0, t0, 1;".repeat(500)} ecall`);
  runToTrap(m);
  expect(m.harts[0]!.counters).toMatchObject({ tlbHits: 0, tlbMisses: 1, tlbWalks: 1 });
});

test("after a trap the fetch asks the TLB again", () => {
  const { m } = pagedMachine("ecall; ecall");
  runToTrap(m);
  m.harts[0]!.csr[CSR_SLOT.sepc]! += 4n;
  runToTrap(m);
  expect(m.harts[0]!.counters).toMatchObject({ tlbHits: 1, tlbMisses: 1 });
});

test("sfence.vma and a write of satp between two stops reach the page that is being fetched from", () => {
  for (const change of ["sfence.vma", "satp"] as const) {
    const { m, space } = pagedMachine("addi t0, t0, 1; addi t0, t0, 1; ecall");
    const hart = m.harts[0]!;
    expect(m.run(NEVER, 1)).toBe("limit");
    space.write(space.pte(0x10000), 0, 0);
    if (change === "satp") space.activate(7);
    else hart.sfenceVma(0x10000);
    expect(runToTrap(m)).toMatchObject({ cause: BigInt(CAUSE.instructionPageFault), sepc: 0x10004n });
  }
});

test("PTE halves hold a 44-bit frame, and the indices of an address are its 9-bit groups", () => {
  const frame = 0xabc_def1_2345;
  expect(pteFrame(pteLow(frame, PTE.V), pteHigh(frame))).toBe(frame);
  expect((BigInt(pteHigh(frame)) << 32n) | BigInt(pteLow(frame, PTE.V | PTE.R))).toBe((BigInt(frame) << 10n) | 3n);
  const va = 0x7654_3210_f000;
  expect([3, 2, 1, 0].map((level) => vpn(va, level))).toEqual(
    [3, 2, 1, 0].map((level) => Number((BigInt(va) >> BigInt(12 + 9 * level)) & 511n)),
  );
  expect([0, 1, 2].map(pageSizeAt)).toEqual([4096, 2 ** 21, 2 ** 30]);
  expect(vpn(-4096, 0)).toBe(511);
});

test("setSatp writes the CSR's fields", () => {
  const hart = machine().harts[0]!;
  hart.setSatp("sv48", 0xabcd, 0x123_4567_89ab);
  expect(hart.csr[CSR_SLOT.satp]).toBe(0x9abc_d123_4567_89abn);
  hart.setSatp("bare", 0, 0);
  expect(hart.csr[CSR_SLOT.satp]).toBe(0n);
});
