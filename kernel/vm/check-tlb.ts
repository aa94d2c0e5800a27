/**
 * Invariants (12) and (13): what the processors still believe. See check.ts.
 *
 * Entries under numbers that no living space has are left alone: nobody can use them before a new generation, which
 * begins by flushing everything.
 */
import { PAGE_SIZE, PTE } from "../../cpu/paging.ts";
import { hartAt, tlbColumnAt } from "../../cpu/state.ts";
import { panic } from "../panic.ts";
import { findPte, levelOf, NO_PTE, pagesAt } from "./page-table.ts";
import { pteFrameOf } from "./pte.ts";
import type { AddressSpace } from "./types.ts";
import type { VmKernel } from "./vm-kernel.ts";

/** cpu/tlb.ts: tag = page number in units of its own size, times 4, plus its level. */
const LEVELS = 4;

const RIGHTS = PTE.V | PTE.R | PTE.W | PTE.X | PTE.U | PTE.G;

/** Spaces that have a number of the present generation, by number. Asserts (13). */
function spacesByAsid(k: VmKernel): Map<number, AddressSpace> {
  const spaces = new Map<number, AddressSpace>();
  for (const s of k.vm.spaces.values()) {
    if (s.asidGeneration !== k.vm.asids.generation) continue;
    const other = spaces.get(s.asid);
    if (other !== undefined)
      panic("vm (13): two spaces have two numbers", { asid: s.asid, spaces: `${s.id} ${other.id}` });
    spaces.set(s.asid, s);
  }
  return spaces;
}

/** Asserts (13). */
export function checkAsids(k: VmKernel): void {
  spacesByAsid(k);
}

/** Asserts (12). */
export function checkTlbs(k: VmKernel): void {
  const spaces = spacesByAsid(k);
  const { sets, ways } = k.machine.config.tlb;
  const entries = sets * ways;
  for (const { id } of k.machine.harts) {
    const at = hartAt(id, entries);
    const { buffer } = k.machine.memory;
    const tags = new Float64Array(buffer, at + tlbColumnAt("tag", entries), entries);
    const asids = new Int32Array(buffer, at + tlbColumnAt("asid", entries), entries);
    const frames = new Uint32Array(buffer, at + tlbColumnAt("frame", entries), entries);
    const flags = new Int32Array(buffer, at + tlbColumnAt("flags", entries), entries);
    for (let entry = 0; entry < entries; entry++) {
      const s = spaces.get(asids[entry]);
      if (Number.isNaN(tags[entry]) || s === undefined) continue;
      if (!(s.harts & (1 << id))) panic("vm (12): a space knows the harts it ran on", { hart: id, space: s.id });
      checkEntry(k, s, tags[entry], frames[entry], flags[entry]);
    }
  }
}

function checkEntry(k: VmKernel, s: AddressSpace, tag: number, frame: number, flags: number): void {
  const level = tag % LEVELS;
  const page = Math.floor(tag / LEVELS) * pagesAt(level);
  const at = findPte(k, s, page);
  const low = at === NO_PTE || levelOf(k, at) !== level ? 0 : k.machine.ram.u32[at];
  const values = { space: s.id, va: page * PAGE_SIZE, frame, flags, entry: low & 0x3ff, names: pteFrameOf(low) };
  if (!(low & PTE.V) || pteFrameOf(low) !== frame || (low & RIGHTS) !== (flags & RIGHTS))
    panic("vm (12): a TLB entry is what the tables say", values);
  if (flags & ~low & (PTE.A | PTE.D)) panic("vm (12): a TLB entry's A and D are in the tables", values);
}
