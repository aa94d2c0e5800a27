/**
 * Speed of the reference interpreter in millions of instructions a second, with Sv48 translation through the TLB.
 * Run: npx tsx tests/bench/interpreter.bench.ts
 */

import { RAM_BASE } from "../../cpu/machine.ts";
import { PAGE_SIZE, PTE } from "../../cpu/paging.ts";
import { pagedMachine } from "../cpu/machines.ts";
import { DATA, DATA_BYTES, PROGRAMS, STACK } from "./programs.ts";

const ROUNDS = 7;
const INSTRUCTIONS = 5_000_000;
const STACK_BYTES = 0x1_0000;
const ANY_TIME = Number.MAX_SAFE_INTEGER;

function prepare(source: string) {
  const { m, space } = pagedMachine(source, 0x10000, { ramBytes: 16 * 1024 * 1024, tlb: { sets: 64, ways: 4 } });
  const data = RAM_BASE + 0x80_0000;
  for (let at = 0; at < DATA_BYTES; at += PAGE_SIZE) space.map(DATA + at, data + at, PTE.R | PTE.W);
  for (let at = 0; at < STACK_BYTES; at += PAGE_SIZE) {
    space.map(STACK - STACK_BYTES + at, data + DATA_BYTES + at, PTE.R | PTE.W);
  }
  return m;
}

for (const [name, source] of Object.entries(PROGRAMS)) {
  const m = prepare(source);
  const speeds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = performance.now();
    const stop = m.run(ANY_TIME, m.harts[0]!.counters.instret + INSTRUCTIONS);
    if (stop !== "limit") throw new Error(`${name} stopped: ${stop}`);
    speeds.push(INSTRUCTIONS / 1000 / (performance.now() - before));
  }
  speeds.sort((a, b) => a - b);
  console.log(`${name.padEnd(8)} ${speeds[ROUNDS >> 1]!.toFixed(1).padStart(7)} MIPS (median of ${ROUNDS})`);
}
