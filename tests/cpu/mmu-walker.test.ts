/**
 * The MMU against a second walker, written from the specification's text alone: bigint arithmetic on whole PTEs, no TLB,
 * no code of cpu/ but the memory it reads. Page tables are random, mostly sensible and often spoilt.
 */

import { describe, expect, test } from "vitest";
import { FETCH, LOAD, STORE } from "../../cpu/access.ts";
import { MachineClock } from "../../cpu/clock.ts";
import { RAM_BASE } from "../../cpu/machine.ts";
import { Mmu } from "../../cpu/mmu.ts";
import { PAGING } from "../../cpu/paging.ts";
import { createRam } from "../../cpu/ram.ts";
import { Random } from "../../cpu/random.ts";
import { REPLACEMENTS } from "../../cpu/replacement.ts";
import { RunTime } from "../../cpu/run-time.ts";
import { CSR_SLOT, createMemory, hartAt, hartViews, ramAt } from "../../cpu/state.ts";
import { Tlb } from "../../cpu/tlb.ts";
import { Trap } from "../../cpu/trap.ts";
import { sameBytes } from "./same-bytes.ts";

type Kind = "fetch" | "load" | "store";
type Outcome = { pa: bigint } | { cause: number };

const PAGE_FAULT: Record<Kind, number> = { fetch: 12, load: 13, store: 15 };
const ACCESS_FAULT: Record<Kind, number> = { fetch: 1, load: 5, store: 7 };
const LEVELS = { sv39: 3, sv48: 4 };
const RAM_BYTES = 1 << 17;
const TABLES = 24;

/** Section 4.3.2, on RAM as an array of PTEs; sets A and D in it. */
function walk(ptes: BigUint64Array, root: bigint, levels: number, va: bigint, kind: Kind): Outcome {
  const width = 12 + 9 * levels;
  if (BigInt.asIntN(width, va) !== BigInt.asIntN(64, va)) return { cause: PAGE_FAULT[kind] };
  let a = root * 4096n;
  for (let i = levels - 1; i >= 0; i--) {
    const at = a + 8n * ((va >> BigInt(12 + 9 * i)) & 511n) - BigInt(RAM_BASE);
    if (at < 0n || at >= BigInt(RAM_BYTES)) return { cause: ACCESS_FAULT[kind] };
    const pte = ptes[Number(at / 8n)]!;
    const bit = (n: number) => (pte >> BigInt(n)) & 1n;
    const [v, r, w, x, u, accessed, dirty] = [bit(0), bit(1), bit(2), bit(3), bit(4), bit(6), bit(7)];
    if (!v || (!r && w) || pte >> 54n) return { cause: PAGE_FAULT[kind] };
    const ppn = (pte >> 10n) & (2n ** 44n - 1n);
    if (!r && !x) {
      if (u || accessed || dirty) return { cause: PAGE_FAULT[kind] };
      a = ppn * 4096n;
      continue;
    }
    const allowed = { fetch: x, load: r, store: w }[kind];
    if (!u || !allowed) return { cause: PAGE_FAULT[kind] };
    const offsetMask = 2n ** BigInt(12 + 9 * i) - 1n;
    if ((ppn * 4096n) & offsetMask) return { cause: PAGE_FAULT[kind] };
    ptes[Number(at / 8n)] = pte | 64n | (kind === "store" ? 128n : 0n);
    return { pa: (ppn * 4096n) | (va & offsetMask) };
  }
  return { cause: PAGE_FAULT[kind] };
}

/** A PTE that is right more often than not. `tables` are the frames that hold page tables. */
function randomPte(random: Random, tables: readonly number[]): bigint {
  const pick = random.below(100);
  if (pick < 8) return 0n;
  const table = BigInt(tables[random.below(tables.length)]!) << 10n;
  if (pick < 60) return table | 1n;
  const aligned = BigInt(RAM_BASE / 4096) + BigInt(random.below(2) * (random.below(2) === 0 ? 512 : random.below(48)));
  const pte = (aligned << 10n) | 0x11n | BigInt(random.below(256) & 0xee) | BigInt(random.below(4) << 8);
  if (pick < 94) return pte;
  if (pick < 96) return pte & ~0x10n;
  if (pick < 98) return pte | (1n << BigInt(54 + random.below(10)));
  return (BigInt(random.next()) << 32n) | BigInt(random.next());
}

/** An address whose indices lead through the first entries of every table, sometimes not canonical. */
function randomAddress(random: Random, levels: number): bigint {
  let va = BigInt(random.below(512) * 8);
  for (let level = 0; level < levels; level++)
    va |= BigInt(random.below(8) + (random.below(8) === 0 ? 504 : 0)) << BigInt(12 + 9 * level);
  const width = 12 + 9 * levels;
  return random.below(20) === 0 ? va ^ (1n << BigInt(width + random.below(64 - width))) : BigInt.asIntN(width, va);
}

const KINDS: readonly Kind[] = ["fetch", "load", "store"];

describe.each(["sv39", "sv48"] as const)("%s", (mode) => {
  test.each([11, 12, 13])(
    "3000 random accesses through random tables of seed %d agree with the second walker",
    (seed) => {
      const random = new Random(seed);
      const tables = Array.from({ length: TABLES }, (_, i) => RAM_BASE / 4096 + 1 + i);
      const { ram, tlb, mmu } = prepare(mode, tables[0]!);
      const seen = new Map<string, number>();
      for (let round = 0; round < 3000; round++) {
        if (round % 100 === 0) {
          for (const table of tables) {
            for (const index of [...Array(8).keys()].flatMap((i) => [i, i + 504])) {
              ram.u64[(table * 4096 - RAM_BASE) / 8 + index] = randomPte(random, [...tables, 5]);
            }
          }
        }
        const kind = KINDS[random.below(3)]!;
        const va = randomAddress(random, LEVELS[mode]);
        const before = ram.u64.slice();
        const expected = walk(before, BigInt(tables[0]!), LEVELS[mode], va, kind);
        const found = translate(mmu, kind, va);
        if ("pa" in expected) {
          const inRam = expected.pa >= BigInt(RAM_BASE) && expected.pa < BigInt(RAM_BASE + RAM_BYTES);
          expect(found, `${kind} of ${va.toString(16)}`).toEqual(inRam ? expected : { cause: ACCESS_FAULT[kind] });
        } else expect(found, `${kind} of ${va.toString(16)}`).toEqual(expected);
        expect(sameBytes(ram.u8, new Uint8Array(before.buffer)), "RAM, A and D included").toBe(true);
        const outcome = "pa" in found ? "translated" : String(found.cause);
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        // Only the walk is under test here.
        tlb.flush();
      }
      // The mixture must contain all outcomes, or it tests little.
      for (const outcome of ["translated", "12", "13", "15"])
        expect(seen.get(outcome) ?? 0, outcome).toBeGreaterThan(50);
    },
  );
});

/** The real MMU over its own memory, with a TLB of one entry. */
function prepare(mode: "sv39" | "sv48", root: number) {
  const memory = createMemory(ramAt(1, 1) + RAM_BYTES);
  const views = hartViews(memory, hartAt(0, 1));
  const ram = createRam(memory, ramAt(1, 1), RAM_BASE, RAM_BYTES);
  const tlb = new Tlb(memory, hartAt(0, 1), { sets: 1, ways: 1 }, REPLACEMENTS.fifo, views.counts);
  const time = new RunTime(new MachineClock(memory), views.counts);
  const mmu = new Mmu(ram, tlb, views, time);
  views.csr[CSR_SLOT.satp] = (BigInt(PAGING[mode].satpMode) << 60n) | BigInt(root);
  mmu.loadSatp();
  return { ram, tlb, mmu };
}

function translate(mmu: Mmu, kind: Kind, va: bigint): Outcome {
  const access = { fetch: FETCH, load: LOAD, store: STORE }[kind];
  try {
    const at = mmu.locate(Number(va), access, 1);
    return at >= 0 ? { pa: BigInt(RAM_BASE + at) } : { cause: access.accessFault };
  } catch (trap) {
    if (!(trap instanceof Trap)) throw trap;
    return { cause: trap.cause };
  }
}
