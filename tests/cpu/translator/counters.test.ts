/** What programs read of cycle, time and instret on either tier is what the reference engine gives them, wherever they read. */

import { expect, it } from "vitest";
import { CSR_SLOT } from "../../../cpu/hart.ts";
import { type Machine, type MachineConfig, RAM_BASE } from "../../../cpu/machine.ts";
import { PAGE_SIZE, PTE } from "../../../cpu/paging.ts";
import { EXIT, MISSES } from "../../../cpu/translator/layout.ts";
import type { Translator } from "../../../cpu/translator/translator.ts";
import { pagedMachine } from "../machines.ts";
import { BareTier0 } from "./bare-tier0.ts";

const CODE = 0x1_0000;
const DATA = 0x20_0000;
const DATA_PAGES = 64;

/** Reads between loads that miss the TLB, in loops of one block, in a copied function, next to what may be a pair. */
const SOURCE = `
         lui   s0, 0x200
  again: csrrs t0, cycle, zero
         add   a0, a0, t0
         addi  s1, s1, 1
         andi  t1, s1, 63
         slli  t1, t1, 12
         add   t1, t1, s0
         ld    t2, 0(t1)
         csrrs t0, instret, zero
         xor   a1, a1, t0
         csrrc t0, time, zero
         add   a2, a2, t0
         sd    a1, 0(t1)
         csrrsi t0, cycle, 0
         add   a3, a3, t0
         jal   ra, small
         addi  t3, zero, 9
  loop:  csrrs t0, instret, zero
         add   a4, a4, t0
         addi  t3, t3, -1
         bne   t3, zero, loop
         csrrs zero, time, zero
         jal   zero, again
  small: csrrs t0, time, zero
         add   a5, a5, t0
         csrrci t0, instret, 0
         xor   a6, a6, t0
         jalr  zero, 0(ra)`;

function machineOf(config: Partial<MachineConfig>): Machine {
  const { m, space } = pagedMachine(SOURCE, CODE, { tlb: { sets: 2, ways: 2 }, ...config });
  for (let page = 0; page < DATA_PAGES; page++)
    space.map(DATA + page * PAGE_SIZE, RAM_BASE + DATA + page * PAGE_SIZE, PTE.R | PTE.W);
  m.harts[0]!.csr[CSR_SLOT.sepc] = BigInt(CODE);
  return m;
}

const stateOf = ({ harts: [hart], clock }: Machine) => [clock.cycles, hart!.counters.instret, ...hart!.x, ...hart!.csr];

/** Skips an illegal instruction, and closes or opens counters. */
function handle({ harts: [hart] }: Machine, random: number): void {
  hart!.csr[CSR_SLOT.sepc]! += 4n;
  hart!.csr[CSR_SLOT.scounteren] = BigInt(random % 8);
}

it.each([
  { heat: 0, misses: MISSES },
  { heat: 2, misses: MISSES },
  { heat: 2, misses: 2 },
])("in steps of any length, some counters closed now and then, with %o", (translation) => {
  const machines = [{ engine: "reference" } as const, { engine: "translator", translation } as const].map(machineOf);
  const traps = new Set<string>();
  for (let step = 0; step < 3000; step++) {
    const cycles = step % 3 === 0 ? 1 + (step % 100) : (step * 7) % 900;
    const [stop, same] = machines.map((m) => m.run(m.clock.cycles + cycles, Number.MAX_SAFE_INTEGER));
    expect(same, `step ${step}`).toBe(stop);
    expect(stateOf(machines[1]!), `step ${step}`).toEqual(stateOf(machines[0]!));
    traps.add(stop!);
    // All are open most of the time.
    for (const m of machines)
      if (stop === "trap") handle(m, step);
      else if (step % 8 === 0) m.harts[0]!.csr[CSR_SLOT.scounteren] = step % 64 === 0 ? BigInt(step % 7) : 7n;
  }
  expect([...traps].sort()).toEqual(["trap", "until"]);
  expect(machines[0]!.clock.cycles).toBeGreaterThan(500_000);
  const { regionsMade, patient } = (machines[1]!.harts[0] as Translator).statistics();
  expect([regionsMade > 0, patient > 0]).toEqual([translation.heat > 0, translation.misses === 2]);
});

it("tier 0 reads them itself, those that scounteren opens", () => {
  const t = new BareTier0("csrrs x5, cycle, x0; csrrs x6, time, x0; csrrs x7, instret, x0; ecall");
  t.setDouble("end", 5000);
  t.setDouble("behind", 100);
  t.set("other", 60);
  t.setScounteren(7);
  t.start(0, 1000);
  expect(t.run()).toBe(EXIT.call);
  expect([t.x[5], t.x[6], t.x[7]]).toEqual([4000n, 40n, 4002n - 160n]);
  t.setScounteren(5);
  t.start(0, 1000);
  expect([t.run(), t.at, t.left]).toEqual([EXIT.reference, 1, 999]);
});
