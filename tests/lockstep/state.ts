/**
 * The state of a machine as two engines must agree on it: every field of cpu/state.ts by its name, devices, events, the
 * random source, RAM.
 *
 * (1) Compared is what can be seen or can influence the future. The sink is not state, nor what an entry of the TLB held
 *     before it was dropped (but for what its policy still looks at), nor where a fetch page or a reservation was that is no more.
 * (2) Nothing here changes a machine.
 */

import { isDeepStrictEqual } from "node:util";
import { REGISTER_NAMES } from "../../cpu/isa.ts";
import { type Machine, MEMORY_MAP } from "../../cpu/machine.ts";
import { PAGE_SIZE, pageSizeAt } from "../../cpu/paging.ts";
import { DEFAULT_REPLACEMENT } from "../../cpu/replacement.ts";
import type { HartViews } from "../../cpu/state.ts";
import {
  COUNT_SLOT,
  CSR_SLOT,
  HART_LAYOUT,
  HART_SLOT,
  hartAt,
  hartViews,
  MACHINE_LAYOUT,
  TLB_COLUMNS,
  tlbColumnAt,
} from "../../cpu/state.ts";
import { virtualAddressesOf } from "./mappings.ts";

/** One thing that is not alike, and what each of the two machines has. */
export interface Difference {
  readonly what: string;
  readonly values: readonly [string, string];
}

/** "hart": clock, registers, CSRs, counters, TLB, events. "all": devices, the random source and RAM too. */
export type Extent = "hart" | "all";

/** At most so many entries of the TLB, and bytes of RAM, are listed. */
const MOST_LISTED = 8;

type TlbColumns = { readonly [Name in keyof typeof TLB_COLUMNS]: Float64Array | Int32Array | Uint32Array };

interface Views {
  readonly clock: Float64Array;
  readonly hart: HartViews;
  readonly tlb: TlbColumns;
  readonly entries: number;
  /** The same, as runs of bytes: equal bytes are equal states. */
  readonly bytes: readonly Uint8Array[];
  readonly ram: Uint8Array;
  /** The policy looks at the stamps of free entries, too. */
  readonly stampsLast: boolean;
}

const known = new WeakMap<Machine, Views>();

function viewsOf(machine: Machine): Views {
  const found = known.get(machine);
  if (found !== undefined) return found;
  const { memory, ram } = machine;
  const { sets, ways } = machine.config.tlb;
  const entries = sets * ways;
  const at = hartAt(0, entries);
  const column = (name: keyof typeof TLB_COLUMNS) => at + tlbColumnAt(name, entries);
  const run = (from: number, length: number) => new Uint8Array(memory.buffer, from, length);
  const { x, csr, counts, scratch, segmentsOf, segments } = HART_LAYOUT;
  const views: Views = {
    clock: new Float64Array(memory.buffer, MACHINE_LAYOUT.cycles, 1),
    hart: hartViews(memory, at),
    tlb: {
      tag: new Float64Array(memory.buffer, column("tag"), entries),
      stamp: new Float64Array(memory.buffer, column("stamp"), entries),
      asid: new Int32Array(memory.buffer, column("asid"), entries),
      frame: new Uint32Array(memory.buffer, column("frame"), entries),
      flags: new Int32Array(memory.buffer, column("flags"), entries),
    },
    entries,
    bytes: [
      run(MACHINE_LAYOUT.cycles, 8),
      run(at + x.at, 8 * 32),
      run(at + csr.at, 8 * Object.keys(CSR_SLOT).length),
      run(at + counts.at, 8 * Object.keys(COUNT_SLOT).length),
      run(at + scratch.at, 8 * Object.keys(HART_SLOT).length),
      run(at + segmentsOf.at, 8),
      run(at + segments.at, 8 * segments.count),
      ...Object.entries(TLB_COLUMNS).map(([name, { bytes }]) =>
        run(column(name as keyof typeof TLB_COLUMNS), bytes * entries),
      ),
    ],
    ram: ram.u8,
    stampsLast: ["nru", "plru"].includes(machine.config.tlb.replacement ?? DEFAULT_REPLACEMENT),
  };
  known.set(machine, views);
  return views;
}

/** What is not alike in the two; empty when they agree. */
export function differences(a: Machine, b: Machine, extent: Extent): Difference[] {
  const [left, right] = [viewsOf(a), viewsOf(b)];
  const same = left.bytes.every((bytes, i) => Buffer.compare(bytes, right.bytes[i]) === 0);
  const found = same ? [] : hartDifferences(left, right);
  if (!isDeepStrictEqual(a.events.list(), b.events.list()))
    found.push({ what: "events", values: [JSON.stringify(a.events.list()), JSON.stringify(b.events.list())] });
  if (a.off?.status !== b.off?.status)
    found.push({ what: "power-off status", values: [String(a.off?.status), String(b.off?.status)] });
  if (extent === "all") found.push(...deviceDifferences(a, b), ...ramDifferences(a, b));
  return found;
}

const hex64 = (value: bigint) => `0x${BigInt.asUintN(64, value).toString(16)}`;

function hartDifferences(a: Views, b: Views): Difference[] {
  const found: Difference[] = [];
  const numbers = (what: string, left: number, right: number) => {
    if (!Object.is(left, right)) found.push({ what, values: [String(left), String(right)] });
  };
  const words = (what: string, left: bigint, right: bigint) => {
    if (left !== right) found.push({ what, values: [hex64(left), hex64(right)] });
  };
  words("sepc (pc)", a.hart.csr[CSR_SLOT.sepc], b.hart.csr[CSR_SLOT.sepc]);
  numbers("cycles", a.clock[0], b.clock[0]);
  for (const [name, slot] of Object.entries(COUNT_SLOT)) numbers(name, a.hart.counts[slot], b.hart.counts[slot]);
  for (let n = 0; n < 32; n++) words(`x${n} ${REGISTER_NAMES[n]}`, a.hart.x[n], b.hart.x[n]);
  for (const [name, slot] of Object.entries(CSR_SLOT))
    if (name !== "sepc") words(name, a.hart.csr[slot], b.hart.csr[slot]);
  for (const half of [0, 1])
    numbers(`satp of the descriptors, half ${half}`, a.hart.segmentsOf[half], b.hart.segmentsOf[half]);
  for (const n of a.hart.segments.keys())
    numbers(`descriptor ${n >> 2}, word ${n & 3}`, a.hart.segments[n], b.hart.segments[n]);
  for (const [what, read] of SCRATCH) numbers(what, read(a.hart.scratch), read(b.hart.scratch));
  return [...found, ...tlbDifferences(a, b)];
}

/** The numbers of HART_SLOT by what they say: see (1). */
const SCRATCH: readonly (readonly [string, (scratch: Float64Array) => number])[] = [
  ["inSupervisor", (s) => s[HART_SLOT.inSupervisor]],
  ["fetch page (virtual)", (s) => s[HART_SLOT.fetchPage]],
  ["fetch page (offset in RAM)", (s) => (Number.isNaN(s[HART_SLOT.fetchPage]) ? Number.NaN : s[HART_SLOT.fetchRam])],
  ["reservation", (s) => (s[HART_SLOT.reservationWidth] === 0 ? Number.NaN : s[HART_SLOT.reservation])],
  ["reservation width", (s) => s[HART_SLOT.reservationWidth]],
  ["generator of the TLB", (s) => s[HART_SLOT.tlbGenerator]],
];

function tlbDifferences(a: Views, b: Views): Difference[] {
  const found: Difference[] = [];
  for (let entry = 0; entry < a.entries && found.length < MOST_LISTED; entry++) {
    const values: [string, string] = [tlbEntry(a, entry), tlbEntry(b, entry)];
    if (values[0] !== values[1]) found.push({ what: `TLB entry ${entry}`, values });
  }
  return found;
}

function tlbEntry({ tlb, stampsLast }: Views, entry: number): string {
  const { tag, stamp, asid, frame, flags } = tlb;
  if (Number.isNaN(tag[entry])) return stampsLast ? `free, stamp ${stamp[entry]}` : "free";
  const level = tag[entry] & 3;
  const va = BigInt(Math.floor(tag[entry] / 4)) * BigInt(pageSizeAt(level));
  const bits = [..."VRWXUGAD"].filter((_, bit) => flags[entry] & (1 << bit)).join("");
  const extra = flags[entry] >> 8 === 0 ? "" : ` flags=0x${flags[entry].toString(16)}`;
  return `${hex64(va)} level ${level} asid ${asid[entry]} -> frame 0x${frame[entry].toString(16)} ${bits}${extra} stamp ${stamp[entry]}`;
}

function deviceDifferences(a: Machine, b: Machine): Difference[] {
  const found: Difference[] = [];
  const compare = (what: string, left: unknown, right: unknown) => {
    if (!isDeepStrictEqual(left, right)) found.push({ what, values: [shown(left), shown(right)] });
  };
  for (const [name, { base }] of Object.entries(MEMORY_MAP))
    compare(`device ${name}`, a.bus.deviceAt(base)?.save(), b.bus.deviceAt(base)?.save());
  compare("random source", a.random.state, b.random.state);
  compare("event queue", a.events.save(), b.events.save());
  return found;
}

const shown = (value: unknown) => (JSON.stringify(value) ?? "undefined").slice(0, 200);

/** The first bytes that differ, a run of them in one line, and how many in how many frames there are. */
function ramDifferences(a: Machine, b: Machine): Difference[] {
  const [left, right] = [viewsOf(a).ram, viewsOf(b).ram];
  if (Buffer.compare(left, right) === 0) return [];
  const found: Difference[] = [];
  const frames = new Set<number>();
  let bytes = 0;
  for (let at = 0; at < left.length; at++) {
    if (at % 4096 === 0 && Buffer.compare(left.subarray(at, at + 4096), right.subarray(at, at + 4096)) === 0) {
      at += 4095;
      continue;
    }
    if (left[at] === right[at]) continue;
    bytes++;
    frames.add(Math.floor(at / PAGE_SIZE));
    if (found.length === MOST_LISTED || (at % 8 !== 0 && left[at - 1] !== right[at - 1])) continue;
    found.push(ramDifference(a, at, left, right));
  }
  const total = { what: "RAM in all", values: [`${bytes} bytes`, `in ${frames.size} frames`] as const };
  return bytes > 1 ? [...found, total] : found;
}

function ramDifference(machine: Machine, at: number, left: Uint8Array, right: Uint8Array): Difference {
  const pa = machine.ram.base + at;
  const end = Math.floor(at / 8) * 8 + 8;
  const text = (ram: Uint8Array) =>
    Buffer.from(ram.subarray(at, end))
      .toString("hex")
      .replace(/..(?=.)/g, "$& ");
  const addresses = virtualAddressesOf(machine, pa).map((va) => hex64(BigInt(va)));
  const mapped = addresses.length === 0 ? "mapped nowhere now" : `va ${addresses.join(", ")}`;
  return { what: `RAM at pa ${hex64(BigInt(pa))} (${mapped})`, values: [text(left), text(right)] };
}
