/** With 2 GiB of RAM all that is the translator's has addresses from 2^31 on. */

import { expect, test } from "vitest";
import type { EngineName } from "../../../cpu/engines.ts";
import { CSR_SLOT } from "../../../cpu/hart.ts";
import { MAX_RAM, RAM_BASE } from "../../../cpu/machine.ts";
import { PAGE_SIZE, PTE } from "../../../cpu/paging.ts";
import type { Translator } from "../../../cpu/translator/translator.ts";
import { assemble } from "../assemble.ts";
import { AddressSpace, machine, runToTrap } from "../machines.ts";

const CODE = 0x10000;
const DATA = 0x40000;

/** Loops with calls, accesses and code that is written anew, in the last frames of RAM. */
const SOURCE = `
        lui  s0, 1
        lui  s1, ${DATA >>> 12}
        auipc s2, 0
  loop: ld   a0, 0(s1)
        add  a0, a0, s0
        sd   a0, 0(s1)
        lr.d a2, (s1)
        sc.d a3, a0, (s1)
        jal  ra, f
        andi t0, s0, 255
        bne  t0, zero, on
        lw   t1, 0(s2)
        sw   t1, 0(s2)
  on:   addi s0, s0, -1
        bne  s0, zero, loop
        ebreak
  f:    addi a4, a4, 1
        jalr zero, 0(ra)`;

function run(engine: EngineName) {
  const m = machine({ engine, ramBytes: MAX_RAM, translation: { heat: 3 } });
  const space = new AddressSpace(m);
  const top = MAX_RAM - PAGE_SIZE;
  m.ram.u32.set(assemble(SOURCE, CODE), top / 4);
  space.map(CODE, RAM_BASE + top, PTE.R | PTE.X | PTE.W);
  space.map(DATA, RAM_BASE + top - PAGE_SIZE, PTE.R | PTE.W);
  space.activate();
  const [hart] = m.harts;
  hart.csr[CSR_SLOT.sepc] = BigInt(CODE);
  const trap = runToTrap(m);
  const { instret, tlbHits, tlbMisses } = hart.counters;
  return { m, result: { trap, x: [...hart.x], instret, tlbHits, tlbMisses, cycles: m.clock.cycles } };
}

test("the translator works with as much RAM as there can be", () => {
  const { m, result } = run("translator");
  const translator = m.harts[0] as Translator;
  expect(translator.statistics().regionsMade).toBeGreaterThan(1);
  translator.check();
  expect(result).toEqual(run("reference").result);
});
