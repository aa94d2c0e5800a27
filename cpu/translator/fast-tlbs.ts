/**
 * Fast TLBs as the tests look at them: what layout.ts promises of their entries.
 */

import { FETCH, LOAD, STORE } from "../access.ts";
import { PAGE_SIZE } from "../paging.ts";
import { panic } from "../panic.ts";
import { RAM_BASE } from "../ram.ts";
import type { Tlb } from "../tlb.ts";
import type { Scheme } from "../translation/scheme.ts";
import {
  areaLayout,
  CONTEXT,
  ENTERED,
  ENTERED_MOST,
  FAST_ENTRIES,
  FAST_ENTRY,
  FAST_MASK,
  FAST_TLBS_BYTES,
  FAST_TO,
  FETCH_TLB,
  NO_TAG,
  READ_TLB,
  type Surroundings,
  WRITE_TLB,
} from "./layout.ts";
import { hasFastEntries } from "./tlb-policies.ts";

const TABLES = { read: [READ_TLB, LOAD], write: [WRITE_TLB, STORE], fetch: [FETCH_TLB, FETCH] } as const;

/**
 * Asserts (3) and (4) of layout.ts for each entry, that it lies where its address is looked for, and what ENTERED says; for
 * tests. @param direct the present scheme, when it has no TLB
 */
export function checkFastTlbs(memory: WebAssembly.Memory, s: Surroundings, tlb: Tlb, direct: Scheme | null): void {
  const view = new DataView(memory.buffer);
  const pages = new BigInt64Array(memory.buffer, s.area + READ_TLB, FAST_TLBS_BYTES / 8);
  const count = view.getInt32(s.area + CONTEXT.entered, true);
  const entered = Array.from(new Int32Array(memory.buffer, s.area + ENTERED, count));
  for (const name of ["read", "write", "fetch"] as const) {
    for (let n = 0; n < FAST_ENTRIES; n++) {
      const at = s.area + TABLES[name][0] + n * FAST_ENTRY;
      const page = pages[(at - s.area - READ_TLB) / 8]!;
      if (page === NO_TAG) continue;
      checkEntry(view, s, direct ?? tlb, name, n, at, Number(page));
      if (count < ENTERED_MOST && !entered.includes(at - s.area)) panic("ENTERED names what is entered", { name, n });
    }
  }
}

function checkEntry(
  view: DataView,
  s: Surroundings,
  source: Tlb | Scheme,
  table: keyof typeof TABLES,
  n: number,
  at: number,
  page: number,
): void {
  const word = (address: number) => view.getUint32(address, true);
  const place = Number(BigInt.asUintN(32, BigInt(page) >> 8n) & BigInt(FAST_MASK));
  if (place !== n * FAST_ENTRY) panic("a fast entry lies where it is looked for", { table, n, page });
  const asid = word(s.area + CONTEXT.asid);
  const access = TABLES[table][1];
  const found =
    "find" in source ? frameInTlb(source, s, table, page, asid) : source.translate(page, access, PAGE_SIZE).frame;
  const frame = found - RAM_BASE / PAGE_SIZE;
  if (!(frame >= 0 && frame < s.ramBytes / PAGE_SIZE)) panic("fast TLBs (4): the frame is RAM", { table, page, frame });
  const decoded = word(s.area + areaLayout(s.ramBytes).decodedOf + 4 * frame);
  const address = s.ram + frame * PAGE_SIZE;
  const to = word(at + FAST_TO);
  if (table === "write" && decoded !== 0) panic("fast TLBs (4): a frame to write has no decoded page", { page, frame });
  const right = table === "fetch" ? to === decoded : to === (address - page) >>> 0;
  if (!right || (table === "fetch" && to === 0)) panic("a fast entry says where its page lies", { table, page, to });
}

/** The frame of the page as the modelled TLB has it. */
function frameInTlb(tlb: Tlb, s: Surroundings, table: keyof typeof TABLES, page: number, asid: number): number {
  const { permission, sets } = TABLES[table][1];
  const entry = tlb.find(page / PAGE_SIZE, asid);
  if (entry < 0) panic("fast TLBs (3): the modelled TLB has an entry", { table, page });
  const needed = permission | sets;
  if ((tlb.flags[entry]! & needed) !== needed) panic("fast TLBs (3): the access is permitted", { table, page, entry });
  const changes = !hasFastEntries(s.replacement) || (s.replacement === "nru" && tlb.stamp[entry] !== 1);
  if (changes) panic("fast TLBs (3): a hit would leave the entry as it is", { table, page, entry });
  return tlb.frameFor(entry, page / PAGE_SIZE);
}
