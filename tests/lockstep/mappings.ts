/** Which virtual addresses a byte of RAM has: the page tables under satp, read from their root to every leaf. */

import { CSR_SLOT } from "../../cpu/hart.ts";
import type { Machine } from "../../cpu/machine.ts";
import {
  isLeaf,
  PAGE_SIZE,
  PAGING,
  type PagingMode,
  type PhysicalAddress,
  PTE,
  PTES_PER_TABLE,
  pageSizeAt,
  pteFrame,
  type VirtualAddress,
} from "../../cpu/paging.ts";

/** Tables that are read at most: the guest may have made some that name each other. */
const MOST_TABLES = 2000;

export interface SatpFields {
  readonly mode: PagingMode | "bare";
  readonly asid: number;
  readonly root: number;
}

export function satpOf(machine: Machine): SatpFields {
  const satp = machine.harts[0].csr[CSR_SLOT.satp];
  const name = Object.entries(PAGING).find(([, { satpMode }]) => BigInt(satpMode) === satp >> 60n)?.[0];
  return {
    mode: (name as PagingMode | undefined) ?? "bare",
    asid: Number((satp >> 44n) & 0xffffn),
    root: Number(satp & 0xfff_ffff_ffffn),
  };
}

/** The first four virtual addresses of `pa` under the present satp. In bare mode `pa` itself. */
export function virtualAddressesOf(machine: Machine, pa: PhysicalAddress): VirtualAddress[] {
  const { mode, root } = satpOf(machine);
  if (mode === "bare") return [pa as number];
  const { bits, levels } = PAGING[mode];
  const found: VirtualAddress[] = [];
  let tables = 0;
  const read = (table: number, level: number, from: number) => {
    const at = table * PAGE_SIZE - machine.ram.base;
    if (!(at >= 0 && at < machine.ram.size) || ++tables > MOST_TABLES) return;
    for (let index = 0; index < PTES_PER_TABLE && found.length < 4; index++) {
      const low = machine.ram.u32[at / 4 + 2 * index];
      if ((low & PTE.V) === 0) continue;
      const frame = pteFrame(low, machine.ram.u32[at / 4 + 2 * index + 1]);
      const va = from + index * pageSizeAt(level);
      const offset = pa - frame * PAGE_SIZE;
      if (!isLeaf(low)) {
        if (level > 0) read(frame, level - 1, va);
      } else if (offset >= 0 && offset < pageSizeAt(level)) found.push(va + offset);
    }
  };
  read(root, levels - 1, 0);
  return found.map((va) => (va >= 2 ** (bits - 1) ? va - 2 ** bits : va));
}

/** The word at virtual address `va` as a fetch would find it in the page tables; null where nothing is mapped. */
export function wordAt(machine: Machine, va: VirtualAddress): number | null {
  const { mode, root } = satpOf(machine);
  const word = (pa: number) => (machine.ram.contains(pa, 4) ? machine.ram.u32[(pa - machine.ram.base) >> 2] : null);
  if (mode === "bare") return word(va);
  let table = root;
  for (let level = PAGING[mode].levels - 1; level >= 0; level--) {
    const pte = table * PAGE_SIZE + (Math.floor(va / pageSizeAt(level)) & (PTES_PER_TABLE - 1)) * 8;
    const [low, high] = [word(pte), word(pte + 4)];
    if (low === null || high === null || (low & PTE.V) === 0) return null;
    table = pteFrame(low, high);
    if (isLeaf(low)) return word(table * PAGE_SIZE + (va - Math.floor(va / pageSizeAt(level)) * pageSizeAt(level)));
  }
  return null;
}
