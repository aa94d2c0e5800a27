/** A loop over the end of a page, where the page behind it is the same frame once more. */

import { expect, test } from "vitest";
import { CSR_SLOT } from "../../../cpu/hart.ts";
import { RAM_BASE } from "../../../cpu/machine.ts";
import { PAGE_SIZE, PTE } from "../../../cpu/paging.ts";
import { assemble } from "../assemble.ts";
import { AddressSpace, machine, runToTrap } from "../machines.ts";

const CODE = 0x10000;
const START = CODE + PAGE_SIZE - 12;

test("code that goes over into its own frame is compiled, and dropped when it changes", () => {
  const m = machine({ engine: "translator", translation: { heat: 3 } });
  const space = new AddressSpace(m);
  for (const va of [CODE, CODE + PAGE_SIZE]) space.map(va, RAM_BASE, PTE.R | PTE.X);
  space.activate();
  const { u32 } = m.ram;
  const step = "addi a0, a0, 1";
  u32.set(assemble(`${step}; ${step}; ${step}`), (PAGE_SIZE - 12) / 4);
  u32.set(assemble("bne a0, a1, -12; ecall"));
  const [hart] = m.harts;
  const run = () => {
    hart.x[10] = 0n;
    hart.x[11] = 3000n;
    hart.csr[CSR_SLOT.sepc] = BigInt(START);
    const { instret } = hart.counters;
    runToTrap(m);
    return hart.counters.instret - instret;
  };
  expect(run()).toBe(4000);
  u32.set(assemble("addi a0, a0, 4"), (PAGE_SIZE - 4) / 4);
  m.ram.wrote(PAGE_SIZE - 4, 4);
  expect(run()).toBe(2000);
});
