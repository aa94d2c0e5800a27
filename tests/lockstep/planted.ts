/**
 * Faults planted into the interpreter from outside, each of a kind that a translating engine could have. That every one
 * of them is found is what makes silence worth something.
 */

import { patternOf } from "../../cpu/fields.ts";
import { CSR_SLOT, type Stop } from "../../cpu/hart.ts";
import { INSTRUCTIONS, type Mnemonic } from "../../cpu/isa.ts";
import type { Machine } from "../../cpu/machine.ts";
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { COUNT_SLOT, HART_SLOT, type HartViews, hartAt, hartViews } from "../../cpu/state.ts";
import { CAUSE } from "../../cpu/trap.ts";

type Plant = (machine: Machine) => void;
type Run = (budget: number) => Stop;

/** Puts another function in the place of the hart's `run`. */
function replaceRun(machine: Machine, around: (run: Run) => Run): void {
  const hart = machine.harts[0];
  hart.run = around(hart.run.bind(hart));
}

const views = new WeakMap<Machine, HartViews>();

function viewsOf(machine: Machine): HartViews {
  const { memory, config } = machine;
  const found = views.get(machine) ?? hartViews(memory, hartAt(0, config.tlb.sets * config.tlb.ways));
  views.set(machine, found);
  return found;
}

const pcOf = (machine: Machine) => Number(BigInt.asIntN(64, machine.harts[0].csr[CSR_SLOT.sepc]));

/** Instruction by instruction: `step` executes one and may do something before and after. */
function stepwise(step: (run: Run, machine: Machine) => Stop): Plant {
  return (machine) =>
    replaceRun(machine, (run) => (budget) => {
      const end = machine.clock.cycles + budget;
      const { counters } = machine.harts[0];
      const instructions = counters.instret + budget;
      for (;;) {
        const before = machine.clock.cycles;
        const stop = step(run, machine);
        // A device access ends the run of the real hart.
        const cut = machine.clock.cycles - before >= 50;
        if (stop === "trap" || cut || machine.clock.cycles >= end || counters.instret >= instructions) return stop;
      }
    });
}

/** The word that a run would execute next without asking the TLB; 0 where it must ask. */
function nextWord(machine: Machine): number {
  const { scratch } = viewsOf(machine);
  const page = scratch[HART_SLOT.fetchPage];
  const pc = pcOf(machine);
  if (!(pc >= page && pc < page + PAGE_SIZE)) return 0;
  return machine.ram.u32[(scratch[HART_SLOT.fetchRam] + pc - page) >> 2];
}

/** After an instruction of this mnemonic has retired, `spoil` is called with its rd. */
function wrong(mnemonic: Mnemonic, spoil: (machine: Machine, rd: number) => void): Plant {
  const { mask, match } = patternOf(INSTRUCTIONS[mnemonic]);
  return stepwise((run, machine) => {
    const word = nextWord(machine);
    const { instret } = machine.harts[0].counters;
    const stop = run(1);
    if (machine.harts[0].counters.instret > instret && (word & mask) >>> 0 === match) spoil(machine, (word >> 7) & 31);
    return stop;
  });
}

const spoilRegister = ({ harts: [{ x }] }: Machine, rd: number) => {
  if (rd !== 0) x[rd] ^= 1n << 40n;
};

/** Code is executed as it was when it was first fetched from its place. */
const staleCode: Plant = (machine) => {
  const first = new Map<number, number>();
  const { u32 } = machine.ram;
  stepwise((run) => {
    const { scratch } = viewsOf(machine);
    const page = scratch[HART_SLOT.fetchPage];
    const pc = pcOf(machine);
    if (!(pc >= page && pc < page + PAGE_SIZE)) return run(1);
    const at = (scratch[HART_SLOT.fetchRam] + pc - page) >> 2;
    const [now, then] = [u32[at], first.get(at) ?? u32[at]];
    first.set(at, then);
    u32[at] = then;
    const stop = run(1);
    if (u32[at] === then) u32[at] = now;
    return stop;
  })(machine);
};

/** Every so many runs, `spoil` is called after one. */
function nowAndThen(every: number, spoil: (machine: Machine, stop: Stop) => void): Plant {
  return (machine) => {
    let runs = 0;
    replaceRun(machine, (run) => (budget) => {
      const stop = run(budget);
      if (++runs % every === 0) spoil(machine, stop);
      return stop;
    });
  };
}

const onTrap = (cause: number, spoil: (machine: Machine) => void): Plant =>
  nowAndThen(1, (machine, stop) => {
    if (stop === "trap" && machine.harts[0].csr[CSR_SLOT.scause] === BigInt(cause)) spoil(machine);
  });

// biome-ignore format: a table is read in columns
export const PLANTED: Readonly<Record<string, Plant>> = {
  "wrong-sub":         wrong("sub", spoilRegister),
  "wrong-mulhsu":      wrong("mulhsu", spoilRegister),
  "wrong-remuw":       wrong("remuw", spoilRegister),
  "wrong-amomaxu":     wrong("amomaxu.w", spoilRegister),
  "wrong-lbu":         wrong("lbu", spoilRegister),
  /** fence.i as if it entered another page: one lookup too many. */
  "fence.i-lookup":    wrong("fence.i", (machine) => { viewsOf(machine).counts[COUNT_SLOT.tlbLookups]++; }),
  "sc-keeps-register": wrong("sc.w", spoilRegister),
  "stale-code":        staleCode,
  "lost-miss":         nowAndThen(100, (machine) => { viewsOf(machine).counts[COUNT_SLOT.tlbMisses]--; }),
  "extra-walk":        nowAndThen(100, (machine) => { viewsOf(machine).counts[COUNT_SLOT.tlbWalks]++; }),
  "extra-cycle":       nowAndThen(100, (machine) => machine.clock.charge(1)),
  /** One instruction more than it may. */
  "overrun":           (machine) => replaceRun(machine, (run) => (budget) => run(budget + (budget > 1000 ? 1 : 0))),
  /** Wrong only where there is much time: in code that is compiled as a whole. */
  "only-when-hot":     (machine) => replaceRun(machine, (run) => (budget) => { const stop = run(budget); if (budget > 3000 && stop === "budget") spoilRegister(machine, 11); return stop; }),
  "crossing-stval":    onTrap(CAUSE.storePageFault, ({ harts: [{ csr }] }) => { if (csr[CSR_SLOT.stval] % 4096n === 0n) csr[CSR_SLOT.stval] -= 1n; }),
  "wild-stval":        onTrap(CAUSE.loadPageFault, ({ harts: [{ csr }] }) => { csr[CSR_SLOT.stval] &= 0xffff_ffff_ffff_fff0n | csr[CSR_SLOT.stval] >> 60n; }),
  "sepc-of-jalr":      onTrap(CAUSE.instructionMisaligned, ({ harts: [{ csr }] }) => { csr[CSR_SLOT.sepc] += 4n; }),
  "reservation":       nowAndThen(3, (machine, stop) => { if (stop === "trap") viewsOf(machine).scratch[HART_SLOT.reservationWidth] = 4; }),
  /** A store that leaves D clear in the TLB although it is set. */
  "fetch-page":        nowAndThen(50, (machine, stop) => { if (stop === "budget") viewsOf(machine).scratch[HART_SLOT.fetchPage] = Number.NaN; }),
};
